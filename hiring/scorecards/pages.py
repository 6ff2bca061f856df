"""What the scorecard's templates are given: an item with its answer, ready to be shown."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from markupsafe import Markup

from hiring.guides.models import GuideItem
from hiring.interviews.models import Interview
from hiring.library.rules import is_read_aloud
from hiring.scorecards.emphasis import marked
from hiring.scorecards.rules import (
    Answer,
    Origin,
    Stored,
    changed,
    indexes,
    same,
)

NOTHING = Stored(Answer(), 0, None)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item of a guide and the answer to it."""

    id: int
    number: int
    trait_key: str
    trait_name: str
    kind: str
    title: str
    prompt: str
    shown: str | None
    minutes: int
    follow_ups: tuple[str, ...]
    look_fors: tuple[str, ...]
    warnings: tuple[str, ...]
    anchors: Mapping[int, Sequence[Markup]]
    version: int
    level: int | None
    not_observed: bool
    reason: str
    note: str
    used_follow_ups: frozenset[int]
    ticked_look_fors: frozenset[int]
    ticked_warnings: frozenset[int]
    situation: str
    action: str
    result: str
    is_example: bool
    free_follow_up: str
    free_reason: str
    happened: frozenset[int]
    happened_note: str
    seconds: int
    saved_at: str
    errors: Sequence[str]
    origin: Origin | None = None

    @property
    def is_read_aloud(self) -> bool:
        return is_read_aloud(self.kind)


def item_page(  # noqa: PLR0913 - what an item shows
    item: GuideItem,
    trait_name: str,
    stored: Stored,
    zone: str,
    *,
    errors: Sequence[str] = (),
    origin: Origin | None = None,
) -> ItemPage:
    answer = stored.answer
    return ItemPage(
        id=item.id,
        number=item.position,
        trait_key=item.trait_key,
        trait_name=trait_name,
        kind=item.label,
        title=item.title,
        prompt=item.prompt,
        shown=item.shown or None,
        minutes=item.minutes,
        follow_ups=item.follow_ups,
        look_fors=item.look_fors,
        warnings=item.warnings,
        anchors=marked(item.level_1, item.level_3, item.level_5),
        version=stored.version,
        level=answer.level,
        not_observed=answer.not_observed,
        reason=answer.reason,
        note=answer.note,
        used_follow_ups=indexes(answer.follow_ups),
        ticked_look_fors=indexes(answer.look_fors),
        ticked_warnings=indexes(answer.warnings),
        situation=answer.situation,
        action=answer.action,
        result=answer.result,
        is_example=answer.is_example,
        free_follow_up=answer.free_follow_up,
        free_reason=answer.free_reason,
        happened=indexes(answer.happened),
        happened_note=answer.happened_note,
        seconds=answer.seconds,
        saved_at=clock(stored, zone),
        errors=errors,
        origin=origin,
    )


def item_pages(
    interview: Interview,
    answers: Mapping[int, Stored],
    errors: Mapping[int, Sequence[str]] | None = None,
    origins: Mapping[int, Origin] | None = None,
) -> list[ItemPage]:
    """All items of the interview's guide in order, each with its answer or an empty one."""
    names = {trait.key: trait.name for trait in interview.guide.traits}
    return [
        item_page(
            item,
            names[item.trait_key],
            answers.get(item.id, NOTHING),
            interview.zone,
            errors=(errors or {}).get(item.id, ()),
            origin=(origins or {}).get(item.id),
        )
        for item in interview.guide.items
    ]


def one_item(interview: Interview, item_id: int, stored: Stored) -> ItemPage:
    """An item of the interview's guide with some version of the answer to it."""
    item = next(item for item in interview.guide.items if item.id == item_id)
    name = next(trait.name for trait in interview.guide.traits if trait.key == item.trait_key)
    return item_page(item, name, stored, interview.zone)


@dataclass(frozen=True, slots=True)
class Version:
    """One saved version of an answer: what it says, when, and what it changed."""

    page: ItemPage
    saved_at: dt.datetime | None
    changed: tuple[str, ...]


def versions(interview: Interview, item_id: int, saved: Sequence[Stored]) -> list[Version]:
    """The history of an answer, the newest first. A save that only told the time is passed over."""
    return [
        Version(
            one_item(interview, item_id, version),
            version.saved_at,
            changed(version.answer, before.answer),
        )
        for version, before in pairwise((*saved, NOTHING))
        if before is NOTHING or not same(version.answer, before.answer)
    ]


@dataclass(frozen=True, slots=True)
class Examples:
    """How many items of a trait hold a complete example, and how many items it has."""

    complete: int
    total: int


def examples(items: Sequence[ItemPage]) -> dict[str, Examples]:
    """By the key of the trait."""
    complete = Counter(item.trait_key for item in items if item.is_example)
    total = Counter(item.trait_key for item in items)
    return {key: Examples(complete[key], number) for key, number in total.items()}


def clock(stored: Stored, zone: str) -> str:
    """When an answer was saved, as a clock in the interview's zone shows it, or an empty string."""
    if stored.saved_at is None:
        return ""
    return f"{stored.saved_at.astimezone(ZoneInfo(zone)):%H:%M}"
