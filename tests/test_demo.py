"""The demo round: whole, true to the rules, and in the past whenever it is loaded."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask_security import verify_password
from sqlalchemy.orm import Session, joinedload, selectinload

from hiring import create_app, db, schema
from hiring.comparison import queries as comparisons
from hiring.comparison.models import Decision
from hiring.comparison.queries import Compared
from hiring.comparison.rules import FlagKind
from hiring.debrief.models import Revision
from hiring.demo import load
from hiring.guides.models import Guide
from hiring.guides.rules import content_hash
from hiring.interviews.models import Interview
from hiring.library.queries import read_folder
from hiring.people import queries as people
from hiring.people.rules import Role
from hiring.scorecards import queries, rules
from hiring.scorecards.models import Rating, SavedAnswer

MOMENTS = (
    dt.datetime(2026, 1, 2, 3, 0, tzinfo=dt.UTC),
    dt.datetime(2028, 3, 27, 1, 30, tzinfo=dt.UTC),  # clocks went forward the day before
)
TOLD = tomllib.loads(load.ROUND.read_text(encoding="utf-8"))


class Loaded(NamedTuple):
    """A round that was loaded at some moment; what tests ask of it they only read."""

    now: dt.datetime
    session: Session
    accounts: list[load.Account]
    interviews: Sequence[Interview]


@pytest.fixture(scope="module", params=MOMENTS, ids=str)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    """The round on a SQLite of its own; `flask demo load` is tested on both databases."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(DATABASE_URL=f"sqlite:///{folder / 'demo.sqlite'}", SECRET_KEY="of the tests")
    with app.app_context():
        schema.upgrade(db.database().engine)
        library, _ = read_folder(Path(app.config["TRAITS"]))
        session = db.session()
        accounts = load.load(session, library, request.param)
        session.commit()
        session.expunge_all()
        yield Loaded(request.param, session, accounts, interviews(session))
    app.extensions["database"].engine.dispose()


def interviews(session: Session) -> Sequence[Interview]:
    guide = joinedload(Interview.guide)
    return session.scalars(
        sa.select(Interview)
        .options(
            joinedload(Interview.candidate),
            guide.selectinload(Guide.items),
            guide.selectinload(Guide.traits),
            guide.joinedload(Guide.opening),
            selectinload(Interview.cards),
            selectinload(Interview.observers),
            selectinload(Interview.overrides),
        )
        .order_by(Interview.starts_at)
    ).all()


def test_the_guide_is_published_as_told_and_its_hash_is_that_of_what_is_stored(loaded):
    guide = loaded.interviews[0].guide
    assert [item.key for item in guide.items] == TOLD["guide"]["items"]
    assert [trait.key for trait in guide.traits] == TOLD["guide"]["traits"]
    assert guide.opening.title == "Customer support agent"
    assert guide.is_published
    assert guide.content_hash == content_hash(guide.content())
    assert guide.minutes_used <= guide.minutes


def test_eight_candidates_are_rated_whole_but_for_one(loaded):
    assert len(loaded.interviews) == 8
    for interview, told in zip(loaded.interviews, TOLD["candidates"], strict=True):
        assert interview.candidate.name == told["name"]
        items = [item.id for item in interview.guide.items]
        stored = queries.stored(loaded.session, [card.id for card in interview.cards])
        for card in interview.cards:
            answers = {item: s.answer for (of, item), s in stored.items() if of == card.id}
            assert not (card.is_submitted and rules.missing(items, answers))
    assert [interview.panel.is_open for interview in loaded.interviews].count(False) == 1


def test_ticks_and_levels_are_those_of_the_file(loaded):
    interview, told = loaded.interviews[0], TOLD["candidates"][0]
    stored = queries.stored(loaded.session, [card.id for card in interview.cards])
    for item, entry in zip(interview.guide.items, told["answers"], strict=True):
        for card, rating in zip(interview.cards, entry["ratings"], strict=True):
            answer = stored[card.id, item.id].answer
            assert answer.level == rating.get("level")
            assert answer.note == rating["note"]
            # The file counts from 1, bits from 0.
            assert {bit + 1 for bit in rules.indexes(answer.look_fors)} == set(rating["look_fors"])


def test_somebody_says_why_an_item_was_not_observed(loaded):
    blank = loaded.session.scalars(sa.select(Rating).where(Rating.not_observed)).all()
    assert blank
    assert all(rating.reason and rating.level is None for rating in blank)


def test_every_answer_has_its_first_version(loaded):
    ratings, versions = (
        loaded.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (Rating, SavedAnswer)
    )
    told = sum(len(a["ratings"]) for entry in TOLD["candidates"] for a in entry["answers"])
    assert ratings == versions == told


def test_everything_happened_in_order_and_not_long_ago(loaded):
    times = sa.select(
        Rating.scorecard_id, sa.func.min(Rating.saved_at), sa.func.max(Rating.saved_at)
    ).group_by(Rating.scorecard_id)
    saved = {card: (first, last) for card, first, last in loaded.session.execute(times)}
    first = loaded.interviews[0]
    assert first.guide.made_at < first.guide.published_at < first.planned_at
    for interview in loaded.interviews:
        assert interview.candidate.added_at < interview.planned_at < interview.starts_at
        for card in interview.cards:
            if card.id in saved:
                begun, ended = saved[card.id]
                assert interview.starts_at < begun < ended < (card.submitted_at or loaded.now)
    decided = loaded.session.scalars(sa.select(Decision.decided_at)).all()
    assert len(decided) == 2
    last = max(*decided, loaded.interviews[-1].starts_at)
    assert dt.timedelta(hours=12) < loaded.now - last < dt.timedelta(days=9)


def test_moving_the_round_keeps_the_days_of_the_week_and_the_hours(loaded):
    for interview, told in zip(loaded.interviews, TOLD["candidates"], strict=True):
        there = interview.starts_at.astimezone(ZoneInfo(interview.zone))
        meant = told["interview"]["starts_at"]
        assert (there.weekday(), there.time()) == (meant.weekday(), meant.time())


def test_the_passwords_handed_out_are_new_and_work(loaded):
    passwords = {account.password for account in loaded.accounts}
    assert len(passwords) == len(loaded.accounts) == 6
    assert loaded.accounts[0].roles == "recruiter"
    for account in loaded.accounts:
        person = people.by_email(loaded.session, account.email)
        assert person is not None
        assert person.password
        assert verify_password(account.password, person.password)
        assert account.password not in person.password


def test_the_file_of_accounts_is_for_its_owner_only(tmp_path):
    path = tmp_path / load.ACCOUNTS
    path.write_text("old")
    path.chmod(0o644)
    load.write_accounts([load.Account("Ada", "ada@example.org", "recruiter", "one-two-3")], path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "one-two-3" in path.read_text()
    assert "old" not in path.read_text()


def test_somebody_changed_a_rating_in_the_debrief(loaded):
    (change,) = loaded.session.scalars(sa.select(Revision)).all()
    (told,) = [one for entry in TOLD["candidates"] for one in entry.get("debrief", ())]
    first = loaded.session.get(Rating, (change.scorecard_id, change.item_id))
    assert (change.level, change.words) == (told["level"], told["words"].strip())
    assert first.level != change.level


def test_two_candidates_are_too_close_to_call_and_others_can_be_told_apart(loaded):
    comparison = compared(loaded).comparison
    rows = {row.candidate: row for row in comparison.candidates if row.score is not None}
    pairs = {(a, b): b in rows[a].others for a in rows for b in rows if a < b}
    assert True in pairs.values()
    assert False in pairs.values()


def test_one_has_a_warning_on_civility_and_one_is_not_finished(loaded):
    found = compared(loaded)
    warned = [
        row.candidate
        for row in found.comparison.candidates
        if any(flag.kind is FlagKind.CIVILITY_WARNING for flag in row.flags)
    ]
    assert len(warned) == 1
    (unfinished,) = found.waiting
    assert not unfinished.panel.is_open
    assert unfinished.panel.submitted
    assert unfinished.candidate_id not in warned


def compared(loaded: Loaded) -> Compared:
    guide = loaded.interviews[0].guide_id
    found = comparisons.compared(loaded.session, guide, 0, frozenset({Role.HR}))
    assert found is not None
    return found
