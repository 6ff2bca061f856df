"""From traits to a published guide, and that nothing changes it afterwards."""

import html
import re
from threading import Thread

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hiring import db
from hiring.guides import forms, queries, rules
from hiring.guides.models import Guide
from hiring.library.rules import ALL_KEYS, CIVILITY, TRAIT_KEYS
from hiring.people.models import Person
from hiring.people.rules import Role
from tests import factories
from tests.client import Client, queries_at_most
from tests.library import sample
from tests.state import signed_in, stored

LIBRARY = factories.library()
USUAL = ["T03", "T05", "T08", "T12", "T13", CIVILITY]
FROZEN = "This guide is published as version 1 and can&#39;t change any more. Start a new version"


@pytest.fixture
def ada(app, client: Client) -> Person:
    """A recruiter, signed in."""
    return signed_in(app, client, Role.RECRUITER)


@pytest.fixture
def opening_id(app, ada) -> int:
    with app.app_context():
        made = factories.opening(db.session(), ada)
        db.session().commit()
        number: int = made.id
    return number


def choose(client: Client, opening_id: int, traits: list[str]) -> TestResponse:
    return client.post(f"/openings/{opening_id}/traits", data={"traits": traits})


@pytest.fixture
def draft(client: Client, opening_id) -> int:
    """The number of a draft on T03, T08 and civility, as the builder proposed it."""
    answer = choose(client, opening_id, ["T03", "T08", CIVILITY])
    assert answer.status_code == 303
    return int(str(answer.location).rpartition("/")[2])


@pytest.fixture
def published(client: Client, draft: int) -> int:
    assert client.post(f"/guides/{draft}/publish").status_code == 303
    return draft


def read(app: Flask, guide_id: int) -> Guide:
    with app.app_context():
        found = queries.guide(db.session(), guide_id)
    assert found
    return found


def asked(app: Flask, guide_id: int) -> list[str]:
    """The keys of a guide's items in order."""
    items = read(app, guide_id).items
    assert [item.position for item in items] == list(range(1, len(items) + 1))
    return [item.key for item in items]


def item_id(app: Flask, guide_id: int, key: str) -> int:
    return next(item.id for item in read(app, guide_id).items if item.key == key)


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


# --- choosing traits ---


def test_the_usual_choice_is_ticked_and_every_trait_is_offered(client, opening_id):
    page = client.get(f"/openings/{opening_id}/traits").text
    boxes = re.findall(r'<input type="checkbox"[^>]*name="traits" value="(\w+)"([^>]*)>', page)
    assert [value for value, _ in boxes] == list(ALL_KEYS)
    assert [value for value, rest in boxes if " checked" in rest] == list(forms.USUAL_CHOICE)
    assert LIBRARY.traits["T03"].definition in html.unescape(page)


def test_a_guide_is_proposed(app, client, opening_id):
    answer = choose(client, opening_id, USUAL)
    assert answer.location == "/guides/1"
    guide = read(app, 1)
    assert [trait.key for trait in guide.traits] == USUAL
    assert [trait.weight for trait in guide.traits] == [1, 1, 1, 1, 1, 0]
    for trait in USUAL:
        kinds = [item.kind for item in guide.items if item.trait_key == trait]
        expected = ["probe", "behavioural"] if trait == CIVILITY else ["behavioural", "situational"]
        assert kinds == expected
    assert "P01" in asked(app, 1)
    assert (guide.version, guide.minutes, guide.is_published) == (1, 60, False)
    assert guide.introduction.startswith("Welcome")
    assert guide.faults() == []


def test_its_texts_are_those_of_the_library_with_anchors_at_5_3_and_1(app, client, draft):
    guide = read(app, draft)
    for item in guide.items:
        question = LIBRARY.questions[item.key]
        assert item.prompt == item.library_prompt == question.worded("phone")
        assert item.follow_ups == question.follow_ups
        assert item.anchors == (question.anchors or LIBRARY.traits[item.trait_key].anchors)
        assert item.source_digest == question.place.digest
        assert item.look_fors
        assert item.warnings


def test_the_wording_is_that_of_the_setting_of_the_opening(app, ada):
    shelf = sample.library()
    with app.app_context():
        session = db.session()
        for setting in ("phone", "chat"):
            opening = factories.opening(session, ada)
            opening.setting = setting
            made = factories.guide(session, ada, ["T03", "T08"], of=opening, published=False)
            made.add(shelf.questions["T03-S9"], shelf)
            (item,) = [item for item in made.items if item.key == "T03-S9"]
            assert item.prompt == item.library_prompt == shelf.questions["T03-S9"].worded(setting)
            assert ("a caller" in item.prompt) == (setting == "phone")


def test_what_is_only_watched_for_is_never_proposed_and_never_read_aloud(app, client, ada):
    shelf = sample.library()
    assert "P906" not in {q.key for q in rules.propose(shelf, list(ALL_KEYS), "any")}
    with app.app_context():
        session = db.session()
        made = factories.guide(session, ada, ["T03", "T14"], published=False)
        made.add(shelf.questions["P906"], shelf)
        session.commit()
        number, questions = made.id, [i.id for i in made.items if i.trait_key == "T14"]
    page = client.get(f"/guides/{number}").text
    watch_for = '<div class="watch-for"><p class="meta">Not read aloud: watch for it</p><p>Remarks,'
    assert page.count(watch_for) == 1
    for item in questions[:-1]:
        client.post(f"/guides/{number}/items/{item}/drop")
    refused = client.post(f"/guides/{number}/publish")
    assert refused.status_code == 409
    assert "Nothing is asked about T14: an interviewer look-for is not read aloud." in refused.text


def test_all_fifteen_traits_are_possible(app, client, opening_id):
    answer = choose(client, opening_id, list(ALL_KEYS))
    page = client.get(answer.location)
    assert page.status_code == 200
    guide = read(app, 1)
    assert len(guide.traits) == 16
    assert len(guide.items) == 33
    assert {"P01", "P22"} <= set(asked(app, 1))
    assert f"The guide takes {guide.minutes_used} minutes" in page.text
    assert "15 traits are a lot for one talk" in page.text
    assert client.post("/guides/1/publish").status_code == 303
    assert read(app, 1).is_published


def test_traits_come_in_the_order_of_the_library_however_they_are_sent(app, client, opening_id):
    choose(client, opening_id, ["CIV", "T13", "T03", "T03"])
    assert [trait.key for trait in read(app, 1).traits] == ["T03", "T13", "CIV"]


@pytest.mark.parametrize(
    ("traits", "sentence"),
    [
        ([], "Choose at least one trait."),
        ([CIVILITY], "Choose at least one of the fifteen traits."),
        (["T03", "T99"], "“T99” is not in the list."),
        (["<b>"], "“&lt;b&gt;” is not in the list."),
    ],
)
def test_an_empty_or_unknown_choice_is_named_and_kept(app, client, opening_id, traits, sentence):
    before = stored(app)
    answer = choose(client, opening_id, traits)
    assert answer.status_code == 422
    assert sentence in answer.text
    for trait in set(traits) & set(ALL_KEYS):
        assert re.search(rf'value="{trait}" checked', answer.text)
    assert stored(app) == before


def test_choosing_again_warns_starts_from_the_draft_and_makes_no_second_one(app, client, draft):
    page = client.get("/openings/1/traits").text
    assert "There is a draft already." in page
    boxes = re.findall(r'value="(\w+)"([^>]*)>', page)
    assert [value for value, rest in boxes if "checked" in rest] == ["T03", "T08", CIVILITY]
    assert choose(client, 1, ["T05"]).location == f"/guides/{draft}"
    assert [row[0] for row in stored(app)["guide"]] == [draft]
    assert [trait.key for trait in read(app, draft).traits] == ["T05"]
    assert asked(app, draft) == ["T05-B1", "T05-S1"]
    assert len(stored(app)["guide_item"]) == 2, "what is gone leaves no rows"


def test_questions_fit_the_setting_of_the_opening(app, client):
    signed_in(app, client, Role.RECRUITER)
    data = {"title": "Agent", "setting": "field", "minutes": "60", "panel_size": "3"}
    client.post("/openings/new", data=data)
    choose(client, 1, list(TRAIT_KEYS))
    for item in read(app, 1).items:
        question = LIBRARY.questions[item.key]
        assert question.fits("field") or question.is_probe


def test_the_minutes_of_the_opening_are_the_budget(app, client):
    signed_in(app, client, Role.RECRUITER)
    data = {"title": "Agent", "setting": "any", "minutes": "15", "panel_size": "3"}
    client.post("/openings/new", data=data)
    page = client.get(choose(client, 1, ["T03", "T08"]).location).text
    used = read(app, 1).minutes_used
    assert used > 15
    assert f"<strong>{used}</strong> of 15 minutes" in page
    assert f"The guide takes {used} minutes, {used - 15} more than planned." in page


# --- the builder ---


def test_the_builder_shows_every_question_with_its_rubric_and_the_minutes(app, client, draft):
    text = plain(client.get(f"/guides/{draft}").text)
    guide = read(app, draft)
    for item in guide.items:
        for words in (item.prompt, *item.follow_ups, *item.level_5, *item.level_3, *item.level_1):
            assert " ".join(words.split()) in text
    assert f"{guide.minutes_used} of 60 minutes" in text
    assert guide.minutes_used == 5 + sum(item.minutes for item in guide.items)
    assert "Sound: it can be published." in text


def test_the_page_takes_a_fixed_number_of_statements(app, client, opening_id):
    choose(client, opening_id, ["T03"])
    with queries_at_most(4) as few:
        client.get("/guides/1")
    choose(client, opening_id, list(ALL_KEYS))
    with queries_at_most(len(few)):
        client.get("/guides/1")


def test_an_item_is_swapped_for_another_of_its_trait(app, client, draft):
    old = item_id(app, draft, "T03-S1")
    answer = client.post(f"/guides/{draft}/items/{old}/swap", data={"key": "T03-S2"})
    assert answer.status_code == 303
    assert asked(app, draft) == ["T03-B1", "T03-S2", "T08-B1", "T08-S1", "P01", "CIV-B1"]
    # The opening is for work on the phone, so it is asked in the words for that.
    assert LIBRARY.questions["T03-S2"].worded("phone") in plain(client.get(f"/guides/{draft}").text)


@pytest.mark.parametrize(
    "refused",
    [
        ("/{}/swap", "T08-B2", "Only a question of the same trait can take this place."),
        ("/{}/swap", "T03-B1", "is already in this guide."),
        ("/{}/swap", "T03-S1", "is already in this guide."),
        ("/{}/swap", "", "Choose the question to ask instead."),
        ("/{}/swap", "nonsense", "Choose the question to ask instead."),
        ("", "T05-B1", "T05 is not a trait of this guide. Choose the trait first."),
        ("", "T03-B1", "is already in this guide."),
        ("", "", "Choose a question from the list."),
        ("", "T03", "Choose a question from the list."),
    ],
)
def test_what_cannot_be_swapped_or_added_is_refused(app, client, draft, refused):
    path, key, sentence = refused
    before = stored(app)
    place = path.format(item_id(app, draft, "T03-S1"))
    answer = client.post(f"/guides/{draft}/items{place}", data={"key": key})
    assert answer.status_code == 409
    assert sentence in answer.text
    assert stored(app) == before


def test_items_are_moved_up_and_down_and_stop_at_the_ends(app, client, draft):
    first, last = item_id(app, draft, "T03-B1"), item_id(app, draft, "CIV-B1")

    def move(item: int, to: str) -> None:
        answer = client.post(f"/guides/{draft}/items/{item}/move", data={"to": to})
        assert answer.location == f"/guides/{draft}#item-{item}"

    move(first, "down")
    assert asked(app, draft)[:2] == ["T03-S1", "T03-B1"]
    move(first, "up")
    move(first, "up")
    assert asked(app, draft)[0] == "T03-B1"
    move(last, "down")
    assert asked(app, draft)[-1] == "CIV-B1"
    move(last, "up")
    assert asked(app, draft)[-2:] == ["CIV-B1", "P01"]


def test_an_item_is_reworded_and_the_library_stays(app, client, draft):
    item = item_id(app, draft, "T03-B1")
    path = f"/guides/{draft}/items/{item}/reword"
    assert LIBRARY.questions["T03-B1"].prompt in plain(client.get(path).text)
    answer = client.post(path, data={"prompt": "Our own\r\nwords?", "minutes": "6"})
    assert answer.status_code == 303
    changed = next(i for i in read(app, draft).items if i.id == item)
    assert (changed.prompt, changed.minutes, changed.is_reworded) == ("Our own\nwords?", 6, True)
    assert changed.library_prompt == LIBRARY.questions["T03-B1"].prompt
    assert "· reworded" in client.get(f"/guides/{draft}").text
    assert "In the library it says" in client.get(path).text


def test_the_rules_that_a_rewording_breaks_are_shown_after_saving(app, client, draft):
    item = item_id(app, draft, "T03-B1")
    path = f"/guides/{draft}/items/{item}/reword"
    for address in (path, f"/guides/{draft}"):
        assert "What the rules say" not in client.get(address).text
    words = "Did you ever show empathy to a customer? How old are you?"
    answer = client.post(path, data={"prompt": words, "minutes": "4"})
    assert answer.status_code == 303, "they are advice, the words are the recruiter's"
    for address in (path, f"/guides/{draft}"):
        page = plain(client.get(address).text)
        assert page.count("What the rules say about this wording") == 1
        assert "open-form : “Did you” can be answered with yes or no. Begin with" in page
        assert "no-label : “empathy” names what is rated" in page
        assert "protected: age : “how old are you” asks about the person's age." in page
    refused = client.post(path, data={"prompt": "Is it right?", "minutes": ""})
    assert refused.status_code == 422
    assert "“Is it” can be answered with yes or no." in refused.text
    assert client.post(f"/guides/{draft}/publish").status_code == 303
    assert "What the rules say" not in client.get(f"/guides/{draft}").text


def test_the_script_of_the_page_hears_of_them_while_they_are_typed(client, ada):
    given = {"prompt": "Would you stay calm?", "kind": "behavioural", "trait": "T03", "name": "X"}
    answer = client.post("/guides/lint", data=given)
    assert [one["rule"] for one in answer.json["findings"]] == ["open-form", "past-tense"]
    assert answer.json["findings"][0]["sentence"].startswith("“Would you” can be answered")
    given["prompt"] = "Tell me about a time when somebody was rude to you. What did you do?"
    assert client.post("/guides/lint", data=given).json == {"findings": []}
    assert client.post("/guides/lint", data={}).json == {"findings": []}
    assert client.post("/guides/lint", data={"prompt": "x " * 9_000}).status_code == 200
    assert client.post("/guides/lint", data=given, token=False).status_code == 400


def test_saving_the_same_words_is_no_rewording(app, client, draft):
    for item in read(app, draft).items:
        data = {"prompt": item.prompt.replace("\n", "\r\n"), "minutes": str(item.minutes)}
        client.post(f"/guides/{draft}/items/{item.id}/reword", data=data)
    assert not any(item.is_reworded for item in read(app, draft).items)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"prompt": ""}, "Write the question."),
        ({"prompt": " \n "}, "Write the question."),
        ({"prompt": "x" * 1_001}, "Use at most 1,000 characters."),
        ({"minutes": ""}, "Write a number."),
        ({"minutes": "0"}, "Write a whole number from 1 to 60."),
        ({"minutes": "61"}, "Write a whole number from 1 to 60."),
        ({"minutes": "soon"}, "This is not a whole number."),
    ],
)
def test_a_mistake_in_the_wording_is_named_and_kept(app, client, draft, wrong, sentence):
    before = stored(app)
    data = {"prompt": "Typed <words>?", "minutes": "7", **wrong}
    item = item_id(app, draft, "T03-B1")
    answer = client.post(f"/guides/{draft}/items/{item}/reword", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert html.escape(data["prompt"].strip()) in answer.text
    assert f'value="{data["minutes"]}"' in answer.text or not data["minutes"]
    assert stored(app) == before


def test_an_item_is_dropped_and_what_is_uncovered_is_said(app, client, draft):
    for key in ("T08-B1", "T08-S1"):
        client.post(f"/guides/{draft}/items/{item_id(app, draft, key)}/drop")
    assert asked(app, draft) == ["T03-B1", "T03-S1", "P01", "CIV-B1"]
    page = client.get(f"/guides/{draft}").text
    assert "Nothing is asked about this yet." in page
    assert "T08 has no item. Add a question for it, or take the trait out." in page
    client.post(f"/guides/{draft}/items/{item_id(app, draft, 'T03-S1')}/drop")
    page = client.get(f"/guides/{draft}").text
    assert "T03 rests on one item." in page
    assert "T03 has no situational question" in page


def test_an_item_is_added_at_the_end_of_its_trait(app, client, draft):
    assert client.post(f"/guides/{draft}/items", data={"key": "T03-B2"}).status_code == 303
    assert asked(app, draft)[:4] == ["T03-B1", "T03-S1", "T03-B2", "T08-B1"]
    assert client.post(f"/guides/{draft}/items", data={"key": "P13"}).status_code == 303
    assert asked(app, draft)[3] == "P13"


def test_the_texts_and_minutes_are_changed(app, client, draft):
    page = client.get(f"/guides/{draft}/texts").text
    assert "Welcome" in page
    data = {"minutes": "45", "introduction": "Hello.\r\n\r\nSit down.", "closing": "Bye."}
    assert client.post(f"/guides/{draft}/texts", data=data).status_code == 303
    guide = read(app, draft)
    assert (guide.minutes, guide.introduction, guide.closing) == (
        45,
        "Hello.\n\nSit down.",
        "Bye.",
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"minutes": "x"}, "This is not a whole number."),
        ({"minutes": "5"}, "Write a whole number from 15 to 480."),
        ({"introduction": " "}, "Write what is read out."),
        ({"closing": "x" * 4_001}, "Use at most 4,000 characters."),
    ],
)
def test_a_mistake_in_the_texts_is_named_and_kept(app, client, draft, wrong, sentence):
    before = stored(app)
    data = {"minutes": "45", "introduction": "Hello there.", "closing": "Good bye.", **wrong}
    answer = client.post(f"/guides/{draft}/texts", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    for typed in data.values():
        assert typed.strip() in answer.text
    assert stored(app) == before


# --- weights ---


def weigh(client: Client, guide_id: int, reason: str = "", **weights: str) -> TestResponse:
    data = {f"weight_{key}": value for key, value in weights.items()}
    return client.post(f"/guides/{guide_id}/weights", data={**data, "reason": reason})


def test_weights_are_equal_until_somebody_writes_why_not(app, client, draft):
    page = client.get(f"/guides/{draft}/weights").text
    assert 'name="weight_T03"' in page
    assert "weight_CIV" not in page
    assert weigh(client, draft, "Most calls are complaints.", T03="2", T08="1.5").status_code == 303
    assert read(app, draft).weights() == {"T03": 2, "T08": 1.5, "CIV": 0}
    assert "Most calls are complaints." in client.get(f"/guides/{draft}").text
    assert client.post(f"/guides/{draft}/publish").status_code == 303


def test_unequal_weights_without_a_reason_are_not_published(app, client, draft):
    weigh(client, draft, T03="2", T08="1")
    answer = client.post(f"/guides/{draft}/publish")
    assert answer.status_code == 409
    assert "The weights differ and no reason is written." in answer.text
    assert not read(app, draft).is_published
    weigh(client, draft, T03="2", T08="2")
    assert client.post(f"/guides/{draft}/publish").status_code == 303


@pytest.mark.parametrize("weight", ["", "0", "-1", "10.01", "much", "nan", "inf", "1,5", "1e9"])
def test_a_weight_that_is_none_is_named_and_kept(app, client, draft, weight):
    before = stored(app)
    answer = weigh(client, draft, "Because.", T03=weight, T08="3")
    assert answer.status_code == 422
    assert re.search(r'id="weight_T03-error".*?Write a number', answer.text)
    assert f'name="weight_T03" value="{weight}"' in answer.text or not weight
    assert 'name="weight_T08" value="3"' in answer.text
    assert "Because." in answer.text
    assert stored(app) == before


def test_civility_cannot_be_given_a_weight(app, client, draft):
    weigh(client, draft, "Because.", T03="1", T08="1", CIV="5")
    assert read(app, draft).weights()[CIVILITY] == 0


# --- publishing ---


def test_publishing_freezes_and_signs(app, client, draft, ada):
    answer = client.post(f"/guides/{draft}/publish", follow_redirects=True)
    guide = read(app, draft)
    assert guide.is_published
    assert guide.published_by_id == ada.id
    assert guide.content_hash == rules.content_hash(guide.content())
    assert f"The guide is published as version 1 · {guide.content_hash[:8]}" in answer.text
    page = client.get(f"/guides/{draft}").text
    assert guide.content_hash in page
    assert "frozen on" in page
    assert "Publish</button>" not in page


def test_every_reason_against_it_is_told_at_once(app, client, opening_id):
    choose(client, opening_id, ["T03", "T08", "T15", CIVILITY])
    for key in ("T08-B1", "T08-S1", "P22", "CIV-B1"):
        client.post(f"/guides/1/items/{item_id(app, 1, key)}/drop")
    weigh(client, 1, T03="2", T08="1", T15="1")
    before = stored(app)
    answer = client.post("/guides/1/publish")
    assert answer.status_code == 409
    reasons = re.findall(r"<li>(.*?)</li>", answer.text.partition("<h1>")[2])
    assert [html.unescape(reason).partition(".")[0] for reason in reasons] == [
        "T08 has no item",
        "P01 is the only item on civility",
        "T15 is asked without P22, the thankless case",
        "The weights differ and no reason is written",
    ]
    assert stored(app) == before
    for reason in reasons:
        assert reason in client.get("/guides/1").text, "the builder says the same"


def test_a_draft_that_lost_its_anchors_is_not_published(app, client, draft):
    with app.app_context():
        guide = queries.guide(db.session(), draft)
        assert guide
        guide.items[0].level_3 = ()
        db.session().commit()
    answer = client.post(f"/guides/{draft}/publish")
    assert answer.status_code == 409
    assert "has no anchor at 3. Choose another question." in answer.text


def changes(app: Flask, guide: int) -> list[tuple[str, dict[str, object]]]:
    """Every address that changes a guide, with what could be sent to it."""
    item = read(app, guide).items[0].id
    return [
        (f"/guides/{guide}/items", {"key": "T03-B2"}),
        (f"/guides/{guide}/items/{item}/move", {"to": "down"}),
        (f"/guides/{guide}/items/{item}/drop", {}),
        (f"/guides/{guide}/items/{item}/swap", {"key": "T03-B2"}),
        (f"/guides/{guide}/items/{item}/reword", {"prompt": "Other words?", "minutes": "9"}),
        (f"/guides/{guide}/texts", {"minutes": "90", "introduction": "x", "closing": "y"}),
        (f"/guides/{guide}/weights", {"weight_T03": "5", "weight_T08": "1", "reason": "z"}),
        (f"/guides/{guide}/publish", {}),
    ]


def test_those_are_all_the_addresses_that_change_a_guide(app, client, published):
    ruled = {re.sub(r"/\d+", "/1", path) for path, _ in changes(app, published)}
    posts = {
        re.sub(r"<[^>]*>", "1", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("guides.") and "POST" in (rule.methods or ())
    }
    # Choosing traits makes a new draft, and so does the next version: neither touches this one.
    # And asking what the rules say of a wording changes nothing.
    touching_nothing = {
        *("/openings/1/traits", "/guides/1/next-version", "/guides/lint"),
        "/library/1/use",  # offers drafts only: test_use.py
        "/openings/1/guide-file",  # makes or fills a draft: test_files.py
    }
    assert posts - ruled == touching_nothing


def test_what_is_published_never_changes(app, client, published):
    before = stored(app)
    frozen = read(app, published).content_hash
    for path, data in changes(app, published):
        answer = client.post(path, data=data)
        assert answer.status_code == 409, path
        assert FROZEN in answer.text, path
        assert stored(app) == before, path
        if path.endswith(("reword", "texts", "weights")):
            assert client.get(path).status_code == 409, path
    guide = read(app, published)
    assert guide.content_hash == frozen == rules.content_hash(guide.content())


def test_nothing_around_it_changes_its_hash(app, client, published):
    data = {"title": "Another title", "setting": "chat", "minutes": "90", "panel_size": "5"}
    assert client.post("/openings/1/edit", data=data).status_code == 303
    choose(client, 1, ["T05"])
    guide = read(app, published)
    assert guide.content_hash == rules.content_hash(guide.content())
    assert asked(app, published)[0] == "T03-B1"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE guide SET introduction = 'Other'",
        "UPDATE guide SET minutes = 61",
        "UPDATE guide_trait SET weight = 2 WHERE key = 'T03'",
        "UPDATE guide_trait SET definition = 'Other' WHERE key = 'T03'",
        "UPDATE guide_item SET prompt = 'Other' WHERE key = 'T03-B1'",
        "UPDATE guide_item SET level_3 = '[]' WHERE key = 'T03-B1'",
        "UPDATE guide_item SET position = 99 WHERE key = 'T03-B1'",
        "DELETE FROM guide_item WHERE key = 'T03-B1'",
    ],
)
def test_a_change_behind_our_back_shows_in_the_hash(app, published, change):
    with app.extensions["database"].writing() as connection:
        connection.exec_driver_sql(change)
    guide = read(app, published)
    assert guide.content_hash != rules.content_hash(guide.content())


def test_a_change_that_comes_while_it_is_being_published_waits_and_is_refused(app, client, draft):
    item = item_id(app, draft, "T03-B1")
    answers: list[TestResponse] = []

    def reword() -> None:
        data = {"prompt": "Too late?", "minutes": "9"}
        answers.append(client.post(f"/guides/{draft}/items/{item}/reword", data=data))

    late = Thread(target=reword)
    with app.app_context():
        guide = queries.guide(db.session(), draft, to_change=True)
        assert guide
        guide.publish(guide.made_by_id, db.now())
        late.start()
        late.join(0.5)
        assert late.is_alive(), "it waits"
        db.session().commit()
    late.join()
    assert answers[0].status_code == 409
    assert FROZEN in answers[0].text
    assert "Too late?" not in str(stored(app)["guide_item"])


# --- the next version ---


def test_the_next_version_is_a_draft_with_the_same_content(app, client, draft):
    data = {"prompt": "Our own words?", "minutes": "9"}
    client.post(f"/guides/{draft}/items/{item_id(app, draft, 'T03-B1')}/reword", data=data)
    weigh(client, draft, "Because.", T03="2", T08="1")
    client.post(f"/guides/{draft}/publish")
    before = stored(app)
    answer = client.post(f"/guides/{draft}/next-version")
    assert (answer.status_code, answer.location) == (303, f"/guides/{draft + 1}")
    old, new = read(app, draft), read(app, draft + 1)
    assert (new.version, new.is_published, new.content_hash) == (2, False, None)
    assert {**new.content(), "version": 1} == old.content()
    assert [row for row in stored(app)["guide"] if row[0] == draft] == before["guide"]
    again = client.post(f"/guides/{draft}/next-version")
    assert again.location == f"/guides/{draft + 1}", "one draft at a time"
    data = {"prompt": "Changed again?", "minutes": "3"}
    client.post(f"/guides/{new.id}/items/{new.items[0].id}/reword", data=data)
    assert client.post(f"/guides/{new.id}/publish").status_code == 303
    assert read(app, new.id).content_hash != old.content_hash
    assert read(app, draft).content_hash == old.content_hash


def test_choosing_traits_after_publishing_starts_version_2(app, client, published):
    answer = choose(client, 1, ["T05", "T12"])
    new = read(app, int(str(answer.location).rpartition("/")[2]))
    assert (new.id, new.version) == (published + 1, 2)
    assert [trait.key for trait in read(app, published).traits] == ["T03", "T08", CIVILITY]


def test_the_library_may_change_without_touching_a_guide(app, client, published):
    guide = read(app, published)
    for item in guide.items:
        assert item.prompt
        assert item.anchors[5]
    # The texts are in the rows: what the file says later is not asked.
    page = plain(client.get(f"/guides/{published}").text)
    for item in guide.items:
        assert " ".join(item.prompt.split()) in page


# --- who, and what is not there ---


def test_hr_reads_and_cannot_change(app, client, draft):
    signed_in(app, client, Role.HR)
    before = stored(app)
    page = client.get(f"/guides/{draft}")
    assert page.status_code == 200
    for action in ("publish", "swap", "move", "drop", "reword", "weights", "texts"):
        assert f"/{action}" not in page.text, action
    for path, data in changes(app, draft):
        assert client.post(path, data=data).status_code == 403
    assert stored(app) == before


@pytest.mark.parametrize("path", ["/openings/7/traits", "/guides/7", "/guides/7/texts"])
def test_what_is_not_there_is_not_there(client, ada, path):
    assert client.get(path).status_code == 404


def test_an_item_of_another_guide_is_not_there(app, client, draft):
    with app.app_context():
        session = db.session()
        other = factories.guide(session, factories.person(session, Role.RECRUITER), published=False)
        session.commit()
        item = other.items[0].id
    before = stored(app)
    for action in ("move", "drop", "swap", "reword"):
        answer = client.post(f"/guides/{draft}/items/{item}/{action}", data={"key": "T03-B2"})
        assert answer.status_code == 404, action
    assert stored(app) == before


def test_markup_in_words_stays_text(app, client, draft):
    item = item_id(app, draft, "T03-B1")
    data = {"prompt": "<script>alert(1)</script> & you?", "minutes": "4"}
    client.post(f"/guides/{draft}/items/{item}/reword", data=data)
    for path in (f"/guides/{draft}", f"/guides/{draft}/items/{item}/reword"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; you?" in page
