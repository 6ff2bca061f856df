"""What the pages about paper are given: questions as a form and as the card answer them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hiring.interviews.models import Interview
from hiring.paper import rules
from hiring.paper.filled import Read
from hiring.paper.rules import Take
from hiring.scorecards.pages import ItemPage, one_item
from hiring.scorecards.rules import Answer, Stored, same


class State(StrEnum):
    """How the answer of a form stands to that of the card."""

    BLANK = "nothing is filled in"
    UNREAD = "nothing of it could be read"
    NEW = "to be put on the scorecard"
    SAME = "on the scorecard already"
    DIFFERS = "another answer is on the scorecard"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a filled form beside the card."""

    item: ItemPage  # with the form's answer
    card: ItemPage  # with the card's
    state: State
    faults: Sequence[str]
    left: Sequence[tuple[str, str]]
    takes: Mapping[Take, str]  # what may become of it, in words

    @property
    def is_to_save(self) -> bool:
        return self.state in {State.NEW, State.DIFFERS}


def questions(
    interview: Interview, reads: Mapping[int, Read], stored: Mapping[int, Stored]
) -> list[Question]:
    """Every question of the guide in order."""
    return [
        _question(
            interview,
            item.id,
            reads[item.position],
            stored.get(item.id, Stored(Answer(), 0, None)),
        )
        for item in interview.guide.items
    ]


def _question(interview: Interview, item_id: int, read: Read, stored: Stored) -> Question:
    state = _state(read, stored)
    return Question(
        one_item(interview, item_id, Stored(read.answer, stored.version, None)),
        one_item(interview, item_id, stored),
        state,
        read.faults,
        read.left,
        _takes(read.answer, stored.answer) if state is State.DIFFERS else {},
    )


def _state(read: Read, stored: Stored) -> State:
    if read.is_blank:
        return State.BLANK
    if read.answer == Answer():
        return State.UNREAD
    if not stored.version:
        return State.NEW
    return State.SAME if same(read.answer, stored.answer) else State.DIFFERS


def _takes(form: Answer, card: Answer) -> dict[Take, str]:
    takes = {
        Take.FORM: "Take the form's. The scorecard's stays among the earlier versions.",
        Take.CARD: "Leave the scorecard's. The form stays here to be read.",
    }
    if rules.is_too_long(rules.join_of(Take.BOTH, form, card)):
        return takes
    if rated(form) and rated(card) and rated(form) != rated(card):
        takes[Take.BOTH] = f"Join the two, with the form's rating: {rated(form)}."
        takes[Take.BOTH_CARD] = f"Join the two, with the scorecard's rating: {rated(card)}."
    else:
        takes[Take.BOTH] = "Join the two."
    return takes


def rated(answer: Answer) -> str:
    return "not observed" if answer.not_observed else str(answer.level or "")


@dataclass(frozen=True, slots=True)
class Row:
    """A question in the list of somebody who types in a form."""

    id: int
    number: int
    title: str
    trait_name: str
    is_typed: bool  # by them
    is_on_screen: bool  # by the owner of the card, which is nobody else's to see


def rows(
    interview: Interview, stored: Mapping[int, Stored], entered: Mapping[int, int]
) -> list[Row]:
    names = {trait.key: trait.name for trait in interview.guide.traits}
    return [
        Row(
            item.id,
            item.position,
            item.title,
            names[item.trait_key],
            is_typed=version > 0 and entered.get(item.id) == version,
            is_on_screen=version > 0 and entered.get(item.id) != version,
        )
        for item in interview.guide.items
        for version in [stored[item.id].version if item.id in stored else 0]
    ]
