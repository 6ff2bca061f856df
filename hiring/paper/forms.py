"""What is sent with a form that comes back: the file, and of a scan the code at its foot."""

from wtforms import FileField, StringField
from wtforms.validators import Length, Optional

from hiring.fields import Form
from hiring.paper.rules import LARGEST_FILE

UP_TO = f"up to {LARGEST_FILE // 1_000_000} MB"


class FilledForm(Form):
    """The PDF with its fields filled in."""

    filled = FileField(
        "The PDF you filled in", description=f"As your PDF reader saved it, {UP_TO}."
    )


class ScanForm(Form):
    """A scan or photo of a form that was written on."""

    scan = FileField(
        "The scan", description=f"A PDF of all pages, or one picture (PNG or JPEG), {UP_TO}."
    )
    code = StringField(
        "The code at the foot of each page",
        [Optional(), Length(max=40, message="A code has no more than 40 characters.")],
        description="Such as 412-7KQ4-M2XP. Leave it empty if the paper has none.",
    )
