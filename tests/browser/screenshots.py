"""The pictures of the README, taken of the demo round: `python -m tests.browser.screenshots`."""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from hiring import db
from hiring.config import ROOT
from hiring.demo.load import Account
from hiring.people.rules import Role
from hiring.summaries import export
from tests import chromium
from tests.browser import sites
from tests.browser.sites import Site

PICTURES = ROOT / "docs" / "pictures"
LAPTOP: ViewportSize = {"width": 1280, "height": 900}
TALL: ViewportSize = {"width": 1280, "height": 1080}
PHONE: ViewportSize = {"width": 390, "height": 844}
COLOURS = 255  # enough for flat colours, and a third of the bytes
ITEM = 2  # counted from 0: rated, with a note and ticks
END_IN_VIEW = "(part) => scrollBy(0, part.getBoundingClientRect().bottom - innerHeight + 12)"


def main() -> None:
    """Serve the demo round from a folder of its own and go from page to page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        instance = Path(folder, "instance")
        instance.mkdir()
        template = sites.demo_template(sites.empty_template(Path(folder)))
        browser = playwright.chromium.launch(**chromium.launch_options())
        with sites.serving(template, instance) as site:
            _interviewer(site, browser)
            _recruiter(site, browser)
            _summary(site, Path(folder))
        browser.close()


def _interviewer(site: Site, browser: Browser) -> None:
    who = next(one for one in site.accounts if one.name.startswith("Kwabena"))
    for name, size in (("scorecard", TALL), ("phone", PHONE)):
        page = _window(site, browser, who, size)
        page.goto("/my-interviews")
        page.get_by_role("link", name="Yusuf Demirkan", exact=True).click()
        page.get_by_role("article").nth(ITEM).locator(".rating").evaluate(END_IN_VIEW)
        _take(page, name)


def _recruiter(site: Site, browser: Browser) -> None:
    page = _window(site, browser, site.account(Role.RECRUITER), TALL)
    page.goto("/openings/1/comparison")
    _take(page, "comparison")
    page.set_viewport_size(LAPTOP)
    page.goto("/library/P01")
    _take(page, "library")
    page.goto("/guides/1")
    page.get_by_role("button", name="Start a new version").click()
    page.get_by_role("article").nth(2).get_by_role("button", name="Drop").click()
    page.evaluate("() => scrollTo(0, 0)")
    _take(page, "builder")


def _summary(site: Site, folder: Path) -> None:
    """The first page of a summary, as a PDF reader shows it."""
    with site.app.app_context():
        files = export.export_opening(db.session(), 1, folder / "summaries").files
    one = next(file for file in files if "niamh" in file.name)
    subprocess.run(
        ["pdftoppm", "-png", "-singlefile", "-r", "100", one, PICTURES / "summary"], check=True
    )
    _shrink("summary")


def _window(site: Site, browser: Browser, who: Account, size: ViewportSize) -> Page:
    context = browser.new_context(
        base_url=site.url, storage_state=site.state(browser, who), viewport=size, locale="en-GB"
    )
    return context.new_page()


def _take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.screenshot(path=PICTURES / f"{name}.png")
    _shrink(name)


def _shrink(name: str) -> None:
    path = PICTURES / f"{name}.png"
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")  # noqa: T201


if __name__ == "__main__":
    main()
