"""The form of fifteen traits and civility in a real browser: what is sent, and how soon it shows.

Served as `flask serve` does it, to headless Chromium on the same machine, each time to a window
that was never here. What is sent is counted as it comes over the wire: page, styles and all the
scripts that the page loads. First paint is the first words on the screen since the address was
asked for, so the application's own work is in it. The baseline is the finished HTML of that very
page as a file, sent by the same server process without asking the application, with the same
styles and scripts. Both take turns.
"""

import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench import place, scorecard, servers
from bench.measure import NONE, Row, shown
from bench.visit import BROWSER, Visitor
from tests import chromium

ALL, SCRIPT, AIM = 60.0, 8.0, 1.5  # kB, kB, times
STILL = "/still"  # where files of the server's own lie
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def run(*, quick: bool) -> Iterator[Row]:
    with place.folder() as files, sync_playwright() as playwright:
        app = place.application(place.database(f"sqlite:///{files}", "round"), files)
        card_id, email, _ = scorecard._half_filled_card(app)
        visitor = Visitor(app, email)
        card = f"/scorecards/{card_id}"
        still = files / "still"
        still.mkdir()
        (still / "form.html").write_bytes(visitor.read(card))
        app.extensions["database"].engine.dispose()
        at = servers.free_address()
        mounted = ("--static-path-route", STILL, "--static-path-mount", str(still))
        browser = playwright.chromium.launch(**chromium.launch_options())
        with servers.served(app, at, *mounted):
            servers.ask(at, "/sign-in")
            seen = Seen(browser, at.url, visitor.cookie)
            yield from _sent(seen, card)
            yield _paint(seen, card, f"{STILL}/form.html", loads=5 if quick else 25)
        browser.close()


class Seen:
    """Pages of a server as somebody who is signed in sees them for the first time."""

    def __init__(self, browser: Browser, url: str, cookie: str) -> None:
        self._browser, self._url = browser, url
        name, _, value = cookie.partition("=")
        self._cookie = {"name": name, "value": value, "url": url}

    def open(self, path: str) -> tuple[float, dict[str, float]]:
        """Seconds until the first words were on the screen, and kB of what was sent, by kind."""
        context = self._browser.new_context(base_url=self._url, user_agent=BROWSER)
        context.add_cookies([self._cookie])
        page: Page = context.new_page()
        sent: list[Response] = []
        page.on("response", lambda response: sent.append(response))  # noqa: PLW0108 - it is marked
        answer = page.goto(path, wait_until="networkidle")
        if answer is None or not answer.ok or page.get_by_role("radio").count() == 0:
            raise RuntimeError(f"{path} is not the form")
        painted = page.wait_for_function(PAINTED).json_value()
        sizes: dict[str, float] = {}
        for response in sent:
            asked = response.request
            # Less than nothing, so to say, of what a cache or a service worker answered.
            kilobytes = max(0, asked.sizes()["responseBodySize"]) / 1000
            sizes[asked.resource_type] = sizes.get(asked.resource_type, 0) + kilobytes
        context.close()
        return painted / 1000, sizes


def _sent(seen: Seen, card: str) -> Iterator[Row]:
    _, sizes = seen.open(card)
    print(f"  {', '.join(f'{kind} {size:.1f} kB' for kind, size in sizes.items())}")
    script = sizes.get("script", 0)
    form = sizes["document"] + sizes["stylesheet"] + script
    work = "form of fifteen traits and civility, sent with style and script"
    yield Row(work, f"{form:.1f} kB", NONE, form, ALL, "kB")
    yield Row("of it script", f"{script:.1f} kB", NONE, script, SCRIPT, "kB")


def _paint(seen: Seen, card: str, still: str, loads: int) -> Row:
    seconds: dict[str, list[float]] = {card: [], still: []}
    for _ in range(loads):
        for path, found in seconds.items():
            found.append(seen.open(path)[0])
    ours, baseline = (statistics.median(found) for found in seconds.values())
    work = "its first paint, and as a file from the same server"
    return Row(work, shown(ours), shown(baseline), ours / baseline, AIM)
