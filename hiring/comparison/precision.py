"""Precision measured from the ratings themselves: mean squares, components, adjusted means.

Tables and weights are those of `panels`. Mean squares and components are in squared levels.
Sources: Shrout and Fleiss, Psychol. Bull. 86 (1979), for the candidate x rater table; Brennan,
Generalizability Theory (2001), for variance components and the errors of composites.
"""

# ruff: noqa: PLC0415
# numpy and scipy are imported inside functions: a web worker must not load them when it starts.

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from hiring.comparison import panels
from hiring.comparison.intervals import (
    Kind,
    Margin,
    Margins,
    Pairs,
    Precision,
    Variances,
    measured_sentence,
    planned,
)
from hiring.comparison.panels import Scores, Table, Weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_DF = 8
NOISE = 1e-12  # a mean square below this is rounding, not disagreement


@dataclass(frozen=True, slots=True)
class TwoWay:
    """Mean squares of a candidate x rater table: raters, and what is left."""

    ms_r: float
    ms_e: float
    df: int


@dataclass(frozen=True, slots=True, eq=False)
class Adjusted:
    """Severity-adjusted means of linked candidates, and what each rater composite gave to them.

    `raters` are those with a composite for the candidate. `shares` has a row for each candidate,
    in the order of `means`, and a column for each rater composite; a row sums to 1.
    """

    means: Mapping[int, float]
    raters: Mapping[int, frozenset[int]]
    shares: "NDArray[np.float64]"


def measure(
    table: Table,
    weights: Weights,
    adjusted: Sequence[Adjusted] = (),
    past_sd: float | None = None,
) -> Precision:
    """The precision of every candidate in the table.

    Measured on the largest crossed table if that leaves 8 degrees of freedom, else planned.
    Candidates in `adjusted` get the errors of their adjusted means. `past_sd` is what `pooled_sd`
    gives. ValueError if it is not a positive number.
    """
    candidates, raters = panels.largest_crossed(table)
    df = max(0, len(candidates) - 1) * max(0, len(raters) - 1)
    if df < LEAST_DF:
        return planned(table, weights, df, past_sd)
    cube = [[[table[c][trait][r] for r in raters] for trait in weights] for c in candidates]
    squares, variances = components(cube, list(weights.values()))
    found = _crossed(table, squares, len(candidates), len(raters))
    if panels.has_holes(table):
        margins, pairs = _with_holes(table, weights, adjusted, squares.ms_e, variances)
        found = replace(found, kind=Kind.HOLES, margins=margins, pairs=pairs, variances=variances)
    return replace(found, sentence=measured_sentence(found))


def adjust(table: Table, weights: Weights) -> Adjusted:
    """Candidates' means with each rater's severity taken out, by additive least squares.

    A rater composite is modelled as candidate + rater, the rater effects summing to 0, so that a
    complete table gives the raw composites. ValueError if the candidates are not all linked.
    """
    import numpy as np

    raters = {candidate: panels.full_raters(scores) for candidate, scores in table.items()}
    cells = [(candidate, rater) for candidate in table for rater in sorted(raters[candidate])]
    judges = sorted({rater for _, rater in cells})
    column = {rater: len(table) + number for number, rater in enumerate(judges)}
    design = np.zeros((len(cells), len(table) + len(judges)))
    place = {candidate: number for number, candidate in enumerate(table)}
    for row, (candidate, rater) in enumerate(cells):
        design[row, [place[candidate], column[rater]]] = 1
    solved, _, rank, _ = np.linalg.lstsq(design, np.eye(len(cells)))
    if rank < design.shape[1] - 1:
        raise ValueError("candidates whom no rater links cannot be adjusted together")
    shares = solved[: len(table)] + solved[len(table) :].mean(axis=0)
    means = shares @ np.array([panels.rater_composite(table[c], weights, r) for c, r in cells])
    # Least squares leaves some noise; without it equal candidates stay equal.
    return Adjusted(dict(zip(table, means.round(12).tolist(), strict=True)), raters, shares)


def two_way(table: Sequence[Sequence[float]]) -> TwoWay:
    """Analysis of variance of a complete table (candidates, raters); ValueError below 2 x 2."""
    import numpy as np

    y = np.asarray(table, dtype=float)
    n_c, n_r = y.shape
    if min(n_c, n_r) <= 1:
        raise ValueError("a two-way table needs two candidates and two raters")
    of_r = y.mean(axis=0) - y.mean()
    df = (n_c - 1) * (n_r - 1)
    ms_e = _interaction(y) / df
    return TwoWay(
        ms_r=n_c * float((of_r**2).sum()) / (n_r - 1),
        ms_e=ms_e if ms_e > NOISE else 0.0,
        df=df,
    )


def components(
    cube: Sequence[Sequence[Sequence[float]]], weights: Sequence[float]
) -> tuple[TwoWay, Variances]:
    """The composites' two-way analysis, and the components of single ratings.

    `cube` is complete (candidates, traits, raters). `ctr` and `tr` come from the three-way
    analysis; `cr` and `r` are what the composites' mean squares hold beyond these two. Under equal
    weights that is the textbook estimate; under others it keeps the components in step with MS_E,
    which pooled components are not. One trait alone has no trait parts: they count as cr and r.
    """
    import numpy as np

    x = np.asarray(cube, dtype=float)
    n_c, n_t, n_r = x.shape
    found = two_way(np.einsum("t,ctr->cr", weights, x).tolist())
    ctr = tr = 0.0
    if n_t > 1:
        ctr = _interaction(x) / ((n_c - 1) * (n_t - 1) * (n_r - 1))
        tr = _interaction(x.mean(axis=0)) / ((n_t - 1) * (n_r - 1)) - ctr / n_c
    squares = math.fsum(weight**2 for weight in weights)
    estimates = {
        "r": (found.ms_r - found.ms_e) / n_c - squares * tr,
        "tr": tr,
        "cr": found.ms_e - squares * ctr,
        "ctr": ctr,
    }
    below_zero = tuple(name for name, value in estimates.items() if value < -NOISE)
    kept = {name: max(0.0, value) for name, value in estimates.items()}
    return found, Variances(**kept, below_zero=below_zero)


def difference_variances(
    k: "NDArray[np.float64]", v: Variances
) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
    """The error variance of each score (n,) and the variance of each difference (n, n).

    `k` (n, traits, raters) is every rating's coefficient in its candidate's composite: the
    trait's weight over the number of its raters. Severity enters a difference as far as the two
    candidates' coefficients differ, and one score's error not at all.
    """
    by_rater, flat = k.sum(axis=1), k.reshape(len(k), -1)
    error = v.cr * (by_rater**2).sum(axis=1) + v.ctr * (flat**2).sum(axis=1)
    severity = v.r * _squared_distances(by_rater) + v.tr * _squared_distances(flat)
    return error, error[:, None] + error[None, :] + severity


def quantile(df: int) -> float:
    """Student's t for a two-sided 95% interval."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))


def _crossed(table: Table, squares: TwoWay, n_c: int, n_r: int) -> Precision:
    usual = Margin(math.sqrt(squares.ms_e / n_r), math.sqrt(2 * squares.ms_e / n_r))
    return Precision(
        kind=Kind.ESTIMATED,
        n_c=n_c,
        n_r=n_r,
        df=squares.df,
        t=quantile(squares.df),
        se=usual.se,
        sed=usual.sed,
        margins=dict.fromkeys(table, usual),
        pairs={},
        ms_e=squares.ms_e,
    )


def _with_holes(
    table: Table,
    weights: Weights,
    adjusted: Sequence[Adjusted],
    ms_e: float,
    variances: Variances,
) -> tuple[Margins, Pairs]:
    # Each candidate's margin, and the standard errors of pairs that were not rated alike.
    margins: dict[int, Margin] = {}
    pairs: dict[frozenset[int], float] = {}
    for group in adjusted:
        # Adjusted means are sums of rater composites, whose error variance is MS_E; severity has
        # been taken out of them, and what taking it out costs is in the shares.
        alike = [ms_e / len(raters) for raters in group.raters.values()]
        error = ms_e * (group.shares**2).sum(axis=1)
        variance = ms_e * _squared_distances(group.shares)
        margins |= _margins(group.means, error, alike)
        pairs |= _pairs(list(group.raters.items()), variance)
    raw = [candidate for candidate in table if candidate not in margins]
    if raw:
        error, variance = difference_variances(_coefficients(table, raw, weights), variances)
        alike = [
            ms_e / len(panels.raters_of(table[c])) if panels.is_whole(table[c]) else float(e)
            for c, e in zip(raw, error, strict=True)
        ]
        margins |= _margins(raw, alike, alike)
        pairs |= _pairs([(c, _pattern(table[c])) for c in raw], variance)
    return margins, pairs


def _margins(
    candidates: Iterable[int], error: Iterable[float], alike: Iterable[float]
) -> dict[int, Margin]:
    return {
        candidate: Margin(math.sqrt(own), math.sqrt(2 * half))
        for candidate, own, half in zip(candidates, error, alike, strict=True)
    }


def _pairs(
    patterns: Sequence[tuple[int, object]], variance: "NDArray[np.float64]"
) -> dict[frozenset[int], float]:
    # Candidates rated alike are left out: their margin says it, and the very same number twice
    # is what keeps the picture's bars and the pair rule in step.
    return {
        frozenset((first, second)): math.sqrt(variance[i, j])
        for (i, (first, how)), (j, (second, other)) in combinations(enumerate(patterns), 2)
        if how != other
    }


def _pattern(scores: Scores) -> tuple[frozenset[int], ...]:
    return tuple(frozenset(by_rater) for by_rater in scores.values())


def _coefficients(
    table: Table, candidates: Sequence[int], weights: Weights
) -> "NDArray[np.float64]":
    import numpy as np

    raters = sorted({rater for c in candidates for rater in panels.raters_of(table[c])})
    k = np.zeros((len(candidates), len(weights), len(raters)))
    for row, candidate in enumerate(candidates):
        for column, (trait, weight) in enumerate(weights.items()):
            by_rater = table[candidate][trait]
            k[row, column, [raters.index(rater) for rater in by_rater]] = weight / len(by_rater)
    return k


def _squared_distances(points: "NDArray[np.float64]") -> "NDArray[np.float64]":
    # Between every two rows of (n, m), as (n, n), without an (n, n, m) in between.
    squares = (points**2).sum(axis=1)
    distances: NDArray[np.float64] = squares[:, None] + squares[None, :] - 2 * points @ points.T
    return distances.clip(min=0)


def _interaction(x: "NDArray[np.float64]") -> float:
    # The sum of squares left when the means along each axis are taken out in turn.
    for axis in range(x.ndim):
        x = x - x.mean(axis=axis, keepdims=True)
    return float((x**2).sum())
