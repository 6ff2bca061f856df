"""What a recruiter says about a job."""

from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from hiring.fields import Form
from hiring.library.rules import SETTINGS


class OpeningForm(Form):
    """The job, where it is done, and how much time a panel has."""

    title = StringField(
        "Job title",
        [InputRequired("Write a title."), Length(max=120, message="Use at most 120 letters.")],
    )
    setting = SelectField(
        "Where the work is done",
        [InputRequired("Choose a setting.")],
        choices=[
            SelectChoice(setting, "in several places" if setting == "any" else setting)
            for setting in SETTINGS
        ],
        description="Questions that fit this setting are proposed first.",
    )
    minutes = IntegerField(
        "Minutes for an interview",
        [
            InputRequired("Write a number of minutes."),
            NumberRange(15, 480, "Write a whole number from 15 to 480."),
        ],
        default=60,
        description="An hour holds five or six traits with two questions each.",
    )
    panel_size = IntegerField(
        "Interviewers on a panel",
        [
            InputRequired("Write a number."),
            NumberRange(1, 12, "Write a whole number from 1 to 12."),
        ],
        default=3,
        description="Every candidate should meet the same number. Three tell much more than one.",
    )
