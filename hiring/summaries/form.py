"""What a form asks about each question: the names of its fields, and what each may hold.

One list makes the form, knows it again when it comes back filled in, and says what was entered.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hiring.scorecards.rules import (
    HAPPENED,
    LEVELS,
    LONGEST_NOTE,
    LONGEST_PART,
    LONGEST_REASON,
)

NOT_OBSERVED = "not_observed"
CHOICES = (*map(str, LEVELS), NOT_OBSERVED)
CODE = "code"  # the field that says whose form it is

# Every text of an answer by the name it is sent under, with how long it may be.
LONGEST = {
    "free_follow_up": LONGEST_REASON,
    "free_reason": LONGEST_REASON,
    "situation": LONGEST_PART,
    "action": LONGEST_PART,
    "result": LONGEST_PART,
    "note": LONGEST_NOTE,
    "reason": LONGEST_REASON,
    "happened_note": LONGEST_REASON,
}


class Kind(StrEnum):
    """What somebody does with a field."""

    LEVEL = "choose one of the levels, or not observed"
    TICK = "tick"
    LINE = "write a line"
    TEXT = "write"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: of which question, and under which name its value is sent."""

    question: int
    part: str
    kind: Kind
    value: str = ""  # of a tick: its place in the list it belongs to, from 0
    longest: int = 0

    @property
    def name(self) -> str:
        return field_name(self.question, self.part, self.value)


class Asked(Protocol):
    """A question with the lists that are ticked."""

    @property
    def number(self) -> int: ...
    @property
    def follow_ups(self) -> tuple[str, ...]: ...
    @property
    def look_fors(self) -> tuple[str, ...]: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...


def field_name(question: int, part: str, value: object = "") -> str:
    """A name without dots, which would make it the field of a field."""
    return f"q{question}_{part}" + (f"_{value}" if value != "" else "")


def fields(items: Iterable[Asked]) -> dict[str, Field]:
    """All fields of the form of a guide but its code, by name, in the order of the page."""
    return {field.name: field for item in items for field in _fields_of(item)}


def _fields_of(item: Asked) -> Iterator[Field]:
    yield Field(item.number, "level", Kind.LEVEL)
    for part, texts in (
        ("follow_up", item.follow_ups),
        ("look_for", item.look_fors),
        ("warning", item.warnings),
        ("happened", HAPPENED),
    ):
        for index in range(len(texts)):
            yield Field(item.number, part, Kind.TICK, str(index))
    for part, longest in LONGEST.items():
        kind = Kind.LINE if longest == LONGEST_REASON else Kind.TEXT
        yield Field(item.number, part, kind, longest=longest)
