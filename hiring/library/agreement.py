"""What judges' sheets say of the indicators: kept or not, sorted home or not, in order. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import ceil, isqrt
from statistics import variance

from hiring.library.judging import Judged, Sort, judges_by_who
from hiring.library.retranslation import MACHINE, Indicator
from hiring.library.rules import ALL_KEYS, Library

FEWEST_JUDGES = 4
LEAST_AGREEMENT = Fraction(80, 100)
WIDEST_SD = Fraction(75, 100)
AIM_HOME, AIM_ORDER = 90, 95  # per cent


@dataclass(frozen=True)
class Placed:
    """An indicator with what each judge made of it."""

    indicator: Indicator
    sorts: tuple[Sort, ...]

    @cached_property
    def modal(self) -> tuple[str, ...]:
        """The trait that most judges found; several if equally many found each."""
        counts = Counter(sort.trait for sort in self.sorts)
        most = max(counts.values())
        return tuple(key for key in ALL_KEYS if counts[key] == most)

    @property
    def agreement(self) -> Fraction:
        return Fraction(sum(s.trait == self.modal[0] for s in self.sorts), len(self.sorts))

    @cached_property
    def mean(self) -> Fraction:
        return Fraction(sum(sort.level for sort in self.sorts), len(self.sorts))

    @cached_property
    def variance(self) -> Fraction:
        """Over all judges, with n - 1."""
        return variance([Fraction(sort.level) for sort in self.sorts])

    @property
    def is_own(self) -> bool:
        return self.modal == (self.indicator.trait,)

    @property
    def is_home(self) -> bool:
        """Sorted to its own trait or a neighbour. Of several modal traits each has to be one."""
        return {*self.modal} <= {self.indicator.trait, *self.indicator.neighbours}

    @property
    def verdict(self) -> str:
        """Keep or drop; move, when judges agree on another trait than the authors."""
        if self.agreement < LEAST_AGREEMENT or self.variance > WIDEST_SD**2:
            return "drop"
        return "keep" if self.is_own else "move"


@dataclass(frozen=True)
class Figures:
    """How a group of indicators did."""

    placed: Sequence[Placed]

    @property
    def own(self) -> int:
        return sum(one.is_own for one in self.placed)

    @property
    def home(self) -> int:
        return sum(one.is_home for one in self.placed)

    @cached_property
    def pairs(self) -> tuple[int, int]:
        """Pairs of one trait and two written levels: in order by their means, and all."""
        right = every = 0
        for one, other in combinations(self.placed, 2):
            a, b = one.indicator, other.indicator
            if a.trait == b.trait and a.level != b.level:
                every += 1
                right += (one.mean > other.mean) if a.level > b.level else (one.mean < other.mean)
        return right, every


def place(sheets: Sequence[Judged]) -> list[Placed]:
    """The indicators of the sheets' kit, by trait, source and falling level."""
    indicators = sheets[0].kit.indicators
    placed = [
        Placed(indicator, tuple(sorts))
        for indicator, *sorts in zip(indicators, *(s.sorts for s in sheets), strict=True)
    ]
    return sorted(placed, key=lambda one: _order(one.indicator))


def _order(one: Indicator) -> tuple[int, bool, int, str, int]:
    trait = ALL_KEYS.index(one.trait)
    return trait, one.is_of_probe, len(one.source), one.source, -one.level


# --- in words ---


def report(sheets: Sequence[Judged], library: Library) -> Iterator[str]:
    """Who judged, what the whole, each trait and each indicator came to."""
    kit = sheets[0].kit
    placed = place(sheets)
    yield f"Library {kit.state}, seed {kit.seed}: {len(placed)} indicators, {len(sheets)} judges."
    yield claim(sheets)
    yield "\nJudges"
    yield from (_judge(sheet) for sheet in sheets)
    yield "\nAll traits. Shares are rounded down."
    yield from _groups(placed)
    yield "\nEach trait. Behind it, how often each trait was found in its indicators; * a neighbour"
    for trait in library.traits.values():
        yield from _trait([one for one in placed if one.indicator.trait == trait.key], trait.name)
    yield "\nEach indicator. Agreement is rounded down, the SD up."
    yield from (_indicator(one) for one in placed)


def claim(sheets: Sequence[Judged]) -> str:
    """Who the judges were, and how much may be said on their word."""
    who = judges_by_who(sheets)
    said = ", ".join(f"{count} {name}" for name, count in who.items())
    if MACHINE not in who:
        kind = "Retranslation by people: it tells whether the sentences are read alike."
    elif len(who) == 1:
        kind = "Machine retranslation, a screening: it finds sentences to mend, no more."
    else:
        kind = (
            "In part machine retranslation, a screening: score people's sheets alone to learn "
            "how people read."
        )
    return f"Judges: {said}.\n{kind} It is no evidence of validity."


def _judge(sheet: Judged) -> str:
    alone = Figures(
        [Placed(i, (s,)) for i, s in zip(sheet.kit.indicators, sheet.sorts, strict=True)]
    )
    every = len(sheet.sorts)
    return (
        f"  {sheet.name}, {sheet.who}: own trait {_share(alone.own, every)}, "
        f"own or neighbour {_share(alone.home, every)} ({sheet.file})"
    )


def _groups(placed: Sequence[Placed]) -> Iterator[str]:
    groups = {
        "of the traits": [one for one in placed if not one.indicator.is_of_probe],
        "of probes": [one for one in placed if one.indicator.is_of_probe],
        "all": placed,
    }
    for name, members in groups.items():
        if members:
            verdicts = Counter(one.verdict for one in members)
            yield f"  {name}: {_figures(Figures(members))}"
            yield "    " + ", ".join(f"{verdicts[v]} to {v}" for v in ("keep", "move", "drop"))
    yield f"  aimed at: own or neighbour {AIM_HOME}%, ordered rightly {AIM_ORDER}%"


def _figures(figures: Figures) -> str:
    every = len(figures.placed)
    right, pairs = figures.pairs
    return (
        f"{every} indicators, own trait {_share(figures.own, every)}, "
        f"own or neighbour {_share(figures.home, every)}, "
        f"ordered rightly {_share(right, pairs)} of {pairs} pairs"
    )


def _trait(placed: Sequence[Placed], name: str) -> Iterator[str]:
    if not placed:
        return
    own = placed[0].indicator.trait
    yield f"  {own} {name}: {_figures(Figures(placed))}"
    found: Counter[tuple[str, bool]] = Counter(
        (sort.trait, sort.trait in one.indicator.neighbours) for one in placed for sort in one.sorts
    )
    yield "    " + ", ".join(
        f"{key}{'*' if is_near else ''} {count}" for (key, is_near), count in found.most_common()
    )


def _indicator(one: Placed) -> str:
    indicator = one.indicator
    return (
        f"  {indicator.place}: {indicator.id} {indicator.trait} level {indicator.level}: "
        f"{one.verdict}. {'/'.join(one.modal)} {_share(*one.agreement.as_integer_ratio())}, "
        f"mean {float(one.mean):.2f}, SD {_rounded_up(one.variance)}. {indicator.text}"
    )


def _share(part: int, whole: int) -> str:
    """Rounded down to a tenth, so that no share looks as if it reached what it missed."""
    return f"{1000 * part // whole / 10:g}%" if whole else "none"


def _rounded_up(squared: Fraction) -> str:
    """The root, rounded up for the same reason."""
    hundredths = isqrt(ceil(squared * 10_000))
    if hundredths**2 < squared * 10_000:
        hundredths += 1
    return f"{hundredths / 100:.2f}"


def too_few(sheets: Sequence[Judged]) -> str:
    """A sentence, when there are too few judges to say anything."""
    if len(sheets) >= FEWEST_JUDGES:
        return ""
    read = (
        "The sheet is sound, but one judge is"
        if len(sheets) == 1
        else (f"The sheets are sound, but {len(sheets)} judges are")
    )
    return f"{read} too few: at least {FEWEST_JUDGES} have to sort before it says anything."
