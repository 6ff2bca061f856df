"""Panels: when they are complete and open, who may close or change them; and what a clock shows."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.fields import zones
from hiring.interviews import rules
from hiring.interviews.rules import Panel
from hiring.refusal import Refused

PEOPLE = st.frozensets(st.integers(1, 6), max_size=6)
EARLY, LATE = dt.datetime(2000, 1, 1), dt.datetime(2100, 12, 31, 23, 59)  # noqa: DTZ001 - wall clock


@st.composite
def panels(draw):
    members = draw(PEOPLE)
    submitted = frozenset(draw(st.sets(st.sampled_from(sorted(members))))) if members else members
    return Panel(members, submitted, draw(st.booleans()))


def refusal(call, *given):
    """The sentence with which something is refused, or nothing."""
    try:
        call(*given)
    except Refused as refused:
        return refused.sentences[0]
    return ""


@given(panels())
def test_values_open_when_everybody_has_submitted_or_the_panel_was_closed_with_a_card_in(panel):
    everybody = bool(panel.members) and not panel.members - panel.submitted
    assert panel.is_complete is everybody
    assert panel.is_open is (everybody or (panel.is_closed and len(panel.submitted) > 0))
    assert panel.waiting_for == len(panel.members) - len(panel.submitted)


def test_a_panel_of_nobody_is_never_open():
    nobody = frozenset[int]()
    assert not Panel(nobody, nobody, is_closed=False).is_open
    assert not Panel(nobody, nobody, is_closed=True).is_open


@given(panels(), st.integers(1, 8))
def test_nobody_closes_a_panel_to_look_before_scoring(panel, person):
    said = refusal(rules.check_may_close, panel, person)
    if panel.is_closed:
        assert "closed already" in said
    elif panel.is_complete:
        assert "nothing to close" in said
    elif not panel.submitted:
        assert "Nobody on this panel has submitted" in said
    elif person in panel.members and person not in panel.submitted:
        assert "Submit your own scorecard first" in said
    else:
        assert not said


@given(panels(), PEOPLE)
def test_a_panel_changes_only_while_nothing_can_be_read(panel, wanted):
    said = refusal(rules.check_may_seat, panel, wanted)
    if panel.is_closed:
        assert "closed" in said
    elif panel.is_complete and wanted != panel.members:
        assert "nobody can join or leave" in said
    else:
        assert not said


@pytest.mark.parametrize(
    ("is_submitted", "is_closed", "sentence"),
    [
        (False, False, ""),
        (True, False, "submitted and is locked"),
        (True, True, "submitted and is locked"),
        (False, True, "closed this panel"),
    ],
)
def test_a_card_is_locked_once_submitted_or_once_its_panel_is_closed(
    is_submitted, is_closed, sentence
):
    said = refusal(lambda: rules.check_is_open(is_submitted=is_submitted, is_closed=is_closed))
    assert sentence in said
    assert bool(said) is bool(sentence)


@given(st.datetimes(EARLY, LATE), st.sampled_from(zones()))
def test_a_moment_shows_the_clock_it_was_made_from_or_is_refused(clock, zone):
    try:
        moment = rules.starts_at(clock, zone)
    except Refused as refused:
        assert "skip" in refused.sentences[0]  # noqa: PT017 - both outcomes are right
        # Shifted by whatever the clocks skip, it is not the time that was typed.
        local = clock.replace(tzinfo=ZoneInfo(zone))
        again = local.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert again != clock
    else:
        assert moment.utcoffset() == dt.timedelta(0)
        assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == clock


@pytest.mark.parametrize(
    ("clock", "zone", "utc"),
    [
        ("2026-11-02T10:30", "Europe/Dublin", "2026-11-02T10:30"),
        ("2026-07-02T10:30", "Europe/Dublin", "2026-07-02T09:30"),
        ("2026-11-02T10:30", "America/New_York", "2026-11-02T15:30"),
        ("2026-11-02T10:30", "Asia/Kathmandu", "2026-11-02T04:45"),
        ("2026-11-02T10:30", "UTC", "2026-11-02T10:30"),
        # The clocks show it twice: the first is meant.
        ("2026-10-25T01:30", "Europe/Dublin", "2026-10-25T00:30"),
    ],
)
def test_a_clock_in_a_zone_is_a_moment(clock, zone, utc):
    expected = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert rules.starts_at(dt.datetime.fromisoformat(clock), zone) == expected


@pytest.mark.parametrize(
    ("clock", "zone"),
    [
        ("2026-03-29T01:30", "Europe/Dublin"),
        ("2026-03-08T02:15", "America/New_York"),
        ("2026-10-04T02:05", "Australia/Lord_Howe"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_with_its_zone(clock, zone):
    with pytest.raises(Refused, match=f"Clocks in {zone} skip {clock[11:]} on that day"):
        rules.starts_at(dt.datetime.fromisoformat(clock), zone)


@pytest.mark.parametrize("clock", ["0001-01-01T00:00", "1999-12-31T23:59", "2101-01-01T00:00"])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York"])
def test_a_year_that_cannot_be_meant_is_refused(clock, zone):
    with pytest.raises(Refused, match="between 2000 and 2100"):
        rules.starts_at(dt.datetime.fromisoformat(clock), zone)
