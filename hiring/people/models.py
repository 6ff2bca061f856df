"""People and the one-time links that let them in."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, UTCDateTime
from hiring.people.rules import Action, Role, may

LINK_DAYS = 7


class RoleSet(sa.types.TypeDecorator[frozenset[Role]]):
    """Roles in one column, so that one SELECT tells who is asking and what they may do."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Iterable[Role] | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else ",".join(sorted(Role(role) for role in value))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> frozenset[Role]:
        return frozenset(Role(name) for name in (value or "").split(",") if name)


class Person(Base, UserMixin):
    """Somebody with an account. A session names the `fs_uniquifier`; a new one ends them all."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[frozenset[Role]] = mapped_column(RoleSet)  # type: ignore[assignment]
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    @classmethod
    def new(
        cls,
        name: str,
        email: str,
        roles: Iterable[Role],
        now: dt.datetime,
        password: str | None = None,
    ) -> "Person":
        return cls(
            name=name,
            email=normal_email(email),
            roles=frozenset(roles),
            password=password,
            active=True,
            fs_uniquifier=secrets.token_hex(16),
            created_at=now,
        )

    def set_password(self, hashed: str) -> None:
        """A new password; whoever was signed in with the old one has to sign in again."""
        self.password = hashed
        self.fs_uniquifier = secrets.token_hex(16)

    @property
    def is_guest(self) -> bool:
        """Whether they have no account of their own and come in by links."""
        return Role.GUEST in self.roles

    def may(self, action: Action) -> bool:
        return may(self.roles, action)


class NoRole(RoleMixin):
    """Flask-Security asks for a class of roles; ours are a column of the person."""


class Invitation(Base):
    """A one-time link to choose a password. Only a digest is kept: who reads it can't use it."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="raise_on_sql")

    @classmethod
    def make(
        cls, person: Person, made_by_id: int | None, now: dt.datetime
    ) -> tuple["Invitation", str]:
        """A new invitation and the secret of its link, which is shown once and not kept."""
        secret = secrets.token_urlsafe(24)
        made = cls(
            person=person,
            digest=digest(secret),
            made_by_id=made_by_id,
            made_at=now,
            expires_at=now + dt.timedelta(days=LINK_DAYS),
        )
        return made, secret

    def is_open(self, now: dt.datetime) -> bool:
        return self.used_at is None and now < self.expires_at


class Attempt(Base):
    """One try to come in, counted for a while. The key is a digest of what it was tried at."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.Index("ix_attempt_key", "key", "at"),
        sa.Index("ix_attempt_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def normal_email(email: str) -> str:
    return email.strip().lower()
