"""When a late card is reminded of, and when a recruiter is told that all cards are in."""

import datetime as dt
from dataclasses import dataclass

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
NEWS = WEEK  # how long it is news that all cards are in


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is known of a card that others wait for, but nothing of what is on it."""

    is_submitted: bool
    is_closed: bool
    is_withdrawn: bool
    is_in_conflict: bool
    is_active: bool
    due_at: dt.datetime
    asked_at: dt.datetime

    def wants_reminder(self, now: dt.datetime) -> bool:
        """Whether a reminder is of use at all. Asked again when it is about to go out."""
        is_over = self.is_submitted or self.is_closed or self.is_withdrawn
        can_submit = self.is_active and not self.is_in_conflict
        return can_submit and not is_over and now >= self._first_at

    @property
    def _first_at(self) -> dt.datetime:
        """When it is due; a day after they were asked, if that was when it was over."""
        return max(self.due_at, self.asked_at + DAY)


def is_time(waiting: Waiting, last_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether to remind now: once a day for a week, then once a week."""
    if not waiting.wants_reminder(now):
        return False
    pause = DAY if now - waiting.due_at < WEEK else WEEK
    return last_at is None or now - last_at >= pause


def is_news(*, is_complete: bool, submitted_last: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a recruiter is to be told that the last counted card is in."""
    return is_complete and submitted_last is not None and now - submitted_last < NEWS
