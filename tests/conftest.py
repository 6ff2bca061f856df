"""What every test may ask for: a migrated database, the application on it, a client."""

import functools
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from hiring import create_app, db, schema
from tests import chromium, postgres
from tests.client import Client

BACKEND = os.environ.get("HIRING_TEST_DATABASE", "sqlite")

# The same hash as ever, with less work put into it: nobody wants to guess these passwords.
QUICK_HASHES = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}

# The settings of whoever runs the tests are not the tests'.
for name in [name for name in os.environ if name.startswith("HIRING_")]:
    if not name.startswith("HIRING_TEST_"):
        del os.environ[name]

# A busy machine is slow now and then: no fault of the test.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, before -m chooses among them."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "migrated_url" in fixtures:
            item.add_marker(pytest.mark.database)
        if "browser" in fixtures:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def migrated_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that was migrated once. Tests take `database_url`, which is theirs alone."""
    if BACKEND == "postgresql":
        with postgres.server() as url:
            _migrate(url)
            yield url
            _broom(url).dispose()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'template.sqlite'}"
        _migrate(url)
        yield url


def _migrate(url: str) -> None:
    engine = db.Database(url).engine
    schema.upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the application has its files: the SQLite database, the queue, the instance folder."""
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="session")
def constant_url(migrated_url: str, place: Path) -> str:
    """Where each test finds its database."""
    return migrated_url if BACKEND == "postgresql" else f"sqlite:///{place / 'test.sqlite'}"


@pytest.fixture
def database_url(migrated_url: str, constant_url: str, place: Path) -> Iterator[str]:
    """An empty, migrated database: a copy of the SQLite file, or PostgreSQL, emptied after."""
    if BACKEND == "postgresql":
        yield constant_url
        _empty(constant_url)
    else:
        template, copy = (str(sa.make_url(url).database) for url in (migrated_url, constant_url))
        shutil.copy(template, copy)
        yield constant_url
        for left in place.glob(f"{Path(copy).name}*"):
            left.unlink()


@functools.cache
def _broom(url: str) -> Engine:
    return db.Database(url).engine


def _empty(url: str) -> None:
    """Delete all rows and start numbers again at 1: 14 ms, where TRUNCATE took 51."""
    engine = _broom(url)
    # Asked each time: the queue makes tables of its own when it is first used.
    tables = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
    with engine.begin() as connection:
        # A test that left a transaction open shall fail, not hang.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        # Without foreign keys the order doesn't matter.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("; ".join(f"DELETE FROM {table}" for table in tables))
        connection.exec_driver_sql("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")


def _application(url: str, instance: Path) -> Flask:
    made = create_app(
        DATABASE_URL=url,
        INSTANCE=str(instance),
        SECRET_KEY="of the tests",
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=QUICK_HASHES,
        TESTING=True,
    )
    made.test_client_class = Client
    return made


def _close(app: Flask) -> None:
    if app.extensions["huey"] is not None:  # opened by the first export that was asked for
        app.extensions["huey"].storage.close()
    app.extensions["database"].engine.dispose()


@pytest.fixture(scope="session")
def constant_app(constant_url: str, place: Path) -> Flask:
    """The application, made once: its addresses, templates and statements are compiled once, too.

    To make it for each test took half of the time of all tests.
    """
    return _application(constant_url, place / "instance")


@pytest.fixture
def app(constant_app: Flask, database_url: str) -> Iterator[Flask]:
    """The application on a database of the test's own. Settings go back to what they were."""
    kept = [(held, dict(held)) for held in (constant_app.config, constant_app.extensions)]
    yield constant_app
    _close(constant_app)
    for held, before in kept:
        held.clear()
        held.update(before)
    shutil.rmtree(constant_app.instance_path, ignore_errors=True)


@pytest.fixture
def fresh_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """One that has answered nothing yet, so that a test may add a page."""
    made = _application(database_url, tmp_path / "instance")
    yield made
    _close(made)


@pytest.fixture
def rows(app: Flask) -> Callable[[], AbstractContextManager[Session]]:
    """Opens a session to make rows with."""
    return lambda: app.extensions["database"].session(write=True)


@pytest.fixture
def read(app: Flask) -> Callable[[sa.Select[Any]], Sequence[Any]]:
    """What a query brings from the database now."""

    def scalars(query: sa.Select[Any]) -> Sequence[Any]:
        with app.extensions["database"].session(write=False) as session:
            found: Sequence[Any] = session.scalars(query).all()
        return found

    return scalars


@pytest.fixture
def client(app: Flask) -> Client:
    made = app.test_client()
    assert isinstance(made, Client)
    return made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(**chromium.launch_options())
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a window of its own, as of somebody who was never here."""
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()
