"""What an answer to an item may be, when a card is complete, and who may read what was scored."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from hiring.interviews.rules import Panel
from hiring.people.rules import Action, Role, may
from hiring.refusal import Refused

LEVELS = range(1, 6)
NEEDS_NOTE = (1, 5)
LONGEST_NOTE = 4_000
LONGEST_PART = 2_000  # of a situation, an action or a result
LONGEST_REASON = 500
LONGEST_DAY = 86_400  # s
HAPPENED = ("Skipped", "Reworded", "Interrupted", "Accommodation given")
OBSERVES = "You observe this interview: observers read no ratings."
NO_SUCH_TICK = "A tick does not belong to this item. Look at the ticks and save again."


class Stale(Refused):
    """The stored answer is newer than the one this window has seen."""

    def __init__(self, stored: "Stored") -> None:
        super().__init__("This item was changed in another window. Both versions are kept.")
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Answer:
    """What an interviewer enters for one item. Ticks are bit masks, bit 0 the first of the list.

    `happened` ticks HAPPENED; it and its note tell of the sitting and never of the candidate.
    """

    level: int | None = None
    not_observed: bool = False
    reason: str = ""
    note: str = ""
    follow_ups: int = 0
    look_fors: int = 0
    warnings: int = 0
    situation: str = ""
    action: str = ""
    result: str = ""
    free_follow_up: str = ""
    free_reason: str = ""
    happened: int = 0
    happened_note: str = ""
    seconds: int = 0

    @property
    def is_example(self) -> bool:
        """Whether it holds a complete example: a situation, what was done, and what came of it."""
        return all(part.strip() for part in (self.situation, self.action, self.result))


FIELDS = tuple(field.name for field in fields(Answer))
TEXTS = (
    "note",
    "situation",
    "action",
    "result",
    "free_follow_up",
    "free_reason",
    "happened_note",
)
TICKS = ("follow_ups", "look_fors", "warnings", "happened")


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer as it stands in the database, with its version and when it was saved (UTC)."""

    answer: Answer
    version: int
    saved_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The paper that a version of an answer came from, and who entered it."""

    paper_id: int
    version: int
    is_transcribed: bool
    by: str
    at: dt.datetime

    def words(self, version: int) -> str:
        """What is said beside an answer that is at some version now."""
        came = f"Transcribed by {self.by}" if self.is_transcribed else "From a filled form"
        return came if self.version == version else f"{came}, and changed since"


def mask(indexes: Iterable[int]) -> int:
    """The bit mask with these bits set."""
    return sum(1 << index for index in set(indexes))


def indexes(bits: int) -> frozenset[int]:
    """The bits that are set, as indexes from 0."""
    return frozenset(index for index in range(bits.bit_length()) if bits >> index & 1)


def check_ticks(answer: Answer, follow_ups: int, look_fors: int, warnings: int) -> None:
    """Refuse ticks that are not in the item's lists, of which the lengths are given."""
    for bits, length in (
        (answer.follow_ups, follow_ups),
        (answer.look_fors, look_fors),
        (answer.warnings, warnings),
    ):
        if bits >> length:
            raise Refused(NO_SUCH_TICK)


def evidence(answer: Answer) -> str:
    """What was heard: the note, then the parts of an example, each behind its name."""
    parts = (
        ("Situation", answer.situation),
        ("Action", answer.action),
        ("Result", answer.result),
    )
    named = (f"{name}: {words.strip()}" for name, words in parts if words.strip())
    return "\n\n".join(filter(None, (answer.note, "\n".join(named))))


def lacks(answer: Answer | None) -> str:
    """What an answer still lacks before its card can be submitted, or an empty string."""
    if answer is None or (answer.level is None and not answer.not_observed):
        return "choose a level, or not observed"
    if answer.not_observed and not answer.reason.strip():
        return "write why it was not observed"
    if answer.level in NEEDS_NOTE and not evidence(answer).strip():
        return f"a {answer.level} needs a note that says what you heard"
    if answer.free_follow_up.strip() and not answer.free_reason.strip():
        return "write why you asked a follow-up of your own"
    return ""


def missing(item_ids: Sequence[int], answers: Mapping[int, Answer]) -> list[tuple[int, int, str]]:
    """For each item that lacks something: its id, its number on the card, and what is lacking."""
    return [
        (item_id, number, sentence)
        for number, item_id in enumerate(item_ids, start=1)
        if (sentence := lacks(answers.get(item_id)))
    ]


class Fact(StrEnum):
    """Something about others at an interview that may be open to somebody or not."""

    PLAN = "the guide, the time and who interviews"
    PROGRESS = "who has submitted and who has not"
    VALUES = "what the panel rated, noted and ticked"
    PRACTICE = "what trainees rated, noted and ticked"
    PAPER = "what somebody wrote on paper, to type it in for them"


def open_facts(panel: Panel, person_id: int, roles: Collection[Role]) -> frozenset[Fact]:
    """Everything about the others at an interview that somebody may know now.

    The one rule of blindness: every query that touches others' ratings asks it. Who rates knows no
    values before the panel is complete or closed and their own card is in, whatever roles they
    hold. Recruiters and HR off the panel know progress until then, unless they opened it early
    with a reason. Trainees' cards are for recruiters, and for themselves. Observers know the plan,
    and progress if they are recruiters or HR, and no values, ever, whatever roles they hold.
    A guest whose seat is not open to them knows nothing, whatever the others have done.
    A recruiter who neither rates nor observes may type in a card from its paper: the panel sees it.
    """
    if person_id in panel.held:
        return frozenset()
    oversees = may(roles, Action.COMPARE)
    rates = person_id in panel.raters
    facts = set()
    if rates or oversees or person_id in panel.observers:
        facts.add(Fact.PLAN)
    if rates or oversees:
        facts.add(Fact.PROGRESS)
    if (rates or oversees) and person_id not in panel.observers:
        is_open = panel.is_open and not panel.has_yet_to_rate(person_id)
        if is_open or (person_id in panel.overriders and not rates):
            facts.add(Fact.VALUES)
        if is_open and may(roles, Action.PLAN):
            facts.add(Fact.PRACTICE)
        if may(roles, Action.PLAN) and not rates:
            facts.add(Fact.PAPER)
    return frozenset(facts)


def may_read_values(panel: Panel, person_id: int, roles: Collection[Role]) -> bool:
    """Whether somebody may read what others scored in an interview."""
    return Fact.VALUES in open_facts(panel, person_id, roles)


def why_hidden(panel: Panel, person_id: int = 0) -> str:
    """Why the ratings of an interview are not shown to somebody, and when they will be."""
    if person_id in panel.observers:
        return OBSERVES
    if not panel.members:
        return "Nobody is on this panel yet."
    if panel.is_open:
        if panel.has_yet_to_rate(person_id):
            return "The panel is complete. It opens to you when you have submitted your own card."
        return ""
    waiting = panel.waiting_for
    return (
        f"Hidden until everyone on the panel has submitted: {waiting} of {len(panel.members)} "
        f"{'has' if waiting == 1 else 'have'} not yet."
    )


def why_closed(panel: Panel, person_id: int, roles: Collection[Role]) -> str:
    """Why a summary of an interview is closed to somebody now, and until when; empty if it isn't.

    It says what the panel scored once that is open, and how far the panel is before.
    """
    told = Fact.VALUES if panel.is_open else Fact.PROGRESS
    if told in open_facts(panel, person_id, roles):
        return ""
    if person_id in panel.held:
        return (
            "You have a seat on this panel that is not open to you. What the panel scored opens "
            "to you once you have accepted the statement and no conflict stands in the way."
        )
    return why_hidden(panel, person_id) or "Your roles don't include what a panel scored."


def joined(mine: str, stored: str) -> str:
    """Both texts in one, the stored one first; nothing twice."""
    if stored in mine:
        return mine
    if mine in stored:
        return stored
    return f"{stored}\n\n{mine}"


def join(mine: Answer, stored: Answer) -> Answer:
    """Two versions in one: both texts, all ticks, and my level if I chose one."""
    rated = mine if mine.level or mine.not_observed else stored
    parts: dict[str, Any] = {
        **{name: joined(getattr(mine, name), getattr(stored, name)) for name in TEXTS},
        **{name: getattr(mine, name) | getattr(stored, name) for name in TICKS},
    }
    reason, seconds = mine.reason or stored.reason, max(mine.seconds, stored.seconds)
    return replace(rated, reason=reason, seconds=seconds, **parts)


def same(one: Answer, other: Answer) -> bool:
    """Whether two versions say the same. How long it took is not what was said."""
    return replace(one, seconds=0) == replace(other, seconds=0)


# What each field is called on the page, for a sentence about what changed.
CALLED = {
    "level": "rating",
    "not_observed": "rating",
    "reason": "reason",
    "note": "note",
    "follow_ups": "follow-ups",
    "look_fors": "look-fors",
    "warnings": "warnings",
    "situation": "situation",
    "action": "action",
    "result": "result",
    "free_follow_up": "follow-up of your own",
    "free_reason": "why you asked it",
    "happened": "what happened",
    "happened_note": "what happened",
    "seconds": "time",
}


def changed(now: Answer, before: Answer) -> tuple[str, ...]:
    """What differs between two versions, by the names on the page."""
    differing = (CALLED[name] for name in FIELDS if getattr(now, name) != getattr(before, name))
    return tuple(dict.fromkeys(differing))


def may_read_happened(owner_id: int, person_id: int, roles: Collection[Role]) -> bool:
    """Whether somebody may read what happened at an interview: who wrote it, and recruiters.

    Of cards that they may read. It tells of the sitting: it is in no comparison and no summary.
    """
    return person_id == owner_id or may(roles, Action.PLAN)


def ticked(texts: Sequence[str], bits: int) -> Iterator[str]:
    """The texts whose bit is set."""
    return (text for index, text in enumerate(texts) if bits >> index & 1)
