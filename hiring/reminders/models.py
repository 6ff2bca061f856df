"""What went out about late and about complete panels. A row is there before its mail is."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hiring.db import Base, UTCDateTime


class Reminder(Base):
    """One reminder of a late card, by its number: no two workers can make the same one.

    It names the seat and not the card, so that it stays when the seat is taken away.
    """

    __tablename__ = "reminder"
    __table_args__ = (sa.UniqueConstraint("interview_id", "person_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(sa.ForeignKey("interview.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    number: Mapped[int]
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    @property
    def name(self) -> str:
        """What its mail is about."""
        return f"{self.interview_id}/{self.person_id}/{self.number}"


class Completion(Base):
    """The recruiter is told, once, that the last counted card of an interview is in."""

    __tablename__ = "completion"

    interview_id: Mapped[int] = mapped_column(
        sa.ForeignKey("interview.id"), primary_key=True, autoincrement=False
    )
    told_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
