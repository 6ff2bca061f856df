"""Where everything of the dot picture stands: composites with their bars and lines. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hiring.comparison.intervals import Interval
from hiring.comparison.rules import shown

LEFT, WIDTH, RIGHT = 190, 520, 50  # names, the scale from 1 to 5, the score
TOP, ROW, BOTTOM = 30, 34, 14


@dataclass(frozen=True, slots=True)
class Mark:
    """One candidate's row in the picture, in pixels of its own grid."""

    name: str
    y: float
    dot: float
    bar: tuple[float, float]
    line: tuple[float, float]
    score: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture's size, the five grid lines, and one mark for each candidate."""

    width: int
    height: int
    bottom: int
    grid: tuple[tuple[int, float], ...]
    marks: tuple[Mark, ...]

    @property
    def words(self) -> str:
        """The picture in words, for people who don't see it."""
        return " ".join(mark.words for mark in self.marks)


def x(level: float) -> float:
    """The place of a level on the scale. An interval may pass 1 and 5: it is cut off there."""
    return round(LEFT + (min(max(level, 1), 5) - 1) / 4 * WIDTH, 1)


def ends(interval: Interval) -> str:
    """Both ends in words, cut off like the line that is drawn."""
    return f"{shown(max(interval.low, 1))} to {shown(min(interval.high, 5))}"


def picture(rows: Sequence[tuple[str, float, Interval, Interval]]) -> Picture:
    """The picture of candidates given as name, score, bar and line, from the top down."""
    bottom = TOP + ROW * len(rows)
    return Picture(
        width=LEFT + WIDTH + RIGHT,
        height=bottom + BOTTOM,
        bottom=bottom,
        grid=tuple((level, x(level)) for level in range(1, 6)),
        marks=tuple(
            Mark(
                name=name,
                y=TOP + ROW * place + ROW / 2,
                dot=x(score),
                bar=(x(bar.low), x(bar.high)),
                line=(x(line.low), x(line.high)),
                score=shown(score),
                words=f"{name}: {shown(score)}, bar {ends(bar)}, 95% interval {ends(line)}.",
            )
            for place, (name, score, bar, line) in enumerate(rows)
        ),
    )
