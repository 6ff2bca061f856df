"""What a recruiter enters while building a guide."""

from collections.abc import Iterable, Mapping

from wtforms import (
    FileField,
    FloatField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from hiring.fields import Form
from hiring.guides.models import Guide
from hiring.guides.rules import LONGEST_PROMPT
from hiring.library.rules import CIVILITY, Library

USUAL_CHOICE = ("T03", "T05", "T08", "T12", "T13", CIVILITY)


class TraitsForm(Form):
    """Which traits matter for the job."""

    traits = SelectMultipleField(
        "Traits", [InputRequired("Choose at least one trait.")], default=list(USUAL_CHOICE)
    )

    def offer(self, library: Library) -> None:
        self.traits.choices = [SelectChoice(t.key, t.name) for t in library.traits.values()]

    def validate_traits(self, field: SelectMultipleField) -> None:
        if not set(field.data or ()) - {CIVILITY}:
            raise ValidationError("Choose at least one of the fifteen traits.")


class UseForm(Form):
    """The draft that a question of the library goes into."""

    guide = RadioField("Draft", [InputRequired("Choose a draft.")], coerce=int)

    def offer(self, drafts: Iterable[Guide]) -> None:
        self.guide.choices = [
            SelectChoice(draft.id, f"{draft.opening.title}, version {draft.version}")
            for draft in drafts
        ]
        if len(self.guide.choices) == 1 and self.guide.data is None:
            self.guide.data = self.guide.choices[0].value


class FileForm(Form):
    """A guide that was exported as a text file."""

    file = FileField("Text file", [InputRequired("Choose a file.")])


class TextsForm(Form):
    """The guide's minutes, and what is read out at the start and at the end."""

    minutes = IntegerField(
        "Minutes planned",
        [
            InputRequired("Write a number of minutes."),
            NumberRange(15, 480, "Write a whole number from 15 to 480."),
        ],
    )
    introduction = TextAreaField(
        "Read out at the start",
        [
            InputRequired("Write what is read out."),
            Length(max=4_000, message="Use at most 4,000 characters."),
        ],
    )
    closing = TextAreaField(
        "Read out at the end",
        [
            InputRequired("Write what is read out."),
            Length(max=4_000, message="Use at most 4,000 characters."),
        ],
    )


class QuestionForm(Form):
    """The wording of one item's question and its minutes."""

    prompt = TextAreaField(
        "Question",
        [
            InputRequired("Write the question."),
            Length(max=LONGEST_PROMPT, message=f"Use at most {LONGEST_PROMPT:,} characters."),
        ],
    )
    minutes = IntegerField(
        "Minutes",
        [
            InputRequired("Write a number."),
            NumberRange(1, 60, "Write a whole number from 1 to 60."),
        ],
    )


def weights_form(names: Mapping[str, str]) -> type[Form]:
    """A form with a weight for each trait, given by key and name, and a reason for unequal ones."""
    fields = {
        f"weight_{key}": FloatField(
            name,
            [
                InputRequired("Write a number."),
                NumberRange(0.01, 10, "Write a number above 0, at most 10."),
            ],
        )
        for key, name in names.items()
    }
    reason = TextAreaField(
        "Reason for unequal weights",
        [Optional(), Length(max=1_000, message="Use at most 1,000 characters.")],
        description="Needed unless all weights are equal. It is printed with the guide.",
    )
    return type("WeightsForm", (Form,), {**fields, "reason": reason})
