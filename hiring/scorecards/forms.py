"""What an interviewer sends for one item.

Read without WTForms, which would take as long for its fields as all the rest of a save.
"""

from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from hiring.scorecards.rules import LEVELS, LONGEST_NOTE, LONGEST_REASON, NO_SUCH_TICK, Answer, mask

NOT_OBSERVED = "not_observed"
LONGEST_VERSION = 9  # digits that a column holds whatever they are
MOST_TICKS = 16  # more than any list of the library holds; the item's own length is checked later
NOT_FROM_THE_PAGE = "Reload the page and try again."
NO_SUCH_LEVEL = "Choose a level from 1 to 5, or not observed."


class Text(NamedTuple):
    """How long a text may be, and what to say when it is longer."""

    longest: int
    too_long: str


TEXTS = {
    "reason": Text(LONGEST_REASON, "Use at most 500 characters for the reason."),
    "note": Text(LONGEST_NOTE, "A note holds at most 4,000 characters."),
}
_LEVEL_OF = {str(level): level for level in LEVELS}
_TICK_OF = {str(tick): tick for tick in range(MOST_TICKS)}


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
        )

    def _version(self) -> int:
        seen = self._sent.get("seen", "")
        if len(seen) <= LONGEST_VERSION and seen.isascii() and seen.isdigit():
            return int(seen)
        self.errors.append(NOT_FROM_THE_PAGE)
        return 0

    def _text(self, name: str) -> str:
        """Text as both databases keep it: one character for a line end, and no character zero."""
        text = self._sent.get(name, "")
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        if len(text) > TEXTS[name].longest:
            self.errors.append(TEXTS[name].too_long)
        return text

    def _ticks(self, name: str) -> int:
        """What is ticked of a list, as a bit mask."""
        try:
            return mask(_TICK_OF[tick] for tick in self._sent.getlist(name))
        except KeyError:
            self.errors.append(NO_SUCH_TICK)
            return 0
