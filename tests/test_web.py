"""What all pages share: headers, cookies, the cross-site check, error pages, the secret key."""

import re
import time
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask, abort, render_template_string
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from wtforms import TextAreaField
from wtforms.fields.core import UnboundField

from hiring import config, create_app, db, web
from hiring.fields import Form
from hiring.people.gate import may
from hiring.people.models import Person
from hiring.people.rules import Action, Role
from hiring.refusal import Refused
from hiring.scorecards.forms import TEXTS
from tests import factories
from tests.client import Client
from tests.conftest import BACKEND
from tests.state import signed_in, stored

JSON = {"Accept": "application/json"}


@pytest.fixture
def app(fresh_app: Flask) -> Flask:
    return fresh_app


def register(app: Flask, view, *, action: Action = Action.VISIT) -> None:
    """A page of this test."""
    app.add_url_rule("/tried", "tried", may(action)(view), methods=["GET", "POST"])


# --- headers ---


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/start",
        "/library",
        "/people",
        "/openings",
        "/my-interviews",
        "/exports",
        "/account",
        "/openings/new",
        "/nothing-here",
        "/",
    ],
)
def test_every_answer_carries_the_headers(app, client, path):
    if path not in {"/sign-in", "/start"}:
        signed_in(app, client, *Role)
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == policy["font-src"] == policy["connect-src"] == "'self'"
    assert policy["form-action"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_style_sheets_are_kept_for_good_since_a_change_gives_them_another_address(app, client):
    path = f"{app.static_url_path}/style.css"
    assert f'href="{path}"' in client.get("/sign-in").text
    with client.get(path) as answer:
        assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for gone in ("/static/style.css", "/static/0123456789ab/style.css", f"{path}x"):
        with client.get(gone) as answer:
            assert answer.status_code == 404
            assert answer.headers["Cache-Control"] == "no-store"


def test_the_address_of_scripts_and_styles_changes_with_any_of_them(tmp_path):
    (tmp_path / "one.js").write_text("1")
    (tmp_path / "two.js").write_text("2")
    before = web.static_path(tmp_path)
    assert web.static_path(tmp_path) == before
    (tmp_path / "two.js").write_text("3")
    assert web.static_path(tmp_path) != before


def test_scripts_are_told_who_is_signed_in_for_as_long_as_the_session(app, client):
    def told(path="/my-interviews", method="GET"):
        lines = client.open(path, method=method).headers.getlist("Set-Cookie")
        return [line for line in lines if line.startswith("person=")]

    ann = signed_in(app, client, Role.INTERVIEWER)
    (line,) = told()
    assert line.startswith(f"person={ann.id};")
    assert "Expires" not in line
    assert "Max-Age" not in line
    assert "SameSite=Lax" in line
    assert told() == []
    client.sign_in(None)
    (line,) = told()
    assert line.startswith("person=;")
    assert told() == []
    bob = signed_in(app, client, Role.INTERVIEWER)
    assert told()[0].startswith(f"person={bob.id};")
    assert told("/sign-out", "POST")[0].startswith("person=;")


def test_a_script_runs_by_a_nonce_that_is_new_each_time(app, client):
    script = (
        '{% extends "layout.html" %}{% block title %}Tried{% endblock %}{% block main %}'
        '<h1>Tried</h1><script nonce="{{ csp_nonce() }}"></script>{{ csp_nonce() }}{% endblock %}'
    )
    register(app, lambda: render_template_string(script))
    nonces = set()
    for _ in range(3):
        answer = client.get("/tried")
        (nonce,) = re.findall(r'<script nonce="([^"]{20,})">', answer.text)
        assert answer.text.count(nonce) == 2, "one nonce for a page"
        assert f"script-src 'nonce-{nonce}';" in answer.headers["Content-Security-Policy"]
        nonces.add(nonce)
    assert len(nonces) == 3


def test_a_page_without_scripts_allows_none(client):
    assert "script-src 'none';" in client.get("/sign-in").headers["Content-Security-Policy"]


# --- cookies ---


@pytest.mark.parametrize(
    ("address", "is_secure"),
    [
        ("http://127.0.0.1:5000", False),
        ("http://localhost:5000", False),
        ("http://localhost", False),
        ("http://127.0.0.1", False),
        ("http://[::1]:5000", False),
        ("https://localhost", True),
        ("https://hiring.example.org", True),
        ("http://hiring.example.org", True),
        ("http://10.0.0.7:5000", True),
        ("http://localhost.example.org", True),
        ("http://127.0.0.1.example.org:5000", True),
    ],
)
def test_cookies_are_secure_but_for_plain_http_on_this_machine(client, address, is_secure):
    answer = client.get("/sign-in", base_url=address)
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert ("Secure" in cookie.split("; ")) == is_secure
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


# --- cross-site posts ---

POSTS = (
    "/openings/new",
    "/people/invite",
    "/sign-out",
    "/account",
    "/sign-in",
    "/people/1/active",
    "/guides/1/publish",
    "/scorecards/1/items/1",
)


@pytest.mark.parametrize("path", POSTS)
def test_a_post_from_another_site_changes_nothing(app, client, path):
    person = signed_in(app, client, *Role)
    before = stored(app)
    answer = client.post(path, data={"title": "x", "active": "no"}, token=False)
    assert answer.status_code == 400
    assert (
        "This form doesn&#39;t belong to your present session, so nothing was changed"
        in answer.text
    )
    assert stored(app) == before
    assert person.name in client.get("/account").text, "still signed in"


def test_every_route_that_changes_something_wants_the_token(app, client):
    signed_in(app, client, *Role)
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(posts) > 20
    for rule in posts:
        path = re.sub(r"<[^>]*>", "1", rule.rule)
        assert client.post(path, token=False).status_code == 400, path


def test_a_token_of_another_session_is_refused(app, client):
    signed_in(app, client, Role.RECRUITER)
    other = app.test_client()
    assert isinstance(other, Client)
    signed_in(app, other, Role.RECRUITER)
    page = other.get("/openings/new").text
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    data = {"title": "Agent", "setting": "phone", "minutes": "60", "panel_size": "3"}
    client.get("/openings/new")
    answer = client.post("/openings/new", data={**data, "csrf_token": token}, token=False)
    assert answer.status_code == 400
    answer = other.post("/openings/new", data={**data, "csrf_token": token}, token=False)
    assert answer.status_code == 303


def test_a_token_lives_as_long_as_the_session(app, client):
    # An interview day is longer than the hour that tokens live by default.
    signed_in(app, client, Role.RECRUITER)
    with client.session_transaction() as session:
        session["csrf_token"] = "1" * 40

    class LongAgo(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time()) - 30 * 24 * 3600

    token = URLSafeTimedSerializer(
        str(app.secret_key), salt="wtf-csrf-token", signer=LongAgo
    ).dumps("1" * 40)
    answer = client.post("/people/invite", data={"csrf_token": token}, token=False)
    assert answer.status_code == 403, "past the token, to what a recruiter may not do"


def test_a_cross_site_post_gets_json_when_it_asks_for_it(app, client):
    signed_in(app, client, Role.INTERVIEWER)
    answer = client.post("/scorecards/1/items/1", token=False, headers=JSON)
    assert answer.status_code == 400
    assert answer.json["sentences"][0].startswith(
        "This form doesn't belong to your present session"
    )


# --- what was written in a form that was not taken ---

WORDS = "Held her own <b>view</b>.\r\n\r\n  Then gave way."
SHOWN = "Held her own &lt;b&gt;view&lt;/b&gt;.\r\n\r\n  Then gave way."
FORMS = {
    "/candidates/{candidate}/decisions": {"outcome": "HOLD", "reason": WORDS},
    "/guides/{guide}/items/{item}/reword": {"prompt": WORDS},
    "/interviews/{interview}/debrief/{item}": {"level": "4", "cause": "MISSED", "words": WORDS},
}


@pytest.fixture
def forms(app, client):
    """Forms that all end in 409 for whoever is signed in: the panel is not open, the guide is."""
    person = signed_in(app, client, Role.RECRUITER, Role.INTERVIEWER)
    with app.extensions["database"].session(write=True) as session:
        guide = factories.guide(session, session.merge(person))
        interview = factories.interview(session, guide, [session.merge(person)])
        session.commit()
        places = {
            "candidate": interview.candidate_id,
            "guide": guide.id,
            "item": guide.items[0].id,
            "interview": interview.id,
        }
    return {path.format(**places): data for path, data in FORMS.items()}


@pytest.mark.parametrize("status", [400, 401, 409])
def test_what_was_written_is_shown_when_a_form_is_not_taken(app, client, forms, status):
    before = stored(app)
    if status == 401:
        client.sign_in(None)
    for path, data in forms.items():
        answer = client.post(path, data=data, token=status != 400)
        assert answer.status_code == status, path
        (written,) = re.findall(r"What you wrote</h2>.*?</section>", answer.text, re.DOTALL)
        assert f'<p class="answer">{SHOWN}</p>' in written
        assert "HOLD" not in written
        assert "MISSED" not in written
        assert "eload" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "What you wrote" not in client.get("/").text
    assert stored(app) == before


def test_every_text_that_is_longer_than_a_line_is_handed_back(app):
    named = {
        name
        for form in Form.__subclasses__()
        for name, field in vars(form).items()
        if isinstance(field, UnboundField) and issubclass(field.field_class, TextAreaField)
    }
    assert {"reason", "words", "prompt", "introduction", "closing", "text"} <= named
    assert set(web.WRITTEN) == named | set(TEXTS)


def test_what_opens_something_or_says_nothing_is_not_shown(app, client):
    def view():
        raise Refused("Not now.")

    register(app, view)
    secrets = {"password": "s3cret-1", "csrf_token": "s3cret-2", "secret": "s3cret-3"}
    blank = {"note": " \r\n ", "situation": ""}
    answer = client.post("/tried", data={**secrets, **blank, "email": "s3cret-4", "x": "s3cret-5"})
    assert "s3cret" not in answer.text
    assert "What you wrote" not in answer.text
    answer = client.post("/tried?note=s3cret", data={"note": "Mine."})
    assert "s3cret" not in answer.text
    assert '<p class="answer">Mine.</p>' in answer.text
    assert client.post("/tried", data={"note": "Mine."}, headers=JSON).json == {
        "title": "This can't be done now",
        "sentences": ["Not now."],
    }


@pytest.mark.parametrize(
    ("headers", "is_shown"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://localhost.example.org"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_what_another_site_sends_is_not_shown_as_ones_own(app, client, forms, headers, is_shown):
    for path, data in forms.items():
        answer = client.post(path, data=data, token=False, headers=headers)
        assert answer.status_code == 400
        assert ("What you wrote" in answer.text) is is_shown
        assert (SHOWN in answer.text) is is_shown


# --- error pages ---


def test_a_page_that_is_not_there(client):
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert "<h1>Nothing here</h1>" in answer.text
    assert 'href="/"' in answer.text


def test_errors_as_json(app, client):
    answer = client.get("/nothing-here", headers=JSON)
    assert answer.status_code == 404
    assert answer.mimetype == "application/json"
    assert answer.json == {"title": "Nothing here", "sentences": [web.ERRORS[404][1]]}
    answer = client.get("/openings", headers=JSON)
    assert (answer.status_code, answer.json["title"]) == (401, "Please sign in")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 415, 418, 500, 503])
def test_each_status_has_a_title_and_a_way_out(app, client, status):
    register(app, lambda: abort(status))
    answer = client.get("/tried")
    assert answer.status_code == status
    title, way_out = web.ERRORS.get(status, web.ERRORS[400])
    assert f"<h1>{title}</h1>" in answer.text
    assert way_out.replace("'", "&#39;") in answer.text
    assert 'class="button" href="/"' in answer.text


def test_a_refusal_says_every_sentence_and_keeps_markup_as_text(app, client):
    def view():
        raise Refused("First <b>reason</b>.", "Second reason.")

    register(app, view)
    answer = client.get("/tried")
    assert answer.status_code == 409
    assert "<li>First &lt;b&gt;reason&lt;/b&gt;.</li>" in answer.text
    assert "<li>Second reason.</li>" in answer.text
    answer = client.get("/tried", headers=JSON)
    assert answer.json["sentences"] == ["First <b>reason</b>.", "Second reason."]


def test_what_breaks_tells_nothing_of_the_inside(app, client, caplog):
    def view():
        raise RuntimeError("password of the database: s3cret")

    register(app, view)
    signed_in(app, client, Role.HR)
    for headers in ({}, JSON):
        answer = client.get("/tried", headers=headers)
        assert answer.status_code == 500
        assert "Something broke on our side" in answer.text
        assert "s3cret" not in answer.text
        assert "Traceback" not in answer.text
        assert "RuntimeError" not in answer.text
    assert "s3cret" in caplog.text, "the log has it"


def test_what_breaks_half_way_leaves_nothing_written(app, client):
    def view():
        factories.person(db.session(), Role.HR, name="Half")  # flushed, not committed
        raise RuntimeError("half-way")

    register(app, view)
    signed_in(app, client, Role.HR)
    before = stored(app)
    assert client.post("/tried").status_code == 500
    assert stored(app) == before


def test_a_database_that_is_gone_still_gets_a_page(app, client):
    signed_in(app, client, Role.HR)
    database = app.extensions["database"]
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE person RENAME TO elsewhere")
        connection.commit()
    try:
        answer = client.get("/library")
    finally:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO person")
            connection.commit()
    # The page's bar says who is signed in, which is what could not be read: so it is plain text.
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    assert "Something broke on our side" in answer.text
    assert "person" not in answer.text


def test_the_same_thing_saved_twice_at_the_same_moment_is_there_once(app, client, caplog):
    def view():
        for _ in range(2):
            db.session().add(Person.new("Ada", "ada@example.org", [Role.HR], db.now()))
        db.session().commit()

    register(app, view)
    answer = client.post("/tried")
    assert answer.status_code == 409
    assert "The same thing was being saved at the same moment" in answer.text
    assert "UNIQUE" not in answer.text.upper()
    assert "clash" in caplog.text
    assert "Ada" not in caplog.text, "what people write is not for the log"
    assert stored(app)["person"] == []


@pytest.mark.skipif(BACKEND != "sqlite", reason="only SQLite lets one write at a time")
def test_a_write_that_waits_too_long_is_told_to_come_back(app, client, monkeypatch):
    signed_in(app, client, Role.RECRUITER)
    monkeypatch.setattr(db, "LOCK_SECONDS", 0.05)
    data = {"title": "Agent", "setting": "phone", "minutes": "60", "panel_size": "3"}
    answers = []
    with app.extensions["database"].writing():
        asking = Thread(target=lambda: answers.append(client.post("/openings/new", data=data)))
        asking.start()
        asking.join()
    assert answers[0].status_code == 503
    assert "Busy for a moment" in answers[0].text
    assert stored(app)["opening"] == []
    assert client.post("/openings/new", data=data).status_code == 303, "and the lock is free again"


def test_what_is_too_large_is_refused_with_the_limit(app, client):
    signed_in(app, client, Role.RECRUITER)
    before = stored(app)
    urlencoded, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
    part = '--b\r\nContent-Disposition: form-data; name="title{}"\r\n\r\n{}\r\n'
    for kind, body in (
        (urlencoded, "title=" + "x" * 2_000_000),
        (multipart, part.format("", "x" * 2_000_000)),
        (multipart, part.format("", "x" * 1_000_001)),  # fields are kept in memory, files are not
        (multipart, "".join(part.format(number, "x") for number in range(2_001))),
    ):
        answer = client.post("/openings/new", data=body + "--b--\r\n", content_type=kind)
        assert answer.status_code == 413
        assert "That is too large" in answer.text
        assert "2 MB" in answer.text
    assert stored(app) == before


@pytest.mark.parametrize("number", ["99999999999999999999", "2147483648", "-1", "1e3", "٣x", "1.0"])
def test_a_number_that_no_row_has_is_no_page(app, client, number):
    signed_in(app, client, *Role)
    for path in ("/openings/{}", "/guides/{}", "/candidates/{}", "/scorecards/{}", "/people/{}"):
        assert client.get(path.format(number)).status_code == 404


def test_signs_that_cannot_be_stored_are_left_out_and_the_rest_kept(app, client):
    signed_in(app, client, Role.RECRUITER)
    data = {"title": " A\0gent ", "setting": "phone", "minutes": "60", "panel_size": "3"}
    assert client.post("/openings/new", data=data).status_code == 303
    assert "Agent" in stored(app)["opening"][0]


def test_an_address_that_takes_no_post_says_so(app, client):
    signed_in(app, client, Role.HR)
    answer = client.post("/library")
    assert answer.status_code == 405
    assert "reached in another way" in answer.text


# --- the secret key ---


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    first = config.secret_key(tmp_path / "instance")
    file = tmp_path / "instance" / "secret_key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert len(first) >= 48
    assert config.secret_key(tmp_path / "instance") == first
    assert config.secret_key(tmp_path / "another") != first


def test_two_starts_have_the_same_key_and_one_given_goes_before_it(tmp_path):
    apps = [create_app(INSTANCE=str(tmp_path)) for _ in range(2)]
    assert apps[0].secret_key == apps[1].secret_key == (tmp_path / "secret_key").read_text()
    assert create_app(INSTANCE=str(tmp_path), SECRET_KEY="given").secret_key == "given"


def test_many_starts_at_once_agree_on_one_key(tmp_path: Path):
    keys: list[str] = []
    starts = [Thread(target=lambda: keys.append(config.secret_key(tmp_path))) for _ in range(16)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(keys) == 16
    assert len(set(keys)) == 1
    assert keys[0]
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_making_the_application_makes_no_database(tmp_path):
    create_app(INSTANCE=str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("said", "is_demo"), [("yes", True), ("1", True), ("no", False), ("", False)]
)
def test_the_demo_has_its_own_database_and_says_so(tmp_path, said, is_demo):
    app = create_app(INSTANCE=str(tmp_path), DEMO=said)
    name = "demo.sqlite" if is_demo else "fifteen.sqlite"
    assert app.config["DATABASE_URL"] == f"sqlite:///{tmp_path / name}"
    assert (b"<strong>Demo.</strong>" in app.test_client().get("/sign-in").data) == is_demo
