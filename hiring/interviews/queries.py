"""Reads of openings with their candidates, interviews and panels."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hiring.guides.models import Guide
from hiring.interviews.acts import Override, Reopening
from hiring.interviews.models import Candidate, GuestSeat, Interview, Observer, Scorecard
from hiring.interviews.papers import Paper
from hiring.interviews.rules import Part
from hiring.openings.models import Opening

# What `Interview.panel` is made of.
PANEL = (
    selectinload(Interview.cards),
    selectinload(Interview.observers),
    selectinload(Interview.overrides),
)


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An opening in the list, with what has been done for it."""

    opening: Opening
    candidates: int
    cards: int
    submitted: int


def openings(session: Session) -> list[OpeningRow]:
    """All openings, newest first, in three statements."""
    count = sa.select(Candidate.opening_id, sa.func.count()).group_by(Candidate.opening_id)
    candidates = dict(session.execute(count).all())
    cards = (
        sa.select(Candidate.opening_id, sa.func.count(), sa.func.count(Scorecard.submitted_at))
        .join(Candidate, Candidate.id == Scorecard.candidate_id)
        .where(Scorecard.part == Part.COUNTED)
        .group_by(Candidate.opening_id)
    )
    done = {row[0]: (row[1], row[2]) for row in session.execute(cards)}
    return [
        OpeningRow(opening, candidates.get(opening.id, 0), *done.get(opening.id, (0, 0)))
        for opening in session.scalars(sa.select(Opening).order_by(Opening.id.desc()))
    ]


def candidate(session: Session, candidate_id: int) -> Candidate | None:
    return session.scalar(
        sa.select(Candidate)
        .where(Candidate.id == candidate_id)
        .options(joinedload(Candidate.opening))
    )


def candidates_of(session: Session, opening_id: int) -> Sequence[Candidate]:
    return session.scalars(
        sa.select(Candidate)
        .where(Candidate.opening_id == opening_id)
        .order_by(Candidate.name, Candidate.id)
    ).all()


def lock_panel(session: Session, *, interview_id: int = 0, card_id: int = 0) -> None:
    """Wait until nobody else is changing an interview's panel, and let nobody until the commit.

    Whatever changes a panel, or depends on who is on it and who has submitted, comes here before
    it reads any of that. Saving an answer does neither. SQLite lets one write at a time anyway.
    """
    of_card = sa.select(Scorecard.interview_id).where(Scorecard.id == card_id)
    is_it = Interview.id.in_(of_card) if card_id else Interview.id == interview_id
    # Not against a foreign key's check, so that nothing that only names the interview waits.
    session.execute(sa.select(Interview.id).where(is_it).with_for_update(key_share=True))


def interview(session: Session, interview_id: int, *, to_change: bool = False) -> Interview | None:
    """An interview whole: candidate, guide (without items) and panel."""
    if to_change:
        lock_panel(session, interview_id=interview_id)
    return session.scalar(_whole().where(Interview.id == interview_id))


def interviews_of_opening(session: Session, opening_id: int) -> Sequence[Interview]:
    return session.scalars(
        _whole()
        .join(Candidate, Candidate.id == Interview.candidate_id)
        .where(Candidate.opening_id == opening_id)
        .order_by(Interview.starts_at, Interview.id)
    ).all()


def interviews_of(session: Session, candidate_id: int) -> Sequence[Interview]:
    return session.scalars(
        _whole()
        .where(Interview.candidate_id == candidate_id)
        .order_by(Interview.starts_at, Interview.id)
    ).all()


def _whole() -> sa.Select[Interview]:
    return sa.select(Interview).options(
        joinedload(Interview.candidate).joinedload(Candidate.opening),
        joinedload(Interview.guide),
        joinedload(Interview.closed_by),
        selectinload(Interview.cards).options(
            joinedload(Scorecard.person),
            selectinload(Scorecard.reopenings).joinedload(Reopening.by),
            selectinload(Scorecard.papers).joinedload(Paper.by),
        ),
        selectinload(Interview.observers).joinedload(Observer.person),
        selectinload(Interview.overrides).joinedload(Override.by),
        selectinload(Interview.guests).options(
            joinedload(GuestSeat.person), joinedload(GuestSeat.cleared_by)
        ),
    )


def card(session: Session, card_id: int, *, to_change: bool = False) -> Scorecard | None:
    """A card with its interview's panel."""
    if to_change:
        lock_panel(session, card_id=card_id)
    return session.scalar(
        sa.select(Scorecard)
        .where(Scorecard.id == card_id)
        .options(
            joinedload(Scorecard.person),
            joinedload(Scorecard.interview).options(
                joinedload(Interview.candidate).joinedload(Candidate.opening), *PANEL
            ),
        )
    )


def keeps_apart(session: Session, person_id: int, other_id: int) -> bool:
    """Whether somebody must not come in as another, who has a card that is closed to them."""
    if person_id == other_id:
        return False
    interviews = session.scalars(
        sa.select(Interview)
        .join(Scorecard, Scorecard.interview_id == Interview.id)
        .where(Scorecard.person_id == other_id)
        .options(*PANEL)
    )
    return any(interview.panel.keeps_from(person_id) for interview in interviews)


def observed(session: Session, person_id: int) -> Sequence[Interview]:
    """The interviews that somebody observes, the earliest first."""
    return session.scalars(
        _whole()
        .join(Observer, Observer.interview_id == Interview.id)
        .where(Observer.person_id == person_id)
        .order_by(Interview.starts_at, Interview.id)
    ).all()


def observed_guide(session: Session, interview_id: int, person_id: int) -> Interview | None:
    """An interview with the guide's items, for somebody who observes it. Nobody's cards."""
    return session.scalar(
        sa.select(Interview)
        .join(Observer, Observer.interview_id == Interview.id)
        .where(Interview.id == interview_id, Observer.person_id == person_id)
        .options(
            joinedload(Interview.candidate).joinedload(Candidate.opening),
            joinedload(Interview.guide).options(
                selectinload(Guide.items), selectinload(Guide.traits)
            ),
        )
    )


def published_guides(session: Session, opening_id: int) -> Sequence[Guide]:
    return session.scalars(
        sa.select(Guide)
        .where(Guide.opening_id == opening_id, Guide.published_at.is_not(None))
        .order_by(Guide.version.desc())
    ).all()
