"""What the comparison reads: how many statements, from which index, and for whom."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from hiring.comparison import queries
from hiring.comparison.models import Decision, Outcome
from hiring.people.rules import Role
from hiring.scorecards.models import Rating
from tests import factories
from tests.client import queries_at_most

BOTH = (Role.RECRUITER, Role.INTERVIEWER)
# The person; the guide, its traits and its items; interviews, observers, overrides and cards;
# ratings and what the debrief changed; decisions; other versions of the guide.
STATEMENTS = 12


@pytest.fixture
def database(app):
    return app.extensions["database"]


@pytest.fixture
def rows(database):
    """Opens a session to make rows with."""
    return lambda: database.session(write=True)


@pytest.fixture
def people(rows):
    with rows() as session:
        made = SimpleNamespace(
            recruiter=factories.person(session, Role.RECRUITER),
            raters=[factories.person(session) for _ in range(3)],
        )
        session.commit()
    return made


def play(session, guide, raters, candidates, *, submitted=None):
    """Interviews of so many candidates with everything rated, in a few statements."""
    interviews = [
        factories.interview(session, guide, [session.merge(rater) for rater in raters])
        for _ in range(candidates)
    ]
    cards = [card for interview in interviews for card in interview.cards]
    for card in cards:
        card.submitted_at = factories.NOW
    session.flush()
    session.execute(
        sa.insert(Rating),
        [
            {
                "scorecard_id": card.id,
                "item_id": item.id,
                "guide_id": guide.id,
                "candidate_id": card.candidate_id,
                "level": 1 + (card.id + item.id) % 5,
                "version": 1,
                "saved_at": factories.NOW,
            }
            for card in cards
            for item in guide.items
        ],
    )
    return interviews


@pytest.mark.parametrize("candidates", [3, 30])
@pytest.mark.parametrize("traits", [("T03", "CIV"), ("T01", "T02", "T03", "T08", "T10", "CIV")])
def test_the_number_of_statements_is_always_the_same(client, rows, people, candidates, traits):
    with rows() as session:
        guide = factories.guide(session, session.merge(people.recruiter), traits)
        played = play(session, guide, people.raters, candidates)
        for interview in played[: candidates // 2]:
            session.add(decision(interview.candidate_id, people.recruiter))
        session.commit()
    client.sign_in(people.recruiter)
    with queries_at_most(STATEMENTS) as sent:
        page = client.get(f"/guides/{guide.id}/comparison")
    assert f"{candidates} candidates whose panel is complete" in page.text
    assert len(sent) == STATEMENTS
    assert not any("note" in statement for statement in sent)


def decision(candidate_id, by, outcome=Outcome.HOLD):
    return Decision(
        candidate_id=candidate_id,
        outcome=outcome,
        reason="Both orders of the questions.",
        decided_by_id=by.id,
        decided_at=factories.NOW,
    )


def test_ratings_come_from_the_covering_index_and_never_from_the_table(
    client, database, rows, people
):
    with rows() as session:
        guide = factories.guide(session, session.merge(people.recruiter))
        play(session, guide, people.raters, 3)
        session.commit()
    asked = []

    def note(_connection, _cursor, statement, parameters, *_):
        if "FROM rating" in statement:
            asked.append((statement, parameters))

    client.sign_in(people.recruiter)
    event.listen(database.engine, "before_cursor_execute", note)
    try:
        client.get(f"/guides/{guide.id}/comparison")
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    ((statement, parameters),) = asked
    with database.engine.connect() as connection:
        if database.is_sqlite:
            explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            (plan,) = [row[-1] for row in explained]
            wanted = "SEARCH rating USING COVERING INDEX ix_rating_comparison (guide_id=?)"
            assert plan == wanted
        else:
            # Of so few rows PostgreSQL would read all; with many it has the same choice as here.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            explained = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            plan = "\n".join(row[0] for row in explained)
            assert "Index Only Scan using ix_rating_comparison on rating" in plan
            assert "Index Cond: (guide_id =" in plan


def test_a_draft_and_a_guide_that_is_not_there_compare_nobody(rows, people):
    with rows() as session:
        draft = factories.guide(session, session.merge(people.recruiter), published=False)
        for guide_id in (draft.id, 9_999):
            found = queries.compared(session, guide_id, people.recruiter.id, {Role.RECRUITER})
            assert found is None


def test_only_candidates_whose_panel_is_open_are_compared_and_only_submitted_cards_count(
    rows, people
):
    with rows() as session:
        guide = factories.guide(session, session.merge(people.recruiter))
        raters = [session.merge(rater) for rater in people.raters]
        complete, closed, waiting, empty = (
            factories.interview(session, guide, raters) for _ in range(4)
        )
        for card in complete.cards:
            factories.fill(session, card, 3)
        for level, card in zip((5, 1), closed.cards, strict=False):
            factories.fill(session, card, level, submit=level == 5)
        closed.close(session.merge(people.recruiter), "They are ill.", factories.NOW)
        for card in waiting.cards[:2]:
            factories.fill(session, card)
        found = queries.compared(session, guide.id, people.recruiter.id, {Role.RECRUITER})
    assert set(found.interviews) == {complete.candidate_id, closed.candidate_id}
    assert {one.id for one in found.waiting} == {waiting.id, empty.id}
    shown = {row.candidate: row for row in found.comparison.candidates}
    assert shown[complete.candidate_id].composite == 3
    assert shown[closed.candidate_id].composite == 5
    assert shown[closed.candidate_id].traits["T03"].by_rater == {raters[0].id: 5}


def test_someone_on_a_panel_sees_only_the_interviews_that_are_open_to_them(rows, people):
    with rows() as session:
        guide = factories.guide(session, session.merge(people.recruiter))
        raters = [session.merge(rater) for rater in people.raters]
        both = factories.person(session, *BOTH)
        mine = factories.interview(session, guide, [both, *raters])
        others = factories.interview(session, guide, raters)
        for card in (*mine.cards[1:], *others.cards):
            factories.fill(session, card)

        def compared():
            return queries.compared(session, guide.id, both.id, both.roles)

        found = compared()
        assert set(found.interviews) == {others.candidate_id}
        assert [one.id for one in found.waiting] == [mine.id]
        factories.fill(session, mine.cards[0])
        session.expire_all()
        assert set(compared().interviews) == {others.candidate_id, mine.candidate_id}


def test_versions_of_a_guide_are_compared_by_themselves(rows, people):
    with rows() as session:
        first = factories.guide(session, session.merge(people.recruiter))
        second = factories.guide(
            session, session.merge(people.recruiter), of=first.opening, version=2
        )
        (old,) = play(session, first, people.raters, 1)
        (new,) = play(session, second, people.raters, 1)
        raters = [session.merge(rater) for rater in people.raters]
        twice = factories.interview(session, second, raters, old.candidate)
        for card in twice.cards:
            factories.fill(session, card, 5)
        asked = (people.recruiter.id, {Role.RECRUITER})
        before = queries.compared(session, first.id, *asked)
        after = queries.compared(session, second.id, *asked)
    assert set(before.interviews) == {old.candidate_id}
    assert set(after.interviews) == {new.candidate_id, old.candidate_id}
    assert before.comparison.candidates[0].composite != 5
    assert {r.candidate: r.composite for r in after.comparison.candidates}[old.candidate_id] == 5


def test_the_newest_guide_with_an_interview_is_the_one_to_compare(rows, people):
    with rows() as session:
        recruiter = session.merge(people.recruiter)
        first = factories.guide(session, recruiter)
        second = factories.guide(session, recruiter, of=first.opening, version=2)
        elsewhere = factories.guide(session, recruiter)
        newest = queries.newest_compared_guide
        assert newest(session, first.opening_id) is None
        play(session, elsewhere, people.raters, 1)
        assert newest(session, first.opening_id) is None
        play(session, first, people.raters, 1)
        assert newest(session, first.opening_id) == first.id
        play(session, second, people.raters, 1)
        assert newest(session, first.opening_id) == second.id
        others = queries.other_guides(session, first)
        assert [guide.id for guide in others] == [second.id]


def test_the_decision_that_stands_is_the_last_one(rows, people):
    with rows() as session:
        guide = factories.guide(session, session.merge(people.recruiter))
        ann, bob = (factories.candidate(session, guide.opening) for _ in range(2))
        taken = ((ann, Outcome.HOLD), (bob, Outcome.OFFER), (ann, Outcome.REJECT))
        for candidate, outcome in taken:
            session.add(decision(candidate.id, people.recruiter, outcome))
            session.flush()
        latest = queries.latest_decisions(session, [ann.id, bob.id])
        assert {key: one.outcome for key, one in latest.items()} == {
            ann.id: Outcome.REJECT,
            bob.id: Outcome.OFFER,
        }
        assert [one.outcome for one in queries.decisions_of(session, ann.id)] == [
            Outcome.REJECT,
            Outcome.HOLD,
        ]
        assert queries.latest_decisions(session, []) == {}
