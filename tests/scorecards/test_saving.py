"""Saving an answer: what is sent to the database, versions, refusals, and many saves at once."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from hiring.interviews.models import Scorecard
from hiring.people.rules import Role
from hiring.refusal import NotFound, Refused
from hiring.scorecards import rules, saving
from hiring.scorecards.models import Rating, SavedAnswer
from hiring.scorecards.rules import Answer, Stale
from tests import factories, wire
from tests.conftest import BACKEND

NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
THREADS, TIMES = 8, 25


@pytest.fixture
def database(app):
    return app.extensions["database"]


@pytest.fixture
def here(database):
    """Ann's and Bob's cards of one interview; a guide with more items than there are threads."""
    with database.session(write=True) as session:
        recruiter = factories.person(session, Role.RECRUITER)
        ann, bob = factories.person(session), factories.person(session)
        guide = factories.guide(session, recruiter, ("T03", "T08", "T10", "T15", "CIV"))
        interview = factories.interview(session, guide, [ann, bob])
        session.commit()
    mine, others = interview.cards
    return SimpleNamespace(
        card=mine.id,
        others=others.id,
        ann=ann,
        bob=bob,
        recruiter=recruiter,
        guide=guide,
        items=[item.id for item in guide.items],
        item=guide.items[0],
        interview=interview.id,
    )


@pytest.fixture
def save(database, here):
    """Save as Ann, in a transaction of its own, unless told otherwise."""

    def call(answer, seen=0, *, now=NOW, **place):
        at = {"card": here.card, "item": here.item.id, "person": here.ann.id, **place}
        with database.direct() as connection:
            return saving.save(connection, at["card"], at["item"], at["person"], answer, seen, now)

    return call


@pytest.fixture
def rows(database):
    """All present answers, or all saved versions, in order."""

    def all_of(model):
        order = [model.scorecard_id, model.item_id, model.version]
        with database.session(write=False) as session:
            return session.scalars(sa.select(model).order_by(*order)).all()

    return all_of


def answer_in(row):
    return Answer(*(getattr(row, name) for name in rules.FIELDS))


def noted(note, level=3):
    return Answer(level=level, note=note)


# --- what is sent ---


SAVED = {
    "sqlite": ["BEGIN IMMEDIATE", "INSERT INTO rating", "INSERT INTO saved_answer", "COMMIT"],
    "postgresql": ["WITH saved AS (INSERT INTO rating"],  # which keeps the version, too
}
# A PRAGMA makes SQLite forget every statement it has prepared.
ALL = (*wire.ROWS, *wire.TURNS, "PRAGMA")


def kinds(sent):
    """Each statement by how it begins, up to its table."""
    starts = {one for of_one in SAVED.values() for one in of_one} | {"SELECT", "ROLLBACK"}
    return [next((start for start in starts if one.startswith(start)), one) for one in sent]


def test_a_save_is_one_statement_or_two_in_a_transaction(database, save):
    for seen in (0, 1):
        with wire.statements(database.engine, ALL) as sent:
            assert save(noted(f"version {seen + 1}"), seen) == seen + 1
        assert kinds(sent) == SAVED[BACKEND]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_save_through_the_whole_app_adds_only_the_select_of_the_person(
    database, here, client, accept
):
    client.sign_in(here.ann)
    url = f"/scorecards/{here.card}/items/{here.item.id}"
    for seen in (0, 1):
        data = {"seen": seen, "level": 3, "note": f"version {seen + 1}"}
        with wire.statements(database.engine, ALL) as sent:
            answer = client.post(url, data=data, headers={"Accept": accept})
        assert answer.status_code in {200, 303}
        assert "FROM person" in sent[0]
        assert kinds(sent) == ["SELECT", *SAVED[BACKEND]]


def test_finding_a_conflict_reads_once_more_and_writes_nothing(database, save):
    save(noted("first"))
    with wire.statements(database.engine, ALL) as sent, pytest.raises(Stale):
        save(noted("from a stale tab"))
    tried = SAVED[BACKEND][: 2 if BACKEND == "sqlite" else 1]
    assert kinds(sent) == [*tried, "SELECT"] + ["ROLLBACK"] * (BACKEND == "sqlite")


# --- versions ---


def test_the_first_answer_is_version_1_and_every_save_the_next(save, rows, here):
    whole = Answer(
        level=5,
        note="héé\n“so”",
        follow_ups=1,
        look_fors=3,
        warnings=2,
        situation="At the desk,\nat noon.",
        action="Rang.",
        result="Solved.",
        free_follow_up="And then?",
        free_reason="It broke off.",
        happened=0b1001,
        happened_note="A second chair.",
        seconds=412,
    )
    answers = [noted("one"), whole, Answer(not_observed=True, reason="No time."), Answer()]
    for version, answer in enumerate(answers, start=1):
        assert save(answer, version - 1, now=NOW + dt.timedelta(minutes=version)) == version
        (rating,) = rows(Rating)
        assert answer_in(rating) == answer
        assert rating.version == version
        assert rating.saved_at == NOW + dt.timedelta(minutes=version)
    assert (rating.guide_id, rating.scorecard_id) == (here.guide.id, here.card)
    kept = rows(SavedAnswer)
    assert [answer_in(row) for row in kept] == answers
    assert [row.version for row in kept] == [1, 2, 3, 4]
    assert [row.saved_at for row in kept] == [NOW + dt.timedelta(minutes=m) for m in range(1, 5)]


def test_a_rating_repeats_the_candidate_and_the_guide_of_its_card(save, rows, database, here):
    save(noted("x"))
    with database.session(write=False) as session:
        card = session.get(Scorecard, here.card)
    (rating,) = rows(Rating)
    assert (rating.candidate_id, rating.guide_id) == (card.candidate_id, card.guide_id)


@pytest.mark.parametrize("seen", [0, 1, 3, 99])
def test_a_stale_tab_gets_what_is_stored_and_overwrites_nothing(save, rows, seen):
    save(noted("first"))
    save(noted("second"), 1)
    with pytest.raises(Stale) as raised:
        save(noted("from a stale tab", 1), seen)
    stored = raised.value.stored
    assert (stored.answer, stored.version, stored.saved_at) == (noted("second"), 2, NOW)
    (rating,) = rows(Rating)
    assert (answer_in(rating), rating.version) == (noted("second"), 2)
    assert [row.note for row in rows(SavedAnswer)] == ["first", "second"]


def test_the_same_answer_sent_twice_is_no_conflict(save, rows):
    assert save(noted("first")) == 1
    assert save(noted("first"), 0) == 1
    assert save(noted("second"), 1) == 2
    assert save(noted("second"), 1) == 2
    assert save(noted("second"), 0) == 2
    assert [(row.version, row.note) for row in rows(SavedAnswer)] == [(1, "first"), (2, "second")]


@pytest.mark.parametrize(
    "other",
    [
        Answer(3, note="first "),
        Answer(4, note="first"),
        Answer(None, note="first"),
        Answer(3, note="first", look_fors=1),
        Answer(None, not_observed=True, reason="No time.", note="first"),
        Answer(3, note="first", situation="At noon."),
        Answer(3, note="first", happened=1),
    ],
)
def test_whatever_differs_is_a_conflict(save, other):
    save(noted("first"))
    with pytest.raises(Stale):
        save(other, 0)


def test_time_alone_makes_no_conflict(save, rows):
    save(Answer(3, note="first", seconds=30))
    assert save(Answer(3, note="first", seconds=95), 0) == 1
    assert [row.seconds for row in rows(SavedAnswer)] == [30]
    assert save(Answer(3, note="first", seconds=95), 1) == 2


@pytest.fixture
def put_back(database, here):
    def call(version, seen, **place):
        at = {"card": here.card, "item": here.item.id, "person": here.ann.id, **place}
        with database.writing() as connection:
            return saving.put_back(
                connection, at["card"], at["item"], at["person"], version, seen, NOW
            )

    return call


def test_an_earlier_version_comes_back_as_a_new_one(save, put_back, rows):
    whole = Answer(5, note="one", situation="s", action="a", result="r", happened=3, seconds=9)
    save(whole)
    save(noted("two"), 1)
    assert put_back(1, 2) == 3
    (rating,) = rows(Rating)
    assert (answer_in(rating), rating.version) == (whole, 3)
    assert [answer_in(row) for row in rows(SavedAnswer)] == [whole, noted("two"), whole]


def test_a_version_is_not_put_back_over_one_that_was_not_seen(save, put_back, rows):
    for version, note in enumerate(("one", "two", "three")):
        save(noted(note), version)
    with pytest.raises(Stale) as raised:
        put_back(1, 2)
    assert raised.value.stored.answer == noted("three")
    assert [row.note for row in rows(SavedAnswer)] == ["one", "two", "three"]


def test_a_version_that_never_was_or_is_not_mine_is_not_there(save, put_back, rows, here):
    save(noted("mine"))
    save(noted("theirs"), card=here.others, person=here.bob.id)
    for version, place in (
        (2, {}),
        (0, {}),
        (1, {"card": here.others}),
        (1, {"item": here.items[1]}),
        (1, {"person": here.bob.id}),
    ):
        with pytest.raises(NotFound):
            put_back(version, 1, **place)
    assert [row.version for row in rows(Rating)] == [1, 1]


def test_a_locked_card_gets_nothing_back(save, put_back, database, here):
    save(noted("before"))
    save(noted("after"), 1)
    with database.session(write=True) as session:
        session.get(Scorecard, here.card).submitted_at = NOW
        session.commit()
    with pytest.raises(Refused, match="submitted and is locked"):
        put_back(1, 2)


def test_items_and_cards_have_versions_of_their_own(save, rows, here):
    for note, place in (
        ("a", {}),
        ("b", {"item": here.items[1]}),
        ("c", {"card": here.others, "person": here.bob.id}),
    ):
        assert save(noted(note), **place) == 1
    assert {(row.scorecard_id, row.item_id, row.note) for row in rows(Rating)} == {
        (here.card, here.items[0], "a"),
        (here.card, here.items[1], "b"),
        (here.others, here.items[0], "c"),
    }


# --- refusals ---


def test_another_persons_card_or_another_guides_item_is_not_there(save, rows, database, here):
    with database.session(write=True) as session:
        other = factories.guide(session, session.merge(here.recruiter))
        session.commit()
    for place in (
        {"card": here.others},
        {"person": here.bob.id},
        {"person": here.recruiter.id},
        {"item": other.items[0].id},
        {"item": 10_000},
        {"card": 10_000},
    ):
        with pytest.raises(NotFound):
            save(noted("x"), **place)
    assert rows(Rating) == rows(SavedAnswer) == []


def test_a_submitted_card_is_locked(save, rows, database, here):
    save(noted("before"))
    with database.session(write=True) as session:
        session.get(Scorecard, here.card).submitted_at = NOW
        session.commit()
    for seen, note in ((1, "after"), (1, "before"), (0, "stale")):
        with pytest.raises(Refused, match="submitted and is locked"):
            save(noted(note), seen)
    assert [row.note for row in rows(SavedAnswer)] == ["before"]


def test_a_card_of_a_closed_panel_is_locked(save, rows, database, here):
    save(noted("before"))
    with database.session(write=True) as session:
        session.get(Scorecard, here.card, options=[WITH_INTERVIEW]).interview.closed_at = NOW
        session.commit()
    with pytest.raises(Refused, match="closed this panel"):
        save(noted("after"), 1)
    (rating,) = rows(Rating)
    assert rating.note == "before"


WITH_INTERVIEW = sa.orm.joinedload(Scorecard.interview)


@pytest.mark.parametrize("ticks", ["follow_ups", "look_fors", "warnings"])
def test_ticks_outside_an_items_list_are_refused(save, rows, here, ticks):
    length = len(getattr(here.item, ticks))
    assert length > 0
    beyond: dict[str, Any] = {ticks: 1 << length}
    every: dict[str, Any] = {ticks: (1 << length) - 1}
    with pytest.raises(Refused, match="does not belong to this item"):
        save(Answer(3, **beyond))
    assert rows(Rating) == rows(SavedAnswer) == []
    save(Answer(3, **every))
    (rating,) = rows(Rating)
    assert getattr(rating, ticks) == every[ticks]


@pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 6}, {"level": 3, "not_observed": True}])
def test_the_database_itself_holds_no_level_that_cannot_be(save, rows, wrong):
    with pytest.raises(sa.exc.IntegrityError):
        save(Answer(**wrong))
    assert rows(Rating) == rows(SavedAnswer) == []


# --- many at once ---


def at_once(work):
    """Run `work(number)` in every thread at the same time; its answers in order."""
    start = threading.Barrier(THREADS)

    def run(number):
        start.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_many_saves_at_once_on_different_items_all_succeed(save, rows, here):
    def work(thread):
        item = here.items[thread]
        return [save(noted(f"{item} {n}"), n, item=item) for n in range(TIMES)]

    assert len(here.items) >= THREADS
    assert at_once(work) == [list(range(1, TIMES + 1))] * THREADS
    assert {row.item_id: (row.version, row.note) for row in rows(Rating)} == {
        item: (TIMES, f"{item} {TIMES - 1}") for item in here.items[:THREADS]
    }
    kept = rows(SavedAnswer)
    assert len(kept) == THREADS * TIMES
    assert all(row.note == f"{row.item_id} {row.version - 1}" for row in kept)


def test_many_saves_at_once_on_one_item_lose_no_update(save, rows):
    """Every save gets the next version or hears that it is stale; none overwrites another's."""

    def work(thread):
        seen, won, lost = 0, [], 0
        for n in range(TIMES):
            note = f"{thread}, save {n}"
            try:
                version = save(noted(note), seen)
            except Stale as stale:
                wrong = stale.stored.version <= seen or stale.stored.answer.note == note
                seen, lost = stale.stored.version, lost + 1
                if wrong:
                    raise
            else:
                assert version == seen + 1
                won.append((version, note))
                seen = version
        return won, lost

    done = at_once(work)
    won = sorted(pair for pairs, _ in done for pair in pairs)
    losses = sum(lost for _, lost in done)
    assert len(won) + losses == THREADS * TIMES
    assert losses >= THREADS - 1  # of the first saves only one can win
    assert [version for version, _ in won] == list(range(1, len(won) + 1))
    assert [(row.version, row.note) for row in rows(SavedAnswer)] == won
    (rating,) = rows(Rating)
    assert (rating.version, rating.note) == won[-1]


def test_the_same_answer_from_many_windows_at_once_is_saved_once(save, rows):
    assert at_once(lambda _: save(noted("the same"))) == [1] * THREADS
    assert [(row.version, row.note) for row in rows(SavedAnswer)] == [(1, "the same")]


@pytest.fixture
def submit(here, client, save):
    """Starts to submit Ann's card, which is complete, and sees that it has to wait."""
    for item in here.items:
        save(noted("complete"), item=item)
    client.sign_in(here.ann)
    with ThreadPoolExecutor(1) as pool:

        def start():
            under_way = pool.submit(lambda: client.post(f"/scorecards/{here.card}/submit"))
            with pytest.raises(TimeoutError):
                under_way.result(0.3)
            return under_way

        yield start


def test_a_save_waits_for_a_submit_under_way_and_is_refused(database, here, save, rows):
    save(noted("before"))
    with database.session(write=True) as session, ThreadPoolExecutor(1) as pool:
        card = session.get(Scorecard, here.card, with_for_update=True)
        late = pool.submit(save, noted("too late"), 1)
        with pytest.raises(TimeoutError):
            late.result(0.3)
        card.submitted_at = NOW
        session.commit()
        with pytest.raises(Refused, match="submitted and is locked"):
            late.result(10)
    assert [row.note for row in rows(Rating)] == ["before"]
    assert [row.note for row in rows(SavedAnswer)] == ["before"]


def test_a_card_opened_again_between_the_save_and_its_refusal_is_told_so():
    """Only PostgreSQL lets that happen, between two statements."""
    open_and_empty = (None, None, None, None, "[]", "[]", "[]", *[None] * len(rules.FIELDS))
    with pytest.raises(Refused, match="Save once more"):
        saving._same_or_refused(open_and_empty, Answer(), 0)


def test_a_submit_sees_the_save_it_waited_for(database, here, submit):
    """An item emptied at the last moment keeps the card open."""
    with database.writing() as connection:
        saving.save(connection, here.card, here.item.id, here.ann.id, Answer(), 1, NOW)
        under_way = submit()
    answer = under_way.result(10)
    assert answer.status_code == 422
    assert rules.lacks(Answer()) in answer.text
    with database.session(write=False) as session:
        assert not session.get(Scorecard, here.card).is_submitted
