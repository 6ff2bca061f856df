"""Scoring: one counted rating after another becomes trait scores, a composite and flags.

A rater's trait score is the mean of the levels they gave to the trait's items, a candidate's the
mean over raters, the composite the weighted mean over traits. Nothing missing is ever filled in.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from hiring.library.rules import CIVILITY
from hiring.scorecards.rules import LEVELS

SCORING_VERSION = "1"

LOW_LEVELS = (1, 2)

Panels = Mapping[int, Sequence[int]]  # the counted raters of every candidate, in shown order
Seen = tuple[int, int]  # a rater and an item


@dataclass(frozen=True, slots=True)
class Rated:
    """One counted rating; no level means not observed. Bit 0 of `warnings` is the item's first.

    `debriefed` is the level given in the debrief, if it was changed there. It does not count.
    """

    candidate: int
    rater: int
    item: int
    level: int | None
    warnings: int
    debriefed: int | None = None

    def after_debrief(self) -> "Rated":
        """The rating with the level that was given last."""
        return self if self.debriefed is None else replace(self, level=self.debriefed)


@dataclass(frozen=True, slots=True)
class Item:
    """A question of the guide, scored on one trait, with the warnings that could be ticked."""

    id: int
    trait: str
    title: str
    key: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait of the guide. Civility has weight 0, every other a positive one."""

    key: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class TraitScore:
    """One candidate on one trait. Everything is over the raters' own means, in shown order."""

    mean: float
    by_rater: Mapping[int, float]
    lowest: float
    highest: float
    spread: float | None  # the standard deviation (n - 1), from two raters on
    expected: int

    @property
    def raters(self) -> int:
        return len(self.by_rater)

    @property
    def has_fewer_raters(self) -> bool:
        return self.raters < self.expected


class FlagKind(StrEnum):
    """Why a flag is raised."""

    LOW_CIVILITY = "low level on civility"
    CIVILITY_WARNING = "warning on civility"
    SHARED_WARNING = "same warning from two interviewers"


@dataclass(frozen=True, slots=True)
class Flag:
    """What was seen, by whom and on which item; `seen` holds (rater, item), to find the notes."""

    kind: FlagKind
    trait: str
    seen: tuple[Seen, ...]
    level: int | None = None
    warning: str | None = None

    @property
    def raters(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(rater for rater, _ in self.seen))

    @property
    def items(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(item for _, item in self.seen))

    def about(self, name: str) -> str:
        """What was seen, on the trait of this name."""
        if self.kind is FlagKind.LOW_CIVILITY:
            return f"{name}: level {self.level}"
        return f"{name}, warning: {self.warning}"


def shares(traits: Iterable[Trait]) -> dict[str, float]:
    """Each weight's share of the composite, by trait; they sum to 1 and civility has none.

    ValueError for a trait given twice, a weight that is not positive, or civility with a weight.
    """
    weights: dict[str, float] = {}
    for trait in traits:
        if trait.key in weights:
            raise ValueError(f"{trait.key} is there twice")
        sound = trait.weight == 0 if trait.key == CIVILITY else 0 < trait.weight < math.inf
        if not sound:
            raise ValueError(f"{trait.key} cannot have the weight {trait.weight}")
        weights[trait.key] = trait.weight
    weights.pop(CIVILITY, None)
    total = math.fsum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


def sort_ratings(
    ratings: Iterable[Rated], items: Sequence[Item], panels: Panels
) -> dict[int, list[Rated]]:
    """The ratings of each candidate, in the order of the guide and then of the panel.

    ValueError for a rating that cannot be: an unknown candidate or item, a rater whose card does
    not count, a level outside 1 to 5, a warning the item does not have, or one item rated twice.
    """
    warnings = {item.id: len(item.warnings) for item in items}
    place = {item.id: number for number, item in enumerate(items)}
    seats = {c: {rater: seat for seat, rater in enumerate(panel)} for c, panel in panels.items()}
    sorted_out: dict[int, dict[tuple[int, int], Rated]] = {candidate: {} for candidate in panels}
    for rated in ratings:
        seat = seats.get(rated.candidate, {}).get(rated.rater)
        if (
            seat is None
            or rated.item not in place
            or (rated.level is not None and rated.level not in LEVELS)
            or not 0 <= rated.warnings < 1 << warnings[rated.item]
            or (place[rated.item], seat) in sorted_out[rated.candidate]
        ):
            raise ValueError(f"not a rating to count: {rated}")
        sorted_out[rated.candidate][place[rated.item], seat] = rated
    return {c: [rated[key] for key in sorted(rated)] for c, rated in sorted_out.items()}


def trait_scores(
    rated: Iterable[Rated],
    traits: Iterable[Trait],
    items: Mapping[int, Item],
    raters: Sequence[int],
) -> dict[str, TraitScore | None]:
    """One candidate's score on every trait of the guide; None where nobody gave a level."""
    levels: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for one in rated:
        if one.level is not None:
            levels[items[one.item].trait, one.rater].append(one.level)
    scores: dict[str, TraitScore | None] = {}
    for trait in traits:
        by_rater = {
            rater: statistics.fmean(levels[trait.key, rater])
            for rater in raters
            if (trait.key, rater) in levels
        }
        scores[trait.key] = _trait_score(by_rater, len(raters)) if by_rater else None
    return scores


def composite(scores: Mapping[str, TraitScore | None], weights: Mapping[str, float]) -> float:
    """The weighted mean of the trait means. ValueError if a trait with a weight has no score."""
    means = {trait: score.mean for trait in weights if (score := scores[trait]) is not None}
    if not weights or len(means) < len(weights):
        raise ValueError("no composite without a score on every trait that has a weight")
    # Rounded, because shares such as 1/7 would make 4.999999999999999 of seven fives.
    return round(math.fsum(weight * means[trait] for trait, weight in weights.items()), 12)


def composite_or_none(
    scores: Mapping[str, TraitScore | None], weights: Mapping[str, float]
) -> float | None:
    """The composite, or None if a trait with a weight has no score."""
    if not weights or any(scores[trait] is None for trait in weights):
        return None
    return composite(scores, weights)


def why_no_composite(
    scores: Mapping[str, TraitScore | None], traits: Iterable[Trait], raters: Sequence[int]
) -> str | None:
    """The sentence to show in place of a composite; None if nothing stands in its way."""
    counted = [trait for trait in traits if trait.key != CIVILITY]
    names = [trait.name for trait in counted if scores[trait.key] is None]
    if not counted:
        return "No composite: this guide has only civility, which carries no weight."
    if not raters:
        return "No composite: no scorecard counts yet."
    if not names:
        return None
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    return f"No composite: nobody rated {listed}."


def flags(
    rated: Iterable[Rated], items: Mapping[int, Item]
) -> tuple[tuple[Flag, ...], dict[str, int]]:
    """One candidate's flags, civility first, and the number of other warnings ticked per trait.

    A flag is a level 1 or 2 or any warning on civility, by anyone; elsewhere a warning that two
    interviewers ticked, in the same words of one item's own list or of a list its items share.
    """
    low: defaultdict[tuple[int, int], list[Seen]] = defaultdict(list)
    ticked: defaultdict[tuple[str, tuple[str, ...], str], list[Seen]] = defaultdict(list)
    for one in rated:
        item = items[one.item]
        if item.trait == CIVILITY and one.level in LOW_LEVELS:
            low[item.id, one.level].append((one.rater, item.id))
        for bit, text in enumerate(item.warnings):
            if one.warnings >> bit & 1:
                ticked[item.trait, item.warnings, text].append((one.rater, item.id))
    found = [
        Flag(FlagKind.LOW_CIVILITY, CIVILITY, tuple(seen), level=level)
        for (_, level), seen in low.items()
    ]
    others: dict[str, int] = {}
    for (trait, _, text), seen in ticked.items():
        civil = trait == CIVILITY
        if civil or len({rater for rater, _ in seen}) > 1:
            kind = FlagKind.CIVILITY_WARNING if civil else FlagKind.SHARED_WARNING
            found.append(Flag(kind, trait, tuple(seen), warning=text))
        else:
            others[trait] = others.get(trait, 0) + len(seen)
    return tuple(sorted(found, key=lambda flag: flag.trait != CIVILITY)), others


def shown(number: float, places: int = 2) -> str:
    """A mean or an interval's end as people read it, everywhere: halves go away from zero."""
    return str(Decimal(repr(number)).quantize(Decimal(10) ** -places, ROUND_HALF_UP) + 0)


def _trait_score(by_rater: Mapping[int, float], expected: int) -> TraitScore:
    scores = by_rater.values()
    return TraitScore(
        mean=statistics.fmean(scores),
        by_rater=by_rater,
        lowest=min(scores),
        highest=max(scores),
        spread=statistics.stdev(scores) if len(scores) > 1 else None,
        expected=expected,
    )
