"""What the scorecard's templates are given: an item with its answer, ready to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hiring.guides.models import GuideItem
from hiring.interviews.models import Interview
from hiring.library.rules import Anchors, is_read_aloud
from hiring.scorecards.rules import Answer, Stored, indexes

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
    anchors: Anchors
    version: int
    level: int | None
    not_observed: bool
    reason: str
    note: str
    used_follow_ups: frozenset[int]
    ticked_look_fors: frozenset[int]
    ticked_warnings: frozenset[int]
    saved_at: str
    errors: Sequence[str]

    @property
    def is_read_aloud(self) -> bool:
        return is_read_aloud(self.kind)


def item_page(
    item: GuideItem, trait_name: str, stored: Stored, zone: str, errors: Sequence[str] = ()
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
        anchors=item.anchors,
        version=stored.version,
        level=answer.level,
        not_observed=answer.not_observed,
        reason=answer.reason,
        note=answer.note,
        used_follow_ups=indexes(answer.follow_ups),
        ticked_look_fors=indexes(answer.look_fors),
        ticked_warnings=indexes(answer.warnings),
        saved_at=clock(stored, zone),
        errors=errors,
    )


def item_pages(
    interview: Interview,
    answers: Mapping[int, Stored],
    errors: Mapping[int, Sequence[str]] | None = None,
) -> list[ItemPage]:
    """All items of the interview's guide in order, each with its answer or an empty one."""
    names = {trait.key: trait.name for trait in interview.guide.traits}
    return [
        item_page(
            item,
            names[item.trait_key],
            answers.get(item.id, NOTHING),
            interview.zone,
            (errors or {}).get(item.id, ()),
        )
        for item in interview.guide.items
    ]


def clock(stored: Stored, zone: str) -> str:
    """When an answer was saved, as a clock in the interview's zone shows it, or an empty string."""
    if stored.saved_at is None:
        return ""
    return f"{stored.saved_at.astimezone(ZoneInfo(zone)):%H:%M}"
