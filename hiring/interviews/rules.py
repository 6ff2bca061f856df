"""When a panel is complete, who may close it, and when an interview starts."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from hiring.refusal import Refused

GRACE = dt.timedelta(hours=24)  # after the interview, for writing up
FIRST_YEAR, LAST_YEAR = 2000, 2100  # a date outside them is a slip of the finger


class Part(StrEnum):
    """What a card is for: it counts, or it is a trainee's and never does."""

    COUNTED = "counted"
    TRAINEE = "trainee"


class Stage(StrEnum):
    """How far a guest has come with their seat, which opens to them in the last stage only."""

    INVITED = "has not accepted the statement yet"
    ACCEPTED = "has accepted the statement, and declared nothing yet"
    CONFLICT = "has declared a conflict"
    IN = "has taken the seat"


@dataclass(frozen=True, slots=True)
class Panel:
    """Who is at an interview, by the person's id, and who has submitted.

    `members` are those whose cards count. Trainees rate for practice, observers do not rate, and
    `overriders` have looked, with a reason, at what was scored before it was open. Guests who are
    `held` have a seat that is not open to them: not yet, or because of a conflict they declared.
    """

    members: frozenset[int]
    submitted: frozenset[int]
    is_closed: bool
    trainees: frozenset[int] = frozenset()
    trainees_submitted: frozenset[int] = frozenset()
    observers: frozenset[int] = frozenset()
    overriders: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()

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

    @property
    def raters(self) -> frozenset[int]:
        """Everybody who fills in a card, whether it counts or not."""
        return self.members | self.trainees

    def has_yet_to_rate(self, person_id: int) -> bool:
        """Whether somebody has a card they may still change, so must not know others' values."""
        done = self.submitted | self.trainees_submitted
        return person_id in self.raters - done and not self.is_closed

    def keeps_from(self, person_id: int) -> bool:
        """Whether somebody at this interview may not read what another rates there, now or ever."""
        is_waiting = not self.is_open or self.has_yet_to_rate(person_id)
        return person_id in self.observers or (person_id in self.raters and is_waiting)


def check_is_open(*, is_submitted: bool, is_closed: bool) -> None:
    """Refuse to change a card that is locked."""
    if is_submitted:
        raise Refused("This scorecard has been submitted and is locked.")
    if is_closed:
        raise Refused(
            "The recruiter has closed this panel, so this scorecard can't change any more. What "
            "you wrote is kept and does not count."
        )


def check_may_seat(
    panel: Panel,
    wanted: Collection[int],
    trainees: Collection[int] = (),
    transcribers: Collection[int] = (),
    observers: Collection[int] | None = None,
) -> None:
    """Refuse to change a panel once its ratings can be read: a new member could have read them.

    None: the observers stay who they are.
    """
    if {*wanted, *trainees}.intersection(transcribers):
        raise Refused(
            "Somebody you want on this panel has typed in a card of it from paper, so they can't "
            "rate here. Choose somebody else. Nothing was changed."
        )
    if panel.overriders & {*wanted, *trainees}:
        raise Refused(
            "Somebody you want on this panel has looked at what was scored before it was open, so "
            "they can't rate here. Choose somebody else. Nothing was changed."
        )
    if panel.is_closed:
        raise Refused("The panel is closed, so it can't change any more.")
    if panel.is_complete and panel.members != set(wanted):
        raise Refused(
            "Everyone on this panel has submitted, and what they scored can be read. So nobody can "
            "join or leave it any more. Nothing was changed."
        )
    if panel.is_complete and observers is not None and not panel.observers <= set(observers):
        raise Refused(
            "Everyone on this panel has submitted, and observers read no ratings. So nobody leaves "
            "the observers any more. Nothing was changed."
        )


def check_may_invite(panel: Panel, person_id: int | None) -> None:
    """Refuse a guest who is here already. None is somebody new."""
    if person_id in panel.raters:
        raise Refused("Somebody with this e-mail address is on this panel already.")
    if person_id in panel.observers:
        raise Refused(
            "Somebody with this e-mail address observes this interview. Take them off the "
            "observers first."
        )


def check_may_accept(stage: Stage) -> None:
    if stage is not Stage.INVITED:
        raise Refused("You have accepted the statement already.")


def check_may_declare(
    stage: Stage, *, has_conflict: bool, was_cleared: bool, is_submitted: bool
) -> None:
    """A conflict may come to mind later; after a while it is for the recruiter to hear of it."""
    if stage is Stage.INVITED:
        raise Refused("Read and accept the statement first.")
    if stage is Stage.CONFLICT:
        raise Refused(
            "You have declared a conflict already. The recruiter decides what comes next."
        )
    if stage is Stage.IN and not has_conflict:
        raise Refused("You have declared already that there is no conflict.")
    if was_cleared or is_submitted:
        raise Refused(
            "You have submitted your scorecard, or the recruiter has decided about a conflict of "
            "yours already. Write to the recruiter about this one."
        )


def check_may_clear(stage: Stage) -> None:
    if stage is not Stage.CONFLICT:
        raise Refused("There is no open conflict of this guest to clear.")


def check_may_close(panel: Panel, person_id: int) -> None:
    """Closing opens what was scored, so nobody may do it to look before scoring."""
    if panel.is_closed:
        raise Refused("This panel is closed already.")
    if panel.is_complete:
        raise Refused("Everyone on this panel has submitted: there is nothing to close.")
    if not panel.submitted:
        raise Refused("Nobody on this panel has submitted yet. Change the panel or wait.")
    if panel.has_yet_to_rate(person_id):
        raise Refused(
            "You are on this panel and have not submitted. Submit your own scorecard first, or "
            "ask another recruiter to close it."
        )


def check_may_override(panel: Panel, person_id: int) -> None:
    """Looking early is for people who do not rate here, and only while there is something shut."""
    if person_id in panel.raters:
        raise Refused(
            "You are on this panel, so what the others scored stays closed to you until it is open "
            "to everyone on it. Ask a recruiter or HR person who is not on the panel."
        )
    if person_id in panel.observers:
        raise Refused("You observe this interview: observers read no ratings.")
    if panel.is_open:
        raise Refused("What was scored is open already. There is nothing to override.")
    if person_id in panel.overriders:
        raise Refused("You have opened this panel early already. The panel can see that you did.")


def check_may_reopen(panel: Panel, *, is_submitted: bool, is_counted: bool) -> None:
    """A card may go back to its owner only while nothing that others scored was to be read."""
    if not is_submitted:
        raise Refused("This scorecard is not submitted, so there is nothing to reopen.")
    if panel.is_closed:
        raise Refused("The panel is closed, so its scorecards can't change any more.")
    if panel.is_complete and is_counted:
        raise Refused(
            "Everyone has submitted and what was scored is open, so this scorecard stays as it "
            "is. Change a rating in the debrief instead: the first one is kept beside it."
        )
    if panel.is_complete:
        raise Refused("What the panel scored is open, so a trainee's card stays as it is.")


@dataclass(frozen=True, slots=True)
class Stint:
    """A time for which a card was open, until it was submitted if it was."""

    opened_at: dt.datetime
    submitted_at: dt.datetime | None


def stints(
    starts_at: dt.datetime,
    minutes: int,
    submitted_at: dt.datetime | None,
    reopened: Iterable[tuple[dt.datetime, dt.datetime]] = (),
) -> list[Stint]:
    """A card's stints: from the planned end of the interview, then from each reopening.

    `reopened` tells of each when the card had been submitted and when it was given back.
    """
    ends_at = starts_at + dt.timedelta(minutes=minutes)
    found = [Stint(ends_at, submitted_at)]
    for before, at in reopened:
        found[-1:] = [
            Stint(found[-1].opened_at, before),
            Stint(max(ends_at, at), submitted_at),
        ]
    return found


def due_at(stints: Collection[Stint]) -> dt.datetime:
    """When a card is due: a day after it was opened last, on every clock in every zone."""
    return max(stint.opened_at for stint in stints) + GRACE


def is_late(stints: Collection[Stint], now: dt.datetime) -> bool:
    """Whether a card is overdue, or was submitted after it was due. It stays so when reopened."""
    return any((stint.submitted_at or now) > stint.opened_at + GRACE for stint in stints)


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
