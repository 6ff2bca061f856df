"""What a recruiter enters about candidates and interviews."""

from collections.abc import Iterable

from wtforms import (
    DateTimeLocalField,
    FileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from hiring.fields import Form, email_field, name_field, zones
from hiring.guides.models import Guide
from hiring.interviews import rules
from hiring.people.models import Person
from hiring.refusal import Refused


class CandidateForm(Form):
    """One candidate."""

    name = name_field()
    email = email_field(optional=True)
    reference = StringField(
        "Reference",
        [Optional(), Length(max=60, message="Use at most 60 characters.")],
        description="Your own number for this person, if you use one.",
    )

    def validate_name(self, _: StringField) -> None:
        if not self.email.data and not self.reference.data:
            raise ValidationError(
                "Give an e-mail address or a reference as well, so that nobody is added twice."
            )


class RollForm(Form):
    """A list of candidates, pasted or as a file."""

    text = TextAreaField(
        "Paste rows",
        [Optional(), Length(max=500_000, message="Paste at most 500,000 characters.")],
        description="One candidate to a line: name, e-mail, reference. A line of headings is fine.",
    )
    file = FileField("or choose a CSV file")


class InterviewForm(Form):
    """When and where, with which guide, and who sits on the panel."""

    guide = SelectField("Guide", [InputRequired("Choose a guide.")], coerce=int)
    starts = DateTimeLocalField(
        "Date and time",
        [InputRequired("Choose a date and a time.")],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    zone = SelectField(
        "Time zone of that clock", [InputRequired("Choose a time zone.")], choices=[]
    )
    place = StringField(
        "Place or link",
        [
            DataRequired("Write a place, or paste the link of the call."),
            Length(max=300, message="Use at most 300 characters."),
        ],
    )
    panel = SelectMultipleField(
        "Panel", [InputRequired("Choose at least one interviewer.")], coerce=int
    )
    trainees = SelectMultipleField(
        "Trainees",
        coerce=int,
        description="They rate for practice. Their cards open to them and to recruiters only, and "
        "never count.",
    )
    observers = SelectMultipleField(
        "Observers",
        coerce=int,
        description="They see the guide and the schedule, no notes and no ratings, ever, whatever "
        "other role they have.",
    )

    def validate_starts(self, field: DateTimeLocalField) -> None:
        if field.data is None or self.zone.data not in {zone.value for zone in self.zone.choices}:
            return  # said already, or at the zone
        try:
            rules.starts_at(field.data, self.zone.data)
        except Refused as refusal:
            raise ValidationError(*refusal.sentences) from refusal

    def validate_trainees(self, field: SelectMultipleField) -> None:
        if set(field.data or ()) & set(self.panel.data or ()):
            raise ValidationError("Somebody is chosen for the panel and as a trainee. Keep one.")

    def validate_observers(self, field: SelectMultipleField) -> None:
        if set(field.data or ()) & {*(self.panel.data or ()), *(self.trainees.data or ())}:
            raise ValidationError("Somebody is chosen to rate and to observe. Keep one.")

    def offer(
        self, guides: Iterable[Guide], interviewers: Iterable[Person], others: Iterable[Person]
    ) -> None:
        """The choices: who may rate, and who besides them may listen in."""
        self.guide.choices = [SelectChoice(guide.id, guide.label) for guide in guides]
        self.zone.choices = [SelectChoice(zone, zone) for zone in zones()]
        raters = [SelectChoice(person.id, person.name) for person in interviewers]
        self.panel.choices = self.trainees.choices = raters
        rest = [SelectChoice(person.id, person.name) for person in others]
        self.observers.choices = [*raters, *rest]


class OverrideForm(Form):
    """Why somebody reads what a panel scored before it is open."""

    reason = TextAreaField(
        "Reason",
        [
            InputRequired("Write why you need to look now. The whole panel will read it."),
            Length(min=10, max=1_000, message="Use 10 to 1,000 characters."),
        ],
    )


class ReopenForm(Form):
    """Why a submitted card goes back to its owner."""

    reason = TextAreaField(
        "Reason",
        [
            InputRequired("Write why the scorecard has to change."),
            Length(min=5, max=1_000, message="Use 5 to 1,000 characters."),
        ],
    )


class CloseForm(Form):
    """Why a panel is closed before everyone has submitted."""

    reason = TextAreaField(
        "Reason",
        [
            InputRequired("Write why you are not waiting for the others."),
            Length(min=5, max=1_000, message="Use 5 to 1,000 characters."),
        ],
    )
