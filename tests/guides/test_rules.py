"""What is proposed, what keeps a guide from being published, minutes, and the hash."""

import copy
import hashlib
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.guides import rules
from hiring.guides.rules import Sketch, SketchItem
from hiring.library.rules import ALL_KEYS, CIVILITY, SETTINGS, TRAIT_KEYS, Library
from tests import factories

LIBRARY = factories.library()
ANCHORS = {5: ("a",), 3: ("b",), 1: ("c",)}

traits = st.lists(st.sampled_from(ALL_KEYS), unique=True, min_size=1).map(
    lambda keys: [key for key in ALL_KEYS if key in keys]
)
settings = st.sampled_from(SETTINGS)


def item(trait="T03", key="", kind="behavioural", **given) -> SketchItem:
    about: dict[str, Any] = {
        "title": "A title",
        "prompt": "A question?",
        "minutes": 4,
        "anchors": ANCHORS,
        "parallel": None,
    }
    return SketchItem(key=key or f"{trait}-B1", trait=trait, kind=kind, **about | given)


def sketch(*items: SketchItem, weights=None, reason="") -> Sketch:
    weights = weights or dict.fromkeys([i.trait for i in items], 1.0)
    return Sketch(weights, reason, items)


def sketch_of(keys, setting="any") -> Sketch:
    """What is proposed for these traits, as the rules see it."""
    return sketch(
        *(
            item(
                question.trait,
                question.key,
                question.kind,
                title=question.title,
                prompt=question.prompt,
                minutes=question.minutes,
                parallel=question.parallel,
            )
            for question in rules.propose(LIBRARY, keys, setting)
        ),
        weights={key: 0.0 if key == CIVILITY else 1.0 for key in keys},
    )


# --- the proposal ---


@given(traits, settings)
def test_a_behavioural_and_a_situational_question_for_each_trait_in_order(keys, setting):
    proposed = rules.propose(LIBRARY, keys, setting)
    assert [key for key in keys if key in {q.trait for q in proposed}] == keys
    assert [q.trait for q in proposed] == sorted((q.trait for q in proposed), key=keys.index)
    assert len({q.key for q in proposed}) == len(proposed)
    for key in keys:
        kinds = [q.kind for q in proposed if q.trait == key]
        if key == CIVILITY:
            assert kinds == ["probe", "behavioural"]
        elif key == "T15":
            assert kinds == ["behavioural", "situational", "probe"]
        else:
            assert kinds == ["behavioural", "situational"]
    assert all(question.fits(setting) for question in proposed if not question.is_probe)


@given(traits, settings)
def test_the_one_third_figure_is_asked_for_civility_only(keys, setting):
    asked = {question.key for question in rules.propose(LIBRARY, keys, setting)}
    assert ("P01" in asked) == (CIVILITY in keys)
    assert ("P22" in asked) == ("T15" in keys)


@given(traits, settings)
def test_what_is_proposed_can_be_published_unless_only_civility_is_chosen(keys, setting):
    said = rules.faults(sketch_of(keys, setting))
    if keys == [CIVILITY]:
        assert said == ["No trait is chosen. Choose at least one of the fifteen."]
    else:
        assert said == []


def test_a_library_with_gaps_gives_what_it_has():
    empty = Library(LIBRARY.traits, {})
    assert rules.propose(empty, ["T03", CIVILITY], "any") == []
    without = {key: q for key, q in LIBRARY.questions.items() if key not in {"P01", "T03-S1"}}
    proposed = rules.propose(Library(LIBRARY.traits, without), ["T03", CIVILITY], "any")
    assert [q.key for q in proposed] == ["T03-B1", "T03-S2", "CIV-B1", "CIV-S1"]


# --- minutes ---


@given(st.lists(st.integers(1, 60)))
def test_minutes_are_those_of_the_items_and_of_welcome_and_closing(minutes):
    assert rules.minutes_used(minutes) == 5 + sum(minutes)
    assert rules.minutes_used(reversed(minutes)) == rules.minutes_used(minutes)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(1, 480))
def test_too_many_minutes_are_told_and_no_reason_not_to_publish(minutes, budget):
    guide = sketch(*(item("T03", f"T03-B{n}", minutes=m) for n, m in enumerate(minutes)))
    used = rules.minutes_used(minutes)
    said = [s for s in rules.advice(guide, budget) if "more than planned" in s]
    assert said == (
        [f"The guide takes {used} minutes, {used - budget} more than planned."]
        if used > budget
        else []
    )
    assert rules.faults(guide) == []


def test_the_usual_choice_fits_its_hour():
    usual = ["T03", "T05", "T08", "T12", "T13", CIVILITY]
    guide = sketch_of(usual)
    assert rules.faults(guide) == []
    assert rules.minutes_used(i.minutes for i in guide.items) <= 75


# --- faults ---

NOTHING_ASKED = (
    "Nothing is asked about T03: an interviewer look-for is not read aloud. Add a question for it."
)
P01_ALONE = (
    "P01 is the only item on civility. One probe never decides: add another question or probe on "
    "civility."
)


@pytest.mark.parametrize(
    ("guide", "said"),
    [
        (
            sketch(item(CIVILITY), weights={CIVILITY: 0.0}),
            "No trait is chosen. Choose at least one of the fifteen.",
        ),
        (sketch(), "No trait is chosen. Choose at least one of the fifteen."),
        (
            sketch(item("T03"), weights={"T03": 1.0, "T08": 1.0}),
            "T08 has no item. Add a question for it, or take the trait out.",
        ),
        (
            sketch(item("T03"), item(CIVILITY, "P01", "probe"), weights={"T03": 1, CIVILITY: 0}),
            P01_ALONE,
        ),
        (
            sketch(item("T03", is_read_aloud=False)),
            NOTHING_ASKED,
        ),
        (
            sketch(item("T15")),
            "T15 is asked without P22, the thankless case. Add P22 or its parallel.",
        ),
        (
            sketch(item("T03", anchors={5: ("a",), 3: (), 1: ("c",)})),
            "Item 1, “A title”, has no anchor at 3. Choose another question.",
        ),
        (
            sketch(item("T03"), item("T03", "x", title="Other", anchors={3: ("b",)})),
            "Item 2, “Other”, has no anchor at 1 and 5. Choose another question.",
        ),
        (
            sketch(item("T03", prompt=" \n")),
            "Item 1, “A title”, has no question. Write one, or drop the item.",
        ),
        (
            sketch(item("T03"), item("T08"), weights={"T03": 1.0, "T08": 2.0}),
            "The weights differ and no reason is written. Write the reason, or make them equal.",
        ),
        (
            sketch(item("T03"), item("T08"), weights={"T03": 1.0, "T08": 2.0}, reason=" \t "),
            "The weights differ and no reason is written. Write the reason, or make them equal.",
        ),
        (
            sketch(item("T03"), weights={"T03": 0.0}),
            "The weight of T03 is 0. Give it more than 0 and at most 10.",
        ),
        (
            sketch(item("T03"), weights={"T03": 10.5}),
            "The weight of T03 is 10.5. Give it more than 0 and at most 10.",
        ),
        (
            sketch(item("T03"), weights={"T03": float("nan")}),
            "The weight of T03 is nan. Give it more than 0 and at most 10.",
        ),
        (
            sketch(item("T03"), weights={"T03": -1.0}),
            "The weight of T03 is -1. Give it more than 0 and at most 10.",
        ),
    ],
)
def test_each_reason_is_a_sentence_with_a_way_out(guide, said):
    assert rules.faults(guide) == [said]


def test_every_reason_is_told_at_once():
    guide = sketch(
        item("T15", anchors={}),
        item("T03", "T03-B1", prompt=""),
        item(CIVILITY, "P01", "probe"),
        weights={"T15": 1.0, "T03": 2.0, "T08": 0.0, CIVILITY: 0.0},
    )
    said = " ".join(rules.faults(guide))
    for words in (
        "T08 has no item",
        "P01 is the only item",
        "T15 is asked without P22",
        "has no anchor at 1 and 3 and 5",
        "has no question",
        "The weight of T08 is 0",
        "The weights differ",
    ):
        assert words in said


@pytest.mark.parametrize(
    "guide",
    [
        sketch(item("T15"), item("T15", "P22", "probe")),
        sketch(item("T15", parallel="P22")),
        sketch(item("T15"), item("T15", "P40", "probe", parallel="P22")),
        sketch(item("T03"), item("T08"), weights={"T03": 1.0, "T08": 2.0}, reason="It is so."),
        sketch(item("T03"), item("T08"), weights={"T03": 2.0, "T08": 2.0}),
        sketch(item("T03"), weights={"T03": 0.01}),
        sketch(
            item("T03"),
            item(CIVILITY, "P01", "probe"),
            item(CIVILITY, "P02", "probe"),
            weights={"T03": 1.0, CIVILITY: 0.0},
        ),
        sketch(item("T03"), item(CIVILITY, "CIV-B1"), weights={"T03": 1.0, CIVILITY: 0.0}),
    ],
)
def test_what_may_be_published(guide):
    assert rules.faults(guide) == []


@given(st.permutations(TRAIT_KEYS), st.integers(0, 14))
def test_a_trait_without_an_item_is_found_wherever_it_is(keys, number):
    missing = keys[number]
    guide = sketch_of([key for key in keys if key != missing])
    guide = Sketch({**guide.weights, missing: 1.0}, "", guide.items)
    assert rules.faults(guide) == [
        f"{missing} has no item. Add a question for it, or take the trait out."
    ]


# --- advice ---


def test_advice_names_what_is_uncovered():
    guide = sketch(
        item("T03", "T03-B1", "behavioural"),
        item("T08", "T08-S1", "situational"),
        item("T08", "T08-S2", "situational"),
    )
    said = " ".join(rules.advice(guide, 60))
    assert "T03 rests on one item. Two tell more than one." in said
    assert "T03 has no situational question" in said
    assert "T08 has no behavioural question" in said
    assert "Civility is not asked about." in said
    assert "T08 rests" not in said


def test_many_traits_need_fewer_or_more_time():
    said = " ".join(rules.advice(sketch_of(ALL_KEYS), 480))
    assert "15 traits are a lot" in said
    assert "Choose fewer, or plan more minutes." in said
    assert "are a lot" not in " ".join(rules.advice(sketch_of(ALL_KEYS[:6]), 480))


def test_a_sound_guide_of_the_usual_size_needs_no_advice():
    assert rules.advice(sketch_of(["T03", "T05", "T08", "T12", "T13", CIVILITY]), 90) == []


# --- the hash ---

texts = st.text(max_size=12)
contents = st.dictionaries(
    texts,
    st.recursive(
        st.one_of(texts, st.integers(), st.floats(allow_nan=False), st.none(), st.booleans()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)
        ),
        max_leaves=8,
    ),
    min_size=1,
    max_size=6,
)


def shuffled(content, seed):
    if isinstance(content, dict):
        keys = list(content)
        random.Random(seed).shuffle(keys)
        return {key: shuffled(content[key], seed) for key in keys}
    if isinstance(content, list):
        return [shuffled(inner, seed) for inner in content]
    return content


@given(contents, st.integers())
def test_the_order_of_names_does_not_matter(content, seed):
    assert rules.content_hash(shuffled(content, seed)) == rules.content_hash(content)


@given(contents)
def test_the_same_content_has_the_same_hash_of_64_signs(content):
    made = rules.content_hash(content)
    assert len(made) == 64
    assert made == rules.content_hash(copy.deepcopy(content))


@given(contents, contents)
def test_other_content_has_another_hash(one, other):
    # As JSON sees it: 1 and True are told apart, and so are 1 and 1.0.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (rules.content_hash(one) == rules.content_hash(other)) == same


CONTENT: dict[str, Any] = {
    "version": 1,
    "introduction": "Welcome.",
    "traits": [{"key": "T03", "weight": 1.0, "level_5": ("One.", "Two.")}],
    "items": [{"prompt": "What did you do?", "minutes": 4}, {"prompt": "And then?", "minutes": 3}],
}


def places(content, path=()):
    """Where every plain value of a content stands."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in pairs:
        if isinstance(value, dict | list | tuple):
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


def changed(content, path, change):
    key, *rest = path
    copied = dict(content) if isinstance(content, dict) else list(content)
    copied[key] = changed(copied[key], rest, change) if rest else change(copied[key])
    return copied


@given(st.sampled_from(list(places(CONTENT))), st.text(min_size=1), st.integers(0, 40))
def test_any_change_of_any_value_changes_the_hash(path, more, at):
    def change(value):
        return f"{value[:at]}{more}{value[at:]}" if isinstance(value, str) else value + 1

    assert rules.content_hash(changed(CONTENT, path, change)) != rules.content_hash(CONTENT)


def test_order_counts_where_it_is_heard():
    turned = {**CONTENT, "items": CONTENT["items"][::-1]}
    assert rules.content_hash(turned) != rules.content_hash(CONTENT)


def test_the_hash_is_what_anybody_can_work_out():
    text = json.dumps(CONTENT, sort_keys=True, ensure_ascii=False)
    assert rules.content_hash(CONTENT) == hashlib.sha256(text.encode()).hexdigest()
