"""What other processes work for us, as Linux tells it."""

from pathlib import Path

from flask import Flask

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
