"""Revisions: ratings changed in the debrief, each beside the first one, which stays."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hiring.db import Base, UTCDateTime


class Revision(Base):
    """A level that an interviewer gave to an item after the debrief, and why.

    Rows are only added: the newest of a card and item stands beside the rating, which never
    changes. The guide is repeated from the scorecard, so that the comparison finds all at once.
    """

    __tablename__ = "revision"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="level_in_range"),
        sa.ForeignKeyConstraint(
            ["scorecard_id", "item_id"], ["rating.scorecard_id", "rating.item_id"]
        ),
        sa.Index("ix_revision_guide_id", "guide_id"),
        sa.Index("ix_revision_scorecard_id", "scorecard_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int]
    item_id: Mapped[int]
    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guide.id"))
    level: Mapped[int] = mapped_column(sa.SmallInteger)
    cause: Mapped[str]
    words: Mapped[str]
    revised_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
