"""Guests: recruiters invite them, they come in by a link, accept, declare, and take their seat."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security.utils import login_user
from sqlalchemy.exc import IntegrityError

from hiring import db, tasks
from hiring.guests import forms, queries, rules
from hiring.guests.models import GuestLink, secret_of
from hiring.interviews import queries as interviews
from hiring.interviews.models import GuestSeat, Interview
from hiring.interviews.rules import Stage, check_may_invite
from hiring.mail import queries as mails
from hiring.mail.models import Mail
from hiring.mail.post import goes_out
from hiring.mail.rules import Kind
from hiring.people import gate, throttle
from hiring.people import queries as people
from hiring.people.gate import may
from hiring.people.models import Person, normal_email
from hiring.people.rules import Action, Door, Role
from hiring.refusal import Refused, found

bp = Blueprint("guests", __name__)


# --- the recruiter's part ---


@bp.route("/interviews/<int:interview_id>/guests", methods=["GET", "POST"])
@may(Action.PLAN)
def invite(interview_id: int) -> Any:
    """The guests of a panel, and a form to put one on it."""
    interview = _interview(interview_id)
    form = forms.GuestForm(request.form)
    if request.method == "POST" and form.validate():
        email = normal_email(form.email.data)
        person = people.by_email(db.session(), email)
        check_may_invite(interview.panel, person.id if person else None)
        if email == interview.candidate.email:
            form.email.errors = ["This is the candidate's own address."]
        elif person is not None and not person.is_guest:
            return _seat_account(interview, person)
        elif person is not None and not person.active:
            form.email.errors = ["An administrator has closed this guest's way in. Ask them first."]
        else:
            person = person or Person.new(form.name.data, email, [Role.GUEST], db.now())
            interview.invite(person, gate.asking().id, db.now())
            return _send_link(interview, person)
    return _guests_page(interview, form)


def _interview(interview_id: int) -> Interview:
    """An interview; in a request that may change it, nobody else changes its panel meanwhile."""
    to_change = request.method == "POST"
    return found(interviews.interview(db.session(), interview_id, to_change=to_change))


def _guests_page(interview: Interview, form: forms.GuestForm) -> Any:
    session = db.session()
    guests = interview.seated_guests
    links = queries.newest_links(session, [guest.person_id for guest in guests])
    page = render_template(
        "guests/invite.html",
        interview=interview,
        goes_out=goes_out(),
        guests=guests,
        links=links,
        mails=mails.latest(session, Kind.GUEST_LINK, [link.nonce for link in links.values()]),
        former=[guest for guest in interview.guests if guest.left_at is not None],
        form=form,
    )
    return page, form.status


def _seat_account(interview: Interview, person: Person) -> Any:
    """Somebody with an account needs no link: they sit on the panel like any interviewer."""
    if not person.active or Role.INTERVIEWER not in person.roles:
        raise Refused(
            f"{person.name} has an account with this address, but it is closed or lacks the role "
            "of interviewer. Ask an administrator to change that, then put them on the panel."
        )
    interview.seat(
        [*(card.person for card in interview.counted_cards), person],
        [card.person for card in interview.trainee_cards],
        [observer.person for observer in interview.observers],
    )
    db.session().commit()
    flash(
        f"{person.name} has an account with this address, so they sit on the panel with that and "
        "sign in as always. No link was made."
    )
    return redirect(url_for("guests.invite", interview_id=interview.id), 303)


@bp.post("/interviews/<int:interview_id>/guests/<int:person_id>/link")
@may(Action.PLAN)
def link(interview_id: int, person_id: int) -> Any:
    """A new link for a guest. Those made before end."""
    interview, seat = _guest_of(interview_id, person_id)
    return _send_link(interview, seat.person)


def _guest_of(interview_id: int, person_id: int) -> tuple[Interview, GuestSeat]:
    interview = _interview(interview_id)
    return interview, found(
        next((guest for guest in interview.seated_guests if guest.person_id == person_id), None)
    )


def _send_link(interview: Interview, person: Person) -> Any:
    """Make a link, have it mailed, and show it this once to whoever may come in as the guest."""
    session, now, key = db.session(), db.now(), current_app.config["SECRET_KEY"]
    is_shown = _may_see_link(interview, person)
    if person.id is not None:
        _end_links(person.id)
    by = found(people.person(session, gate.asking().id))
    made = GuestLink.make(person, by, rules.INVITED_FOR, now, key)
    made.is_shown = is_shown
    mail = Mail.new(Kind.GUEST_LINK, made.nonce, now)
    session.add_all([person, made, mail])
    session.commit()
    tasks.enqueue("mail", mail.id)
    return render_template(
        "guests/link.html",
        interview=interview,
        goes_out=goes_out(),
        guest=person,
        expires_at=made.expires_at,
        url=is_shown and url_for("guests.enter", token=secret_of(made.nonce, key), _external=True),
    )


def _may_see_link(interview: Interview, person: Person) -> bool:
    """Not whoever rates or observes beside the guest, here or at another interview of theirs."""
    me = gate.asking().id
    is_kept = interview.panel.keeps_from(me) or (
        person.id is not None and interviews.keeps_apart(db.session(), me, person.id)
    )
    if is_kept and not goes_out():
        raise Refused(
            f"You are at an interview with {person.name} yourself, so their link is not for you to "
            "see, and no mail server is set up here to send it. Ask a recruiter who is not on this "
            "panel. Nothing was changed."
        )
    return not is_kept


def _end_links(person_id: int) -> None:
    for link in queries.unused_links(db.session(), person_id):
        link.used_at = db.now()


@bp.post("/interviews/<int:interview_id>/guests/<int:person_id>/leave")
@may(Action.PLAN)
def take_off(interview_id: int, person_id: int) -> Any:
    """Take a guest off the panel. What they declared stays on record."""
    session, now = db.session(), db.now()
    interview, seat = _guest_of(interview_id, person_id)
    if len(queries.cards_of(session, person_id)) == 1:  # this is the only one
        _end_links(person_id)
    name = seat.person.name
    interview.take_off(seat, gate.asking().id, now)
    try:
        session.commit()
    except IntegrityError as error:
        raise Refused(
            f"{name} has saved an answer, so their seat stays. Nothing was changed. "
            "If they can't go on, close the panel with a reason once the others have submitted."
        ) from error
    flash(f"{name} is off the panel.")
    return redirect(url_for("guests.invite", interview_id=interview_id), 303)


@bp.route("/interviews/<int:interview_id>/guests/<int:person_id>/clear", methods=["GET", "POST"])
@may(Action.PLAN)
def clear(interview_id: int, person_id: int) -> Any:
    """Let a guest in who has declared a conflict, with a reason that the panel is shown."""
    session = db.session()
    interview, seat = _guest_of(interview_id, person_id)
    form = forms.ClearForm(request.form)
    if request.method == "POST" and form.validate():
        by = found(people.person(session, gate.asking().id))
        seat.clear(by, form.reason.data, db.now())
        session.commit()
        flash(f"The interview is open to {seat.person.name}. The panel can read why.")
        return redirect(url_for("guests.invite", interview_id=interview_id), 303)
    page = render_template("guests/clear.html", form=form, interview=interview, guest=seat)
    return page, form.status


# --- coming in ---


@bp.route("/guest/<string:token>", methods=["GET", "POST"])
@may(Action.VISIT)
def enter(token: str) -> Any:
    """The page behind a link. Looking at it uses nothing up: mail scanners look at everything."""
    throttle.check(Door.LINK)
    session, now = db.session(), db.now()
    is_pressed = request.method == "POST"  # a HEAD is a look, too
    link = queries.link(session, token, to_use=is_pressed)
    if link is None or not link.is_open(now) or _is_for_somebody_else(link):
        session.rollback()
        throttle.knock(Door.LINK)
        return render_template("guests/spent.html"), 409
    if not is_pressed:
        return render_template("guests/enter.html")
    _end_links(link.person_id)
    cards = queries.cards_of(session, link.person_id)
    session.commit()
    login_user(link.person)
    if len(cards) == 1 and cards[0].is_held:
        return redirect(url_for("guests.seat", card_id=cards[0].id), 303)
    return redirect(url_for("people.home"), 303)


def _is_for_somebody_else(link: GuestLink) -> bool:
    """Whether who was shown the link has come to sit beside the guest meanwhile."""
    return (
        link.is_shown
        and link.made_by_id is not None
        and interviews.keeps_apart(db.session(), link.made_by_id, link.person_id)
    )


@bp.route("/guest-link", methods=["GET", "POST"])
@may(Action.VISIT)
def ask() -> Any:
    """Ask for a new link. Whether the address is a guest's is found out by the worker."""
    form = forms.AskForm(request.form)
    if request.method == "POST" and form.validate():
        address = normal_email(form.email.data)
        throttle.knock(Door.ASK, address)
        mail = Mail.new(Kind.ASKED, address, db.now())
        db.session().add(mail)
        db.session().commit()
        tasks.enqueue("mail", mail.id)
        return render_template("guests/asked.html", address=form.email.data, goes_out=goes_out())
    return render_template("guests/ask.html", form=form), form.status


# --- the guest's part ---


@bp.get("/scorecards/<int:card_id>/seat")
@may(Action.TAKE_SEAT)
def seat(card_id: int) -> Any:
    """Where a guest stands with their seat: the statement, the declaration, or what follows."""
    return _seat_page(_my_seat(card_id))


def _my_seat(card_id: int) -> GuestSeat:
    to_change = request.method == "POST"
    return found(queries.my_seat(db.session(), card_id, gate.asking().id, to_change=to_change))


def _seat_page(seat: GuestSeat, form: Any = None) -> Any:
    by_stage: dict[Stage, type] = {
        Stage.INVITED: forms.AcceptForm,
        Stage.ACCEPTED: forms.DeclareForm,
        Stage.CONFLICT: forms.LaterForm,
        Stage.IN: forms.LaterForm,
    }
    card = found(seat.interview.card_of(seat.person_id))
    form = form or by_stage[seat.stage]()
    page = render_template(
        _PAGES[seat.stage],
        seat=seat,
        card=card,
        form=form,
        statement=queries.STATEMENT,
        accepted=queries.statement(seat.statement),
    )
    return page, form.status


_PAGES = {
    Stage.INVITED: "guests/statement.html",
    Stage.ACCEPTED: "guests/declare.html",
    Stage.CONFLICT: "guests/waiting.html",
    Stage.IN: "guests/seat.html",
}


@bp.post("/scorecards/<int:card_id>/statement")
@may(Action.TAKE_SEAT)
def accept(card_id: int) -> Any:
    """Take on the statement; then who the candidate is and who is on the panel is shown."""
    seat = _my_seat(card_id)
    form = forms.AcceptForm(request.form)
    if not form.is_about(queries.STATEMENT.version):
        raise Refused("The statement was changed meanwhile. Go back, reload the page and read it.")
    if seat.stage is Stage.INVITED and not form.validate():
        return _seat_page(seat, form)
    seat.accept(queries.STATEMENT.version.isoformat(), db.now())
    db.session().commit()
    return redirect(url_for("guests.seat", card_id=card_id), 303)


@bp.post("/scorecards/<int:card_id>/declaration")
@may(Action.TAKE_SEAT)
def declare(card_id: int) -> Any:
    """No conflict, which opens the card; or a conflict, which closes it and tells the recruiter."""
    session, seat = db.session(), _my_seat(card_id)
    is_later = seat.stage is Stage.IN
    form = (forms.LaterForm if is_later else forms.DeclareForm)(request.form)
    if seat.stage in {Stage.ACCEPTED, Stage.IN} and not form.validate():
        return _seat_page(seat, form)
    conflict = form.words.data if is_later else form.conflict
    seat.declare(conflict or "", db.now())
    if not conflict:
        session.commit()
        return redirect(url_for("scorecards.show", card_id=card_id), 303)
    mail = Mail.new(Kind.CONFLICT, seat.id, db.now())
    session.add(mail)
    session.commit()
    tasks.enqueue("mail", mail.id)
    return redirect(url_for("guests.seat", card_id=card_id), 303)
