"""What an interviewer sends for one item."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms import Form as WTForm
from wtforms.validators import Length, NumberRange

from hiring.scorecards.rules import LEVELS, LONGEST_NOTE, LONGEST_REASON, NO_SUCH_TICK, Answer, mask

NOT_OBSERVED = "not_observed"
LARGEST_VERSION = 2**31 - 1  # a column's limit
MOST_TICKS = 16  # more than any list of the library holds; the item's own length is checked later
NO_SUCH_LEVEL = "Choose a level from 1 to 5, or not observed."

_LEVELS = {NOT_OBSERVED, *map(str, LEVELS)}


class LevelField(Field):
    """One of the six choices, or None while none is chosen."""

    def process_formdata(self, values: Sequence[str]) -> None:
        self.data = values[0] if values and values[0] else None
        if self.data is not None and self.data not in _LEVELS:
            self.data = None
            raise ValueError(NO_SUCH_LEVEL)


class TicksField(Field):
    """What is ticked of a list, as a bit mask. A third the cost of a field with choices."""

    def process_formdata(self, values: Sequence[str]) -> None:
        self.data = 0
        if not all(value.isascii() and value.isdigit() for value in values) or any(
            int(value) >= MOST_TICKS for value in values
        ):
            raise ValueError(NO_SUCH_TICK)
        self.data = mask(map(int, values))


def _plain(value: Any) -> Any:
    """Text as both databases keep it: one character for a line end, and no character zero."""
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


class AnswerForm(WTForm):
    """One item of a scorecard. Every part may be empty: a note can be saved before the level."""

    seen = IntegerField(
        validators=[NumberRange(0, LARGEST_VERSION, message="Reload the page and try again.")]
    )
    level = LevelField()
    reason = StringField(
        filters=[_plain],
        validators=[
            Length(max=LONGEST_REASON, message="Use at most 500 characters for the reason.")
        ],
    )
    note = TextAreaField(
        filters=[_plain],
        validators=[Length(max=LONGEST_NOTE, message="A note holds at most 4,000 characters.")],
    )
    follow_up = TicksField(default=0)
    look_for = TicksField(default=0)
    warning = TicksField(default=0)

    def answer(self) -> Answer:
        """The answer as entered, or as much of it as can be shown again when it was refused.

        The reason stands only beside *not observed*.
        """
        chosen = self.level.data
        not_observed = chosen == NOT_OBSERVED
        return Answer(
            level=int(chosen) if chosen and not not_observed else None,
            not_observed=not_observed,
            reason=(self.reason.data or "").strip() if not_observed else "",
            note=self.note.data or "",
            follow_ups=self.follow_up.data,
            look_fors=self.look_for.data,
            warnings=self.warning.data,
        )

    def sentences(self) -> list[str]:
        """Everything that is wrong, as sentences."""
        return [str(error) for errors in self.errors.values() for error in errors]
