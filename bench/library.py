"""The library: read and checked whole by a fresh process, and looked at once more for changes.

Reading is all of it: every file opened, taken apart, held to the rules and put together, with the
hyphenation patterns loaded on the way, but without the modules' import. What a request pays is the
look whether any file has changed since; its baseline is reading one file anew.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator

from bench.measure import NONE, Row, in_turn, shown
from hiring import config
from hiring.library import files
from hiring.library.queries import Shelf

SECONDS, LOOKS = 1.0, 4.0
TRAITS = config.ROOT / "traits"
FILE = "T03-empathic-listening/trait.md"
ONCE = """
import time
from pathlib import Path
from hiring.library.queries import read_folder
begun = time.process_time()
library, faults = read_folder(Path({folder!r}))
print(time.process_time() - begun, len(faults), library.count())
"""


def run(*, quick: bool) -> Iterator[Row]:
    seconds = min(_read_once() for _ in range(3 if quick else 7))
    yield Row("the whole library read and checked", shown(seconds), NONE, seconds, SECONDS, "s")
    shelf = Shelf(TRAITS)
    shelf.library()
    text = (TRAITS / FILE).read_text(encoding="utf-8")

    def look() -> Callable[[], object]:
        return shelf.library

    def read() -> Callable[[], object]:
        return lambda: files.read(text, FILE)

    found = in_turn({"look": look, "read": read}, rounds=3 if quick else 9, calls=20)
    (looked,), (one_file,) = found["look"], found["read"]
    yield Row(
        "a look whether a file of it has changed, and one file read",
        shown(looked),
        shown(one_file),
        looked / one_file,
        LOOKS,
    )


def _read_once() -> float:
    done = subprocess.run(
        [sys.executable, "-c", ONCE.format(folder=str(TRAITS))],
        cwd=config.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, faults, count = done.stdout.split(maxsplit=2)
    print(f"  {float(seconds):.2f} s: {count.strip()}, {faults} faults")
    return float(seconds)
