"""For tests of pages: somebody signed in, and all that is stored, to see that nothing changed."""

import sqlalchemy as sa
from flask import Flask

from hiring import db
from hiring.people.models import Person
from hiring.people.rules import Role
from tests import factories
from tests.client import Client


def signed_in(app: Flask, client: Client, *roles: Role) -> Person:
    """Somebody new with these roles, as whom the client goes on."""
    with app.app_context():
        person = factories.person(db.session(), *roles)
        db.session().commit()
    client.sign_in(person)
    return person


def stored(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table. Not tries to come in: they are counted whatever comes of them."""
    tables = [table for table in db.metadata.sorted_tables if table.name != "attempt"]
    with app.extensions["database"].reader.connect() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(sa.select(table))), key=str
            )
            for table in tables
        }
