"""What a device keeps of a scorecard: through reloads, crashes and no network, for one person."""

import datetime as dt
import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hiring.demo.load import Account
from hiring.interviews.models import Scorecard
from hiring.people.rules import Role
from tests import chromium, factories
from tests.browser import sites
from tests.browser.cards import Card, sign_in, status, wait_until
from tests.browser.conftest import Visit
from tests.browser.sites import Site, Template
from tests.browser.test_scorecard import expect_saved, level, note

KEPT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("fifteen");
  opening.onsuccess = () => {
    const all = opening.result.transaction("words").objectStore("words").getAllKeys();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""
# What opens the device is answered when `release` is called.
HELD = """{
  const held = new Promise((resolve) => { self.release = resolve; });
  const { set } = Object.getOwnPropertyDescriptor(IDBRequest.prototype, "onsuccess");
  Object.defineProperty(IDBOpenDBRequest.prototype, "onsuccess", {
    set(handler) { set.call(this, (event) => held.then(() => handler(event))); },
  });
}"""
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      found.push(`${name} ${new URL(request.url).pathname}`);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def site(empty_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An application at the end of a cable: a service worker can't be told that it is off line."""
    folder = tmp_path_factory.mktemp("site")
    with sites.serving(empty_template, folder, cable=True) as served:
        yield served


@pytest.fixture(autouse=True)
def whole(site: Site) -> Iterator[None]:
    yield
    site.cable.mend()


@pytest.fixture(scope="module")
def other(site: Site) -> Account:
    return site.invite(name="Sam Okafor")


@pytest.fixture
def page(visit: Visit, interviewer: Account, card: Card) -> Page:
    opened = visit(interviewer)
    opened.goto(card.url)
    wait_until_kept(opened, card)
    return opened


def wait_until_kept(page: Page, card: Card) -> None:
    """Until the page would open without a connection."""
    wait_until(lambda: any(one.endswith(card.url) for one in page.evaluate(CACHED)))


def disconnect(page: Page, site: Site) -> None:
    page.context.set_offline(True)  # pages are told, a worker is not
    site.cable.cut()


def connect(page: Page, site: Site) -> None:
    site.cable.mend()
    page.context.set_offline(False)


def kill_pages(browser: Browser) -> None:
    """The browser stays, all that it shows is killed."""
    session = browser.new_browser_cdp_session()
    for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
        if process["type"] == "renderer":
            os.kill(process["id"], signal.SIGKILL)
    session.detach()


# --- the same person comes back ---


def test_a_crashed_tab_loses_not_even_the_last_letter(
    page: Page, card: Card, browser: Browser, site: Site
):
    site.cable.cut()
    note(card.item(page, 1)).press_sequentially("Every single letter")
    kill_pages(browser)
    page.close()
    site.cable.mend()
    again = page.context.new_page()
    again.goto(card.url)
    expect(note(card.item(again, 1))).to_have_value("Every single letter")
    expect_saved(card.item(again, 1))
    assert card.notes_ever(1) == ["Every single letter"]


def test_what_is_typed_before_the_device_is_ready_is_kept_as_soon_as_it_is(page: Page, card: Card):
    page.add_init_script(HELD)
    page.clock.install()
    page.goto(card.url)
    page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))  # nothing is sent
    note(card.item(page, 1)).fill("Before it was ready")
    page.evaluate("release()")
    wait_until(lambda: len(page.evaluate(KEPT)) == 1)


def test_a_browser_that_is_killed_loses_nothing_either(
    site: Site, interviewer: Account, card: Card, browser: Browser, tmp_path
):
    state = site.state(browser, interviewer)

    def start() -> tuple[BrowserContext, Page]:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", base_url=site.url, **chromium.launch_options()
        )
        context.add_cookies(state["cookies"])  # type: ignore[arg-type] # they are alike
        return context, context.new_page()

    context, page = start()
    page.goto(card.url)
    wait_until_kept(page, card)
    site.cable.cut()
    note(card.item(page, 1)).press_sequentially("To the last letter")
    chromium.kill(tmp_path / "profile")
    site.cable.mend()
    with suppress(sites.NoPage):  # it may be closed already: its browser is dead
        context.close()
    context, page = start()
    page.goto(card.url)
    expect(note(card.item(page, 1))).to_have_value("To the last letter")
    expect_saved(card.item(page, 1))
    context.close()


def test_the_form_opens_without_a_connection_and_has_what_was_saved_and_what_was_not(
    page: Page, card: Card, site: Site
):
    first, second = card.item(page, 1), card.item(page, 2)
    note(first).fill("Saved.")
    level(first, "4").check()
    expect_saved(first)
    disconnect(page, site)
    note(second).fill("Not saved.")
    expect(status(second)).to_contain_text("Kept on this device")
    for _ in range(2):
        page.reload()
        expect(note(first)).to_have_value("Saved.")
        expect(level(first, "4")).to_be_checked()
        expect(status(first)).to_contain_text("Saved at")
        expect(note(second)).to_have_value("Not saved.")
        expect(status(second)).to_contain_text("Kept on this device")
    note(first).fill("Saved, and more.")
    expect(status(first)).to_contain_text("Kept on this device")
    connect(page, site)
    expect_saved(first)
    expect_saved(second)
    assert card.notes_ever(1) == ["Saved.", "Saved, and more."]
    assert card.notes_ever(2) == ["Not saved."]


def test_a_session_that_ended_while_there_was_no_connection(
    page: Page, card: Card, interviewer: Account, site: Site
):
    """The page comes from the device, so the token in it is of a session that is no more."""
    disconnect(page, site)
    page.reload()
    note(card.item(page, 1)).fill("From the train.")
    expect(status(card.item(page, 1))).to_contain_text("Kept on this device")
    page.context.clear_cookies(name="session")
    connect(page, site)
    status(card.item(page, 1)).get_by_role("link", name="Sign in to go on").click()
    sign_in(page, interviewer)
    expect(note(card.item(page, 1))).to_have_value("From the train.")
    expect_saved(card.item(page, 1))
    assert card.notes_ever(1) == ["From the train."]


def test_a_tab_that_closes_leaves_its_words_to_the_one_that_stays(
    page: Page, card: Card, site: Site
):
    second = page.context.new_page()
    second.goto(card.url)
    disconnect(page, site)
    note(card.item(second, 1)).fill("Of the second tab.")
    expect(status(card.item(second, 1))).to_contain_text("Kept on this device")
    third = page.context.new_page()
    third.goto(card.url)
    expect(status(card.item(third, 1))).to_have_text("No answer yet")
    second.close()
    expect(note(card.item(third, 1))).to_have_value("Of the second tab.")
    connect(page, site)
    expect_saved(card.item(third, 1))
    assert card.notes_ever(1) == ["Of the second tab."]


def test_two_tabs_that_crash_with_different_words_keep_both(
    page: Page, card: Card, browser: Browser, site: Site
):
    second = page.context.new_page()
    second.goto(card.url)
    site.cable.cut()
    note(card.item(page, 1)).fill("Of the first tab.")
    note(card.item(second, 1)).fill("Of the second tab.")
    expect(status(card.item(second, 1))).to_contain_text("Kept on this device")
    kill_pages(browser)
    page.close()
    site.cable.mend()
    again = page.context.new_page()
    again.goto(card.url)
    again.get_by_role("button", name="Join the two").click()
    expect_saved(card.item(again, 1))
    note_now = card.note(1)
    assert note_now
    assert "Of the first tab." in note_now
    assert "Of the second tab." in note_now


# --- somebody else, and signing out ---


def test_another_person_on_this_device_sees_nothing_and_takes_nothing(
    page: Page, card: Card, interviewer: Account, other: Account, site: Site
):
    disconnect(page, site)
    note(card.item(page, 1)).fill("For my eyes.")
    expect(status(card.item(page, 1))).to_contain_text("Kept on this device")
    page.context.clear_cookies(name="session")
    connect(page, site)
    page.goto("/my-interviews")
    sign_in(page, other)
    page.goto("/my-interviews")
    expect(page.get_by_role("complementary", name="Words on this device")).to_be_hidden()
    wait_until(lambda: not page.evaluate(CACHED))
    for is_offline in (False, True):
        if is_offline:
            disconnect(page, site)
        try:
            page.goto(card.url)
        except sites.NoPage:
            assert is_offline
        expect(page.get_by_text("For my eyes.")).to_have_count(0)
        expect(card.item(page, 1)).to_have_count(0)
    connect(page, site)
    page.goto("/my-interviews")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, interviewer)
    page.goto("/my-interviews")
    left = page.get_by_role("complementary", name="Words on this device")
    left.get_by_text("Read them here").click()
    expect(left).to_contain_text("For my eyes.")
    left.get_by_role("link").click()
    expect(note(card.item(page, 1))).to_have_value("For my eyes.")
    expect_saved(card.item(page, 1))


def test_a_tab_of_somebody_who_is_no_more_signed_in_says_so(page: Page, card: Card, other: Account):
    page.context.clear_cookies(name="session")
    second = page.context.new_page()
    second.goto("/my-interviews")
    sign_in(second, other)
    note(card.item(page, 1)).fill("Still mine.")
    expect(status(card.item(page, 1))).to_contain_text(
        "Kept on this device: somebody else is signed in."
    )
    assert card.stored(1) is None


def test_without_its_cookie_a_browser_shows_no_page_without_a_connection(
    page: Page, card: Card, site: Site
):
    """As after closing it: the cookie ends with the session."""
    page.context.clear_cookies()
    disconnect(page, site)
    with pytest.raises(sites.NoPage):
        page.reload()


def test_signing_out_warns_of_words_that_were_not_sent(page: Page, card: Card):
    note(card.item(page, 1)).fill("Saved.")
    expect_saved(card.item(page, 1))
    page.route("**/items/*", lambda route: route.abort())
    note(card.item(page, 2)).fill("Not sent.")
    expect(status(card.item(page, 2))).to_contain_text("Kept on this device")
    page.get_by_role("button", name="Sign out").click()
    dialog = page.get_by_role("dialog", name="Sign out and lose these words?")
    expect(dialog.get_by_role("listitem")).to_have_text([f"{card.candidate}, question 2"])
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    expect(note(card.item(page, 2))).to_have_value("Not sent.")
    second = page.context.new_page()
    second.goto("/my-interviews")
    second.get_by_role("button", name="Sign out").click()
    second.get_by_role("button", name="Sign out and delete them").click()
    expect(second.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert second.evaluate(KEPT) == []
    assert second.evaluate(CACHED) == []


def test_signing_out_with_everything_saved_asks_nothing_and_clears_the_device(
    page: Page, card: Card
):
    note(card.item(page, 1)).fill("Saved.")
    expect_saved(card.item(page, 1))
    assert page.evaluate(KEPT)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(KEPT) == []
    assert page.evaluate(CACHED) == []


# --- submitting ---


def test_submitting_clears_the_device(page: Page, card: Card):
    for number in (1, 2):
        level(card.item(page, number), "3").check()
    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.get_by_role("status").first).to_contain_text("Submitted")
    assert page.evaluate(KEPT) == []
    assert not any(card.url in one for one in page.evaluate(CACHED))


def test_words_that_came_too_late_can_be_read_on_the_locked_card(
    page: Page, card: Card, site: Site
):
    disconnect(page, site)
    note(card.item(page, 1)).fill("Came too late.")
    expect(status(card.item(page, 1))).to_contain_text("Kept on this device")
    with site.rows() as session:
        session.get_one(Scorecard, card.id).submitted_at = factories.NOW
    connect(page, site)
    expect(status(card.item(page, 1))).to_contain_text("submitted and is locked. Kept on")
    page.goto(card.url)
    left = page.get_by_role("complementary", name="Words on this device")
    left.get_by_text("Read them here").click()
    expect(left.get_by_role("listitem")).to_contain_text("Came too late.")
    left.get_by_role("button", name="Delete them from this device").click()
    expect(left).to_be_hidden()
    assert page.evaluate(KEPT) == []


def test_a_recruiter_who_rates_nothing_has_none_of_it(visit: Visit, site: Site):
    page = visit(site.invite(Role.HR))
    page.goto("/exports")
    assert page.locator("script").count() == 0
