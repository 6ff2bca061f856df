"""Where everything of the dot picture stands: composites with their bars and lines. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hiring.comparison.intervals import Interval
from hiring.comparison.rules import shown

LEFT, WIDTH, RIGHT = 190, 520, 50  # names, the scale from 1 to 5, the score
NAMES = 176  # of what is left of the scale, so that no name passes the picture's edge
TOP, ROW, BOTTOM = 30, 34, 14
# What a letter takes at most of the fonts that systems use, at 13 pixels.
_WIDE, _CAPITAL, _USUAL, _SLIM, _NARROW = 13.2, 10.4, 8.4, 5.6, 4.5


@dataclass(frozen=True, slots=True)
class Mark:
    """One candidate's row in the picture, in pixels of its own grid.

    `name` is shortened to the room there is; `words` has the whole one.
    """

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


def shortened(name: str) -> str:
    """A name, or as much of it as there is room for and three dots."""
    if width(name) <= NAMES:
        return name
    kept = name
    while width(f"{kept}…") > NAMES:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def width(text: str) -> float:
    """How many pixels a text takes at most."""
    return sum(map(_width, text))


def _width(char: str) -> float:
    if char in "ijl.,'’|:! ":
        return _NARROW
    if char in "tfr-()":
        return _SLIM
    if char in "WMmw@…—" or unicodedata.east_asian_width(char) in "WF":
        return _WIDE
    if unicodedata.combining(char):
        return 0
    return _USUAL if char.islower() or char.isdigit() else _CAPITAL


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
                name=shortened(name),
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
