"""Rows for tests, one call each: people, a published guide, an interview, a filled card.

Every function adds to the session and flushes, so that numbers are there; the test commits.
"""

import datetime as dt
import itertools
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from hiring import config
from hiring.guides import rules as guide_rules
from hiring.guides.models import Guide
from hiring.interviews.models import Candidate, Interview, Scorecard
from hiring.library.queries import read_folder
from hiring.library.rules import Library
from hiring.openings.models import Opening
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.scorecards.models import Rating, SavedAnswer

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "four plain words here"
_numbers = itertools.count(1)


@cache
def library() -> Library:
    """The shipped library."""
    found, faults = read_folder(Path(config.ROOT / "traits"))
    assert not faults
    return found


def person(session: Session, *roles: Role, name: str = "", password: str | None = None) -> Person:
    """Somebody with an account; an interviewer unless roles are given. `password` is a hash."""
    number = next(_numbers)
    made = Person.new(
        name or f"Person {number}",
        f"person{number}@example.org",
        roles or (Role.INTERVIEWER,),
        NOW,
        password,
    )
    session.add(made)
    session.flush()
    return made


def opening(session: Session, by: Person, title: str = "Service desk agent") -> Opening:
    made = Opening(
        title=title, setting="phone", minutes=60, panel_size=3, made_by_id=by.id, made_at=NOW
    )
    session.add(made)
    session.flush()
    return made


def guide(
    session: Session,
    by: Person,
    traits: Sequence[str] = ("T03", "T08", "CIV"),
    *,
    published: bool = True,
    of: Opening | None = None,
    version: int = 1,
) -> Guide:
    """A guide as the builder proposes it for these traits, published unless told otherwise."""
    made = Guide(
        opening=of or opening(session, by),
        version=version,
        minutes=60,
        introduction="Welcome.",
        closing="Thank you.",
        weight_reason="",
        made_by_id=by.id,
        made_at=NOW,
        traits=[],
        items=[],
    )
    shelf = library()
    proposed = guide_rules.propose(shelf, traits, "phone")
    made.choose([shelf.traits[key] for key in traits], proposed, shelf)
    if published:
        made.publish(by.id, NOW)
    session.add(made)
    session.flush()
    return made


def candidate(session: Session, of: Opening, name: str = "") -> Candidate:
    number = next(_numbers)
    made = Candidate(
        opening_id=of.id,
        name=name or f"Candidate {number}",
        email=f"candidate{number}@example.net",
        reference=f"C-{number}",
        added_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def interview(
    session: Session,
    with_guide: Guide,
    panel: Collection[Person],
    who: Candidate | None = None,
    trainees: Collection[Person] = (),
    observers: Collection[Person] = (),
) -> Interview:
    """A planned interview; its cards are in the order of the panel, then of the trainees."""
    made = Interview(
        candidate=who or candidate(session, with_guide.opening),
        guide=with_guide,
        starts_at=NOW,
        zone="Europe/Dublin",
        place="Room 2",
        planned_by_id=with_guide.made_by_id,
        planned_at=NOW,
        close_reason="",
        cards=[],
        observers=[],
        overrides=[],
        guests=[],
    )
    session.add(made)
    session.flush()
    made.seat(panel, trainees, observers)
    session.flush()
    return made


def rate(
    session: Session,
    card: Scorecard,
    item_id: int,
    level: int | None = 3,
    note: str = "Said what they did.",
    *,
    warnings: int = 0,
    reason: str = "",
) -> Rating:
    """One answer as it is saved the first time. No level: not observed, for the reason given."""
    answer = {
        "level": level,
        "not_observed": level is None,
        "reason": reason or ("" if level else "Not asked: time ran out."),
        "note": note,
        "follow_ups": 0,
        "look_fors": 0,
        "warnings": warnings,
        "version": 1,
        "saved_at": NOW,
        "scorecard_id": card.id,
        "item_id": item_id,
    }
    made = Rating(guide_id=card.guide_id, candidate_id=card.candidate_id, **answer)
    session.add_all([made, SavedAnswer(**answer)])
    session.flush()
    return made


def fill(
    session: Session,
    card: Scorecard,
    levels: int | Mapping[int, int | None] = 3,
    *,
    submit: bool = True,
) -> Scorecard:
    """Rate every item of a card, all alike or by the item's number, and submit it."""
    for item in card.interview.guide.items:
        level = levels if isinstance(levels, int) else levels.get(item.position, 3)
        rate(session, card, item.id, level)
    if submit:
        card.submit(NOW)
    session.flush()
    return card
