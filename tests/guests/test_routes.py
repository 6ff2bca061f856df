"""Guests: invited, let in by a link, what opens when, what a conflict closes, and what is kept."""

import datetime as dt
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from hiring import db
from hiring.guests import queries
from hiring.guests.models import GuestLink
from hiring.interviews.models import GuestSeat, Interview, Scorecard
from hiring.mail import work
from hiring.mail.models import Mail
from hiring.mail.rules import Server
from hiring.people.models import Person
from hiring.people.rules import LIMITS, Door, Role
from hiring.scorecards.models import Rating
from tests import factories
from tests.client import Client
from tests.pages import main_of, text_of
from tests.state import stored

GUS = {"name": "Gus Vale", "email": "gus@example.net"}
WORDS = "She is my neighbour's sister."
REASON = "They have met once, years ago, in passing."


@pytest.fixture
def here(app, rows, client):
    """An interview of Dee Fox by Ann; the recruiter, who planned it, is signed in."""
    with rows() as session:
        rita = factories.person(session, Role.RECRUITER, name="Rita Recruiter")
        ann = factories.person(session, name="Ann Lee")
        guide = factories.guide(session, rita)
        dee = factories.candidate(session, guide.opening, name="Dee Fox")
        interview = factories.interview(session, guide, [ann], dee)
        session.commit()
    client.sign_in(rita)
    return SimpleNamespace(
        rita=rita,
        ann=ann,
        dee=dee,
        guide=guide,
        items=guide.items,
        opening=guide.opening,
        interview=interview.id,
        place=interview.place,
        anns=interview.cards[0].id,
        guests=f"/interviews/{interview.id}/guests",
        panel=f"/interviews/{interview.id}/panel",
    )


def link_in(page) -> str:
    assert page.status_code == 200
    (path,) = re.findall(r'value="http://localhost(/guest/[^"]+)"', page.text)
    return str(path)


def send_all(app) -> list:
    """Send what waits, and read the mailbox."""
    with app.app_context():
        for _, mail_id in list(work.overdue(db.session())):
            work.work(mail_id)
    return mailbox(app)


def mailbox(app) -> list:
    folder = Path(app.instance_path) / "mail"
    files = sorted(folder.glob("*.eml"), key=lambda file: int(file.stem.rpartition("-")[2]))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


@pytest.fixture
def invited(app, read, here, client):
    """The same with Gus on the panel, who has a link and has not used it."""
    link = link_in(client.post(here.guests, data=GUS))
    (gus,) = read(sa.select(Person).where(Person.email == GUS["email"]))
    (card,) = read(sa.select(Scorecard).where(Scorecard.person_id == gus.id))
    guest = app.test_client()
    assert isinstance(guest, Client)
    return SimpleNamespace(
        **vars(here),
        link=link,
        gus=gus,
        card=card.id,
        seat=f"/scorecards/{card.id}/seat",
        statement=f"/scorecards/{card.id}/statement",
        declaration=f"/scorecards/{card.id}/declaration",
        guest=guest,
    )


def agreed() -> dict:
    return {"version": queries.STATEMENT.version.isoformat(), "agree": "y"}


@pytest.fixture
def accepted(invited):
    """Gus is in and has accepted the statement."""
    assert invited.guest.post(invited.link).status_code == 303
    assert invited.guest.post(invited.statement, data=agreed()).status_code == 303
    return invited


@pytest.fixture
def seated(accepted):
    """Gus has declared no conflict."""
    answer = accepted.guest.post(accepted.declaration, data={"answer": "none"})
    assert answer.location == f"/scorecards/{accepted.card}"
    return accepted


@pytest.fixture
def torn(accepted):
    """Gus has declared a conflict."""
    data = {"answer": "conflict", "words": WORDS}
    assert accepted.guest.post(accepted.declaration, data=data).location == accepted.seat
    return accepted


def is_closed(here) -> bool:
    """Whether no page of the interview is there for the guest, read or written."""
    card, item = here.card, here.items[0].id
    told = {
        method(url, **given).status_code
        for method, url, given in (
            (here.guest.get, f"/scorecards/{card}", {}),
            (here.guest.post, f"/scorecards/{card}/items/{item}", {"data": {"seen": 0}}),
            (here.guest.post, f"/scorecards/{card}/submit", {}),
            (here.guest.get, f"/scorecards/{card}/reopen", {}),
            (here.guest.get, f"/scorecards/{card}/answers", {}),
            (here.guest.get, f"/scorecards/{card}/items/{item}/history", {}),
            (here.guest.get, here.panel, {}),
            (here.guest.get, f"/interviews/{here.interview}/debrief", {}),
            (here.guest.get, f"/interviews/{here.interview}/debrief/{item}", {}),
        )
    }
    assert told == {404} or 404 not in told, told
    return told == {404}


def test_a_guest_reads_how_to_listen_for_a_trait_of_their_card(seated):
    page = seated.guest.get(f"/scorecards/{seated.card}")
    links = set(re.findall(r'href="(/scorecards/\d+/briefing/\w+)"', page.text))
    assert len(links) == len({item.trait_key for item in seated.items})
    for link in links:
        assert "How to listen for it" in main_of(seated.guest.get(link))


def test_a_guest_sees_who_has_submitted_from_their_card_and_their_interviews(seated):
    pages = [seated.guest.get(url) for url in (f"/scorecards/{seated.card}", "/my-interviews")]
    for page in pages:
        (link,) = set(re.findall(r'href="(/interviews/\d+/panel)"', page.text))
        assert "Who has submitted" in text_of(page)
    assert re.search("Ann Lee (Late|Not yet)", text_of(seated.guest.get(link)))


def names_in(page) -> set:
    shown = text_of(page)
    return {name for name in ("Dee Fox", "Ann Lee", "Service desk", "Room 2") if name in shown}


# --- inviting ---


def test_an_invited_guest_has_a_seat_that_is_not_open_and_no_account(read, invited, client):
    assert invited.gus.roles == {Role.GUEST}
    assert invited.gus.password is None
    (card,) = read(sa.select(Scorecard).where(Scorecard.id == invited.card))
    assert (card.is_held, card.part) == (True, "counted")
    (seat,) = read(sa.select(GuestSeat))
    assert (seat.person_id, seat.invited_by_id) == (invited.gus.id, invited.rita.id)
    shown = main_of(client.get(invited.guests))
    assert "Gus Vale gus@example.net Not here yet" in shown
    assert "0 of 2 submitted" in text_of(client.get(f"/candidates/{invited.dee.id}"))
    assert "2 of 2 have not yet." in text_of(client.get(invited.panel))


def test_only_a_digest_of_the_link_is_kept_and_it_is_shown_once(app, read, invited, client):
    secret = invited.link.rpartition("/")[2]
    assert len(secret) >= 40
    assert secret not in str(stored(app))
    assert secret not in client.get(invited.guests).text
    (link,) = read(sa.select(GuestLink))
    for guess in (link.digest, link.nonce, secret[:-1], secret.swapcase()):
        assert invited.guest.get(f"/guest/{guess}").status_code == 409
    assert link.expires_at - link.made_at == dt.timedelta(days=7)


def test_the_link_is_mailed_by_the_worker_and_names_no_candidate(app, invited, client):
    assert mailbox(app) == [], "not within the request"
    (mail,) = send_all(app)
    assert mail["To"] == GUS["email"]
    text = mail.get_content()
    assert f"http://127.0.0.1:5000{invited.link}" in text
    assert "Hello Gus Vale" in text
    assert "Rita Recruiter asks you" in text
    for secret in ("Dee", "Fox", "Ann", "Service desk", "Room"):
        assert secret not in text + mail["Subject"]
    assert len(send_all(app)) == 1, "once"


def told_of_mail(here, client) -> list[str]:
    """What the recruiter is told, before and after a new link, and a guest who asks for one."""
    return [
        main_of(client.get(here.guests)),
        main_of(client.post(f"{here.guests}/{here.gus.id}/link")),
        main_of(ask(here.guest, GUS["email"])),
    ]


def test_that_no_mail_goes_out_is_told(app, invited, client):
    """A mailbox of files is no post office: the recruiter has to pass the link on."""
    send_all(app)
    for page in told_of_mail(invited, client):
        assert "No mail server is set up here" in page
        assert "mailed" not in page.lower()


def test_that_mail_goes_out_is_told(app, invited, client):
    send_all(app)
    app.extensions["mailbox"] = Server("mail.example.org", 587)
    before, after, asked = told_of_mail(invited, client)
    assert "Mailed " in before
    assert "It is being mailed to gus@example.net." in after
    assert "a new link is on its way there." in asked


def test_what_keeps_a_mail_from_going_out_is_said(app, invited, client):
    with app.app_context():
        (mail,) = db.session().scalars(sa.select(Mail))
        mail.put_off("The server does not answer.", db.now())
        db.session().commit()
    assert "Not mailed yet: The server does not answer." in main_of(client.get(invited.guests))


def test_a_link_made_with_another_key_is_not_mailed(app, read, invited):
    app.config["SECRET_KEY"] = "a new one"
    assert send_all(app) == []
    (mail,) = read(sa.select(Mail))
    assert "The secret key has changed" in mail.problem
    assert mail.due_at is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Write a name."),
        ({"name": "x" * 121}, "Use at most 120 letters."),
        ({"email": ""}, "Write an e-mail address."),
        ({"email": "gus"}, "doesn&#39;t look like an e-mail address"),
        ({"email": "gus@example.net\r\nBcc: eve@example.net"}, "doesn&#39;t look like"),
    ],
)
def test_a_mistake_is_named_and_nobody_is_invited(app, here, client, wrong, sentence):
    before = stored(app)
    answer = client.post(here.guests, data={**GUS, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored(app) == before


def test_the_candidate_is_no_guest(read, here, client):
    answer = client.post(here.guests, data={**GUS, "email": here.dee.email.upper()})
    assert answer.status_code == 422
    assert "This is the candidate" in answer.text
    assert read(sa.select(GuestSeat)) == []


def test_somebody_with_an_account_is_seated_with_it(read, here, rows, client):
    with rows() as session:
        eve = factories.person(session, name="Eve Ito")
        session.commit()
    answer = client.post(here.guests, data={"name": "Whoever", "email": eve.email.upper()})
    assert answer.status_code == 303
    said = text_of(client.get(answer.location))
    assert "Eve Ito has an account with this address, so they sit on the panel with that" in said
    (card,) = read(sa.select(Scorecard).where(Scorecard.person_id == eve.id))
    assert card.is_held is False
    assert read(sa.select(GuestSeat)) == read(sa.select(GuestLink)) == []
    client.sign_in(eve)
    assert client.get(f"/scorecards/{card.id}").status_code == 200


@pytest.mark.parametrize("what", ["no role", "closed"])
def test_an_account_that_cannot_interview_is_not_seated(app, here, rows, client, what):
    with rows() as session:
        eve = factories.person(session, *([Role.HR] if what == "no role" else []), name="Eve Ito")
        eve.active = what != "closed"
        session.commit()
    before = stored(app)
    answer = client.post(here.guests, data={**GUS, "email": eve.email})
    assert answer.status_code == 409
    assert "Ask an administrator to change that" in answer.text
    assert stored(app) == before


def test_nobody_is_on_a_panel_twice(app, invited, rows, client):
    before = stored(app)
    for email in (GUS["email"], invited.ann.email):
        answer = client.post(invited.guests, data={**GUS, "email": email})
        assert answer.status_code == 409
        assert "on this panel already" in answer.text
    assert stored(app) == before


def test_an_observer_is_not_invited_as_well(here, rows, client):
    with rows() as session:
        eve = factories.person(session, name="Eve Ito")
        interview = session.get(Interview, here.interview)
        guide = session.merge(here.guide)
        other = factories.interview(session, guide, [session.merge(here.ann)], observers=[eve])
        session.commit()
    assert interview is not None
    answer = client.post(f"/interviews/{other.id}/guests", data={**GUS, "email": eve.email})
    assert answer.status_code == 409
    assert "observes this interview" in answer.text


def test_nobody_is_invited_once_values_are_open(app, here, rows, client):
    submit(rows, here, here.anns)
    assert "Invite a guest" not in main_of(client.get(here.guests))
    before = stored(app)
    answer = client.post(here.guests, data=GUS)
    assert answer.status_code == 409
    assert "nobody can join or leave it any more" in answer.text
    assert stored(app) == before


def submit(rows, here, *cards):
    with rows() as session:
        for card_id in cards:
            card = session.get(Scorecard, card_id)
            for item in here.items:
                factories.rate(session, card, item.id)
            card.submitted_at = factories.NOW
        session.commit()


def test_a_guest_of_another_interview_is_asked_again_under_the_same_address(
    app, read, seated, rows
):
    with rows() as session:
        guide, ann = session.merge(seated.guide), session.merge(seated.ann)
        other = factories.interview(session, guide, [ann])
        session.commit()
    rita = app.test_client()
    rita.sign_in(seated.rita)
    second = link_in(rita.post(f"/interviews/{other.id}/guests", data={**GUS, "name": "G."}))
    (gus,) = read(sa.select(Person).where(Person.email == GUS["email"]))
    assert gus.name == "Gus Vale"
    assert seated.guest.post(second).location == "/"
    page = seated.guest.get("/my-interviews")
    assert "Dee Fox" in page.text
    assert "An interview you are invited to" in page.text
    assert other.candidate.name not in page.text
    assert not is_closed(seated)


def test_changing_the_interview_keeps_its_guests(read, invited, rows, client):
    with rows() as session:
        eve = factories.person(session, name="Eve Ito")
        session.commit()
    page = client.get(f"/interviews/{invited.interview}")
    assert "Guests on this panel: Gus Vale." in text_of(page)
    data = {
        "guide": invited.guide.id,
        "starts": "2026-11-02T09:00",
        "zone": "UTC",
        "place": "Room 9",
        "panel": [eve.id],
    }
    assert client.post(f"/interviews/{invited.interview}", data=data).status_code == 303
    cards = read(sa.select(Scorecard).order_by(Scorecard.id))
    assert {card.person_id for card in cards} == {invited.gus.id, eve.id}
    assert invited.card in {card.id for card in cards}
    (seat,) = read(sa.select(GuestSeat))
    assert seat.left_at is None


# --- who must not come in as the guest ---


@pytest.fixture
def beside(app, seated, rows):
    """Rex, a recruiter, rates beside Gus, who has saved an answer; and a client of his."""
    with rows() as session:
        rex = factories.person(session, Role.RECRUITER, Role.INTERVIEWER, name="Rex Roy")
        session.commit()
    seated.rex, seated.client = rex, app.test_client()
    seat_as(app, rows, seated, "panel")
    data = {"seen": 0, "level": 2, "note": "Shouted at them."}
    url = f"/scorecards/{seated.card}/items/{seated.items[0].id}"
    assert seated.guest.post(url, data=data).status_code == 303
    seated.client.sign_in(rex)
    seated.again = f"{seated.guests}/{seated.gus.id}/link"
    return seated


def seat_as(app, rows, here, where):
    """Rita puts Rex on the panel, among the trainees or the observers, or takes him off."""
    rita = app.test_client()
    rita.sign_in(here.rita)
    data = {
        "guide": here.guide.id,
        "starts": "2026-11-02T09:00",
        "zone": "UTC",
        "place": "Room 2",
        "panel": [here.ann.id],
    }
    if where:
        data[where] = [*data.get(where, ()), here.rex.id]
    assert rita.post(f"/interviews/{here.interview}", data=data).status_code == 303


def links_on(page) -> list[str]:
    return re.findall(r"/guest/[\w-]+", page.text)


@pytest.mark.parametrize("where", ["panel", "trainees", "observers"])
def test_who_sits_beside_a_guest_is_not_shown_their_link(app, beside, rows, where):
    seat_as(app, rows, beside, where)
    before = stored(app)
    answer = beside.client.post(beside.again)
    assert answer.status_code == 409
    assert "Ask a recruiter who is not on this panel." in text_of(answer)
    assert links_on(answer) == []
    assert stored(app) == before
    app.extensions["mailbox"] = Server("mail.example.org", 587)
    answer = beside.client.post(beside.again)
    assert answer.status_code == 200
    assert "You are at an interview with Gus Vale yourself, so it is not shown" in main_of(answer)
    assert links_on(answer) == []


def test_a_link_that_is_not_shown_reaches_the_guest(app, beside):
    send_all(app)
    mailbox_of_tests = app.extensions["mailbox"]
    app.extensions["mailbox"] = Server("mail.example.org", 587)
    beside.client.post(beside.again)
    app.extensions["mailbox"] = mailbox_of_tests
    (link,) = links_on(SimpleNamespace(text=send_all(app)[-1].get_content()))
    assert beside.guest.post(link).status_code == 303
    assert not is_closed(beside)


def test_who_sits_beside_a_guest_invites_them_by_mail_only(app, read, beside):
    eve = {"name": "Eve Ito", "email": "eve@example.net"}
    before = stored(app)
    answer = beside.client.post(beside.guests, data=eve)
    assert answer.status_code == 409
    assert "Ask a recruiter who is not on this panel." in text_of(answer)
    assert stored(app) == before
    app.extensions["mailbox"] = Server("mail.example.org", 587)
    answer = beside.client.post(beside.guests, data=eve)
    assert answer.status_code == 200
    assert links_on(answer) == []
    (card,) = read(sa.select(Scorecard).join(Person).where(Person.email == eve["email"]))
    assert card.is_held


def test_nor_by_way_of_another_interview_of_the_guest(app, beside, rows):
    with rows() as session:
        guide, ann = session.merge(beside.guide), session.merge(beside.ann)
        other = factories.interview(session, guide, [ann])
        session.commit()
    answer = beside.client.post(f"/interviews/{other.id}/guests", data=GUS)
    assert answer.status_code == 409
    assert links_on(answer) == []
    rita = app.test_client()
    rita.sign_in(beside.rita)
    assert link_in(rita.post(f"/interviews/{other.id}/guests", data=GUS))


def test_nor_by_a_link_that_was_made_before(app, beside, rows):
    """Rex steps off, has a link made, steps on again, and follows it."""
    seat_as(app, rows, beside, "")
    link = link_in(beside.client.post(beside.again))
    seat_as(app, rows, beside, "panel")
    thief = app.test_client()
    for answer in (thief.get(link), thief.post(link)):
        assert answer.status_code == 409
        assert "a link ends when whoever made it joins a panel with you" in text_of(answer)
    assert thief.get(f"/scorecards/{beside.card}").status_code == 303, "to sign in"
    assert "Shouted at them." in beside.guest.get(f"/scorecards/{beside.card}").text


def test_once_the_panel_is_open_a_link_is_shown_again_but_to_observers(app, beside, rows):
    with rows() as session:
        cards = session.scalars(
            sa.select(Scorecard).where(Scorecard.person_id.in_([beside.rex.id, beside.ann.id]))
        ).all()
        mine = session.get(Scorecard, beside.card)
        for item in beside.items[1:]:
            factories.rate(session, mine, item.id)
        mine.submitted_at = factories.NOW
        session.commit()
    submit(rows, beside, *(card.id for card in cards))
    link = link_in(beside.client.post(beside.again))
    assert app.test_client().post(link).status_code == 303


def test_a_link_made_when_the_guest_had_begun_is_shown_to_the_panel(beside, client, rows):
    client.sign_in(beside.rita)
    assert "made a link" not in main_of(client.get(beside.panel)), "the invitation's"
    client.post(beside.again)
    for person in (beside.rita, beside.ann, beside.rex):
        client.sign_in(person)
        assert "Rita Recruiter made a link for Gus Vale on " in main_of(client.get(beside.panel))


def test_who_was_shown_a_link_and_joins_the_panel_afterwards_is_named_to_it(
    app, beside, client, rows
):
    seat_as(app, rows, beside, "")
    beside.client.post(beside.guests, data={"name": "Eve Ito", "email": "eve@example.org"})
    client.sign_in(beside.ann)
    assert "made a link" not in main_of(client.get(beside.panel))
    seat_as(app, rows, beside, "panel")
    shown = main_of(client.get(beside.panel))
    assert "Rex Roy made a link for Eve Ito on " in shown
    assert "and was shown it before joining this panel." in shown


# --- coming in ---


def test_looking_at_a_link_uses_nothing_up(app, invited):
    before = stored(app)
    for _ in range(3):
        page = invited.guest.get(invited.link)
        assert page.status_code == 200
        assert invited.guest.head(invited.link).status_code == 200
        assert names_in(page) == set()
        assert "Gus" not in page.text
    assert stored(app) == before
    assert invited.guest.get("/my-interviews").status_code == 303
    answer = invited.guest.post(invited.link)
    assert (answer.status_code, answer.location) == (303, invited.seat)
    assert invited.guest.get("/my-interviews").status_code == 200


def test_a_link_lets_in_once(app, invited):
    assert invited.guest.post(invited.link).status_code == 303
    other = app.test_client()
    for answer in (other.get(invited.link), other.post(invited.link)):
        assert answer.status_code == 409
        assert "This link has been used or has run out" in answer.text
        assert "Send me a new link" in answer.text
    assert other.get("/my-interviews").status_code == 303


def test_two_who_press_at_the_same_moment_are_one(app, invited):
    clients = [app.test_client() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: one.post(invited.link).status_code, clients))
    assert sorted(answers) == [303, *[409] * 5]


def test_another_site_cannot_press_the_button(invited):
    assert invited.guest.post(invited.link, token=False).status_code == 400
    assert invited.guest.post(invited.link).status_code == 303


def test_a_link_runs_out(app, read, invited):
    with app.app_context():
        link = db.session().scalars(sa.select(GuestLink)).one()
        link.expires_at = db.now()
        db.session().commit()
    assert invited.guest.get(invited.link).status_code == 409
    assert invited.guest.post(invited.link).status_code == 409
    assert send_all(app) == [], "and is not mailed any more"
    assert read(sa.select(Mail)) == []


def test_a_new_link_ends_the_old_one(app, invited, client):
    second = link_in(client.post(f"{invited.guests}/{invited.gus.id}/link"))
    assert second != invited.link
    assert invited.guest.post(invited.link).status_code == 409
    (mail,) = send_all(app)
    assert second in mail.get_content(), "only the link that works is mailed"
    assert invited.guest.post(second).status_code == 303


def test_a_closed_guest_is_out_and_stays_out(app, seated, rows):
    with rows() as session:
        session.get(Person, seated.gus.id).active = False
        session.commit()
    assert seated.guest.get("/my-interviews").status_code == 303
    rita = app.test_client()
    rita.sign_in(seated.rita)
    link = link_in(rita.post(f"{seated.guests}/{seated.gus.id}/link"))
    assert seated.guest.post(link).status_code == 409


def test_a_guest_has_no_password_and_an_administrator_makes_none(app, invited, rows):
    answer = invited.guest.post("/sign-in", data={"email": GUS["email"], "password": "x" * 12})
    assert answer.status_code == 422
    with rows() as session:
        ada = factories.person(session, Role.ADMINISTRATOR)
        session.commit()
    admin = app.test_client()
    admin.sign_in(ada)
    assert "Guest, comes in by link" in admin.get("/people").text
    answer = admin.post(f"/people/{invited.gus.id}/link")
    assert answer.status_code == 409
    assert "Gus Vale is a guest and has no password" in answer.text
    answer = admin.post("/people/invite", data={**GUS, "roles": ["HR"]})
    assert answer.status_code == 422
    assert "Gus Vale is a guest with this address." in answer.text


def test_a_role_of_its_own_opens_no_seat_that_is_closed(app, torn, rows):
    with rows() as session:
        session.get(Person, torn.gus.id).roles = frozenset({Role.INTERVIEWER, Role.HR})
        session.commit()
    assert is_closed(torn)
    answer = torn.guest.get(f"/candidates/{torn.dee.id}/decisions")
    assert answer.status_code == 409


# --- the way to the seat ---


def test_nothing_is_named_before_the_statement_is_accepted(invited):
    invited.guest.post(invited.link)
    for url in (invited.seat, "/my-interviews"):
        page = invited.guest.get(url)
        assert page.status_code == 200
        assert names_in(page) == set()
    assert is_closed(invited)
    shown = text_of(invited.guest.get(invited.seat))
    for _, sentences in queries.STATEMENT.parts:
        for sentence in sentences:
            assert sentence in shown
    assert "Rita Recruiter invited you." in shown


def test_the_statement_has_to_be_accepted(read, invited):
    invited.guest.post(invited.link)
    version = queries.STATEMENT.version.isoformat()
    for data in ({"version": version}, {"version": version, "agree": ""}):
        answer = invited.guest.post(invited.statement, data=data)
        assert answer.status_code == 422
        assert "Tick that you have read this" in answer.text
    answer = invited.guest.post(invited.statement, data={**agreed(), "version": "2020-01-01"})
    assert answer.status_code == 409
    assert "The statement was changed meanwhile." in answer.text
    answer = invited.guest.post(invited.declaration, data={"answer": "none"})
    assert answer.status_code == 409
    assert "accept the statement first" in answer.text
    (seat,) = read(sa.select(GuestSeat))
    assert (seat.statement, seat.accepted_at, seat.no_conflict_at) == (None, None, None)
    assert is_closed(invited)


def test_then_the_candidate_and_the_panel_are_named_and_nothing_else(read, accepted):
    page = accepted.guest.get(accepted.seat)
    assert names_in(page) == {"Dee Fox", "Ann Lee"}
    assert main_of(page).count("Gus Vale") == 1
    assert is_closed(accepted)
    assert names_in(accepted.guest.get("/my-interviews")) == set()
    (seat,) = read(sa.select(GuestSeat))
    assert seat.statement == queries.STATEMENT.version.isoformat()
    assert seat.accepted_at is not None
    assert accepted.guest.post(accepted.statement, data=agreed()).status_code == 409


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose one of the two."),
        ({"answer": "maybe"}, "Choose one from the list."),
        ({"answer": "conflict"}, "Say in a few words what it is"),
        ({"answer": "conflict", "words": "  \n "}, "Say in a few words what it is"),
        ({"answer": "conflict", "words": "x" * 2_001}, "Use at most 2,000 characters."),
        ({"answer": "none", "words": WORDS}, "Keep one of the two."),
    ],
)
def test_half_a_declaration_opens_nothing(accepted, data, sentence):
    answer = accepted.guest.post(accepted.declaration, data=data)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    if data.get("words", "").strip():
        assert data["words"] in text_of(answer)
    assert is_closed(accepted)


def test_without_a_conflict_the_one_interview_opens(app, seated, rows, client):
    assert not is_closed(seated)
    page = seated.guest.get(f"/scorecards/{seated.card}")
    assert "Dee Fox" in page.text
    bar = re.search(r'<nav class="nav".*?</nav>', page.text, re.DOTALL)
    assert bar
    assert re.findall(r">([^<>]+)</a>", bar[0]) == ["My interviews"]
    assert "/account" not in page.text
    for url in ("/library", "/account", "/openings", "/people", f"/candidates/{seated.dee.id}"):
        assert seated.guest.get(url).status_code == 403
    assert seated.guest.get(f"/scorecards/{seated.anns}").status_code == 404
    assert seated.guest.get(f"/interviews/{seated.interview}/guide").status_code == 403
    assert "Gus Vale gus@example.net Has taken the seat" in main_of(client.get(seated.guests))


def test_a_guest_counts_and_sees_values_like_any_member(app, seated, rows):
    guest, item = seated.guest, seated.items[0].id
    for one in seated.items:
        answer = guest.post(
            f"/scorecards/{seated.card}/items/{one.id}", data={"seen": 0, "level": 4, "note": "N."}
        )
        assert answer.status_code == 303
    submit(rows, seated, seated.anns)
    assert "Said what they did." not in guest.get(seated.panel).text
    assert guest.post(f"/scorecards/{seated.card}/submit").status_code == 303
    assert "Said what they did." in guest.get(seated.panel).text
    assert guest.get(f"/interviews/{seated.interview}/debrief").status_code == 200
    change = {"level": 2, "cause": "SLIP", "words": "I had the wrong line."}
    url = f"/interviews/{seated.interview}/debrief/{item}"
    assert guest.post(url, data=change).status_code == 303
    rita = app.test_client()
    rita.sign_in(seated.rita)
    assert "Gus Vale" in rita.get(seated.panel).text
    compared = main_of(rita.get(f"/guides/{seated.guide.id}/comparison"))
    assert "2 of 2 raters" in compared


# --- conflicts ---


def test_a_conflict_opens_nothing_and_goes_to_the_recruiter(app, torn, client):
    assert is_closed(torn)
    page = torn.guest.get(torn.seat)
    assert names_in(page) == set()
    assert WORDS in text_of(page)
    assert names_in(torn.guest.get("/my-interviews")) == set()
    shown = main_of(client.get(torn.guests))
    assert "Conflict declared" in shown
    assert WORDS in shown
    assert "Gus Vale, a guest, has declared a conflict." in text_of(
        client.get(f"/candidates/{torn.dee.id}")
    )
    *_, mail = send_all(app)
    assert mail["To"] == torn.rita.email
    text = mail.get_content()
    assert "Gus Vale, whom you asked to a panel as a guest, has declared a conflict." in text
    assert f"http://127.0.0.1:5000{torn.guests}" in text
    assert WORDS not in text
    assert "Dee" not in text
    answer = torn.guest.post(torn.declaration, data={"answer": "none"})
    assert answer.status_code == 409
    assert is_closed(torn)


def test_the_panel_does_not_read_what_the_conflict_is(app, torn, client):
    client.sign_in(torn.ann)
    page = client.get(torn.panel)
    assert WORDS not in page.text
    assert "conflict" not in main_of(page)


def test_a_closed_panel_opens_nothing_to_a_guest_with_a_conflict(torn, rows, client):
    submit(rows, torn, torn.anns)
    data = {"reason": "Gus can't judge here."}
    assert client.post(f"/interviews/{torn.interview}/close", data=data).status_code == 303
    assert is_closed(torn)
    assert torn.guest.get(torn.seat).status_code == 200


def test_a_cleared_conflict_opens_the_card_with_a_reason_that_the_panel_reads(read, torn, client):
    url = f"{torn.guests}/{torn.gus.id}/clear"
    assert WORDS in main_of(client.get(url))
    answer = client.post(url, data={"reason": "fine"})
    assert answer.status_code == 422
    assert is_closed(torn)
    assert client.post(url, data={"reason": REASON}).status_code == 303
    assert not is_closed(torn)
    (seat,) = read(sa.select(GuestSeat))
    assert (seat.conflict, seat.clear_reason) == (WORDS, REASON)
    assert (seat.cleared_by_id, seat.cleared_at is not None) == (torn.rita.id, True)
    for person in (torn.ann, torn.rita):
        client.sign_in(person)
        said = main_of(client.get(torn.panel))
        assert "Gus Vale declared a conflict. Rita Recruiter let them on the panel" in said
        assert REASON in said
        assert WORDS not in said
    assert client.post(url, data={"reason": REASON}).status_code == 409
    answer = torn.guest.post(torn.declaration, data={"words": "And there is more."})
    assert answer.status_code == 409
    assert not is_closed(torn)


def test_nothing_is_cleared_that_was_not_declared(app, accepted, client):
    url = f"{accepted.guests}/{accepted.gus.id}/clear"
    answer = client.post(url, data={"reason": REASON})
    assert answer.status_code == 409
    assert is_closed(accepted)


def test_who_is_taken_off_the_panel_has_nothing_left_and_the_record_stays(read, torn, client):
    assert client.post(f"{torn.guests}/{torn.gus.id}/leave").status_code == 303
    assert read(sa.select(Scorecard.id)) == [torn.anns]
    (seat,) = read(sa.select(GuestSeat))
    assert (seat.conflict, seat.left_by_id) == (WORDS, torn.rita.id)
    assert torn.guest.get(torn.seat).status_code == 404
    assert "No interviews yet" in torn.guest.get("/my-interviews").text
    shown = main_of(client.get(torn.guests))
    assert "No longer on this panel Gus Vale taken off on" in shown
    assert WORDS in shown
    assert client.post(f"{torn.guests}/{torn.gus.id}/leave").status_code == 404
    link = link_in(client.post(torn.guests, data=GUS))
    assert torn.guest.post(link).status_code == 303
    assert len(read(sa.select(GuestSeat))) == 2
    assert "conflict" not in main_of(client.get(torn.panel))


def test_taking_the_guest_off_ends_the_link(app, invited, client):
    client.post(f"{invited.guests}/{invited.gus.id}/leave")
    assert invited.guest.post(invited.link).status_code == 409
    assert send_all(app) == []


def test_a_conflict_that_comes_to_mind_later_closes_the_card(read, seated, client):
    item = seated.items[0].id
    seated.guest.post(f"/scorecards/{seated.card}/items/{item}", data={"seen": 0, "note": "Heard."})
    page = seated.guest.get(seated.seat)
    assert "There is a conflict after all" in page.text
    answer = seated.guest.post(seated.declaration, data={"words": ""})
    assert answer.status_code == 422
    assert not is_closed(seated)
    answer = seated.guest.post(seated.declaration, data={"words": WORDS})
    assert answer.location == seated.seat
    assert is_closed(seated)
    assert [rating.note for rating in read(sa.select(Rating))] == ["Heard."]
    answer = client.post(f"{seated.guests}/{seated.gus.id}/leave")
    assert answer.status_code == 409
    assert "Gus Vale has saved an answer, so their seat stays." in answer.text
    (seat,) = read(sa.select(GuestSeat))
    assert seat.left_at is None
    assert seat.no_conflict_at is not None, "what was said first stays"
    client.post(f"{seated.guests}/{seated.gus.id}/clear", data={"reason": REASON})
    assert not is_closed(seated)


def test_after_submitting_a_conflict_is_the_recruiters_to_hear(seated, rows):
    submit(rows, seated, seated.card)
    assert "There is a conflict after all" not in seated.guest.get(seated.seat).text
    answer = seated.guest.post(seated.declaration, data={"words": WORDS})
    assert answer.status_code == 409
    assert not is_closed(seated)


def test_seats_belong_to_their_guests(app, seated, rows):
    with rows() as session:
        other = factories.person(session, Role.GUEST)
        session.commit()
    guest = app.test_client()
    for person in (other, seated.ann):
        guest.sign_in(person)
        assert guest.get(seated.seat).status_code == 404
        assert guest.post(seated.statement, data=agreed()).status_code == 404
        data = {"answer": "conflict", "words": WORDS}
        assert guest.post(seated.declaration, data=data).status_code == 404
    guest.sign_in(seated.ann)
    assert guest.get(f"/scorecards/{seated.anns}/seat").status_code == 404, "she is no guest"


@pytest.mark.parametrize("end", ["link", "leave", "clear"])
def test_only_guests_of_this_interview_are_looked_after_here(invited, client, end):
    for person in (invited.ann.id, 9_999):
        assert client.post(f"{invited.guests}/{person}/{end}").status_code == 404
    assert client.post(f"/interviews/9999/guests/{invited.gus.id}/{end}").status_code == 404


# --- a new link ---


def ask(client, email: str, at: str = "192.0.2.1"):
    return client.post("/guest-link", data={"email": email}, environ_base={"REMOTE_ADDR": at})


def test_asking_for_a_link_says_the_same_to_everybody(app, read, seated, rows):
    with rows() as session:
        without = factories.person(session, Role.GUEST)
        session.commit()
    told = set()
    addresses = [GUS["email"], seated.ann.email, without.email, "nobody@example.net"]
    for number, email in enumerate(addresses):
        client = app.test_client()
        answer = ask(client, email, f"192.0.2.{number}")
        assert answer.status_code == 200
        told.add(re.sub(r"\s+", " ", answer.text.replace(email, "")))
    assert len(told) == 1
    sent = send_all(app)
    assert {mail["To"] for mail in sent} == {GUS["email"]}
    assert len(read(sa.select(Mail))) == len(sent), "an address nobody knows is not kept"
    path = re.findall(r"http://127\.0\.0\.1:5000(/guest/\S+)", sent[-1].get_content())[0]
    seated.guest.post("/sign-out")
    assert seated.guest.get(f"/scorecards/{seated.card}").status_code == 303
    assert seated.guest.post(path).location == "/"
    assert not is_closed(seated)
    assert seated.guest.post(path).status_code == 409


def test_an_asked_for_link_lives_for_a_day_and_leaves_the_recruiters_link_alone(app, read, invited):
    ask(app.test_client(), f" {GUS['email'].upper()} ")
    send_all(app)
    made = read(sa.select(GuestLink).where(GuestLink.made_by_id.is_(None)))
    assert [link.expires_at - link.made_at for link in made] == [dt.timedelta(days=1)]
    assert invited.guest.get(invited.link).status_code == 200
    assert invited.guest.post(invited.link).status_code == 303
    assert all(link.used_at for link in read(sa.select(GuestLink))), "one use ends all"


def test_asking_again_and_again_ends(app, read, here):
    client = app.test_client()
    limits = LIMITS[Door.ASK]
    for email in (GUS["email"], "nobody@example.net"):
        for number in range(limits.account.tries + 1):
            answer = ask(client, email, f"192.0.2.{number}")
            is_over = number == limits.account.tries
            assert answer.status_code == (429 if is_over else 200)
    for number in range(limits.address.tries):
        ask(client, f"nobody{number}@example.net", "198.51.100.1")
    assert ask(client, "somebody@example.net", "198.51.100.1").status_code == 429
    assert len(read(sa.select(Mail))) == 2 * limits.account.tries + limits.address.tries


def test_an_address_that_is_none_is_told(app, here):
    answer = ask(app.test_client(), "gus")
    assert answer.status_code == 422
    assert "This doesn't look like an e-mail address." in text_of(answer)


def test_guessing_guests_links_ends(invited):
    tries = LIMITS[Door.LINK].address.tries
    for number in range(tries):
        assert invited.guest.get(f"/guest/guess{number}").status_code == 409
    assert invited.guest.get(invited.link).status_code == 429
    assert invited.guest.post(invited.link).status_code == 429


def test_the_sign_in_page_shows_guests_the_way(app, here):
    page = app.test_client().get("/sign-in")
    assert 'href="/guest-link"' in page.text


# --- the statement ---


def test_a_statement_that_was_shown_is_never_changed():
    """A seat keeps the version it accepted: a change is a new statement below the old ones."""
    shown = {
        one.version.isoformat(): hashlib.sha256(repr(one.parts).encode()).hexdigest()[:12]
        for one in queries.STATEMENTS
    }
    assert shown == {"2026-11-27": "f83b391c3d8a"}
    assert list(shown) == sorted(shown)
