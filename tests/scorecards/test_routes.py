"""The scorecard as an interviewer uses it, with and without script, and the panel's page after."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from markupsafe import escape
from sqlalchemy.orm import joinedload

from hiring.guides.models import Guide
from hiring.interviews.models import Interview, Scorecard
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.scorecards import saving
from hiring.scorecards.models import Rating, SavedAnswer
from hiring.summaries.queries import summaries
from tests import factories
from tests.client import queries_at_most
from tests.library import sample
from tests.pages import form_to, forms_to, main_of, text_of, words

JSON = {"Accept": "application/json"}
WITH_ITEMS = joinedload(Scorecard.interview).joinedload(Interview.guide).selectinload(Guide.items)


@pytest.fixture
def here(rows, client):
    """An interview of Dee Fox by Ann, who is signed in, and Bob; nobody has answered anything."""
    with rows() as session:
        recruiter = factories.person(session, Role.RECRUITER, name="Rita Recruiter")
        ann, bob = (factories.person(session, name=name) for name in ("Ann Lee", "Bob Roy"))
        guide = factories.guide(session, recruiter)
        dee = factories.candidate(session, guide.opening, name="Dee Fox")
        interview = factories.interview(session, guide, [ann, bob], dee)
        session.commit()
    client.sign_in(ann)
    mine, others = interview.cards
    return SimpleNamespace(
        recruiter=recruiter,
        ann=ann,
        bob=bob,
        guide=guide,
        items=guide.items,
        item=guide.items[0],
        dee=dee,
        interview=interview.id,
        card=mine.id,
        others=others.id,
        url=f"/scorecards/{mine.id}",
        save=f"/scorecards/{mine.id}/items/{guide.items[0].id}",
        panel=f"/interviews/{interview.id}/panel",
    )


def fill(rows, *cards, submit=True, **levels):
    with rows() as session:
        for card in cards:
            found = session.get(Scorecard, card, options=[WITH_ITEMS])
            factories.fill(session, found, submit=submit, **levels)
        session.commit()


def saved(read):
    return [(row.version, row.level, row.note) for row in read(sa.select(Rating))]


# --- the form ---


def test_the_card_has_everything_that_is_needed_in_the_room(here, client):
    page = client.get(here.url)
    shown = text_of(page)
    assert "Dee Fox" in shown
    assert "Welcome." in shown
    assert "Thank you." in shown
    assert f"0 of {len(here.items)} complete" in shown
    places = [page.text.index(f'id="item-{item.id}"') for item in here.items]
    assert places == sorted(places)
    for item in here.items:
        assert item.title in shown
        for texts in (item.follow_ups, item.look_fors, item.warnings, *item.anchors.values()):
            assert all(" ".join(text.split()) in shown for text in texts)
        data = form_to(page, f"{here.url}/items/{item.id}")
        assert data["seen"] == "0"
        assert "level" not in data
    assert page.text.count('type="radio"') == 6 * len(here.items)


def test_what_is_only_watched_for_is_not_shown_as_something_to_read_aloud(here, client, rows):
    shelf = sample.library()
    with rows() as session:
        ann = session.get_one(Person, here.ann.id)
        guide = factories.guide(session, ann, ["T14"], published=False)
        guide.add(shelf.questions["P906"], shelf)
        guide.publish(ann.id, factories.NOW)
        made = factories.interview(session, guide, [ann])
        session.commit()
    pages = [client.get(f"/scorecards/{made.cards[0].id}").text]
    fill(rows, made.cards[0].id)
    pages.append(client.get(f"/interviews/{made.id}/panel").text)
    for page in pages:
        assert page.count("Not read aloud: watch for it</p><p>Remarks, at any time") == 1
        assert '<p class="read-aloud">Remarks' not in page


def test_the_card_takes_the_same_number_of_statements_whatever_it_holds(here, client, rows):
    with rows() as session:
        guide = factories.guide(
            session, session.merge(here.recruiter), ("T01", "T02", "T03", "T08", "T10", "CIV")
        )
        ann = session.merge(here.ann)
        long = factories.interview(session, guide, [ann, *factories_people(session, 5)])
        factories.fill(session, long.cards[0], submit=False)
        session.commit()
    for card in (here.card, long.cards[0].id):
        with queries_at_most(10) as sent:
            client.get(f"/scorecards/{card}")
        # Person, card, items, traits, cards, papers, observers, overrides, reopenings, my answers.
        assert len(sent) == 10


def factories_people(session, number):
    return [factories.person(session) for _ in range(number)]


# --- how to listen for a trait ---


def test_each_question_leads_to_how_to_listen_for_its_trait(here, client, rows):
    pages = [client.get(here.url)]
    fill(rows, here.card)
    pages.append(client.get(here.url))
    for page in pages:
        for item in here.items:
            link = f'href="{here.url}/briefing/{item.trait_key}"'
            assert page.text.count(link) == sum(i.trait_key == item.trait_key for i in here.items)


def test_a_briefing_tells_how_to_listen_and_nothing_for_trainers_or_managers(here, client):
    briefing = factories.library().briefings["T03"]
    page = client.get(f"{here.url}/briefing/T03")
    assert page.status_code == 200
    for texts in (briefing.how_to_listen, briefing.traps, briefing.never_score):
        assert all(words(str(escape(text))) in main_of(page) for text in texts)
    for text in (*briefing.when_strong, *briefing.when_growing, "Calibration", "reference level"):
        assert text not in main_of(page)
    assert "/library" not in page.text.split("<main", 1)[1], "a guest may not go there"


@pytest.mark.parametrize("key", ["T05", "T99", "P01", "nothing"])
def test_only_the_traits_of_the_cards_guide_have_a_briefing_there(here, client, key):
    assert client.get(f"{here.url}/briefing/{key}").status_code == 404


def test_a_briefing_stands_at_ones_own_card_only(here, client):
    assert client.get(f"/scorecards/{here.others}/briefing/T03").status_code == 404
    client.sign_in(None)
    assert client.get(f"{here.url}/briefing/T03").status_code == 303


# --- saving ---


def test_save_as_the_pages_script_does(here, client, read):
    data = {"seen": 0, "level": "4", "note": "Asked twice.", "look_for": [0, 2], "follow_up": 1}
    answer = client.post(here.save, data=data, headers=JSON)
    assert answer.status_code == 200
    assert answer.json["version"] == 1
    said = dt.datetime.fromisoformat(answer.json["saved_at"])
    assert abs(dt.datetime.now(dt.UTC) - said) < dt.timedelta(minutes=1)
    (rating,) = read(sa.select(Rating))
    assert (rating.level, rating.note, rating.version) == (4, "Asked twice.", 1)
    assert (rating.look_fors, rating.follow_ups, rating.warnings) == (0b101, 0b10, 0)
    assert client.post(here.save, data={**data, "seen": 1}, headers=JSON).json["version"] == 2


def test_save_as_a_plain_form_and_find_it_all_again(here, client, read):
    data = form_to(client.get(here.url), here.save)
    data["note"] = "\r\n“Why?” <b>\r\n\r\n=1+1"
    data["level"] = "2"
    data.setlist("warning", ["0"])
    answer = client.post(here.save, data=data)
    assert answer.status_code == 303
    assert answer.location == f"{here.url}#item-{here.item.id}"
    (rating,) = read(sa.select(Rating))
    assert (rating.level, rating.note, rating.warnings) == (2, "\n“Why?” <b>\n\n=1+1", 1)
    page = client.get(here.url)
    again = form_to(page, here.save)
    assert again.pop("seen") == "1"
    assert data.pop("seen") == "0"
    assert again.pop("csrf_token")
    assert data.pop("csrf_token")
    assert again == data
    assert f"1 of {len(here.items)} complete" in text_of(page)
    assert "Saved at" in text_of(page)


def test_a_note_can_be_saved_before_the_level_and_everything_taken_back(here, client, read):
    client.post(here.save, data={"seen": 0, "note": "Began with"}, headers=JSON)
    assert saved(read) == [(1, None, "Began with")]
    client.post(here.save, data={"seen": 1, "level": "", "note": ""}, headers=JSON)
    assert saved(read) == [(2, None, "")]


def test_not_observed_keeps_its_reason_and_a_level_has_none(here, client, read):
    data = {"level": "not_observed", "reason": " No time. ", "note": "x"}
    client.post(here.save, data={"seen": 0, **data}, headers=JSON)
    (rating,) = read(sa.select(Rating))
    assert (rating.level, rating.not_observed, rating.reason) == (None, True, "No time.")
    client.post(here.save, data={"seen": 1, **data, "level": "3"}, headers=JSON)
    (rating,) = read(sa.select(Rating))
    assert (rating.level, rating.not_observed, rating.reason) == (3, False, "")


def test_a_note_may_have_4000_characters_and_a_line_end_is_one(here, client, read):
    note = "a\r\n" * 2_000
    answer = client.post(here.save, data={"seen": 0, "note": note}, headers=JSON)
    assert answer.status_code == 200
    (rating,) = read(sa.select(Rating))
    assert rating.note == "a\n" * 2_000


def test_a_character_that_no_database_takes_does_not_lose_the_note(here, client, read):
    answer = client.post(here.save, data={"seen": 0, "note": "be\0fore"}, headers=JSON)
    assert answer.status_code == 200
    assert saved(read) == [(1, None, "before")]


WHOLE = {
    "note": "",
    "situation": "At the counter,\r\nat noon.",
    "action": "Rang the depot.",
    "result": "It came the same day.",
    "free_follow_up": "What did you say then?",
    "free_reason": "The answer broke off.",
    "happened": ["1", "2"],
    "happened_note": "The alarm went off.",
    "seconds": "412",
}


def test_an_example_and_what_happened_are_kept_with_the_answer(here, client, read):
    data = {"seen": 0, "level": "5", **WHOLE}
    assert client.post(here.save, data=data).status_code == 303
    (rating,) = read(sa.select(Rating))
    assert (rating.situation, rating.action) == ("At the counter,\nat noon.", "Rang the depot.")
    assert (rating.happened, rating.happened_note) == (0b110, "The alarm went off.")
    assert (rating.free_follow_up, rating.seconds) == ("What did you say then?", 412)
    page = client.get(here.url)
    again = form_to(page, here.save)
    for name, value in WHOLE.items():
        assert (again.getlist(name) if name == "happened" else again[name]) == value
    # Words in its parts are evidence enough for a 5, and make a complete example.
    assert f"1 of {len(here.items)} complete" in text_of(page)
    name = next(trait.name for trait in here.guide.traits if trait.key == here.item.trait_key)
    assert f"Complete examples for {name}: 1 of 2" in text_of(page)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("86400", 86_400),
        ("86401", 86_400),
        ("9" * 30, 86_400),
        ("9" * 5_000, 86_400),
        ("00000000000412", 412),
        ("-1", 0),
        ("1.5", 0),
        ("NaN", 0),
        ("²", 0),
        ("", 0),
    ],
)
def test_no_time_that_a_page_tells_keeps_words_from_being_saved(here, client, read, sent, kept):
    data = {"seen": 0, "level": "4", "note": "After a night.", "seconds": sent}
    assert client.post(here.save, data=data, headers=JSON).status_code == 200
    (rating,) = read(sa.select(Rating))
    assert (rating.note, rating.seconds) == ("After a night.", kept)


def test_two_versions_without_script_show_all_that_differs(here, client, read):
    client.post(here.save, data={"seen": 0, **WHOLE}, headers=JSON)
    mine = {"seen": 0, "level": "1", "situation": "On the phone.", "happened": "3"}
    page = client.post(here.save, data=mine)
    assert page.status_code == 409
    shown = text_of(page)
    for words_ in ("Accommodation given", "Reworded, Interrupted", "On the phone.", "6:52 of"):
        assert words_ in shown
    _, joined = forms_to(page, here.save)
    assert client.post(here.save, data=joined).status_code == 303
    (rating,) = read(sa.select(Rating))
    assert rating.situation == "At the counter,\nat noon.\n\nOn the phone."
    assert (rating.happened, rating.seconds, rating.level) == (0b1110, 412, 1)


WRONG = [
    ({"situation": "x" * 2_001}, "Situation holds at most 2,000 characters."),
    ({"happened": "4"}, "A tick does not belong to this item."),
    ({"result": "x" * 2_001}, "What came of it holds at most 2,000 characters."),
    ({"free_reason": "x" * 501}, "Use at most 500 characters for why you asked it."),
    ({"happened_note": "x" * 501}, "Use at most 500 characters for what happened."),
    ({"level": "9"}, "Choose a level from 1 to 5, or not observed."),
    ({"level": "0"}, "Choose a level from 1 to 5, or not observed."),
    ({"level": "3.5"}, "Choose a level from 1 to 5, or not observed."),
    ({"note": "x" * 4_001}, "A note holds at most 4,000 characters."),
    ({"level": "not_observed", "reason": "x" * 501}, "Use at most 500 characters for the reason."),
    ({"look_for": "16"}, "A tick does not belong to this item."),
    ({"warning": "-1"}, "A tick does not belong to this item."),
    ({"follow_up": "first"}, "A tick does not belong to this item."),
    ({"seen": "-1"}, "Something that belongs to the form did not come with it."),
    ({"seen": "9" * 30}, "Something that belongs to the form did not come with it."),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_what_cannot_be_an_answer_is_said_and_kept_in_the_form(here, client, read, wrong, sentence):
    data = {"seen": "0", "level": "4", "note": "Kept as typed <b>", "look_for": "1", **wrong}
    answer = client.post(here.save, data=data, headers=JSON)
    assert answer.status_code == 422
    assert any(sentence in error for error in answer.json["errors"])
    answer = client.post(here.save, data=data)
    assert answer.status_code == 422
    assert f"Not saved. {sentence}" in text_of(answer)
    kept = form_to(answer, here.save)
    assert kept["note"] == data["note"]
    for name in ("level", "look_for", "reason"):
        if name in data and (name not in wrong or name == "reason"):
            assert kept[name] == data[name]
    assert read(sa.select(Rating)) == read(sa.select(SavedAnswer)) == []


def test_a_tick_beyond_the_items_own_list_is_refused(here, client, read):
    length = len(here.item.look_fors)
    data = {"seen": 0, "level": "4", "look_for": [0, length]}
    answer = client.post(here.save, data=data, headers=JSON)
    assert answer.status_code == 409
    assert answer.json["refused"] is True
    assert "does not belong to this item" in answer.json["errors"][0]
    assert read(sa.select(Rating)) == []


@pytest.mark.parametrize("seen", [{}, {"seen": "one"}])
def test_a_form_that_does_not_say_what_it_has_seen_is_refused(here, client, read, seen):
    answer = client.post(here.save, data={"level": "4", **seen}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["errors"]
    assert read(sa.select(Rating)) == []


# --- a stale tab ---


@pytest.fixture
def stale(here, client):
    """The plain form of a tab that was opened before another one saved."""
    data = form_to(client.get(here.url), here.save)
    other = {
        "seen": 0,
        "level": "2",
        "note": "From the other window.",
        "look_for": [0],
        "warning": [1],
    }
    assert client.post(here.save, data=other, headers=JSON).status_code == 200
    data["note"], data["level"] = "From this window.\r\nTwo lines.", "4"
    data.setlist("look_for", ["1"])
    return data


def test_a_stale_save_of_the_script_hears_the_version_that_stands(here, client, stale, read):
    answer = client.post(here.save, data=stale, headers=JSON)
    assert answer.status_code == 409
    assert answer.json["stale"] is True
    assert answer.json["version"] == 1
    assert dt.datetime.fromisoformat(answer.json["saved_at"]).tzinfo
    assert answer.json["joined"]["note"].startswith("From the other window.\n\nFrom this window.")
    shown = words(answer.json["html"])
    assert "From this window. Two lines." in shown
    assert "From the other window." in shown
    held = {name: value for name, value in answer.json["fields"].items() if value}
    assert held == {
        "level": ["2"],
        "note": "From the other window.",
        "look_for": ["0"],
        "warning": ["1"],
        "seconds": "0",
    }
    assert saved(read) == [(1, 2, "From the other window.")]


def test_a_stale_form_is_answered_with_both_texts(here, client, stale, read):
    answer = client.post(here.save, data=stale)
    assert answer.status_code == 409
    shown = text_of(answer)
    assert "From this window. Two lines." in shown
    assert "From the other window." in shown
    for text in (here.item.look_fors[0], here.item.look_fors[1], here.item.warnings[1]):
        assert " ".join(text.split()) in shown
    assert saved(read) == [(1, 2, "From the other window.")]


def test_of_two_texts_mine_can_be_chosen(here, client, stale, read):
    mine, _ = forms_to(client.post(here.save, data=stale), here.save)
    assert client.post(here.save, data=mine).status_code == 303
    (rating,) = read(sa.select(Rating))
    assert (rating.version, rating.level) == (2, 4)
    assert rating.note == "From this window.\nTwo lines."
    assert (rating.look_fors, rating.warnings) == (0b10, 0)
    # What was stored before is still there.
    notes = [row.note for row in read(sa.select(SavedAnswer).order_by(SavedAnswer.version))]
    assert notes == ["From the other window.", "From this window.\nTwo lines."]


def test_two_texts_can_be_joined(here, client, stale, read):
    _, joined = forms_to(client.post(here.save, data=stale), here.save)
    assert joined["level"] == "4"
    assert client.post(here.save, data=joined).status_code == 303
    (rating,) = read(sa.select(Rating))
    assert (rating.version, rating.level) == (2, 4)
    assert rating.note == "From the other window.\n\nFrom this window.\nTwo lines."
    assert (rating.look_fors, rating.warnings) == (0b11, 0b10)


def test_the_stored_text_can_be_left_and_mine_stays_in_the_history(here, client, stale, read):
    left = form_to(client.post(here.save, data=stale), f"{here.save}/aside")
    answer = client.post(f"{here.save}/aside", data=left)
    assert answer.status_code == 303
    assert answer.location == f"{here.url}#item-{here.item.id}"
    assert form_to(client.get(here.url), here.save)["note"] == "From the other window."
    assert saved(read) == [(3, 2, "From the other window.")]
    notes = [row.note for row in read(sa.select(SavedAnswer).order_by(SavedAnswer.version))]
    assert notes == [
        "From the other window.",
        "From this window.\nTwo lines.",
        "From the other window.",
    ]


def test_setting_aside_for_the_pages_script_over_a_version_that_is_no_more(
    here, client, stale, read
):
    client.post(here.save, data={"seen": 1, "note": "Third."}, headers=JSON)
    answer = client.post(f"{here.save}/aside", data={**stale, "seen": 1}, headers=JSON)
    assert answer.status_code == 409
    assert answer.json["fields"]["note"] == "Third."
    assert saved(read) == [(2, None, "Third.")]
    answer = client.post(f"{here.save}/aside", data={**stale, "seen": 2}, headers=JSON)
    assert answer.json["version"] == 4
    assert saved(read) == [(4, None, "Third.")]


def test_setting_aside_is_done_whole_or_not_at_all(here, client, stale, read, monkeypatch):
    before = saved(read), len(read(sa.select(SavedAnswer)))

    def crash(*_):
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(saving, "put_back", crash)
        answer = client.post(f"{here.save}/aside", data={**stale, "seen": 1})
    assert answer.status_code == 500
    assert (saved(read), len(read(sa.select(SavedAnswer)))) == before


def test_what_no_version_was_seen_of_is_not_set_aside(here, client, read):
    """There is nothing to put back over it, so it is not saved either."""
    data = {"seen": 0, "level": 4, "note": "From this window."}
    assert client.post(f"{here.save}/aside", data=data).status_code == 404
    assert saved(read) == read(sa.select(SavedAnswer)) == []


def test_two_notes_that_are_too_long_together_are_kept_to_be_shortened(here, client, stale, read):
    client.post(here.save, data={"seen": 1, "note": "o" * 3_000}, headers=JSON)
    stale["note"] = "t" * 3_000
    page = client.post(here.save, data=stale)
    assert "Together they are 6,002 now." in text_of(page)
    _, joined = forms_to(page, here.save)
    answer = client.post(here.save, data=joined)
    assert answer.status_code == 422
    kept = form_to(answer, here.save)
    assert kept["note"] == joined["note"]
    kept["note"] = "short"
    assert client.post(here.save, data=kept).status_code == 303
    assert saved(read) == [(3, 4, "short")]


def test_a_conflict_over_a_conflict_is_one_too(here, client, stale, read):
    mine, _ = forms_to(client.post(here.save, data=stale), here.save)
    client.post(here.save, data={"seen": 1, "note": "Third."}, headers=JSON)
    answer = client.post(here.save, data=mine)
    assert answer.status_code == 409
    assert "Third." in text_of(answer)
    assert saved(read) == [(2, None, "Third.")]


def test_the_same_words_sent_twice_are_no_conflict(here, client, stale):
    data = {"seen": 0, "level": "2", "note": "From the other window.", "look_for": 0, "warning": 1}
    assert client.post(here.save, data=data, headers=JSON).json["version"] == 1


# --- a page that stayed open ---


def test_a_page_that_stayed_open_hears_what_is_stored_and_gets_a_token(here, client, app):
    app.config["WTF_CSRF_CHECK_DEFAULT"] = True
    client.post(here.save, data={"seen": 0, "level": "3", **WHOLE}, headers=JSON)
    told = client.get(f"{here.url}/answers", headers=JSON).json
    held = told["answers"][str(here.item.id)]
    assert held["version"] == 1
    assert held["fields"]["situation"] == "At the counter,\nat noon."
    assert held["fields"]["happened"] == ["1", "2"]
    data = {"seen": 1, "csrf_token": told["token"], **held["fields"], "note": "more"}
    assert client.post(here.save, data=data, headers=JSON, token=False).json["version"] == 2


def test_what_is_told_of_an_answer_is_what_its_form_sends(here, client):
    client.post(here.save, data={"seen": 0, "level": "3", **WHOLE, "look_for": 1}, headers=JSON)
    told = client.get(f"{here.url}/answers", headers=JSON).json
    form = form_to(client.get(here.url), here.save)
    fields = told["answers"][str(here.item.id)]["fields"]
    assert set(form) - {"csrf_token", "seen"} <= set(fields)
    for name, value in fields.items():
        lines = value if isinstance(value, list) else [value.replace("\n", "\r\n")]
        assert form.getlist(name) == lines


# --- the history ---


@pytest.fixture
def history(here, client):
    """Three versions of the answer to the first item."""
    for seen, note in enumerate(("One.", "Two.", "Three.")):
        data = {"seen": seen, "level": seen + 2, "note": note, "seconds": seen}
        client.post(here.save, data=data, headers=JSON)
    return f"{here.save}/history"


def test_the_history_shows_every_version_the_newest_first(here, client, history):
    shown = main_of(client.get(history))
    assert [shown.index(note) for note in ("Three.", "Two.", "One.")] == sorted(
        shown.index(note) for note in ("One.", "Two.", "Three.")
    )
    assert shown.count("Put this version back") == 2
    assert shown.count("changed: rating, note, time") == 2
    assert f'href="{history}"' in client.get(here.url).text


def test_a_save_that_only_told_the_time_is_passed_over(here, client, history):
    data = {"seen": 3, "level": 4, "note": "Three.", "seconds": 80}
    client.post(here.save, data=data, headers=JSON)
    shown = main_of(client.get(history))
    assert shown.count("Rating:") == 3
    assert form_to(client.get(history), f"{history}/2")["seen"] == "4"


def test_a_version_is_put_back_and_what_stood_stays(here, client, history, read):
    data = form_to(client.get(history), f"{history}/1")
    answer = client.post(f"{history}/1", data=data)
    assert answer.status_code == 303
    assert answer.location == f"{here.url}#item-{here.item.id}"
    assert saved(read) == [(4, 2, "One.")]
    assert main_of(client.get(history)).count("Three.") == 1


def test_a_version_is_not_put_back_over_what_was_not_seen(here, client, history, read):
    data = form_to(client.get(history), f"{history}/1")
    client.post(here.save, data={"seen": 3, "note": "Four."}, headers=JSON)
    answer = client.post(f"{history}/1", data=data)
    assert answer.status_code == 409
    assert "nothing was put back" in main_of(answer)
    assert "Four." in main_of(answer)
    assert saved(read) == [(4, None, "Four.")]
    assert client.post(f"{history}/1", data={}).status_code == 409
    assert client.post(f"{history}/9", data={"seen": 4}).status_code == 404
    assert saved(read) == [(4, None, "Four.")]


def test_the_history_of_a_locked_card_is_read_only(here, client, history, rows):
    with rows() as session:
        session.get(Scorecard, here.card).submitted_at = factories.NOW
        session.commit()
    page = client.get(history)
    assert "One." in main_of(page)
    assert "Put this version back" not in main_of(page)
    assert client.post(f"{history}/1", data={"seen": 3}).status_code == 409


def test_a_locked_card_leads_to_its_earlier_versions(here, client, rows):
    fill(rows, here.card, here.others)
    assert f'href="{here.save}/history"' in client.get(here.url).text
    assert "/history" not in client.get(here.panel).text


def test_the_history_of_nothing_says_so(here, client):
    assert "Nothing saved yet" in main_of(client.get(f"{here.save}/history"))
    assert client.get(f"{here.url}/items/999/history").status_code == 404


# --- whose card ---


def test_another_persons_card_is_not_there(here, client, rows, read):
    fill(rows, here.others, submit=False)
    url = f"/scorecards/{here.others}"
    save = f"{url}/items/{here.item.id}"
    data = {"seen": 0, "level": "3"}
    assert client.get(url).status_code == 404
    for headers in (JSON, {}):
        assert client.post(save, data=data, headers=headers).status_code == 404
        assert client.post(f"{url}/submit", headers=headers).status_code == 404
    assert client.post(save, data={**data, "level": "9"}).status_code == 404
    assert {row.scorecard_id for row in read(sa.select(Rating))} == {here.others}
    assert not any(card.is_submitted for card in read(sa.select(Scorecard)))


def test_an_item_of_another_guide_is_not_there(here, client, rows, read):
    with rows() as session:
        other = factories.guide(session, session.merge(here.recruiter))
        session.commit()
    url = f"{here.url}/items/{other.items[0].id}"
    for level in ("3", "9"):
        assert client.post(url, data={"seen": 0, "level": level}).status_code == 404
    assert read(sa.select(Rating)) == []


def test_only_interviewers_rate(here, client, rows, read):
    with rows() as session:
        session.get(Person, here.ann.id).roles = frozenset({Role.HR, Role.RECRUITER})
        session.commit()
    for url in ("/my-interviews", here.url):
        assert client.get(url).status_code == 403
    assert client.post(here.save, data={"seen": 0, "level": 3}).status_code == 403
    assert client.post(f"{here.url}/submit").status_code == 403
    assert read(sa.select(Rating)) == []


def test_whoever_is_signed_out_is_told_so_and_nothing_is_saved(here, client, read):
    client.sign_in(None)
    answer = client.get(here.url)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")
    answer = client.post(here.save, data={"seen": 0, "note": "x"}, headers=JSON)
    assert answer.status_code == 401
    assert read(sa.select(Rating)) == []


def test_a_post_of_another_site_saves_nothing(here, client, read):
    for url in (here.save, f"{here.url}/submit"):
        answer = client.post(url, data={"seen": 0, "level": 3}, headers=JSON, token=False)
        assert answer.status_code == 400
    assert read(sa.select(Rating)) == []


# --- submitting ---


def test_submit_says_everything_that_is_missing_at_once(here, client, rows, read):
    first, second, third, *rest = here.items
    with rows() as session:
        card = session.get(Scorecard, here.card)
        factories.rate(session, card, first.id, 1, note=" ")
        factories.rate(session, card, second.id, 5, note="")
        factories.rate(session, card, third.id, None).reason = " "
        session.commit()
    answer = client.post(f"{here.url}/submit")
    assert answer.status_code == 422
    found = re.findall(r'<li data-missing="(\d+)"><a href="#item-\d+">(.*?)</a>', answer.text)
    assert found == [
        (str(first.id), "Question 1: a 1 needs a note that says what you heard"),
        (str(second.id), "Question 2: a 5 needs a note that says what you heard"),
        (str(third.id), "Question 3: write why it was not observed"),
        *(
            (str(item.id), f"Question {number}: choose a level, or not observed")
            for number, item in enumerate(rest, start=4)
        ),
    ]
    assert not any(card.is_submitted for card in read(sa.select(Scorecard)))


def test_submit_asks_why_a_follow_up_of_ones_own_was_asked(here, client, rows, read):
    fill(rows, here.card, submit=False)
    data = {"seen": 1, "level": "3", "free_follow_up": "And then?"}
    assert client.post(here.save, data=data, headers=JSON).status_code == 200
    page = client.get(here.url)
    assert f"{len(here.items) - 1} of {len(here.items)} complete" in text_of(page)
    answer = client.post(f"{here.url}/submit")
    assert answer.status_code == 422
    assert "Question 1: write why you asked a follow-up of your own" in text_of(answer)
    data = {**data, "seen": 2, "free_reason": "The answer broke off."}
    assert client.post(here.save, data=data, headers=JSON).status_code == 200
    assert client.post(f"{here.url}/submit").status_code == 303


def test_an_empty_card_lacks_every_item(here, client):
    answer = client.post(f"{here.url}/submit")
    assert answer.text.count("data-missing=") == len(here.items)


def test_submit_locks_the_card(here, client, rows, read):
    fill(rows, here.card, submit=False)
    answer = client.post(f"{here.url}/submit")
    assert answer.status_code == 303
    assert answer.location == "/my-interviews"
    shown = text_of(client.get("/my-interviews"))
    assert "Submitted and locked. Thank you." in shown
    page = client.get(here.url)
    assert "can be read, not changed" in text_of(page)
    assert "Hidden until everyone on the panel has submitted: 1 of 2 has not yet." in text_of(page)
    assert "Said what they did." in page.text
    assert "<textarea" not in page.text
    assert forms_to(page, here.save) == []
    for level in ("3", "9"):  # also when it could not be saved anyway
        data = {"seen": 1, "note": "late words", "level": level}
        answer = client.post(here.save, data=data)
        assert answer.status_code == 409
        assert "submitted and is locked" in text_of(answer)
        assert "late words" in text_of(answer).split("What you wrote")[1]
    answer = client.post(here.save, data={"seen": 1, "note": "after"}, headers=JSON)
    assert (answer.status_code, answer.json["refused"]) == (409, True)
    answer = client.post(f"{here.url}/submit")
    assert answer.status_code == 409
    assert "submitted and is locked" in text_of(answer)
    assert {row.note for row in read(sa.select(Rating))} == {"Said what they did."}


def test_the_last_to_submit_is_led_to_what_the_panel_scored(here, client, rows):
    fill(rows, here.others)
    fill(rows, here.card, submit=False)
    answer = client.post(f"{here.url}/submit")
    assert answer.location == here.panel.replace("/panel", "/debrief")
    shown = text_of(client.get(answer.location))
    assert "Everyone has, so you can read what the panel scored." in shown
    assert "Ann Lee" in shown
    assert "Bob Roy" in shown


@pytest.fixture
def closed(here, rows):
    """The same, closed with Bob's card; Ann has answered one item."""
    fill(rows, here.others)
    with rows() as session:
        factories.rate(session, session.get(Scorecard, here.card), here.item.id, note="Mine.")
        interview = session.get(Interview, here.interview)
        interview.closed_at, interview.closed_by_id = factories.NOW, here.recruiter.id
        interview.close_reason = "Ann is ill."
        session.commit()
    return here


def test_a_card_of_a_closed_panel_can_be_read_and_not_changed(closed, client, rows, read):
    page = client.get(closed.url)
    assert "The recruiter has closed this panel." in text_of(page)
    assert "Mine." in page.text
    assert "None" not in text_of(page).replace("None ticked", "")
    assert forms_to(page, closed.save) == []
    answer = client.post(closed.save, data={"seen": 1, "note": "late words"})
    assert answer.status_code == 409
    assert "closed this panel" in text_of(answer)
    assert "Note late words" in text_of(answer).partition("What you wrote")[2]
    answer = client.post(f"{closed.url}/submit")
    assert answer.status_code == 409
    assert "closed this panel" in text_of(answer)
    with rows() as session:
        mine = session.get(Scorecard, closed.card)
        assert not mine.is_submitted
    notes = read(sa.select(Rating.note).where(Rating.scorecard_id == closed.card))
    assert notes == ["Mine."]


@pytest.mark.parametrize("more", [{}, {"situation": "x" * 2_001}])
def test_a_refused_answer_is_shown_whole(closed, client, more):
    data = {"seen": 1, "level": "5", "note": "A note.", **WHOLE, **more}
    data |= {"note": "A <b> note.", "look_for": "0", "warning": "0", "follow_up": "0"}
    answer = client.post(closed.save, data=data)
    assert answer.status_code == 409
    shown = main_of(answer)
    assert "What you wrote" in shown
    assert "A &lt;b&gt; note." in answer.text
    for words_ in (
        *("Rating: 5", data["action"], data["result"], more.get("situation", "At the counter,")),
        *("What did you say then?", "The answer broke off.", "Reworded, Interrupted"),
        *("The alarm went off.", "6:52 of", closed.item.look_fors[0], closed.item.warnings[0]),
        closed.item.follow_ups[0],
    ):
        assert words_ in shown


def test_a_refused_reason_for_not_observed_is_shown_too(closed, client):
    data = {"seen": 1, "level": "not_observed", "reason": "There was no time."}
    shown = main_of(client.post(closed.save, data=data))
    assert "Rating: Not observed : There was no time." in shown


# --- my interviews ---


def test_my_interviews_shows_only_mine_the_earliest_first(here, client, rows):
    with rows() as session:
        guide = session.merge(here.guide)
        ann, bob = session.merge(here.ann), session.merge(here.bob)
        seats = (("Later", [ann], 3), ("Sooner", [ann, bob], -3), ("Not", [bob], 0))
        for name, panel, days in seats:
            who = factories.candidate(session, guide.opening, name=f"{name} Oz")
            made = factories.interview(session, guide, panel, who)
            made.starts_at += dt.timedelta(days=days)
        session.commit()
    page = client.get("/my-interviews")
    found = re.findall(r'<a href="/scorecards/\d+">(.*?)</a>', page.text)
    assert found == ["Sooner Oz", "Dee Fox", "Later Oz"]
    assert "Not Oz" not in page.text


def test_my_interviews_shows_how_far_i_am(here, client, rows, read):
    assert "Not started" in text_of(client.get("/my-interviews"))
    with rows() as session:
        card = session.get(Scorecard, here.card)
        factories.rate(session, card, here.items[0].id, 3)
        factories.rate(session, card, here.items[1].id, 5, note="")  # a 5 needs a note
        session.commit()
    fill(rows, here.others)
    page = text_of(client.get("/my-interviews"))
    assert f"1 of {len(here.items)} complete" in page
    assert "Debrief" not in page
    with rows() as session:
        session.get(Scorecard, here.card).submitted_at = factories.NOW
        session.commit()
    page = text_of(client.get("/my-interviews"))
    assert "Submitted" in page
    assert "Debrief for Dee Fox" in page


def test_my_interviews_shows_a_panel_that_was_closed_without_me(closed, client):
    assert "Panel closed" in text_of(client.get("/my-interviews"))


def test_no_interviews_yet(client, rows):
    with rows() as session:
        nobody = factories.person(session)
        session.commit()
    client.sign_in(nobody)
    page = text_of(client.get("/my-interviews"))
    assert "No interviews yet" in page
    assert "Read the library meanwhile" in page


# --- what the panel scored ---


def test_who_has_submitted_is_a_step_away_until_the_panel_is_open(here, client, rows):
    link = f'href="{here.panel}"'
    assert link in client.get("/my-interviews").text
    assert link in client.get(here.url).text
    fill(rows, here.card)
    assert "Who has submitted for Dee Fox" in text_of(client.get("/my-interviews"))
    assert link in client.get(here.url).text
    assert "Ann Lee Submitted Bob Roy" in main_of(client.get(here.panel)).replace(" late", "")
    fill(rows, here.others)
    assert link not in client.get("/my-interviews").text, "it is the debrief's turn"
    page = client.get(here.url)
    assert "Who has submitted" not in text_of(page)
    assert link in page.text


def test_a_panel_that_opens_to_all_but_one_does_not_say_it_opens_at_once(here, client, rows):
    with rows() as session:
        guide, ann = session.merge(here.guide), session.merge(here.ann)
        tia = factories.person(session, name="Tia Trainee")
        interview = factories.interview(session, guide, [ann], trainees=[tia])
        factories.fill(session, interview.cards[0])
        session.commit()
    client.sign_in(tia)
    panel = f"/interviews/{interview.id}/panel"
    shown = main_of(client.get(panel))
    assert "It opens to you when you have submitted your own card." in shown
    assert "same moment" not in shown
    assert f'href="{panel}"' in client.get("/my-interviews").text


def test_what_a_panel_scored_is_hidden_with_the_reason_until_all_have_submitted(here, client, rows):
    fill(rows, here.others)
    for person in (here.ann, here.bob, here.recruiter):
        client.sign_in(person)
        page = client.get(here.panel)
        assert page.status_code == 200
        assert "1 of 2 has not yet." in text_of(page)
        assert "Said what they did." not in page.text
        assert re.search(r"Panel Ann Lee (Late|Not yet) Bob Roy Submitted", main_of(page))


def test_what_a_panel_scored(here, client, rows):
    with rows() as session:
        card = session.get(Scorecard, here.card, options=[WITH_ITEMS])
        for item in here.items:
            factories.rate(session, card, item.id, 4, f"Ann on {item.id}", warnings=1)
        card.submit(factories.NOW)
        card = session.get(Scorecard, here.others, options=[WITH_ITEMS])
        for item in here.items:
            factories.rate(session, card, item.id, None, "", reason=f"Not asked {item.id}")
        card.submit(factories.NOW)
        session.commit()
    for person in (here.ann, here.bob, here.recruiter):
        client.sign_in(person)
        page = client.get(here.panel)
        articles = page.text.split("<article")[1:]
        assert len(articles) == len(here.items)
        for item, article in zip(here.items, articles, strict=True):
            said = words(article)
            warning = " ".join(item.warnings[0].split())
            assert f"Ann Lee 4 Ann on {item.id} Warning {warning}" in said
            assert f"Bob Roy not observed Not asked {item.id}" in said


def test_the_panels_page_shows_what_each_interviewer_ticked_and_nothing_else(here, client, rows):
    ticks = {here.card: (0b100, 0b010), here.others: (0b001, 0b101)}
    with rows() as session:
        for card_id, (look_fors, warnings) in ticks.items():
            card = session.get(Scorecard, card_id, options=[WITH_ITEMS])
            for item in here.items:
                made = factories.rate(session, card, item.id, 3, warnings=warnings)
                made.look_fors = look_fors
            card.submit(factories.NOW)
        session.commit()
    client.sign_in(here.recruiter)
    for item, article in zip(
        here.items, client.get(here.panel).text.split("<article")[1:], strict=True
    ):
        shown = [words(row) for row in article.split("<tr>")[2:]]
        for row, (look_fors, warnings) in zip(shown, ticks.values(), strict=True):
            for texts, bits in ((item.look_fors, look_fors), (item.warnings, warnings)):
                for index, text in enumerate(texts):
                    assert (" ".join(text.split()) in row) is bool(bits >> index & 1)


def test_what_happened_is_read_on_the_card_by_its_writer_and_recruiters_alone(here, client, rows):
    with rows() as session:
        session.get(Person, here.bob.id).roles = frozenset({Role.INTERVIEWER, Role.HR})
        for card_id in (here.card, here.others):
            card = session.get(Scorecard, card_id, options=[WITH_ITEMS])
            for item in here.items:
                made = factories.rate(session, card, item.id, 1, "")
                made.situation, made.seconds = "By the lift.", 371
                made.happened, made.happened_note = 0b1100, "A sign-language interpreter."
                made.free_follow_up, made.free_reason = "Whom did you ask?", "It was vague."
            card.submit(factories.NOW)
        session.commit()
    told = (
        "A sign-language interpreter.",
        "Interrupted, Accommodation given",
        "Whom did you ask?",
        "It was vague.",
        "6:11 of",
    )
    number = len(here.items)
    for person, seen in ((here.ann, number), (here.bob, number), (here.recruiter, 2 * number)):
        client.sign_in(person)
        page = text_of(client.get(here.panel))
        assert page.count("By the lift.") == 2 * number  # it is evidence, like the note
        assert [page.count(words_) for words_ in told] == [seen] * len(told)
    client.sign_in(here.ann)
    own = text_of(client.get(here.url))
    assert [own.count(words_) for words_ in told] == [number] * len(told)
    client.sign_in(here.recruiter)
    comparison = text_of(client.get(f"/guides/{here.guide.id}/comparison"))
    assert not any(words_ in comparison for words_ in told)
    with rows() as session:
        summary = repr(summaries(session, here.guide.id, "Ann", factories.NOW))
    assert "By the lift." in summary
    assert not any(words_ in summary for words_ in told)


def test_a_closed_panel_shows_the_cards_that_count_to_all_of_it(closed, client):
    for person in (closed.ann, closed.bob, closed.recruiter):
        client.sign_in(person)
        page = client.get(closed.panel)
        main = main_of(page)
        assert "Rita Recruiter closed this panel before everyone had submitted: Ann is ill." in main
        assert "Bob Roy" in main
        assert "Ann Lee" not in main
        assert "Mine." not in main


def test_interviewers_off_the_panel_and_administrators_never_read_it(here, client, rows):
    with rows() as session:
        others = [factories.person(session), factories.person(session, Role.ADMINISTRATOR)]
        session.commit()
    for state in ("open", "complete"):
        if state == "complete":
            fill(rows, here.card, here.others)
        for person, status in zip(others, (404, 403), strict=True):
            client.sign_in(person)
            assert client.get(here.panel).status_code == status


def test_the_panels_page_keeps_a_hidden_name_hidden(here, client, rows):
    client.sign_in(here.recruiter)
    for state in ("open", "complete"):
        if state == "complete":
            fill(rows, here.card, here.others)
        page = client.get(f"{here.panel}?names=hidden")
        assert here.dee.name not in page.text
        assert f"What the panel scored for {here.dee.reference}" in page.text
    assert f'href="/guides/{here.guide.id}/comparison?names=hidden"' in page.text
    assert "/debrief?names=hidden" in page.text
    assert here.dee.name in client.get(here.panel).text


def test_my_interviews_begin_with_those_still_to_do(rows, client):
    with rows() as session:
        recruiter, ann = factories.person(session, Role.RECRUITER), factories.person(session)
        guide = factories.guide(session, recruiter)
        for days, name, is_done in (
            (1, "A", True),
            (2, "B", True),
            (3, "C", False),
            (4, "D", False),
        ):
            who = factories.candidate(session, guide.opening, name=f"Candidate {name}")
            made = factories.interview(session, guide, [ann], who)
            made.starts_at += dt.timedelta(days=days)
            if is_done:
                factories.fill(session, made.cards[0])
        session.commit()
    client.sign_in(ann)
    page = main_of(client.get("/my-interviews"))
    assert re.findall(r"Candidate ([A-D])(?= )", page.replace("for Candidate", "")) == [*"CDBA"]
