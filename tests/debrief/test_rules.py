"""Where a panel disagrees, and who moved how far towards whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.debrief import rules
from hiring.debrief.rules import Move
from hiring.refusal import Refused

ANN, BOB, CEM = 1, 2, 3
levels = st.integers(1, 5)
given_levels = st.one_of(levels, st.none())


def test_disagreement_is_the_distance_between_the_ends():
    assert rules.disagreement([2, 5, 3]) == 3
    assert rules.disagreement([4, None, 4]) == 0


@pytest.mark.parametrize("levels", [[], [None], [3], [3, None]])
def test_nobody_disagrees_alone(levels):
    assert rules.disagreement(levels) == 0


def test_towards_are_those_one_came_closer_to():
    firsts = {ANN: 2, BOB: 4, CEM: 1}
    assert rules.towards(Move(ANN, 7, 2, 3), firsts) == [BOB]
    assert rules.towards(Move(ANN, 7, 2, 1), firsts) == [CEM]
    assert rules.towards(Move(ANN, 7, None, 3), firsts) == []


@given(before=levels, after=levels, others=st.lists(given_levels, max_size=4))
def test_nobody_comes_closer_to_themselves_nor_without_moving(before, after, others):
    firsts = {ANN: before, **dict(enumerate(others, start=2))}
    drawn = rules.towards(Move(ANN, 7, before, after), firsts)
    assert ANN not in drawn
    if before == after:
        assert drawn == []
    for other in drawn:
        assert abs(after - firsts[other]) < abs(before - firsts[other])


def test_drift_counts_moves_and_keeps_their_direction():
    firsts: dict[int, dict[int, int | None]] = {
        7: {ANN: 2, BOB: 5},
        8: {ANN: 4, BOB: 4},
        9: {ANN: None, BOB: 3},
    }
    moves = [Move(ANN, 7, 2, 4), Move(ANN, 8, 4, 3), Move(ANN, 9, None, 3), Move(BOB, 7, 5, 4)]
    found = rules.drift(moves, firsts)
    assert (found[ANN].moves, found[ANN].mean) == (3, 0.5)
    assert found[ANN].towards == {BOB: 1}
    assert (found[BOB].moves, found[BOB].mean, found[BOB].towards) == (1, -1, {ANN: 1})


@pytest.mark.parametrize(
    ("before", "after", "words", "sentence"),
    [
        (3, 3, "I heard it again.", "Your rating is 3 already"),
        (3, 6, "I heard it again.", "Choose a level from 1 to 5"),
        (3, 4, " short  ", "Say in a few words"),
    ],
)
def test_a_change_needs_a_new_level_and_a_reason(before, after, words, sentence):
    with pytest.raises(Refused, match=sentence):
        rules.check_may_revise(before, after, words)
    rules.check_may_revise(3, 4, "I heard it again.")
