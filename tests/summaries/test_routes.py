"""Asking for PDFs in the browser: who may, what is shown meanwhile, and the worker."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask

from hiring import db, tasks
from hiring.interviews import queries as interviews
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.summaries import code, export
from hiring.summaries.models import Export, Kind, RecordCopy, State
from tests import factories
from tests.pages import text_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def people(app: Flask):
    """A finished interview (candidate, guide and opening 1), a recruiter, HR, a panel."""
    with app.app_context():
        session = db.session()
        recruiter = factories.person(session, Role.RECRUITER)
        hr = factories.person(session, Role.HR)
        panel = [factories.person(session) for _ in range(2)]
        guide = factories.guide(session, recruiter)
        interview = factories.interview(session, guide, panel)
        for card in interview.cards:
            factories.fill(session, card, 4)
        session.commit()
        return {"recruiter": recruiter, "hr": hr, "interviewer": panel[0], "other": panel[1]}


@pytest.fixture
def made_at_once(app: Flask):
    """The queue hands every message to this very process, as soon as it comes."""
    queue = tasks.queue(app)
    queue.storage.close()  # an immediate queue forgets the one it had
    queue.immediate = True


@pytest.mark.pdf
@pytest.mark.usefixtures("made_at_once")
@pytest.mark.parametrize("url", ["/candidates/1/summary", "/guides/1/pdf"])
def test_a_pdf_comes_without_a_page_in_between(client, people, url):
    client.sign_in(people["hr"])
    answer = client.post(url)
    assert answer.status_code == 303
    assert answer.location.endswith("/file")
    answer = client.get(answer.location)
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert ".pdf" in answer.headers["Content-Disposition"]


@pytest.mark.pdf
@pytest.mark.usefixtures("made_at_once")
def test_record_copies_are_listed_and_come_again_byte_for_byte(client, people):
    client.sign_in(people["hr"])
    handed_out = client.post("/candidates/1/summary", follow_redirects=True).data
    page = client.get("/candidates/1/copies").text
    assert hashlib.sha256(handed_out).hexdigest() in page
    assert people["hr"].name in page
    assert client.get("/copies/1").data == handed_out
    assert client.get("/copies/2").status_code == 404


@pytest.mark.pdf
@pytest.mark.usefixtures("made_at_once")
@pytest.mark.parametrize("who", ["interviewer", "recruiter"])
@pytest.mark.parametrize("kind", [Kind.FORM, Kind.FILLABLE])
def test_a_form_comes_to_the_owner_of_the_card_and_to_recruiters(client, people, app, who, kind):
    client.sign_in(people[who])
    answer = client.post("/scorecards/1/form", data={"kind": kind}, follow_redirects=True)
    assert answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as opened:
        fields = {
            str(field.T): field
            for field in opened.Root.get("/AcroForm", {"/Fields": ()})["/Fields"]
        }
        assert (kind == Kind.FILLABLE) is bool(fields)
        if fields:
            whose = code.whose(str(fields["code"].V), [app.config["SECRET_KEY"]])
            assert (whose.card, whose.person, whose.candidate) == (1, people["interviewer"].id, 1)
            assert {str(field.get("/V", "")) for field in fields.values()} == {
                "",
                "/Off",
                str(fields["code"].V),
            }, "what is on the card is not in its form"
    named = "Form to fill in" if kind == Kind.FILLABLE else "Form to write on"
    assert named in text_of(client.get("/exports"))
    client.sign_in(people["hr"])
    assert "form" not in client.get("/candidates/1/copies").text.split("<main")[1].lower()


def test_a_form_is_made_for_nobody_else(client, people):
    for who, status in (("other", 404), ("hr", 403)):
        client.sign_in(people[who])
        assert client.post("/scorecards/1/form").status_code == status
    client.sign_in(people["recruiter"])
    assert client.post("/scorecards/99/form").status_code == 404


def test_a_seat_may_go_after_its_form_was_asked_for(client, people, app, monkeypatch):
    monkeypatch.setattr("hiring.summaries.routes.PATIENCE", 0)
    with app.app_context():
        session = db.session()
        guide = factories.guide(session, people["recruiter"])
        interview = factories.interview(session, guide, [people["interviewer"], people["other"]])
        session.commit()
        card, numbers = interview.cards[0].id, (interview.id, guide.id)
    client.sign_in(people["recruiter"])
    made = client.post(f"/scorecards/{card}/form").location
    data = {"guide": numbers[1], "starts": "2026-11-02T09:00", "zone": "UTC", "place": "Room 2"}
    changed = client.post(f"/interviews/{numbers[0]}", data={**data, "panel": people["other"].id})
    assert changed.status_code == 303
    with app.app_context():
        export.work(int(made.rpartition("/")[2]))
    assert "This interviewer is not on the panel any more." in client.get(made).text


@pytest.mark.pdf
@pytest.mark.usefixtures("made_at_once")
def test_all_of_an_opening_come_as_a_zip(client, people):
    client.sign_in(people["recruiter"])
    answer = client.post("/openings/1/summaries", follow_redirects=True)
    assert answer.mimetype == "application/zip"
    assert answer.data.startswith(b"PK")


@pytest.mark.pdf
@pytest.mark.usefixtures("made_at_once")
def test_a_summary_is_closed_to_a_trainee_who_has_yet_to_submit(client, people, app):
    client.sign_in(people["hr"])
    client.post("/candidates/1/summary")
    client.sign_in(people["recruiter"])
    client.post("/candidates/1/summary")
    assert client.get("/exports/2/file").status_code == 200
    with app.app_context():
        interview = interviews.interview(db.session(), 1)
        people_ = [card.person for card in interview.cards]
        interview.seat(people_, [db.session().get_one(Person, people["recruiter"].id)])
        db.session().commit()
    why = "It opens to you when you have submitted your own card."
    for method, url in (
        ("POST", "/candidates/1/summary"),
        ("GET", "/exports/2/file"),
        ("GET", "/copies/1"),
    ):
        answer = client.open(url, method=method)
        assert answer.status_code == 409, url
        assert why in text_of(answer)
    page = client.get("/candidates/1/copies")
    assert why in text_of(page)
    assert "SHA-256" not in page.text
    page = client.get("/exports/2")
    assert why in text_of(page)
    assert "SHA-256" not in page.text
    client.sign_in(people["hr"])
    assert client.get("/copies/1").status_code == 200


def test_without_a_worker_the_page_shows_progress(client, people, monkeypatch):
    monkeypatch.setattr("hiring.summaries.routes.PATIENCE", 0.1)
    client.sign_in(people["recruiter"])
    answer = client.post("/candidates/1/summary", follow_redirects=True)
    assert "0 of 1" in answer.text
    assert client.get("/exports/1/progress").json == {
        "state": "waiting",
        "done": 0,
        "total": 1,
        "over": False,
    }
    assert client.get("/exports/1/file").status_code == 303
    assert "0 of 1 made" in client.get("/exports").text


def test_an_export_is_only_its_owners(client, people, app):
    with app.app_context():
        export.ask(db.session(), Kind.SUMMARY, people["hr"].id, 1, [1])
        db.session().commit()
    client.sign_in(people["recruiter"])
    for page in ("/exports/1", "/exports/1/file", "/exports/1/progress"):
        assert client.get(page).status_code == 404


def test_who_may_not_export_any_more_reaches_no_old_summary(client, people, app):
    with app.app_context():
        session = db.session()
        export.ask(session, Kind.SUMMARY, people["interviewer"].id, 1, [1])
        session.commit()
    client.sign_in(people["interviewer"])
    for page in ("/exports/1", "/exports/1/file", "/exports/1/progress"):
        assert client.get(page).status_code == 404
    assert "No exports yet" in client.get("/exports").text


def test_interviewers_export_nothing(client, people):
    client.sign_in(people["interviewer"])
    for url in ("/candidates/1/summary", "/openings/1/summaries", "/guides/1/pdf"):
        assert client.post(url).status_code == 403


@pytest.mark.pdf
def test_a_real_worker_makes_it(app, people, database_url):
    settings = {
        **os.environ,
        "HIRING_DATABASE_URL": database_url,
        "HIRING_INSTANCE": app.instance_path,
        "HIRING_SECRET_KEY": app.config["SECRET_KEY"],
    }
    with app.app_context():
        made = export.ask(db.session(), Kind.SUMMARY, people["hr"].id, 1, [1])
        db.session().commit()
        tasks.enqueue("export", made.id)
    worker = subprocess.Popen(
        [sys.executable, "-m", "hiring.worker"], cwd=ROOT, env=settings, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 60
        while _state(app) != State.READY and time.monotonic() < deadline:
            time.sleep(0.1)
        assert _state(app) == State.READY
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count(RecordCopy.id))) == 1


def _state(app: Flask) -> str | None:
    with app.app_context():
        return db.session().scalar(sa.select(Export.state))
