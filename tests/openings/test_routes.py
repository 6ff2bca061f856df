"""Making an opening and changing what is said about it."""

import pytest

from hiring import db
from hiring.library.rules import SETTINGS
from hiring.openings import queries
from hiring.people.rules import Role
from tests import factories
from tests.client import Client
from tests.state import signed_in, stored

SOUND = {"title": "Support agent", "setting": "chat", "minutes": "75", "panel_size": "2"}


@pytest.fixture
def recruiter(app, client: Client) -> Client:
    signed_in(app, client, Role.RECRUITER)
    return client


def test_a_new_opening_leads_to_its_traits(app, recruiter):
    page = recruiter.get("/openings/new").text
    assert "<h1>A new opening</h1>" in page
    assert 'value="60"' in page, "an hour is usual"
    answer = recruiter.post("/openings/new", data=SOUND)
    assert (answer.status_code, answer.location) == (303, "/openings/1/traits")
    with app.app_context():
        made = queries.opening(db.session(), 1)
    assert made
    assert (made.title, made.setting, made.minutes, made.panel_size) == (
        "Support agent",
        "chat",
        75,
        2,
    )
    assert "Support agent" in recruiter.get("/openings").text


def test_it_can_be_changed_later(app, recruiter):
    recruiter.post("/openings/new", data=SOUND)
    page = recruiter.get("/openings/1/edit").text
    assert 'value="Support agent"' in page
    assert '<option value="chat" selected>' in page
    answer = recruiter.post("/openings/1/edit", data={**SOUND, "title": "Senior agent"})
    assert (answer.status_code, answer.location) == (303, "/openings/1")
    assert "Senior agent" in recruiter.get("/openings/1").text


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_of_the_library_can_be_chosen(recruiter, setting):
    assert recruiter.post("/openings/new", data={**SOUND, "setting": setting}).status_code == 303


WRONG = [
    ("title", "", "Write a title."),
    ("title", "  \t", "Write a title."),
    ("title", "x" * 121, "Use at most 120 letters."),
    ("setting", "moon", "Choose one from the list."),
    ("setting", "", "Choose "),
    ("minutes", "", "Write a number of minutes."),
    ("minutes", "an hour", "This is not a whole number. Write a whole number from 15 to 480."),
    ("minutes", "14", "Write a whole number from 15 to 480."),
    ("minutes", "481", "Write a whole number from 15 to 480."),
    ("minutes", "60.5", "This is not a whole number."),
    ("minutes", "9" * 30, "Write a whole number from 15 to 480."),
    ("panel_size", "0", "Write a whole number from 1 to 12."),
    ("panel_size", "13", "Write a whole number from 1 to 12."),
    ("panel_size", "-3", "Write a whole number from 1 to 12."),
    ("panel_size", "three", "This is not a whole number."),
]


@pytest.mark.parametrize("path", ["/openings/new", "/openings/1/edit"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_named_and_what_was_typed_is_kept(app, recruiter, path, wrong):
    name, value, sentence = wrong
    recruiter.post("/openings/new", data={**SOUND, "title": "As it was"})
    before = stored(app)
    data = {**SOUND, name: value}
    answer = recruiter.post(path, data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{name}"' in answer.text, "the summary of mistakes leads to the field"
    assert f'id="{name}-error"' in answer.text
    for typed in (data["title"].strip(), data["minutes"], data["panel_size"]):
        assert f'value="{typed}"' in answer.text or not typed
    assert "not a valid" not in answer.text.lower()
    assert stored(app) == before


def test_all_mistakes_are_named_at_once(recruiter):
    data = {"title": "", "setting": "moon", "minutes": "x", "panel_size": "0"}
    answer = recruiter.post("/openings/new", data=data)
    assert answer.text.count('class="error"') == 4


def test_words_are_shown_as_text(recruiter):
    title = '<script>alert(1)</script>" & "Søn'
    recruiter.post("/openings/new", data={**SOUND, "title": title})
    for path in ("/openings", "/openings/1", "/openings/1/edit", "/openings/1/traits"):
        page = recruiter.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34; &amp; &#34;Søn" in page


def test_an_opening_that_is_not_there(recruiter):
    assert recruiter.get("/openings/7/edit").status_code == 404
    assert recruiter.post("/openings/7/edit", data=SOUND).status_code == 404


def test_hr_may_look_and_not_change(app, client):
    with app.app_context():
        session = db.session()
        factories.opening(session, factories.person(session, Role.RECRUITER))
        session.commit()
    signed_in(app, client, Role.HR)
    before = stored(app)
    page = client.get("/openings/1")
    assert page.status_code == 200
    assert "/openings/1/edit" not in page.text
    assert client.get("/openings/1/edit").status_code == 403
    assert client.post("/openings/1/edit", data=SOUND).status_code == 403
    assert client.post("/openings/new", data=SOUND).status_code == 403
    assert stored(app) == before
