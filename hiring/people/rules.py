"""Who may do what: roles, actions, and the one table that joins them. No I/O."""

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

from hiring.refusal import Refused


class Role(StrEnum):
    """What somebody is here for. One person may have several."""

    RECRUITER = "recruiter"
    INTERVIEWER = "interviewer"
    HR = "HR"
    ADMINISTRATOR = "administrator"


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


EVERYBODY = frozenset(Role)

# None: also people who are not signed in.
MAY: dict[Action, frozenset[Role] | None] = {
    Action.VISIT: None,
    Action.SIGN_IN: None,
    Action.OWN_ACCOUNT: EVERYBODY,
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.READ_LIBRARY: EVERYBODY,
    Action.PLAN: frozenset({Role.RECRUITER}),
    Action.READ_PLANS: frozenset({Role.RECRUITER, Role.HR}),
    Action.RATE: frozenset({Role.INTERVIEWER}),
    Action.OBSERVE: frozenset({Role.RECRUITER, Role.HR, Role.INTERVIEWER}),
    Action.REOPEN: frozenset({Role.RECRUITER, Role.INTERVIEWER}),
    Action.READ_PANEL: frozenset({Role.RECRUITER, Role.HR, Role.INTERVIEWER}),
    Action.DEBRIEF: frozenset({Role.INTERVIEWER}),
    Action.OVERRIDE: frozenset({Role.RECRUITER, Role.HR}),
    Action.COMPARE: frozenset({Role.RECRUITER, Role.HR}),
    Action.DECIDE: frozenset({Role.RECRUITER}),
    Action.EXPORT: frozenset({Role.RECRUITER, Role.HR}),
    Action.PRINT: frozenset({Role.RECRUITER, Role.INTERVIEWER}),
    Action.FETCH: frozenset({Role.RECRUITER, Role.HR, Role.INTERVIEWER}),
    Action.HAND_IN: frozenset({Role.INTERVIEWER}),
    Action.TRANSCRIBE: frozenset({Role.RECRUITER, Role.INTERVIEWER}),
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
