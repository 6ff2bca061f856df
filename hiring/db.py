"""The database: Base and column types, SQLite and PostgreSQL, one session per request."""

import datetime as dt
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar, NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session

LOCK_SECONDS = 15  # longer than any of our write transactions; a stuck one must not hang the rest

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    """Parent of all rows."""

    metadata = metadata

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {sa.inspect(self).identity}>"


class UTCDateTime(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC. Stored without a zone, handed out with one; naive values are refused."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(
        self, value: dt.datetime | None, dialect: sa.Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: dt.datetime | None, dialect: sa.Dialect
    ) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class Texts(sa.types.TypeDecorator[tuple[str, ...]]):
    """A short list of sentences, read and written whole, such as the look-fors of an item."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(
        self, value: str | None, dialect: sa.Dialect
    ) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class Direct(NamedTuple):
    """A connection of the driver's own, past SQLAlchemy's, for prepared statements."""

    driver: Any
    dialect: Any


class Prepared:
    """A Core statement that is compiled once and then run by the driver itself.

    For the one path that is hot: at 5 microseconds where Core takes 30. No types are applied.
    Parameters and results are what the driver takes and gives: JSON as text, a moment as `written`
    makes it.
    """

    _DIALECTS: ClassVar = {
        "sqlite": sqlite.dialect(paramstyle="named"),
        "postgresql": psycopg.dialect(),  # type: ignore[no-untyped-call]
    }

    def __init__(self, statement: Any, for_postgresql: Any = None) -> None:
        other = statement if for_postgresql is None else for_postgresql
        self._texts = {
            name: str(chosen.compile(dialect=self._DIALECTS[name]))
            for name, chosen in (("sqlite", statement), ("postgresql", other))
        }

    def run(self, connection: Connection | Direct, parameters: Mapping[str, Any]) -> Any:
        """The driver's cursor after the statement."""
        if isinstance(connection, Connection):
            connection = Direct(connection.connection.driver_connection, connection.dialect)
        driver, dialect = connection
        text = self._texts[dialect.name]
        try:
            return driver.execute(text, parameters)
        except dialect.dbapi.Error as error:
            raise sa.exc.DBAPIError.instance(
                text, parameters, error, dialect.dbapi.Error, dialect=dialect
            ) from error


def written(moment: dt.datetime) -> str:
    """A moment in UTC as both databases read it: the way SQLAlchemy writes it for SQLite."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def read(moment: Any) -> dt.datetime:
    """A moment as a driver gives it: SQLite's gives what was `written`."""
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment)
    found: dt.datetime = moment.replace(tzinfo=dt.UTC)
    return found


class Database:
    """One database and how to talk to it.

    SQLite lets one transaction write at a time, and one that reads first cannot wait for its
    turn. So write transactions begin with BEGIN IMMEDIATE, behind a lock of this process: waiting
    for the lock is fair and short, SQLite's own waiting sleeps in growing steps.
    """

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._turn = threading.Lock()
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, self._turn)
        else:
            self.engine = _postgresql_engine(self.url)
        self._writing = self.engine.execution_options(write=True)
        # A lone SELECT needs no transaction around it, which saves PostgreSQL two round trips. Told
        # of an isolation level, SQLite would set a PRAGMA each time and so forget every statement
        # that it has prepared.
        self.reader = self.engine.execution_options(
            **{"alone": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        )

    def session(self, *, write: bool) -> Session:
        return Session(self._writing if write else self.engine, expire_on_commit=False)

    def writing(self) -> AbstractContextManager[Connection]:
        """A Core connection inside one write transaction."""
        return self._writing.begin()

    @contextmanager
    def direct(self) -> Iterator[Direct]:
        """For the hot path: 15 microseconds where `writing` takes 60.

        On SQLite it is one write transaction. On PostgreSQL each statement is one of its own: a
        save has but one, and goes without the round trips of BEGIN and COMMIT.
        """
        dialect = self.engine.dialect
        if not self.is_sqlite:
            with self.reader.connect() as connection:
                yield Direct(connection.connection.driver_connection, dialect)
            return
        pooled = self.engine.raw_connection()
        try:
            driver: Any = pooled.driver_connection
            _begin_writing(self._turn, pooled.info, driver)
            yield Direct(driver, dialect)
            driver.execute("COMMIT")
        finally:
            pooled.close()  # which takes back what was not committed


def _sqlite_engine(url: sa.URL, turn: threading.Lock) -> Engine:
    engine = sa.create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver must not send BEGIN by itself
        # Of a new file: a long note fits on a page, and a comparison's rows lie on few of them.
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # saved means saved, power cut or not
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 10000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("alone"):
            return
        if not options.get("write"):
            connection.exec_driver_sql("BEGIN")
            return
        _begin_writing(turn, connection.info, connection.connection.driver_connection)

    @event.listens_for(engine, "checkin")
    def _release(_: Any, record: Any) -> None:
        # Not at "commit": that event comes before the COMMIT itself.
        if record.info.pop("has_its_turn", False):
            turn.release()

    return engine


def _begin_writing(turn: threading.Lock, info: Any, driver: Any) -> None:
    if not turn.acquire(timeout=LOCK_SECONDS):
        raise sa.exc.TimeoutError("another write transaction did not end")
    info["has_its_turn"] = True
    # By the driver: a fifth of the cost, and it is no statement of anybody's.
    driver.execute("BEGIN IMMEDIATE")


def _postgresql_engine(url: sa.URL) -> Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=8,
        pool_pre_ping=False,
        connect_args={"prepare_threshold": 1},  # 554 against 1,276 microseconds a save
    )


def init_app(app: Flask) -> None:
    app.extensions["database"] = Database(app.config["DATABASE_URL"])
    app.teardown_appcontext(_close)


def database() -> Database:
    found: Database = current_app.extensions["database"]
    return found


def session() -> Session:
    """The session of this request or command. Only a request that may change things may write."""
    if "session" not in g:
        write = not has_request_context() or request.method not in {"GET", "HEAD", "OPTIONS"}
        # Signing in checks a password, which takes a while, and hardly ever writes.
        write = write and not (has_request_context() and request.endpoint == "security.login")
        g.session = database().session(write=write)
    found: Session = g.session
    return found


def _close(_: BaseException | None) -> None:
    found: Session | None = g.pop("session", None)
    if found is not None:
        found.close()


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
