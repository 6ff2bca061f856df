"""Searching the library while one types, without script, and when the server is not there."""

import re

from playwright.sync_api import Page, Route, expect

from hiring.library.finding import Wanted, search
from hiring.people.rules import Role
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.sites import Site
from tests.browser.test_accessibility import faults

LIBRARY = factories.library()


def shown(page: Page) -> list[str]:
    return page.locator("#found .row .title").all_text_contents()


def expected(wanted: Wanted) -> list[str]:
    return [hit.entry.title for hit in search(LIBRARY, wanted)][:60]


def test_what_is_typed_is_found_at_once_and_stands_in_the_address(site: Site, visit: Visit):
    page = visit(site.account(Role.INTERVIEWER))
    page.goto("/library")
    field = page.get_by_label("Search", exact=True)
    field.press_sequentially("goodwill", delay=20)
    expect(page.locator("#found h2").first).to_have_text(re.compile(r"entries$|entry$"))
    expect(page.locator("#told")).to_contain_text("entr")
    expect(page).to_have_url(re.compile(r"/library\?q=goodwill$"))
    field.fill("supervisor")
    expect(page).to_have_url(re.compile(r"q=supervisor$"))
    assert shown(page) == expected(Wanted("supervisor"))
    expect(field).to_be_focused()
    page.get_by_label("Kind").select_option("probe")
    page.get_by_label("Setting").select_option("chat")
    expect(page).to_have_url(re.compile(r"q=supervisor&kind=probe&setting=chat$"))
    assert shown(page) == expected(Wanted("supervisor", "probe", setting="chat"))
    assert faults(page) == []
    page.reload()
    assert shown(page) == expected(Wanted("supervisor", "probe", setting="chat"))
    expect(page.get_by_label("Setting")).to_have_value("chat")
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("#found .tiles > li")).to_have_count(16)


def test_the_last_letter_wins_over_an_answer_that_comes_late(site: Site, visit: Visit):
    page = visit(site.account(Role.INTERVIEWER))
    page.goto("/library")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/library?q=thankless", hold)
    field = page.get_by_label("Search", exact=True)
    field.fill("thankless")
    page.wait_for_timeout(400)
    field.fill("backpack")
    expect(page).to_have_url(re.compile(r"q=backpack$"))
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_timeout(600)
    assert shown(page) == expected(Wanted("backpack"))
    expect(page).to_have_url(re.compile(r"q=backpack$"))


def test_without_a_connection_it_says_so_and_goes_on_when_there_is_one(site: Site, visit: Visit):
    page = visit(site.account(Role.INTERVIEWER))
    page.goto("/library")
    page.context.set_offline(True)
    page.get_by_label("Search", exact=True).fill("thankless")
    told = page.locator("#told")
    expect(told).to_contain_text("No connection")
    assert told.bounding_box()["width"] > 100
    expect(page.locator("#found .tiles > li")).to_have_count(16)
    assert faults(page) == []
    page.context.set_offline(False)
    page.get_by_label("Search", exact=True).fill("thankless ")
    expect(told).to_contain_text("entr")
    assert shown(page) == expected(Wanted("thankless"))


def test_whoever_was_signed_out_meanwhile_is_led_to_the_sign_in_page(site: Site, visit: Visit):
    page = visit(site.account(Role.INTERVIEWER))
    page.goto("/library")
    page.context.clear_cookies()
    page.get_by_label("Search", exact=True).fill("thankless")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_without_script_the_button_sends_the_form(site: Site, visit: Visit):
    page = visit(site.account(Role.INTERVIEWER), java_script_enabled=False)
    page.goto("/library")
    page.get_by_label("Search", exact=True).fill("supervisor")
    page.get_by_label("Trait").select_option("T02")
    page.get_by_role("button", name="Search").click()
    assert shown(page) == expected(Wanted("supervisor", trait="T02"))


def test_what_only_trainers_should_see_is_folded_away_and_opens(site: Site, visit: Visit):
    page = visit(site.account(Role.INTERVIEWER))
    page.goto("/library/V22")
    error = page.get_by_text(LIBRARY.vignettes["V22"].obvious_error)
    expect(error).to_be_hidden()
    page.get_by_text("For the trainer").click()
    expect(error).to_be_visible()


def test_the_map_names_the_traits_on_a_phone(site: Site, visit: Visit):
    page = visit(site.account(Role.INTERVIEWER), viewport={"width": 390, "height": 844})
    page.goto("/library/map")
    row = page.get_by_role("link", name="The one-third figure").locator("xpath=ancestor::tr")
    expect(row.get_by_text("Civility")).to_be_visible()
    expect(row.get_by_text("Empathic listening")).to_be_visible()
    assert "Delight in diversity" not in row.inner_text()
