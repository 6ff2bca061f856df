"""Suggestions for the manager of somebody hired: who gets them, which, and that they are frozen."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from hiring import db
from hiring.comparison.models import Decision, Outcome
from hiring.guides import queries as guides
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.refusal import found
from hiring.summaries import export, queries, rules
from hiring.summaries.models import Kind, RecordCopy
from hiring.summaries.ninety_days import STRONG_FROM, Suggestions, suggestions
from tests import factories
from tests.pages import text_of
from tests.summaries import sample
from tests.test_cli import run

BRIEFINGS = factories.library().briefings
FIRST = "The first ninety days of"


@given(st.lists(st.one_of(st.none(), st.floats(1, 5)), min_size=7, max_size=7))
def test_each_scored_trait_brings_the_list_its_mean_is_nearer_to(means):
    results = [replace(r, mean=m) for r, m in zip(sample.summary().results, means, strict=True)]
    made = iter(suggestions(results, BRIEFINGS))
    for result in results:
        if result.mean is None:
            continue
        one, briefing = next(made), BRIEFINGS[result.key]
        assert one.trait == result.name
        assert one.is_strong == (result.mean >= 3.5)
        assert one.texts == (briefing.when_strong if one.is_strong else briefing.when_growing)
    assert next(made, None) is None


def test_midway_counts_as_strong_and_a_trait_without_a_briefing_brings_nothing():
    (result, *_) = sample.summary().results
    at, below = (replace(result, mean=STRONG_FROM - less) for less in (0, 0.01))
    assert [one.is_strong for one in suggestions([at, below], BRIEFINGS)] == [True, False]
    assert suggestions([at], {}) == ()


# --- of a real round ---


@pytest.fixture
def round_(app, client):
    """The numbers of a guide and of two candidates with all ratings in, a 4 and a 2 throughout."""
    with app.app_context():
        session = db.session()
        recruiter = factories.person(session, Role.RECRUITER)
        guide = factories.guide(session, recruiter)
        done = [factories.interview(session, guide, [factories.person(session)]) for _ in range(2)]
        for interview, level in zip(done, (4, 2), strict=True):
            factories.fill(session, interview.cards[0], level)
        session.commit()
        client.sign_in(recruiter)
        return guide.id, [interview.candidate_id for interview in done], recruiter.id


def decide(app, candidate_id, by_id, outcome):
    with app.app_context():
        db.session().add(
            Decision(
                candidate_id=candidate_id,
                outcome=outcome,
                reason="Talked through.",
                decided_by_id=by_id,
                decided_at=db.now(),
            )
        )
        db.session().commit()


def summaries(app, guide_id, briefings=None):
    with app.app_context():
        return queries.summaries(db.session(), guide_id, "Ann", factories.NOW, briefings)


def test_only_an_offer_that_stands_brings_them_and_only_when_asked(app, round_):
    guide, (strong, growing), by = round_
    decide(app, strong, by, Outcome.OFFER)
    decide(app, growing, by, Outcome.OFFER)
    decide(app, growing, by, Outcome.REJECT)
    assert not any(one.first_ninety_days for one in summaries(app, guide).values())
    made = summaries(app, guide, BRIEFINGS)
    assert made[growing].first_ninety_days == ()
    assert [(one.trait, one.is_strong) for one in made[strong].first_ninety_days] == [
        (result.name, True) for result in made[strong].results
    ]


def test_a_panel_that_is_not_open_tells_nothing(app, round_):
    guide_id, _, by = round_
    with app.app_context():
        session = db.session()
        guide = found(guides.guide(session, guide_id))
        panel = [factories.person(session) for _ in range(2)]
        interview = factories.interview(session, guide, panel)
        factories.fill(session, interview.cards[0], 5)
        session.commit()
        candidate = interview.candidate_id
    decide(app, candidate, by, Outcome.OFFER)
    assert summaries(app, guide_id, BRIEFINGS)[candidate].first_ninety_days == ()


def test_they_are_in_the_digest_and_without_them_it_is_what_it_was(app, round_):
    guide, (strong, _), by = round_
    decide(app, strong, by, Outcome.OFFER)
    plain, told = summaries(app, guide)[strong], summaries(app, guide, BRIEFINGS)[strong]
    assert rules.digest(plain) != rules.digest(told)
    changed = replace(
        told, first_ninety_days=(Suggestions("Civility", is_strong=True, texts=("Other.",)),)
    )
    assert rules.digest(changed) != rules.digest(told)
    assert rules.digest(replace(told, first_ninety_days=())) == rules.digest(plain)


def test_the_export_keeps_what_was_chosen_and_freezes_it_in_the_record_copy(app, round_):
    guide, (strong, growing), by = round_
    decide(app, strong, by, Outcome.OFFER)
    numbers = {}
    for wanted in (False, True):
        with app.app_context():
            session = db.session()
            people = [strong, growing]
            made = export.ask(session, Kind.SUMMARIES, by, guide, people, first_ninety_days=wanted)
            session.commit()
            export.work(made.id)
            units = queries.export(session, made.id).units
            numbers[wanted] = [session.get(RecordCopy, unit.copy_id) for unit in units]
    (plain, told), (before, after) = zip(numbers[False], numbers[True], strict=True)
    assert BRIEFINGS["T03"].when_strong[0] in told.numbers
    assert BRIEFINGS["T03"].when_strong[0] not in plain.numbers
    assert before.id == after.id  # nobody made them an offer, so nothing more is said of them


@pytest.mark.parametrize("chosen", [True, False])
def test_the_command_writes_them_when_told_to(app, round_, tmp_path, chosen):
    _, (strong, _), by = round_
    decide(app, strong, by, Outcome.OFFER)
    option = ["--first-ninety-days"] if chosen else []
    code, output = run(
        app, "summaries", "export", "--opening", "1", "--out", str(tmp_path), *option
    )
    assert code == 0, output
    with app.app_context():
        (copy,) = queries.copies_of(db.session(), strong)
    assert (BRIEFINGS["T03"].when_strong[0] in copy.numbers) == chosen


# --- asking for it ---


def test_the_decision_page_offers_it_once_an_offer_stands(app, client, round_):
    _, (strong, _), by = round_
    address = f"/candidates/{strong}/decisions"
    assert "ninety" not in client.get(address).text
    decide(app, strong, by, Outcome.OFFER)
    page = client.get(address)
    assert "Summary with the first ninety days (PDF)" in page.text
    assert 'name="first_ninety_days" value="y"' in page.text
    assert 'href="/library/notes/manager"' in page.text
    decide(app, strong, by, Outcome.HOLD)
    assert "ninety" not in client.get(address).text


@pytest.mark.parametrize("path", ["/candidates/{}/summary", "/openings/1/summaries"])
@pytest.mark.parametrize("chosen", [True, False])
def test_what_is_ticked_is_kept_with_the_export(app, client, round_, monkeypatch, path, chosen):
    monkeypatch.setattr("hiring.summaries.routes.PATIENCE", 0)
    _, (strong, _), _ = round_
    for page in (f"/candidates/{strong}", "/openings/1"):
        assert 'type="checkbox" name="first_ninety_days"' in client.get(page).text
    answer = client.post(path.format(strong), data={"first_ninety_days": "y"} if chosen else {})
    number = int(re.search(r"\d+$", str(answer.location))[0])
    with app.app_context():
        assert queries.export(db.session(), number).first_ninety_days is chosen


def test_the_builder_leads_to_the_notes_for_the_recruiter(client, app, round_):
    _, _, by = round_
    with app.app_context():
        session = db.session()
        draft = factories.guide(session, session.get_one(Person, by), published=False)
        session.commit()
        number = draft.id
    page = client.get(f"/guides/{number}")
    assert 'href="/library/notes/recruiter"' in page.text
    assert "T03 in the library" in text_of(page)


# --- on paper ---


@pytest.mark.pdf
def test_they_stand_on_a_page_of_their_own_behind_the_record(tmp_path):
    from hiring.summaries import pdf  # noqa: PLC0415 - it loads WeasyPrint

    told = sample.summary()
    told = replace(told, first_ninety_days=suggestions(told.results, BRIEFINGS))
    pages = [
        " ".join(page.extract_text().split())
        for page in PdfReader(io.BytesIO(pdf.summary_pdf(told))).pages
    ]
    assert [FIRST in page for page in pages] == [*[False] * (len(pages) - 1), True]
    assert "NOT A RECORD OF SCORES" in pages[-1]
    for one in told.first_ninety_days:
        for words in one.texts:
            assert words in pages[-1]
    assert "Mean" not in pages[-1]
    assert not re.search(r"\d\.\d\d", pages[-1])
    plain = PdfReader(io.BytesIO(pdf.summary_pdf(replace(told, first_ninety_days=()))))
    assert len(plain.pages) == len(pages) - 1
