"""Processes that work for us: the web server as it is started, and their CPU time."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from bench.measure import Clock
from bench.visit import HEADERS, Visitor
from hiring import config, serve

PATIENCE = 60  # s


def cpu_clock(app: Flask) -> Clock:
    """CPU seconds of the process that serves the application's connection; SQLite has none.

    Measurements run in one thread and so over one connection.
    """
    database = app.extensions["database"]
    if database.is_sqlite:
        return lambda: 0.0
    with database.reader.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return lambda: cpu_seconds(pid)


def cpu_seconds(pid: int) -> float:
    """CPU seconds that a process of one thread has had so far."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def free_address() -> serve.Address:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return serve.Address(*probe.getsockname())


@contextmanager
def served(app: Flask, address: serve.Address, *more: str) -> Iterator[int]:
    """The web server with the command line of `flask serve`, on the application's database."""
    settings = {
        "HIRING_DATABASE_URL": app.config["DATABASE_URL"],
        "HIRING_INSTANCE": app.instance_path,
        "HIRING_SECRET_KEY": app.config["SECRET_KEY"],
    }
    command = (sys.executable, *serve._web(app, address), *more)
    process = subprocess.Popen(command, cwd=config.ROOT, env={**os.environ, **settings})
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def ask(address: serve.Address, path: str, visitor: Visitor | None = None) -> None:
    """Get a page; at the start, again and again until somebody listens."""
    # Whoever signed in did so with these headers, and the session knows it.
    headers = {**HEADERS, "Cookie": visitor.cookie} if visitor else {}
    for _ in range(PATIENCE * 100):
        connection = http.client.HTTPConnection(address.host, address.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=headers)
            status = connection.getresponse().status
        except ConnectionError:
            time.sleep(0.01)
        else:
            if status != 200:
                raise RuntimeError(f"{path}: {status}")
            return
        finally:
            connection.close()
    raise RuntimeError("nobody listens")
