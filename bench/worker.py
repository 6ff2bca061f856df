"""A web worker as `flask serve` starts it: how soon it answers, how much it holds, what it loads.

Its database holds a round of 50 candidates, 15 traits and 3 interviewers on SQLite. The memory is
the resident size of the process that answers, without Granian's small parent. WeasyPrint cannot be
imported without Pango, so the libraries that the process has mapped tell whether it was.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from bench import many, place, servers
from bench.measure import NONE, Row, shown
from bench.visit import Visitor
from hiring import db

SECONDS, AT_START, AFTER_PAGE = 2.0, 120, 180  # MiB
PANGO, NUMPY = "libpango", "/numpy/"


def run(*, quick: bool) -> Iterator[Row]:
    with place.folder() as files:
        app = place.application(place.database(f"sqlite:///{files}", "round"), files)
        with app.app_context():
            guides = many.fill(db.database(), many.CANDIDATES * many.PANEL * many.ITEMS)
        visitor = Visitor(app, many.RECRUITER)
        app.extensions["database"].engine.dispose()
        starts = [_start(app, visitor, guides[0]) for _ in range(2 if quick else 5)]
    seconds = min(start[0] for start in starts)
    before, after = (max(start[at] for start in starts) for at in (1, 2))
    loaded = sum(start[3] for start in starts)
    yield Row("a web worker listens", shown(seconds), NONE, seconds, SECONDS, "s")
    yield Row("its memory then", f"{before:.0f} MiB", NONE, before, AT_START, "MiB")
    yield Row("after a comparison page", f"{after:.0f} MiB", NONE, after, AFTER_PAGE, "MiB")
    yield Row("starts that loaded WeasyPrint", str(loaded), NONE, loaded, 0)


def _start(app: Flask, visitor: Visitor, guide: int) -> tuple[float, float, float, bool]:
    """Seconds until it answers, MiB then, MiB after the page, and whether Pango is in it."""
    address = servers.free_address()
    begun = time.perf_counter()
    with servers.served(app, address) as parent:
        servers.ask(address, "/sign-in")
        seconds = time.perf_counter() - begun
        worker = _child(parent)
        at_start = _resident(worker)
        if NUMPY in (worker / "maps").read_text():
            print("  numpy is loaded at the start")
        servers.ask(address, f"/guides/{guide}/comparison", visitor)
        return seconds, at_start, _resident(worker), PANGO in (worker / "maps").read_text()


def _child(parent: int) -> Path:
    """The largest of its processes; the others only look after it."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return max((Path(f"/proc/{child}") for child in children), key=_resident)


def _resident(process: Path) -> float:
    """MiB of memory that a process holds."""
    pages = int((process / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
