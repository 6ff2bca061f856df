"""Reads of the debrief: an interview whose values are open, and what was revised in it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hiring.debrief.models import Revision
from hiring.interviews.models import Scorecard


def revisions(session: Session, card_ids: Sequence[int]) -> Sequence[Revision]:
    """Everything that was revised on some cards, the oldest first."""
    return session.scalars(
        sa.select(Revision).where(Revision.scorecard_id.in_(card_ids)).order_by(Revision.id)
    ).all()


def standing_of_card(session: Session, card_id: int) -> dict[int, int]:
    """The level that stands after the debrief for each item of a card that was revised."""
    return {revision.item_id: revision.level for revision in revisions(session, [card_id])}


def standing_of_guide(session: Session, guide_id: int) -> dict[tuple[int, int], int]:
    """The level that stands after the debrief, by card and item, for all cards of a guide."""
    rows = session.execute(
        sa.select(Revision.scorecard_id, Revision.item_id, Revision.level)
        .where(Revision.guide_id == guide_id)
        .order_by(Revision.id)
    )
    return {(card_id, item_id): level for card_id, item_id, level in rows}


def my_card(session: Session, interview_id: int, person_id: int) -> Scorecard | None:
    """One's own card in an interview, locked so that two changes come one after the other."""
    return session.scalar(
        sa.select(Scorecard)
        .where(Scorecard.interview_id == interview_id, Scorecard.person_id == person_id)
        .with_for_update()
    )
