"""What a card still lacks, ticks as bits, joined notes, and who may read what was scored."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.interviews.rules import Panel
from hiring.people.rules import Role
from hiring.refusal import Refused
from hiring.scorecards import rules
from hiring.scorecards.rules import Answer, Fact, open_facts, why_hidden

BLANK = st.sampled_from(["", " ", "\n", " \t\u00a0"])
WORDS = st.sampled_from(["Asked twice.", " x ", "=1", "héé\n漢"])
ANSWERS = st.builds(
    lambda level, reason, note, ticks, parts: Answer(
        level=level if isinstance(level, int) else None,
        not_observed=level == "not observed",
        reason=reason,
        note=note,
        look_fors=ticks,
        situation=parts[0],
        action=parts[1],
        result=parts[2],
    ),
    st.sampled_from([None, 1, 2, 3, 4, 5, "not observed"]),
    BLANK | WORDS,
    BLANK | WORDS,
    st.integers(0, 15),
    st.tuples(*[BLANK | WORDS] * 3),
)
BITS = st.sets(st.integers(0, 40))


@given(ANSWERS)
def test_an_answer_is_complete_with_a_level_or_a_reason_for_none(answer):
    said = rules.lacks(answer)
    if answer.not_observed:
        assert bool(said) is (not answer.reason.strip())
        assert said in {"", "write why it was not observed"}
    elif answer.level is None:
        assert said == "choose a level, or not observed"
    elif answer.level in {1, 5} and not any(
        words.strip() for words in (answer.note, answer.situation, answer.action, answer.result)
    ):
        assert said == f"a {answer.level} needs a note that says what you heard"
    else:
        assert not said


@pytest.mark.parametrize(
    ("asked", "why", "said"),
    [
        ("And then?", "", "write why you asked a follow-up of your own"),
        ("And then?", " \n", "write why you asked a follow-up of your own"),
        ("And then?", "It broke off.", ""),
        (" ", "", ""),
        ("", "It broke off.", ""),
    ],
)
@pytest.mark.parametrize("rated", [{"level": 3}, {"not_observed": True, "reason": "No time."}])
def test_a_follow_up_of_ones_own_needs_its_reason(rated, asked, why, said):
    assert rules.lacks(Answer(**rated, free_follow_up=asked, free_reason=why)) == said


def test_no_answer_at_all_lacks_a_level():
    assert rules.lacks(None) == "choose a level, or not observed"


@given(st.lists(st.integers(1, 999), unique=True, max_size=8), st.data())
def test_everything_that_is_missing_is_said_at_once_in_the_order_of_the_card(items, data):
    answers = data.draw(st.dictionaries(st.sampled_from(items), ANSWERS)) if items else {}
    found = rules.missing(items, answers)
    assert [(item, number) for item, number, _ in found] == [
        (item, number)
        for number, item in enumerate(items, start=1)
        if rules.lacks(answers.get(item))
    ]
    assert all(sentence == rules.lacks(answers.get(item)) for item, _, sentence in found)


@given(BITS)
def test_ticks_go_into_bits_and_come_back(ticks):
    assert rules.indexes(rules.mask(ticks)) == ticks
    assert rules.mask([*ticks, *ticks]) == rules.mask(ticks)


@given(BITS, BITS)
def test_different_ticks_are_different_bits(some, others):
    assert (rules.mask(some) == rules.mask(others)) is (some == others)


@given(BITS, st.integers(0, 41))
def test_the_texts_that_are_ticked(ticks, length):
    texts = [f"text {index}" for index in range(length)]
    shown = list(rules.ticked(texts, rules.mask(ticks)))
    assert shown == [f"text {index}" for index in sorted(ticks) if index < length]


@given(BITS, BITS, BITS, st.tuples(*[st.integers(0, 16)] * 3))
def test_only_ticks_of_the_items_own_lists_are_taken(follow_ups, look_fors, warnings, lengths):
    given_ticks = (follow_ups, look_fors, warnings)
    masks = map(rules.mask, given_ticks)
    answer = Answer(3, **dict(zip(("follow_ups", "look_fors", "warnings"), masks, strict=True)))  # type: ignore[arg-type] # masks are numbers
    fits = all(max(ticks, default=-1) < n for ticks, n in zip(given_ticks, lengths, strict=True))
    if fits:
        rules.check_ticks(answer, *lengths)
    else:
        with pytest.raises(Refused, match="does not belong to this item"):
            rules.check_ticks(answer, *lengths)


@given(st.text(max_size=12), st.text(max_size=12))
def test_joined_notes_hold_both_and_nothing_twice(mine, stored):
    both = rules.joined(mine, stored)
    assert mine in both
    assert stored in both
    if mine in stored or stored in mine:
        assert both in {mine, stored}
    else:
        assert both == f"{stored}\n\n{mine}"
    # Joining what was joined before adds nothing.
    assert rules.joined(both, stored) == both
    assert rules.joined(mine, both) == both


WHOLE = st.builds(
    Answer,
    level=st.none() | st.integers(1, 5),
    **{name: st.sampled_from(["", "one", "two", "one two"]) for name in rules.TEXTS},
    **{name: st.integers(0, 15) for name in rules.TICKS},
    seconds=st.integers(0, 900),
)


@given(WHOLE, WHOLE)
def test_two_versions_joined_hold_all_of_both(mine, stored):
    both = rules.join(mine, stored)
    for name in rules.TEXTS:
        assert getattr(mine, name) in getattr(both, name)
        assert getattr(stored, name) in getattr(both, name)
    for name in rules.TICKS:
        assert getattr(both, name) == getattr(mine, name) | getattr(stored, name)
    assert both.level == (mine.level or stored.level)
    assert both.seconds == max(mine.seconds, stored.seconds)
    assert rules.same(rules.join(mine, mine), mine)


def test_every_field_of_an_answer_is_joined_one_way_or_another():
    others = {"level", "not_observed", "reason", "seconds"}
    assert {*rules.TEXTS, *rules.TICKS, *others} == set(rules.FIELDS)
    assert set(rules.CALLED) == set(rules.FIELDS)


@given(WHOLE)
def test_evidence_is_the_note_and_every_part_that_has_words(answer):
    said = rules.evidence(answer)
    assert said.startswith(answer.note)
    for name in ("situation", "action", "result"):
        words = getattr(answer, name)
        assert (f"{name.title()}: {words}" in said) is bool(words)
    assert answer.is_example is all((answer.situation, answer.action, answer.result))


def test_a_note_alone_is_its_own_evidence():
    assert rules.evidence(Answer(note=" as typed\n")) == " as typed\n"
    assert not rules.evidence(Answer(situation=" \n"))


@given(WHOLE, WHOLE)
def test_what_changed_is_named_once(now, before):
    said = rules.changed(now, before)
    assert len(set(said)) == len(said)
    assert bool(said) is (now != before)


@given(st.integers(1, 3), st.integers(1, 3), st.frozensets(st.sampled_from(Role), min_size=1))
def test_what_happened_is_for_whoever_wrote_it_and_recruiters(owner, person, roles):
    may = rules.may_read_happened(owner, person, roles)
    assert may is (owner == person or Role.RECRUITER in roles)


@st.composite
def panels(draw):
    members = draw(st.frozensets(st.integers(1, 5), max_size=5))
    submitted = frozenset(draw(st.sets(st.sampled_from(sorted(members))))) if members else members
    return Panel(members, submitted, draw(st.booleans()))


ROLES = st.frozensets(st.sampled_from(Role), min_size=1)


@given(panels(), st.integers(1, 6), ROLES)
def test_nobody_reads_values_before_they_open_whatever_roles_they_hold(panel, person, roles):
    may = rules.may_read_values(panel, person, roles)
    if not panel.is_open:
        assert not may
    else:
        assert may is (person in panel.members or bool(roles & {Role.RECRUITER, Role.HR}))


@given(panels().filter(lambda panel: not panel.is_open))
def test_what_is_hidden_says_why_and_how_many_are_missing(panel):
    said = rules.why_hidden(panel)
    if not panel.members:
        assert said == "Nobody is on this panel yet."
    else:
        left = len(panel.members - panel.submitted)
        verb = "has" if left == 1 else "have"
        assert said.endswith(f"{left} of {len(panel.members)} {verb} not yet.")


# --- the rule of blindness ---

people = st.frozensets(st.integers(1, 6), max_size=4)


@st.composite
def whole_panels(draw):
    members, trainees, observers = draw(people), draw(people), draw(people)
    trainees -= members
    return Panel(
        members=members,
        submitted=members & draw(people),
        is_closed=draw(st.booleans()),
        trainees=trainees,
        trainees_submitted=trainees & draw(people),
        observers=observers - members - trainees,
        overriders=draw(people) - members - trainees,
    )


roles = st.frozensets(st.sampled_from(Role))


@given(panel=whole_panels(), person=st.integers(1, 7), roles=roles)
def test_who_has_yet_to_rate_knows_no_values_whatever_roles_they_hold(panel, person, roles):
    facts = open_facts(panel, person, roles)
    if panel.has_yet_to_rate(person):
        assert not facts & {Fact.VALUES, Fact.PRACTICE}
    if not panel.is_open and person not in panel.overriders:
        assert Fact.VALUES not in facts
    if Fact.PRACTICE in facts:
        assert Role.RECRUITER in roles


@given(panel=whole_panels(), person=st.integers(1, 7), roles=roles)
def test_facts_come_in_order_and_only_to_those_concerned(panel, person, roles):
    facts = open_facts(panel, person, roles)
    concerned = person in panel.raters or bool(roles & {Role.RECRUITER, Role.HR})
    assert (Fact.PROGRESS in facts) is concerned
    assert (Fact.PLAN in facts) is (concerned or person in panel.observers)
    if Fact.VALUES in facts:
        assert Fact.PROGRESS in facts


@given(panel=whole_panels(), person=st.integers(1, 7), roles=roles)
def test_who_observes_an_interview_reads_no_ratings_of_it_ever(panel, person, roles):
    if person in panel.observers:
        assert open_facts(panel, person, roles) <= {Fact.PLAN, Fact.PROGRESS}
        assert why_hidden(panel, person) == rules.OBSERVES


@given(panel=whole_panels(), person=st.integers(1, 7))
def test_an_open_panel_is_open_to_each_counted_member_at_the_same_moment(panel, person):
    if person in panel.members:
        assert (Fact.VALUES in open_facts(panel, person, {Role.INTERVIEWER})) is panel.is_open


def test_why_a_summary_is_closed():
    panel = Panel(
        members=frozenset({1, 2}),
        submitted=frozenset({1}),
        is_closed=True,
        trainees=frozenset({3}),
        held=frozenset({2}),
    )
    both = frozenset({Role.RECRUITER, Role.INTERVIEWER})
    assert rules.why_closed(panel, 9, both) == ""
    assert rules.why_closed(panel, 1, both) == ""
    assert "accepted the statement" in rules.why_closed(panel, 2, both)
    complete = replace(panel, members=frozenset({1}), is_closed=False, held=frozenset())
    assert "your own card" in rules.why_closed(complete, 3, both)
    assert rules.why_closed(replace(complete, trainees_submitted=frozenset({3})), 3, both) == ""
    waiting = replace(complete, submitted=frozenset())
    assert rules.why_closed(waiting, 3, both) == "", "how far the panel is may be known"
    assert "roles" in rules.why_closed(complete, 9, frozenset({Role.ADMINISTRATOR}))
