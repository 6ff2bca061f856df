"""`flask serve`: a database made ready, then the web server and the task worker side by side."""

import errno
import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import click
from flask import Flask

from hiring import cli, create_app, db
from hiring.commands import near
from hiring.config import ROOT
from hiring.demo.load import ACCOUNTS
from hiring.people import queries as people
from hiring.refusal import Refused

THREADS = 4  # of a web worker
PORTS = 100  # how many are tried
START_SECONDS = 30
STOP_SECONDS = 10
WORKER_PAUSE = 3  # a task worker that can't start shall not fill the terminal

APP = "hiring:create_app"
WORKER = ("-m", "hiring.worker")

# Ends its process group when our end of the pipe closes: when we say so, and when we are killed.
GUARD = f"trap '' INT TERM HUP; read -r _; kill -TERM 0; sleep {STOP_SECONDS}; kill -KILL 0"


class Address(NamedTuple):
    """Where the web server listens."""

    host: str
    port: int

    @property
    def here(self) -> str:
        """The host as this machine calls it: 0.0.0.0 means all of its addresses."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    @property
    def url(self) -> str:
        return f"http://{f'[{self.here}]' if ':' in self.here else self.here}:{self.port}"


class Children:
    """Processes that end together, at the latest when this process does."""

    def __enter__(self) -> Self:
        self._guard = subprocess.Popen(  # noqa: S603 - our own line
            ["/bin/sh", "-c", GUARD], stdin=subprocess.PIPE, process_group=0
        )
        self._started: list[subprocess.Popen[bytes]] = []
        return self

    def start(self, *arguments: str, quiet: bool = False) -> subprocess.Popen[bytes]:
        """Start Python with these arguments, in a group that Ctrl-C does not reach by itself."""
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        child = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, *arguments],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            process_group=self._guard.pid,
        )
        self._started.append(child)
        return child

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for impatient in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(impatient, signal.SIG_IGN)
        assert self._guard.stdin
        self._guard.stdin.close()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._started:
            try:
                child.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                break
        os.killpg(self._guard.pid, signal.SIGKILL)
        for child in (*self._started, self._guard):
            child.wait()


def run(host: str, port: int) -> None:
    """Serve until Ctrl-C, SIGTERM or a closed terminal."""
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    _choose_database()
    app = create_app()
    try:
        with Children() as children:
            was_empty = _prepare(app)
            if app.config["DEMO"]:
                _make_pdfs(children, Path(app.instance_path), again=was_empty)
            address = _free_address(host, port)
            os.environ.setdefault("HIRING_URL", address.url)  # links in mails begin with it
            web = children.start(*_web(app, address))
            worker = children.start(*WORKER)
            _wait_until_it_answers(web, address)
            _welcome(app, address, was_empty=was_empty)
            _watch(children, web, worker)
    except KeyboardInterrupt:
        click.echo("\nStopped.")


def _choose_database() -> None:
    """The demo's, unless the environment names another or asks for one of your own.

    The children read the choice from the environment.
    """
    if os.environ.get("HIRING_DATABASE_URL"):
        os.environ["HIRING_DEMO"] = "no"
    elif not os.environ.get("HIRING_DEMO"):
        os.environ["HIRING_DEMO"] = "yes"


def _prepare(app: Flask) -> bool:
    """Migrate the database and fill the demo's. Tells whether it held nobody before."""
    with app.app_context():
        database = db.database()
        click.echo(f"Database: {cli.shown(database.engine.url)}")
        cli.migrate()
        was_empty = not people.anybody(db.session())
        if was_empty and app.config["DEMO"]:
            click.echo("Loading the demo: a whole hiring round with made-up people.")
            cli.load_demo()
    database.engine.dispose()
    return was_empty


def _make_pdfs(children: Children, instance: Path, *, again: bool) -> None:
    """Make the demo's PDFs once, in processes of their own: what makes them takes much memory."""
    exports = instance / "exports"
    if not again and any(exports.glob("*.pdf")):
        return
    click.echo("Making the demo's PDFs:")
    exports.mkdir(exist_ok=True)
    # Made aside and then moved, so that an interrupted start makes them again.
    with tempfile.TemporaryDirectory(dir=instance) as made:
        for what in ("summaries", "guides"):
            if children.start(*_export(what, made), quiet=True).wait():
                click.echo("Not all of them could be made; the lines above say why.")
        for file in sorted(Path(made).glob("*.pdf")):
            click.echo(f"  {near(file.replace(exports / file.name))}")


def _export(what: str, folder: str) -> tuple[str, ...]:
    return ("-m", "flask", "--app", APP, what, "export", "--opening", "1", "--out", folder)


def _free_address(host: str, first: int) -> Address:
    """The host with the first port from `first` on that is free. Names those that are not."""
    for port in range(first, min(first + PORTS, 65_536)):
        try:
            return _try_address(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Refused(f"Can't listen on {host}, port {port}: {error.strerror}.") from None
            click.echo(f"Port {port} is taken, so the next one is tried.")
    raise Refused(f"No port from {first} on is free. Name another: flask serve --port NUMBER")


def _try_address(host: str, port: int) -> Address:
    family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        # Ended connections linger for a minute and don't make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)
    return Address(str(place[0]), port)


def _web(app: Flask, address: Address) -> list[str]:
    """Granian's command line. SQLite gets one process: its lock holds within one."""
    is_sqlite = app.extensions["database"].is_sqlite
    workers = 1 if is_sqlite else app.config["WORKERS"]
    if not isinstance(workers, int) or workers < 1:
        raise Refused(f"HIRING_WORKERS is {workers}. Write a number of web processes, such as 2.")
    return [
        *("-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", address.host, "--port", str(address.port)),
        *("--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", str(STOP_SECONDS // 2)),
        *("--no-access-log", "--log-level", "warning"),
        *("--factory", APP),
    ]


def _wait_until_it_answers(web: subprocess.Popen[bytes], address: Address) -> None:
    """Ask for the first page until there is an answer, so that the address printed works."""
    deadline = time.monotonic() + START_SECONDS
    while web.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection(address.here, address.port, timeout=5)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise Refused("The web server did not start; the lines above may say why.")


def _welcome(app: Flask, address: Address, *, was_empty: bool) -> None:
    click.echo(f"\nFifteen is ready: {address.url}\n")
    accounts = Path(app.instance_path) / ACCOUNTS
    if not app.config["DEMO"]:
        if was_empty:
            click.echo("Nobody has an account yet: open the address and make the first one.\n")
    elif accounts.exists():
        click.echo("Sign in as one of these; the passwords were made at the first start:")
        click.echo(accounts.read_text())
    else:
        click.echo("The demo's passwords are lost. Delete demo.sqlite to begin it anew.\n")
    if not ipaddress.ip_address(address.host).is_loopback:
        click.echo("From other machines people can sign in through HTTPS only.\n")
    click.echo("Ctrl-C stops it.")


def _watch(
    children: Children, web: subprocess.Popen[bytes], worker: subprocess.Popen[bytes]
) -> None:
    """Start the task worker again when it ends; when the web server does, so does everything."""
    again_at = 0.0
    while web.poll() is None:
        if worker.poll() is not None and time.monotonic() >= again_at:
            click.echo(f"The task worker ended with {worker.returncode} and is started again.")
            worker = children.start(*WORKER)
            again_at = time.monotonic() + WORKER_PAUSE
        time.sleep(0.2)
    raise Refused(
        f"The web server ended by itself with {web.returncode}, so everything is stopped."
    )
