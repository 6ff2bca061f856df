"""Ten thousand random sequences on a scorecard: `make soak SEED=… SEQUENCES=…`.

It may be stopped at any time and goes on where it was. A sequence that fails is written down with
the line that repeats it, and the rest goes on.
"""

import json
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

from playwright.sync_api import sync_playwright

from hiring.config import ROOT
from tests import chromium
from tests.browser import play, sites

FOLDER = ROOT / ".soak"
STATE, FAILURES = FOLDER / "state.json", FOLDER / "failures.txt"
A_BROWSERS_LIFE = 100  # sequences; it gathers memory


def main() -> int:
    """Go on with what is under way, or begin anew when a seed or a number is given."""
    FOLDER.mkdir(exist_ok=True)
    seed, number, done, failed = _task()
    tell(f"SEED={seed} SEQUENCES={number}, {done} done, {failed} failed. Failures: {FAILURES}")
    with tempfile.TemporaryDirectory() as folder:
        template = sites.empty_template(Path(folder))
        while done < number:
            until, since = min(number, done + A_BROWSERS_LIFE), time.monotonic()
            failed = _some(template, seed, done, until, failed)
            pace = (time.monotonic() - since) / (until - done)
            done = until
            tell(f"{done} of {number}, {failed} failed, {pace:.1f} s each")
    STATE.unlink()
    return 1 if failed else 0


def tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - somebody watches it


def _task() -> tuple[str, int, int, int]:
    """The seed, how many sequences there are to be, how many are done, and how many failed."""
    number = int(os.environ.get("SEQUENCES") or 10_000)
    seed = os.environ.get("SEED")
    if STATE.exists():
        before = json.loads(STATE.read_text())
        if seed in {None, "", before["seed"]}:
            return before["seed"], number, before["done"], before.get("failed", 0)
    return seed or str(random.SystemRandom().randrange(10**6)), number, 0, 0


def _some(template: sites.Template, seed: str, first: int, until: int, failed: int) -> int:
    """The sequences from one number up to another; tells how many have failed by then."""
    with play.stage(template) as stage, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_options())
        for number in range(first, until):
            sequence = play.Play(stage, browser, play.chance(seed, number))
            try:
                sequence.run()
            except Exception:  # noqa: BLE001 - whatever it is, it is written down
                failed += 1
                _write_down(seed, number, sequence)
            STATE.write_text(json.dumps({"seed": seed, "done": number + 1, "failed": failed}))
        browser.close()
    return failed


def _write_down(seed: str, number: int, sequence: play.Play) -> None:
    steps = "\n  ".join(sequence.steps)
    text = f"{play.once_more(seed, number)}\n  {steps}\n{traceback.format_exc()}\n"
    tell(text)
    with FAILURES.open("a") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
