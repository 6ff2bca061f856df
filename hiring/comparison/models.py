"""Decisions: what a named person concluded about a candidate, and why."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, UTCDateTime
from hiring.people.models import Person


class Outcome(StrEnum):
    """What was concluded."""

    OFFER = "make an offer"
    HOLD = "keep in mind"
    REJECT = "do not take further"
    WITHDRAWN = "candidate withdrew"


class Decision(Base):
    """One conclusion. Rows are only added: the newest stands, the others stay readable."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    decided_by: Mapped[Person] = relationship(lazy="raise_on_sql")
