"""What the mails about guests say. None names a candidate: their readers may not know yet."""

from flask import current_app
from sqlalchemy.orm import Session

from hiring import db
from hiring.guests import queries
from hiring.guests.models import GuestLink, secret_of
from hiring.guests.rules import ASKED_FOR
from hiring.mail import post
from hiring.mail.models import Mail
from hiring.mail.rules import Message, one_line
from hiring.people import queries as people
from hiring.people.models import digest
from hiring.web import moment


def link(session: Session, mail: Mail) -> Message | None:
    """The link that a recruiter has made, as long as it is open and there is a seat behind it."""
    found = queries.link_of(session, mail.about)
    if found is None or not found.is_open(db.now()):
        return None
    if not queries.cards_of(session, found.person_id):
        return None
    by = one_line(found.made_by.name) if found.made_by else "A recruiter"
    return Message(
        found.person.email,
        "You are asked to interview with us",
        f"Hello {one_line(found.person.name)},\n\n"
        f"{by} asks you to sit on an interview panel and to rate what you hear. This link lets you "
        f"in. It works once, until {moment(found.expires_at)}:\n\n"
        f"{_url(found)}\n\n"
        "First you will read a short statement on confidentiality and conduct. Who the candidate "
        "is you will see after that.\n\n"
        "If you did not expect this, leave it: nothing happens unless you press the button behind "
        "the link.\n",
    )


def asked(session: Session, mail: Mail) -> Message | None:
    """A new link for a guest who asked for one. Nothing, if the address is not a guest's."""
    person = people.by_email(session, mail.about)
    if person is None or not person.active or not person.is_guest:
        return None
    if not queries.cards_of(session, person.id):
        return None
    made = GuestLink.make(person, None, ASKED_FOR, db.now(), current_app.config["SECRET_KEY"])
    session.add(made)
    return Message(
        person.email,
        "Your link to come in",
        f"Hello {one_line(person.name)},\n\n"
        "A new link was asked for, to come in as a guest interviewer. It works once, until "
        f"{moment(made.expires_at)}:\n\n"
        f"{_url(made)}\n\n"
        "If it was not you who asked, leave it: nothing happens unless you press the button behind "
        "the link.\n",
    )


def conflict(session: Session, mail: Mail) -> Message | None:
    """A guest has declared a conflict. What it is stands on the page and not here."""
    seat = queries.seat(session, int(mail.about))
    if seat is None or seat.left_at is not None or not seat.invited_by.active:
        return None
    return Message(
        seat.invited_by.email,
        "A guest has declared a conflict",
        f"Hello {one_line(seat.invited_by.name)},\n\n"
        f"{one_line(seat.person.name)}, whom you asked to a panel as a guest, has declared a "
        "conflict. Nothing of the interview is open to them. What they wrote is here, and here you "
        "can take them off the panel or let them in all the same:\n\n"
        f"{post.link('guests.invite', interview_id=seat.interview_id)}\n",
    )


def _url(made: GuestLink) -> str:
    secret = secret_of(made.nonce, current_app.config["SECRET_KEY"])
    if digest(secret) != made.digest:
        raise post.Never("The secret key has changed since the link was made. Send a new one.")
    return post.link("guests.enter", token=secret)
