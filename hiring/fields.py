"""The parent of our forms, and fields that several of them use."""

from typing import Any
from zoneinfo import available_timezones

from wtforms import EmailField, PasswordField, StringField
from wtforms import Form as WTForm
from wtforms.validators import Email, InputRequired, Length, Optional

from hiring.lengths import LONGEST_EMAIL, LONGEST_NAME


def strip(value: Any) -> Any:
    """Text without outer blanks, with lines as we end them, and without what can't be stored."""
    if not isinstance(value, str):
        return value
    # Browsers send \r\n and count it as one sign; PostgreSQL knows no NUL.
    return value.replace("\r\n", "\n").replace("\x00", "").strip()


# What WTForms says by itself, in our words.
OUR_WORDS = {
    "Not a valid integer value.": "This is not a whole number.",
    "Not a valid float value.": "This is not a number.",
    "Not a valid datetime value.": "This is not a date with a time.",
    "Not a valid choice.": "Choose one from the list.",
    "Invalid Choice: could not coerce.": "Choose one from the list.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Choose from the list.",
    "'%(value)s' is not a valid choice for this field.": "“%(value)s” is not in the list.",
    "'%(value)s' are not valid choices for this field.": "“%(value)s” are not in the list.",
}


class Words:
    """What WTForms takes for a translation."""

    def gettext(self, text: str) -> str:
        return OUR_WORDS.get(text, text)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


class Form(WTForm):
    """A form filled from the request. Text loses its outer blanks; the token is checked before."""

    class Meta:
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """A page that is only fetched sends nothing: then defaults and given data show."""
            return formdata or None

        def get_translations(self, form: Any) -> Words:
            return Words()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = unbound_field.kwargs.get("filters", ())
            kind = unbound_field.field_class
            # A blank may be part of a password.
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                filters = (*filters, strip)
            return unbound_field.bind(form=form, filters=filters, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is sound. Nothing but blanks is nothing, so where text is needed it isn't."""
        for field in self:
            if isinstance(field, StringField) and not field.data:
                field.raw_data = [""]
        return bool(super().validate(extra_validators))

    @property
    def status(self) -> int:
        """422 when something has to be mended, for the page that shows the form again."""
        return 422 if any(field.errors for field in self) else 200


def name_field() -> StringField:
    """Somebody's name."""
    too_long = f"Use at most {LONGEST_NAME} letters."
    return StringField(
        "Name", [InputRequired("Write a name."), Length(max=LONGEST_NAME, message=too_long)]
    )


def email_field(*, optional: bool = False) -> EmailField:
    """Somebody's address."""
    return EmailField(
        "E-mail",
        [
            Optional() if optional else InputRequired("Write an e-mail address."),
            Email("This doesn't look like an e-mail address. It needs an @ and a domain."),
            Length(max=LONGEST_EMAIL, message=f"Use at most {LONGEST_EMAIL} characters."),
        ],
    )


def zones() -> list[str]:
    """Time zones by place, such as Europe/Dublin, for a list to choose from."""
    return [
        "UTC",
        *sorted(
            zone
            for zone in available_timezones()
            if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/"))
        ),
    ]
