"""The comparison of 50 candidates, 15 traits and 3 interviewers, in a large database and a small.

The page is asked for through the whole application, by a recruiter who is signed in. CPU time is
that of the application's thread and of PostgreSQL's own process. Of a database whose file has
been dropped from the system's cache, the wall clock is taken: what is asked is how much is read.
"""

import itertools
import os
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from bench import many, place, servers
from bench.measure import Call, Row, against, in_turn, shown
from bench.visit import Visitor
from hiring import db
from tests import wire

SMALL, LARGE, QUICK_LARGE = 10_000, 5_000_000, 100_000
AIMS = {"SQLite": 1.10, "PostgreSQL": 1.15}


def run(*, quick: bool) -> Iterator[Row]:
    large = QUICK_LARGE if quick else LARGE
    for backend in place.BACKENDS:
        with place.folder() as files, place.server(backend, files) as address:
            sizes = {size: _filled(backend, address, files, size) for size in (large, SMALL)}
            work = f"comparison page, {backend}, {large:,} ratings against {SMALL:,}"
            yield _warm(work, sizes, backend, rounds=3 if quick else 12)
            if backend == "SQLite":
                yield _cold(f"{work}, nothing cached", sizes, rounds=2 if quick else 25)
            for visited in sizes.values():
                visited.app.extensions["database"].engine.dispose()


class Visited:
    """A database of rounds and the recruiter who looks at their comparisons."""

    def __init__(self, app: Flask, guides: list[int]) -> None:
        self.app = app
        chosen = random.Random(3).sample(guides, min(len(guides), 40))
        self.turns = itertools.cycle(chosen)
        self.visitor = Visitor(app, many.RECRUITER)
        rows = self.visitor.call(self._page()).count(b'<th scope="row">')
        assert rows == many.CANDIDATES, rows
        with wire.statements(app.extensions["database"].engine) as sent:
            self.look()()
        print(f"  {rows} candidates in {len(sent)} statements, the person's among them")

    def _page(self) -> dict[str, Any]:
        return self.visitor.getting(f"/guides/{next(self.turns)}/comparison")

    def look(self) -> Call:
        environ = self._page()
        return lambda: self.visitor.call(environ)

    def look_cold(self) -> Call:
        """The same on a new connection to a file of which the system holds nothing in memory."""
        engine = self.app.extensions["database"].engine
        engine.dispose()
        for file in Path(engine.url.database).parent.glob(f"{Path(engine.url.database).name}*"):
            _drop(file)
        return self.look()


def _filled(backend: str, address: str, files: Path, size: int) -> Visited:
    begun = time.monotonic()
    app = place.application(place.database(address, f"ratings_{size}"), files)
    with app.app_context():
        guides = many.fill(db.database(), size)
    print(f"  {backend}: {size:,} ratings made in {time.monotonic() - begun:.0f} s", flush=True)
    return Visited(app, guides)


def _warm(work: str, sizes: dict[int, Visited], backend: str, rounds: int) -> Row:
    there, here = sizes.values()
    clocks = (time.thread_time, *(servers.cpu_clock(v.app) for v in sizes.values()))
    found = in_turn(
        {"large": there.look, "small": here.look},
        rounds=rounds,
        calls=5,
        clocks=(lambda: sum(clock() for clock in clocks), time.perf_counter),
    )
    cpu, wall = zip(found["large"], found["small"], strict=True)
    print(f"  {backend}: {shown(wall[0])} against {shown(wall[1])} by the wall clock")
    return against(work, *cpu, AIMS[backend])


def _cold(work: str, sizes: dict[int, Visited], rounds: int) -> Row:
    there, here = sizes.values()
    found = in_turn(
        {"large": there.look_cold, "small": here.look_cold},
        rounds=rounds,
        calls=3,
        clocks=(time.perf_counter, time.thread_time, _read),
    )
    wall, cpu, read = zip(found["large"], found["small"], strict=True)
    print(f"  {shown(cpu[0])} against {shown(cpu[1])} of CPU time; read from the disk:", end=" ")
    print(f"{read[0] / 1024:,.0f} KiB against {read[1] / 1024:,.0f} KiB")
    return against(work, *wall, AIMS["SQLite"])


def _read() -> float:
    """Bytes that this process has had to fetch from a disk."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_inblock * 512


def _drop(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)
