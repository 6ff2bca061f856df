"""The profile picture: scores to SVG paths on a scale from 1 to 5. No text in it: that is HTML."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hiring.scorecards.rules import LEVELS
from hiring.summaries.printable import mean
from hiring.summaries.rules import Composite, TraitResult

STEP = 34.0  # points from one level to the next
WIDTH = STEP * len(LEVELS)
ROW = 17.0
TALL_ROW = 26.0  # two lines of a long name
LONGEST_ON_A_LINE = 30
RULE = 0.4  # the line between two rows of the table that the picture stands in
_LANES = 10.0  # the part of a row that the interviewers' marks share


@dataclass(frozen=True, slots=True)
class Mark:
    """How an interviewer is drawn: a shape, so that it survives grey print, and a colour."""

    glyph: str
    path: Callable[[float, float], str]
    is_hollow: bool
    colour: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything of a kind in one path: each shape drawn by itself would cost as much as a line."""

    height: float
    grid: str
    thin: str
    thick: str
    ticks: str
    marks: tuple[tuple[Mark, str], ...]
    alt: str


def _circle(x: float, y: float) -> str:
    return f"M{x - 2.1:.2f} {y:.2f}a2.1 2.1 0 1 0 4.2 0a2.1 2.1 0 1 0 -4.2 0z"


def _square(x: float, y: float) -> str:
    return f"M{x - 1.9:.2f} {y - 1.9:.2f}h3.8v3.8h-3.8z"


def _up(x: float, y: float) -> str:
    return f"M{x:.2f} {y - 2.3:.2f}l2.5 4.3h-5z"


def _diamond(x: float, y: float) -> str:
    return f"M{x:.2f} {y - 2.6:.2f}l2.6 2.6l-2.6 2.6l-2.6 -2.6z"


def _down(x: float, y: float) -> str:
    return f"M{x:.2f} {y + 2.3:.2f}l2.5 -4.3h-5z"


_BLUE, _RUST, _GREEN, _PLUM = "#0b5c8a", "#a8480f", "#3d6b1a", "#7a3b86"
MARKS = (
    Mark("●", _circle, is_hollow=False, colour=_BLUE),
    Mark("■", _square, is_hollow=False, colour=_RUST),
    Mark("▲", _up, is_hollow=False, colour=_GREEN),
    Mark("◆", _diamond, is_hollow=False, colour=_PLUM),
    Mark("▼", _down, is_hollow=False, colour=_BLUE),
    Mark("○", _circle, is_hollow=True, colour=_RUST),
    Mark("□", _square, is_hollow=True, colour=_GREEN),
    Mark("△", _up, is_hollow=True, colour=_PLUM),
    Mark("▽", _down, is_hollow=True, colour=_BLUE),
)


def mark(place: int) -> Mark:
    """The mark of the panel member at a place; beyond nine they repeat, the letters don't."""
    return MARKS[place % len(MARKS)]


def across(value: float) -> float:
    return (value - LEVELS[0] + 0.5) * STEP


def row_height(results: Sequence[TraitResult]) -> float:
    """The same for all rows, so that one picture fits beside the whole table."""
    longest = max((len(result.name) for result in results), default=0)
    return TALL_ROW if longest > LONGEST_ON_A_LINE else ROW


def profile(results: Sequence[TraitResult]) -> Picture:
    """A row for each trait: interviewers' scores, the mean, and from lowest to highest."""
    row = row_height(results)
    middles = [place * (row + RULE) + row / 2 for place in range(len(results))]
    panel = len(results[0].scores) if results else 0
    rows = list(zip(results, middles, strict=True))
    height = len(results) * (row + RULE)
    return Picture(
        height=height,
        grid=_grid(height) + "".join(f"M0 {y + row / 2 + RULE / 2:.2f}H{WIDTH:g}" for y in middles),
        thin="",
        thick="".join(_bar(result.lowest, result.highest, y) for result, y in rows),
        ticks="".join(_tick(result.mean, y) for result, y in rows),
        marks=tuple((mark(place), _marks(rows, place, panel)) for place in range(panel)),
        alt="The scores in the columns beside this, drawn on a scale from 1 to 5: each "
        "interviewer's mark, the mean as an upright stroke, and a bar from lowest to highest.",
    )


def composite(value: Composite) -> Picture:
    """The composite with its 95% interval (thin), and the bar that tells candidates apart."""
    middle = ROW / 2
    return Picture(
        height=ROW,
        grid=_grid(ROW),
        thin=_bar(value.lower, value.upper, middle),
        thick=_bar(value.value - value.bar, value.value + value.bar, middle),
        ticks=_tick(value.value, middle),
        marks=(),
        alt=f"Composite {mean(value.value)}, 95% interval {mean(value.lower)} to "
        f"{mean(value.upper)}, on a scale from 1 to 5.",
    )


def _marks(rows: Sequence[tuple[TraitResult, float]], place: int, panel: int) -> str:
    """One interviewer's marks, in a lane of their own: equal scores don't hide each other."""
    lane = _LANES * (place / (panel - 1) - 0.5) if panel > 1 else 0.0
    return "".join(
        mark(place).path(across(score), y + lane)
        for result, y in rows
        if (score := result.scores[place]) is not None
    )


def _grid(height: float) -> str:
    return "".join(f"M{across(at):g} 0V{height:g}" for at in LEVELS)


def _tick(value: float | None, y: float) -> str:
    return "" if value is None else f"M{across(value):.2f} {y - 7:.2f}v14"


def _bar(low: float | None, high: float | None, y: float) -> str:
    """From one value to another; an interval may reach beyond the scale, but not off the page."""
    if low is None or high is None or high <= low:
        return ""
    left, right = max(0.0, across(low)), min(WIDTH, across(high))
    return f"M{left:.2f} {y:.2f}H{right:.2f}"
