"""The library as shipped: whole, sound, and written by its own handbook."""

import re
from collections import Counter

import pytest

from hiring import config
from hiring.library import coverage
from hiring.library.queries import inventory, read_folder
from hiring.library.rules import ALL_KEYS, CIVILITY, LOOK_FOR, TRAIT_KEYS
from tests import factories

LIBRARY = factories.library()
PROBES = [f"P{number:02d}" for number in range(1, 122)]


def entries():
    return [*LIBRARY.traits.values(), *LIBRARY.questions.values()]


def test_it_is_whole_and_has_no_faults():
    library, faults = read_folder(config.ROOT / "traits")
    assert faults == []
    assert library.count() == (
        "15 traits, 1 dimension, 121 probes, 70 vignettes, 64 calibration answers, 16 briefings, "
        "6 pages of notes"
    )
    assert tuple(library.traits) == ALL_KEYS
    assert sorted((probe.key for probe in library.probes), key=lambda key: int(key[1:])) == PROBES


def test_keys_come_in_the_order_of_the_traits():
    assert list(LIBRARY.traits) == [*TRAIT_KEYS, CIVILITY]
    keys = [question.key for question in LIBRARY.questions_of("T03")]
    assert keys[:4] == ["T03-B1", "T03-B2", "T03-B3", "T03-B4"]


@pytest.mark.parametrize("key", ALL_KEYS)
def test_each_trait_is_whole(key):
    trait = LIBRARY.traits[key]
    assert trait.definition
    assert trait.not_part
    assert trait.look_fors
    assert trait.warnings
    assert 1 <= len(trait.neighbours) <= 2
    for level in (5, 3, 1):
        assert 2 <= len(trait.anchors[level]) <= 4, level
    for kind in ("behavioural", "situational"):
        assert sum(1 for _ in LIBRARY.questions_of(key, kind)) >= 2, kind


@pytest.mark.parametrize("key", list(LIBRARY.questions))
def test_each_question_is_whole(key):
    question = LIBRARY.questions[key]
    assert (1 if question.form != LOOK_FOR else 0) <= len(question.follow_ups) <= 3
    assert 1 <= question.minutes <= 15
    assert question.settings
    assert question.sources
    if question.is_probe:
        assert question.form
        assert question.anchors
        assert question.look_fors
        assert question.warnings
        for level in (5, 3, 1):
            assert 2 <= len(question.anchors[level]) <= 4, level
    else:
        assert question.anchors is None, "rated by its trait's"
        assert re.fullmatch(r"(T\d\d|CIV)-[BS]\d+", question.key)
        assert (question.kind == "behavioural") == ("-B" in question.key)


@pytest.mark.parametrize("key", [probe.key for probe in LIBRARY.probes if probe.form != LOOK_FOR])
def test_a_probe_asks_why(key):
    assert any(
        words in " ".join(LIBRARY.questions[key].follow_ups).lower()
        for words in ("what makes you say", "why")
    )


def test_a_behavioural_question_asks_for_one_occasion_and_a_situational_one_supposes():
    for question in LIBRARY.questions.values():
        if question.kind == "situational":
            assert re.match(r"(Suppose|Imagine)\b", question.prompt), question.key
        elif question.kind == "behavioural":
            assert not re.match(r"(Suppose|Imagine)\b", question.prompt), question.key
        if not question.is_probe:
            assert len(question.prompt.split()) <= 60, question.key


def test_no_question_names_its_trait():
    for question in LIBRARY.questions.values():
        if not question.is_probe:
            name = LIBRARY.traits[question.trait].name.lower()
            assert name not in question.prompt.lower(), question.key


def test_no_text_stands_twice():
    for texts in (
        [entry.name for entry in LIBRARY.traits.values()],
        [trait.definition for trait in LIBRARY.traits.values()],
        [question.title for question in LIBRARY.questions.values()],
        [question.prompt for question in LIBRARY.questions.values()],
    ):
        assert len(set(texts)) == len(texts)


def test_no_indicator_stands_at_two_levels():
    for entry in entries():
        if entry.anchors:
            indicators = [text for level in (5, 3, 1) for text in entry.anchors[level]]
            assert len(set(indicators)) == len(indicators), entry.key


def test_the_one_third_figure_says_where_it_comes_from():
    probe = LIBRARY.questions["P01"]
    words = f"{probe.prompt} {probe.shown}"
    assert "quoted" in words
    assert "2012" in words
    assert "67%" in words
    assert "third" in words
    assert (probe.trait, probe.form) == (CIVILITY, "statement")
    assert any("What makes you say so?" in text for text in probe.follow_ups)


def test_the_thankless_case_brings_t15_to_light():
    assert LIBRARY.questions["P22"].trait == "T15"


def test_parallels_are_of_the_same_trait_and_length():
    for question in LIBRARY.questions.values():
        if question.parallel:
            other = LIBRARY.questions[question.parallel]
            assert other.trait == question.trait
            assert abs(other.minutes - question.minutes) <= 2, question.key


# --- what the inventory asks of it ---


def test_it_has_every_probe_and_vignette_and_four_questions_of_each_type():
    assert [probe.key for probe in sorted(LIBRARY.probes, key=lambda p: (len(p.key), p.key))] == [
        f"P{number:02d}" for number in range(1, 122)
    ]
    assert list(LIBRARY.vignettes) == [f"V{number:02d}" for number in range(1, 71)]
    for key in ALL_KEYS:
        keys = [q.key for q in LIBRARY.questions_of(key, "behavioural", "situational")]
        assert keys == [f"{key}-{letter}{number}" for letter in "BS" for number in range(1, 5)]


def test_questions_stand_in_pairs_of_equal_length():
    for key in ALL_KEYS:
        for one, other in (("B1", "B2"), ("B3", "B4"), ("S1", "S2"), ("S3", "S4")):
            question = LIBRARY.questions[f"{key}-{one}"]
            assert question.parallel == f"{key}-{other}"
            assert LIBRARY.questions[question.parallel].parallel == question.key


def test_no_file_waives_a_rule():
    assert {entry.place.file for entry in LIBRARY.entries() if entry.place.waived} == set()


def test_no_row_of_the_inventory_is_unused_without_a_reason():
    tensions = (config.ROOT / coverage.TENSIONS).read_text(encoding="utf-8")
    rows = inventory()
    assert list(coverage.faults(rows, coverage.uses(LIBRARY, tensions))) == []
    kinds = Counter(row.rstrip("0123456789") for row in rows.rows)
    assert kinds == {
        "T": 15,
        "CIV": 1,
        "P": 121,
        "V": 70,
        "F": 54,
        "N": 73,
        "R": 57,
        "G": 33,
    }


def test_calibration_answers_have_profiles_that_are_not_flat():
    for answer in LIBRARY.answers.values():
        levels = [reference.level for reference in answer.references]
        assert answer.references[0].trait == answer.trait
        assert len(levels) >= 3
        assert max(levels) - min(levels) >= 2, answer.key
