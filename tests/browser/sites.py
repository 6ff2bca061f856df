"""The application served on loopback, on a copy of the demo round or on an empty database."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask_security import hash_password
from playwright.sync_api import Browser, Error, StorageState
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from hiring import create_app, db, schema
from hiring.config import ROOT
from hiring.demo import load
from hiring.demo.load import Account
from hiring.people.rules import Role
from tests import factories
from tests.browser.cable import Cable

NoPage = Error  # what Playwright raises when there is nothing to show
PATIENCE = 20_000  # ms that anything in the browser may take, on a machine that is busy


class _Quiet(WSGIRequestHandler):
    timeout = 5  # s; browsers open connections in advance and don't use all of them

    def log_request(self, *_: Any) -> None:
        pass


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # so that closing it waits for what is still being answered


@dataclass
class Site:
    """A running application and what a test may do behind its back."""

    app: Flask
    url: str
    accounts: list[Account]
    cable: Cable | None = None
    states: dict[str, StorageState] = field(default_factory=dict)

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """A session whose changes are committed at the end."""
        with self.app.extensions["database"].session(write=True) as session:
            yield session
            session.commit()

    def account(self, role: Role) -> Account:
        """The first account that has this role."""
        return next(one for one in self.accounts if role in one.roles.split(", "))

    def invite(self, *roles: Role, name: str = "") -> Account:
        """Somebody new who can sign in at once."""
        with self.app.app_context():
            hashed = hash_password(factories.PASSWORD)
        with self.rows() as session:
            person = factories.person(session, *roles, name=name, password=hashed)
            made = Account(person.name, person.email, ", ".join(person.roles), factories.PASSWORD)
        self.accounts.append(made)
        return made

    def state(self, browser: Browser, account: Account) -> StorageState:
        """The cookies of somebody who has signed in, which happens once for each account."""
        if account.email not in self.states:
            context = browser.new_context(base_url=self.url)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.goto("/sign-in")
            page.get_by_label("E-mail").fill(account.email)
            page.get_by_label("Password").fill(account.password)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("button", name="Sign out").wait_for()
            self.states[account.email] = context.storage_state()
            context.close()
        return self.states[account.email]

    @contextmanager
    def worker(self) -> Iterator[None]:
        """The process that makes PDFs, as `make run` has it beside the web server."""
        settings = {
            "HIRING_DATABASE_URL": self.app.config["DATABASE_URL"],
            "HIRING_INSTANCE": self.app.instance_path,
            "HIRING_SECRET_KEY": self.app.config["SECRET_KEY"],
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "hiring.worker"], cwd=ROOT, env={**os.environ, **settings}
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


class Template(NamedTuple):
    """A database file to copy, and whom it knows, with their passwords."""

    file: Path
    accounts: tuple[Account, ...] = ()


def _closing(app: Flask) -> WSGIApplication:
    """The application with every answer read and closed before it is sent.

    werkzeug does not close an answer whose reader went away. A file left open is a warning, and
    that an error of whatever test runs just then.
    """

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        answer: Any = app(environ, start_response)
        with closing(answer):
            return list(answer)

    return call


@contextmanager
def serving(
    template: Template,
    instance: Path,
    *,
    demo: bool = False,
    cable: bool = False,
    **settings: Any,
) -> Iterator[Site]:
    """Serve a copy of a database from a folder of its own, through a cable if asked."""
    database = instance / "browser.sqlite"
    shutil.copy(template.file, database)
    app = create_app(
        DATABASE_URL=f"sqlite:///{database}",
        INSTANCE=str(instance),
        SECRET_KEY="of the tests in the browser",
        DEMO=demo,
        **settings,
    )
    server = _Server("127.0.0.1", 0, _closing(app), _Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        with Cable(server.server_port) if cable else nullcontext() as through:
            port = through.port if through else server.server_port
            yield Site(app, f"http://127.0.0.1:{port}", list(template.accounts), through)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["database"].engine.dispose()


def empty_template(folder: Path) -> Template:
    """A migrated database with nobody in it."""
    file = folder / "empty.sqlite"
    engine = db.Database(f"sqlite:///{file}").engine
    schema.upgrade(engine)
    _fold(engine)
    return Template(file)


def demo_template(empty: Template) -> Template:
    """The demo round."""
    file = empty.file.with_name("demo.sqlite")
    shutil.copy(empty.file, file)
    app = create_app(
        DATABASE_URL=f"sqlite:///{file}", INSTANCE=str(file.parent), SECRET_KEY="of the demo"
    )
    with app.app_context():
        accounts = load.load(db.session(), factories.library(), db.now())
        db.session().commit()
    _fold(app.extensions["database"].engine)
    return Template(file, tuple(accounts))


def _fold(engine: Engine) -> None:
    """Bring everything into the one file, so that a copy of it is the whole database."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
