"""Tries to come in are counted: by account and by address, over all workers, for a while."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask_security import hash_password
from hypothesis import given
from hypothesis import strategies as st

from hiring import create_app, db
from hiring.people import rules, throttle
from hiring.people.models import Attempt, Invitation
from hiring.people.rules import LIMITS, Door, Role, TooMany
from tests import factories
from tests.client import Client
from tests.conftest import QUICK_HASHES

PASSWORD = factories.PASSWORD
TRIES = LIMITS[Door.SIGN_IN].account.tries
ADDRESSES = LIMITS[Door.SIGN_IN].address.tries


@pytest.fixture
def ada(app):
    with app.app_context():
        person = factories.person(db.session(), Role.HR, password=hash_password(PASSWORD))
        db.session().commit()
    return person


def sign_in(client: Client, email: str, password: str = "wrong words here", at: str = "192.0.2.1"):
    return client.post(
        "/sign-in",
        data={"email": email, "password": password},
        environ_base={"REMOTE_ADDR": at},
    )


def later(app, by: dt.timedelta) -> None:
    """As if everything tried so far had been tried that much earlier."""
    with app.app_context():
        for attempt in db.session().scalars(sa.select(Attempt)):
            attempt.at -= by
        db.session().commit()


def rows(app) -> list[Attempt]:
    with app.app_context():
        return list(db.session().scalars(sa.select(Attempt)))


def test_after_ten_mistakes_even_the_right_password_has_to_wait(app, client, ada):
    for _ in range(TRIES):
        assert sign_in(client, ada.email).status_code == 422
    for password in ("wrong words here", PASSWORD):
        answer = sign_in(client, ada.email, password)
        assert answer.status_code == 429
        assert "Wait a quarter of an hour, then try again." in answer.text
    assert client.get("/account").status_code == 303
    assert sign_in(client, ada.email, PASSWORD, at="198.51.100.7").status_code == 429
    later(app, dt.timedelta(minutes=15))
    assert sign_in(client, ada.email, PASSWORD).status_code == 302


def test_waiting_is_not_made_longer_by_trying(app, client, ada):
    for _ in range(TRIES):
        sign_in(client, ada.email)
    later(app, dt.timedelta(minutes=10))
    for _ in range(5):
        assert sign_in(client, ada.email).status_code == 429
    later(app, dt.timedelta(minutes=5))
    assert sign_in(client, ada.email, PASSWORD).status_code == 302


def test_an_account_that_is_not_there_says_the_same(app, client, ada):
    told = []
    for email in (ada.email, "nobody@example.org"):
        for number in range(TRIES + 1):
            answer = sign_in(client, email, at=f"192.0.2.{number}")
        token = r'name="csrf_token"[^>]*value="[^"]*"'
        told.append((answer.status_code, re.sub(token, "", answer.text).replace(email, "")))
    assert told[0] == told[1]
    assert told[0][0] == 429


def test_the_right_password_starts_the_count_again(app, client, ada):
    for _ in range(2):
        for _ in range(TRIES - 1):
            assert sign_in(client, ada.email).status_code == 422
        assert sign_in(client, f" {ada.email.upper()} ", PASSWORD).status_code == 302
        client.post("/sign-out")
    with app.app_context():
        keys = set(db.session().scalars(sa.select(Attempt.key)))
    assert len(keys) == 1, "what is left counts for the address"


def spellings(email: str) -> list[str]:
    """Ways to write an address that all sign in to the same account."""
    name, _, host = email.partition("@")
    wide = "".join(chr(ord(char) + 0xFEE0) for char in host)
    return [
        email.upper(),
        f"{name}@{wide}",
        name + "@" + host.replace(".", "\u3002"),
        name + "@" + host.replace(".", "\uff0e"),
        f"\u3000{email}\x00",
        f"{name[0]}\x00{name[1:]}@{host}",
    ]


def test_another_spelling_of_the_address_is_the_same_account(app, client, ada):
    for spelling in spellings(ada.email):
        assert sign_in(client, spelling, PASSWORD).status_code == 302, ascii(spelling)
        client.post("/sign-out")
    ways = spellings(ada.email)
    for number in range(TRIES):
        assert sign_in(client, ways[number % len(ways)]).status_code == 422
    for spelling in (ada.email, *ways):
        answer = sign_in(client, spelling, PASSWORD, at="198.51.100.7")
        assert answer.status_code == 429, ascii(spelling)


def test_many_accounts_from_one_address(app, client, ada):
    for number in range(ADDRESSES):
        assert sign_in(client, f"nobody{number}@example.org").status_code == 422
    assert sign_in(client, ada.email, PASSWORD).status_code == 429
    assert sign_in(client, ada.email, PASSWORD, at="192.0.2.2").status_code == 302


def test_an_address_that_is_only_claimed_does_not_count(app, client, ada):
    for number in range(TRIES):
        client.post(
            "/sign-in",
            data={"email": f"nobody{number}@example.org", "password": "x"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    with app.app_context():
        keys = db.session().scalars(sa.select(Attempt.key)).all()
    assert len(set(keys)) == TRIES + 1


@pytest.mark.parametrize("right", [True, False])
def test_there_is_no_other_way_in_that_is_not_counted(client, ada, right):
    """Flask-Security takes JSON as well, and breaks on JSON that is no form."""
    form = {"email": ada.email, "password": PASSWORD}
    assert client.post("/sign-in", json=form if right else "x").status_code == 400
    assert client.get("/account").status_code == 303


def test_tries_at_the_same_moment_are_counted_one_by_one(app):
    def knock(_number: int) -> bool:
        with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
            try:
                throttle.knock(Door.SIGN_IN, "ada@example.org")
            except TooMany:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        let = list(pool.map(knock, range(4 * TRIES)))
    assert sum(let) == TRIES


def test_two_workers_count_together(app, client, ada, database_url, tmp_path):
    other = create_app(
        DATABASE_URL=database_url,
        INSTANCE=str(tmp_path / "instance"),
        SECRET_KEY="of the tests",
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=QUICK_HASHES,
        TESTING=True,
    )
    other.test_client_class = Client
    second = other.test_client()
    assert isinstance(second, Client)
    for _ in range(TRIES // 2):
        for one in (client, second):
            assert sign_in(one, ada.email).status_code == 422
    for one in (client, second):
        assert sign_in(one, ada.email, PASSWORD).status_code == 429
    other.extensions["database"].engine.dispose()


def test_what_was_typed_is_not_kept(app, client):
    sign_in(client, "hunter2hunter2")
    assert {len(attempt.key) for attempt in rows(app)} == {64}
    assert "hunter" not in str([attempt.key for attempt in rows(app)])


def test_tries_of_long_ago_are_deleted(app, client):
    sign_in(client, "nobody@example.org")
    later(app, rules.LONGEST_WINDOW)
    sign_in(client, "nobody@example.org")
    assert len(rows(app)) == 2


def test_guessing_links_ends(app, client, ada):
    with app.app_context():
        invitation, secret = Invitation.make(ada, None, db.now())
        db.session().add(invitation)
        db.session().commit()
    limit = LIMITS[Door.LINK].address.tries
    for number in range(limit):
        method = (client.get, client.post)[number % 2]
        assert method(f"/join/guess{number}").status_code == 409
    for method in (client.get, client.post):
        assert method(f"/join/{secret}").status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    for _ in range(2 * limit):
        assert client.get(f"/join/{secret}", environ_base=elsewhere).status_code == 200


def test_one_ipv6_household_is_one_address(app):
    a, b, c = "2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1"
    assert rules.network(a) == rules.network(b) != rules.network(c)
    assert rules.network("::ffff:192.0.2.1") == rules.network("192.0.2.1") == "192.0.2.1"


@given(st.text())
def test_any_address_can_be_counted(text):
    assert isinstance(rules.network(text), str)
