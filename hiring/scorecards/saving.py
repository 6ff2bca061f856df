"""Saving one answer, on the hot path: as few statements as can be, prepared for the driver.

Whether the answer may be saved is asked by the statement that saves it. PostgreSQL keeps the
version in the same statement; SQLite needs a second one, in the same transaction.
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from hiring import db
from hiring.guides.models import GuideItem
from hiring.interviews.models import Interview, Scorecard
from hiring.interviews.rules import check_is_open
from hiring.refusal import NotFound, Refused
from hiring.scorecards.models import Rating, SavedAnswer
from hiring.scorecards.rules import FIELDS, Answer, Stale, Stored, check_ticks, same

_TICKS = ("follow_ups", "look_fors", "warnings")
_KEPT = (*FIELDS, "scorecard_id", "item_id", "version", "saved_at")
_NOTHING, _ONE = sa.literal_column("0", sa.Integer), sa.literal_column("1", sa.Integer)

_card, _item, _rating = Scorecard.__table__.c, GuideItem.__table__.c, Rating.__table__.c
_interview, _saved = Interview.__table__.c, SavedAnswer.__table__.c


def _at_place(columns: Any) -> Any:
    """The card must be the asking person's and the item one of its guide, or there is no row."""
    return (
        sa.select(*columns)
        .join_from(Scorecard.__table__, Interview.__table__, _interview.id == _card.interview_id)
        .join(GuideItem.__table__, _item.guide_id == _card.guide_id)
        .where(
            _card.id == sa.bindparam("card"),
            _card.person_id == sa.bindparam("person"),
            _card.is_held.is_(False),
            _item.id == sa.bindparam("item"),
        )
    )


def _save(insert: Any, length: Callable[[Any], Any]) -> Any:
    """Insert the first version, or replace the version that was seen. No row: it may not be."""
    values = {
        **{name: sa.bindparam(name, type_=_rating[name].type) for name in (*FIELDS, "saved_at")},
        "scorecard_id": _card.id,
        "item_id": _item.id,
        "guide_id": _card.guide_id,
        "candidate_id": _card.candidate_id,
        "version": _ONE,
    }
    may_be = _at_place(values.values()).where(
        _card.submitted_at.is_(None),
        _interview.closed_at.is_(None),
        *(values[ticks].bitwise_rshift(length(_item[ticks])) == _NOTHING for ticks in _TICKS),
    )
    # On PostgreSQL the card can't be submitted between this check and the save.
    may_be = may_be.with_for_update(read=True, of=Scorecard.__table__)
    statement = insert(Rating.__table__).from_select([*values], may_be)
    return statement.on_conflict_do_update(
        index_elements=[_rating.scorecard_id, _rating.item_id],
        set_={
            **{name: statement.excluded[name] for name in (*FIELDS, "saved_at")},
            "version": _rating.version + _ONE,
        },
        where=_rating.version == sa.bindparam("seen"),
    )


def _keep(rows: Any, *where: Any) -> Any:
    """Keep a version for good."""
    kept = sa.select(*(rows[name] for name in _KEPT)).where(*where)
    return sa.insert(SavedAnswer).from_select(_KEPT, kept)


def _save_and_keep() -> Any:
    save = _save(postgresql.insert, lambda texts: sa.func.json_array_length(texts.cast(sa.JSON)))
    saved = save.returning(*(_rating[name] for name in _KEPT)).cte("saved")
    return _keep(saved.c).returning(_saved.version)


_SAVE = db.Prepared(
    _save(sqlite.insert, sa.func.json_array_length).returning(_rating.version), _save_and_keep()
)
_KEEP = db.Prepared(
    _keep(
        _rating,
        _rating.scorecard_id == sa.bindparam("card"),
        _rating.item_id == sa.bindparam("item"),
    )
)
_WHY_NOT = db.Prepared(
    _at_place(
        [
            *(_card.submitted_at, _interview.closed_at, _rating.version, _rating.saved_at),
            *(_item[ticks] for ticks in _TICKS),
            *(_rating[name] for name in FIELDS),
        ]
    ).outerjoin(
        Rating.__table__,
        sa.and_(_rating.scorecard_id == _card.id, _rating.item_id == _item.id),
    )
)
_EARLIER = db.Prepared(
    sa.select(*(_saved[name] for name in FIELDS)).where(
        _saved.scorecard_id == sa.bindparam("card"),
        _saved.item_id == sa.bindparam("item"),
        _saved.version == sa.bindparam("version"),
    )
)


def save(  # noqa: PLR0913, PLR0917 - one for each thing that a save needs to know
    connection: Connection | db.Direct,
    card_id: int,
    item_id: int,
    person_id: int,
    answer: Answer,
    seen: int,
    now: dt.datetime,
) -> int:
    """Save an answer over version `seen` (0: the first) and return its new version.

    Raises NotFound when the card is not this person's or the item not of its guide, Refused when
    the card is locked, and Stale when another window has saved since. The same answer sent twice,
    as after a lost reply, is not a conflict.
    """
    place = {"card": card_id, "item": item_id, "person": person_id}
    sent = {name: getattr(answer, name) for name in FIELDS}
    sent |= {**place, "seen": seen, "saved_at": db.written(now)}
    row = _SAVE.run(connection, sent).fetchone()
    if row is None:
        return _same_or_refused(_WHY_NOT.run(connection, place).fetchone(), answer, seen)
    if connection.dialect.name == "sqlite":
        _KEEP.run(connection, place)
    return int(row[0])


def put_back(  # noqa: PLR0913, PLR0917 - what `save` needs to know, a version for the answer
    connection: Connection | db.Direct,
    card_id: int,
    item_id: int,
    person_id: int,
    version: int,
    seen: int,
    now: dt.datetime,
) -> int:
    """Save an earlier version anew over version `seen`; whatever `save` refuses is refused."""
    place = {"card": card_id, "item": item_id, "version": version}
    row = _EARLIER.run(connection, place).fetchone()
    if row is None:
        raise NotFound
    return save(connection, card_id, item_id, person_id, _answer(row), seen, now)


def _answer(row: Sequence[Any]) -> Answer:
    """An answer as a driver gives it: SQLite's knows no truth values."""
    level, not_observed, *others = row
    return Answer(level, bool(not_observed), *others)


def _same_or_refused(row: Sequence[Any] | None, answer: Answer, seen: int) -> int:
    """The stored version if it holds this very answer; otherwise tells why it was not saved."""
    if row is None:
        raise NotFound
    submitted_at, closed_at, version, saved_at, *rest = row
    check_is_open(is_submitted=submitted_at is not None, is_closed=closed_at is not None)
    lists, held = rest[: len(_TICKS)], rest[len(_TICKS) :]
    check_ticks(answer, *(len(json.loads(texts)) for texts in lists))
    if version in {None, seen}:
        raise Refused("This scorecard was opened again at this very moment. Save once more.")
    stored = Stored(_answer(held), version, db.read(saved_at))
    if same(stored.answer, answer):
        return stored.version
    raise Stale(stored)
