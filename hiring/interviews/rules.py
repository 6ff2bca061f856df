"""When a panel is complete, who may close it, and when an interview starts."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hiring.refusal import Refused

FIRST_YEAR, LAST_YEAR = 2000, 2100  # a date outside them is a slip of the finger


@dataclass(frozen=True, slots=True)
class Panel:
    """Who sits on a panel, by the person's id, and who has submitted."""

    members: frozenset[int]
    submitted: frozenset[int]
    is_closed: bool

    @property
    def is_complete(self) -> bool:
        return bool(self.members) and self.members == self.submitted

    @property
    def is_open(self) -> bool:
        """Whether what was scored may be read by those who may read it at all."""
        return self.is_complete or (self.is_closed and bool(self.submitted))

    @property
    def waiting_for(self) -> int:
        return len(self.members - self.submitted)


def check_is_open(*, is_submitted: bool, is_closed: bool) -> None:
    """Refuse to change a card that is locked."""
    if is_submitted:
        raise Refused("This scorecard has been submitted and is locked.")
    if is_closed:
        raise Refused(
            "The recruiter has closed this panel, so this scorecard can't change any more. What "
            "you wrote is kept and does not count."
        )


def check_may_seat(panel: Panel, wanted: Collection[int]) -> None:
    """Refuse to change a panel once its ratings can be read: a new member could have read them."""
    if panel.is_closed:
        raise Refused("The panel is closed, so it can't change any more.")
    if panel.is_complete and panel.members != set(wanted):
        raise Refused(
            "Everyone on this panel has submitted, and what they scored can be read. So nobody can "
            "join or leave it any more. Nothing was changed."
        )


def check_may_close(panel: Panel, person_id: int) -> None:
    """Closing opens what was scored, so nobody may do it to look before scoring."""
    if panel.is_closed:
        raise Refused("This panel is closed already.")
    if panel.is_complete:
        raise Refused("Everyone on this panel has submitted: there is nothing to close.")
    if not panel.submitted:
        raise Refused("Nobody on this panel has submitted yet. Change the panel or wait.")
    if person_id in panel.members - panel.submitted:
        raise Refused(
            "You are on this panel and have not submitted. Submit your own scorecard first, or "
            "ask another recruiter to close it."
        )


def starts_at(day_and_time: dt.datetime, zone: str) -> dt.datetime:
    """The moment that a wall clock in a zone shows. Refuses a time that the clocks skip there."""
    if not FIRST_YEAR <= day_and_time.year <= LAST_YEAR:
        raise Refused(f"Choose a date between {FIRST_YEAR} and {LAST_YEAR}.")
    local = day_and_time.replace(tzinfo=ZoneInfo(zone))
    moment = local.astimezone(dt.UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != day_and_time:
        raise Refused(
            f"Clocks in {zone} skip {day_and_time:%H:%M} on that day. Choose another time."
        )
    return moment
