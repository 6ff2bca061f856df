"""What recruiters enter about guests, and guests about themselves."""

import datetime as dt

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from hiring.fields import Form, email_field, name_field
from hiring.guests.rules import LONGEST_WORDS, SHORTEST_WORDS


class GuestForm(Form):
    """Somebody to put on a panel who may have no account."""

    name = name_field()
    email = email_field()


class AskForm(Form):
    """The address of a guest who wants to come in again."""

    email = email_field()


class AcceptForm(Form):
    """A guest takes on the statement that was shown."""

    version = HiddenField()
    agree = BooleanField(
        "I have read this and will keep to it",
        [InputRequired("Tick that you have read this and will keep to it, or close this page.")],
    )

    def is_about(self, version: dt.date) -> bool:
        return bool(self.version.data == version.isoformat())


class DeclareForm(Form):
    """No conflict, or what it is."""

    NONE, CONFLICT = "none", "conflict"

    answer = RadioField(
        "Are you free to judge this candidate?",
        [InputRequired("Choose one of the two.")],
        choices=[
            SelectChoice(NONE, "Yes, there is no conflict"),
            SelectChoice(CONFLICT, "There is something the recruiter should know"),
        ],
    )
    words = TextAreaField(
        "What it is",
        [Length(max=LONGEST_WORDS, message=f"Use at most {LONGEST_WORDS:,} characters.")],
        description="Only if there is something. Recruiters read it, and nobody else.",
    )

    def validate_words(self, field: TextAreaField) -> None:
        if self.answer.data == self.CONFLICT and len(field.data or "") < SHORTEST_WORDS:
            raise ValidationError(
                "Say in a few words what it is, so that the recruiter can decide."
            )
        if self.answer.data == self.NONE and field.data:
            raise ValidationError(
                "You chose that there is no conflict and wrote about one. Keep one of the two."
            )

    @property
    def conflict(self) -> str:
        """What was declared; empty when there is no conflict."""
        return self.words.data or "" if self.answer.data == self.CONFLICT else ""


class LaterForm(Form):
    """A conflict that came to mind after the seat was taken."""

    words = TextAreaField(
        "What it is",
        [
            InputRequired("Say in a few words what it is, so that the recruiter can decide."),
            Length(
                min=SHORTEST_WORDS,
                max=LONGEST_WORDS,
                message=f"Use {SHORTEST_WORDS} to {LONGEST_WORDS:,} characters.",
            ),
        ],
        description="Recruiters read it, and nobody else.",
    )


class ClearForm(Form):
    """Why a guest sits on the panel in spite of a conflict."""

    reason = TextAreaField(
        "Reason",
        [
            InputRequired("Write why they can judge all the same. The whole panel will read it."),
            Length(min=10, max=1_000, message="Use 10 to 1,000 characters."),
        ],
    )
