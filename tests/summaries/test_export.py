"""Summaries from a real round: what they say, record copies, exports with their leases and zips."""

import datetime as dt
import io
import zipfile
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from hiring import db
from hiring.comparison.models import Decision, Outcome
from hiring.guides.models import Guide
from hiring.interviews.models import Interview
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.refusal import Refused
from hiring.scorecards.models import Rating, SavedAnswer
from hiring.summaries import export, pdf, queries, records, rules
from hiring.summaries.models import Export, Kind, RecordCopy, State
from tests import factories


@dataclass
class Round:
    """Two candidates whose panel is complete, and one whose panel is not."""

    recruiter: Person
    panel: list[Person]
    guide: Guide
    done: list[Interview]
    open: Interview


@pytest.fixture
def session(app: Flask):
    with app.app_context():
        yield db.session()


@pytest.fixture
def round_(session: Session) -> Round:
    recruiter = factories.person(session, Role.RECRUITER, name="Rana Recruiter")
    panel = [factories.person(session, name=f"Interviewer {letter}") for letter in "XYZ"]
    guide = factories.guide(session, recruiter)
    done = [factories.interview(session, guide, panel) for _ in range(2)]
    for number, interview in enumerate(done):
        for seat, card in enumerate(interview.cards):
            factories.fill(session, card, {1: 2 + number, 2: 3 + (seat == 0)})
    unfinished = factories.interview(session, guide, panel)
    factories.fill(session, unfinished.cards[0], 5)
    factories.rate(session, unfinished.cards[1], guide.items[0].id, 1, "Half a secret.")
    session.commit()
    return Round(recruiter, panel, guide, done, unfinished)


def summaries(session: Session, round_: Round) -> dict[int, rules.Summary]:
    return queries.summaries(session, round_.guide.id, "Rana Recruiter", db.now())


def ask(session: Session, round_: Round, *candidates: int) -> int:
    kind = Kind.SUMMARIES if len(candidates) > 1 else Kind.SUMMARY
    made = export.ask(session, kind, round_.recruiter.id, round_.guide.id, list(candidates))
    session.commit()
    return made.id


def made(session: Session, export_id: int) -> Export:
    session.expire_all()
    found = queries.export(session, export_id)
    assert found is not None
    return found


def candidate_ids(round_: Round) -> list[int]:
    return [interview.candidate_id for interview in (*round_.done, round_.open)]


# --- what a summary says ---


def test_a_summary_holds_what_every_interviewer_gave(session, round_):
    summary = summaries(session, round_)[round_.done[0].candidate_id]
    listening = next(trait for trait in summary.traits if trait.key == "T03")
    assert [who.name for who in summary.panel] == [person.name for person in round_.panel]
    assert [[r.level for r in item.ratings] for item in listening.items] == [[2, 2, 2], [4, 3, 3]]
    assert listening.scores == (3.0, 2.5, 2.5)
    assert listening.mean == pytest.approx(8 / 3)
    assert summary.composite is not None
    assert summary.composite.value == pytest.approx((8 / 3 + 3) / 2)
    assert summary.civility is not None
    assert summary.civility.weight is None
    assert sum(trait.weight or 0 for trait in summary.traits) == pytest.approx(1)
    assert not summary.incomplete


def test_a_summary_of_an_open_panel_holds_no_rating(session, round_):
    summary = summaries(session, round_)[round_.open.candidate_id]
    text = rules.as_json(summary)
    assert summary.composite is None
    assert "2 of 3" in summary.incomplete[0]
    assert "Half a secret" not in text
    assert "Said what they did." not in text
    assert not [r for result in summary.results for item in result.items for r in item.ratings]


def test_nobody_elses_name_is_in_a_summary(session, round_):
    found = summaries(session, round_)
    for candidate, summary in found.items():
        text = rules.as_json(summary)
        for other in found:
            assert other == candidate or found[other].candidate not in text


def test_the_decision_that_stands_is_in_it(session, round_):
    candidate = round_.done[0].candidate_id
    for outcome in (Outcome.HOLD, Outcome.OFFER):
        session.add(
            Decision(
                candidate_id=candidate,
                outcome=outcome,
                reason=f"Because: {outcome}",
                decided_by_id=round_.recruiter.id,
                decided_at=db.now(),
            )
        )
        session.commit()
    (decision,) = summaries(session, round_)[candidate].decisions
    assert (decision.outcome, decision.by) == ("Make an offer", "Rana Recruiter")


def test_a_closed_panel_is_told_with_who_did_not_submit(session, round_):
    round_.open.close(round_.recruiter, "Zed is ill", db.now())
    session.commit()
    summary = summaries(session, round_)[round_.open.candidate_id]
    assert summary.closing is not None
    assert (summary.closing.by, summary.closing.sentence_of_reason) == (
        "Rana Recruiter",
        "Zed is ill.",
    )
    assert summary.closing.missing == ("Interviewer Y", "Interviewer Z")
    assert (len(summary.panel), summary.planned) == (1, 3)


def test_where_panels_differ_the_adjusted_composite_says_so(session, round_):
    before = summaries(session, round_)[round_.done[0].candidate_id].composite
    assert before is not None
    assert before.unadjusted is None
    assert before.compared == 2
    stranger = factories.person(session, name="Interviewer W")
    other = factories.interview(session, round_.guide, [*round_.panel[:2], stranger])
    for number, card in enumerate(other.cards):
        factories.fill(session, card, 3 + (number == 2))
    session.commit()
    found = summaries(session, round_)[other.candidate_id].composite
    assert found is not None
    assert found.unadjusted == pytest.approx(10 / 3)
    assert found.value != pytest.approx(found.unadjusted, abs=0.01)
    text = pdf._markup("summary.html", summary=summaries(session, round_)[other.candidate_id])
    assert "adjusted for the different panels; unadjusted 3.33" in text


def test_candidates_without_a_composite_are_not_counted_among_those_measured(session, round_):
    partial = factories.interview(session, round_.guide, round_.panel)
    for card in partial.cards:
        for item in round_.guide.items:
            factories.rate(session, card, item.id, None if item.trait_key == "T03" else 3)
        card.submit(factories.NOW)
    session.commit()
    found = summaries(session, round_)
    assert found[partial.candidate_id].composite is None
    composite = found[round_.done[0].candidate_id].composite
    assert composite is not None
    assert composite.compared == 2


# --- record copies ---


@pytest.mark.pdf
def test_the_same_bytes_come_again_until_a_rating_changes(session, round_):
    candidate = round_.done[0].candidate_id
    ids: list[int] = []
    for change in (False, False, True):
        if change:
            rating = session.scalars(
                sa.select(Rating).where(Rating.candidate_id == candidate)
            ).first()
            rating.level = 5
            session.commit()
        number = ask(session, round_, candidate)
        export.work(number)
        done = made(session, number)
        assert done.state == State.READY
        ids.append(done.units[0].copy_id or 0)
    first, again, after = ids
    assert first == again != after
    copies = queries.copies_of(session, candidate)
    assert [copy.id for copy in copies] == [after, first]
    assert queries.pdf_of(session, first) != queries.pdf_of(session, after)
    assert copies[0].scoring_version == "1"
    assert '"candidate"' in copies[0].numbers


@pytest.mark.pdf
def test_a_new_candidate_in_the_comparison_makes_a_new_copy(session, round_):
    candidate = round_.done[0].candidate_id
    before = records.key_of(summaries(session, round_)[candidate])
    assert records.key_of(summaries(session, round_)[candidate]) == before
    for card in round_.open.cards[1:]:
        for table in (Rating, SavedAnswer):
            session.execute(sa.delete(table).where(table.scorecard_id == card.id))
        factories.fill(session, card, 4)
    session.commit()
    assert records.key_of(summaries(session, round_)[candidate]) != before


# --- exports ---


@pytest.fixture
def two_versions(session: Session, round_: Round):
    """Besides the round: one interviewed with both guide versions, one with none."""
    newer = factories.guide(session, round_.recruiter, of=round_.guide.opening, version=2)
    again = factories.interview(session, newer, round_.panel, round_.done[0].candidate)
    for card in again.cards:
        factories.fill(session, card, 4)
    missing = factories.candidate(session, round_.guide.opening, "Nadia Never")
    session.commit()
    return again.candidate, missing


@pytest.mark.pdf
def test_all_of_an_opening_come_whichever_version_they_had(session, round_, two_versions, tmp_path):
    twice, missing = two_versions
    asked = export.ask_opening(session, round_.recruiter.id, round_.guide.opening_id)
    session.commit()
    export.work(asked.id)
    done = made(session, asked.id)
    with zipfile.ZipFile(io.BytesIO(records.zipped(session, done, {}))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    problems, remarks = files.pop("problems.txt").decode(), files.pop("remarks.txt").decode()
    assert problems == f"{missing.name} has no interview yet, so there is nothing to sum up.\n"
    assert remarks == (
        f"{twice.name} was also interviewed with guide version 1. The summary is of version 2, "
        "the newest.\n"
    )
    assert {unit.copy.guide_id for unit in done.units if unit.copy} == {1, 2}
    assert len(files) == 3
    written = export.export_opening(session, round_.guide.opening_id, tmp_path)
    assert {path.name for path in written.files} == set(files)
    assert set(written.remarks) == {problems.strip(), remarks.strip()}


@pytest.mark.pdf
def test_what_is_closed_to_who_asked_is_left_out_and_named(session, round_):
    recruiter, subject = round_.recruiter, round_.done[0].candidate
    round_.done[0].seat(round_.panel, [recruiter])
    asked = export.ask_opening(session, recruiter.id, round_.guide.opening_id)
    session.commit()
    export.work(asked.id)
    done = made(session, asked.id)
    (problem,) = done.problems
    assert problem == (
        f"{subject.name}: The panel is complete. It opens to you when you have submitted your own "
        "card."
    )
    with zipfile.ZipFile(io.BytesIO(records.zipped(session, done, {}))) as archive:
        assert len(archive.namelist()) == 3
    # What was made before somebody was seated there is left out when it is fetched.
    hr = factories.person(session, Role.HR)
    before = export.ask_opening(session, hr.id, round_.guide.opening_id)
    session.commit()
    export.work(before.id)
    done = made(session, before.id)
    assert not records.closed_units(session, done, hr)
    closed = records.closed_units(session, done, recruiter)
    with zipfile.ZipFile(io.BytesIO(records.zipped(session, done, closed))) as archive:
        assert len(archive.namelist()) == 3
        assert archive.read("problems.txt").decode().strip() == problem


@pytest.mark.pdf
def test_an_export_of_all_is_one_zip(session, round_):
    number = ask(session, round_, *candidate_ids(round_))
    export.work(number)
    done = made(session, number)
    with zipfile.ZipFile(io.BytesIO(records.zipped(session, done, {}))) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)) == 3
        assert all(archive.read(name).startswith(b"%PDF") for name in names)


@pytest.mark.pdf
def test_what_could_not_be_made_is_named_and_the_rest_comes(session, round_):
    stranger = factories.candidate(session, round_.guide.opening).id
    number = ask(session, round_, round_.done[0].candidate_id, stranger)
    export.work(number)
    done = made(session, number)
    assert done.state == State.READY
    (problem,) = done.problems
    assert "no interview" in problem
    with zipfile.ZipFile(io.BytesIO(records.zipped(session, done, {}))) as archive:
        assert archive.read("problems.txt").decode().strip() == problem
        assert len(archive.namelist()) == 2


@pytest.mark.pdf
def test_an_export_is_made_once_and_taken_up_again_after_a_crash(session, round_):
    number = ask(session, round_, round_.done[0].candidate_id)
    row = session.get(Export, number)
    row.state, row.lease_until = State.RUNNING, db.now() + dt.timedelta(seconds=40)
    session.commit()
    export.work(number)
    assert made(session, number).state == State.RUNNING  # somebody else holds the lease
    assert list(export.overdue(session)) == []
    row.lease_until = db.now() - dt.timedelta(seconds=90)
    session.commit()
    assert list(export.overdue(session)) == [("export", number)]
    export.work(number)
    assert made(session, number).state == State.READY
    export.work(number)
    assert session.scalar(sa.select(sa.func.count(RecordCopy.id))) == 1


@pytest.mark.pdf
def test_the_command_line_writes_one_pdf_for_each_candidate(session, round_, tmp_path):
    out = tmp_path / "new" / "folder"
    files = export.export_opening(session, round_.guide.opening_id, out).files
    assert sorted(out.iterdir()) == sorted(files)
    assert len(files) == 3
    before = {file: file.read_bytes() for file in files}
    export.export_opening(session, round_.guide.opening_id, out)
    assert {file: file.read_bytes() for file in files} == before


def test_an_opening_without_interviews_is_refused(session, round_, tmp_path):
    empty = factories.opening(session, round_.recruiter)
    for opening_id in (empty.id, 999):
        with pytest.raises(Refused):
            export.export_opening(session, opening_id, tmp_path / "out")
    assert not (tmp_path / "out").exists()
