"""Reminders and news from real rows: who gets which mail when, once, and what is in it."""

import datetime as dt
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload, selectinload

from hiring import create_app, db
from hiring.comparison.models import Decision, Outcome
from hiring.guides.models import Guide
from hiring.interviews import queries as interviews
from hiring.interviews.acts import Reopening
from hiring.interviews.models import Interview, Scorecard
from hiring.mail import work as mail_work
from hiring.mail.models import Mail
from hiring.openings.models import Opening
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.reminders import work
from hiring.reminders.models import Completion, Reminder
from tests import factories

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
START = factories.NOW  # 60 minutes long, so due a day and an hour after
DUE = START + DAY + dt.timedelta(hours=1)


@pytest.fixture
def session(app):
    with app.app_context():
        yield db.session()


@pytest.fixture
def clock(monkeypatch):
    """The clock, to be set."""
    told = SimpleNamespace(now=START)
    monkeypatch.setattr(db, "now", lambda: told.now)
    return told


@pytest.fixture
def here(session, clock):
    """An interview of Dee Fox by Ann and Bob, planned a week ahead by Rita."""
    rita = factories.person(session, Role.RECRUITER, name="Rita Recruiter")
    ann, bob = (factories.person(session, name=name) for name in ("Ann Lee", "Bob Roy"))
    guide = factories.guide(session, rita)
    dee = factories.candidate(session, guide.opening, name="Dee Fox")
    interview = factories.interview(session, guide, [ann, bob], dee)
    interview.planned_at = START - 7 * DAY
    session.commit()
    return SimpleNamespace(
        rita=rita, ann=ann, bob=bob, dee=dee, interview=interview, cards=interview.cards
    )


def sweep(session) -> None:
    """What the worker does once a minute."""
    session.expire_all()
    for overdue in (work.overdue, mail_work.overdue):
        for _, mail_id in list(overdue(session)):
            mail_work.work(mail_id)
    session.expire_all()


def at(clock, session, moment: dt.datetime) -> list[tuple[str, str]]:
    """Who gets which mail in the minute of this moment."""
    clock.now = moment
    before = {number for number, _ in mailbox()}
    sweep(session)
    return [(mail["To"], mail["Subject"]) for number, mail in mailbox() if number not in before]


def mailbox() -> list:
    folder = Path(current_app.instance_path) / "mail"
    found = [
        (int(file.stem.rpartition("-")[2]), message_from_bytes(file.read_bytes(), policy=default))
        for file in folder.glob("*.eml")
    ]
    return sorted(found, key=lambda one: one[0])


LATE, ALL_IN = "A scorecard of yours is late", "All scorecards of an interview are in"


# --- when ---


def test_reminders_begin_when_a_card_is_late_and_come_once_a_day(session, clock, here):
    for before in (START, START + dt.timedelta(hours=1), DUE - MINUTE):
        assert at(clock, session, before) == []
    both = [(here.ann.email, LATE), (here.bob.email, LATE)]
    assert at(clock, session, DUE) == both
    for after in (MINUTE, dt.timedelta(hours=12), DAY - MINUTE):
        assert at(clock, session, DUE + after) == []
    assert at(clock, session, DUE + DAY) == both
    assert [row.number for row in session.scalars(sa.select(Reminder))] == [1, 1, 2, 2]


def test_who_has_submitted_is_left_alone(session, clock, here):
    clock.now = START
    submit(session, here.cards[0])
    assert at(clock, session, DUE) == [(here.bob.email, LATE)]


WITH_ITEMS = [joinedload(Scorecard.interview).joinedload(Interview.guide).selectinload(Guide.items)]


def submit(session, card: Scorecard) -> None:
    found = session.get(Scorecard, card.id, options=WITH_ITEMS, populate_existing=True)
    factories.fill(session, found)
    session.commit()


def seat(session, here, trainees, observers=()) -> None:
    interview = interviews.interview(session, here.interview.id)
    assert interview is not None
    interview.seat([here.ann, here.bob], trainees, observers)


def end(session, here, how: str) -> None:
    interview = session.get(Interview, here.interview.id)
    if how == "submitted":
        submit(session, here.cards[1])
    elif how == "closed":
        interview.closed_at, interview.closed_by_id = DUE, here.rita.id
    elif how == "taken off":
        session.delete(session.get(Scorecard, here.cards[1].id))
    elif how == "withdrawn":
        session.add(decision(here, Outcome.WITHDRAWN))
    elif how == "account closed":
        session.get(Person, here.bob.id).active = False
    elif how == "moved":
        interview.starts_at = DUE + 7 * DAY
    session.commit()


ENDS = ["submitted", "closed", "taken off", "withdrawn", "account closed", "moved"]


def decision(here, outcome: Outcome) -> Decision:
    return Decision(
        candidate_id=here.dee.id,
        outcome=outcome,
        reason="They told us.",
        decided_by_id=here.rita.id,
        decided_at=DUE,
    )


@pytest.mark.parametrize("how", ENDS)
def test_reminders_end(session, clock, here, how):
    submit(session, here.cards[0])
    assert at(clock, session, DUE) == [(here.bob.email, LATE)]
    end(session, here, how)
    for days in range(1, 6):
        told = at(clock, session, DUE + days * DAY)
        assert (here.bob.email, LATE) not in told


@pytest.mark.parametrize("how", ENDS)
def test_a_reminder_that_had_to_wait_is_dropped_when_it_is_not_needed_any_more(
    session, clock, here, how
):
    """As when the mail server did not answer in between."""
    submit(session, here.cards[0])
    clock.now = DUE
    assert len(list(work.overdue(session))) == 1
    end(session, here, how)
    assert (here.bob.email, LATE) not in at(clock, session, DUE + MINUTE)
    reminders = [mail for mail in session.scalars(sa.select(Mail)) if mail.kind == "reminder"]
    assert reminders == []
    assert len(session.scalars(sa.select(Reminder)).all()) == 1, "that it was due stays on record"


@pytest.mark.parametrize("outcome", [Outcome.OFFER, Outcome.HOLD, Outcome.REJECT])
def test_another_decision_ends_nothing(session, clock, here, outcome):
    session.add(decision(here, Outcome.WITHDRAWN))
    session.add(decision(here, outcome))
    session.commit()
    assert len(at(clock, session, DUE)) == 2


def test_a_reminder_on_its_way_is_not_followed_by_another(session, clock, here):
    clock.now = DUE
    assert len(list(work.overdue(session))) == 2
    for days in range(1, 4):  # nothing is sent meanwhile
        clock.now = DUE + days * DAY
        assert list(work.overdue(session)) == []
    sent = at(clock, session, DUE + 4 * DAY)
    assert len(sent) == 2
    assert at(clock, session, DUE + 4 * DAY + dt.timedelta(hours=23)) == []
    assert len(at(clock, session, DUE + 5 * DAY)) == 2, "a day after it went out"


def test_what_was_reopened_has_a_day(session, clock, here):
    submit(session, here.cards[0])
    reopened = Reopening(
        scorecard_id=here.cards[0].id,
        submitted_at=START,
        at=DUE,
        by_id=here.rita.id,
        reason="Two answers were mixed up.",
    )
    session.add(reopened)
    here.cards[0].submitted_at = None
    session.commit()
    assert at(clock, session, DUE) == [(here.bob.email, LATE)]
    assert at(clock, session, DUE + DAY) == [(here.ann.email, LATE), (here.bob.email, LATE)]


def test_trainees_are_reminded_observers_are_not(session, clock, here):
    tim, eve = (factories.person(session, name=name) for name in ("Tim Ek", "Eve Ito"))
    seat(session, here, [tim], [eve])
    session.commit()
    assert {to for to, _ in at(clock, session, DUE)} == {
        here.ann.email,
        here.bob.email,
        tim.email,
    }


# --- what ---


def test_a_reminder_says_what_is_wanted_and_nothing_of_what_is_on_any_card(session, clock, here):
    for card, level in zip(here.cards, (5, 1), strict=True):
        factories.rate(session, card, here.interview.guide.items[0].id, level, "A secret note.")
    session.commit()
    at(clock, session, DUE)
    (_, first), _ = mailbox()
    assert first.get_content().splitlines() == [
        "Hello Ann Lee,",
        "",
        (
            "Your scorecard for Dee Fox (Service desk agent) was due on Tue 3 Nov 2026, 10:00 "
            "(Europe/Dublin). Please complete and submit it as long as you remember what was said."
        ),
        "",
        "It is as you left it:",
        "",
        f"http://127.0.0.1:5000/scorecards/{here.cards[0].id}",
        "",
        "If you can't, tell Rita Recruiter, so that the others need not wait.",
    ]


def guest(session, here, *, stage: str, invited: dt.datetime = START - DAY) -> Person:
    gus = factories.person(session, Role.GUEST, name="Gus Vale")
    interview = interviews.interview(session, here.interview.id)
    assert interview is not None
    place = interview.invite(gus, here.rita.id, invited)
    session.commit()
    if stage != "invited":
        place.accept("2026-11-27", START)
    if stage == "in":
        place.declare("", START)
    if stage == "conflict":
        place.declare("A neighbour.", START)
    session.commit()
    return gus


@pytest.mark.parametrize("stage", ["invited", "accepted", "in", "conflict"])
def test_guests_are_reminded_by_the_way_they_come_in(session, clock, here, stage):
    gus = guest(session, here, stage=stage)
    told = at(clock, session, DUE)
    if stage == "conflict":
        assert gus.email not in dict(told)
        return
    assert (gus.email, LATE) in told
    text = next(mail.get_content() for _, mail in mailbox() if mail["To"] == gus.email)
    assert "http://127.0.0.1:5000/guest-link" in text
    assert ("Dee Fox" in text) is (stage == "in")
    assert ("/scorecards/" in text) is (stage == "in")


def test_a_guest_who_is_asked_late_has_a_day(session, clock, here):
    gus = guest(session, here, stage="in", invited=DUE + DAY)
    for minutes in (0, 24 * 60 - 1):
        assert gus.email not in dict(at(clock, session, DUE + DAY + minutes * MINUTE))
    assert gus.email in dict(at(clock, session, DUE + 2 * DAY))


def test_names_stay_in_their_line(session, clock, here):
    session.get(Person, here.ann.id).name = "Ann\r\n\r\nhttps://evil.example\nLee"
    here.dee.name = "Dee\nFox"
    session.commit()
    at(clock, session, DUE)
    text = mailbox()[0][1].get_content().splitlines()
    assert text[0] == "Hello Ann https://evil.example Lee,"
    assert "Dee Fox (Service desk agent)" in text[2]


# --- all in ---


def test_the_recruiter_is_told_once_when_the_last_counted_card_is_in(session, clock, here):
    tim = factories.person(session, name="Tim Ek")
    seat(session, here, [tim])
    session.commit()
    submit(session, here.cards[0])
    assert at(clock, session, START + MINUTE) == []
    submit(session, here.cards[1])
    assert at(clock, session, START + 2 * MINUTE) == [(here.rita.email, ALL_IN)]
    for days in range(3):
        told = at(clock, session, START + 3 * MINUTE + days * DAY)
        assert (here.rita.email, ALL_IN) not in told
    text = mailbox()[0][1].get_content()
    assert "Everyone on the panel for Dee Fox (Service desk agent) has submitted." in text
    assert f"http://127.0.0.1:5000/interviews/{here.interview.id}/panel" in text
    (row,) = session.scalars(sa.select(Completion))
    assert row.interview_id == here.interview.id


def test_nobody_is_told_of_a_panel_that_was_closed_or_completed_long_ago(session, clock, here):
    for card in here.cards:
        factories.fill(session, card)
    session.commit()
    assert at(clock, session, START + 8 * DAY) == []
    guide = session.get(Guide, here.interview.guide_id, options=[selectinload(Guide.items)])
    opening = session.get(Opening, guide.opening_id)
    other = factories.interview(
        session, guide, [here.ann, here.bob], factories.candidate(session, opening)
    )
    factories.fill(session, other.cards[0])
    other.close(here.rita, "Bob is ill.", START)
    session.commit()
    assert at(clock, session, START + MINUTE) == [(here.rita.email, ALL_IN)], "of the first only"


def test_news_that_is_none_any_more_is_not_told(session, clock, here):
    for card in here.cards:
        factories.fill(session, card)
    session.commit()
    clock.now = START + MINUTE
    assert len(list(work.overdue(session))) == 1
    session.get(Scorecard, here.cards[0].id).submitted_at = None
    session.commit()
    assert at(clock, session, START + 2 * MINUTE) == []


# --- twice ---


def test_a_second_worker_makes_the_same_claim_in_vain(session, clock, here, database_url, tmp_path):
    """It looked at the same moment, before the first had claimed anything."""
    clock.now = DUE
    here.cards[0].submitted_at = here.cards[1].submitted_at = None
    done = factories.interview(session, here.interview.guide, [here.ann])
    factories.fill(session, done.cards[0])
    done.cards[0].submitted_at = DUE - MINUTE
    session.commit()
    other = create_app(DATABASE_URL=database_url, INSTANCE=str(tmp_path / "b"), SECRET_KEY="x")
    with other.app_context():
        theirs = work.overdue(db.session())  # has looked, and claims as it is asked on
        mine = list(work.overdue(session))
        assert len(mine) == 3
        assert list(theirs) == []
    other.extensions["database"].engine.dispose()
    assert len(session.scalars(sa.select(Mail)).all()) == 3
    assert len(session.scalars(sa.select(Reminder)).all()) == 2


class Killed(BaseException):
    """As when the process ends."""


def test_a_worker_killed_between_claim_and_mail_loses_nothing(session, clock, here):
    clock.now = DUE
    first = next(iter(work.overdue(session)))  # and then it ends
    assert first[0] == "mail"
    assert len(session.scalars(sa.select(Reminder)).all()) == 1
    session.commit()
    both = [(here.ann.email, LATE), (here.bob.email, LATE)]
    assert at(clock, session, DUE + MINUTE) == both


def test_a_worker_killed_while_sending_does_not_remind_twice(session, clock, here, monkeypatch):
    clock.now = DUE
    (_, mail_id), _ = list(work.overdue(session))

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Mail, "sent", killed)
        with pytest.raises(Killed):
            mail_work.work(mail_id)
    session.rollback()
    before = len(mailbox())
    assert before == 1
    at(clock, session, DUE + 10 * MINUTE)
    assert len([mail for _, mail in mailbox() if mail["To"] == here.ann.email]) == 1
    session.expire_all()
    assert "It may have gone out" in session.get(Mail, mail_id).problem
    assert (here.ann.email, LATE) in at(clock, session, DUE + DAY)
