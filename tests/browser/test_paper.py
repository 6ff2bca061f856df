"""Paper in a real browser: made by the worker, filled in, brought back, confirmed; and typed in."""

import io
import re
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from hiring.demo.load import Account
from hiring.people.rules import Role
from hiring.scorecards.forms import sent
from hiring.scorecards.models import Rating
from hiring.scorecards.rules import Answer
from tests.browser.cards import Card
from tests.browser.conftest import Visit
from tests.browser.sites import Site
from tests.paper import filling
from tests.paper.conftest import sheet_of

pytestmark = pytest.mark.pdf

NOTE = "“First,” she said.\nΠρώτα άκουσε. Потом спросила. 她先听完。👍"
HEARD = Answer(level=5, note=NOTE, look_fors=1, situation="A queue of nine.")


@pytest.fixture
def filled(site: Site, card: Card, tmp_path: Path) -> Path:
    """The form of the card, filled in elsewhere: the first question heard, the second not asked."""
    values = filling.values(1, sent(HEARD))
    values |= filling.values(2, sent(Answer(not_observed=True, reason="Time ran out.")))
    file = tmp_path / "robin.pdf"
    file.write_bytes(filling.by_pikepdf(filling.blank(sheet_of(site.app, card.id)), values))
    return file


def answer_of(card: Card, number: int) -> Rating:
    found = card.stored(number)
    assert found
    return found


def bring(page: Page, card: Card, file: Path) -> None:
    """From the scorecard to its page for paper, and send the file."""
    page.goto(card.url)
    page.get_by_role("link", name="Paper").click()
    page.get_by_label("The PDF you filled in").set_input_files(file)
    page.get_by_role("button", name="Read the form").click()


@pytest.mark.parametrize("window", [{}, {"java_script_enabled": False}], ids=["", "no script"])
def test_a_filled_form_comes_back(
    visit: Visit, interviewer: Account, card: Card, filled: Path, window: dict[str, bool]
):
    page = visit(interviewer, **window)
    bring(page, card, filled)
    expect(page.get_by_role("heading", level=1)).to_have_text("What your form says")
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(page.get_by_text("Потом спросила.")).to_be_visible()
    assert card.stored(1) is None
    page.get_by_role("button", name="Put 2 questions on my scorecard").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Scorecard")
    expect(card.item(page, 1).get_by_label("Note", exact=True)).to_have_value(NOTE)
    expect(card.item(page, 1).get_by_text("From a filled form")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="2 questions taken")).to_be_visible()
    assert (answer_of(card, 1).note, answer_of(card, 1).level) == (NOTE, 5)
    assert answer_of(card, 2).not_observed
    page.get_by_role("button", name="Submit scorecard").click()
    page.wait_for_url("**/debrief")  # a panel of one is complete


def test_where_both_have_an_answer_one_is_asked_which_stands(
    visit: Visit, interviewer: Account, card: Card, filled: Path
):
    page = visit(interviewer)
    page.goto(card.url)
    item = card.item(page, 1)
    item.get_by_label("Note", exact=True).fill("On the screen.")
    item.get_by_role("radio", name="3", exact=True).check()
    expect(item.get_by_role("status")).to_contain_text("Saved at")
    bring(page, card, filled)
    page.get_by_role("button", name="Put 2 questions on my scorecard").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert answer_of(card, 1).note == "On the screen."
    page.get_by_role("link", name="Question 1 is answered on the scorecard too").click()
    page.get_by_label("Join the two, with the scorecard's rating: 3.").check()
    page.get_by_role("button", name="Put 2 questions on my scorecard").click()
    expect(card.item(page, 1).get_by_label("Note", exact=True)).to_have_value(
        f"{NOTE}\n\nOn the screen."
    )
    assert answer_of(card, 1).level == 3


def test_a_file_that_is_no_form_is_refused_in_view(
    visit: Visit, interviewer: Account, card: Card, tmp_path: Path
):
    wrong = tmp_path / "notes.pdf"
    wrong.write_text("My notes.")
    page = visit(interviewer)
    bring(page, card, wrong)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#filled-error")).to_contain_text("This file is not a PDF.")


def test_a_recruiter_types_in_what_was_written_by_hand(
    visit: Visit, site: Site, interviewer: Account, card: Card, tmp_path: Path
):
    scan = tmp_path / "scan.jpg"
    Image.new("RGB", (300, 420), "white").save(scan)
    page = visit(site.account(Role.RECRUITER))
    page.goto(f"{card.url}/paper")
    page.get_by_label("The scan").set_input_files(scan)
    page.get_by_role("button", name="Attach the scan").click()
    page.get_by_role("link", name="Begin").click()
    picture = page.locator("img.scan")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.naturalWidth") == 300
    page.get_by_role("radio", name="4", exact=True).check()
    page.get_by_label("Note").fill("Asked what hurt.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Question 2 of 2")
    page.get_by_role("radio", name="Not observed").check()
    page.get_by_label("Why it was not observed").fill("Time ran out.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Typed in", exact=True)).to_have_count(2)
    owner = visit(interviewer)
    owner.goto(card.url)
    expect(owner.get_by_text("who is not on this panel, types in your card")).to_be_visible()
    expect(card.item(owner, 1).get_by_text("Transcribed by")).to_be_visible()
    assert answer_of(card, 1).note == "Asked what hurt."


def test_the_worker_makes_the_form_and_the_browser_gets_it(
    visit: Visit, site: Site, interviewer: Account, card: Card
):
    page = visit(interviewer)
    with site.worker():
        page.goto(f"{card.url}/paper")
        with page.expect_navigation(url=re.compile(r"/exports/\d+"), wait_until="commit"):
            page.get_by_role("button", name="Form to fill in (PDF)").click()
        page.goto(re.sub(r"/file$", "", page.url))  # made soon, the PDF itself stood in the window
        ready = page.get_by_role("link", name="Open the PDF")
        expect(ready).to_be_visible(timeout=60_000)
        answer = page.request.get(str(ready.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.body())) as opened:
        assert len(opened.pages) == 3
        assert str(filling.field(opened, "code").V) == sheet_of(site.app, card.id).token
