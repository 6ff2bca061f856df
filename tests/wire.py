"""What a database is told, as its driver hears it, whoever tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event

ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
TURNS = ("BEGIN", "COMMIT", "ROLLBACK")


@contextmanager
def statements(engine: sa.Engine, kinds: tuple[str, ...] = ROWS) -> Iterator[list[str]]:
    """What is sent meanwhile that begins with one of these words, in order.

    TURNS are heard on SQLite only: psycopg sends them past all that could be listened to.
    """
    sent: list[str] = []

    def tell(statement: str) -> None:
        if statement.startswith(kinds):
            sent.append(" ".join(statement.split()))

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
