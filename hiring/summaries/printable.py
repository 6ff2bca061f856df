"""How people's texts, numbers and moments are printed: safe to lay out, and the same everywhere."""

import datetime as dt
import re
import unicodedata
from zoneinfo import ZoneInfo

from hiring.comparison.rules import shown

LONGEST_RUN = 30  # `overflow-wrap` would do it too, in quadratic time: a long word hangs the page
MOST_MARKS = 4
MOST_LINE_BREAKS = 60
BREAK_HERE = "\u200b"
THIN_SPACE = "\u2009"

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_QUOTES = tuple("\"'“”‘’«»")
_LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them
_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")


def printable(text: str) -> str:
    """A text as it may be laid out: every word kept, nothing in it that stalls the layout."""
    text = _LINE_BREAK.sub("\n", text)
    if not text.isascii() or not text.replace("\n", "").isprintable():
        text = _without_controls(text)
    return _LONG_RUN.sub(_breakable, _few_lines(text))


def _without_controls(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" or char in _JOINERS else 0
        if marks > MOST_MARKS:
            continue
        if category in ("Cc", "Cs", "Cf") and char not in _JOINERS:
            # Invisible characters turn the reading order round or hide words.
            kept.append(char if char == "\n" else " " if char in "\t\v\f" else "")
        else:
            kept.append(char)
    return "".join(kept)


def _few_lines(text: str) -> str:
    lines = text.split("\n", MOST_LINE_BREAKS)
    lines[-1] = lines[-1].replace("\n", " ")
    return "\n".join(lines)


def _breakable(run: re.Match[str]) -> str:
    """A run with a place to break every so often, but never between a letter and its marks."""
    pieces: list[str] = []
    size = 0
    for char in run.group():
        joined = unicodedata.category(char).startswith("M") or char in _JOINERS
        if size >= LONGEST_RUN and not joined and pieces[-1] not in _JOINERS:
            pieces.append(BREAK_HERE)
            size = 0
        pieces.append(char)
        size += 1
    return "".join(pieces)


def mean(value: float | None) -> str:
    """Two decimals; a dash where nobody rated."""
    return "–" if value is None else shown(value)


def score(value: float | None) -> str:
    """An interviewer's score for a trait: one decimal, since it is a mean of a few levels."""
    return "–" if value is None else shown(value, places=1)


def share(weight: float) -> str:
    return f"{weight * 100:.1f}".removesuffix(".0") + "%"


def quoted(note: str) -> str:
    """A note in quotation marks, a thin space away from its own."""
    before = THIN_SPACE if note.startswith(_QUOTES) else ""
    after = THIN_SPACE if note.endswith(_QUOTES) else ""
    return f"“{before}{note}{after}”"


def day(moment: dt.datetime, zone: str) -> str:
    """`19 November 2026`."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}"


def moment(when: dt.datetime, zone: str) -> str:
    """`Thursday 19 November 2026, 10:30 (Europe/Dublin)`, whatever the machine's language is."""
    there = when.astimezone(ZoneInfo(zone))
    return f"{_DAYS[there.weekday()]} {day(when, zone)}, {there:%H:%M} ({zone})"


def grouped(digest: str) -> str:
    """A hash in groups of eight, to be read aloud and compared."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
