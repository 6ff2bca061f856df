"""What the debrief's template is given: items by disagreement, and the drift in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hiring.debrief import rules
from hiring.debrief.models import Revision
from hiring.debrief.rules import Cause, Drift, Move
from hiring.guides.models import GuideItem
from hiring.interviews.models import Interview, Scorecard
from hiring.scorecards.rules import Answer, Stored, evidence

Answers = Mapping[tuple[int, int], Stored]


@dataclass(frozen=True, slots=True)
class Change:
    """One revision as it is shown: the level given then, and why."""

    level: int
    cause: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one interviewer gave to an item, first and in the debrief."""

    name: str
    first: str
    note: str
    changes: tuple[Change, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item in the debrief: how far apart the first ratings are, and everybody's."""

    item: GuideItem
    trait_name: str
    apart: int
    lines: tuple[Line, ...]


def items(
    interview: Interview, answers: Answers, revised: Sequence[Revision], person_id: int
) -> list[ItemLine]:
    """All items, those with the widest disagreement first, else in the order of the guide."""
    names = {trait.key: trait.name for trait in interview.guide.traits}
    cards = counted(interview)
    found = [
        ItemLine(
            item,
            names[item.trait_key],
            rules.disagreement([_level(answers, card.id, item.id) for card in cards]),
            tuple(
                Line(
                    name=card.person.name,
                    first=_words(_answer(answers, card.id, item.id)),
                    note=evidence(_answer(answers, card.id, item.id)),
                    changes=tuple(
                        Change(r.level, Cause[r.cause].value, r.words)
                        for r in revised
                        if (r.scorecard_id, r.item_id) == (card.id, item.id)
                    ),
                    is_mine=card.person_id == person_id,
                )
                for card in cards
            ),
        )
        for item in interview.guide.items
    ]
    return sorted(found, key=lambda line: -line.apart)


def counted(interview: Interview) -> list[Scorecard]:
    """The cards that count: submitted, and not a trainee's."""
    return [card for card in interview.counted_cards if card.is_submitted]


def _answer(answers: Answers, card_id: int, item_id: int) -> Answer:
    stored = answers.get((card_id, item_id))
    return stored.answer if stored else Answer()


def _level(answers: Answers, card_id: int, item_id: int) -> int | None:
    return _answer(answers, card_id, item_id).level


def _words(answer: Answer) -> str:
    return "not observed" if answer.level is None else str(answer.level)


def drift(interview: Interview, answers: Answers, revised: Sequence[Revision]) -> list[str]:
    """Who moved, how far and towards whom, a sentence for each who did."""
    cards = counted(interview)
    raters = {card.id: card.person_id for card in cards}
    names = {card.person_id: card.person.name for card in cards}
    firsts = {
        item.id: {card.person_id: _level(answers, card.id, item.id) for card in cards}
        for item in interview.guide.items
    }
    # The newest of a card and item stands; what was thought better of in between is no move.
    standing = {(r.scorecard_id, r.item_id): r.level for r in revised}
    moves = [
        Move(raters[card_id], item_id, firsts[item_id][raters[card_id]], level)
        for (card_id, item_id), level in standing.items()
        if card_id in raters and firsts[item_id][raters[card_id]] != level
    ]
    return [_sentence(one, names) for one in rules.drift(moves, firsts).values()]


def _sentence(drift: Drift, names: Mapping[int, str]) -> str:
    ratings = "one rating" if drift.moves == 1 else f"{drift.moves} ratings"
    far = "" if drift.mean is None else f", {drift.mean:+.1f} on average"
    drawn = [
        f"{names[other]} ({'once' if times == 1 else f'{times} times'})"
        for other, times in drift.towards.items()
    ]
    towards = f", towards {' and '.join(drawn)}" if drawn else ", towards nobody"
    return f"{names[drift.rater]} changed {ratings}{far}{towards}."
