"""The queue between the web and the worker. A message names a piece of work and a row's number.

The queue hands a message out at most once: a killed worker loses it. So the row is the truth, a
message only says "look at it", and every minute work whose lease ran out is looked at again.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app

from hiring import db

if TYPE_CHECKING:
    from huey import Huey

# What a message may name, imported by the worker when it comes: the web never loads the renderer.
WORK = {"export": "hiring.summaries.export:work", "mail": "hiring.mail.work:work"}
OVERDUE = (
    "hiring.summaries.export:overdue",
    "hiring.reminders.work:overdue",
    "hiring.mail.work:overdue",
)


def init_app(app: Flask) -> None:
    app.extensions["huey"] = None


def enqueue(name: str, row_id: int) -> None:
    """Ask the worker to look at a row. Call it after the row is committed."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    queue(app)
    app.extensions["huey_task"](name, row_id)


def queue(app: Flask) -> "Huey":
    """The app's queue, opened when first asked for: a file beside the database, or PostgreSQL."""
    if app.extensions["huey"] is None:
        app.extensions["huey"] = _open(app)
    opened: Huey = app.extensions["huey"]
    return opened


def _open(app: Flask) -> "Huey":
    # Imported with the first export: it takes a starting web worker a fifth of a second.
    from huey import PostgresHuey, SqliteHuey  # noqa: PLC0415
    from huey.serializer import SignedSerializer  # noqa: PLC0415

    url = app.extensions["database"].url
    # Messages are pickled; the signature keeps whoever can write the queue from running code.
    shared = {"serializer": SignedSerializer(secret=app.config["SECRET_KEY"]), "results": False}
    if url.get_backend_name() == "sqlite":
        file = f"{url.database}-tasks"
        huey = SqliteHuey("fifteen", filename=file, **shared)
    else:
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        huey = PostgresHuey("fifteen", dsn=dsn, **shared)
    _register(app, huey)
    return huey


def _register(app: Flask, huey: "Huey") -> None:
    from huey import crontab  # noqa: PLC0415

    def work(name: str, row_id: int) -> None:
        with app.app_context():
            named(WORK[name])(row_id)

    def look_for_overdue() -> None:
        with app.app_context():
            for path in OVERDUE:
                for name, row_id in named(path)(db.session()):
                    enqueue(name, row_id)

    app.extensions["huey_task"] = huey.task(name="work")(work)
    huey.periodic_task(crontab(minute="*"), name="look_for_overdue")(look_for_overdue)


def named(path: str) -> Any:
    """What a `module:name` stands for, imported now."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
