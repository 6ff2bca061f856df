"""A form written by hand is typed in beside its scan, by its owner or a recruiter off the panel."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from hiring.interviews.models import Interview, Observer, Scorecard
from hiring.interviews.papers import Paper
from hiring.paper.rules import MOST_KEPT
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.scorecards.models import PaperEntry, Rating, SavedAnswer
from tests import factories
from tests.pages import form_to, main_of, text_of
from tests.paper.conftest import sheet_of


def picture():
    buffer = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(buffer, "PNG")
    return buffer.getvalue()


SCAN = picture()


def typed(desk, url, number=1, **fields):
    """Fill in what the page of a question asks and press Save."""
    address = f"{url}/items/{desk.items[number - 1]}"
    page = desk.client.get(address)
    data = form_to(page, address)
    for name, value in fields.items():
        data[name] = value
    return desk.client.post(address, data=data)


def note_on_card(desk, note="On the screen.", number=1):
    """The owner answers a question on the scorecard."""
    with desk.rows() as session:
        card = session.get_one(Scorecard, desk.card)
        factories.rate(session, card, desk.items[number - 1], 3, note)
        session.commit()


def rating(desk, number=1):
    with desk.rows() as session:
        return session.get(Rating, (desk.card, desk.items[number - 1]))


def first_paper(desk):
    with desk.rows() as session:
        return session.scalars(sa.select(Paper)).first()


@pytest.fixture
def rita(desk):
    """Rita, who is off the panel, has attached the scan of Ann's form."""
    desk.client.sign_in(desk.people["rita"])
    return desk.attach(SCAN).location


# --- by its owner ---


def test_the_owner_types_in_their_own_form_question_by_question(desk):
    url = desk.attach(SCAN, code=desk.sheet.code.lower()).location
    assert "Begin" in main_of(desk.client.get(url))
    after = typed(desk, url, level="4", note="Asked what hurt.", look_for="0", situation="A queue.")
    assert after.location == f"{url}/items/{desk.items[1]}"
    assert typed(desk, url, 2, level="not_observed", reason="Time ran out.").location == url
    assert rating(desk).note == "Asked what hurt."
    assert (rating(desk).look_fors, rating(desk).situation) == (1, "A queue.")
    assert rating(desk, 2).not_observed
    assert main_of(desk.client.get(url)).count("Typed in") == 2
    assert text_of(desk.client.get(desk.url)).count("Transcribed by Ann Lee: the file") == 2
    assert "types in" not in text_of(desk.client.get(desk.url)), "no news of oneself"


def test_the_scan_is_shown_beside_and_served_as_what_it_is(desk):
    url = desk.attach(SCAN, "../../<script>.png").location
    page = desk.client.get(f"{url}/items/{desk.items[0]}")
    paper = first_paper(desk)
    assert f'<img class="scan" src="/papers/{paper.id}/file"' in page.text
    assert "<script>.png" not in page.text
    answer = desk.client.get(f"/papers/{paper.id}/file")
    assert answer.data == SCAN
    assert answer.mimetype == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f'inline; filename="paper-{paper.id}.png"'
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_owner_sees_both_when_the_card_has_changed_meanwhile(desk):
    url = desk.attach(SCAN).location
    address = f"{url}/items/{desk.items[0]}"
    data = form_to(desk.client.get(address), address)
    note_on_card(desk)
    refused = desk.client.post(address, data={**data, "level": "4", "note": "On paper."})
    assert refused.status_code == 409
    text = main_of(refused)
    assert "The scorecard has another answer now" in text
    assert "On the screen." in text
    assert "On paper." in text
    assert rating(desk).note == "On the screen."
    again = desk.client.post(address, data=form_to(refused, address))
    assert again.status_code == 303
    assert rating(desk).note == "On paper."
    with desk.rows() as session:
        notes = session.scalars(sa.select(SavedAnswer.note)).all()
    assert sorted(notes) == ["On paper.", "On the screen."]


def test_what_cannot_be_is_said_and_kept(desk):
    url = desk.attach(SCAN).location
    refused = typed(desk, url, level="9", note="Still here.")
    assert refused.status_code == 422
    assert "Choose a level from 1 to 5, or not observed." in text_of(refused)
    assert "Still here." in refused.text
    assert rating(desk) is None


def test_a_wrong_code_is_refused_and_none_is_needed(desk, app):
    for code in ("412-AAAA-BBBB", sheet_of(app, desk.bobs_card).code):
        refused = desk.attach(SCAN, code=code)
        assert refused.status_code == 422
        assert "This is not the code of this scorecard's form." in text_of(refused)
        assert code in refused.text
    assert first_paper(desk) is None
    assert desk.attach(SCAN).status_code == 303


def test_without_a_file_nothing_is_kept(desk):
    refused = desk.client.post(f"{desk.url}/paper/scan", data={"code": ""})
    assert refused.status_code == 422
    assert "Choose the scan. Nothing was sent." in text_of(refused)
    assert first_paper(desk) is None


# --- by a recruiter off the panel ---


def test_a_recruiter_types_it_in_and_the_whole_panel_is_shown(desk, rita):
    assert typed(desk, rita, level="4", note="On paper.").status_code == 303
    assert rating(desk).note == "On paper."
    with desk.rows() as session:
        (entry,) = session.scalars(sa.select(PaperEntry)).all()
        assert entry.by_id == desk.people["rita"].id
    desk.client.sign_in(desk.people["ann"])
    card = text_of(desk.client.get(desk.url))
    assert "Transcribed by Rita Rand: the file" in card
    assert "Rita Rand, who is not on this panel, types in your card from paper" in card
    assert desk.client.get(f"/papers/{first_paper(desk).id}/file").data == SCAN
    desk.client.sign_in(desk.people["bob"])
    own = text_of(desk.client.get(f"/scorecards/{desk.bobs_card}"))
    assert "Rita Rand, who is not on this panel, types in a card of this panel from paper" in own
    hidden = text_of(desk.client.get(f"/interviews/{desk.interview}/panel"))
    assert "Rita Rand, who is not on this panel, types in a card of this panel from paper" in hidden
    assert "On paper." not in own + hidden
    desk.client.sign_in(desk.people["rita"])
    assert "typed in by Rita Rand" in text_of(desk.client.get("/candidates/1"))


def test_what_the_owner_wrote_on_the_screen_is_neither_shown_nor_touched(desk, rita):
    note_on_card(desk, "A secret of the screen.")
    listed = desk.client.get(rita)
    assert "Ann Lee has answered it on the screen" in main_of(listed)
    address = f"{rita}/items/{desk.items[0]}"
    page = desk.client.get(address)
    assert "Ann Lee has answered this question on the screen." in main_of(page)
    for seen in ("0", "1"):
        data = {"seen": seen, "level": "1", "note": "My words."}
        refused = desk.client.post(address, data=data)
        assert refused.status_code == 409
        assert "My words." in main_of(refused), "to be passed on"
        assert "A secret" not in page.text + listed.text + refused.text
    assert rating(desk).note == "A secret of the screen."


def test_a_race_between_the_owner_and_a_recruiter_is_won_by_the_owner(desk, rita):
    assert typed(desk, rita, level="4", note="On paper.").status_code == 303
    address = f"{rita}/items/{desk.items[0]}"
    data = form_to(desk.client.get(address), address)
    assert data["note"] == "On paper.", "one's own typing may be mended"
    desk.client.sign_in(desk.people["ann"])
    card = form_to(desk.client.get(desk.url), f"{desk.url}/items/{desk.items[0]}")
    card["note"] = "A secret of the screen."
    assert desk.client.post(f"{desk.url}/items/{desk.items[0]}", data=card).status_code == 303
    desk.client.sign_in(desk.people["rita"])
    refused = desk.client.post(address, data={**data, "note": "Mended."})
    assert refused.status_code == 409
    assert "A secret" not in refused.text
    assert rating(desk).note == "A secret of the screen."


def test_one_recruiter_does_not_see_what_another_types(desk, rita):
    assert typed(desk, rita, level="4", note="On paper.").status_code == 303
    with desk.rows() as session:
        other = factories.person(session, Role.RECRUITER, name="Ron Two")
        session.commit()
    desk.client.sign_in(other)
    assert desk.client.get(rita).status_code == 404
    assert desk.client.get(f"/papers/{first_paper(desk).id}/file").status_code == 404
    assert "What came back" not in desk.client.get(f"{desk.url}/paper").text
    own = desk.attach(SCAN).location
    assert "Ann Lee has answered it on the screen" in main_of(desk.client.get(own))
    assert "On paper." not in desk.client.get(f"{own}/items/{desk.items[0]}").text


def test_ten_scans_are_kept_and_no_more(desk):
    for _ in range(MOST_KEPT):
        assert desk.attach(SCAN).status_code == 303
    answer = desk.attach(SCAN)
    assert answer.status_code == 422
    assert "10 such files are kept with this scorecard already" in text_of(answer)
    with desk.rows() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Paper)) == MOST_KEPT


def test_who_has_typed_in_a_card_cannot_join_the_panel(desk, rita):
    with desk.rows() as session:
        session.get_one(Person, desk.people["rita"].id).roles |= {Role.INTERVIEWER}
        guide = session.get_one(Interview, desk.interview).guide_id
        session.commit()
    place = {"guide": guide, "starts": "2026-11-02T09:00", "zone": "UTC", "place": "Room 2"}
    panel = [desk.people[name].id for name in ("ann", "bob", "rex", "rita")]
    refused = desk.client.post(f"/interviews/{desk.interview}", data={**place, "panel": panel})
    assert refused.status_code == 409
    assert "has typed in a card of it from paper" in text_of(refused)
    kept = desk.client.post(f"/interviews/{desk.interview}", data={**place, "panel": panel[1:3]})
    assert kept.status_code == 409
    assert "saved an answer or sent in a form, so their seat stays as it is" in text_of(kept)


# --- nobody else ---


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("cy", 404), ("rex", 409), ("hr", 403)])
def test_nobody_at_the_interview_and_nobody_without_the_role_types_for_another(desk, who, status):
    desk.client.sign_in(desk.people[who])
    assert desk.attach(SCAN).status_code == status
    assert first_paper(desk) is None
    if who == "rex":
        page = main_of(desk.client.get(f"{desk.url}/paper"))
        assert "You are at this interview yourself, so what Ann Lee wrote is closed to you." in page
        assert "Form to write on" in page, "a blank form tells nothing"


def test_a_recruiter_who_observes_does_not_type(desk):
    with desk.rows() as session:
        session.add(Observer(interview_id=desk.interview, person_id=desk.people["rita"].id))
        session.commit()
    desk.client.sign_in(desk.people["rita"])
    assert desk.attach(SCAN).status_code == 409
    assert first_paper(desk) is None


def test_never_into_a_card_that_is_submitted(desk, rita):
    address = f"{rita}/items/{desk.items[0]}"
    data = form_to(desk.client.get(address), address)
    del data["csrf_token"]  # the client sends one of whoever is signed in
    with desk.rows() as session:
        session.get_one(Scorecard, desk.card).submitted_at = factories.NOW
        session.commit()
    answers = [
        desk.attach(SCAN),
        desk.client.get(rita),
        desk.client.get(address),
        desk.client.post(address, data={**data, "level": "4"}),
    ]
    for answer in answers:
        assert answer.status_code == 409
        assert "has been submitted and is locked" in text_of(answer)
    assert rating(desk) is None
    desk.client.sign_in(desk.people["ann"])
    assert desk.client.get(rita).status_code == 200, "its owner may still look"
    assert desk.client.post(address, data={**data, "level": "4"}).status_code == 409


TYPED = {
    "seen": "0",
    "level": "5",
    "note": "A <b> note. " * 200,
    "situation": "A queue.",
    "action": "Rang the depot.",
    "result": "It came.",
    "free_follow_up": "And then?",
    "free_reason": "It broke off.",
    "happened": "2",
    "happened_note": "The alarm.",
    "look_for": "0",
}


LOCKED = {
    "submitted": "has been submitted and is locked",
    "closed": "has closed this panel",
    "joined": "You are at this interview yourself",
}


@pytest.mark.parametrize(
    ("who", "meanwhile"),
    [(who, how) for who in ("ann", "rita") for how in LOCKED if (who, how) != ("ann", "joined")],
)
def test_what_was_typed_in_is_shown_when_it_comes_too_late(desk, rita, who, meanwhile):
    desk.client.sign_in(desk.people[who])
    url = rita if who == "rita" else desk.attach(SCAN).location
    with desk.rows() as session:
        card = session.get_one(Scorecard, desk.card)
        if meanwhile == "submitted":
            card.submitted_at = factories.NOW
        elif meanwhile == "closed":
            session.get_one(Interview, desk.interview).closed_at = factories.NOW
        else:
            session.add(Observer(interview_id=desk.interview, person_id=desk.people["rita"].id))
        session.commit()
    answer = desk.client.post(f"{url}/items/{desk.items[0]}", data=TYPED)
    assert answer.status_code == 409
    shown = main_of(answer)
    assert LOCKED[meanwhile] in shown
    assert "A &lt;b&gt; note. " * 200 in answer.text
    for words in ("Rating 5", "A queue.", "Rang the depot.", "It came.", "And then?"):
        assert words in shown
    for words in ("It broke off.", "Interrupted", "The alarm.", "Look-fors"):
        assert words in shown
    assert rating(desk) is None


def test_papers_and_items_of_others_are_not_there(desk, rita):
    for address in (
        f"/scorecards/{desk.bobs_card}/papers/{rita.rpartition('/')[2]}",
        f"{desk.url}/papers/99",
        f"{rita}/items/99",
        "/papers/99/file",
    ):
        assert desk.client.get(address).status_code == 404
