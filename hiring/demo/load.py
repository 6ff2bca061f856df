"""The round of round.toml as rows: people, a published guide, interviews, answers, decisions."""

import datetime as dt
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_security import hash_password
from sqlalchemy.orm import Session

from hiring.comparison.models import Decision, Outcome
from hiring.db import Base
from hiring.debrief.models import Revision
from hiring.debrief.rules import Cause
from hiring.guides.models import Guide
from hiring.guides.queries import TEXTS
from hiring.interviews import rules
from hiring.interviews.models import Candidate, Interview, Scorecard
from hiring.library.rules import Library
from hiring.openings.models import Opening
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.scorecards import saving
from hiring.scorecards.rules import Answer, mask

ROUND = Path(__file__).parent / "round.toml"
ACCOUNTS = "demo_accounts.txt"  # in the instance folder
OUTCOMES = {"offer": Outcome.OFFER, "rejection": Outcome.REJECT}

BEFORE_FIRST = dt.timedelta(days=21)  # the opening is made, and from there on:
PUBLISHED, ADDED = dt.timedelta(days=7), dt.timedelta(days=9)
PLANNED = dt.timedelta(days=4)  # before each interview
WELCOME = dt.timedelta(minutes=3)
WRITING_UP = dt.timedelta(minutes=10)
DEBRIEF = dt.timedelta(hours=1)  # after the interview's end

WORDS = """
    acorn amber apple apron autumn badge barley basil beach birch bloom brass bread breeze brick
    bridge brook brush button cabin candle canoe carrot cedar chalk cherry clay clover coast
    cocoa comet coral cotton crane cricket dune eagle ember fable fern ferry field finch flint
    forest fox garden ginger grape gravel harbour hazel heron honey island ivory jasmine juniper
    kettle kite ladder lagoon lantern lemon lilac linen loom lotus maple marble meadow melon
    mint mosaic moss nectar north nutmeg oasis ocean olive opal orchid otter oyster paper pebble
    pepper piano pine planet plum pocket pollen poppy prairie quartz quill rain raven reed ribbon
    river robin rose saddle saffron sail shell silver sparrow spruce stone summer swan teapot
    thistle timber tulip tundra velvet violet walnut water willow window winter wool yarrow
""".split()  # noqa: SIM905 - as a list it would be a page


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody to sign in as. The password is known here only: the database has its hash."""

    name: str
    email: str
    roles: str
    password: str

    def __str__(self) -> str:
        return f"{self.roles:<14} {self.email:<34} {self.password:<28} {self.name}"


def load(session: Session, library: Library, now: dt.datetime) -> list[Account]:
    """Add the whole round to an empty database. The caller commits."""
    told = tomllib.loads(ROUND.read_text(encoding="utf-8"))
    _move(told, now)
    opened = min(_starts_at(entry["interview"]) for entry in told["candidates"]) - BEFORE_FIRST
    people, accounts = _people(session, told["people"], opened)
    recruiter = next(person for person in people.values() if Role.RECRUITER in person.roles)
    opening = Opening(**told["opening"], made_by_id=recruiter.id, made_at=opened)
    guide = _guide(session, opening, told["guide"], library)
    for entry in told["candidates"]:
        candidate = Candidate(
            opening=opening,
            name=entry["name"],
            email=entry["email"],
            reference=entry["reference"],
            added_at=opened + ADDED,
        )
        _interview(session, candidate, guide, people, entry)
        if "decision" in entry:
            session.add(_decision(candidate, people, entry))
    return accounts


def write_accounts(accounts: list[Account], path: Path) -> None:
    """Keep the accounts for the next start, in a file that only its owner can read."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{account}\n" for account in accounts))


def _move(told: dict[str, Any], now: dt.datetime) -> None:
    """Move the round by whole weeks, so that it ended within the week before yesterday."""
    moments = [(entry["interview"], "starts_at") for entry in told["candidates"]]
    moments += [(entry["decision"], "at") for entry in told["candidates"] if "decision" in entry]
    last = max(table[name] for table, name in moments)
    week = dt.timedelta(weeks=1)
    weeks = (now.replace(tzinfo=None) - dt.timedelta(days=1) - last) // week
    for table, name in moments:
        table[name] += weeks * week


def _starts_at(entry: Mapping[str, Any]) -> dt.datetime:
    return rules.starts_at(entry["starts_at"], entry["zone"])


def _add(session: Session, *rows: Base) -> None:
    """Rows have their ids after this. The round as a whole is still one transaction."""
    with session.begin_nested():
        session.add_all(rows)


def _people(
    session: Session, entries: list[dict[str, Any]], at: dt.datetime
) -> tuple[dict[str, Person], list[Account]]:
    people, accounts = {}, []
    for entry in entries:
        password = _password()
        roles = [Role(role) for role in entry["roles"]]
        person = Person.new(entry["name"], entry["email"], roles, at, hash_password(password))
        people[entry["key"]] = person
        accounts.append(Account(person.name, person.email, ", ".join(roles), password))
    _add(session, *people.values())
    order = list(Role)
    return people, sorted(
        accounts, key=lambda account: order.index(Role(account.roles.split(", ")[0]))
    )


def _password() -> str:
    words = (secrets.choice(WORDS) for _ in range(3))
    return f"{'-'.join(words)}-{secrets.randbelow(9000) + 1000}"


def _guide(
    session: Session,
    opening: Opening,
    entry: Mapping[str, Any],
    library: Library,
) -> Guide:
    guide = Guide(
        opening=opening,
        version=1,
        minutes=opening.minutes,
        introduction=TEXTS["introduction"].strip(),
        closing=TEXTS["closing"].strip(),
        made_by_id=opening.made_by_id,
        made_at=opening.made_at,
    )
    guide.choose(
        [library.traits[key] for key in entry["traits"]],
        [library.questions[key] for key in entry["items"]],
        library,
    )
    # What is signed is what is stored, so it is stored first.
    _add(session, guide)
    guide.publish(opening.made_by_id, opening.made_at + PUBLISHED)
    return guide


def _interview(
    session: Session,
    candidate: Candidate,
    guide: Guide,
    people: Mapping[str, Person],
    entry: Mapping[str, Any],
) -> None:
    told = entry["interview"]
    starts_at = _starts_at(told)
    interview = Interview(
        candidate=candidate,
        guide=guide,
        starts_at=starts_at,
        zone=told["zone"],
        place=told["place"],
        planned_by_id=guide.made_by_id,
        planned_at=starts_at - PLANNED,
        cards=[],
        observers=[],
        overrides=[],
        guests=[],
    )
    interview.seat([people[key] for key in told["panel"]])
    _add(session, interview)
    cards = dict(zip(told["panel"], interview.cards, strict=True))
    _answers(session, guide, cards, entry["answers"], starts_at + WELCOME)
    ends_at = starts_at + dt.timedelta(minutes=guide.minutes)
    for seat, key in enumerate(told["submitted"], start=1):
        cards[key].submit(ends_at + seat * WRITING_UP)
    _add(session, *_revisions(guide, cards, entry.get("debrief", ()), ends_at + DEBRIEF))


def _revisions(
    guide: Guide,
    cards: Mapping[str, Scorecard],
    entries: Iterable[Mapping[str, Any]],
    at: dt.datetime,
) -> list[Revision]:
    items = {item.key: item.id for item in guide.items}
    return [
        Revision(
            scorecard_id=cards[change["by"]].id,
            item_id=items[change["item"]],
            guide_id=guide.id,
            level=change["level"],
            cause=Cause[change["cause"]].name,
            words=change["words"].strip(),
            revised_at=at,
        )
        for change in entries
    ]


def _answers(
    session: Session,
    guide: Guide,
    cards: Mapping[str, Scorecard],
    entries: list[dict[str, Any]],
    begins_at: dt.datetime,
) -> None:
    """Save each answer as the scorecard's page does, near the end of its item's minutes."""
    told = {entry["item"]: entry["ratings"] for entry in entries}
    clock = begins_at
    for item in guide.items:
        clock += dt.timedelta(minutes=item.minutes)
        for seat, rating in enumerate(told.get(item.key, ())):
            card = cards[rating["by"]]
            saved_at = clock - dt.timedelta(seconds=40 - 13 * seat)
            saving.save(
                session.connection(), card.id, item.id, card.person.id, _answer(rating), 0, saved_at
            )


def _answer(rating: Mapping[str, Any]) -> Answer:
    """Ticks count from 1 in the file and from 0 in the database."""
    ticks: dict[str, Any] = {
        name: mask(tick - 1 for tick in rating[name])
        for name in ("follow_ups", "look_fors", "warnings")
    }
    reason = rating.get("not_observed", "")
    return Answer(rating.get("level"), bool(reason), reason, rating["note"], **ticks)


def _decision(
    candidate: Candidate, people: Mapping[str, Person], entry: Mapping[str, Any]
) -> Decision:
    told = entry["decision"]
    return Decision(
        candidate_id=candidate.id,
        outcome=OUTCOMES[told["outcome"]],
        reason=told["reason"],
        decided_by=people[told["by"]],
        decided_at=rules.starts_at(told["at"], entry["interview"]["zone"]),
    )
