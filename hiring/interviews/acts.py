"""Acts that are recorded with who, when and why: a panel opened early, a card given back."""

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, UTCDateTime
from hiring.people.models import Person

if TYPE_CHECKING:  # they know their acts
    from hiring.interviews.models import Interview, Scorecard


class Override(Base):
    """Somebody read what a panel had scored before it was open, and why. Never taken back."""

    __tablename__ = "override"
    __table_args__ = (sa.UniqueConstraint("interview_id", "by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(sa.ForeignKey("interview.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    interview: Mapped["Interview"] = relationship(back_populates="overrides", lazy="raise_on_sql")
    by: Mapped[Person] = relationship(lazy="raise_on_sql")


class Reopening(Base):
    """A submitted card given back to its owner, by whom and why.

    What had been submitted is every answer as it was saved last before `submitted_at`: all versions
    are kept, so the first submission stays readable whatever is changed afterwards.
    """

    __tablename__ = "reopening"

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(sa.ForeignKey("scorecard.id"), index=True)
    submitted_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str]

    card: Mapped["Scorecard"] = relationship(back_populates="reopenings", lazy="raise_on_sql")
    by: Mapped[Person] = relationship(lazy="raise_on_sql")
