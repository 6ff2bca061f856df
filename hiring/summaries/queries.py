"""Reads for summaries, exports and record copies; and which of them are closed to somebody."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hiring.comparison import queries as comparison
from hiring.db import Database
from hiring.debrief import queries as debrief
from hiring.guides.models import Guide
from hiring.interviews import queries as interviews
from hiring.interviews.models import Candidate, Interview, Observer, Scorecard
from hiring.library.rules import Briefing
from hiring.people.rules import Action, Role, may
from hiring.scorecards import queries as scorecards
from hiring.scorecards.rules import why_closed
from hiring.summaries import rules
from hiring.summaries.making import Made
from hiring.summaries.models import Export, ExportUnit, Kind, RecordCopy

NOBODY = 0  # summaries say the same whoever asks, so nobody's own panels count


def guide_of_candidate(session: Session, candidate_id: int) -> int | None:
    """The newest guide version with which a candidate has an interview."""
    return session.scalar(
        sa.select(sa.func.max(Interview.guide_id)).where(Interview.candidate_id == candidate_id)
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A candidate of an opening with the guide to sum up; or with the reason why there is none."""

    candidate: Candidate
    guide_id: int | None
    problem: str = ""
    remark: str = ""


def wanted(session: Session, opening_id: int) -> list[Wanted]:
    """Every candidate of an opening, with the newest guide version they were interviewed with."""
    versions: dict[int, dict[int, int]] = {}
    for candidate_id, guide_id, version in session.execute(
        sa.select(Interview.candidate_id, Guide.id, Guide.version)
        .join(Guide, Guide.id == Interview.guide_id)
        .where(Guide.opening_id == opening_id)
        .order_by(Guide.id)
    ):
        versions.setdefault(candidate_id, {})[guide_id] = version
    return [
        _wanted(candidate, versions.get(candidate.id, {}))
        for candidate in interviews.candidates_of(session, opening_id)
    ]


def _wanted(candidate: Candidate, versions: Mapping[int, int]) -> Wanted:
    if not versions:
        why = f"{candidate.name} has no interview yet, so there is nothing to sum up."
        return Wanted(candidate, None, problem=why)
    *older, newest = versions
    if not older:
        return Wanted(candidate, newest)
    numbers = " and ".join(str(versions[guide_id]) for guide_id in older)
    return Wanted(
        candidate,
        newest,
        remark=f"{candidate.name} was also interviewed with guide version {numbers}. The summary "
        f"is of version {versions[newest]}, the newest.",
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """Summaries that are closed to somebody now: the reason for each, by guide and candidate."""

    reasons: Mapping[tuple[int, int], str]

    def why(self, guide_id: int, candidate_id: int, numbers: str = "") -> str:
        """Why a summary with these numbers is closed, or an empty string.

        It is if its own interview is, or if it rests on another that is.
        """
        if own := self.reasons.get((guide_id, candidate_id)):
            return own
        is_beside = any(guide == guide_id for guide, _ in self.reasons)
        return rules.RESTS_ON_CLOSED if is_beside and rules.rests_on_others(numbers) else ""


def closed_to(
    session: Session, person_id: int, roles: Collection[Role], guide_ids: Collection[int]
) -> Closed:
    """What is closed to somebody of all interviews with these guide versions."""
    query = sa.select(Interview).where(Interview.guide_id.in_(guide_ids)).options(*interviews.PANEL)
    if may(roles, Action.COMPARE):  # to whom only a seat of their own closes anything
        query = query.where(
            sa.or_(
                Interview.cards.any(Scorecard.person_id == person_id),
                Interview.observers.any(Observer.person_id == person_id),
            )
        )
    return Closed(
        {
            (interview.guide_id, interview.candidate_id): why
            for interview in session.scalars(query)
            if (why := why_closed(interview.panel, person_id, roles))
        }
    )


def summaries(
    session: Session,
    guide_id: int,
    made_by: str,
    made_at: dt.datetime,
    briefings: Mapping[str, Briefing] | None = None,
) -> dict[int, rules.Summary]:
    """A summary for each candidate with an interview on this guide version, by candidate.

    With briefings, whoever is made an offer gets a page of suggestions for their manager.

    A fixed number of statements. What is not open to anybody yet is in none of them.
    """
    found = comparison.compared(session, guide_id, NOBODY, frozenset({Role.HR}))
    if found is None:
        return {}
    cards = [
        card.id for i in found.interviews.values() for card in i.counted_cards if card.is_submitted
    ]
    answers = scorecards.stored(session, cards)
    revised = {(r.scorecard_id, r.item_id): r for r in debrief.revisions(session, cards)}
    made = Made(found, answers, revised, (made_by, made_at), briefings or {})
    rows = {row.candidate: row for row in found.comparison.candidates}
    return {
        **{
            candidate: made.summary(interview, rows[candidate])
            for candidate, interview in found.interviews.items()
        },
        **{interview.candidate_id: made.unopened(interview) for interview in found.waiting},
    }


def card_of_form(session: Session, card_id: int) -> Scorecard | None:
    """A card with everything that its form says. A guest's opens when they have declared."""
    return session.scalar(
        sa.select(Scorecard)
        .where(Scorecard.id == card_id, Scorecard.is_held.is_(False))
        .options(
            joinedload(Scorecard.person),
            joinedload(Scorecard.interview).options(
                joinedload(Interview.candidate).joinedload(Candidate.opening),
                joinedload(Interview.guide).options(
                    joinedload(Guide.opening),
                    selectinload(Guide.items),
                    selectinload(Guide.traits),
                ),
            ),
        )
    )


def export(session: Session, export_id: int) -> Export | None:
    """An export with its units and their copies, but not the bytes of these."""
    return session.scalar(
        sa.select(Export)
        .where(Export.id == export_id)
        .options(
            selectinload(Export.units).options(
                joinedload(ExportUnit.copy), joinedload(ExportUnit.candidate)
            )
        )
    )


def exports_of(session: Session, person_id: int) -> Sequence[Export]:
    """The last fifty exports somebody asked for, newest first."""
    return session.scalars(
        sa.select(Export)
        .where(Export.asked_by_id == person_id)
        .options(selectinload(Export.units).joinedload(ExportUnit.copy))
        .order_by(Export.id.desc())
        .limit(50)
    ).all()


def copies_of(session: Session, candidate_id: int) -> Sequence[RecordCopy]:
    """The summaries of a candidate handed out and for whom, newest first, without their bytes."""
    return session.scalars(
        sa.select(RecordCopy)
        .where(RecordCopy.candidate_id == candidate_id, RecordCopy.kind == Kind.SUMMARY)
        .options(joinedload(RecordCopy.made_by))
        .order_by(RecordCopy.id.desc())
    ).all()


def copy(session: Session, copy_id: int) -> RecordCopy | None:
    """A record copy without its bytes."""
    return session.get(RecordCopy, copy_id)


def copy_with_key(session: Session, key: str) -> RecordCopy | None:
    return session.scalar(
        sa.select(RecordCopy).where(RecordCopy.key == key).order_by(RecordCopy.id.desc()).limit(1)
    )


def pdf_of(session: Session, copy_id: int) -> bytes:
    return session.scalars(sa.select(RecordCopy.pdf).where(RecordCopy.id == copy_id)).one()


def state(database: Database, export_id: int) -> str | None:
    """An export's state as it is this moment, whatever this request's own session has seen."""
    with database.reader.connect() as connection:
        return connection.scalar(sa.select(Export.state).where(Export.id == export_id))
