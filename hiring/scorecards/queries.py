"""Reads of scorecards: one's own list, one card to fill in, and a whole panel's answers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hiring.guides.models import Guide, GuideItem
from hiring.interviews.acts import Override, Reopening
from hiring.interviews.models import Candidate, GuestSeat, Interview, Scorecard
from hiring.interviews.papers import Paper, PaperKind
from hiring.interviews.queries import PANEL, lock_panel
from hiring.scorecards.models import PaperEntry, Rating, SavedAnswer
from hiring.scorecards.rules import FIELDS, Answer, Origin, Stored, lacks


@dataclass(frozen=True, slots=True)
class CardRow:
    """One of my interviews in the list, with how far I am and when it is due."""

    card: Scorecard
    done: int
    total: int
    is_late: bool

    @property
    def is_awaited(self) -> bool:
        return not self.card.is_locked

    @property
    def due_at(self) -> dt.datetime:
        return self.card.interview.due_at(self.card)


def my_cards(session: Session, person_id: int, now: dt.datetime) -> list[CardRow]:
    """The cards of one person and nothing of anybody else's.

    First those still to do, the earliest interview ahead; then the others, the latest ahead.
    """
    cards = session.scalars(
        sa.select(Scorecard)
        .join(Scorecard.interview)
        .where(Scorecard.person_id == person_id)
        .options(
            contains_eager(Scorecard.interview).options(
                joinedload(Interview.candidate).joinedload(Candidate.opening),
                joinedload(Interview.guide),
                *PANEL,
            ),
            selectinload(Scorecard.reopenings),
        )
        .order_by(Interview.starts_at, Scorecard.id)
    ).all()
    count = (
        sa.select(GuideItem.guide_id, sa.func.count())
        .where(GuideItem.guide_id.in_({card.guide_id for card in cards}))
        .group_by(GuideItem.guide_id)
    )
    totals = dict(session.execute(count).all())
    mine = session.scalars(
        sa.select(Rating).where(Rating.scorecard_id.in_([card.id for card in cards]))
    )
    done: dict[int, int] = {}
    for rating in mine:
        if not lacks(answer_of(rating)):
            done[rating.scorecard_id] = done.get(rating.scorecard_id, 0) + 1
    rows = [
        CardRow(
            card,
            done.get(card.id, 0),
            totals.get(card.guide_id, 0),
            card.interview.is_late(card, now),
        )
        for card in cards
    ]
    over = [row for row in rows if not row.is_awaited]
    return [row for row in rows if row.is_awaited] + over[::-1]


_WITH_PAPERS = (
    joinedload(Scorecard.person),
    selectinload(Scorecard.papers).joinedload(Paper.by),
)


def my_card(
    session: Session, card_id: int, person_id: int, *, to_submit: bool = False
) -> Scorecard | None:
    """One's own card with its interview and the guide's items.

    Another's card isn't there, and a guest's own is not until it is open to them.
    """
    query = (
        sa.select(Scorecard)
        .where(
            Scorecard.id == card_id,
            Scorecard.person_id == person_id,
            Scorecard.is_held.is_(False),
        )
        .options(
            joinedload(Scorecard.interview).options(
                joinedload(Interview.candidate).joinedload(Candidate.opening),
                joinedload(Interview.guide).options(
                    selectinload(Guide.items), selectinload(Guide.traits)
                ),
                selectinload(Interview.cards).options(*_WITH_PAPERS),
                selectinload(Interview.observers),
                selectinload(Interview.overrides).joinedload(Override.by),
            ),
            selectinload(Scorecard.reopenings).joinedload(Reopening.by),
        )
    )
    if to_submit:
        lock_panel(session, card_id=card_id)
        query = query.with_for_update(of=Scorecard)  # no answer is saved meanwhile
    return session.scalar(query)


def stored(session: Session, card_ids: Sequence[int]) -> Mapping[tuple[int, int], Stored]:
    """All answers of some cards, by card and item."""
    ratings = session.scalars(sa.select(Rating).where(Rating.scorecard_id.in_(card_ids)))
    return {
        (rating.scorecard_id, rating.item_id): Stored(
            answer_of(rating), rating.version, rating.saved_at
        )
        for rating in ratings
    }


def origins(session: Session, cards: Sequence[Scorecard]) -> Mapping[tuple[int, int], Origin]:
    """Where the answers of some cards came from that came from paper, by card and item."""
    card_ids = [card.id for card in cards if card.papers]
    if not card_ids:
        return {}
    entries = session.scalars(
        sa.select(PaperEntry)
        .where(PaperEntry.scorecard_id.in_(card_ids))
        .options(joinedload(PaperEntry.paper), joinedload(PaperEntry.by))
        .order_by(PaperEntry.version)
    )
    return {
        (entry.scorecard_id, entry.item_id): Origin(
            entry.paper_id,
            entry.version,
            is_transcribed=entry.paper.kind == PaperKind.SCAN,
            by=entry.by.name,
            at=entry.paper.at,
        )
        for entry in entries
    }


def panel(session: Session, interview_id: int) -> Interview | None:
    """An interview with its guide's items and everyone's card (not yet their answers)."""
    return session.scalar(
        sa.select(Interview)
        .where(Interview.id == interview_id)
        .options(
            joinedload(Interview.candidate).joinedload(Candidate.opening),
            joinedload(Interview.guide).options(
                selectinload(Guide.items), selectinload(Guide.traits)
            ),
            joinedload(Interview.closed_by),
            selectinload(Interview.cards).options(
                *_WITH_PAPERS,
                selectinload(Scorecard.reopenings).joinedload(Reopening.by),
            ),
            selectinload(Interview.observers),
            selectinload(Interview.overrides).joinedload(Override.by),
            selectinload(Interview.guests).options(
                joinedload(GuestSeat.person), joinedload(GuestSeat.cleared_by)
            ),
        )
    )


def reopening(session: Session, card_id: int, reopening_id: int) -> Reopening | None:
    """A reopening with its card, and the interview with panel and guide."""
    return session.scalar(
        sa.select(Reopening)
        .where(Reopening.id == reopening_id, Reopening.scorecard_id == card_id)
        .options(
            joinedload(Reopening.by),
            joinedload(Reopening.card).options(
                joinedload(Scorecard.person),
                joinedload(Scorecard.interview).options(
                    joinedload(Interview.candidate).joinedload(Candidate.opening),
                    joinedload(Interview.guide).options(
                        selectinload(Guide.items), selectinload(Guide.traits)
                    ),
                    *PANEL,
                ),
            ),
        )
    )


def answers_at(session: Session, card_id: int, moment: dt.datetime) -> Mapping[int, Stored]:
    """A card's answers as they were saved last at some moment, by item: what was submitted then."""
    newest = (
        sa.select(sa.func.max(SavedAnswer.id))
        .where(SavedAnswer.scorecard_id == card_id, SavedAnswer.saved_at <= moment)
        .group_by(SavedAnswer.item_id)
    )
    saved = session.scalars(sa.select(SavedAnswer).where(SavedAnswer.id.in_(newest)))
    return {one.item_id: Stored(answer_of(one), one.version, one.saved_at) for one in saved}


def history(session: Session, card_id: int, item_id: int) -> list[Stored]:
    """Every saved version of an answer, the newest first."""
    rows = session.scalars(
        sa.select(SavedAnswer)
        .where(SavedAnswer.scorecard_id == card_id, SavedAnswer.item_id == item_id)
        .order_by(SavedAnswer.version.desc())
    )
    return [Stored(answer_of(row), row.version, row.saved_at) for row in rows]


def answer_of(row: Rating | SavedAnswer) -> Answer:
    return Answer(*(getattr(row, name) for name in FIELDS))
