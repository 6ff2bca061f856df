"""Candidates, interviews, and the scorecards that a planned panel will fill."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from hiring.db import Base, UTCDateTime
from hiring.guides.models import Guide
from hiring.interviews import rules
from hiring.interviews.acts import Override, Reopening
from hiring.interviews.papers import Paper, PaperKind
from hiring.interviews.rules import Stage
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

    observers: Mapped[list["Observer"]] = relationship(
        back_populates="interview", cascade="all, delete-orphan", lazy="raise_on_sql"
    )
    overrides: Mapped[list[Override]] = relationship(
        back_populates="interview",
        order_by="Override.id",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )

    guests: Mapped[list["GuestSeat"]] = relationship(
        back_populates="interview", order_by="GuestSeat.id", lazy="raise_on_sql"
    )

    @property
    def panel(self) -> rules.Panel:
        counted, trainees = self.counted_cards, self.trainee_cards
        return rules.Panel(
            members=frozenset(card.person_id for card in counted),
            submitted=frozenset(card.person_id for card in counted if card.is_submitted),
            is_closed=self.closed_at is not None,
            trainees=frozenset(card.person_id for card in trainees),
            trainees_submitted=frozenset(c.person_id for c in trainees if c.is_submitted),
            observers=frozenset(observer.person_id for observer in self.observers),
            overriders=frozenset(override.by_id for override in self.overrides),
            held=frozenset(card.person_id for card in self.cards if card.is_held),
        )

    @property
    def transcriptions(self) -> list[Paper]:
        """Scans that somebody off the panel types in: they see what is on that card's paper."""
        return [
            paper
            for card in self.cards
            for paper in card.papers
            if paper.kind == PaperKind.SCAN and paper.by_id != card.person_id
        ]

    @property
    def transcribers(self) -> frozenset[int]:
        return frozenset(paper.by_id for paper in self.transcriptions)

    @property
    def counted_cards(self) -> list["Scorecard"]:
        return [card for card in self.cards if card.part == rules.Part.COUNTED]

    @property
    def trainee_cards(self) -> list["Scorecard"]:
        return [card for card in self.cards if card.part == rules.Part.TRAINEE]

    @property
    def seated_guests(self) -> list["GuestSeat"]:
        """Those who are on the panel now. Others were taken off it, and their record stays."""
        return [guest for guest in self.guests if guest.left_at is None]

    def card_of(self, person_id: int) -> "Scorecard | None":
        return next((card for card in self.cards if card.person_id == person_id), None)

    def late_cards(self, now: dt.datetime) -> frozenset[int]:
        """The ids of the cards that are overdue or came in late."""
        return frozenset(card.id for card in self.cards if self.is_late(card, now))

    def is_late(self, card: "Scorecard", now: dt.datetime) -> bool:
        """Whether it is overdue or came in late. When a panel is closed nobody waits any more."""
        is_awaited = not card.is_submitted and self.closed_at is None
        return (card.is_submitted or is_awaited) and rules.is_late(self._stints(card), now)

    def due_at(self, card: "Scorecard") -> dt.datetime:
        return rules.due_at(self._stints(card))

    def _stints(self, card: "Scorecard") -> list[rules.Stint]:
        return rules.stints(
            self.starts_at,
            self.guide.minutes,
            card.submitted_at,
            [(reopening.submitted_at, reopening.at) for reopening in card.reopenings],
        )

    def seat(
        self,
        people: Collection[Person],
        trainees: Collection[Person] = (),
        observers: Collection[Person] = (),
    ) -> None:
        """Make these people the panel, and let its guests keep their seats.

        Who has saved an answer keeps the seat as well, or it fails.
        """
        guests = [guest.person for guest in self.seated_guests]
        people = [*(person for person in people if person not in guests), *guests]
        rules.check_may_seat(
            self.panel,
            {person.id for person in people},
            {person.id for person in trainees},
            self.transcribers,
            {person.id for person in observers},
        )
        parts = {
            **{person.id: rules.Part.COUNTED for person in people},
            **{person.id: rules.Part.TRAINEE for person in trainees},
        }
        self._move(
            [card for card in self.cards if parts.get(card.person_id, card.part) != card.part]
        )
        self.cards = [card for card in self.cards if parts.get(card.person_id) == card.part]
        seated = {card.person_id for card in self.cards}
        self.cards += [
            self._new_card(person, parts[person.id])
            for person in (*people, *trainees)
            if person.id not in seated
        ]
        watching = {person.id for person in observers}
        self.observers = [one for one in self.observers if one.person_id in watching]
        here = {one.person_id for one in self.observers}
        self.observers += [Observer(person=person) for person in observers if person.id not in here]

    def _move(self, cards: Collection["Scorecard"]) -> None:
        """Delete the cards of those who go from the panel to the trainees or back.

        At once: SQLAlchemy would make their new cards first, and nobody can have two here.
        """
        session = object_session(self)
        if cards and session:
            session.execute(sa.delete(Scorecard).where(Scorecard.id.in_([c.id for c in cards])))

    def _new_card(self, person: Person, part: rules.Part, *, is_held: bool = False) -> "Scorecard":
        return Scorecard(
            person=person,
            part=part,
            is_held=is_held,
            guide_id=self.guide_id,
            candidate_id=self.candidate_id,
            papers=[],
        )

    def invite(self, person: Person, by_id: int, now: dt.datetime) -> "GuestSeat":
        """Give a guest a seat, which opens to them when they have declared no conflict."""
        rules.check_may_invite(self.panel, person.id)
        rules.check_may_seat(
            self.panel,
            self.panel.members | {person.id or 0},
            self.panel.trainees,
            self.transcribers,
        )
        self.cards.append(self._new_card(person, rules.Part.COUNTED, is_held=True))
        seat = GuestSeat(person=person, invited_by_id=by_id, invited_at=now)
        self.guests.append(seat)
        return seat

    def take_off(self, seat: "GuestSeat", by_id: int, now: dt.datetime) -> None:
        """Take a guest off the panel. What they declared is kept."""
        rules.check_may_seat(self.panel, self.panel.members - {seat.person_id}, self.panel.trainees)
        self.cards = [card for card in self.cards if card.person_id != seat.person_id]
        seat.left_at, seat.left_by_id = now, by_id

    def override(self, by: Person, reason: str, now: dt.datetime) -> None:
        """Let somebody off the panel read what is scored so far. The whole panel is shown this."""
        rules.check_may_override(self.panel, by.id)
        self.overrides.append(Override(by=by, reason=reason, at=now))

    def close(self, by: Person, reason: str, now: dt.datetime) -> None:
        """Stop waiting for cards that have not been submitted: they will not count."""
        rules.check_may_close(self.panel, by.id)
        self.closed_at, self.closed_by, self.close_reason = now, by, reason


class Observer(Base):
    """Somebody who listens in: they see the guide and the schedule, no notes and no ratings."""

    __tablename__ = "observer"

    interview_id: Mapped[int] = mapped_column(sa.ForeignKey("interview.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)

    interview: Mapped[Interview] = relationship(back_populates="observers", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class GuestSeat(Base):
    """A guest's place on a panel: what they accepted and declared, and what became of it.

    It stays when they are taken off the panel.
    """

    __tablename__ = "guest_seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(sa.ForeignKey("interview.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    invited_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    statement: Mapped[str | None]
    accepted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    no_conflict_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    conflict: Mapped[str | None]
    conflict_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    cleared_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    cleared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    clear_reason: Mapped[str | None]
    left_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    left_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    interview: Mapped[Interview] = relationship(back_populates="guests", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="raise_on_sql")
    invited_by: Mapped[Person] = relationship(foreign_keys=invited_by_id, lazy="raise_on_sql")
    cleared_by: Mapped[Person | None] = relationship(
        foreign_keys=cleared_by_id, lazy="raise_on_sql"
    )

    @property
    def stage(self) -> Stage:
        if self.accepted_at is None:
            return Stage.INVITED
        if self.conflict_at is not None and self.cleared_at is None:
            return Stage.CONFLICT
        if self.no_conflict_at is None and self.conflict_at is None:
            return Stage.ACCEPTED
        return Stage.IN

    def accept(self, statement: str, now: dt.datetime) -> None:
        """Take on the statement, of which the version is kept."""
        rules.check_may_accept(self.stage)
        self.statement, self.accepted_at = statement, now

    def declare(self, conflict: str, now: dt.datetime) -> None:
        """Say that there is no conflict, which opens the seat, or what it is, which closes it."""
        card = self._card
        rules.check_may_declare(
            self.stage,
            has_conflict=bool(conflict),
            was_cleared=self.cleared_at is not None,
            is_submitted=card.is_submitted,
        )
        if conflict:
            self.conflict, self.conflict_at = conflict, now
        else:
            self.no_conflict_at = now
        card.is_held = self.stage is not Stage.IN

    def clear(self, by: Person, reason: str, now: dt.datetime) -> None:
        """Open the seat in spite of a declared conflict. The panel is shown the reason."""
        rules.check_may_clear(self.stage)
        self.cleared_by, self.clear_reason, self.cleared_at = by, reason, now
        self._card.is_held = False

    @property
    def _card(self) -> "Scorecard":
        card = self.interview.card_of(self.person_id)
        assert card is not None, "who has a seat has a card"
        return card


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
    part: Mapped[str] = mapped_column(default=rules.Part.COUNTED)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    # A guest's, as long as it is not open to them: then no page of it is there.
    is_held: Mapped[bool] = mapped_column(default=False)

    interview: Mapped[Interview] = relationship(back_populates="cards", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    reopenings: Mapped[list[Reopening]] = relationship(
        back_populates="card", order_by="Reopening.id", lazy="raise_on_sql"
    )
    papers: Mapped[list[Paper]] = relationship(
        back_populates="card",
        order_by="Paper.id",
        passive_deletes="all",  # the database refuses to take the seat away
        lazy="raise_on_sql",
    )

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

    def check_may_reopen(self) -> None:
        rules.check_may_reopen(
            self.interview.panel,
            is_submitted=self.is_submitted,
            is_counted=self.part == rules.Part.COUNTED,
        )

    def reopen(self, by_id: int, reason: str, now: dt.datetime) -> Reopening:
        """Give it back to its owner, and return the record of that, which is to be added."""
        self.check_may_reopen()
        submitted_at, self.submitted_at = self.submitted_at, None
        return Reopening(
            scorecard_id=self.id, submitted_at=submitted_at, at=now, by_id=by_id, reason=reason
        )
