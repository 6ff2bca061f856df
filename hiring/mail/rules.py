"""Mail: what a message is, where it goes, and when one that could not be sent is tried again."""

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

# After the first try, the second, and so on; the last of them from then on.
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
PATIENCE = dt.timedelta(days=3)  # then it is left as it is, with what was wrong
SUBMISSION, SUBMISSION_TLS = 587, 465  # the ports that mail is handed in at
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LONGEST_ADDRESS = 254

MAILBOXES = (
    "Write smtp://name:password@host:587, smtps://name:password@host, file:, file:/a/folder or "
    "console:"
)
# What no address that we write to holds: white space, control characters, and what would end it.
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>()\[\],;:\\\"]")


class Kind(StrEnum):
    """What a mail is about."""

    TRIAL = "trial"
    GUEST_LINK = "guest link"
    ASKED = "asked for a link"
    CONFLICT = "conflict"
    REMINDER = "reminder"
    COMPLETE = "complete"


# What may reach somebody twice rather than never, when a worker was killed while it was sent.
NEEDED = frozenset({Kind.TRIAL, Kind.GUEST_LINK, Kind.ASKED, Kind.CONFLICT})


class Unsettable(ValueError):  # noqa: N818 - it is what the setting is
    """A setting that can't be used; the sentence says what to write instead."""


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail to one person: plain text."""

    address: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A mailbox of files, one to a mail."""

    path: Path


@dataclass(frozen=True, slots=True)
class Console:
    """A mailbox that is printed where the worker runs."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. What is sent to it is encrypted, unless it is this machine or `plain`."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_plain: bool = False

    @property
    def needs_starttls(self) -> bool:
        return not (self.is_tls or self.is_plain or self.host in LOOPBACK)

    def __repr__(self) -> str:
        """Without the password: this is written to logs."""
        return f"{self.host}:{self.port}"


Mailbox = Folder | Console | Server


def mailbox(setting: str, instance: Path) -> Mailbox:
    """The mailbox that HIRING_MAIL names."""
    parts = urlsplit(setting)
    if parts.scheme == "console":
        return Console()
    if parts.scheme == "file":
        return Folder(Path(unquote(parts.path)) if parts.path else instance / "mail")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    asked = parse_qs(parts.query)
    if parts.scheme not in {"smtp", "smtps"} or not host or set(asked) - {"tls"}:
        raise Unsettable(f"HIRING_MAIL can't be used. {MAILBOXES}")
    is_tls = parts.scheme == "smtps"
    return Server(
        host=host,
        port=port or (SUBMISSION_TLS if is_tls else SUBMISSION),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=is_tls,
        is_plain=asked.get("tls") == ["no"],
    )


def base_url(setting: str) -> str:
    """The address that links in mails begin with, without a slash at its end."""
    parts = urlsplit(setting)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise Unsettable(
            "HIRING_URL can't be used. Write where people reach Fifteen, such as "
            "https://fifteen.example.org"
        )
    return setting.rstrip("/")


def sender(setting: str, url: str) -> Address:
    """Who mails come from: HIRING_MAIL_FROM, or an address at the host that people reach."""
    host = urlsplit(url).hostname or "localhost"
    name, _, rest = setting.rpartition("<")
    address = (rest.removesuffix(">") if name else setting).strip() or f"fifteen@{host}"
    if not is_address(address):
        raise Unsettable(
            "HIRING_MAIL_FROM can't be used. Write an e-mail address, such as "
            "Fifteen <fifteen@example.org>"
        )
    return _address(address, name.strip().strip('"') or "Fifteen")


def is_address(text: str) -> bool:
    """Whether it is one plain address that can stand in a header."""
    local, at, domain = text.rpartition("@")
    is_plain = not _UNSAFE.search(text) and "@" not in local
    return bool(local and at and domain) and is_plain and len(text) <= LONGEST_ADDRESS


def recipient(address: str) -> Address:
    """The one person a mail goes to. No name stands beside the address: it could say anything."""
    if not is_address(address):
        raise ValueError(f"{address!r} is no address that mail can go to")
    return _address(address)


def _address(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    with suppress(UnicodeError):  # a server may take as it is what has no such spelling
        domain = domain.encode("idna").decode("ascii")
    return Address(display_name=name, username=local, domain=domain)


def one_line(text: str) -> str:
    """A name or a title as it stands in a mail: what was typed there can't begin another line."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


def pause(tries: int) -> dt.timedelta:
    """How long to wait after that many tries."""
    return PAUSES[min(max(tries, 1), len(PAUSES)) - 1]


def is_hopeless(made_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a mail has been tried for long enough."""
    return now - made_at >= PATIENCE
