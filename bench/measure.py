"""How work is timed, and the rows of the table that come of it."""

import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

Clock = Callable[[], float]
Call = Callable[[], object]


def in_turn(
    variants: Mapping[str, Callable[[], Call]],
    *,
    rounds: int,
    calls: int,
    clocks: Sequence[Clock] = (time.thread_time,),
) -> dict[str, list[float]]:
    """Seconds of each variant by each clock: the smallest of its rounds' medians.

    The variants take turns call by call: what disturbs the machine disturbs all of them, and none
    runs in a loop of its own with all it needs at hand. A variant is a function that prepares a
    call and returns it; only the call is timed.
    """
    medians: dict[str, list[list[float]]] = {name: [] for name in variants}
    for _ in range(rounds):
        times: dict[str, list[list[float]]] = {name: [] for name in variants}
        for _ in range(calls):
            for name, prepare in variants.items():
                times[name].append(_timed(prepare(), clocks))
        for name, found in times.items():
            medians[name].append([statistics.median(clock) for clock in zip(*found, strict=True)])
    return {name: [min(clock) for clock in zip(*m, strict=True)] for name, m in medians.items()}


def _timed(call: Call, clocks: Sequence[Clock]) -> list[float]:
    before = [clock() for clock in clocks]
    call()
    return [clock() - start for clock, start in zip(clocks, before, strict=True)]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `reached` is a ratio to the baseline, or with a unit the figure."""

    work: str
    figure: str
    baseline: str
    reached: float
    aim: float
    unit: str = ""  # of the aim; a ratio has none
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.reached >= self.aim if self.at_least else self.reached <= self.aim

    @property
    def cells(self) -> tuple[str, ...]:
        is_ratio = self.baseline != NONE and not self.unit
        ratio = f"{self.reached:.2f}" if is_ratio else NONE
        sign = "≥" if self.at_least else "≤"
        aim = f"{sign} {self.aim:.3g}{' ' if self.unit else ''}{self.unit}"
        return self.work, self.figure, self.baseline, ratio, aim, "yes" if self.is_met else "NO"


NONE = "–"
HEAD = ("work", "figure", "baseline", "ratio", "aim", "met")


def rows(name: str, *, quick: bool) -> list[Row]:
    """What one measurement finds, told as it comes."""
    found: list[Row] = []
    for row in import_module(f"bench.{name}").run(quick=quick):
        work, figure, baseline, ratio, aim, met = row.cells
        print(f"  {work}: {figure}, baseline {baseline}, ratio {ratio}, aim {aim}, met: {met}")
        sys.stdout.flush()
        found.append(row)
    return found


def against(work: str, seconds: float, baseline: float, aim: float) -> Row:
    """A row whose aim is a ratio of two times."""
    return Row(work, shown(seconds), shown(baseline), seconds / baseline, aim)


def shown(seconds: float) -> str:
    if seconds < 0.01:
        return f"{seconds * 1e6:,.0f} µs"
    if seconds < 1:
        return f"{seconds * 1e3:.1f} ms"
    return f"{seconds:.2f} s"


def table(rows: Sequence[Row]) -> str:
    """All rows in columns, as Markdown."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    written = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    return "\n".join(
        [written[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *written[1:]]
    )
