"""A filled form comes back: what was read is shown, and only what is confirmed is saved."""

import hashlib
import re

import pytest
import sqlalchemy as sa

from hiring.interviews.models import Scorecard
from hiring.interviews.papers import Paper, PaperKind
from hiring.scorecards.models import PaperEntry, Rating, SavedAnswer
from hiring.scorecards.rules import Answer
from tests import factories
from tests.pages import form_to, forms_to, main_of, text_of
from tests.paper import filling

pytestmark = pytest.mark.pdf

FULL = Answer(
    level=5,
    note="“First,” she said, “let me hear it.”\nThen she was quiet.",
    follow_ups=0b101,
    look_fors=0b11,
    warnings=0b1,
    situation="A queue of nine.",
    action="Asked what hurt.",
    result="They came back.",
    free_follow_up="And then?",
    free_reason="The end was missing.",
    happened=0b1010,
    happened_note="The fire alarm rang.",
)
UNSEEN = Answer(not_observed=True, reason="Time ran out.")


def ratings(desk):
    with desk.rows() as session:
        rows = session.scalars(sa.select(Rating).where(Rating.scorecard_id == desk.card)).all()
        return {row.item_id: row for row in rows}


def papers(desk):
    with desk.rows() as session:
        return session.scalars(sa.select(Paper).order_by(Paper.id)).all()


def entries(desk):
    with desk.rows() as session:
        found = session.scalars(sa.select(PaperEntry)).all()
        return {(e.item_id, e.version, e.by_id) for e in found}


def says(row, answer):
    return all(getattr(row, name) == getattr(answer, name) for name in Answer.__slots__)


def confirm(desk, page, **choices):
    """Press the button below what was read, after choosing."""
    url = f"{desk.url}/papers/{papers(desk)[-1].id}/confirm"
    data = form_to(page, url)
    data.update(
        re.findall(r'form="confirm" type="hidden" name="(seen-\d+)" value="(\d+)"', page.text)
    )
    data.update({name.replace("_", "-"): value for name, value in choices.items()})
    return desk.client.post(url, data=data)


@pytest.mark.parametrize("fill", [filling.by_pikepdf, filling.by_pypdf])
def test_what_was_read_is_shown_first_and_saved_when_confirmed(desk, fill):
    content = desk.form({1: FULL, 2: UNSEEN}, fill)
    page = desk.client.get(desk.upload(content).location)
    assert ratings(desk) == {}
    text = main_of(page)
    for said in (
        "Nothing is saved yet. 2 questions can be put on your scorecard.",
        "Then she was quiet.",
        "A queue of nine.",
        "The fire alarm rang.",
        "Reworded Accommodation given",
        "not observed : Time ran out.",
        hashlib.sha256(content).hexdigest(),
        "Ann Lee",
    ):
        assert said in text
    answer = confirm(desk, page)
    assert answer.location == desk.url
    saved = ratings(desk)
    assert says(saved[desk.items[0]], FULL)
    assert says(saved[desk.items[1]], UNSEEN)
    me = desk.people["ann"].id
    assert entries(desk) == {(desk.items[0], 1, me), (desk.items[1], 1, me)}
    (paper,) = papers(desk)
    assert (paper.kind, paper.by_id) == (PaperKind.FILLED, me)
    assert paper.sha256 == hashlib.sha256(content).hexdigest()
    assert paper.confirmed_at
    assert desk.client.get(f"/papers/{paper.id}/file").data == content
    card = text_of(desk.client.get(desk.url))
    assert card.count("From a filled form: the file") == 2


def test_only_what_is_filled_in_is_saved(desk):
    page = desk.client.get(desk.upload(desk.form({2: UNSEEN})).location)
    assert "1 question can be put on your scorecard. 1 question is empty." in main_of(page)
    confirm(desk, page)
    assert list(ratings(desk)) == [desk.items[1]]


def test_an_empty_form_and_one_that_is_there_already_change_nothing(desk):
    page = desk.client.get(desk.upload(desk.form({})).location)
    assert "There is nothing in this form that is not on your scorecard already." in main_of(page)
    assert "Put" not in "".join(re.findall(r"<button.*?</button>", page.text))
    confirm(desk, desk.client.get(desk.upload(desk.form({1: FULL})).location))
    page = desk.client.get(desk.upload(desk.form({1: FULL})).location)
    assert "The same is on your scorecard." in main_of(page)
    confirm(desk, page)
    assert ratings(desk)[desk.items[0]].version == 1


def test_what_is_thrown_away_leaves_nothing_and_a_new_upload_replaces_one_that_waits(desk):
    for _ in range(2):
        url = desk.upload(desk.form({1: FULL})).location
    (paper,) = papers(desk)
    assert desk.client.post(f"{url}/discard").location == f"{desk.url}/paper"
    assert papers(desk) == []
    assert ratings(desk) == {}
    assert desk.client.get(f"/papers/{paper.id}/file").status_code == 404


def test_what_was_confirmed_is_neither_thrown_away_nor_taken_twice(desk):
    url = desk.upload(desk.form({1: FULL})).location
    page = desk.client.get(url)
    for _ in range(2):
        assert confirm(desk, page).location == desk.url
    assert ratings(desk)[desk.items[0]].version == 1
    assert desk.client.post(f"{url}/discard").status_code == 409
    assert "Taken over" in main_of(desk.client.get(url))
    assert len(papers(desk)) == 1


# --- the card has changed ---


@pytest.fixture
def both(desk):
    """Question 1 is answered on the card as well."""
    with desk.rows() as session:
        card = session.get_one(Scorecard, desk.card)
        factories.rate(session, card, desk.items[0], 3, "She asked twice.")
        session.commit()
    page = desk.client.get(desk.upload(desk.form({1: FULL, 2: UNSEEN})).location)
    return desk, page


def test_both_answers_are_shown_and_nothing_is_chosen_beforehand(both):
    desk, page = both
    text = main_of(page)
    assert "1 of them is answered there too: choose below which answer stands." in text
    assert "She asked twice." in text
    assert "Then she was quiet." in text
    assert "checked" not in page.text
    refused = confirm(desk, page)
    assert refused.status_code == 422
    assert "Question 1 is answered on the scorecard too. Choose which" in text_of(refused)
    assert len(ratings(desk)) == 1, "nothing is half-saved"


@pytest.mark.parametrize(
    ("take", "level", "note", "version"),
    [
        ("form", 5, FULL.note, 2),
        ("card", 3, "She asked twice.", 1),
        ("both", 5, f"She asked twice.\n\n{FULL.note}", 2),
        ("both-card", 3, f"{FULL.note}\n\nShe asked twice.", 2),
    ],
)
def test_the_answer_that_was_chosen_stands(both, take, level, note, version):
    desk, page = both
    answer = confirm(desk, page, **{f"take_{desk.items[0]}": take})
    assert answer.status_code == 303
    row = ratings(desk)[desk.items[0]]
    assert (row.level, row.note, row.version) == (level, note, version)
    assert ratings(desk)[desk.items[1]].not_observed
    with desk.rows() as session:
        notes = session.scalars(sa.select(SavedAnswer.note)).all()
    assert "She asked twice." in notes, "neither is ever lost"


def test_what_changes_while_somebody_looks_is_not_overwritten(both):
    desk, page = both
    with desk.rows() as session:
        row = session.get_one(Rating, (desk.card, desk.items[0]))
        row.note, row.version = "She asked three times.", 2
        session.commit()
    refused = confirm(desk, page, **{f"take_{desk.items[0]}": "form"})
    assert refused.status_code == 409
    assert "Question 1 was changed on the scorecard after you opened this page" in text_of(refused)
    assert "She asked three times." in text_of(refused)
    assert ratings(desk)[desk.items[0]].note == "She asked three times."
    assert desk.items[1] not in ratings(desk)
    assert confirm(desk, refused, **{f"take_{desk.items[0]}": "form"}).status_code == 303
    assert ratings(desk)[desk.items[0]].note == FULL.note


def test_an_answer_that_appears_meanwhile_is_not_overwritten_either(desk):
    page = desk.client.get(desk.upload(desk.form({1: FULL})).location)
    with desk.rows() as session:
        card = session.get_one(Scorecard, desk.card)
        factories.rate(session, card, desk.items[0], 2, "On the screen.")
        session.commit()
    assert confirm(desk, page).status_code == 409
    assert ratings(desk)[desk.items[0]].note == "On the screen."


def test_two_notes_that_are_too_long_together_are_not_offered_to_be_joined(desk):
    with desk.rows() as session:
        card = session.get_one(Scorecard, desk.card)
        factories.rate(session, card, desk.items[0], 3, "a" * 3_000)
        session.commit()
    content = desk.form({1: Answer(level=4, note="b" * 3_000)})
    page = desk.client.get(desk.upload(content).location)
    assert "Join" not in main_of(page)
    refused = confirm(desk, page, **{f"take_{desk.items[0]}": "both"})
    assert refused.status_code == 422


def test_an_answer_that_was_taken_and_then_changed_says_so(desk):
    confirm(desk, desk.client.get(desk.upload(desk.form({1: FULL})).location))
    data = form_to(desk.client.get(desk.url), f"{desk.url}/items/{desk.items[0]}")
    data["note"] = "Looked over."
    assert desk.client.post(f"{desk.url}/items/{desk.items[0]}", data=data).status_code == 303
    card = text_of(desk.client.get(desk.url))
    assert "From a filled form, and changed since: the file" in card


# --- what could not be read ---


def test_what_cannot_be_read_is_said_and_the_rest_is_taken(desk):
    values = filling.values(
        1,
        {
            "level": "4",
            "note": "x" * 4_001,
            "reason": "Late",
            "situation": "Fine",
            "look_for": ["0"],
        },
    )
    content = filling.with_values(filling.blank(desk.sheet), values)
    page = desk.client.get(desk.upload(content).location)
    text = main_of(page)
    assert "1 question could not be read in full." in text
    assert "A note holds at most 4,000 characters. Here are 4,001, so it is not taken" in text
    assert "x" * 4_001 in text, "to be copied from here"
    assert "A reason is written, but “not observed” is not marked." in text
    confirm(desk, page)
    row = ratings(desk)[desk.items[0]]
    assert says(row, Answer(level=4, situation="Fine", look_fors=1))


def test_hostile_text_is_text(desk):
    note = "<script>alert(1)</script> {{ 7 * 7 }} ' OR 1=1 --"
    page = desk.client.get(desk.upload(desk.form({1: Answer(level=3, note=note)})).location)
    assert note in main_of(page)
    assert "<script>alert" not in page.text
    confirm(desk, page)
    assert ratings(desk)[desk.items[0]].note == note


# --- who may, and when ---


def test_a_card_that_is_locked_takes_nothing(desk):
    content = desk.form({1: FULL})
    url = desk.upload(content).location
    page = desk.client.get(url)
    with desk.rows() as session:
        session.get_one(Scorecard, desk.card).submitted_at = factories.NOW
        session.commit()
    for refused in (desk.upload(content), confirm(desk, page)):
        assert refused.status_code == 409
        assert "has been submitted and is locked" in text_of(refused)
    assert ratings(desk) == {}
    assert "nothing more can be brought to it" in main_of(desk.client.get(f"{desk.url}/paper"))


@pytest.mark.parametrize(
    ("who", "status"), [("bob", 404), ("cy", 404), ("rex", 404), ("rita", 403), ("hr", 403)]
)
def test_nobody_else_uploads_reads_or_confirms(desk, who, status):
    content = desk.form({1: FULL})
    url = desk.upload(content).location
    (paper,) = papers(desk)
    desk.client.sign_in(desk.people[who])
    assert desk.upload(content).status_code == status
    for end in ("confirm", "discard"):
        assert desk.client.post(f"{url}/{end}").status_code == status
    assert desk.client.get(url).status_code == (403 if who == "hr" else 404)
    assert desk.client.get(f"/papers/{paper.id}/file").status_code == 404
    assert len(papers(desk)) == 1
    assert ratings(desk) == {}


def test_the_file_opens_with_the_card_to_those_who_may_read_all_of_it(desk):
    confirm(desk, desk.client.get(desk.upload(desk.form({1: FULL})).location))
    (paper,) = papers(desk)
    opens = {}
    for is_open in (False, True):
        if is_open:
            with desk.rows() as session:
                for card in session.scalars(sa.select(Scorecard)):
                    card.submitted_at = factories.NOW
                session.commit()
        for who in ("bob", "cy", "rita", "rex", "hr"):
            desk.client.sign_in(desk.people[who])
            opens[who, is_open] = desk.client.get(f"/papers/{paper.id}/file").status_code == 200
    # It tells what happened at the interview, which only its writer and recruiters may read.
    assert {name for name, is_there in opens.items() if is_there} == {("rita", True), ("rex", True)}
    desk.client.sign_in(desk.people["bob"])
    panel = text_of(desk.client.get(f"/interviews/{desk.interview}/panel"))
    assert "From a filled form" in panel
    assert "From a filled form: the file" not in panel


def test_the_page_for_paper_says_what_there_is(desk):
    page = desk.client.get(f"{desk.url}/paper")
    kinds = [data["kind"] for data in forms_to(page, f"{desk.url}/form")]
    assert kinds == ["fillable form", "form"]
    assert f'href="{desk.url}/paper"' in desk.client.get(desk.url).text
    desk.upload(desk.form({1: FULL}))
    assert "Waits for you to confirm it" in main_of(desk.client.get(f"{desk.url}/paper"))
    assert desk.client.post(f"{desk.url}/paper/filled").status_code == 422
