"""Who may do what: roles, actions, and the one table that joins them. No I/O."""

import datetime as dt
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hiring.refusal import Refused


class Role(StrEnum):
    """What somebody is here for. One person may have several."""

    RECRUITER = "recruiter"
    INTERVIEWER = "interviewer"
    HR = "HR"
    ADMINISTRATOR = "administrator"
    GUEST = "guest"


class Action(StrEnum):
    """Something a route does. Every route declares one."""

    VISIT = "visit a page that needs no account"
    SIGN_IN = "sign in and out"
    OWN_ACCOUNT = "look after one's own account"
    MANAGE_PEOPLE = "invite people, set their roles, close their accounts"
    READ_LIBRARY = "read the library"
    PLAN = "make openings, guides and interviews"
    READ_PLANS = "look at openings, guides and interviews"
    RATE = "fill in one's own scorecards"
    OBSERVE = "read the guide of an interview one listens in to"
    TAKE_SEAT = "accept the statement and declare a conflict, as a guest"
    REOPEN = "give a submitted scorecard back to its owner"
    READ_PANEL = "read what a panel scored, once it may be read"
    DEBRIEF = "change one's rating in the debrief, beside the first one"
    OVERRIDE = "read what a panel scored before it is open, with a reason the panel sees"
    COMPARE = "compare candidates and read what was scored"
    DECIDE = "record a decision, close a panel"
    EXPORT = "export summaries and guides"
    PRINT = "make the form of a scorecard, for a pen or to fill in"
    FETCH = "fetch the PDFs one has asked for"
    HAND_IN = "fill in one's own scorecard from a filled form"
    TRANSCRIBE = "type in what stands on a form, with its scan; the panel sees who does"


# Everybody with an account. A guest has none: they come in by a link, to what is theirs alone.
STAFF = frozenset(Role) - {Role.GUEST}

# None: also people who are not signed in.
MAY: dict[Action, frozenset[Role] | None] = {
    Action.VISIT: None,
    Action.SIGN_IN: None,
    Action.OWN_ACCOUNT: STAFF,
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.READ_LIBRARY: STAFF,
    Action.PLAN: frozenset({Role.RECRUITER}),
    Action.READ_PLANS: frozenset({Role.RECRUITER, Role.HR}),
    Action.RATE: frozenset({Role.INTERVIEWER, Role.GUEST}),
    Action.OBSERVE: frozenset({Role.RECRUITER, Role.HR, Role.INTERVIEWER}),
    Action.TAKE_SEAT: frozenset({Role.INTERVIEWER, Role.GUEST}),
    Action.REOPEN: frozenset({Role.RECRUITER, Role.INTERVIEWER, Role.GUEST}),
    Action.READ_PANEL: frozenset({Role.RECRUITER, Role.HR, Role.INTERVIEWER, Role.GUEST}),
    Action.DEBRIEF: frozenset({Role.INTERVIEWER, Role.GUEST}),
    Action.OVERRIDE: frozenset({Role.RECRUITER, Role.HR}),
    Action.COMPARE: frozenset({Role.RECRUITER, Role.HR}),
    Action.DECIDE: frozenset({Role.RECRUITER}),
    Action.EXPORT: frozenset({Role.RECRUITER, Role.HR}),
    Action.PRINT: frozenset({Role.RECRUITER, Role.INTERVIEWER, Role.GUEST}),
    Action.FETCH: frozenset({Role.RECRUITER, Role.HR, Role.INTERVIEWER, Role.GUEST}),
    Action.HAND_IN: frozenset({Role.INTERVIEWER, Role.GUEST}),
    Action.TRANSCRIBE: frozenset({Role.RECRUITER, Role.INTERVIEWER, Role.GUEST}),
}

# Routes that a package brings; ours declare their action with @may.
BROUGHT = {
    "security.login": Action.SIGN_IN,
    "security.logout": Action.SIGN_IN,
    "static": Action.VISIT,
}

SHORTEST_PASSWORD = 10


def may(roles: Collection[Role], action: Action) -> bool:
    """Whether somebody with these roles may do it. Someone not signed in has no roles."""
    allowed = MAY[action]
    return allowed is None or not allowed.isdisjoint(roles)


class Account(Protocol):
    """What the rules need to know of a person."""

    id: int
    name: str


def check_keeps_administrator(
    administrators: Collection[Account], person: Account, roles: Collection[str]
) -> None:
    """Refuse to take the administrator's role from the last who has it."""
    ids = {administrator.id for administrator in administrators}
    if ids == {person.id} and Role.ADMINISTRATOR not in roles:
        raise Refused(
            f"{person.name} is the only administrator. Make somebody else an administrator first."
        )


class Door(StrEnum):
    """Something that somebody might try again and again, such as a way in."""

    SIGN_IN = "sign in"
    LINK = "open a one-time link"
    ASK = "ask for a link"
    SEND_FILE = "send a file to be read"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries there may be within some time."""

    tries: int
    within: dt.timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """For one account, whether there is such an account or not, and for one place people are at."""

    account: Limit
    address: Limit


_WHILE, LONGEST_WINDOW = dt.timedelta(minutes=15), dt.timedelta(hours=1)

# Whoever mistypes a password is let try ten times; an office behind one address, a hundred.
LIMITS = {
    Door.SIGN_IN: Limits(Limit(10, _WHILE), Limit(100, _WHILE)),
    Door.LINK: Limits(Limit(20, _WHILE), Limit(20, _WHILE)),
    # A file takes up to eight seconds of a processor.
    Door.SEND_FILE: Limits(Limit(30, _WHILE), Limit(300, _WHILE)),
    Door.ASK: Limits(Limit(3, LONGEST_WINDOW), Limit(20, LONGEST_WINDOW)),
}


class TooMany(Refused):
    """There were too many tries. It says the same whether there is such an account or not."""

    status = 429

    def __init__(self, door: Door) -> None:
        wait = (
            "an hour" if LIMITS[door].address.within == LONGEST_WINDOW else "a quarter of an hour"
        )
        super().__init__(f"There were too many tries of late. Wait {wait}, then try again.")


def network(address: str) -> str:
    """Where somebody is, as far as they can't change it at will: of IPv6, the first half."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
