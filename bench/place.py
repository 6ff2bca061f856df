"""Where measurements happen: an application on a migrated database that is gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from hiring import create_app, schema
from tests import postgres

BACKENDS = ("SQLite", "PostgreSQL")


@contextmanager
def folder(where: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fifteen-bench-", dir=where) as made:
        yield Path(made)


@contextmanager
def server(backend: str, files: Path) -> Iterator[str]:
    """The address under which databases are made: a folder, or a PostgreSQL of our own."""
    if backend == "SQLite":
        yield f"sqlite:///{files}"
    else:
        with postgres.server() as url:
            yield url


def database(address: str, name: str) -> str:
    """A new, migrated database."""
    if address.startswith("sqlite"):
        url = f"{address}/{name}.sqlite"
    else:
        engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        url = sa.make_url(address).set(database=name).render_as_string(hide_password=False)
    return url


def application(url: str, files: Path) -> Flask:
    """The application as it is served."""
    app = create_app(DATABASE_URL=url, INSTANCE=str(files / "instance"), SECRET_KEY="measured")
    schema.upgrade(app.extensions["database"].engine)
    return app
