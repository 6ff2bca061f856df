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
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from hiring.config import ROOT
from tests.browser import play, sites
from tests.browser.sequences import Browsers, played

FOLDER = ROOT / ".soak"
STATE, FAILURES = FOLDER / "state.json", FOLDER / "failures.txt"
A_BROWSERS_LIFE = 100  # sequences; it gathers memory


@dataclass
class Run:
    """How many sequences of a seed there are to be, how many are done, and how many have failed."""

    seed: str
    number: int
    done: int = 0
    failed: int = 0

    def keep(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)))


def taken_up(file: Path, seed: str, number: int) -> Run:
    """The run that was stopped, or a new one if there is none or another seed is wanted."""
    if file.exists():
        stopped = Run(**json.loads(file.read_text()))
        if seed in {"", stopped.seed}:
            stopped.number = number
            return stopped
    return Run(seed or str(random.SystemRandom().randrange(10**6)), number)


def main() -> int:
    """Go on with what is under way, or begin anew when another seed is given."""
    FOLDER.mkdir(exist_ok=True)
    number = int(os.environ.get("SEQUENCES") or 10_000)
    run = taken_up(STATE, os.environ.get("SEED", ""), number)
    tell(f"SEED={run.seed} SEQUENCES={number}, {_so_far(run)}. Failures: {FAILURES}")
    with tempfile.TemporaryDirectory() as folder:
        template = sites.empty_template(Path(folder))
        while run.done < number:
            since, before = time.monotonic(), run.done
            _some(template, run)
            pace = (time.monotonic() - since) / (run.done - before)
            tell(f"{_so_far(run)}, {pace:.1f} s each")
    STATE.unlink(missing_ok=True)
    return 1 if run.failed else 0


def tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - somebody watches it


def _so_far(run: Run) -> str:
    return f"{run.done} of {run.number} done, {run.failed} failed"


def _some(template: sites.Template, run: Run) -> None:
    """As many sequences as one browser lives for."""
    with play.stage(template) as stage, sync_playwright() as playwright:
        browsers = Browsers(playwright.chromium)
        for number in range(run.done, min(run.number, run.done + A_BROWSERS_LIFE)):
            try:
                played(stage, browsers, run.seed, number)
            except Exception:  # noqa: BLE001 - whatever it is, it is written down
                run.failed += 1
                tell(traceback.format_exc())
                with FAILURES.open("a") as file:
                    file.write(traceback.format_exc())
            run.done = number + 1
            run.keep(STATE)
        browsers.close()


if __name__ == "__main__":
    sys.exit(main())
