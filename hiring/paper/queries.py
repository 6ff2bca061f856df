"""Reads of a card with the papers that came back for it, and of the files themselves."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hiring.guides.models import Guide
from hiring.interviews.models import Candidate, Interview, Scorecard
from hiring.interviews.papers import Paper
from hiring.interviews.queries import PANEL, lock_panel
from hiring.scorecards import queries as scorecards
from hiring.scorecards.models import PaperEntry
from hiring.scorecards.rules import Stored


def card(
    session: Session, card_id: int, owner: int | None, *, to_change: bool = False
) -> Scorecard | None:
    """A card with its papers, the guide's items and the panel; only this owner's, if one is named.

    To be changed, nobody submits it.
    """
    query = (
        sa.select(Scorecard)
        .where(Scorecard.id == card_id, Scorecard.is_held.is_(False))
        .options(
            joinedload(Scorecard.person),
            selectinload(Scorecard.papers).joinedload(Paper.by),
            joinedload(Scorecard.interview).options(
                joinedload(Interview.candidate).joinedload(Candidate.opening),
                joinedload(Interview.guide).options(
                    joinedload(Guide.opening),
                    selectinload(Guide.items),
                    selectinload(Guide.traits),
                ),
                *PANEL,
            ),
        )
    )
    if to_change:
        session.expire_all()  # what was read before a file was looked at may be old
        lock_panel(session, card_id=card_id)
        query = query.with_for_update(of=Scorecard)
    if owner is not None:
        query = query.where(Scorecard.person_id == owner)
    return session.scalar(query)


def paper(session: Session, paper_id: int) -> Paper | None:
    """A paper with its card and the interview's panel, without the file."""
    return session.scalar(
        sa.select(Paper)
        .where(Paper.id == paper_id)
        .options(joinedload(Paper.card).joinedload(Scorecard.interview).options(*PANEL))
    )


def content(session: Session, paper_id: int) -> bytes:
    return session.scalars(sa.select(Paper.content).where(Paper.id == paper_id)).one()


def fields(session: Session, paper_id: int) -> str:
    """What was read in a filled form, as it was kept."""
    return session.scalars(sa.select(Paper.fields).where(Paper.id == paper_id)).one()


def answers(session: Session, card_id: int) -> Mapping[int, Stored]:
    """A card's answers by item."""
    stored = scorecards.stored(session, [card_id])
    return {item_id: answer for (_, item_id), answer in stored.items()}


def entered(session: Session, card_id: int, by_id: int) -> Mapping[int, int]:
    """The newest version of a card's answers that somebody entered from paper, by item."""
    rows = session.execute(
        sa.select(PaperEntry.item_id, sa.func.max(PaperEntry.version))
        .where(PaperEntry.scorecard_id == card_id, PaperEntry.by_id == by_id)
        .group_by(PaperEntry.item_id)
    )
    return dict(rows.all())


def is_entered(session: Session, card_id: int, item_id: int, version: int) -> bool:
    return session.get(PaperEntry, (card_id, item_id, version)) is not None
