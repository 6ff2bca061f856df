"""Signing in and out, one-time links, accounts, and who is let in where."""

import datetime as dt
import re
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import SimpleNamespace
from urllib.parse import quote, urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_security import hash_password
from itsdangerous import TimestampSigner
from werkzeug.test import TestResponse

from hiring import db
from hiring.interviews import queries as interviews
from hiring.people import gate, queries
from hiring.people.models import Invitation, Person
from hiring.people.rules import BROUGHT, STAFF, Role, may
from tests import factories
from tests.client import Client
from tests.state import signed_in, stored

PASSWORD = factories.PASSWORD
GENERIC = "This e-mail address and password don&#39;t belong together."


@cache
def hashed() -> str:
    """Once for all tests: a good hash takes its time."""
    return str(hash_password(PASSWORD))


def account(app: Flask, *roles: Role, name: str = "", active: bool = True) -> Person:
    """Somebody who can sign in with PASSWORD."""
    with app.app_context():
        person = factories.person(db.session(), *roles, name=name, password=hashed())
        person.active = active
        db.session().commit()
    return person


def client_of(app: Flask, person: Person | None = None) -> Client:
    made = app.test_client()
    assert isinstance(made, Client)
    made.sign_in(person)
    return made


def sign_in(client: Client, email: str, password: str = PASSWORD, to: str = "") -> TestResponse:
    url = f"/sign-in?next={quote(to, safe='')}" if to else "/sign-in"
    return client.post(url, data={"email": email, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def person_of(app: Flask, email: str) -> Person:
    """The person as stored now."""
    with app.app_context():
        found = queries.by_email(db.session(), email)
    assert found
    return found


# --- signing in and out ---


def test_signing_in_and_out(app, client):
    person = account(app, Role.HR, name="Ada Byron")
    page = client.get("/sign-in")
    assert "<h1>Sign in</h1>" in page.text
    answer = sign_in(client, person.email)
    assert (answer.status_code, answer.location) == (302, "/")
    assert "Ada Byron" in client.get("/library").text
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert not is_in(client)


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.RECRUITER, "/openings"),
        (Role.HR, "/openings"),
        (Role.INTERVIEWER, "/my-interviews"),
        (Role.ADMINISTRATOR, "/people"),
        (Role.GUEST, "/my-interviews"),
    ],
)
def test_each_role_starts_where_its_work_is(app, client, role, home):
    signed_in(app, client, role)
    answer = client.get("/", follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, home)


def test_whoever_cannot_sign_in_gets_one_sentence_that_tells_nothing(app, client):
    person = account(app, Role.HR)
    closed = account(app, Role.HR, active=False)
    with app.app_context():
        invited = factories.person(db.session(), Role.HR)
        db.session().commit()
    before = stored(app)
    said = set()
    for email, password in (
        (person.email, "not the password"),
        (person.email, PASSWORD.upper()),
        ("nobody@example.org", PASSWORD),
        (closed.email, PASSWORD),
        (invited.email, PASSWORD),
        (f"{person.email}' OR 1=1 --", PASSWORD),
    ):
        answer = sign_in(client, email, password)
        assert answer.status_code == 422
        assert not is_in(client)
        assert answer.text.count(GENERIC) >= 1
        assert password not in answer.text
        text = answer.text.replace(email.replace("'", "&#39;"), "")
        said.add(re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", text))
    assert len(said) == 1, "the same page for all"
    assert stored(app) == before


@pytest.mark.parametrize(
    ("email", "password"), [("", PASSWORD), ("ada@example.org", ""), ("ada", PASSWORD), ("", "")]
)
def test_half_a_sign_in_is_refused_and_the_address_kept(client, email, password):
    answer = sign_in(client, email, password)
    assert answer.status_code == 422
    assert GENERIC in answer.text
    assert f'value="{email}"' in answer.text or not email


def test_an_address_may_be_written_in_capitals_and_with_blanks(app, client):
    person = account(app, Role.HR)
    assert sign_in(client, f" {person.email.upper()} ").status_code == 302
    assert is_in(client)


def test_a_closed_account_is_out_at_once(app, client):
    person = account(app, Role.HR)
    sign_in(client, person.email)
    assert is_in(client)
    signed_in(app, admin := client_of(app), Role.ADMINISTRATOR)
    admin.post(f"/people/{person.id}/active", data={"active": "no"})
    assert not is_in(client)
    admin.post(f"/people/{person.id}/active", data={"active": "yes"})
    assert sign_in(client, person.email).status_code == 302


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out?next=/library"])
def test_a_link_or_picture_cannot_sign_anybody_out(app, client, path):
    signed_in(app, client, Role.HR)
    assert client.get(path).status_code == 405
    assert is_in(client)


def test_no_cookie_outlives_the_browser(app, client):
    person = account(app, Role.HR)
    data = {"email": person.email, "password": PASSWORD, "remember": "y"}
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 302
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("session=")
        assert "Expires" not in cookie
        assert "Max-Age" not in cookie


def test_a_password_is_stored_as_a_hash_of_today(app):
    person = account(app, Role.HR)
    assert str(person_of(app, person.email).password).startswith("$argon2id$")
    assert PASSWORD not in str(stored(app))


def test_only_the_session_lets_in_no_token_does(app, client):
    person = account(app, Role.HR)
    answer = client.post(
        "/sign-in?include_auth_token",
        data={"email": person.email, "password": PASSWORD},
        headers={"Accept": "application/json"},
    )
    token = answer.json["response"]["user"]["authentication_token"]
    stranger = client_of(app)
    header = {"Authentication-Token": token}
    assert stranger.get("/account", headers=header).status_code == 303
    assert stranger.get("/account", query_string={"auth_token": token}).status_code == 303
    assert stranger.get("/account", auth=(person.email, PASSWORD)).status_code == 303


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        ("schöne große Wörter", "schöne große Wörter"),
        ("sch\u00f6ne Worte hier", "scho\u0308ne Worte hier"),  # one sign, or two
        ("scho\u0308ne Worte hier", "sch\u00f6ne Worte hier"),
        (" blanks around it ", " blanks around it "),
        ("密码密码密码密码密码", "密码密码密码密码密码"),
        ("x" * 200, "x" * 200),
    ],
)
def test_any_password_that_was_chosen_signs_in(app, client, admin, chosen, typed):
    link = invite(admin)
    assert client.post(link, data={"password": chosen, "again": typed}).status_code == 303
    other = client_of(app)
    assert sign_in(other, "ben@example.org", typed).status_code == 302
    assert change(other, typed).status_code == 303


def test_a_blank_less_is_another_password(app, client, admin):
    client.post(invite(admin), data={"password": " blanks around ", "again": " blanks around "})
    assert sign_in(client_of(app), "ben@example.org", "blanks around").status_code == 422


# --- sessions ---


def cookie_of(app: Flask, person: Person, age_days: int = 0, key: str = "") -> str:
    """A session cookie as the application would have signed it some days ago."""

    class Then(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time()) - age_days * 24 * 3600

    mine = app.secret_key
    app.secret_key = key or mine
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    app.secret_key = mine
    assert serializer
    serializer.signer = Then
    signed = serializer.dumps({"_user_id": person.fs_uniquifier, "_fresh": True})
    return str(signed)


@pytest.mark.parametrize(
    ("given", "lets_in"),
    [
        ({}, True),
        ({"age_days": 32}, False),
        ({"key": "a key of somebody else"}, False),
    ],
)
def test_a_session_is_ours_and_not_too_old(app, client, given, lets_in):
    person = account(app, Role.HR)
    client.set_cookie("session", cookie_of(app, person, **given))
    assert is_in(client) == lets_in


@pytest.mark.parametrize("cookie", ["", "nonsense", "eyJfdXNlcl9pZCI6IjEifQ.x.y", "a" * 3_000])
def test_a_forged_session_is_led_to_signing_in_and_back(app, client, cookie):
    person = account(app, Role.HR)
    client.set_cookie("session", cookie)
    answer = client.get("/library?q=calm&kind=probe")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/library?q%3Dcalm%26kind%3Dprobe"
    page = client.get(answer.location)
    (action,) = re.findall(r'action="(/sign-in[^"]*)"', page.text)
    data = {"email": person.email, "password": PASSWORD}
    answer = client.post(action, data=data)
    assert answer.location == "/library?q=calm&kind=probe"
    assert client.get(answer.location).status_code == 200


def test_a_wrong_password_does_not_lose_the_way(app, client):
    person = account(app, Role.HR)
    page = sign_in(client, person.email, "wrong", to="/library/T03")
    (action,) = re.findall(r'action="(/sign-in[^"]*)"', page.text)
    answer = client.post(action, data={"email": person.email, "password": PASSWORD})
    assert answer.location == "/library/T03"


@pytest.mark.parametrize(
    "outside",
    [
        "https://evil.example/",
        "http://evil.example/library",
        "//evil.example/",
        "///evil.example/",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "\t//evil.example",
    ],
)
def test_the_way_back_never_leads_outside(app, client, outside):
    person = account(app, Role.HR)
    answer = sign_in(client, person.email, to=outside)
    assert answer.status_code in {302, 422}
    assert leads_to(answer) == "localhost"
    # Also for somebody who is signed in already.
    assert leads_to(client.get(f"/sign-in?next={quote(outside, safe='')}")) == "localhost"


def leads_to(answer: TestResponse) -> str | None:
    """The host that a browser goes to; it takes a backslash for a slash."""
    location = (answer.location or "/").replace("\\", "/")
    return urlsplit(urljoin("http://localhost/sign-in", location)).hostname


def test_what_a_stranger_posts_is_not_led_anywhere(client):
    answer = client.post("/openings/new", data={"title": "x"})
    assert answer.status_code == 401
    assert "Sign in and go on" in answer.text


# --- the first account ---

FIRST = {"name": "Ada Byron", "email": "Ada@Example.org", "password": PASSWORD, "again": PASSWORD}


def test_the_first_page_makes_the_first_account_with_every_role(app, client):
    assert client.get("/").location == "/start"
    assert "<h1>Welcome to Fifteen</h1>" in client.get("/start").text
    answer = client.post("/start", data=FIRST)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)
    (row,) = stored(app)["person"]
    assert "ada@example.org" in row
    with app.app_context():
        assert queries.everyone(db.session())[0].roles == STAFF
    client.post("/sign-out")
    assert sign_in(client, "ada@example.org").status_code == 302


def test_it_is_closed_as_soon_as_anybody_is_there(app, client):
    account(app, Role.INTERVIEWER)
    before = stored(app)
    assert client.get("/").location == "/sign-in"
    for answer in (client.get("/start"), client.post("/start", data=FIRST)):
        assert answer.status_code == 409
        assert "There is an account already. Sign in, or ask an administrator" in answer.text
    assert stored(app) == before
    assert not is_in(client)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Write a name."),
        ({"name": " \t "}, "Write a name."),
        ({"name": "x" * 121}, "Use at most 120 letters."),
        ({"email": ""}, "Write an e-mail address."),
        ({"email": "ada"}, "This doesn&#39;t look like an e-mail address."),
        ({"email": "ada@x"}, "This doesn&#39;t look like an e-mail address."),
        ({"password": "short", "again": "short"}, "Use at least 10 characters"),
        ({"password": "x" * 201, "again": "x" * 201}, "Use at least 10 characters"),
        ({"password": "", "again": ""}, "Choose a password."),
        ({"again": "another one here"}, "The two passwords are not the same."),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_is_kept(app, client, wrong, sentence):
    data = {**FIRST, **wrong}
    answer = client.post("/start", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{data["name"].strip()}"' in answer.text or not data["name"].strip()
    assert f'value="{data["email"]}"' in answer.text or not data["email"]
    assert PASSWORD not in answer.text, "a password never comes back"
    assert stored(app)["person"] == []


def test_all_mistakes_are_named_at_once(client):
    answer = client.post("/start", data={"again": "x"})
    for sentence in ("Write a name.", "Write an e-mail address.", "Choose a password."):
        assert sentence in answer.text


# --- invitations ---


@pytest.fixture
def admin(app) -> Client:
    """An administrator's client."""
    made = client_of(app, account(app, Role.ADMINISTRATOR, name="Ada Admin"))
    assert is_in(made)
    return made


def invite(admin: Client, email: str = "ben@example.org", *roles: Role) -> str:
    """Invite Ben and return the path of his link."""
    data = {"name": "Ben", "email": email, "roles": [str(r) for r in roles or (Role.HR,)]}
    return path_in(admin.post("/people/invite", data=data))


def path_in(page: TestResponse) -> str:
    assert page.status_code == 200
    (path,) = re.findall(r'value="http://localhost(/join/[^"]+)"', page.text)
    return str(path)


CHOSEN = {"password": "some other words", "again": "some other words"}


def test_a_link_works_once_and_lets_in(app, client, admin):
    link = invite(admin, "ben@example.org", Role.HR, Role.INTERVIEWER)
    assert "Invited, not yet joined" in admin.get("/people").text
    assert "<h1>Welcome, Ben</h1>" in client.get(link).text
    assert client.get(link).status_code == 200, "looking does not use it up"
    answer = client.post(link, data=CHOSEN)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)
    other = client_of(app)
    before = stored(app)
    for answer in (other.get(link), other.post(link, data=CHOSEN)):
        assert answer.status_code == 409
        assert "This link has been used or has run out. Ask an administrator" in answer.text
    assert stored(app) == before
    assert sign_in(other, "ben@example.org", "some other words").status_code == 302
    assert "Invited, not yet joined" not in admin.get("/people").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password": "short", "again": "short"}, "Use at least 10 characters"),
        ({"again": "something else"}, "The two passwords are not the same."),
    ],
)
def test_a_mistake_does_not_use_the_link_up(client, admin, wrong, sentence):
    link = invite(admin)
    answer = client.post(link, data={**CHOSEN, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert client.post(link, data=CHOSEN).status_code == 303


def test_a_link_runs_out_after_a_week(app, client, admin):
    link = invite(admin)
    with app.app_context():
        invitation = db.session().scalars(sa.select(Invitation)).one()
        assert invitation.expires_at - invitation.made_at == dt.timedelta(days=7)
        invitation.expires_at = db.now() - dt.timedelta(seconds=1)
        db.session().commit()
    assert client.get(link).status_code == 409
    assert client.post(link, data=CHOSEN).status_code == 409
    assert sign_in(client, "ben@example.org", CHOSEN["password"]).status_code == 422


def test_only_a_digest_of_a_link_is_kept_and_the_digest_opens_nothing(app, client, admin):
    secret = invite(admin).removeprefix("/join/")
    assert secret not in str(stored(app))
    with app.app_context():
        digest = db.session().scalars(sa.select(Invitation.digest)).one()
    for guess in (digest, secret[:-1], secret.swapcase(), "x", "1"):
        assert client.get(f"/join/{guess}").status_code == 409
    assert client.get(f"/join/{secret}").status_code == 200


def test_a_new_link_ends_the_old_ones(app, client, admin):
    first = invite(admin)
    ben = person_of(app, "ben@example.org")
    second = path_in(admin.post(f"/people/{ben.id}/link"))
    third = path_in(admin.post(f"/people/{ben.id}/link"))
    assert len({first, second, third}) == 3
    assert client.get(first).status_code == client.get(second).status_code == 409
    assert client.post(third, data=CHOSEN).status_code == 303


def test_a_link_for_a_lost_password_ends_what_was_open_before(app, client, admin):
    person = account(app, Role.HR)
    sign_in(client, person.email)
    link = path_in(admin.post(f"/people/{person.id}/link"))
    assert is_in(client), "making the link alone ends nothing"
    client_of(app).post(link, data=CHOSEN)
    assert not is_in(client)
    assert sign_in(client, person.email).status_code == 422
    assert sign_in(client, person.email, CHOSEN["password"]).status_code == 302


def test_two_who_use_a_link_at_the_same_moment_are_one(app, admin):
    link = invite(admin)
    clients = [client_of(app) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda one: one.post(link, data=CHOSEN).status_code, clients))
    assert sorted(told) == [303, *[409] * 5]


def test_a_new_password_ends_a_link_that_was_not_used(app, client, admin):
    person = account(app, Role.HR)
    link = path_in(admin.post(f"/people/{person.id}/link"))
    sign_in(client, person.email)
    data = {"current": PASSWORD, **CHOSEN}
    assert client.post("/account", data=data).status_code == 303
    other = client_of(app)
    for answer in (other.get(link), other.post(link, data=CHOSEN)):
        assert answer.status_code == 409
    assert is_in(client)


@pytest.fixture
def colleagues(app):
    """Ada, an administrator, and Bea rate on one panel; Bea has written something there."""
    ada = account(app, Role.ADMINISTRATOR, Role.INTERVIEWER, name="Ada Admin")
    bea = account(app, Role.INTERVIEWER, name="Bea Roy")
    with app.app_context():
        session = db.session()
        guide = factories.guide(session, ada)
        interview = factories.interview(session, guide, [ada, bea])
        factories.rate(session, interview.cards[1], guide.items[0].id, note="Shouted at them.")
        session.commit()
    return SimpleNamespace(ada=ada, bea=bea, interview=interview.id, card=interview.cards[1].id)


def test_an_administrator_does_not_come_in_as_somebody_beside_them(app, colleagues):
    admin = client_of(app, colleagues.ada)
    before = stored(app)
    answer = admin.post(f"/people/{colleagues.bea.id}/link")
    assert answer.status_code == 409
    assert "Ask an administrator who is not on this panel." in answer.text
    assert "/join/" not in answer.text
    assert stored(app) == before
    other = client_of(app, account(app, Role.ADMINISTRATOR))
    thief = client_of(app)
    link = path_in(other.post(f"/people/{colleagues.bea.id}/link"))
    assert thief.post(link, data=CHOSEN).status_code == 303
    assert "Shouted at them." in thief.get(f"/scorecards/{colleagues.card}").text


def seat(app, here, *people):
    """Make these the panel."""
    with app.app_context():
        session = db.session()
        interview = interviews.interview(session, here.interview)
        assert interview is not None
        interview.seat([session.get_one(Person, person.id) for person in people])
        session.commit()


def test_nor_by_a_link_that_was_made_before(app, colleagues):
    seat(app, colleagues, colleagues.bea)
    link = path_in(client_of(app, colleagues.ada).post(f"/people/{colleagues.bea.id}/link"))
    seat(app, colleagues, colleagues.ada, colleagues.bea)
    before, thief = stored(app), client_of(app)
    for answer in (thief.get(link), thief.post(link, data=CHOSEN)):
        assert answer.status_code == 409
        assert "sits on a panel with you by now" in answer.text
    assert stored(app) == before
    assert thief.get(f"/scorecards/{colleagues.card}").status_code == 303, "to sign in"


def test_somebody_new_gets_a_link_from_whoever_they_will_sit_beside(app, colleagues):
    """They have written nothing yet, and a team may have one administrator only."""
    with app.app_context():
        session = db.session()
        session.get(Person, colleagues.bea.id).password = None
        session.commit()
    link = path_in(client_of(app, colleagues.ada).post(f"/people/{colleagues.bea.id}/link"))
    assert client_of(app).post(link, data=CHOSEN).status_code == 303


def test_the_link_of_a_closed_account_is_closed(app, client, admin):
    link = invite(admin)
    ben = person_of(app, "ben@example.org")
    admin.post(f"/people/{ben.id}/active", data={"active": "no"})
    assert client.get(link).status_code == 409
    assert client.post(link, data=CHOSEN).status_code == 409


@pytest.mark.parametrize("email", ["ben@example.org", "BEN@Example.ORG", " ben@example.org "])
def test_nobody_is_invited_twice(app, admin, email):
    invite(admin)
    before = stored(app)
    data = {"name": "Benjamin", "email": email, "roles": ["HR"]}
    answer = admin.post("/people/invite", data=data)
    assert answer.status_code == 422
    assert "There is an account with this e-mail address already." in answer.text
    assert 'value="Benjamin"' in answer.text
    assert re.search(r'value="HR" checked', answer.text)
    assert stored(app) == before


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Write a name."),
        ({"email": "ben at example"}, "This doesn&#39;t look like an e-mail address."),
        (
            {"email": f"{'b' * 64}@{'x' * 60}.{'y' * 60}.{'z' * 60}.org"},
            "Use at most 200 characters",
        ),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["owner"]}, "is not in the list."),
    ],
)
def test_a_mistake_in_an_invitation_is_named_and_kept(app, admin, wrong, sentence):
    before = stored(app)
    data = {"name": "Ben", "email": "ben@example.org", "roles": ["HR"], **wrong}
    answer = admin.post("/people/invite", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{data["name"]}"' in answer.text or not data["name"]
    assert f'value="{data["email"]}"' in answer.text
    assert stored(app) == before


# --- one's own account ---


def change(client: Client, current: str = PASSWORD, **given: str) -> TestResponse:
    return client.post("/account", data={"current": current, **CHOSEN, **given})


def test_a_changed_password_ends_the_other_sessions(app, client):
    person = account(app, Role.HR)
    elsewhere = client_of(app)
    sign_in(client, person.email)
    sign_in(elsewhere, person.email)
    assert change(client).status_code == 303
    assert "Your password is changed." in client.get("/account").text
    assert not is_in(elsewhere)
    assert sign_in(elsewhere, person.email).status_code == 422
    assert sign_in(elsewhere, person.email, CHOSEN["password"]).status_code == 302


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"current": "wrong words here"}, "This is not your present password."),
        ({"current": ""}, "Write your present password."),
        ({"password": "short", "again": "short"}, "Use at least 10 characters"),
        ({"again": "something else"}, "The two passwords are not the same."),
    ],
)
def test_a_password_is_not_changed_by_mistake(app, client, given, sentence):
    person = account(app, Role.HR)
    sign_in(client, person.email)
    before = stored(app)
    answer = change(client, **given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored(app) == before
    assert is_in(client)


# --- people and their roles ---


def test_roles_and_names_are_changed_and_count_from_the_next_click(app, client, admin):
    person = account(app, Role.INTERVIEWER)
    client.sign_in(person)
    assert client.get("/openings").status_code == 403
    data = {"name": "Bea", "roles": ["recruiter", "interviewer"]}
    assert admin.post(f"/people/{person.id}", data=data).status_code == 303
    assert "Bea is saved." in admin.get("/people").text
    assert client.get("/openings").status_code == 200
    assert client.get("/my-interviews").status_code == 200
    assert person_of(app, person.email).roles == {Role.RECRUITER, Role.INTERVIEWER}


def test_several_roles_show_all_their_places_in_the_bar(app, client):
    signed_in(app, client, Role.INTERVIEWER, Role.ADMINISTRATOR)
    bar = re.search(r'<nav class="nav".*?</nav>', client.get("/library").text, re.DOTALL)
    assert bar
    assert re.findall(r">([^<>]+)</a>", bar[0]) == ["My interviews", "Library", "People"]


def test_the_last_administrator_stays(app, admin):
    with app.app_context():
        (ada,) = queries.administrators(db.session())
    account(app, Role.ADMINISTRATOR, active=False)
    with app.app_context():  # invited, and nobody knows whether they ever join
        factories.person(db.session(), Role.ADMINISTRATOR)
        db.session().commit()
    before = stored(app)
    for answer in (
        admin.post(f"/people/{ada.id}", data={"name": "Ada", "roles": ["recruiter"]}),
        admin.post(f"/people/{ada.id}/active", data={"active": "no"}),
    ):
        assert answer.status_code == 409
        assert "Ada Admin is the only administrator. Make somebody else" in answer.text
    assert stored(app) == before


def test_with_two_administrators_one_may_go(app, admin):
    with app.app_context():
        (ada,) = queries.administrators(db.session())
    account(app, Role.ADMINISTRATOR)
    assert admin.post(f"/people/{ada.id}/active", data={"active": "no"}).status_code == 303
    assert not is_in(admin)


def test_a_mistake_in_roles_is_named_and_changes_nothing(app, admin):
    person = account(app, Role.HR)
    before = stored(app)
    answer = admin.post(f"/people/{person.id}", data={"name": "Typed name", "roles": []})
    assert answer.status_code == 422
    assert "Choose at least one role." in answer.text
    assert 'value="Typed name"' in answer.text
    assert stored(app) == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_who_is_not_there(admin, method):
    assert getattr(admin, method)("/people/4711").status_code == 404
    assert admin.post("/people/4711/link").status_code == 404
    assert admin.post("/people/4711/active").status_code == 404


def test_names_are_shown_as_text(app, admin):
    account(app, Role.HR, name="<script>alert(1)</script> & Søns")
    page = admin.get("/people").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Søns" in page
    assert "<script>alert" not in page


# --- every route for every role ---


def is_refused(answer: TestResponse) -> bool:
    to_sign_in = (answer.location or "").startswith("/sign-in?next=")
    return answer.status_code in {401, 403} or (answer.status_code == 303 and to_sign_in)


def test_every_route_lets_in_exactly_whom_the_table_names(app, client):
    askers: list[tuple[Role | None, Person | None]] = [(r, account(app, r)) for r in Role]
    askers.append((None, None))
    tried, wrong = 0, []
    for rule in app.url_map.iter_rules():
        with app.app_context():
            action = gate.action_of(rule.endpoint)
        assert action
        # Rows that aren't there: whoever is let in is told so.
        path = re.sub(
            r"<(\w+):\w+>", lambda part: "9999" if part[1] == "int" else "none", rule.rule
        )
        for method in (rule.methods or set()) & {"GET", "POST"}:
            for role, person in askers:
                client.sign_in(person)
                with client.open(path, method=method) as answer:
                    tried += 1
                    allowed = may([role] if role else [], action)
                    if is_refused(answer) == allowed or answer.status_code >= 500:
                        wrong.append(f"{method} {path} as {role}: {answer.status}, not {allowed}")
    assert wrong == []
    assert tried > 300


def test_what_is_refused_says_so_and_does_nothing(app, client):
    signed_in(app, client, Role.INTERVIEWER)
    before = stored(app)
    answer = client.post("/people/invite", data={"name": "Eve", "email": "eve@example.org"})
    assert answer.status_code == 403
    assert "Your roles don&#39;t include it." in answer.text
    assert stored(app) == before


def test_everything_brought_has_a_row(app):
    assert {"security.login", "security.logout", "static"} == set(BROUGHT)
