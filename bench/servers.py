"""What databases are told, and what other processes work for us, as Linux tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from bench.measure import Clock


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


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """Rows asked for or written meanwhile, as the drivers are told, whoever tells them."""
    sent: list[str] = []

    def tell(statement: str) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            sent.append(statement)

    class Telling(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **options: Any) -> Any:
            tell(str(query))
            return super().execute(query, *given, **options)

    def listen(connection: Any, *_: Any) -> None:
        if engine.dialect.name == "sqlite":
            connection.set_trace_callback(tell)
        else:
            connection.cursor_factory = Telling

    event.listen(engine, "checkout", listen)
    try:
        yield sent
    finally:
        event.remove(engine, "checkout", listen)
        engine.dispose()
