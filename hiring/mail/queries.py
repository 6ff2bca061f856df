"""Reads of mails."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hiring.mail.models import Mail
from hiring.mail.rules import Kind


def unsent(session: Session) -> Sequence[Mail]:
    """Everything that is not sent and was tried, or will be: the oldest first."""
    return session.scalars(
        sa.select(Mail)
        .where(Mail.sent_at.is_(None), sa.or_(Mail.due_at.is_not(None), Mail.problem != ""))
        .order_by(Mail.id)
    ).all()


def latest(session: Session, kind: Kind, about_ids: Sequence[int]) -> dict[int, Mail]:
    """The newest mail of a kind about each of some rows."""
    found = session.scalars(
        sa.select(Mail).where(Mail.kind == kind, Mail.about_id.in_(about_ids)).order_by(Mail.id)
    )
    return {mail.about_id: mail for mail in found if mail.about_id is not None}
