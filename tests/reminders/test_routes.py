"""Who is late: the recruiter's list, the marks on pages, and that observers see nothing of it."""

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import joinedload

from hiring import db
from hiring.guides.models import Guide
from hiring.interviews.models import Interview, Scorecard
from hiring.people.rules import Role
from hiring.reminders import work
from tests import factories
from tests.pages import main_of

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
START = factories.NOW  # 60 minutes long, so due a day and an hour after
DUE = START + DAY + dt.timedelta(hours=1)
WITH_ITEMS = joinedload(Scorecard.interview).joinedload(Interview.guide).selectinload(Guide.items)


@pytest.fixture
def clock(monkeypatch):
    """The clock, to be set."""
    told = SimpleNamespace(now=START)
    monkeypatch.setattr(db, "now", lambda: told.now)
    return told


@pytest.fixture
def here(rows, clock, client):
    """Dee Fox is interviewed by Ann, who submitted late, and Bob, and Gus, who has a conflict."""
    with rows() as session:
        rita = factories.person(session, Role.RECRUITER, name="Rita Recruiter")
        people = [factories.person(session, name=name) for name in ("Ann Lee", "Bob Roy", "Eve")]
        ann, bob, eve = people
        gus = factories.person(session, Role.GUEST, name="Gus Vale")
        guide = factories.guide(session, rita)
        dee = factories.candidate(session, guide.opening, name="Dee Fox")
        interview = factories.interview(session, guide, [ann, bob], dee, observers=[eve])
        interview.planned_at = START - 7 * DAY
        factories.fill(session, interview.cards[0])
        interview.cards[0].submitted_at = DUE + MINUTE
        seat = interview.invite(gus, rita.id, START)
        session.commit()
        seat.accept("2026-11-27", START)
        seat.declare("She is a neighbour.", START)
        session.commit()
    client.sign_in(rita)
    return SimpleNamespace(
        rita=rita,
        ann=ann,
        bob=bob,
        eve=eve,
        gus=gus,
        items=guide.items,
        bobs=interview.cards[1].id,
        guss=interview.cards[2].id,
        interview=interview.id,
        candidate=f"/candidates/{dee.id}",
        opening=f"/openings/{dee.opening_id}",
        panel=f"/interviews/{interview.id}/panel",
    )


def test_the_list_says_who_is_late_and_who_was_reminded(rows, clock, here, client):
    clock.now = DUE
    assert "Nobody is late" not in client.get("/late").text
    shown = main_of(client.get("/late"))
    due = "Due Tue 3 Nov 2026, 10:00 (Europe/Dublin)"
    assert f"Bob Roy Dee Fox · Service desk agent {due} · not reminded yet Late" in shown
    assert f"Gus Vale Dee Fox · Service desk agent {due} · has declared a conflict" in shown
    assert "Ann Lee" not in shown
    with rows() as session:
        assert len(list(work.overdue(session))) == 1
    assert f"{due} · being reminded, 1 reminder" in main_of(client.get("/late"))
    clock.now = DUE - MINUTE
    assert "Nobody is late" in client.get("/late").text


def test_the_list_is_for_those_who_plan(rows, here, client):
    with rows() as session:
        people = [factories.person(session, role) for role in Role]
        session.commit()
    for person in people:
        client.sign_in(person)
        is_allowed = bool(person.roles & {Role.RECRUITER, Role.HR})
        assert client.get("/late").status_code == (200 if is_allowed else 403)


def test_the_panel_and_the_recruiter_see_who_is_late(clock, here, client):
    clock.now = DUE + DAY
    shown = main_of(client.get(here.candidate))
    assert "2 late" in shown
    assert "Ann Lee (submitted, late), Bob Roy (not yet, late), Gus Vale, guest (not yet" in shown
    assert "2 late" in main_of(client.get(here.opening))
    for person in (here.rita, here.ann, here.bob):
        client.sign_in(person)
        assert "Ann Lee Submitted late Bob Roy Late Gus Vale Late" in main_of(
            client.get(here.panel)
        )


def test_an_interviewer_sees_when_a_card_is_due(clock, here, client):
    client.sign_in(here.bob)
    due = "Tue 3 Nov 2026, 10:00 (Europe/Dublin)"
    for url in ("/my-interviews", f"/scorecards/{here.bobs}"):
        assert f"Due {due}" in main_of(client.get(url))
    clock.now = DUE + MINUTE
    assert f"Late: was due {due}" in main_of(client.get(f"/scorecards/{here.bobs}"))
    assert f"Due {due} Late Not started" in main_of(client.get("/my-interviews"))
    client.sign_in(here.ann)
    assert "Submitted late" in main_of(client.get("/my-interviews"))


def test_a_late_card_is_taken_and_marked(rows, clock, here, client):
    clock.now = DUE + 30 * DAY
    with rows() as session:
        session.delete(session.get(Scorecard, here.guss))
        card = session.get(Scorecard, here.bobs, options=[WITH_ITEMS])
        factories.fill(session, card, submit=False)
        session.commit()
    client.sign_in(here.bob)
    assert client.post(f"/scorecards/{here.bobs}/submit").status_code == 303
    assert main_of(client.get(here.panel)).count("Bob Roy Late") == len(here.items)
    client.sign_in(here.rita)
    assert "Ann Lee (late), Bob Roy (late)" in main_of(client.get(here.candidate))


def test_observers_see_nothing_of_it(clock, here, client):
    clock.now = DUE + DAY
    client.sign_in(here.eve)
    for url in ("/my-interviews", f"/interviews/{here.interview}/guide"):
        before = client.get(url)
        assert before.status_code == 200
        clock.now = START
        assert main_of(client.get(url)) == main_of(before)
        clock.now = DUE + DAY
    assert client.get(here.panel).status_code == 404


def test_a_closed_panel_waits_for_nobody(rows, clock, here, client):
    with rows() as session:
        interview = session.get(Interview, here.interview)
        interview.closed_at, interview.closed_by_id = DUE + 2 * MINUTE, here.rita.id
        session.commit()
    clock.now = DUE + DAY
    assert "Nobody is late" in client.get("/late").text
    assert "Bob Roy (not yet)" in main_of(client.get(here.candidate))
