"""What a card still lacks, ticks as bits, joined notes, and who may read what was scored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.interviews.rules import Panel
from hiring.people.rules import Role
from hiring.refusal import Refused
from hiring.scorecards import rules
from hiring.scorecards.rules import Answer, Fact, open_facts

BLANK = st.sampled_from(["", " ", "\n", " \t\u00a0"])
WORDS = st.sampled_from(["Asked twice.", " x ", "=1", "héé\n漢"])
ANSWERS = st.builds(
    lambda level, reason, note, ticks: Answer(
        level=level if isinstance(level, int) else None,
        not_observed=level == "not observed",
        reason=reason,
        note=note,
        look_fors=ticks,
    ),
    st.sampled_from([None, 1, 2, 3, 4, 5, "not observed"]),
    BLANK | WORDS,
    BLANK | WORDS,
    st.integers(0, 15),
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
    elif answer.level in {1, 5} and not answer.note.strip():
        assert said == f"a {answer.level} needs a note that says what you heard"
    else:
        assert not said


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
    answer = Answer(3, False, "", "", *map(rules.mask, given_ticks))  # noqa: FBT003
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


@given(panel=whole_panels(), person=st.integers(1, 7))
def test_an_open_panel_is_open_to_each_counted_member_at_the_same_moment(panel, person):
    if person in panel.members:
        assert (Fact.VALUES in open_facts(panel, person, {Role.INTERVIEWER})) is panel.is_open
