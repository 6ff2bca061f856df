"""One random sequence after another, in browsers that are replaced when they no longer answer."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, BrowserType

from tests import chromium
from tests.browser.play import Play, Stage, chance, once_more

PATIENCE = 120  # s, where a sequence takes five


class Browsers:
    """A browser, and another one once it has died."""

    def __init__(self, kind: BrowserType) -> None:
        self._kind = kind
        self._browser: Browser | None = None
        self.process = 0

    def one(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self._browser = self._kind.launch(**chromium.launch_options())
            self.process = _process_of(self._browser)
        return self._browser

    def close(self) -> None:
        if self._browser is not None:
            self._browser.close()


def played(stage: Stage, browsers: Browsers, seed: str, number: int) -> None:
    """Play a sequence. If it fails, its error says how to repeat it, and all its steps.

    Playwright waits without end for some answers, as when a page is closed that is just changing.
    Then the browser is ended. What was asked is not answered, so the sequence is played again.
    """
    for is_last in (False, True):
        sequence = Play(stage, browsers.one(), chance(seed, number))
        with _watched(browsers.process) as has_ended:
            try:
                sequence.run()
            except Exception as error:
                if not has_ended.is_set() or is_last:
                    error.add_note("\n".join([once_more(seed, number), *sequence.steps]))
                    raise
            else:
                return


def _process_of(browser: Browser) -> int:
    """Asked while it is new and answers."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return int(next(one["id"] for one in processes if one["type"] == "browser"))


@contextmanager
def _watched(process: int) -> Iterator[threading.Event]:
    """End the browser if it takes too long, and tell so."""
    has_ended = threading.Event()

    def end() -> None:
        has_ended.set()
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)

    timer = threading.Timer(PATIENCE, end)
    timer.start()
    try:
        yield has_ended
    finally:
        timer.cancel()
