"""Mails that go out. The row is the truth: what it is about, whether it is sent, what was wrong."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hiring.db import Base, UTCDateTime
from hiring.mail import rules
from hiring.mail.rules import Kind


class Mail(Base):
    """One e-mail to one person. Its text is written when it is sent, so it is true then.

    `about` names the row that it is about, in the way its kind does, or the address of somebody who
    asked for it.
    Whoever sends it holds a lease, as with an export.
    """

    __tablename__ = "mail"
    __table_args__ = (sa.Index("ix_mail_due_at", "due_at"), sa.Index("ix_mail_about", "about"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    about: Mapped[str]
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    problem: Mapped[str] = mapped_column(default="")

    @classmethod
    def new(cls, kind: Kind, about: object, now: dt.datetime) -> "Mail":
        return cls(kind=kind, about=str(about), made_at=now, due_at=now, tries=0, problem="")

    @property
    def name(self) -> str:
        """The same each time it is tried, so that whoever gets it twice can tell."""
        return f"{self.made_at:%Y-%m-%d-%H%M%S}-{self.kind.replace(' ', '-')}-{self.id}"

    def take(self, lease: dt.timedelta, now: dt.datetime) -> bool:
        """Take the lease, if it is to be sent now and nobody else is at it."""
        if self.due_at is None or self.due_at > now:
            return False
        if self.lease_until is not None:
            if self.lease_until > now:
                return False
            if self.kind not in rules.NEEDED:
                self.end("It may have gone out: the worker was stopped while it was being sent.")
                return False
        self.lease_until, self.tries = now + lease, self.tries + 1
        return True

    def sent(self, now: dt.datetime) -> None:
        self.sent_at, self.due_at, self.lease_until, self.problem = now, None, None, ""

    def put_off(self, problem: str, now: dt.datetime) -> None:
        """Try again later; after some days of trying, no more."""
        if rules.is_hopeless(self.made_at, now):
            self.end(problem)
        else:
            self.due_at, self.lease_until = now + rules.pause(self.tries), None
            self.problem = problem

    def end(self, problem: str) -> None:
        """Try it no more. The row stays, with the reason."""
        self.due_at, self.lease_until, self.problem = None, None, problem
