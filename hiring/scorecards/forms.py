"""What an interviewer sends for one item.

Read without WTForms, which would take as long for its fields as all the rest of a save.
"""

from collections.abc import Mapping
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from hiring.scorecards.rules import (
    HAPPENED,
    LEVELS,
    LONGEST_DAY,
    LONGEST_NOTE,
    LONGEST_PART,
    LONGEST_REASON,
    NO_SUCH_TICK,
    Answer,
    indexes,
    mask,
)

NOT_OBSERVED = "not_observed"
LONGEST_NUMBER = 9  # digits that a column holds whatever they are
MOST_TICKS = 16  # more than any list of the library holds; the item's own length is checked later
NOT_FROM_THE_PAGE = "Something that belongs to the form did not come with it. Try once more."
NO_SUCH_LEVEL = "Choose a level from 1 to 5, or not observed."


class Text(NamedTuple):
    """How long a text may be, and what to say when it is longer."""

    longest: int
    too_long: str


TEXTS = {
    "reason": Text(LONGEST_REASON, "Use at most 500 characters for the reason."),
    "note": Text(LONGEST_NOTE, "A note holds at most 4,000 characters."),
    "situation": Text(LONGEST_PART, "Situation holds at most 2,000 characters."),
    "action": Text(LONGEST_PART, "What they did holds at most 2,000 characters."),
    "result": Text(LONGEST_PART, "What came of it holds at most 2,000 characters."),
    "free_follow_up": Text(
        LONGEST_REASON, "Use at most 500 characters for a follow-up of your own."
    ),
    "free_reason": Text(LONGEST_REASON, "Use at most 500 characters for why you asked it."),
    "happened_note": Text(LONGEST_REASON, "Use at most 500 characters for what happened."),
}
_LEVEL_OF = {str(level): level for level in LEVELS}
_TICK_OF = {str(tick): tick for tick in range(MOST_TICKS)}
_HAPPENED_OF = {str(tick): tick for tick in range(len(HAPPENED))}


def number(text: str) -> int | None:
    """A number that is not negative and that a column holds, or None."""
    is_one = len(text) <= LONGEST_NUMBER and text.isascii() and text.isdigit()
    return int(text) if is_one else None


class AnswerForm:
    """One item of a scorecard. Every part may be empty: a note can be saved before the level.

    `answer` is what was entered, or as much of it as can be shown again when it was refused;
    `seen` is the version that the page showed; `errors` says everything that is wrong.
    """

    def __init__(self, sent: MultiDict[str, str]) -> None:
        self.errors: list[str] = []
        self._sent = sent
        self.seen = self._version()
        level = sent.get("level", "")
        not_observed = level == NOT_OBSERVED
        if level and not not_observed and level not in _LEVEL_OF:
            self.errors.append(NO_SUCH_LEVEL)
        self.answer = Answer(
            level=_LEVEL_OF.get(level),
            not_observed=not_observed,
            # It stands only beside *not observed*.
            reason=self._text("reason").strip() if not_observed else "",
            note=self._text("note"),
            follow_ups=self._ticks("follow_up"),
            look_fors=self._ticks("look_for"),
            warnings=self._ticks("warning"),
            situation=self._text("situation"),
            action=self._text("action"),
            result=self._text("result"),
            free_follow_up=self._text("free_follow_up"),
            free_reason=self._text("free_reason"),
            happened=self._ticks("happened", _HAPPENED_OF),
            happened_note=self._text("happened_note"),
            seconds=self._seconds(),
        )

    def _seconds(self) -> int:
        """How long the item took. Whatever a page tells, it is no reason to refuse words."""
        text = self._sent.get("seconds", "")
        if not (text.isascii() and text.isdigit()):
            return 0  # a page that keeps no clock, or one that went wrong
        seconds = number(text.lstrip("0") or "0")
        return LONGEST_DAY if seconds is None else min(seconds, LONGEST_DAY)

    def _version(self) -> int:
        seen = number(self._sent.get("seen", ""))
        if seen is None:
            self.errors.append(NOT_FROM_THE_PAGE)
        return seen or 0

    def _text(self, name: str) -> str:
        """Text as both databases keep it: one character for a line end, and no character zero."""
        text = self._sent.get(name, "")
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        if len(text) > TEXTS[name].longest:
            self.errors.append(TEXTS[name].too_long)
        return text

    def _ticks(self, name: str, among: Mapping[str, int] = _TICK_OF) -> int:
        """What is ticked of a list, as a bit mask."""
        try:
            return mask(among[tick] for tick in self._sent.getlist(name))
        except KeyError:
            self.errors.append(NO_SUCH_TICK)
            return 0


def sent(answer: Answer) -> dict[str, str | list[str]]:
    """What a form that holds this answer sends, choices as lists: `AnswerForm` the other way."""
    ticks = {
        "follow_up": answer.follow_ups,
        "look_for": answer.look_fors,
        "warning": answer.warnings,
        "happened": answer.happened,
    }
    rated = answer.not_observed or answer.level
    return {
        "level": [NOT_OBSERVED if answer.not_observed else str(answer.level)] if rated else [],
        **{name: getattr(answer, name) for name in TEXTS},
        **{name: [*map(str, sorted(indexes(bits)))] for name, bits in ticks.items()},
        "seconds": str(answer.seconds),
    }
