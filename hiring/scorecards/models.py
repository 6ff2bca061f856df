"""Ratings: what one interviewer gave for one item, and every version of it that was saved."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, UTCDateTime
from hiring.interviews.papers import Paper
from hiring.people.models import Person


class _Answer:
    """What an interviewer enters for an item. Ticks are bit masks, bit 0 the first of its list."""

    level: Mapped[int | None] = mapped_column(sa.SmallInteger)
    not_observed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    follow_ups: Mapped[int] = mapped_column(default=0)
    look_fors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    situation: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    action: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    result: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    free_follow_up: Mapped[str] = mapped_column(default="", server_default="")
    free_reason: Mapped[str] = mapped_column(default="", server_default="")
    happened: Mapped[int] = mapped_column(default=0, server_default="0")
    happened_note: Mapped[str] = mapped_column(default="", server_default="")
    seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int]
    saved_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Rating(_Answer, Base):
    """The present answer of a scorecard to an item.

    The guide and the candidate are repeated from the scorecard, which never changes them, so that
    the comparison reads all ratings of a guide from one index and never touches the notes.
    """

    __tablename__ = "rating"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="level_in_range"),
        sa.CheckConstraint("NOT (not_observed AND level IS NOT NULL)", name="observed_or_not"),
        sa.ForeignKeyConstraint(
            ["scorecard_id", "guide_id", "candidate_id"],
            ["scorecard.id", "scorecard.guide_id", "scorecard.candidate_id"],
        ),
        sa.Index(
            "ix_rating_comparison",
            "guide_id",
            "scorecard_id",
            "item_id",
            "level",
            "warnings",
        ),
        {"sqlite_with_rowid": False},
    )

    scorecard_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("guide_item.id"), primary_key=True, autoincrement=False
    )
    guide_id: Mapped[int]
    candidate_id: Mapped[int]


class SavedAnswer(_Answer, Base):
    """One saved version of an answer. Rows are only added."""

    __tablename__ = "saved_answer"
    __table_args__ = (
        sa.Index("ix_saved_answer_history", "scorecard_id", "item_id", "version", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(sa.ForeignKey("scorecard.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("guide_item.id"))


class PaperEntry(Base):
    """A version of an answer that came from a paper, and who entered it. Rows are only added."""

    __tablename__ = "paper_entry"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["scorecard_id", "item_id", "version"],
            ["saved_answer.scorecard_id", "saved_answer.item_id", "saved_answer.version"],
        ),
    )

    scorecard_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paper_id: Mapped[int] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    paper: Mapped[Paper] = relationship(lazy="raise_on_sql")
    by: Mapped[Person] = relationship(lazy="raise_on_sql")
