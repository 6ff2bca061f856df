"""What people enter about themselves and about others."""

import unicodedata
from typing import Any

from flask_security.forms import EmailValidation, LoginForm
from wtforms import EmailField, PasswordField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

from hiring.fields import Form, email_field, name_field, strip
from hiring.people.rules import SHORTEST_PASSWORD, STAFF, Role

ROLE_HINTS = {
    Role.RECRUITER: "makes openings and guides, plans interviews, compares, records decisions",
    Role.INTERVIEWER: "fills in scorecards and sees nothing else",
    Role.HR: "compares, reads and exports summaries",
    Role.ADMINISTRATOR: "looks after accounts and reads no ratings",
}


def _password(label: str, validators: list[Any], **given: Any) -> PasswordField:
    """A password in one spelling, as at signing in: é may be typed as one sign or as two."""
    return PasswordField(label, validators, filters=[_one_spelling], **given)


def _one_spelling(password: str | None) -> str | None:
    return password and unicodedata.normalize("NFKD", password)


def _new_password() -> PasswordField:
    return _password(
        "New password",
        [
            InputRequired("Choose a password."),
            Length(
                min=SHORTEST_PASSWORD,
                max=200,
                message=f"Use at least {SHORTEST_PASSWORD} characters; a few words do well.",
            ),
        ],
        description=f"At least {SHORTEST_PASSWORD} characters. A few words are easy to keep.",
    )


def _again() -> PasswordField:
    return _password(
        "The same once more",
        [
            InputRequired("Write the password once more."),
            EqualTo("password", "The two passwords are not the same."),
        ],
    )


def _roles() -> SelectMultipleField:
    return SelectMultipleField(
        "Roles",
        [InputRequired("Choose at least one role.")],
        choices=[SelectChoice(role.value, role.value) for role in Role if role in STAFF],
    )


class SignInForm(LoginForm):
    """Flask-Security's form in our words."""

    email = EmailField(
        "E-mail",
        [InputRequired("Write your e-mail address."), EmailValidation(verify=False)],
        filters=[strip],
    )
    password = PasswordField("Password", [InputRequired("Write your password.")])
    remember = None  # a session ends with the browser


class StartForm(Form):
    """The first administrator, who also gets the other roles: a small team has one person."""

    name = name_field()
    email = email_field()
    password = _new_password()
    again = _again()


class PersonForm(Form):
    """Somebody to invite."""

    name = name_field()
    email = email_field()
    roles = _roles()


class RolesForm(Form):
    """The name and roles of somebody who has an account."""

    name = name_field()
    roles = _roles()


class JoinForm(Form):
    """The password that somebody chooses behind a one-time link."""

    password = _new_password()
    again = _again()


class PasswordForm(Form):
    """A change of one's own password."""

    current = _password("Present password", [InputRequired("Write your present password.")])
    password = _new_password()
    again = _again()
