"""Saving one answer: three statements in one transaction, on the hot path, so prepared."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from hiring import db
from hiring.guides.models import GuideItem
from hiring.interviews.models import Interview, Scorecard
from hiring.interviews.rules import check_is_open
from hiring.refusal import NotFound
from hiring.scorecards.models import Rating, SavedAnswer
from hiring.scorecards.rules import Answer, Stale, Stored, check_ticks

_FIELDS = ("level", "not_observed", "reason", "note", "follow_ups", "look_fors", "warnings")

_card, _item, _rating = Scorecard.__table__.c, GuideItem.__table__.c, Rating.__table__.c

# The card must be the asking person's, and the item one of its guide: one row, or it isn't there.
_PLACE = db.Prepared(
    sa.select(
        _card.guide_id,
        _card.candidate_id,
        _card.submitted_at,
        Interview.__table__.c.closed_at,
        _item.follow_ups,
        _item.look_fors,
        _item.warnings,
    )
    .join_from(
        Scorecard.__table__,
        Interview.__table__,
        Interview.__table__.c.id == _card.interview_id,
    )
    .join(GuideItem.__table__, _item.guide_id == _card.guide_id)
    .where(
        _card.id == sa.bindparam("card_id"),
        _card.person_id == sa.bindparam("person_id"),
        _item.id == sa.bindparam("item"),
    )
    # On PostgreSQL the card can't be submitted between this check and the save.
    .with_for_update(read=True, of=Scorecard.__table__)
)
_STORED = sa.select(*(_rating[name] for name in _FIELDS), _rating.version, _rating.saved_at).where(
    _rating.scorecard_id == sa.bindparam("card"), _rating.item_id == sa.bindparam("item")
)


def _upsert(insert: Any) -> Any:
    """Insert the first version, or replace the version that was seen. No row: it is stale."""
    statement = insert(Rating.__table__).values(
        {
            **{
                name: sa.bindparam(name)
                for name in (*_FIELDS, "guide_id", "candidate_id", "saved_at")
            },
            "scorecard_id": sa.bindparam("card"),
            "item_id": sa.bindparam("item"),
            "version": 1,
        }
    )
    return statement.on_conflict_do_update(
        index_elements=[_rating.scorecard_id, _rating.item_id],
        set_={
            **{name: statement.excluded[name] for name in (*_FIELDS, "saved_at")},
            "version": _rating.version + 1,
        },
        where=_rating.version == sa.bindparam("seen"),
    ).returning(_rating.version)


_UPSERT = db.Prepared(_upsert(sqlite.insert), _upsert(postgresql.insert))
_KEEP = db.Prepared(
    sa.insert(SavedAnswer)
    .inline()
    .values(
        {
            name: sa.bindparam(name)
            for name in (*_FIELDS, "scorecard_id", "item_id", "version", "saved_at")
        }
    )
)


def save(  # noqa: PLR0913, PLR0917 - one for each thing that a save needs to know
    connection: Connection,
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
    place = _PLACE.run(
        connection, {"card_id": card_id, "person_id": person_id, "item": item_id}
    ).fetchone()
    if place is None:
        raise NotFound
    guide_id, candidate_id, submitted_at, closed_at, *lists = place
    check_is_open(is_submitted=submitted_at is not None, is_closed=closed_at is not None)
    check_ticks(answer, *(len(json.loads(texts)) for texts in lists))
    values = {name: getattr(answer, name) for name in _FIELDS}
    values["saved_at"] = db.written(now)
    row = _UPSERT.run(
        connection,
        {
            **values,
            "card": card_id,
            "item": item_id,
            "guide_id": guide_id,
            "candidate_id": candidate_id,
            "seen": seen,
        },
    ).fetchone()
    if row is None:
        return _same_or_stale(connection, card_id, item_id, answer)
    (version,) = row
    _KEEP.run(
        connection,
        {**values, "scorecard_id": card_id, "item_id": item_id, "version": version},
    )
    return int(version)


def _same_or_stale(connection: Connection, card_id: int, item_id: int, answer: Answer) -> int:
    row = connection.execute(_STORED, {"card": card_id, "item": item_id}).one()
    stored = Stored(Answer(*row[: len(_FIELDS)]), row.version, row.saved_at)
    if stored.answer == answer:
        return stored.version
    raise Stale(stored)
