"""Candidates of one guide version side by side: scores, intervals, and who can be told apart."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hiring.comparison import intervals, panels, precision, rules
from hiring.comparison.intervals import Interval, Precision
from hiring.comparison.panels import Table, Weights
from hiring.comparison.rules import Flag, Item, Panels, Rated, Trait, TraitScore
from hiring.library.rules import CIVILITY

NOT_TRANSITIVE = (
    "Too close to call does not pass along: A may be too close to B, and B to C, "
    "while A and C can still be told apart."
)
ADJUSTED = (
    "Not everyone had the same panel. The adjusted score takes out how strict each interviewer "
    "was, as far as shared candidates show it; candidates are ordered and compared by it."
)
REFUSED = (
    "These candidates fall into groups, and no interviewer rated people of two groups in full. "
    "Nobody can say which group's panel was stricter, so each group stands alone."
)
ROUNDING = 9  # decimals; scores that differ beyond them are equal and keep the order given

TraitScores = Mapping[str, TraitScore | None]


@dataclass(frozen=True, slots=True)
class CandidateScore:
    """One candidate's row. `others` are the candidates it cannot be told apart from.

    `debriefed` is the composite with the ratings changed in the debrief, if any were; it is shown
    beside the composite, which everything else rests on.

    `adjusted` is there only when panels differ within the group. `line` is the 95% interval and
    `bar` half a critical difference to either side, both around `score`; they may pass 1 and 5.
    """

    candidate: int
    traits: TraitScores
    composite: float | None
    adjusted: float | None = None
    why_not: str | None = None
    line: Interval | None = None
    bar: Interval | None = None
    civility: Interval | None = None
    others: tuple[int, ...] = ()
    debriefed: float | None = None
    flags: tuple[Flag, ...] = ()
    other_warnings: Mapping[str, int] = field(default_factory=dict)

    @property
    def score(self) -> float | None:
        """What the candidate is ordered and compared by."""
        return self.composite if self.adjusted is None else self.adjusted

    @property
    def has_fewer_raters(self) -> bool:
        return any(score is not None and score.has_fewer_raters for score in self.traits.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """All candidates in order: group by group, by score, and those without one at the end.

    `groups` are the candidates with a score whom one may set side by side: a single group, unless
    panels are not linked. `civility` is the precision of the civility scores alone. `notices`
    are the sentences to show above the table.
    """

    candidates: tuple[CandidateScore, ...]
    groups: tuple[tuple[int, ...], ...]
    precision: Precision
    civility: Precision
    notices: tuple[str, ...]
    not_transitive: str = NOT_TRANSITIVE
    scoring_version: str = rules.SCORING_VERSION


def compare(
    traits: Sequence[Trait],
    items: Sequence[Item],
    counted: Panels,
    ratings: Iterable[Rated],
    past_sd: float | None = None,
) -> Comparison:
    """The comparison of the candidates in `counted`, who all had this guide version.

    `counted` gives each candidate's raters whose cards count, both in the order to show them in;
    equal scores keep it. The spread of past candidates is that of these composites once there are
    twenty, or `past_sd` if it is given.
    ValueError for weights, items or ratings that cannot be.
    """
    weights = rules.shares(traits)
    by_id = {item.id: item for item in items}
    if unknown := {item.trait for item in items} - {trait.key for trait in traits}:
        raise ValueError(f"items of traits that are not in the guide: {sorted(unknown)}")
    rated = rules.sort_ratings(ratings, items, counted)
    scores = {c: rules.trait_scores(rated[c], traits, by_id, counted[c]) for c in counted}
    standing = _standing(scores, weights, past_sd)
    civility = precision.measure(_table(scores, [CIVILITY]), {CIVILITY: 1.0})
    rows = []
    for candidate in _in_order(counted, standing):
        row = _row(candidate, scores[candidate], standing, civility)
        why_not = rules.why_no_composite(scores[candidate], traits, counted[candidate])
        flags, other_warnings = rules.flags(rated[candidate], by_id)
        if any(one.debriefed is not None for one in rated[candidate]):
            after = [one.after_debrief() for one in rated[candidate]]
            changed = rules.trait_scores(after, traits, by_id, counted[candidate])
            row = replace(row, debriefed=rules.composite_or_none(changed, weights))
        rows.append(replace(row, why_not=why_not, flags=flags, other_warnings=other_warnings))
    return Comparison(
        tuple(rows), standing.groups, standing.precision, civility, _notices(standing)
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    composites: Mapping[int, float]
    adjusted: Mapping[int, float]
    groups: tuple[tuple[int, ...], ...]
    precision: Precision


def _table(scores: Mapping[int, TraitScores], traits: Collection[str]) -> Table:
    table = {}
    for candidate, by_trait in scores.items():
        found = {trait: score.by_rater for trait in traits if (score := by_trait.get(trait))}
        if found and len(found) == len(traits):
            table[candidate] = found
    return table


def _standing(
    scores: Mapping[int, TraitScores], weights: Weights, past_sd: float | None
) -> _Standing:
    table = _table(scores, weights)
    composites = {c: rules.composite(scores[c], weights) for c in table}
    parts = [{candidate: table[candidate] for candidate in group} for group in panels.linked(table)]
    adjusted = [precision.adjust(part, weights) for part in parts if panels.panels_differ(part)]
    means = {candidate: mean for group in adjusted for candidate, mean in group.means.items()}
    final = composites | means
    groups = (tuple(sorted(part, key=lambda c: -round(final[c], ROUNDING))) for part in parts)
    past_sd = past_sd or intervals.pooled_sd(composites.values())
    measured = precision.measure(table, weights, adjusted, past_sd)
    return _Standing(composites, means, tuple(groups), measured)


def _row(
    candidate: int, scores: TraitScores, standing: _Standing, civility: Precision
) -> CandidateScore:
    composite = standing.composites.get(candidate)
    row = CandidateScore(candidate, scores, composite, standing.adjusted.get(candidate))
    civil = scores.get(CIVILITY)
    if civil is not None:
        reach = civility.t * civility.margins[candidate].se
        row = replace(row, civility=Interval(civil.mean, reach))
    if row.score is None:
        return row
    t, margin = standing.precision.t, standing.precision.margins[candidate]
    return replace(
        row,
        line=Interval(row.score, t * margin.se),
        bar=Interval(row.score, t * margin.sed / 2),
        others=_others(candidate, standing),
    )


def _in_order(counted: Panels, standing: _Standing) -> list[int]:
    ranked = [candidate for group in standing.groups for candidate in group]
    return [*ranked, *(candidate for candidate in counted if candidate not in standing.composites)]


def _others(candidate: int, standing: _Standing) -> tuple[int, ...]:
    found, scores = standing.precision, {**standing.composites, **standing.adjusted}
    group = next(group for group in standing.groups if candidate in group)
    return tuple(
        other
        for other in group
        if other != candidate
        and not intervals.distinguishable(
            scores[candidate], scores[other], found.t * found.sed_of(candidate, other)
        )
    )


def _notices(standing: _Standing) -> tuple[str, ...]:
    notices = {ADJUSTED: bool(standing.adjusted), REFUSED: len(standing.groups) > 1}
    return tuple(sentence for sentence, holds in notices.items() if holds)
