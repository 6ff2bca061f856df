"""Everything a comparison needs, in a number of statements that does not grow with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from hiring.comparison.compare import Comparison, compare
from hiring.comparison.models import Decision
from hiring.comparison.rules import Item, Rated, Trait
from hiring.debrief import queries as debrief
from hiring.guides.models import Guide
from hiring.interviews.models import Candidate, Interview, Scorecard
from hiring.people.rules import Role
from hiring.scorecards.models import Rating
from hiring.scorecards.rules import may_read_values

_rating = Rating.__table__.c
# All columns stand in one index, which begins with the guide: the notes are never touched.
_RATINGS = sa.select(_rating.scorecard_id, _rating.item_id, _rating.level, _rating.warnings).where(
    _rating.guide_id == sa.bindparam("guide_id")
)


@dataclass(frozen=True, slots=True)
class Compared:
    """The candidates of one guide version, as one person may see them now.

    `comparison` holds those whose interview is open to the person, `waiting` the others.
    """

    guide: Guide
    interviews: Mapping[int, Interview]
    comparison: Comparison
    waiting: Sequence[Interview]
    decisions: Mapping[int, Decision]


def compared(
    session: Session, guide_id: int, person_id: int, roles: Collection[Role]
) -> Compared | None:
    """The comparison of a published guide's candidates for somebody who may compare."""
    guide = session.scalar(
        sa.select(Guide)
        .where(Guide.id == guide_id, Guide.published_at.is_not(None))
        .options(joinedload(Guide.opening), selectinload(Guide.traits), selectinload(Guide.items))
    )
    if guide is None:
        return None
    interviews = _interviews(session, guide_id)
    readable = {
        interview.candidate_id: interview
        for interview in interviews
        # A panel that was only opened early is not complete, so there is nothing to compare yet.
        if interview.panel.is_open and may_read_values(interview.panel, person_id, roles)
    }
    return Compared(
        guide=guide,
        interviews=readable,
        comparison=_compare(session, guide, readable.values()),
        waiting=[i for i in interviews if i.candidate_id not in readable],
        decisions=latest_decisions(session, list(readable)),
    )


def _interviews(session: Session, guide_id: int) -> Sequence[Interview]:
    """Each with its cards, which are found by the guide: by interview, they lie far apart."""
    interviews = session.scalars(
        sa.select(Interview)
        .join(Candidate, Candidate.id == Interview.candidate_id)
        .where(Interview.guide_id == guide_id)
        .options(
            joinedload(Interview.candidate),
            joinedload(Interview.closed_by),
            selectinload(Interview.observers),
            selectinload(Interview.overrides),
        )
        .order_by(Candidate.name, Candidate.id)
    ).all()
    seated: dict[int, list[Scorecard]] = {interview.id: [] for interview in interviews}
    for card in session.scalars(
        sa.select(Scorecard)
        .where(Scorecard.guide_id == guide_id)
        .options(joinedload(Scorecard.person))
        .order_by(Scorecard.id)
    ):
        seated[card.interview_id].append(card)
    for interview in interviews:
        set_committed_value(interview, "cards", seated[interview.id])
    return interviews


def _compare(session: Session, guide: Guide, interviews: Collection[Interview]) -> Comparison:
    """Only submitted cards of these interviews count, and never a trainee's."""
    cards = {
        card.id: card
        for interview in interviews
        for card in interview.counted_cards
        if card.is_submitted
    }
    debriefed = debrief.standing_of_guide(session, guide.id)
    counted: dict[int, list[int]] = {interview.candidate_id: [] for interview in interviews}
    for card in cards.values():
        counted[card.candidate_id].append(card.person_id)
    return compare(
        [Trait(trait.key, trait.name, trait.weight) for trait in guide.traits],
        [
            Item(item.id, item.trait_key, item.title, item.key, item.warnings)
            for item in guide.items
        ],
        counted,
        [
            Rated(
                cards[card_id].candidate_id,
                cards[card_id].person_id,
                item_id,
                level,
                warnings,
                debriefed.get((card_id, item_id)),
            )
            for card_id, item_id, level, warnings in session.execute(
                _RATINGS, {"guide_id": guide.id}
            )
            if card_id in cards
        ],
    )


def latest_decisions(session: Session, candidate_ids: Sequence[int]) -> dict[int, Decision]:
    """The decision that stands for each candidate who has one."""
    rows = session.scalars(
        sa.select(Decision)
        .where(Decision.candidate_id.in_(candidate_ids))
        .options(joinedload(Decision.decided_by))
        .order_by(Decision.id)
    )
    return {decision.candidate_id: decision for decision in rows}


def decisions_of(session: Session, candidate_id: int) -> Sequence[Decision]:
    """All decisions on a candidate, newest first."""
    return session.scalars(
        sa.select(Decision)
        .where(Decision.candidate_id == candidate_id)
        .options(joinedload(Decision.decided_by))
        .order_by(Decision.id.desc())
    ).all()


def newest_compared_guide(session: Session, opening_id: int) -> int | None:
    """The newest guide version of an opening with which an interview was planned."""
    return session.scalar(
        sa.select(sa.func.max(Guide.id))
        .join(Interview, Interview.guide_id == Guide.id)
        .where(Guide.opening_id == opening_id)
    )


def other_guides(session: Session, guide: Guide) -> Sequence[Guide]:
    """Other published versions of the same opening's guide, newest first."""
    return session.scalars(
        sa.select(Guide)
        .where(
            Guide.opening_id == guide.opening_id,
            Guide.id != guide.id,
            Guide.published_at.is_not(None),
        )
        .order_by(Guide.version.desc())
    ).all()
