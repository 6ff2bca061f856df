"""The worker's part: write a mail, hand it over, and note what came of it. Never in a request."""

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from hiring import db
from hiring.mail import post, rules
from hiring.mail.models import Mail
from hiring.mail.rules import Kind, Message
from hiring.tasks import named

LEASE = dt.timedelta(seconds=120)  # longer than all that one mail may have to wait for

# Who writes the text, looked up when it is sent. It gives None when nobody wants the mail any more.
WRITERS = {
    Kind.TRIAL: "hiring.mail.work:trial",
    Kind.GUEST_LINK: "hiring.guests.mails:link",
    Kind.ASKED: "hiring.guests.mails:asked",
    Kind.CONFLICT: "hiring.guests.mails:conflict",
    Kind.REMINDER: "hiring.reminders.mails:reminder",
    Kind.COMPLETE: "hiring.reminders.mails:complete",
}


def work(mail_id: int) -> None:
    """Send one mail, if it is due and nobody else is at it. Safe to be called twice."""
    session = db.session()
    mail = session.scalar(
        sa.select(Mail)
        .where(Mail.id == mail_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    is_taken = mail is not None and mail.take(LEASE, db.now())
    session.commit()
    if mail is None or not is_taken:
        return
    try:
        message: Message | None = named(WRITERS[Kind(mail.kind)])(session, mail)
        session.commit()  # nothing is locked while a server is talked to
        if message is None:
            session.delete(mail)  # nobody wants it any more
        else:
            _hand_over(session, mail, message)
    except post.Never as error:
        mail.end(str(error))
    except Exception as error:
        session.rollback()
        mail.put_off(f"It could not be written: {error}", db.now())
        session.commit()
        raise
    if mail.problem:
        current_app.logger.warning("mail %s was not sent: %s", mail.id, mail.problem)
    session.commit()


def _hand_over(session: Session, mail: Mail, message: Message) -> None:
    try:
        email = post.written(message, mail)
        post.deliver(email, mail.name)
    except ValueError as error:
        raise post.Never(str(error)) from error
    except post.NotNow as error:
        mail.put_off(str(error), db.now())
        if isinstance(error, post.Unreachable):
            _put_all_off(session, mail.due_at or db.now() + rules.pause(mail.tries))
    else:
        mail.sent(db.now())


def _put_all_off(session: Session, until: dt.datetime) -> None:
    """The others would wait for the same server, each for as long, and exports behind them."""
    session.execute(
        sa.update(Mail)
        .where(Mail.due_at < until, Mail.lease_until.is_(None))
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def overdue(session: Session) -> Iterator[tuple[str, int]]:
    """Mails whose time has come and that nobody is at."""
    now = db.now()
    waiting = (
        sa.select(Mail.id)
        .where(Mail.due_at <= now, sa.or_(Mail.lease_until.is_(None), Mail.lease_until <= now))
        .order_by(Mail.id)
    )
    return (("mail", mail_id) for mail_id in session.scalars(waiting).all())


def trial(_session: Session, mail: Mail) -> Message:
    """What `flask mail try` sends."""
    return Message(
        mail.about,
        "A trial mail from Fifteen",
        "This is a trial. If the link leads to your Fifteen, mail is set up.\n\n"
        f"{post.link('people.home')}\n",
    )
