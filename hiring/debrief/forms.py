"""What an interviewer enters when they change a rating in the debrief."""

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from hiring.debrief.rules import LONGEST_WORDS, SHORTEST_WORDS, Cause
from hiring.fields import Form
from hiring.scorecards.rules import LEVELS


class RevisionForm(Form):
    """The new level of one item, and why it differs from the first."""

    level = RadioField(
        "New level",
        [InputRequired("Choose the level you give now.")],
        coerce=int,
        choices=[SelectChoice(level, str(level)) for level in LEVELS],
    )
    cause = SelectField(
        "What made you change it",
        [InputRequired("Choose what made you change it.")],
        choices=[SelectChoice(cause.name, cause.value) for cause in Cause],
    )
    words = TextAreaField(
        "In your words",
        [
            InputRequired("Say in a few words what made you change it."),
            Length(
                min=SHORTEST_WORDS,
                max=LONGEST_WORDS,
                message=f"Use {SHORTEST_WORDS} to {LONGEST_WORDS:,} characters.",
            ),
        ],
    )
