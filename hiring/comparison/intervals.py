"""What an interval is made of, when two candidates can be told apart, and how the page says it.

Every standard error is in levels. Tables and weights are those of `panels`. The reliabilities of
a planning value are from Huffcutt, Culbertson and Weyhrauch, IJSA 21 (2013).
"""

import math
import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from hiring.comparison import panels
from hiring.comparison.panels import Scores, Table, Weights

LEAST_PAST = 20
Z = 1.959964
PANEL_REL = 0.74
SINGLE_REL = 0.44
USUAL_SD = 0.6
MOST = 0.5  # of the weight: a second rater of one trait in six does not make a panel
TIE = 1e-9  # levels; numbers closer than this differ by rounding only
LEAVES_OUT = (
    "An interval only covers how differently interviewers judge the same answers. "
    "Other questions, or the same person on another day, could move a score further."
)
COMPONENT_NAMES = {
    "r": "how strict interviewers are",
    "tr": "how strict they are on single traits",
    "cr": "how they differ over single candidates",
}


@dataclass(frozen=True, slots=True)
class Interval:
    """A score and how far the bar or line reaches to either side. May pass 1 and 5."""

    centre: float
    half: float

    @property
    def low(self) -> float:
        return self.centre - self.half

    @property
    def high(self) -> float:
        return self.centre + self.half


def apart(first: Interval, second: Interval) -> bool:
    """Whether two bars leave a gap or only touch; bars on the same score never do.

    The one place where telling candidates apart is decided, for the picture and the table alike.
    """
    lower, upper = sorted((first, second), key=lambda bar: bar.centre)
    return upper.centre - lower.centre > TIE and upper.low >= lower.high


def distinguishable(first: float, second: float, critical: float) -> bool:
    """Whether two scores differ by at least `critical`, which is t * SED of the pair."""
    return apart(Interval(first, critical / 2), Interval(second, critical / 2))


class Kind(StrEnum):
    """Where a standard error comes from."""

    ESTIMATED = "estimated"
    HOLES = "holes"
    PLANNING = "planning"


@dataclass(frozen=True, slots=True)
class Variances:
    """Components of one rating: rater, trait x rater, candidate x rater, and the rest.

    `below_zero` names the estimates that came out negative and were set to 0.
    """

    r: float
    tr: float
    cr: float
    ctr: float
    below_zero: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Margin:
    """One candidate's standard error, and that of a difference from someone rated alike."""

    se: float
    sed: float


Margins = Mapping[int, Margin]
Pairs = Mapping[frozenset[int], float]


@dataclass(frozen=True, slots=True)
class Precision:
    """What the intervals are made of.

    Measured: `n_c` and `n_r` count the crossed table it was measured from, and `se` and `sed` hold
    for a candidate whom all of these raters rated in full. Planned: they count everybody, and
    `se`, `sed` and `rel` hold for a panel, or for one rater if nobody had more. `df` is that of
    the largest crossed table, `t` the quantile in use. Whatever was not used is None.
    """

    kind: Kind
    n_c: int
    n_r: int
    df: int
    t: float
    se: float
    sed: float
    margins: Margins
    pairs: Pairs
    sentence: str = ""
    leaves_out: str = LEAVES_OUT
    ms_e: float | None = None
    variances: Variances | None = None
    sd: float | None = None
    rel: float | None = None

    def sed_of(self, first: int, second: int) -> float:
        """The standard error of two candidates' difference; their own if they were rated alike."""
        return self.pairs.get(frozenset((first, second)), self.margins[first].sed)


def planned_error(sd: float, rel: float) -> float:
    """The planning value of a standard error: SD * sqrt(1 - rel)."""
    return sd * math.sqrt(1 - rel)


def pooled_sd(past: Collection[float]) -> float | None:
    """The SD of past composites on one guide version; None below 20, or if all are equal."""
    return (statistics.stdev(past) or None) if len(past) >= LEAST_PAST else None


def planned(table: Table, weights: Weights, df: int, past_sd: float | None) -> Precision:
    """Planning values, for want of `df`. ValueError if `past_sd` is not a positive number."""
    sd = USUAL_SD if past_sd is None else past_sd
    if not 0 < sd < math.inf:
        raise ValueError(f"a standard deviation is a positive number, not {sd}")
    rels = {candidate: _reliability(scores, weights) for candidate, scores in table.items()}
    errors = {rel: planned_error(sd, rel) for rel in (PANEL_REL, SINGLE_REL)}
    margins = {rel: Margin(error, math.sqrt(2) * error) for rel, error in errors.items()}
    rel = max(rels.values(), default=PANEL_REL)
    found = Precision(
        kind=Kind.PLANNING,
        n_c=len(table),
        n_r=len({rater for scores in table.values() for rater in panels.raters_of(scores)}),
        df=df,
        t=Z,
        se=margins[rel].se,
        sed=margins[rel].sed,
        margins={candidate: margins[rels[candidate]] for candidate in table},
        pairs={
            frozenset((a, b)): math.hypot(*errors.values())
            for a, b in combinations(table, 2)
            if rels[a] != rels[b]
        },
        sd=sd,
        rel=rel,
    )
    sentence = _planned_sentence(found, table, set(rels.values()), from_past=past_sd is not None)
    return replace(found, sentence=sentence)


def measured_sentence(found: Precision) -> str:
    who = f"{found.n_c} candidates whom the same {found.n_r} interviewers rated in full"
    parts = [f"The intervals are measured from the {who} ({found.df} degrees of freedom)."]
    if found.kind is Kind.HOLES:
        parts.append("Ratings are missing or panels differ, so they are not alike for everyone.")
    if found.variances and found.variances.below_zero:
        names = " and ".join(COMPONENT_NAMES[name] for name in found.variances.below_zero)
        parts.append(f"An estimate below zero was set to 0: {names}.")
    if found.ms_e == 0:
        parts.append(
            "These interviewers agreed on every difference between candidates, so the intervals "
            "have no width. Take that as luck, not as certainty."
        )
    return " ".join([*parts, _reach(found, "the same panel")])


def _reliability(scores: Scores, weights: Weights) -> float:
    shared = math.fsum(weight for trait, weight in weights.items() if len(scores[trait]) > 1)
    return PANEL_REL if shared > MOST else SINGLE_REL


def _planned_sentence(
    planned: Precision, table: Table, rels: Collection[float], *, from_past: bool
) -> str:
    if planned.n_c == 0:
        return "Nobody has a full set of scores yet, so there is no interval to show."
    if planned.n_c == 1:
        why = "there is only one candidate with a full set of scores"
    elif planned.n_r == 1:
        why = "there is only one interviewer"
    elif panels.has_holes(table):
        why = "too few candidates were rated in full by the same interviewers"
    else:
        why = f"{planned.n_c} candidates and {planned.n_r} interviewers are too few to measure by"
    names = {PANEL_REL: "a panel", SINGLE_REL: "one interviewer"}
    trust = " and ".join(f"{rel:.2f} for {names[rel]}" for rel in sorted(rels, reverse=True))
    source = "as past candidates on this guide did" if from_past else "our usual guess"
    return (
        f"The intervals are planning values and not measured: {why}. They take scores to spread "
        f"by {planned.sd:.2f} ({source}), with a reliability of {trust}. "
        + _reach(planned, names[planned.rel or PANEL_REL])
    )


def _reach(precision: Precision, whom: str) -> str:
    reach = precision.t * precision.sed
    return f"Two candidates rated by {whom} are told apart once they differ by {reach:.2f} or more."
