"""What a printed guide says, and the form of one card: sheets to write on."""

import datetime as dt
from dataclasses import dataclass

from hiring.library.rules import is_read_aloud
from hiring.summaries.rules import Anchor, GuideVersion


@dataclass(frozen=True, slots=True)
class GuideItem:
    """One question of a printed guide with everything an interviewer ticks or reads."""

    number: int
    trait: str
    title: str
    kind: str
    minutes: int
    question: str
    shown: str
    follow_ups: tuple[str, ...]
    look_fors: tuple[str, ...]
    warnings: tuple[str, ...]
    anchors: tuple[Anchor, ...]

    @property
    def is_read_aloud(self) -> bool:
        return is_read_aloud(self.kind)

    @property
    def rising_anchors(self) -> tuple[Anchor, ...]:
        """From level 1 to level 5, as they stand side by side."""
        return tuple(sorted(self.anchors, key=lambda anchor: anchor.level))


@dataclass(frozen=True, slots=True)
class GuideSheet:
    """A guide to print, take into the room and write on. A draft has no version."""

    opening: str
    guide: GuideVersion | None
    minutes: int
    introduction: str
    closing: str
    items: tuple[GuideItem, ...]

    @property
    def name(self) -> str:
        return f"Guide for {self.opening}"


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A guide as the form of one card: to print and write on, or to fill in with a PDF reader.

    `token` says signed whose form it is, and `code` is what of it a person can read and type.
    """

    guide: GuideSheet
    candidate: str
    reference: str
    interviewer: str
    starts_at: dt.datetime
    zone: str
    place: str
    token: str
    code: str
    is_fillable: bool

    @property
    def name(self) -> str:
        return f"Form for {self.interviewer} about {self.candidate}"
