"""The debrief: where a panel disagrees, who moved a rating afterwards, how far and towards whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hiring.refusal import Refused
from hiring.scorecards.rules import LEVELS

SHORTEST_WORDS, LONGEST_WORDS = 10, 1_000


class Cause(StrEnum):
    """Why a rating is changed in the debrief."""

    MISSED = "I had missed or misheard something the candidate said"
    ANCHOR = "The answer is more like another anchor than I had thought"
    MIXED_UP = "I had rated what belongs to another question"
    SLIP = "It was a slip of the hand"
    OTHER = "Another reason, told below"


@dataclass(frozen=True, slots=True)
class Move:
    """One rating changed in the debrief: `rater` gave `before` first and `after` then."""

    rater: int
    item: int
    before: int | None
    after: int


@dataclass(frozen=True, slots=True)
class Drift:
    """How one rater moved: signed levels, and towards whom, as raters with the number of moves."""

    rater: int
    moves: int
    mean: float | None
    towards: Mapping[int, int]


def check_may_revise(before: int | None, after: int, words: str) -> None:
    """Refuse a change that changes nothing, is no level, or gives no reason in words."""
    if after not in LEVELS:
        raise Refused("Choose a level from 1 to 5.")
    if after == before:
        raise Refused(f"Your rating is {after} already. Choose another level, or leave it.")
    if len(words.strip()) < SHORTEST_WORDS:
        raise Refused("Say in a few words what made you change it. Both ratings are kept.")


def disagreement(levels: Sequence[int | None]) -> int:
    """The distance between the highest and the lowest level given; 0 with fewer than two."""
    given = [level for level in levels if level is not None]
    return max(given) - min(given) if given else 0


def towards(move: Move, firsts: Mapping[int, int | None]) -> list[int]:
    """The others whose first level the mover came closer to. `firsts` holds all of one item."""
    before = move.before
    if before is None:
        return []
    return [
        rater
        for rater, level in firsts.items()
        if rater != move.rater
        and level is not None
        and abs(move.after - level) < abs(before - level)
    ]


def drift(
    moves: Sequence[Move], firsts: Mapping[int, Mapping[int, int | None]]
) -> dict[int, Drift]:
    """Each mover's drift. `firsts` holds the first levels by item, then by rater."""
    found = {}
    for rater in dict.fromkeys(move.rater for move in moves):
        mine = [move for move in moves if move.rater == rater]
        far = [move.after - move.before for move in mine if move.before is not None]
        drawn = [other for move in mine for other in towards(move, firsts[move.item])]
        found[rater] = Drift(
            rater,
            len(mine),
            sum(far) / len(far) if far else None,
            {other: drawn.count(other) for other in dict.fromkeys(drawn)},
        )
    return found
