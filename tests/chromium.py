"""The browser of the tests: Chromium or Chrome as the system has it, and how it is started."""

import os
import shutil
import signal
from pathlib import Path
from typing import Any

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` wants to know. HIRING_TEST_BROWSER names another one."""
    names = (os.environ.get("HIRING_TEST_BROWSER", NAMES[0]), *NAMES)
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        raise RuntimeError("There is no Chromium or Chrome here; `make test` installs one.")
    # Chromium refuses its sandbox to root.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": program, "args": [*QUIET, *sandbox]}


def kill(profile: Path) -> None:
    """Kill a browser, and all that belongs to it, by the folder of its profile."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in command:
            os.kill(int(process.name), signal.SIGKILL)
    for lock in profile.glob("Singleton*"):
        lock.unlink()
