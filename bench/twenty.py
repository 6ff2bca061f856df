"""Twenty summaries by one process and by two, as the task worker and the command line make them.

By the wall clock, since the question is whether the second core is used. The pools are warm, and
take turns. Other work on the machine slows two processes more than one: then the line about CPU
time, which sets the busier of two against the one, says what they could do undisturbed.
"""

import os
import time
from collections.abc import Callable, Iterator
from itertools import count

from bench import servers
from bench.measure import Call, Row, in_turn, shown
from hiring.summaries.pool import Renderer
from hiring.summaries.rules import Summary
from tests.summaries import sample

AIM = 1.8
DOCUMENTS = 20


def run(*, quick: bool) -> Iterator[Row]:
    with Renderer(workers=1) as one, Renderer(workers=2) as two:
        for renderer in (one, two):
            _all(renderer, [sample.summary()] * 4)
        found = in_turn(
            {"one": _turns(one), "two": _turns(two)},
            rounds=2 if quick else 4,  # of fewer than a hundred, after which a worker is replaced
            calls=1,
            clocks=(time.perf_counter, lambda: _busiest(one), lambda: _busiest(two)),
        )
    (alone, busy_one, _), (both, _, busy_two) = found["one"], found["two"]
    print(f"  load of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        f"  CPU time of the busier of two {shown(busy_two)}, of the one {shown(busy_one)}:", end=" "
    )
    print(f"{busy_one / busy_two:.2f} times as fast")
    work = f"{DOCUMENTS} summaries by two processes, and by one"
    yield Row(work, shown(both), shown(alone), alone / both, AIM, at_least=True)


def _turns(renderer: Renderer) -> Callable[[], Call]:
    people = count(1000)

    def prepare() -> Call:
        asked = [sample.summary(reference=f"C-{next(people)}") for _ in range(DOCUMENTS)]
        return lambda: _all(renderer, asked)

    return prepare


def _all(renderer: Renderer, asked: list[Summary]) -> None:
    for made in [renderer.render("summary", summary) for summary in asked]:
        made.result()


def _busiest(renderer: Renderer) -> float:
    """CPU seconds so far of the worker that has worked most."""
    workers = renderer._pool._pool_manager.worker_manager.workers
    return max(servers.cpu_seconds(pid) for pid in workers)
