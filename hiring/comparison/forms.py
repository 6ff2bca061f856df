"""What a recruiter enters to record a decision."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from hiring.comparison.models import Outcome
from hiring.fields import Form


class DecisionForm(Form):
    """What was concluded, and why."""

    outcome = RadioField(
        "Decision",
        [InputRequired("Choose what was decided.")],
        choices=[SelectChoice(outcome.value, outcome.value.capitalize()) for outcome in Outcome],
    )
    reason = TextAreaField(
        "Reason",
        [
            InputRequired("Write the reason. It is what stands up later."),
            Length(min=10, max=4_000, message="Use 10 to 4,000 characters."),
        ],
        description="In terms of the job and of what was said and done in the interview.",
    )
