"""Two acts on one panel at the same moment: the second waits, then knows what the first did."""

from concurrent.futures import ThreadPoolExecutor, wait
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hiring import db
from hiring.guests import queries as guests
from hiring.guides.models import Guide
from hiring.interviews import queries
from hiring.interviews.models import Interview, Scorecard
from hiring.people.models import Person
from hiring.people.rules import Role
from tests import factories
from tests.pages import text_of

WITH_ITEMS = joinedload(Scorecard.interview).joinedload(Interview.guide).selectinload(Guide.items)
LONG_ENOUGH = 0.7  # seconds: an act that doesn't wait is over by then
NOW = factories.NOW


@pytest.fixture
def here(app):
    """An interview by Ann, who has submitted, and Bob, who has only to submit; Rita plans."""
    with app.extensions["database"].session(write=True) as session:
        rita = factories.person(session, Role.RECRUITER, name="Rita Recruiter")
        ann, bob, eve = (factories.person(session, name=name) for name in ("Ann", "Bob", "Eve"))
        guide = factories.guide(session, rita)
        interview = factories.interview(session, guide, [ann, bob])
        for card, is_submitted in zip(interview.cards, (True, False), strict=True):
            factories.fill(session, card, submit=is_submitted)
        session.commit()
    anns, bobs = (card.id for card in interview.cards)
    return SimpleNamespace(
        people={"rita": rita, "ann": ann, "bob": bob, "eve": eve},
        interview=interview.id,
        guide=guide,
        anns=anns,
        bobs=bobs,
    )


@pytest.fixture
def meanwhile(app, here):
    """Send a form as somebody while `act` is done and not committed; the answer to the form."""

    def run(act, who, url, **data):
        client = app.test_client()
        client.sign_in(here.people[who])
        with (
            ThreadPoolExecutor(1) as pool,
            app.app_context(),
            app.extensions["database"].session(write=True) as session,
        ):
            act(session)
            session.flush()
            sent = pool.submit(client.post, url, data=data)
            wait([sent], timeout=LONG_ENOUGH)
            session.commit()
            session.close()  # which on SQLite gives the turn to the other
            return sent.result(timeout=20)

    return run


@pytest.fixture
def panel(app, here):
    """The panel as it stands."""

    def read():
        with app.extensions["database"].session(write=False) as session:
            interview = queries.interview(session, here.interview)
            assert interview is not None
            return interview.panel

    return read


def reopening(here):
    def reopen(session):
        card = queries.card(session, here.anns, to_change=True)
        session.add(card.reopen(here.people["ann"].id, "A slip.", NOW))

    return reopen


def submitting(here):
    def submit(session):
        queries.lock_panel(session, card_id=here.bobs)
        session.get(Scorecard, here.bobs, options=[WITH_ITEMS]).submit(NOW)

    return submit


def seating(here, *names):
    """A recruiter makes these people the panel."""

    def seat(session):
        interview = queries.interview(session, here.interview, to_change=True)
        interview.seat([session.get(Person, here.people[name].id) for name in names])

    return seat


def closing(here):
    def close(session):
        interview = queries.interview(session, here.interview, to_change=True)
        interview.close(session.get(Person, here.people["rita"].id), "Bob is ill.", NOW)

    return close


def test_the_last_card_comes_in_while_another_is_reopened(here, meanwhile, panel):
    answer = meanwhile(reopening(here), "bob", f"/scorecards/{here.bobs}/submit")
    assert answer.location == "/my-interviews", "nothing is open"
    assert panel().submitted == {here.people["bob"].id}


def test_a_card_is_reopened_while_the_last_one_comes_in(here, meanwhile, panel):
    url = f"/scorecards/{here.anns}/reopen"
    answer = meanwhile(submitting(here), "ann", url, reason="A slip of the finger.")
    assert answer.status_code == 409
    assert "Everyone has submitted and what was scored is open" in text_of(answer)
    assert panel().is_complete


def test_the_last_card_comes_in_while_somebody_joins(here, meanwhile, panel):
    url = f"/scorecards/{here.bobs}/submit"
    answer = meanwhile(seating(here, "ann", "bob", "eve"), "bob", url)
    assert answer.location == "/my-interviews", "Eve is waited for"
    assert not panel().is_complete


def test_somebody_joins_while_the_last_card_comes_in(here, meanwhile, panel):
    data = {
        "guide": here.guide.id,
        "starts": "2026-11-02T09:00",
        "zone": "UTC",
        "place": "Room 2",
        "panel": [here.people[name].id for name in ("ann", "bob", "eve")],
    }
    answer = meanwhile(submitting(here), "rita", f"/interviews/{here.interview}", **data)
    assert answer.status_code == 409
    assert "nobody can join or leave it any more" in text_of(answer)
    assert panel().is_complete


def test_a_guest_joins_while_the_last_card_comes_in(here, meanwhile, panel):
    guest = {"name": "Gus Vale", "email": "gus@example.net"}
    answer = meanwhile(submitting(here), "rita", f"/interviews/{here.interview}/guests", **guest)
    assert answer.status_code == 409
    assert panel().is_complete


def test_the_panel_is_closed_while_its_only_card_is_reopened(here, meanwhile, panel):
    url = f"/interviews/{here.interview}/close"
    answer = meanwhile(reopening(here), "rita", url, reason="Bob is ill.")
    assert answer.status_code == 409
    assert "Nobody on this panel has submitted yet" in text_of(answer)
    assert not panel().is_closed


def test_its_only_card_is_reopened_while_the_panel_is_closed(here, meanwhile, panel):
    url = f"/scorecards/{here.anns}/reopen"
    answer = meanwhile(closing(here), "ann", url, reason="A slip of the finger.")
    assert answer.status_code == 409
    assert "The panel is closed" in text_of(answer)
    assert panel().is_open


def test_somebody_joins_while_a_recruiter_opens_the_panel_early(app, here, meanwhile, panel):
    with app.extensions["database"].session(write=True) as session:
        rita = session.get(Person, here.people["rita"].id)
        rita.roles = frozenset({Role.RECRUITER, Role.INTERVIEWER})
        session.commit()
    url = f"/interviews/{here.interview}/override"
    seat = seating(here, "ann", "bob", "rita")
    answer = meanwhile(seat, "rita", url, reason="A complaint came in.")
    assert answer.status_code == 409
    assert "You are on this panel" in text_of(answer)
    assert panel().overriders == set()


def test_a_guest_is_taken_off_while_they_declare_a_conflict(app, here, meanwhile):
    with app.extensions["database"].session(write=True) as session:
        gus = factories.person(session, Role.GUEST, name="Gus Vale")
        interview = queries.interview(session, here.interview)
        seat = interview.invite(gus, here.people["rita"].id, NOW)
        seat.accept("2026-11-27", NOW)
        session.commit()
        card = interview.card_of(gus.id).id
    here.people["gus"] = gus

    def take_off(session):
        interview = queries.interview(session, here.interview, to_change=True)
        interview.take_off(interview.seated_guests[0], here.people["rita"].id, NOW)

    url = f"/scorecards/{card}/declaration"
    answer = meanwhile(take_off, "gus", url, answer="none")
    assert answer.status_code == 404
    with app.app_context():
        seat = guests.seat(db.session(), seat.id)
        assert seat.no_conflict_at is None
        assert seat.left_at is not None


def test_saving_an_answer_waits_for_none_of_it(app, here, meanwhile):
    """A panel may be changed at length while people write: who is on it is nothing to a save."""
    item = here.guide.items[0].id
    done = []

    def watch(session):
        queries.lock_panel(session, interview_id=here.interview)
        if app.extensions["database"].is_sqlite:
            return
        client = app.test_client()
        client.sign_in(here.people["bob"])
        data = {"seen": 1, "level": 4, "note": "Said so."}
        answer = client.post(f"/scorecards/{here.bobs}/items/{item}", data=data)
        done.append(answer.status_code)

    meanwhile(watch, "bob", f"/scorecards/{here.bobs}/submit")
    assert done in ([303], [])
    with app.extensions["database"].session(write=False) as session:
        assert session.scalar(sa.select(Scorecard.submitted_at).where(Scorecard.id == here.bobs))
