"""Texts with the keys in them as links. Pure."""

import re

from hiring.library.rules import Library

_KEY = re.compile(r"\b((?:T\d\d|CIV)(?:-[ABS]\d+)?|[PV]\d{2,3})\b")

Piece = tuple[str, str]  # some text, and the key of the entry it leads to or nothing


def pieces(text: str, library: Library) -> list[Piece]:
    """The text in pieces: what is the key of an entry leads to it."""
    parts = _KEY.split(text)
    return [
        (part, part if place % 2 == 1 and library.named(part) else "")
        for place, part in enumerate(parts)
        if part
    ]
