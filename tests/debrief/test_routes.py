"""The debrief room in the application: who may sit in it, what it shows, and what is kept."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from markupsafe import escape

from hiring.debrief.models import Revision
from hiring.guides.models import GuideItem
from hiring.interviews.models import Scorecard
from hiring.library.rules import LOOK_FOR, label
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.scorecards.models import Rating
from tests import factories
from tests.pages import form_to, text_of

WORDS = "Bob had noted what I did not hear."
CHANGE = {"level": 4, "cause": "MISSED", "words": WORDS}


@pytest.fixture
def here(rows, client):
    """Dee Fox's interview by Ann, who is signed in, Bob, and Tia who is a trainee; all are in."""
    with rows() as session:
        recruiter = factories.person(session, Role.RECRUITER, name="Rita Recruiter")
        ann, bob, tia, ola = (
            factories.person(session, name=name)
            for name in ("Ann Lee", "Bob Roy", "Tia Trainee", "Ola Observer")
        )
        guide = factories.guide(session, recruiter)
        dee = factories.candidate(session, guide.opening, name="Dee Fox")
        interview = factories.interview(session, guide, [ann, bob], dee, [tia], [ola])
        first, second, third = (item.id for item in guide.items[:3])
        anns, bobs, tias = interview.cards
        factories.fill(session, anns, {1: 2, 2: 3, 3: 3})
        factories.fill(session, bobs, {1: 5, 2: 3, 3: 4})
        factories.fill(session, tias, 1)
        session.commit()
    client.sign_in(ann)
    return SimpleNamespace(
        people=SimpleNamespace(ann=ann, bob=bob, tia=tia, ola=ola, recruiter=recruiter),
        guide=guide,
        items=(first, second, third),
        cards=[card.id for card in interview.cards],
        interview=interview.id,
        url=f"/interviews/{interview.id}/debrief",
        candidate=dee.id,
    )


def reopened(rows, card_id):
    """As it was before somebody submitted."""
    with rows() as session:
        session.get(Scorecard, card_id).submitted_at = None
        session.commit()


def test_the_widest_disagreement_comes_first(here, client):
    page = text_of(client.get(here.url))
    assert "3 levels apart" in page
    titles = [here.guide.items[number].title for number in (0, 2, 1)]
    places = [page.index(title) for title in titles]
    assert places == sorted(places)
    assert "Tia Trainee" not in page


def test_a_hidden_name_stays_hidden_on_the_way_through_the_debrief(here, client):
    page = client.get(f"{here.url}?names=hidden")
    assert "Dee Fox" not in page.text
    assert "/panel?names=hidden" in page.text
    revise = f"{here.url}/{here.items[0]}?names=hidden"
    assert f'href="{revise}"' in page.text
    page = client.get(revise)
    assert "Dee Fox" not in page.text
    assert f'href="{here.url}?names=hidden"' in page.text
    assert "Dee Fox" in client.get(here.url).text


def test_it_opens_with_the_last_card_and_not_before(here, client, rows):
    reopened(rows, here.cards[1])
    for person in (here.people.ann, here.people.recruiter):
        client.sign_in(person)
        page = client.get(here.url)
        assert page.status_code == 409
        assert "1 of 2 has not yet" in page.text
        assert client.post(f"{here.url}/{here.items[0]}", data=CHANGE).status_code in {403, 409}
    for person in (here.people.ola, None):
        client.sign_in(person)
        assert client.get(here.url).status_code in {303, 404}


def test_a_change_stands_beside_the_first_rating_which_stays(here, client, rows):
    url = f"{here.url}/{here.items[0]}"
    assert "You first rated this 2" in text_of(client.get(url))
    assert client.post(url, data=CHANGE).status_code == 303
    with rows() as session:
        kept = session.get(Rating, (here.cards[0], here.items[0]))
        change = session.scalars(sa.select(Revision)).one()
    assert (kept.level, change.level, change.words) == (2, 4, WORDS)
    page = text_of(client.get(here.url))
    assert WORDS in page
    assert "Ann Lee changed one rating, +2.0 on average, towards Bob Roy (once)." in page
    # Thought better of: the newest stands, both are read.
    client.post(url, data={**CHANGE, "level": 3, "words": "On reflection it was less."})
    page = text_of(client.get(here.url))
    assert WORDS in page
    assert "On reflection it was less." in page
    assert "Ann Lee changed one rating, +1.0 on average" in page


def test_the_composite_uses_first_ratings_and_shows_the_debriefs_beside_it(here, client):
    client.sign_in(here.people.recruiter)
    comparison = f"/guides/{here.guide.id}/comparison"
    before = str(text_of(client.get(comparison)))
    assert "after the debrief" not in before
    client.sign_in(here.people.ann)
    client.post(f"{here.url}/{here.items[0]}", data=CHANGE)
    client.sign_in(here.people.recruiter)
    after = str(text_of(client.get(comparison)))
    # Two traits, so two levels more on one of a trait's items by one of two raters is +0.25 or so.
    assert "after the debrief" in after
    assert before.split("95%", maxsplit=1)[0] == after.split("95%", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"level": ""}, "Choose the level you give now."),
        ({"level": 9}, "Choose one from the list."),
        ({"words": ""}, "Say in a few words what made you change it."),
        ({"cause": "MOOD"}, "Choose one from the list."),
    ],
)
def test_what_is_lacking_is_said_and_nothing_is_kept(here, client, rows, changed, sentence):
    answer = client.post(f"{here.url}/{here.items[0]}", data={**CHANGE, **changed})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    with rows() as session:
        assert session.scalars(sa.select(Revision)).all() == []


def test_the_same_level_again_is_no_change_and_keeps_the_words(here, client, rows):
    url = f"{here.url}/{here.items[0]}"
    answer = client.post(url, data={**CHANGE, "level": 2})
    assert answer.status_code == 422
    assert '<a href="#level">Your rating is 2 already' in answer.text
    kept = form_to(answer, url)
    assert (kept["level"], kept["words"]) == ("2", WORDS)
    assert '<option value="MISSED" selected>' in answer.text
    with rows() as session:
        assert session.scalars(sa.select(Revision)).all() == []


def test_only_those_whose_rating_counts_change_one(here, client):
    client.sign_in(here.people.tia)
    answer = client.post(f"{here.url}/{here.items[0]}", data=CHANGE)
    assert answer.status_code == 409
    assert "yours do not" in answer.text


# --- trainees and observers ---


def test_a_trainees_card_opens_to_the_trainee_and_the_recruiter_and_never_counts(here, client):
    panel = f"/interviews/{here.interview}/panel"
    for person, sees in (("ann", False), ("bob", False), ("tia", True), ("recruiter", True)):
        client.sign_in(getattr(here.people, person))
        assert ("Trainee, does not count" in text_of(client.get(panel))) is sees
    client.sign_in(here.people.recruiter)
    comparison = text_of(client.get(f"/guides/{here.guide.id}/comparison"))
    assert "2 of 2 raters" in comparison
    assert "3 raters" not in comparison


def test_a_trainee_stays_blind_until_their_own_card_is_in(here, client, rows):
    reopened(rows, here.cards[2])
    client.sign_in(here.people.tia)
    page = text_of(client.get(f"/interviews/{here.interview}/panel"))
    assert "It opens to you when you have submitted your own card." in page
    assert "5" not in page.split("Hidden")[0].replace("Dee Fox", "")
    client.sign_in(here.people.ann)
    assert client.get(here.url).status_code == 200, "the panel does not wait for a trainee"


def test_an_observer_reads_the_guide_and_nothing_that_anybody_wrote(here, client):
    client.sign_in(here.people.ola)
    assert "Where I listen in" in text_of(client.get("/my-interviews"))
    page = client.get(f"/interviews/{here.interview}/guide")
    assert here.guide.items[0].prompt in text_of(page)
    assert "Said what they did." not in page.text
    for path in (here.url, f"/interviews/{here.interview}/panel", f"/scorecards/{here.cards[0]}"):
        assert client.get(path).status_code == 404
    client.sign_in(here.people.ann)
    assert client.get(f"/interviews/{here.interview}/guide").status_code == 404


def test_an_observer_sees_what_to_watch_for_and_what_is_only_watched_for(here, client, rows):
    with rows() as session:
        session.get(GuideItem, here.items[1]).label = label("probe", LOOK_FOR)
        session.commit()
    client.sign_in(here.people.ola)
    page = client.get(f"/interviews/{here.interview}/guide")
    asked, watched = here.guide.items[:2]
    assert f'<p class="read-aloud">{escape(asked.prompt)}</p>' in page.text
    assert f'<p class="read-aloud">{escape(watched.prompt)}</p>' not in page.text
    assert f"Not read aloud: watch for it {watched.prompt}" in text_of(page)
    for text in (*asked.look_fors, *asked.warnings, *asked.follow_ups):
        assert text in text_of(page)


@pytest.mark.parametrize("is_open", [True, False])
def test_an_observer_reads_no_ratings_whatever_other_role_they_have(here, client, rows, is_open):
    if not is_open:
        reopened(rows, here.cards[1])
    with rows() as session:
        ola = session.get(Person, here.people.ola.id)
        ola.roles = frozenset({Role.INTERVIEWER, Role.RECRUITER, Role.HR})
        session.commit()
    client.sign_in(here.people.ola)
    told = "You observe this interview: observers read no ratings."
    panel = client.get(f"/interviews/{here.interview}/panel")
    assert told in text_of(panel)
    assert "It opens for all" not in panel.text
    assert "Open it early" not in panel.text
    for path in (here.url, f"/interviews/{here.interview}/override"):
        answer = client.get(path)
        assert answer.status_code == 409
        assert told in text_of(answer)
    comparison = text_of(client.get(f"/guides/{here.guide.id}/comparison"))
    assert "Nothing to compare yet" in comparison
    assert ("1 not open to you. " in comparison) is is_open
    assert (f"Dee Fox {told}" in comparison) is is_open
    change = {
        "guide": here.guide.id,
        "starts": "2026-11-02T09:00",
        "zone": "UTC",
        "place": "Room 2",
        "panel": [here.people.ann.id, here.people.bob.id],
        "trainees": [here.people.tia.id],
    }
    answer = client.post(f"/interviews/{here.interview}", data=change)
    assert answer.status_code == (409 if is_open else 303)
    if is_open:
        assert "So nobody leaves the observers any more." in text_of(answer)


# --- reopening ---


def test_my_card_can_be_reopened_with_a_reason_and_keeps_what_was_submitted(here, client, rows):
    reopened(rows, here.cards[1])  # Bob is not in yet
    url = f"/scorecards/{here.cards[0]}/reopen"
    assert client.post(url, data={"reason": ""}).status_code == 422
    assert client.post(url, data={"reason": "Two answers were mixed up."}).status_code == 303
    save = {"seen": 1, "level": 1, "note": "It was the other answer."}
    answer = client.post(f"/scorecards/{here.cards[0]}/items/{here.items[0]}", data=save)
    assert answer.status_code == 303
    page = client.get(f"/scorecards/{here.cards[0]}")
    assert "Ann Lee reopened this card" in text_of(page)
    first = text_of(client.get(f"/scorecards/{here.cards[0]}/submissions/1"))
    assert "Rating: 2" in first
    assert "It was the other answer." not in first
    client.sign_in(here.people.bob)
    assert client.get(f"/scorecards/{here.cards[0]}/submissions/1").status_code == 404


def test_once_the_panel_is_open_no_card_is_reopened(here, client):
    for person in (here.people.ann, here.people.recruiter):
        client.sign_in(person)
        answer = client.post(f"/scorecards/{here.cards[0]}/reopen", data={"reason": "Too low."})
        assert answer.status_code == 409
        assert "Change a rating in the debrief instead" in answer.text
    client.sign_in(here.people.bob)
    assert client.get(f"/scorecards/{here.cards[0]}/reopen").status_code == 404


# --- opening early ---


def test_opening_early_needs_a_reason_and_the_whole_panel_is_shown_it(here, client, rows):
    reopened(rows, here.cards[1])
    override, panel = (f"/interviews/{here.interview}/{end}" for end in ("override", "panel"))
    client.sign_in(here.people.recruiter)
    assert "Hidden until everyone" in text_of(client.get(panel))
    assert client.post(override, data={"reason": "curious"}).status_code == 422
    reason = "A complaint came in and has to be answered today."
    assert client.post(override, data={"reason": reason}).location == panel
    page = text_of(client.get(panel))
    assert "Ann Lee" in page
    assert "Bob Roy" not in page, "what is not submitted stays its owner's"
    assert "You opened it early" in page
    for person, card in zip((here.people.ann, here.people.bob), here.cards, strict=False):
        client.sign_in(person)
        page = text_of(client.get(f"/scorecards/{card}"))
        assert "Rita Recruiter" in page
        assert reason in page
        assert "Hidden until" in text_of(client.get(panel)), "it is open to nobody else"
    client.sign_in(here.people.recruiter)
    comparison = text_of(client.get(f"/guides/{here.guide.id}/comparison"))
    assert "Nothing to compare yet" in comparison


def test_who_rates_cannot_open_early_and_who_has_looked_cannot_rate(here, client, rows):
    reopened(rows, here.cards[1])
    with rows() as session:
        both = factories.person(session, Role.RECRUITER, Role.INTERVIEWER, name="Bo Both")
        both_id = both.id
        ann = session.merge(here.people.ann)
        ann.roles = frozenset({Role.RECRUITER, Role.INTERVIEWER})
        session.commit()
    override = f"/interviews/{here.interview}/override"
    client.sign_in(here.people.ann)
    answer = client.post(override, data={"reason": "I would like to know."})
    assert answer.status_code == 409
    assert "You are on this panel" in answer.text
    client.sign_in(both)
    assert client.post(override, data={"reason": "A complaint came in."}).status_code == 303
    change = {
        "guide": here.guide.id,
        "starts": "2026-11-02T09:00",
        "zone": "UTC",
        "place": "Room 2",
        "panel": [here.people.ann.id, here.people.bob.id, both_id],
    }
    answer = client.post(f"/interviews/{here.interview}", data=change)
    assert answer.status_code == 409
    assert "looked at what was scored before it was open" in answer.text


def test_who_is_chosen_twice_is_named(here, client, rows):
    reopened(rows, here.cards[1])
    client.sign_in(here.people.recruiter)
    change = {
        "guide": here.guide.id,
        "starts": "2026-11-02T09:00",
        "zone": "UTC",
        "place": "Room 2",
        "panel": [here.people.ann.id, here.people.bob.id],
        "trainees": [here.people.ann.id],
        "observers": [here.people.bob.id],
    }
    answer = client.post(f"/interviews/{here.interview}", data=change)
    assert answer.status_code == 422
    assert "for the panel and as a trainee" in answer.text
    assert "to rate and to observe" in answer.text
