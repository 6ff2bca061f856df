"""What a summary says is decided by rules: which anchor, how much of a note, when it is another."""

import datetime as dt
import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.comparison.rules import shown
from hiring.summaries import printable, rules
from hiring.summaries.sentences import sentence_ends
from tests.summaries import sample

# Sentences that each try to look like two.
SENTENCES = st.sampled_from(
    [
        "She let him talk, e.g. about the fine.",
        "Mr. Adeyemi and J. Doe were named as witnesses of it.",
        "He said “Stop. Go away.” and then helped after all!",
        'She wrote "Fine. By noon." and kept to it.',
        "It cost 3.50 the first time and 4. 20 the second.",
        "What did she ask (“Is it late? Is it far?” was the answer) before that?",
        "The customers' own words came back twice.",
        "Then ‘slowly. very slowly.’ was the advice she took.",
        "„Halt. Nein.“ war die Antwort.",
        "She paused... and went on as if nothing were the matter.",
        "Żółw szedł dalej, naïve and unhurried.",
        "它到了吗？",
    ]
)


def test_the_anchor_is_the_nearest_of_one_three_and_five():
    assert rules.most_like(1.9) == (1,)
    assert rules.most_like(2.1) == (3,)
    assert rules.most_like(4.5) == (5,)


@pytest.mark.parametrize(
    ("mean", "between"), [(2.0, (1, 3)), (4.0, (3, 5)), (12.3 / 3 - 0.1, (3, 5))]
)
def test_midway_is_between(mean, between):
    assert rules.most_like(mean) == between


def test_likeness_is_worded():
    strong, between = sample.summary().traits[0], sample.summary().traits[5]
    assert strong.likeness == "Most like level 5: stands out"
    assert between.likeness == "Between level 3 and level 5"


@given(st.text(max_size=rules.LONGEST_AT_ITEM))
def test_a_note_up_to_the_limit_stands_whole(note):
    assert rules.at_item(note) == note.strip()
    assert not rules.is_long(note)


@given(st.text(min_size=rules.LONGEST_AT_ITEM + 1))
def test_of_a_longer_note_a_beginning_that_fits(note):
    shown = rules.at_item(note)
    assert note.strip().startswith(shown)
    assert len(shown) <= rules.LONGEST_AT_ITEM


@given(st.lists(SENTENCES, min_size=20, max_size=60), st.sampled_from([" ", "\n", "  "]))
def test_no_sentence_is_cut(sentences, gap):
    note = gap.join(sentences)
    shown = rules.at_item(note)
    whole = [gap.join(sentences[:count]) for count in range(len(sentences) + 1)]
    assert shown in whole


@given(st.lists(st.sampled_from(["One two three.", "Where was it?", "She went!"]), min_size=50))
def test_as_many_plain_sentences_as_fit(sentences):
    note = " ".join(sentences)
    shown = rules.at_item(note)
    following = note[len(shown) :].split(".")[0].split("?")[0].split("!")[0]
    assert len(shown) + len(following) + 1 > rules.LONGEST_AT_ITEM or shown == note


def test_a_first_sentence_over_the_limit_is_for_the_appendix():
    assert rules.at_item("and then " * 100 + "it ended. A second one.") == ""


def test_a_paragraph_or_a_bullet_ends_a_thought_without_a_stop():
    note = "asked twice\n\ncame back\n- first: the gate\n- second: the sign"
    ends = [note[:end] for end in sentence_ends(note)]
    assert ends == [
        "asked twice",
        "asked twice\n\ncame back",
        "asked twice\n\ncame back\n- first: the gate",
    ]


def test_long_notes_are_all_in_the_appendix():
    summary = sample.with_notes("Word. " * 200, "short", "x" * 601)
    assert [rating.letter for _, rating in summary.long_notes] == ["A", "C"]


def test_the_digest_is_that_of_the_content():
    summary = sample.summary()
    later = replace(summary, made_at=summary.made_at + dt.timedelta(days=1), made_by="Other")
    assert rules.digest(later) == rules.digest(summary)
    assert rules.digest(replace(summary, decisions=())) != rules.digest(summary)
    assert rules.as_json(summary) == rules.as_json(sample.summary())


def test_an_incomplete_summary_has_no_composite():
    with pytest.raises(ValueError, match="no composite"):
        replace(sample.summary(), incomplete=("One card is open.",))
    with pytest.raises(ValueError, match="why there is none"):
        replace(sample.summary(), composite=None)


def test_ticks_name_those_who_ticked():
    item = sample.summary().traits[0].items[0]
    assert item.look_fors["Quotes the other person's own words."] == "A, C"
    assert item.warnings == {}


@pytest.mark.parametrize("precision", ["estimated", "past candidates", "assumed"])
def test_each_kind_of_precision_has_a_sentence(precision):
    assert rules.Composite(3.5, 3.0, 4.0, 0.3, precision, 8).sentence.endswith(".")


@given(st.text())
def test_print_keeps_every_visible_character(text):
    kept = [char for char in printable.printable(text) if char.isalnum()]
    given_ = [char for char in text if char.isalnum()]
    assert "".join(kept) == "".join(given_) or not text.isascii()


@given(st.text(alphabet="ab\u0301\u200d\n \u202e\x00", max_size=500))
def test_print_leaves_nothing_that_stalls_the_layout(text):
    safe = printable.printable(text)
    assert safe.count("\n") <= printable.MOST_LINE_BREAKS
    assert "\x00" not in safe
    assert "\u202e" not in safe
    assert "\u0301" * (printable.MOST_MARKS + 1) not in safe
    longest = max(map(len, safe.replace(printable.BREAK_HERE, " ").split()), default=0)
    assert longest <= printable.LONGEST_RUN + 2 * printable.MOST_MARKS + 2


def test_moments_are_written_for_people():
    moment = dt.datetime(2026, 7, 1, 22, 5, tzinfo=dt.UTC)
    written = printable.moment(moment, "Europe/Dublin")
    assert written == "Wednesday 1 July 2026, 23:05 (Europe/Dublin)"
    assert printable.day(moment, "Asia/Tokyo") == "2 July 2026"


def test_a_quotation_keeps_away_from_its_own_marks():
    assert printable.quoted("plain") == "“plain”"
    assert printable.quoted("“So?” he said") == "“\u2009“So?” he said”"


def test_halves_are_rounded_as_on_the_page():
    assert printable.mean(3.125) == shown(3.125) == "3.13"
    assert printable.score(3.25) == "3.3"
    assert printable.score(2.65) == "2.7"
    assert (printable.mean(None), printable.score(None)) == ("–", "–")


def test_copies_without_what_came_later_keep_their_digest():
    summary = sample.summary()
    told = json.loads(rules.as_json(summary))
    assert told["composite"]["unadjusted"] is None
    assert told["closing"] is None
    for key in ("made_at", "made_zone", "made_by", "first_ninety_days", "closing"):
        del told[key]
    del told["composite"]["unadjusted"]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    assert rules.digest(summary) == hashlib.sha256(text.encode()).hexdigest()


def test_whether_a_summary_rests_on_other_candidates():
    def numbers(**changes):
        composite = sample.summary().composite
        assert composite is not None
        composite = replace(composite, **changes)
        return rules.as_json(sample.summary(composite=composite))

    assert rules.rests_on_others(numbers(precision="estimated"))
    assert rules.rests_on_others(numbers(precision="past candidates"))
    assert rules.rests_on_others(numbers(precision="assumed", unadjusted=3.2))
    assert not rules.rests_on_others(numbers(precision="assumed"))
    assert not rules.rests_on_others(rules.as_json(sample.unfinished()))
    older = json.loads(numbers(precision="assumed"))
    del older["composite"]["unadjusted"]
    assert rules.rests_on_others(json.dumps(older)), "it is not known"
