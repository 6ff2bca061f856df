"""From the library into a draft: which drafts are offered, and what one POST does."""

import re

import pytest

from hiring import db
from hiring.guides import queries
from hiring.people.rules import Role
from tests import factories
from tests.client import Client, queries_at_most
from tests.pages import text_of
from tests.state import signed_in, stored

LIBRARY = factories.library()
LOOK_FOR = next(probe for probe in LIBRARY.probes if not probe.is_read_aloud)


@pytest.fixture
def ada(app, client: Client):
    return signed_in(app, client, Role.RECRUITER)


@pytest.fixture
def make(app, ada):
    """Makes a guide of an opening of its own, and gives its number."""

    def made(title, *traits, published=False):
        with app.app_context():
            session = db.session()
            opening = factories.opening(session, ada, title)
            guide = factories.guide(session, ada, traits, of=opening, published=published)
            session.commit()
            return guide.id

    return made


def keys(app, guide_id):
    with app.app_context():
        return [item.key for item in queries.guide(db.session(), guide_id).items]


def offered(page):
    return [int(number) for number in re.findall(r'type="radio"[^>]*value="(\d+)"', page.text)]


def test_drafts_with_the_trait_are_offered_and_the_others_say_why_not(client, make):
    one, two = make("Desk", "T03"), make("Counter", "T03", "T08")
    make("Field", "T08")
    make("Frozen", "T03", published=True)
    page = client.get("/library/T03-B3/use")
    assert offered(page) == [two, one]
    text = text_of(page)
    assert "Field, version 1 T03 is not a trait of this guide. Choose the trait first." in text
    assert "Frozen" not in text
    assert LIBRARY.questions["T03-B3"].prompt in text


def test_one_post_adds_it_behind_the_items_of_its_trait_in_the_wording_of_the_opening(
    app, client, make
):
    guide = make("Desk", "T03", "T08")
    answer = client.post("/library/T03-S2/use", data={"guide": guide})
    assert answer.status_code == 303
    assert keys(app, guide) == ["T03-B1", "T03-S1", "T03-S2", "T08-B1", "T08-S1"]
    with app.app_context():
        item = queries.guide(db.session(), guide).items[2]
    assert item.prompt == LIBRARY.questions["T03-S2"].worded("phone")
    assert answer.location == f"/guides/{guide}#item-{item.id}"
    page = client.get(answer.location).text
    assert f'id="item-{item.id}"' in page
    assert "is in the guide now" in page


def test_a_probe_with_several_traits_goes_where_the_first_is_chosen(app, client, make):
    civil, other = make("Desk", "T03", "CIV"), make("Counter", "T03", "T14")
    assert LIBRARY.questions["P02"].trait == "CIV"
    assert offered(client.get("/library/P02/use")) == [civil]
    client.post("/library/P02/use", data={"guide": civil})
    assert "P02" in keys(app, civil)
    assert client.post("/library/P02/use", data={"guide": other}).status_code == 422
    assert "P02" not in keys(app, other)


def test_what_is_in_it_already_is_not_offered_again(client, make):
    make("Desk", "T03")
    page = client.get("/library/T03-B1/use")
    assert offered(page) == []
    assert "is already in this guide" in text_of(page)


def test_without_a_draft_the_page_says_what_to_do(client, make):
    make("Frozen", "T03", published=True)
    assert "start a new version of its guide" in text_of(client.get("/library/T03-B3/use"))


def test_an_interviewer_look_for_says_that_it_is_never_asked(app, client, make):
    guide = make("Desk", LOOK_FOR.trait)
    page = text_of(client.get(f"/library/{LOOK_FOR.key}/use"))
    assert "An interviewer look-for is never asked: the card and the printed guide say so." in page
    client.post(f"/library/{LOOK_FOR.key}/use", data={"guide": guide})
    assert "Not read aloud: watch for it" in text_of(client.get(f"/guides/{guide}"))


@pytest.mark.parametrize("sent", [{}, {"guide": ""}, {"guide": "x"}, {"guide": "999"}])
def test_no_draft_and_no_such_draft_are_named_and_change_nothing(app, client, make, sent):
    make("Desk", "T03")
    make("Counter", "T03")
    before = stored(app)
    answer = client.post("/library/T03-B3/use", data=sent)
    assert answer.status_code == 422
    assert "Choose" in answer.text
    assert stored(app) == before


@pytest.mark.parametrize("key", ["T99-B1", "T03", "V22", "T03-A1", "xyz"])
def test_only_questions_and_probes_can_be_used(client, make, key):
    guide = make("Desk", "T03")
    assert client.get(f"/library/{key}/use").status_code == 404
    assert client.post(f"/library/{key}/use", data={"guide": guide}).status_code == 404


def test_only_who_makes_guides_is_asked(app, client, make):
    guide = make("Desk", "T03")
    assert "/library/T03-B3/use" in client.get("/library/T03-B3").text
    for role in (Role.INTERVIEWER, Role.HR, Role.ADMINISTRATOR):
        signed_in(app, client, role)
        assert "/use" not in client.get("/library/T03-B3").text
        assert client.get("/library/T03-B3/use").status_code == 403
        assert client.post("/library/T03-B3/use", data={"guide": guide}).status_code == 403


def test_many_drafts_take_no_more_statements(client, make):
    for number in range(5):
        make(f"Desk {number}", "T03", "T08")
    with queries_at_most(4):  # who asks, drafts with openings, traits, items
        client.get("/library/T03-B3/use")
