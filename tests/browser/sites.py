"""The application served on loopback, on a copy of the demo round or on an empty database."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask_security import hash_password
from playwright.sync_api import Browser, StorageState
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from hiring import create_app, db, schema
from hiring.config import ROOT
from hiring.demo import load
from hiring.demo.load import Account
from hiring.people.rules import Role
from tests import factories

PATIENCE = 8_000  # ms that anything in the browser may take


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        pass


@dataclass
class Site:
    """A running application and what a test may do behind its back."""

    app: Flask
    url: str
    accounts: list[Account]
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


@contextmanager
def serving(template: Template, instance: Path, *, demo: bool = False) -> Iterator[Site]:
    """Serve a copy of a database from an instance folder of its own."""
    database = instance / "browser.sqlite"
    shutil.copy(template.file, database)
    app = create_app(
        DATABASE_URL=f"sqlite:///{database}",
        INSTANCE=str(instance),
        SECRET_KEY="of the tests in the browser",
        DEMO=demo,
    )
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Site(app, f"http://127.0.0.1:{server.server_port}", list(template.accounts))
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
