"""What tests in the browser may ask for: the application served, and windows of its people."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from hiring.demo.load import Account
from tests.browser import sites
from tests.browser.cards import Card, new_card
from tests.browser.sites import Site, Template

Visit = Callable[..., Page]

expect.set_options(timeout=sites.PATIENCE)


@pytest.fixture(scope="session")
def empty_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return sites.empty_template(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def demo_template(empty_template: Template) -> Template:
    return sites.demo_template(empty_template)


@pytest.fixture(scope="module")
def site(demo_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo round, served for the tests of one file."""
    with sites.serving(demo_template, tmp_path_factory.mktemp("site"), demo=True) as served:
        yield served


@pytest.fixture(scope="module")
def interviewer(site: Site) -> Account:
    return site.invite(name="Robin Adeyemi")


@pytest.fixture
def card(site: Site, interviewer: Account) -> Card:
    """A fresh card of the interviewer, of two items."""
    return new_card(site, interviewer)


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Open a window of somebody who is signed in, or of nobody.

    When the test ends, nothing in any of them may have broken the content policy or gone uncaught.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(who: Account | None = None, *, at: Site = site, **options: Any) -> Page:
        state = at.state(browser, who) if who else None
        given = {"locale": "en-GB", "viewport": {"width": 1280, "height": 860}, **options}
        context = browser.new_context(base_url=at.url, storage_state=state, **given)
        context.set_default_timeout(sites.PATIENCE)
        listen(context, complaints)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def listen(context: BrowserContext, complaints: list[str]) -> None:
    """Note what a page does wrong without showing it."""

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", heard)
