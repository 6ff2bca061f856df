"""What no question may touch: age, family, health and the like. Innocent look-alikes pass. Pure.

A word alone proves nothing: customers fall ill, products are young, lists are married up. So each
pattern is a way of asking the person in front of you, and nearly all of them need a "you".
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hiring.library.reading import plain, sentences


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is nobody's business in an interview, and what may be asked in its place."""

    name: str
    about: str
    instead: str
    patterns: Sequence[re.Pattern[str]]
    innocent: Sequence[str]


def _matter(given: Mapping[str, Any], forms: Mapping[str, str]) -> Matter:
    def compiled(pattern: str) -> re.Pattern[str]:
        for name, form in forms.items():
            pattern = pattern.replace(f"{{{name}}}", form)
        return re.compile(pattern.replace("^", "(?:^|[,:;] )"))

    return Matter(
        given["name"],
        given["about"],
        given["instead"],
        [compiled(pattern) for pattern in given["patterns"]],
        given.get("innocent", ()),
    )


_GIVEN = tomllib.loads((Path(__file__).parent / "protected.toml").read_text(encoding="utf-8"))
MATTERS = tuple(_matter(matter, _GIVEN["forms"]) for matter in _GIVEN["matter"])

# Beginnings of words by their first three letters, which tells most texts apart at no cost.
_HINTS: dict[str, list[tuple[str, Matter]]] = {}
for _matter_, _given in zip(MATTERS, _GIVEN["matter"], strict=True):
    for _hint in _given["hints"].split("|"):
        _HINTS.setdefault(_hint[:3], []).append((_hint, _matter_))

_QUOTED = re.compile(r'"[^"]*"')
_WORD = re.compile(r"\w+")
_NEAR = 25  # signs around a hit


def touched(text: str) -> Iterator[tuple[Matter, str]]:
    """The matters that a text asks about, each with the words that do it.

    Words in quotation marks are somebody's in a story, and nobody asks them of the candidate.
    """
    said = _QUOTED.sub('""', plain(text)).lower()
    if not said.strip('" .:'):
        said = plain(text).strip('"').lower()
    hinted = _hinted(said)
    for matter in MATTERS:
        if matter.name in hinted and (words := _asked(said, matter)):
            yield matter, words


def _hinted(said: str) -> set[str]:
    return {
        matter.name
        for word in _WORD.finditer(said)
        for hint, matter in _HINTS.get(word[0][:3], ())
        if said.startswith(hint, word.start())
    }


def _asked(said: str, matter: Matter) -> str:
    """The words that ask about a matter, or none."""
    for sentence in sentences(said):
        for pattern in matter.patterns:
            if (found := pattern.search(sentence)) is None:
                continue
            around = sentence[max(0, found.start() - _NEAR) : found.end() + _NEAR]
            if not any(words in around for words in matter.innocent):
                return found[0].strip(" ,:;?")
    return ""
