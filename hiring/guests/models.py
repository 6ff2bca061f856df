"""The one-time links by which guests come in."""

import base64
import datetime as dt
import hmac
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, UTCDateTime
from hiring.people.models import Person, digest


class GuestLink(Base):
    """A one-time link for a guest. Only a digest of its secret is kept.

    The secret is made from the nonce and the key of this installation, so that the worker can
    write it into a mail although it is stored nowhere.
    """

    __tablename__ = "guest_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    nonce: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # None: the guest
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    # To who made it. Whoever must not come in as the guest has it mailed only.
    is_shown: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="raise_on_sql")
    made_by: Mapped[Person | None] = relationship(foreign_keys=made_by_id, lazy="raise_on_sql")

    @classmethod
    def make(
        cls, person: Person, made_by: Person | None, lasts: dt.timedelta, now: dt.datetime, key: str
    ) -> "GuestLink":
        nonce = secrets.token_urlsafe(18)
        return cls(
            person=person,
            nonce=nonce,
            digest=digest(secret_of(nonce, key)),
            made_by=made_by,
            made_at=now,
            expires_at=now + lasts,
            is_shown=False,
        )

    def is_open(self, now: dt.datetime) -> bool:
        is_unused = self.used_at is None and now < self.expires_at
        return is_unused and self.person.active and self.person.is_guest


def secret_of(nonce: str, key: str) -> str:
    """What stands in the link."""
    made = hmac.digest(key.encode(), b"guest link " + nonce.encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
