"""What is sent with a form that comes back: the file, and of a scan the code at its foot."""

from typing import Any, ClassVar

from wtforms import FileField, StringField
from wtforms.validators import Length, Optional, ValidationError

from hiring.fields import Form
from hiring.paper.rules import LARGEST_FILE

UP_TO = f"up to {LARGEST_FILE // 1_000_000} MB"


class Chosen:
    """A file was chosen; otherwise browsers send one without a name."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(self.message)


class FilledForm(Form):
    """The PDF with its fields filled in."""

    filled = FileField(
        "The PDF you filled in",
        [Chosen("Choose the PDF you filled in. Nothing was sent.")],
        description=f"As your PDF reader saved it, {UP_TO}.",
    )


class ScanForm(Form):
    """A scan or photo of a form that was written on."""

    scan = FileField(
        "The scan",
        [Chosen("Choose the scan. Nothing was sent.")],
        description=f"A PDF of all pages, or one picture (PNG or JPEG), {UP_TO}.",
    )
    code = StringField(
        "The code at the foot of each page",
        [Optional(), Length(max=40, message="A code has no more than 40 characters.")],
        description="Such as 412-7KQ4-M2XP. Leave it empty if the paper has none.",
    )
