"""Each rule of the lint: what it must tell, what it must leave alone, and its page in the docs."""

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring import config
from hiring.library import files, handbook, lint, reading
from hiring.library.lint import RULES
from hiring.library.protected import MATTERS
from hiring.library.queries import read_folder
from hiring.library.rules import ANCHORED_LEVELS
from tests import factories
from tests.library import sample

LIBRARY = factories.library()
TABLE = tomllib.loads((Path(__file__).parent / "lint.toml").read_text())
FLAGGED = [(rule, text) for rule, about in TABLE.items() for text in about["flagged"]]
FINE = [(rule, text) for rule, about in TABLE.items() for text in about["fine"]]
OF_QUESTIONS = {*TABLE, "protected"}


def broken(text: str, kind: str | None = None) -> set[str]:
    return {finding.rule for finding in lint.question(text, kind)}


def ids(table):
    return [f"{rule}-{text[:40]}" for rule, text in table]


# --- questions ---


@pytest.mark.parametrize(("rule", "text"), FLAGGED, ids=ids(FLAGGED))
def test_what_breaks_a_rule_is_told(rule, text):
    assert rule in broken(text, TABLE[rule].get("type"))


@pytest.mark.parametrize(("rule", "text"), FINE, ids=ids(FINE))
def test_what_only_looks_like_it_is_left_alone(rule, text):
    assert rule not in broken(text, TABLE[rule].get("type"))


@pytest.mark.parametrize("key", list(LIBRARY.questions))
def test_every_question_of_the_library_is_sound_as_it_is_read_aloud(key):
    question = LIBRARY.questions[key]
    trait = LIBRARY.traits[question.trait]
    if not question.is_read_aloud:
        return
    for text in (question.prompt, *question.wordings.values()):
        assert lint.question(text, question.kind, trait.key, trait.name) == []


def test_without_a_type_the_rules_of_types_are_skipped():
    for text in ("A customer shouts at you. What do you do?", "What do you do all day?"):
        assert broken(text) == broken(text, "probe") == set()
        assert broken(text, "behavioural") == {"past-tense"}
        assert broken(text, "situational") == {"suppose"}


def test_only_the_trait_that_is_rated_may_not_be_named():
    text = "Tell me about a time when somebody met you with sarcasm. What did you do?"
    assert {f.rule for f in lint.question(text, "behavioural", "T01")} == {"no-label"}
    assert lint.question(text, "behavioural", "T13") == []
    name = "Tell me about a time you went looking for trouble. What did you do?"
    assert {f.rule for f in lint.question(name, "behavioural", "T13", "Looking for trouble")} == {
        "no-label"
    }


@given(
    st.sampled_from([case for case in FLAGGED if case[0] in ("open-form", "superlative")]),
    st.sampled_from(["", "Thank you for coming. ", "Here is the first one. "]),
    st.sampled_from([str, str.lower, str.upper, lambda text: f"  {text}\n"]),
)
def test_what_stands_around_a_broken_rule_does_not_hide_it(case, before, change):
    rule, text = case
    assert rule in broken(before + change(text))


@given(st.sampled_from(FINE), st.sampled_from([" It can be from any part of your life.", "\n"]))
def test_a_sound_question_may_say_that_any_part_of_life_is_welcome(case, after):
    rule, text = case
    if rule == "sixty-words":
        return
    assert rule not in broken(text + after, TABLE[rule].get("type"))


@given(st.text(max_size=400), st.sampled_from([None, "behavioural", "situational", "probe"]))
def test_any_text_gets_sentences_or_none(text, kind):
    for finding in lint.question(text, kind):
        assert finding.rule in lint.names()
        assert finding.sentence.endswith((".", "?", "”"))


@pytest.mark.parametrize("text", ["you " * 20_000, "do you " * 10_000 + "?", "a" * 100_000])
def test_a_very_long_text_takes_no_long_time(text):
    before = time.process_time()
    assert "sixty-words" in broken(text) or len(text.split()) == 1
    assert time.process_time() - before < 3


# --- reading ---


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *(("do", 1), ("doing", 2), ("toe", 1), ("about", 2), ("open", 2), ("area", 3)),
        *(("table", 2), ("tables", 2), ("time", 1), ("times", 1), ("helped", 1), ("wanted", 2)),
        *(("customer", 3), ("colleagues", 3), ("somebody", 3), ("easier", 3), ("people", 2)),
        *(("you're", 1), ("customer's", 3), ("rhythm", 1), ("misunderstanding", 5), ("a", 1)),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(word, number):
    assert abs(reading.syllables(word) - number) <= (1 if word in ("colleagues", "area") else 0)


def test_a_grade_is_that_of_flesch_and_kincaid():
    # 10 words, 2 sentences, 12 syllables: 0.39 * 5 + 11.8 * 1.2 - 15.59
    text = "The cat sat on the mat. It was a happy."
    assert reading.grade(text) == pytest.approx(0.39 * 5 + 11.8 * 1.1 - 15.59)
    assert reading.grade("") == 0


def test_sentences_end_where_they_end():
    text = "Are you a U.S. citizen? “No.” she said… (So what?) A 3.5 kg box! Done"
    assert reading.sentences(text) == [
        "Are you a U.S. citizen?",
        '"No."',
        "she said…",
        "(So what?)",
        "A 3.5 kg box!",
        "Done",
    ]


# --- follow-ups and anchors ---


@pytest.mark.parametrize(
    "text",
    [
        "Shouldn't you have apologised?",
        "Don't you think that was rude?",
        "Surely you told your manager?",
        "You told your manager, right?",
        "You must have been angry with them?",
        "But wouldn't it have been better to wait?",
        "Of course you went back?",
    ],
)
def test_a_follow_up_that_hints_is_told(text):
    assert [finding.rule for finding in lint.follow_up(text)] == ["neutral-follow-up"]


def test_a_follow_up_may_not_touch_a_protected_matter():
    assert [f.rule for f in lint.follow_up("Were you ill?")] == ["protected: health"]


def test_the_follow_ups_of_the_library_are_neutral():
    for question in LIBRARY.questions.values():
        for text in question.follow_ups:
            assert lint.follow_up(text) == [], question.key


def of_anchors(*texts, trait="T03"):
    levels = dict(zip(ANCHORED_LEVELS, ((text,) for text in texts), strict=False))
    return {finding.rule for _, finding in lint.anchors(levels, trait)}


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        ("adverb-level", ("Always listens.", "Asked a question.", "Cut in.")),
        ("adverb-level", ("Asked a question.", "Sometimes asks a question.", "Cut in.")),
        ("adverb-level", ("Listens very well.", "Asked a question.", "Cut in.")),
        ("adverb-level", ("Asks about the day.", "Asks about the day, often.", "Cut in.")),
        ("adverb-level", ("Lets people finish.", "Waited.", "Never lets people finish.")),
        ("level-word", ("Shows excellent listening.", "Asked.", "Cut in.")),
        ("level-word", ("Asked.", "Gives an adequate answer.", "Cut in.")),
        ("level-word", ("Asked.", "Waited.", "Poor listener.")),
        ("level-word", ("Good at listening.", "Waited.", "Cut in.")),
        ("level-word", ("Is above average at asking.", "Waited.", "Cut in.")),
        ("two-traits", ("Asked, and showed resilience.", "Waited.", "Cut in.")),
        ("two-traits", ("Asked.", "Waited.", "Answered with sarcasm.")),
    ],
)
def test_what_is_wrong_with_anchors_is_told(rule, texts):
    assert rule in of_anchors(*texts)


@pytest.mark.parametrize(
    "texts",
    [
        (
            "Let the person finish, then asked an open question.",
            "Let the person finish.",
            "Cut in.",
        ),
        ('Says "I always do that" and asks what was meant.', "Waited.", "Cut in."),
        ("Says what was good about the other way.", "Asked for a good reason.", "Cut in."),
        ("Never mentions a name, and says why.", "Waited.", "Calls them poor fools."),
        ("Asks, listens, and says it back in other words.", "Asks twice.", "Says “excellent”."),
        ("Names the average wait, and what would shorten it.", "Waited.", "Cut in."),
        ("Went back very soon after.", "Went back at the end of the day.", "Cut in."),
        ("Put in words how the other felt, with empathy for both.", "Waited.", "Cut in."),
    ],
)
def test_conduct_is_left_alone(texts):
    assert of_anchors(*texts) == set()


# --- files ---

TRAIT = "T03-empathic-listening/trait.md"
QUESTION = "T03-empathic-listening/T03-B1-under-the-first-words.md"
PROBE = "CIV-civility/P01-the-one-third-figure.md"


def of_file(file: str, old: str, new: str) -> list[str]:
    text = (config.ROOT / "traits" / file).read_text()
    assert old in text
    _, faults = files.read(text.replace(old, new, 1), file)
    return [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (QUESTION, "What did you do?", "Did you help?", "open-form: “Did you” can be answered"),
        (QUESTION, "# Under", "# On Netflix, under", "brand: “Netflix” is a brand."),
        (QUESTION, "- How did", "- Surely", "neutral-follow-up: “Surely” hints at the answer"),
        (QUESTION, "- How did it", "- How old are you, and how did it", "protected: age: “how"),
        (TRAIT, "- Let the", "- Always let the", "adverb-level: “Always” makes a level by how"),
        (PROBE, "What do you make of each of them?", "Do you agree?", "open-form: “Do you” can be"),
        (
            PROBE,
            "- Asks what the",
            "- Shows empathy and asks what the",
            "two-traits: “empathy” belo",
        ),
    ],
)
def test_a_file_that_breaks_a_rule_is_told_with_the_rules_name_and_the_line(file, old, new, said):
    text = (config.ROOT / "traits" / file).read_text()
    number = text[: text.index(old)].count("\n") + 1
    found = of_file(file, old, new)
    assert any(one.startswith(f"{file}:{number}: {said}") for one in found), found


def test_a_situational_question_names_the_two_goods_in_its_head_unless_that_is_waived():
    text = sample.text_of(sample.QUESTION)
    goods = "goods: hearing the caller out / the six people waiting\n"
    _, faults = files.read(text.replace(goods, ""), sample.QUESTION)
    (fault,) = map(str, faults)
    assert fault.startswith(f"{sample.QUESTION}:3: two-goods: The head names no two good things")
    _, faults = files.read(text.replace(goods, "waive two-goods: no dilemma\n"), sample.QUESTION)
    assert faults == []


def test_a_rule_is_waived_for_a_written_reason_and_only_that_rule():
    key = "key: T03-B1"
    old, new = f"{key}\n", f"{key}\nwaive open-form: the panel asked for it\n"
    text = (config.ROOT / "traits" / QUESTION).read_text()
    text = text.replace("What did you do?", "Did you help? How old are you?").replace(old, new)
    entry, faults = files.read(text, QUESTION)
    assert entry is None
    assert {fault.rule for fault in faults} == {"one-request", "protected: age"}
    text = text.replace(new, f"{new}waive one-request: both belong together\n")
    text = text.replace(new, f"{new}waive protected: age: the law sets a least age here\n")
    entry, faults = files.read(text, QUESTION)
    assert faults == []
    assert entry.place.waived == {"open-form", "one-request", "protected: age"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("waive open-from: so it is", "There is no rule 'open-from'. Did you mean 'open-form'?"),
        ("waive open-form:", "There is no reason to waive 'open-form'."),
        ("waive protected: so it is", "There is no rule 'protected'. Did you mean"),
    ],
)
def test_a_waiver_names_a_rule_and_a_reason(line, said):
    assert any(said in one for one in of_file(QUESTION, "key: T03-B1", f"key: T03-B1\n{line}"))


def test_a_trait_that_an_organisation_calls_otherwise_may_not_be_named_either(tmp_path):
    folder = sample.traits_with(tmp_path / "traits", {})
    trait, question = folder / TRAIT, folder / QUESTION
    trait.write_text(trait.read_text().replace("# Empathic listening", "# First words"))
    question.write_text(question.read_text().replace("under the first words", "x"))
    question.write_text(question.read_text().replace("the real trouble", "the first words"))
    _, faults = read_folder(folder)
    assert [(fault.file, fault.rule) for fault in faults] == [(QUESTION, "no-label")]
    assert faults[0].line == question.read_text().splitlines().index("## Question") + 1


# --- the docs ---


def test_the_page_in_the_docs_is_that_of_the_rules():
    assert (config.ROOT / "docs" / "lint.md").read_text() == handbook.page(), (
        "make it anew: flask library rules > docs/lint.md"
    )
    for name in RULES:
        assert f"\n## {name}\n" in handbook.page()
    for matter in MATTERS:
        assert f"| `protected: {matter.name}` |" in handbook.page()


@pytest.mark.parametrize("name", sorted(set(RULES) & OF_QUESTIONS))
def test_the_examples_in_the_docs_are_examples(name):
    rule, kind = RULES[name], TABLE.get(name, {}).get("type")
    assert any(found.startswith(name) for found in broken(rule.bad, kind))
    assert broken(rule.good, kind) == set()
