"""Cards that others wait for, and interviews whose last card has come in. Nobody's ratings."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hiring.comparison import queries as comparison
from hiring.comparison.models import Outcome
from hiring.interviews.models import Candidate, Interview, Scorecard
from hiring.interviews.queries import PANEL
from hiring.interviews.rules import GRACE, Part, Stage
from hiring.mail import queries as mails
from hiring.mail.models import Mail
from hiring.mail.rules import Kind
from hiring.reminders.models import Completion, Reminder
from hiring.reminders.rules import NEWS, Waiting, is_news


@dataclass(frozen=True, slots=True)
class Late:
    """A card that is overdue, with the last reminder of it."""

    card: Scorecard
    interview: Interview
    waiting: Waiting
    last: Reminder | None
    last_at: dt.datetime | None  # when that went out, or was made if it has not
    is_on_its_way: bool


def late_cards(session: Session, now: dt.datetime) -> list[Late]:
    """All cards that are overdue and still waited for, the longest overdue first."""
    cards = session.scalars(
        _cards()
        .join(Scorecard.interview)
        .where(
            Scorecard.submitted_at.is_(None),
            Interview.closed_at.is_(None),
            Interview.starts_at < now - GRACE,
        )
        .order_by(Interview.starts_at, Scorecard.id)
    ).all()
    withdrawn = _withdrawn(session, cards)
    found = []
    for card in cards:
        waiting = _waiting(card, is_withdrawn=card.candidate_id in withdrawn)
        if now >= waiting.due_at and not waiting.is_withdrawn:
            found.append((card, waiting))
    lasts = _last_reminders(session, [card for card, _ in found])
    sent = mails.latest(session, Kind.REMINDER, [last.name for last in lasts.values()])
    return [_late(card, waiting, lasts, sent) for card, waiting in found]


def _late(
    card: Scorecard,
    waiting: Waiting,
    lasts: Mapping[tuple[int, int], Reminder],
    sent: Mapping[str, Mail],
) -> Late:
    last = lasts.get((card.interview_id, card.person_id))
    mail = sent.get(last.name) if last else None
    return Late(
        card=card,
        interview=card.interview,
        waiting=waiting,
        last=last,
        last_at=(mail.sent_at if mail else None) or (last.made_at if last else None),
        is_on_its_way=mail is not None and mail.due_at is not None,
    )


def waiting_card(session: Session, interview_id: int, person_id: int) -> Late | None:
    """One card as `late_cards` has it, whether it is late or not; None if the seat is gone."""
    card = session.scalar(
        _cards().where(Scorecard.interview_id == interview_id, Scorecard.person_id == person_id)
    )
    if card is None:
        return None
    waiting = _waiting(card, is_withdrawn=bool(_withdrawn(session, [card])))
    return _late(card, waiting, _last_reminders(session, [card]), {})


def _cards() -> sa.Select[Scorecard]:
    return sa.select(Scorecard).options(
        joinedload(Scorecard.person),
        selectinload(Scorecard.reopenings),
        joinedload(Scorecard.interview).options(
            joinedload(Interview.candidate).joinedload(Candidate.opening),
            joinedload(Interview.guide),
            selectinload(Interview.guests),
        ),
    )


def _withdrawn(session: Session, cards: Iterable[Scorecard]) -> set[int]:
    """The candidates of these cards who have withdrawn."""
    decisions = comparison.latest_decisions(session, [card.candidate_id for card in cards])
    return {
        candidate
        for candidate, decision in decisions.items()
        if decision.outcome == Outcome.WITHDRAWN
    }


def _waiting(card: Scorecard, *, is_withdrawn: bool) -> Waiting:
    interview = card.interview
    guest = next((one for one in interview.seated_guests if one.person_id == card.person_id), None)
    return Waiting(
        is_submitted=card.is_submitted,
        is_closed=interview.closed_at is not None,
        is_withdrawn=is_withdrawn,
        is_in_conflict=guest is not None and guest.stage is Stage.CONFLICT,
        is_active=card.person.active,
        due_at=interview.due_at(card),
        asked_at=guest.invited_at if guest else interview.planned_at,
    )


def _last_reminders(
    session: Session, cards: Iterable[Scorecard]
) -> dict[tuple[int, int], Reminder]:
    found = session.scalars(
        sa.select(Reminder)
        .where(Reminder.interview_id.in_({card.interview_id for card in cards}))
        .order_by(Reminder.number)
    )
    return {(one.interview_id, one.person_id): one for one in found}


def newly_complete(session: Session, now: dt.datetime) -> Sequence[int]:
    """Interviews whose last counted card came in lately, of which nobody was told."""
    last = sa.func.max(Scorecard.submitted_at)
    rows = session.execute(
        sa.select(
            Scorecard.interview_id, last, sa.func.count() == sa.func.count(Scorecard.submitted_at)
        )
        .join(Interview, Interview.id == Scorecard.interview_id)
        .where(
            Scorecard.part == Part.COUNTED,
            Interview.closed_at.is_(None),
            Scorecard.interview_id.in_(
                sa.select(Scorecard.interview_id).where(Scorecard.submitted_at > now - NEWS)
            ),
            Scorecard.interview_id.not_in(sa.select(Completion.interview_id)),
        )
        .group_by(Scorecard.interview_id)
        .order_by(Scorecard.interview_id)
    )
    return [
        interview_id
        for interview_id, submitted_last, is_complete in rows
        if is_news(is_complete=is_complete, submitted_last=submitted_last, now=now)
    ]


def complete(session: Session, interview_id: int) -> Interview | None:
    """An interview with its candidate and the cards of its panel."""
    return session.scalar(
        sa.select(Interview)
        .where(Interview.id == interview_id)
        .options(joinedload(Interview.candidate).joinedload(Candidate.opening), *PANEL)
    )
