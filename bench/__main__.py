"""`python -m bench [--quick] [NAME …]`: measure, and write the table to results/latest.txt too."""

import argparse
import datetime as dt
import multiprocessing
import os
import platform
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import measure
from bench.measure import Row

NAMES = ("save", "comparison", "scorecard", "summary", "twenty", "worker", "library")
LATEST = Path(__file__).parent / "results" / "latest.txt"


def main() -> int:
    """Measure what is asked for; the exit code says whether all aims are met."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a smaller database")
    given = parser.parse_args()
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}")
    # The settings of whoever measures are not the measurement's.
    for name in [name for name in os.environ if name.startswith("HIRING_")]:
        if not name.startswith("HIRING_TEST_"):
            del os.environ[name]
    rows = [row for name in given.names or NAMES for row in _alone(name, quick=given.quick)]
    text = f"{_where(quick=given.quick)}\n\n{measure.table(rows)}\n"
    print(f"\n{text}")
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(text, encoding="utf-8")
    return 0 if all(row.is_met for row in rows) else 1


def _alone(name: str, *, quick: bool) -> list[Row]:
    """Measure in a process of its own: what one has imported or cached is none of the others'."""
    print(f"\n{name}", flush=True)
    begun = time.monotonic()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        rows = pool.submit(measure.rows, name, quick=quick).result()
    print(f"  took {time.monotonic() - begun:.0f} s", flush=True)
    return rows


def _where(*, quick: bool) -> str:
    python, cores = platform.python_version(), os.cpu_count()
    when = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC"
    return f"{when}, {platform.machine()}, {cores} cores, Python {python}{', quick' * quick}"


if __name__ == "__main__":
    sys.exit(main())
