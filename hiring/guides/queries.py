"""Reads of guides, and the texts that every new guide starts with."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hiring.guides.models import Guide

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text())


def guide(session: Session, guide_id: int, *, to_change: bool = False) -> Guide | None:
    """A guide whole: its opening, traits and items. To be changed, it waits for who changes it."""
    query = (
        sa.select(Guide)
        .where(Guide.id == guide_id)
        .options(joinedload(Guide.opening), selectinload(Guide.traits), selectinload(Guide.items))
    )
    if to_change:
        query = query.with_for_update(of=Guide).execution_options(populate_existing=True)
    return session.scalar(query)


def guides_of(session: Session, opening_id: int) -> Sequence[Guide]:
    """All versions of an opening's guide, newest first, without their items."""
    return session.scalars(
        sa.select(Guide).where(Guide.opening_id == opening_id).order_by(Guide.version.desc())
    ).all()


def draft_of(session: Session, opening_id: int) -> Guide | None:
    guides = guides_of(session, opening_id)
    return guides[0] if guides and not guides[0].is_published else None


def drafts(session: Session) -> Sequence[Guide]:
    """All drafts with their openings, traits and items, those of the newest openings first."""
    return session.scalars(
        sa.select(Guide)
        .where(Guide.published_at.is_(None))
        .options(joinedload(Guide.opening), selectinload(Guide.traits), selectinload(Guide.items))
        .order_by(Guide.opening_id.desc())
    ).all()


def newest_version(session: Session, opening_id: int) -> int:
    """The highest version number in use, or 0."""
    newest = session.scalar(
        sa.select(sa.func.max(Guide.version)).where(Guide.opening_id == opening_id)
    )
    return newest or 0
