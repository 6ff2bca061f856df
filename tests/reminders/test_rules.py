"""When to remind, for any course of events: never early, never twice a day, never for nothing."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hiring.reminders.rules import DAY, WEEK, Waiting, is_news, is_time

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
moments = st.timedeltas(-30 * DAY, 30 * DAY).map(lambda away: NOW + away)
waitings = st.builds(
    Waiting,
    is_submitted=st.booleans(),
    is_closed=st.booleans(),
    is_withdrawn=st.booleans(),
    is_in_conflict=st.booleans(),
    is_active=st.booleans(),
    due_at=moments,
    asked_at=moments,
)
WAITING = Waiting(
    is_submitted=False,
    is_closed=False,
    is_withdrawn=False,
    is_in_conflict=False,
    is_active=True,
    due_at=NOW,
    asked_at=NOW - WEEK,
)


@given(waitings, st.none() | moments, moments)
def test_never_before_it_is_due_and_never_for_what_is_over(waiting, last, now):
    if is_time(waiting, last, now):
        assert now >= waiting.due_at
        assert now >= waiting.asked_at + DAY
        assert waiting == replace(WAITING, due_at=waiting.due_at, asked_at=waiting.asked_at)
        assert last is None or now - last >= DAY


@given(moments, moments, st.lists(st.timedeltas(MINUTE, 2 * DAY), min_size=1, max_size=60))
def test_however_often_one_looks_reminders_are_a_day_apart(due, planned, looks):
    waiting, now, last, sent = replace(WAITING, due_at=due, asked_at=planned), due - DAY, None, []
    for pause in looks:
        now += pause
        if is_time(waiting, last, now):
            last = now
            sent.append(now)
    assert all(later - earlier >= DAY for earlier, later in pairwise(sent))
    assert all(at >= due for at in sent)
    assert len([at for at in sent if at - due >= WEEK]) <= 1 + (now - due) // WEEK


def test_looked_at_every_minute_it_is_daily_for_a_week_and_then_weekly():
    last, sent = None, []
    for minute in range(30 * 24 * 60):
        now = NOW + minute * MINUTE
        if is_time(WAITING, last, now):
            last = now
            sent.append((now - NOW) // DAY)
    assert sent == [0, 1, 2, 3, 4, 5, 6, 13, 20, 27]


def test_who_is_asked_when_it_is_over_has_a_day():
    late = replace(WAITING, asked_at=NOW + 10 * DAY)
    assert not is_time(late, None, NOW + 11 * DAY - MINUTE)
    assert is_time(late, None, NOW + 11 * DAY)


@given(st.booleans(), st.none() | moments, moments)
def test_only_a_complete_panel_of_late_is_news(is_complete, last, now):
    told = is_news(is_complete=is_complete, submitted_last=last, now=now)
    assert told == (is_complete and last is not None and last > now - WEEK)
