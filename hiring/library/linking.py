"""Texts with the keys in them as links, and facts in their parts. Pure."""

import re
from dataclasses import dataclass

from hiring.library.rules import Library

_KEY = re.compile(r"\b((?:T\d\d|CIV)(?:-[ABS]\d+)?|[PV]\d{2,3})\b")
_QUOTED_WHEN = re.compile(r",? (as quoted(?: in \d{4}(?:-\d{4})?|, undated))")

Piece = tuple[str, str]  # some text, and the key of the entry it leads to or nothing


def pieces(text: str, library: Library) -> list[Piece]:
    """The text in pieces: what is the key of an entry leads to it."""
    parts = _KEY.split(text)
    return [
        (part, part if place % 2 == 1 and library.named(part) else "")
        for place, part in enumerate(parts)
        if part
    ]


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with what was counted, when it was quoted, and where."""

    figure: str
    said: str
    quoted: str
    source: str


def fact(text: str) -> Fact:
    """A bullet of facts in its parts. The library's check has seen that they are all there."""
    said, _, source = text.partition(" Source: ")
    figure, _, said = said.partition(": ")
    quoted = _QUOTED_WHEN.search(said)
    return Fact(
        figure,
        _QUOTED_WHEN.sub("", said).strip(),
        quoted[1] if quoted else "",
        source,
    )
