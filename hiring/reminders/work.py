"""The worker's part, once a minute: who is to be reminded, who is to be told. A row comes first."""

from collections.abc import Iterator

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hiring import db
from hiring.db import Base
from hiring.mail.models import Mail
from hiring.mail.rules import Kind
from hiring.reminders import queries, rules
from hiring.reminders.models import Completion, Reminder


def overdue(session: Session) -> Iterator[tuple[str, int]]:
    """Claim every reminder that is due and every piece of news, and hand on its mail."""
    now = db.now()
    claims: list[tuple[Base, Mail]] = []
    for late in queries.late_cards(session, now):
        if not late.is_on_its_way and rules.is_time(late.waiting, late.last_at, now):
            reminder = Reminder(
                interview_id=late.card.interview_id,
                person_id=late.card.person_id,
                number=late.last.number + 1 if late.last else 1,
                made_at=now,
            )
            claims.append((reminder, Mail.new(Kind.REMINDER, reminder.name, now)))
    claims += [
        (
            Completion(interview_id=interview_id, told_at=now),
            Mail.new(Kind.COMPLETE, interview_id, now),
        )
        for interview_id in queries.newly_complete(session, now)
    ]
    session.commit()
    return (("mail", mail.id) for claim, mail in claims if _is_claimed(session, claim, mail))


def _is_claimed(session: Session, claim: Base, mail: Mail) -> bool:
    """Whether we are the ones: another worker may have made the same claim a moment before."""
    session.add_all([claim, mail])
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True
