"""How hard a text is to read aloud or to hear: its words, sentences, syllables and grade. Pure.

The Flesch-Kincaid grade; syllables are counted with Pyphen's hyphenation patterns.
"""

import re
from functools import cache
from itertools import pairwise
from typing import Any

_STRAIGHT = str.maketrans("“”’‘\u2011", "\"\"''-")
_WORD = re.compile(r"[^\W\d_][\w'-]*")
_SENTENCE_END = re.compile(r"(?:(?<![\s.]\w)\.+|[?!…]+)[\"')\]]*(?=\s|$)")  # not after "U.S."
_VOWELS = re.compile(r"[aeiouyáàâäéèêëíîïóôöúûü]+")
_SILENT = re.compile(r"(?:[^aeiouy]e|[^aeiouytd]ed|[^aeiouysxzcgh]es)$")
_SPOKEN = re.compile(r"[^aeiouyl]les?$")  # the end of "table", which a silent e would take away


def plain(text: str) -> str:
    """The text with straight quotation marks and single blanks, as the rules expect it."""
    return " ".join((text if text.isascii() else text.translate(_STRAIGHT)).split())


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its end."""
    text = plain(text)
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    parts = (text[start:end].strip() for start, end in pairwise(ends))
    return [part for part in parts if part]


def words(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def count(text: str) -> int:
    """How many words a text has, as an author counts them."""
    return len(text.split())


def grade(text: str) -> float:
    """The school grade in which one reads such a text with ease, after Flesch and Kincaid."""
    found = words(text)
    if not found:
        return 0.0
    spoken = sum(syllables(word) for word in found)
    long = len(found) / max(1, len(sentences(text)))
    return 0.39 * long + 11.8 * spoken / len(found) - 15.59


@cache
def syllables(word: str) -> int:
    """Syllables of an English word: the groups of vowels in each of its printed parts.

    Pyphen knows where a word may be parted, which tells "do-ing" from "toe". It parts no single
    letters, as in "about", so within a part the vowels are counted, without a silent e.
    """
    parts = _patterns().inserted(word.lower()).replace("'", "").split("-")
    return max(1, sum(_syllables_of_part(part) for part in parts if part))


def _syllables_of_part(part: str) -> int:
    number = len(_VOWELS.findall(part))
    if number > 1 and _SILENT.search(part) and not _SPOKEN.search(part):
        number -= 1
    return number


@cache
def _patterns() -> Any:
    import pyphen  # noqa: PLC0415 - 150 ms that a process which reads no library can do without

    return pyphen.Pyphen(lang="en_US", left=2, right=2)
