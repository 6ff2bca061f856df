"""Candidates, interviews, and the scorecards that a planned panel will fill."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, UTCDateTime
from hiring.guides.models import Guide
from hiring.interviews import rules
from hiring.openings.models import Opening
from hiring.people.models import Person


class Candidate(Base):
    """A person who applies for an opening."""

    __tablename__ = "candidate"
    __table_args__ = (
        sa.UniqueConstraint("opening_id", "email"),
        sa.UniqueConstraint("opening_id", "reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(sa.ForeignKey("opening.id"))
    name: Mapped[str]
    email: Mapped[str | None]
    reference: Mapped[str | None]
    added_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    opening: Mapped[Opening] = relationship(lazy="raise_on_sql")

    @property
    def alias(self) -> str:
        """What they are called where names are hidden."""
        return self.reference or f"Candidate {self.id}"


class Interview(Base):
    """One candidate, one guide, one panel, one sitting."""

    __tablename__ = "interview"
    __table_args__ = (
        sa.UniqueConstraint("candidate_id", "guide_id"),
        # A scorecard repeats these, and a rating repeats the scorecard's: see Rating.
        sa.UniqueConstraint("id", "guide_id", "candidate_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"))
    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guide.id"), index=True)
    starts_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    zone: Mapped[str]
    place: Mapped[str]
    planned_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    planned_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    close_reason: Mapped[str] = mapped_column(default="")

    candidate: Mapped[Candidate] = relationship(lazy="raise_on_sql")
    guide: Mapped[Guide] = relationship(lazy="raise_on_sql")
    closed_by: Mapped[Person | None] = relationship(foreign_keys=closed_by_id, lazy="raise_on_sql")
    cards: Mapped[list["Scorecard"]] = relationship(
        back_populates="interview",
        order_by="Scorecard.id",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )

    @property
    def panel(self) -> rules.Panel:
        return rules.Panel(
            members=frozenset(card.person_id for card in self.cards),
            submitted=frozenset(card.person_id for card in self.cards if card.is_submitted),
            is_closed=self.closed_at is not None,
        )

    def seat(self, people: Collection[Person]) -> None:
        """Make these people the panel. Who has saved an answer keeps the seat, or it fails."""
        wanted = {person.id for person in people}
        rules.check_may_seat(self.panel, wanted)
        self.cards = [card for card in self.cards if card.person_id in wanted]
        seated = {card.person_id for card in self.cards}
        for person in people:
            if person.id not in seated:
                self.cards.append(
                    Scorecard(person=person, guide_id=self.guide_id, candidate_id=self.candidate_id)
                )

    def close(self, by: Person, reason: str, now: dt.datetime) -> None:
        """Stop waiting for cards that have not been submitted: they will not count."""
        rules.check_may_close(self.panel, by.id)
        self.closed_at, self.closed_by, self.close_reason = now, by, reason


class Scorecard(Base):
    """One interviewer's seat on a panel, and the ratings and notes they give there."""

    __tablename__ = "scorecard"
    __table_args__ = (
        sa.UniqueConstraint("interview_id", "person_id"),
        sa.UniqueConstraint("id", "guide_id", "candidate_id"),
        sa.ForeignKeyConstraint(
            ["interview_id", "guide_id", "candidate_id"],
            ["interview.id", "interview.guide_id", "interview.candidate_id"],
        ),
        sa.Index("ix_scorecard_guide_id", "guide_id"),
        sa.Index("ix_scorecard_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int]
    guide_id: Mapped[int]
    candidate_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    interview: Mapped[Interview] = relationship(back_populates="cards", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def is_locked(self) -> bool:
        return self.is_submitted or self.interview.closed_at is not None

    def check_is_open(self) -> None:
        rules.check_is_open(
            is_submitted=self.is_submitted, is_closed=self.interview.closed_at is not None
        )

    def submit(self, now: dt.datetime) -> None:
        """Lock it. Whether it is complete is for the scorecards' rules to say."""
        self.check_is_open()
        self.submitted_at = now
