"""Handing mail over: to a server, into a folder, or onto the console. Plain standard library."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask, current_app

from hiring.mail import rules
from hiring.mail.models import Mail
from hiring.mail.rules import Console, Folder, Message, Server

SECONDS = 10  # to wait for a server: exports wait behind it
EMBEDDED_URL = "http://127.0.0.1:5000"  # where `flask serve` listens when it may choose


class NotNow(Exception):  # noqa: N818 - not an error but a reason to wait
    """This mail could not be handed over now. Another may be, and this one may be later."""


class Unreachable(NotNow):
    """No mail can be handed over now: the server doesn't answer or doesn't let us in."""


class Never(Exception):  # noqa: N818 - the answer of a server
    """This mail will never be taken."""


def init_app(app: Flask) -> None:
    """Read the settings, so that a mistake in them is told at the start and not by silence."""
    mailbox = rules.mailbox(app.config["MAIL"], Path(app.instance_path))
    if isinstance(mailbox, Server) and not app.config["URL"]:
        raise rules.Unsettable(
            "HIRING_MAIL names a server, so set HIRING_URL as well: links in mails begin with it, "
            "such as https://fifteen.example.org"
        )
    app.config["URL"] = rules.base_url(app.config["URL"] or EMBEDDED_URL)
    rules.sender(app.config["MAIL_FROM"], app.config["URL"])
    app.extensions["mailbox"] = mailbox


def goes_out() -> bool:
    """Whether mails reach people, or are only kept on this machine."""
    return isinstance(current_app.extensions["mailbox"], Server)


def link(endpoint: str, **values: object) -> str:
    """A whole address for a mail. The worker has no request to take its beginning from."""
    base = urlsplit(current_app.config["URL"])
    adapter = current_app.url_map.bind(
        base.netloc, script_name=base.path or "/", url_scheme=base.scheme
    )
    return adapter.build(endpoint, values, force_external=True)


def written(message: Message, mail: Mail) -> EmailMessage:
    """The message as it goes out. Sent once more, it has the same number, and so counts once."""
    url = current_app.config["URL"]
    email = EmailMessage(policy=SMTP if message.address.isascii() else SMTPUTF8)
    email["From"] = rules.sender(current_app.config["MAIL_FROM"], url)
    email["To"] = rules.recipient(message.address)
    email["Subject"] = message.subject
    email["Date"] = format_datetime(mail.made_at)
    email["Message-ID"] = f"<{mail.name}@{urlsplit(url).hostname}>"
    email["Auto-Submitted"] = "auto-generated"  # nobody's holiday note answers it
    email.set_content(message.text)
    return email


def deliver(email: EmailMessage, name: str) -> None:
    """Hand it over, or raise NotNow or Never with what was said."""
    match current_app.extensions["mailbox"]:
        case Folder(path):
            _keep(email, path, name)
        case Console():
            head = "".join(f"{name}: {value}\n" for name, value in email.items())
            click.echo(f"{head}\n{email.get_content()}")  # as it is read, not as it travels
        case Server() as server:
            _send(email, server)


def _keep(email: EmailMessage, folder: Path, name: str) -> None:
    """A file that only its owner can read, whole or not at all."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = folder / f".{name}"
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(email.as_bytes())
        aside.replace(folder / f"{name}.eml")
    except OSError as error:
        raise Unreachable(f"{error.strerror}: {error.filename}") from error


def _send(email: EmailMessage, server: Server) -> None:
    to = str(email["To"].addresses[0].addr_spec)
    with _connected(server) as connection:
        try:
            connection.send_message(email, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = refused.recipients[to]
            raise (Never if code >= 500 else NotNow)(_words(said)) from refused
        except smtplib.SMTPNotSupportedError as error:
            raise Never(str(error)) from error
        except smtplib.SMTPDataError as error:
            raise (Never if error.smtp_code >= 500 else NotNow)(_words(error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(str(error)) from error


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted, if it leaves this machine, and signed in to."""
    context = ssl.create_default_context()
    connection: smtplib.SMTP | None = None
    try:
        if server.is_tls:
            connection = smtplib.SMTP_SSL(
                server.host, server.port, timeout=SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
            connection.ehlo()
            if server.needs_starttls or (connection.has_extn("starttls") and not server.is_plain):
                connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
    except (smtplib.SMTPException, OSError) as error:
        if connection is not None:
            connection.close()
        raise Unreachable(f"{server!r}: {error}") from error
    try:
        yield connection
    finally:
        # What was taken is taken, whatever happens at the goodbye.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
