"""Reads of people and invitations."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hiring.people.models import Invitation, Person, digest, normal_email
from hiring.people.rules import Role


def anybody(session: Session) -> bool:
    """Whether there is at least one account."""
    return session.scalar(sa.select(Person.id).limit(1)) is not None


def everyone(session: Session) -> Sequence[Person]:
    return session.scalars(sa.select(Person).order_by(Person.name, Person.id)).all()


def person(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def by_email(session: Session, email: str) -> Person | None:
    return session.scalar(sa.select(Person).where(Person.email == normal_email(email)))


def with_role(session: Session, role: Role) -> list[Person]:
    """People with an open account and this role. Roles are a short text, so Python picks."""
    return [person for person in everyone(session) if person.active and role in person.roles]


def administrators(session: Session) -> list[Person]:
    """Administrators who can sign in: one who was invited and hasn't joined looks after nothing."""
    return [person for person in with_role(session, Role.ADMINISTRATOR) if person.password]


def invitation(session: Session, secret: str, *, to_use: bool = False) -> Invitation | None:
    """The invitation with its person; locked if it is to be used, so that it is used once."""
    query = (
        sa.select(Invitation)
        .where(Invitation.digest == digest(secret))
        .options(joinedload(Invitation.person))
    )
    return session.scalar(query.with_for_update(of=Invitation) if to_use else query)


def open_invitations(session: Session, person_id: int) -> Sequence[Invitation]:
    return session.scalars(
        sa.select(Invitation).where(Invitation.person_id == person_id, Invitation.used_at.is_(None))
    ).all()
