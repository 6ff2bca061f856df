"""Bullets that have a form of their own: sources, reference levels, facts. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hiring.library.rules import ALL_KEYS, Reference

_SOURCE = re.compile(r"(?P<title>.+) \((?P<author>.+), (?P<year>undated|\d{4}(?:-\d{4})?)\)")
_REFERENCE = re.compile(r"(?P<trait>T\d\d|CIV) level (?P<level>\d+) ?: ?(?P<rest>.*)")
_QUOTE = re.compile(r'"([^"]+)"|“([^”]+)”')
_QUOTED_WHEN = re.compile(r",? \b(as quoted(?: in \d{4}(?:-\d{4})?|, undated))\b")

REFERENCE_FORM = 'T03 level 4: "words from the answer". Reason in one sentence.'
FACT_FORM = "33%: what was counted, as quoted in 2012. Source: Title (Author, Year)"


def source_fault(text: str) -> str | None:
    if _SOURCE.fullmatch(text.removesuffix(".")):
        return None
    return f"'{text[:50]}' is not of the form: Title (Author, Year)."


def reference(text: str) -> Reference | None:
    """A reference level as it is written, or None when it is not of its form."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return None
    quotes = tuple(straight or curly for straight, curly in _QUOTE.findall(found["rest"]))
    reason = _QUOTE.split(found["rest"])[-1].strip(" .,;:")
    return Reference(found["trait"], int(found["level"]), quotes, f"{reason}." if reason else "")


def reference_faults(text: str, answer: str) -> Iterator[str]:
    """What is wrong with a reference level of this answer, in sentences."""
    found = reference(text)
    if found is None:
        yield f"'{text[:50]}' is not of the form: {REFERENCE_FORM}"
        return
    if found.trait not in ALL_KEYS:
        yield f"'{found.trait}' is not a trait we know. There are T01 to T15, and CIV."
    if not 1 <= found.level <= 5:
        yield f"Level {found.level} is not on the scale. Write a level from 1 to 5."
    if not found.quotes:
        yield (
            f"The level of {found.trait} has no words from the answer beside it. Put those that "
            "decide it in quotation marks behind the colon."
        )
    elif not found.reason:
        yield (
            f"The level of {found.trait} has no reason. Write it in one sentence behind the "
            "quoted words."
        )
    for quote in found.quotes:
        if quote not in answer:
            yield (
                f"'{quote[:60]}' does not stand in the Answer. Copy the words letter for letter."
            )


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with what was counted, when it was quoted, and where."""

    figure: str
    said: str
    quoted: str
    source: str


def fact(text: str) -> Fact:
    """A bullet of facts in its parts. What is missing is empty."""
    told, _, source = text.partition(" Source: ")
    figure, colon, said = told.partition(": ")
    quoted = _QUOTED_WHEN.search(told)
    return Fact(
        figure if colon else "",
        _QUOTED_WHEN.sub("", said).strip(),
        quoted[1] if quoted else "",
        source,
    )


def fact_faults(text: str) -> Iterator[str]:
    """What is wrong with a fact, in sentences. Nobody shall read a figure without its origin."""
    found = fact(text)
    if not re.search(r"\d|\b(?:half|third|quarter|none|one|two|few|most)", found.figure):
        yield f"'{text[:40]}' does not begin with its figure and a colon. Write: {FACT_FORM}."
    if not found.quoted:
        yield (
            f"'{text[:40]}' does not say when it was quoted. Write 'as quoted in' and the year, "
            "or 'as quoted, undated'."
        )
    if not found.source:
        yield f"'{text[:40]}' has no source. End it with: Source: Title (Author, Year)."
    elif wrong := source_fault(found.source):
        yield wrong
