"""Reads of openings."""

from sqlalchemy.orm import Session

from hiring.openings.models import Opening


def opening(session: Session, opening_id: int) -> Opening | None:
    return session.get(Opening, opening_id)
