"""When a card is due and when it is late: stints, reopenings, zones and clocks that change."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.interviews.rules import GRACE, Stint, due_at, is_late, starts_at, stints
from hiring.refusal import Refused

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)
YEARS = st.timedeltas(dt.timedelta(days=-3_000), dt.timedelta(days=3_000))
moments = YEARS.map(lambda away: NOW + away)
minutes = st.integers(1, 300)
spans = st.timedeltas(dt.timedelta(0), dt.timedelta(days=30))


@given(moments, minutes)
def test_a_card_is_due_a_day_after_the_planned_end(start, length):
    card = stints(start, length, None)
    due = start + dt.timedelta(minutes=length) + GRACE
    assert due_at(card) == due
    assert not is_late(card, due)
    assert is_late(card, due + SECOND)


@given(moments, minutes, moments, moments)
def test_late_stays_late_and_in_time_stays_in_time(start, length, submitted, now):
    card = stints(start, length, submitted)
    assert is_late(card, now) == (submitted > due_at(card))


@given(moments, minutes, moments, moments)
def test_a_waiting_card_never_gets_less_late(start, length, first, second):
    card = stints(start, length, None)
    earlier, later = sorted((first, second))
    assert is_late(card, later) or not is_late(card, earlier)


@given(moments, minutes, st.lists(st.tuples(spans, spans), max_size=4), spans)
def test_reopening_gives_a_day_more_and_forgives_nothing(start, length, steps, rest):
    """Each stint ends when it is submitted, and the next begins when it is given back."""
    at, reopened = start, []
    for written, looked_at in steps:
        before = at + written
        at = before + looked_at
        reopened.append((before, at))
    submitted = at + rest
    card = stints(start, length, submitted, reopened)
    assert len(card) == 1 + len(steps)
    end = start + dt.timedelta(minutes=length)
    assert due_at(card) == max([end, *(given_back for _, given_back in reopened)]) + GRACE
    expected, opened = False, end
    for before, given_back in (*reopened, (submitted, submitted)):
        expected = expected or before > opened + GRACE
        opened = max(end, given_back)
    assert is_late(card, submitted + dt.timedelta(days=99)) == expected


def test_a_card_that_was_late_stays_late_when_it_is_reopened_and_submitted_at_once():
    late = NOW + 3 * GRACE
    card = stints(NOW, 60, late + 2 * HOUR, [(late, late + HOUR)])
    assert is_late(card, late + 2 * HOUR)


def test_a_card_in_time_that_is_reopened_late_has_a_day():
    back = NOW + 10 * GRACE
    card = stints(NOW, 60, None, [(NOW + HOUR, back)])
    assert due_at(card) == back + GRACE
    assert not is_late(card, back + GRACE)
    assert is_late(card, back + GRACE + SECOND)


def test_an_interview_moved_to_later_is_not_late_any_more():
    assert is_late(stints(NOW, 60, None), NOW + 3 * GRACE)
    assert not is_late(stints(NOW + 7 * GRACE, 60, None), NOW + 3 * GRACE)


@pytest.mark.parametrize(
    ("zone", "day", "due"),
    [
        # Clocks go back: a day later by the sun is an hour earlier on the clock.
        ("Europe/Dublin", "2026-10-24T10:00", "2026-10-25T10:00"),
        # Clocks go forward.
        ("America/New_York", "2026-03-07T10:00", "2026-03-08T12:00"),
        ("Asia/Kathmandu", "2026-03-07T10:00", "2026-03-08T11:00"),
    ],
)
def test_a_day_is_24_hours_whatever_the_clocks_do(zone, day, due):
    start = starts_at(dt.datetime.fromisoformat(day), zone)
    found = due_at(stints(start, 60, None)).astimezone(ZoneInfo(zone))
    assert found.replace(tzinfo=None) == dt.datetime.fromisoformat(due)


@given(
    moments.map(lambda moment: moment.replace(tzinfo=None)),
    st.sampled_from(sorted(available_timezones() - {"localtime"})),
    minutes,
)
def test_in_every_zone_it_is_the_length_and_24_hours_after_the_start(clock, zone, length):
    try:
        start = starts_at(clock, zone)
    except Refused:
        return  # clocks there skip it
    late_by = due_at(stints(start, length, None)) - start
    assert late_by == dt.timedelta(minutes=length, hours=24)


def test_a_stint_holds_both_its_ends():
    assert stints(NOW, 60, None) == [Stint(NOW + HOUR, None)]
