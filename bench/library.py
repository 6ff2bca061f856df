"""The whole library read and checked, as a process does when it starts.

Measured is `read_folder` on the shipped files in a fresh process, so with nothing cached and with
the syllable patterns still to be loaded: every file parsed, checked, linted, and all of them
together. The baseline reads the same bytes and does nothing with them. The aim is in seconds; the
same once more in the same process, as after a file has changed, is printed too.
"""

import subprocess
import sys
from collections.abc import Iterator

from bench.measure import Row, shown
from hiring.config import ROOT

AIM = 1.0  # seconds
FRESH = """
import time
from pathlib import Path
from hiring.library.queries import read_folder
folder = Path("traits")
files = sorted(folder.glob("*/*.md"))
begun = time.process_time()
bytes_read = sum(len(file.read_bytes()) for file in files)
alone = time.process_time() - begun
begun = time.process_time()
library, faults = read_folder(folder)
cold = time.process_time() - begun
begun = time.process_time()
read_folder(folder)
again = time.process_time() - begun
assert not faults
print(cold, again, alone, len(files), bytes_read)
"""


def run(*, quick: bool) -> Iterator[Row]:
    found = [_fresh() for _ in range(3 if quick else 9)]
    cold, again, alone = (
        min(times) for times in zip(*(times for times, _, _ in found), strict=True)
    )
    _, files, size = found[0]
    print(
        f"  once more in the same process: {shown(again)}; {cold / alone:.0f} times the bytes alone"
    )
    work = f"library read and checked, {files} files of {size / 1000:.0f} kB"
    yield Row(work, shown(cold), f"{shown(alone)}, the bytes alone", cold, AIM, "s")


def _fresh() -> tuple[tuple[float, ...], int, int]:
    told = subprocess.run(
        (sys.executable, "-c", FRESH), check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()
    return tuple(map(float, told[:3])), int(told[3]), int(told[4])
