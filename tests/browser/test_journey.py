"""A whole round by keyboard alone, from the first start to a candidate's PDF."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from hiring.people.rules import Role
from tests import factories
from tests.browser import sites
from tests.browser.cards import new_card
from tests.browser.conftest import Visit
from tests.browser.sites import Site, Template

MOST_TABS = 300
IS_FOCUSED = "element => element === document.activeElement"
# The focus has an outline, on the card around a level's radio button, and nothing lies over it.
FOCUS_IS_VISIBLE = """() => {
  const focused = document.activeElement;
  const shown = (focused.type === "radio" && focused.closest(".anchor")) || focused;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const box = focused.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2];
  const hit = document.elementFromPoint(x, y);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && shown.contains(hit);
}"""

IS_BELOW_THE_BAR = """() => {
  const focused = document.activeElement;
  const bar = document.querySelector(".card-bar");
  if (focused === document.body || bar.contains(focused)) return false;
  const [box, over] = [focused.getBoundingClientRect(), bar.getBoundingClientRect()];
  return box.top < over.bottom && box.bottom > over.top;
}"""


class Keys:
    """A person who uses the keyboard only, in one window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def go(self, place: Locator) -> None:
        """Press Tab until this has the focus, which can then be seen."""
        place.wait_for()
        for _ in range(MOST_TABS):
            if place.evaluate(IS_FOCUSED):
                assert self.page.evaluate(FOCUS_IS_VISIBLE), place
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {place}")

    def to(self, role: str, name: str) -> Locator:
        """Press Tab until the one with this role and name has the focus."""
        place = self.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        self.go(place)
        return place

    def follow(self, name: str) -> None:
        self.to("link", name)
        self.press("Enter")

    def push(self, name: str) -> None:
        self.to("button", name)
        self.press("Enter")

    def fill(self, label: str, text: str) -> None:
        self.go(self.page.get_by_label(label, exact=True))
        self.type(text)

    def toggle(self, label: str) -> None:
        self.to("checkbox", label)
        self.press("Space")

    def expect_page(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.fixture
def empty_site(empty_template: Template, tmp_path: Path) -> Iterator[Site]:
    with sites.serving(empty_template, tmp_path) as site, site.worker():
        yield site


def test_a_whole_round_by_keyboard_alone(empty_site: Site, visit: Visit):
    keys = Keys(visit(at=empty_site))
    keys.page.goto("/")
    make_the_first_account(keys)
    make_an_opening(keys)
    publish_a_guide(keys)
    add_a_candidate(keys)
    link = invite_an_interviewer(keys)
    plan_the_interview(keys)
    score(Keys(visit(at=empty_site)), link)
    compare_and_decide(keys)
    assert summary(keys).startswith(b"%PDF")


def make_the_first_account(keys: Keys) -> None:
    keys.expect_page("Welcome to Fifteen")
    keys.press("Tab")
    expect(keys.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    keys.fill("Name", "Ruth Abara")
    keys.fill("E-mail", "ruth@example.org")
    keys.fill("New password", factories.PASSWORD)
    keys.fill("The same once more", factories.PASSWORD)
    keys.press("Enter")


def make_an_opening(keys: Keys) -> None:
    keys.expect_page("Openings")
    keys.follow("Make the first opening")
    keys.expect_page("A new opening")
    keys.fill("Job title", "Night desk agent")
    setting = keys.page.get_by_label("Where the work is done")
    keys.go(setting)
    keys.type("ch")
    expect(setting).to_have_value("chat")
    keys.push("Go on to the traits")


def publish_a_guide(keys: Keys) -> None:
    keys.expect_page("Traits for Night desk agent")
    for name in ("Starts care and action", "Owns it and teams up"):
        keys.toggle(name)
    for name in ("Confident without arrogance", "Resilient and warm"):
        keys.toggle(name)
    keys.push("Propose a guide")
    keys.expect_page("Guide for Night desk agent")
    keys.push("Publish")
    expect(keys.page.get_by_text("The guide is published")).to_be_visible()
    keys.follow("Night desk agent")


def add_a_candidate(keys: Keys) -> None:
    keys.expect_page("Night desk agent")
    keys.fill("Name", "Emil Osei")
    keys.fill("Reference (optional)", "N-7")
    keys.push("Add")
    keys.expect_page("Emil Osei")


def invite_an_interviewer(keys: Keys) -> str:
    keys.follow("People")
    keys.follow("Invite somebody")
    keys.fill("Name", "Kaya Lind")
    keys.fill("E-mail", "kaya@example.org")
    keys.toggle("interviewer")
    keys.push("Make the link")
    keys.expect_page("A link for Kaya Lind")
    return keys.page.get_by_label("One-time link").input_value()


def plan_the_interview(keys: Keys) -> None:
    keys.follow("Openings")
    keys.follow("Night desk agent")
    keys.follow("Plan the interview with Emil Osei")
    keys.go(keys.page.get_by_label("Date and time"))
    for _ in range(6):  # day, month, year, hour, minute and on some machines AM or PM
        keys.press("ArrowUp", "ArrowRight")
    keys.fill("Place or link", "Room 4")
    keys.toggle("Kaya Lind")
    keys.push("Plan it")
    expect(keys.page.get_by_text("0 of 1 submitted")).to_be_visible()


def score(keys: Keys, link: str) -> None:
    """The interviewer chooses a password behind the link and fills in the card."""
    page = keys.page
    page.goto(link)
    keys.expect_page("Welcome, Kaya Lind")
    keys.fill("New password", factories.PASSWORD)
    keys.fill("The same once more", factories.PASSWORD)
    keys.press("Enter")
    keys.expect_page("My interviews")
    keys.follow("Emil Osei")
    keys.expect_page("Scorecard: Emil Osei")
    items = page.get_by_role("article").all()
    assert len(items) == 4
    for number, item in enumerate(items, start=1):
        keys.go(item.get_by_role("group", name="Look-fors").get_by_role("checkbox").first)
        keys.press("Space")
        rating = item.get_by_role("group", name=re.compile("^Rating: "))
        keys.go(rating.get_by_role("radio", name="1", exact=True))
        keys.press("Space", *["ArrowRight"] * number)
        assert page.evaluate(FOCUS_IS_VISIBLE)
        expect(rating.get_by_role("radio", checked=True)).to_have_value(str(number + 1))
    # The last one is a 5, which needs a note: backwards to it.
    while not items[-1].get_by_label("Note").evaluate(IS_FOCUSED):
        keys.press("Shift+Tab")
    keys.type("Asked what it was like for the other person, and waited.")
    expect(page.get_by_text("4 of 4 complete")).to_be_visible()
    keys.push("Submit scorecard")
    keys.expect_page("Debrief: Emil Osei")


def compare_and_decide(keys: Keys) -> None:
    keys.page.reload()
    keys.follow("Beside the others")
    keys.expect_page("Comparison: Night desk agent")
    row = keys.page.get_by_role("row", name=re.compile("^Emil Osei"))
    expect(row.get_by_role("cell").first).to_contain_text("2.50")
    keys.follow("Emil Osei")
    keys.follow("Decision")
    keys.to("radio", "Make an offer")
    keys.press("Space", "ArrowDown")
    expect(keys.page.get_by_role("radio", name="Keep in mind")).to_be_checked()
    keys.press("ArrowUp")
    keys.fill("Reason", "Listened well and told what came of it.")
    keys.push("Record it under my name")
    expect(keys.page.get_by_text("Ruth Abara, ")).to_be_visible()
    keys.follow("Emil Osei")


def summary(keys: Keys) -> bytes:
    """Ask for the PDF and fetch what the browser is given."""
    keys.expect_page("Emil Osei")
    with keys.page.expect_navigation(url=re.compile(r"/exports/\d+"), wait_until="commit"):
        keys.push("Summary (PDF)")
    export = re.sub(r"/file$", "", keys.page.url)
    keys.page.goto(export)  # made within two seconds, the PDF itself stood in the window
    ready = keys.page.get_by_role("link", name="Open the PDF")
    expect(ready).to_be_visible(timeout=60_000)
    answer = keys.page.request.get(str(ready.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def test_the_focus_is_never_below_the_bar_of_the_scorecard(site: Site, visit: Visit):
    card = new_card(site, site.account(Role.INTERVIEWER))
    page = visit(site.account(Role.INTERVIEWER), viewport={"width": 1280, "height": 600})
    page.goto(card.url)
    for key in ["Tab"] * 60 + ["Shift+Tab"] * 60:
        page.keyboard.press(key)
        assert not page.evaluate(IS_BELOW_THE_BAR), key
