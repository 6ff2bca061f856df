"""Reads of guests: their links, and the seats they have."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hiring.guests import rules
from hiring.guests.models import GuestLink
from hiring.interviews.models import GuestSeat, Interview, Scorecard
from hiring.interviews.queries import lock_panel
from hiring.people.models import digest

STATEMENTS = rules.statements(
    tomllib.loads((Path(__file__).parent / "statements.toml").read_text(encoding="utf-8"))
)
STATEMENT = STATEMENTS[-1]


def link(session: Session, secret: str, *, to_use: bool = False) -> GuestLink | None:
    """The link with its guest; locked if it is to be used, so that it is used once."""
    query = (
        sa.select(GuestLink)
        .where(GuestLink.digest == digest(secret))
        .options(joinedload(GuestLink.person))
    )
    return session.scalar(query.with_for_update(of=GuestLink) if to_use else query)


def link_of(session: Session, nonce: str) -> GuestLink | None:
    """The link that a mail is about, with its guest and who made it."""
    return session.scalar(
        sa.select(GuestLink)
        .where(GuestLink.nonce == nonce)
        .options(joinedload(GuestLink.person), joinedload(GuestLink.made_by))
    )


def unused_links(session: Session, person_id: int) -> Sequence[GuestLink]:
    return session.scalars(
        sa.select(GuestLink).where(GuestLink.person_id == person_id, GuestLink.used_at.is_(None))
    ).all()


def newest_links(session: Session, person_ids: Sequence[int]) -> dict[int, GuestLink]:
    """The newest link that a recruiter made for each of some guests."""
    found = session.scalars(
        sa.select(GuestLink)
        .where(GuestLink.person_id.in_(person_ids), GuestLink.made_by_id.is_not(None))
        .order_by(GuestLink.id)
    )
    return {one.person_id: one for one in found}


def told_links(session: Session, interview: Interview) -> Sequence[tuple[GuestSeat, GuestLink]]:
    """The links that a panel is told of, with the seat of their guest.

    They were shown to whoever made them: when the guest had begun, or before they joined the panel
    themselves.
    """
    if not interview.seated_guests:
        return []
    rows = session.execute(
        sa.select(GuestSeat, GuestLink)
        .join(GuestLink, GuestLink.person_id == GuestSeat.person_id)
        .where(
            GuestSeat.interview_id == interview.id,
            GuestSeat.left_at.is_(None),
            GuestLink.is_shown,
            sa.or_(
                GuestLink.made_at > GuestSeat.accepted_at,
                GuestLink.made_by_id.in_(interview.panel.raters | interview.panel.observers),
            ),
        )
        .options(joinedload(GuestSeat.person), joinedload(GuestLink.made_by))
        .order_by(GuestLink.id)
    )
    return [(seat, link) for seat, link in rows]


def cards_of(session: Session, person_id: int) -> Sequence[Scorecard]:
    """The cards somebody has."""
    return session.scalars(sa.select(Scorecard).where(Scorecard.person_id == person_id)).all()


def my_seat(
    session: Session, card_id: int, person_id: int, *, to_change: bool = False
) -> GuestSeat | None:
    """One's own seat as a guest, by its card, with the panel and the candidate."""
    if to_change:
        lock_panel(session, card_id=card_id)
    return session.scalar(
        sa.select(GuestSeat)
        .join(
            Scorecard,
            sa.and_(
                Scorecard.interview_id == GuestSeat.interview_id,
                Scorecard.person_id == GuestSeat.person_id,
            ),
        )
        .where(
            Scorecard.id == card_id,
            GuestSeat.person_id == person_id,
            GuestSeat.left_at.is_(None),
        )
        .options(
            joinedload(GuestSeat.person),
            joinedload(GuestSeat.invited_by),
            joinedload(GuestSeat.interview).options(
                joinedload(Interview.candidate),
                selectinload(Interview.cards).joinedload(Scorecard.person),
            ),
        )
    )


def seat(session: Session, seat_id: int) -> GuestSeat | None:
    """A seat with its guest and who invited them."""
    return session.scalar(
        sa.select(GuestSeat)
        .where(GuestSeat.id == seat_id)
        .options(joinedload(GuestSeat.person), joinedload(GuestSeat.invited_by))
    )


def statement(version: str | None) -> rules.Statement | None:
    """The statement of a version; None before one was accepted."""
    return next((one for one in STATEMENTS if one.version.isoformat() == version), None)
