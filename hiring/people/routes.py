"""Start, join, one's own account, and the list of people."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import hash_password, verify_password
from flask_security.utils import login_user

from hiring import db
from hiring.people import forms, gate, queries, rules, throttle
from hiring.people.gate import may
from hiring.people.models import Invitation, Person
from hiring.people.rules import STAFF, Action, Door, Role
from hiring.refusal import Refused, found
from hiring.tasks import named

bp = Blueprint("people", __name__)

# What only packages above this one know: who sits beside whom on a panel that is not open.
KEEPS_APART = "hiring.interviews.queries:keeps_apart"

HOMES = (  # where somebody starts, by the first role they have
    (Role.RECRUITER, "interviews.openings"),
    (Role.HR, "interviews.openings"),
    (Role.INTERVIEWER, "scorecards.mine"),
    (Role.ADMINISTRATOR, "people.everyone"),
    (Role.GUEST, "scorecards.mine"),
)


@bp.get("/")
@may(Action.VISIT)
def home() -> Any:
    person = gate.person()
    if person is not None:
        endpoint = next(endpoint for role, endpoint in HOMES if role in person.roles)
        return redirect(url_for(endpoint), 303)
    first = not queries.anybody(db.session())
    return redirect(url_for("people.start" if first else "security.login"), 303)


@bp.route("/start", methods=["GET", "POST"])
@may(Action.VISIT)
def start() -> Any:
    session = db.session()
    if queries.anybody(session):
        raise Refused("There is an account already. Sign in, or ask an administrator for a link.")
    form = forms.StartForm(request.form)
    if request.method == "POST" and form.validate():
        person = Person.new(
            form.name.data, form.email.data, STAFF, db.now(), hash_password(form.password.data)
        )
        session.add(person)
        session.commit()
        login_user(person)
        flash("Welcome. You are the first person here and have every role.")
        return redirect(url_for("people.home"), 303)
    return render_template("people/start.html", form=form), form.status


@bp.get("/people")
@may(Action.MANAGE_PEOPLE)
def everyone() -> Any:
    return render_template("people/everyone.html", people=queries.everyone(db.session()))


@bp.route("/people/invite", methods=["GET", "POST"])
@may(Action.MANAGE_PEOPLE)
def invite() -> Any:
    session = db.session()
    form = forms.PersonForm(request.form)
    if request.method == "POST" and form.validate():
        other = queries.by_email(session, form.email.data)
        if other is not None and other.is_guest:
            form.email.errors = [
                f"{other.name} is a guest with this address. Give them roles on their own page."
            ]
        elif other is not None:
            form.email.errors = ["There is an account with this e-mail address already."]
        else:
            person = Person.new(form.name.data, form.email.data, form.roles.data, db.now())
            return _show_link(person)
    return render_template("people/invite.html", form=form, hints=forms.ROLE_HINTS), form.status


@bp.post("/people/<int:person_id>/link")
@may(Action.MANAGE_PEOPLE)
def link(person_id: int) -> Any:
    """A new one-time link, for somebody whose link has run out or whose password is lost."""
    session = db.session()
    person = found(queries.person(session, person_id))
    if person.is_guest:
        raise Refused(
            f"{person.name} is a guest and has no password: recruiters send guests their links. "
            "Give them another role first if they are to have an account."
        )
    me = gate.asking().id
    if person.password and named(KEEPS_APART)(session, me, person.id):
        raise Refused(
            f"You are at an interview with {person.name} whose ratings are closed to you, so you "
            "can't make a link to come in as them. Ask an administrator who is not on this panel."
        )
    return _show_link(person)


def _show_link(person: Person) -> Any:
    session = db.session()
    if person.id is not None:
        _end_links(person)
    made, secret = Invitation.make(person, gate.asking().id, db.now())
    session.add_all([person, made])
    session.commit()
    return render_template(
        "people/link.html",
        invited=person,
        expires_at=made.expires_at,
        url=url_for("people.join", secret=secret, _external=True),
    )


def _end_links(person: Person) -> None:
    for old in queries.open_invitations(db.session(), person.id):
        old.used_at = db.now()


@bp.route("/people/<int:person_id>", methods=["GET", "POST"])
@may(Action.MANAGE_PEOPLE)
def edit(person_id: int) -> Any:
    session = db.session()
    person = found(queries.person(session, person_id))
    form = forms.RolesForm(request.form, obj=person)
    if request.method == "POST" and form.validate():
        rules.check_keeps_administrator(
            queries.administrators(session), person, set(form.roles.data)
        )
        person.name, person.roles = form.name.data, frozenset(Role(r) for r in form.roles.data)
        session.commit()
        flash(f"{person.name} is saved.")
        return redirect(url_for("people.everyone"), 303)
    return (
        render_template("people/edit.html", form=form, edited=person, hints=forms.ROLE_HINTS),
        form.status,
    )


@bp.post("/people/<int:person_id>/active")
@may(Action.MANAGE_PEOPLE)
def set_active(person_id: int) -> Any:
    """Close an account, which ends its sessions at once, or open it again."""
    session = db.session()
    person = found(queries.person(session, person_id))
    is_active = request.form.get("active") == "yes"
    if not is_active:
        rules.check_keeps_administrator(queries.administrators(session), person, set())
    person.active = is_active
    session.commit()
    flash(f"The account of {person.name} is {'open again' if is_active else 'closed'}.")
    return redirect(url_for("people.everyone"), 303)


@bp.route("/join/<string:secret>", methods=["GET", "POST"])
@may(Action.VISIT)
def join(secret: str) -> Any:
    throttle.check(Door.LINK)
    session = db.session()
    invitation = queries.invitation(session, secret, to_use=request.method == "POST")
    if invitation is None or not invitation.is_open(db.now()) or not invitation.person.active:
        session.rollback()
        throttle.knock(Door.LINK)
        raise Refused(
            "This link has been used or has run out. Ask an administrator for a new one; if you "
            "have chosen a password already, sign in."
        )
    person, maker = invitation.person, invitation.made_by_id
    if person.password and maker and named(KEEPS_APART)(session, maker, person.id):
        raise Refused(
            "Who made this link sits on a panel with you by now, and the ratings there are closed "
            "to them. Ask an administrator who is not on that panel for a new one."
        )
    form = forms.JoinForm(request.form)
    if request.method == "POST" and form.validate():
        invitation.used_at = db.now()
        invitation.person.set_password(hash_password(form.password.data))
        session.commit()
        login_user(invitation.person)
        return redirect(url_for("people.home"), 303)
    return render_template("people/join.html", form=form, joining=invitation.person), form.status


@bp.route("/account", methods=["GET", "POST"])
@may(Action.OWN_ACCOUNT)
def account() -> Any:
    session = db.session()
    person = found(queries.person(session, gate.asking().id))
    form = forms.PasswordForm(request.form)
    if request.method == "POST" and form.validate():
        if not verify_password(form.current.data, person.password or ""):
            form.current.errors = ["This is not your present password."]
        else:
            person.set_password(hash_password(form.password.data))
            _end_links(person)
            session.commit()
            login_user(person)
            flash("Your password is changed. Other places where you were signed in are signed out.")
            return redirect(url_for("people.account"), 303)
    return render_template("people/account.html", form=form, account=person), form.status
