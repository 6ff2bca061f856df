"""Reads of mails."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hiring.mail.models import Mail
from hiring.mail.rules import Kind


def unsent(session: Session) -> Sequence[Mail]:
    """Everything that is not sent, the oldest first."""
    return session.scalars(sa.select(Mail).where(Mail.sent_at.is_(None)).order_by(Mail.id)).all()


def latest(session: Session, kind: Kind, about: Collection[object]) -> dict[str, Mail]:
    """The newest mail of a kind about each of some things."""
    found = session.scalars(
        sa.select(Mail)
        .where(Mail.kind == kind, Mail.about.in_([str(one) for one in about]))
        .order_by(Mail.id)
    )
    return {mail.about: mail for mail in found}
