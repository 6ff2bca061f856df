"""The form in the room: by keys alone, one question at a time, anchors, the clock, examples."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from hiring.demo.load import Account
from tests.browser.cards import Card, status
from tests.browser.conftest import Visit
from tests.browser.test_scorecard import expect_saved, level, note, rated

IS_IN_SIGHT = """(element) => {
  const box = element.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return element.contains(at) || element.labels?.[0].contains(at) || at?.contains(element);
}"""
TEXT = {"textarea", "text"}


@pytest.fixture
def page(visit: Visit, interviewer: Account, card: Card) -> Page:
    opened = visit(interviewer)
    opened.goto(card.url)
    return opened


def choose(page: Page, name: str) -> None:
    """Tick or untick something under View."""
    page.get_by_text("View", exact=True).click()
    page.get_by_label(name).click()
    page.get_by_text("View", exact=True).click()


# --- by keys alone ---


def test_a_whole_card_is_filled_in_and_submitted_without_a_pointer(page: Page, card: Card):
    keys = page.keyboard
    page.get_by_role("link", name="Skip to the content").focus()
    for number, digit in ((1, "4"), (2, "n")):
        keys.press("Alt+ArrowDown") if number > 1 else note(card.item(page, 1)).focus()
        if number > 1:
            expect(card.item(page, 2)).to_be_focused()
            while page.evaluate("document.activeElement.name") != "note":
                keys.press("Tab")
        keys.type("Told 2 things in 5 words.")
        keys.press("Escape")
        keys.press(digit)
    why = card.item(page, 2).get_by_label("Why was it not observed?")
    while not why.evaluate("(field) => field === document.activeElement"):
        keys.press("Tab")
    keys.type("No time, 1 question early.")
    for number in (1, 2):
        expect_saved(card.item(page, number))
    while page.evaluate("document.activeElement.textContent") != "Submit scorecard":
        keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Submitted")
    first, second = rated(card.stored(1)), rated(card.stored(2))
    assert (first.level, first.note) == (4, "Told 2 things in 5 words.")
    assert (second.not_observed, second.reason) == (True, "No time, 1 question early.")


def test_tab_goes_through_a_question_in_the_order_it_is_read(page: Page, card: Card):
    names = page.evaluate("""() => {
      const form = document.querySelector("form[data-item]");
      const found = [...form.querySelectorAll("input, textarea, summary, button, a")];
      return found.filter((one) => one.type !== "hidden" && one.checkVisibility())
        .map((one) => one.name || one.tagName.toLowerCase());
    }""")
    order = list(dict.fromkeys(names))
    assert [name for name in order if name not in {"summary", "button", "a"}] == [
        *("follow_up", "note", "look_for", "warning", "level"),
    ]
    assert (
        page.evaluate("document.querySelectorAll('[tabindex]:not([tabindex=\"-1\"])').length") == 0
    )


@pytest.mark.parametrize(
    ("key", "name"),
    [*zip("12345", "12345", strict=True), ("0", "Not observed"), ("N", "Not observed")],
)
def test_a_key_chooses_a_level_where_nothing_is_typed(page: Page, card: Card, key, name):
    second = card.item(page, 2)
    second.get_by_role("checkbox").first.focus()
    page.keyboard.press(key)
    expect(level(second, name)).to_be_checked()
    expect(level(second, name)).to_be_focused()
    expect(card.item(page, 1).get_by_role("radio", checked=True)).to_have_count(0)
    expect_saved(second)


def test_keys_do_nothing_in_texts_outside_questions_or_when_switched_off(page: Page, card: Card):
    first = card.item(page, 1)
    for field in ("textarea", "input[type=text]"):
        for one in first.locator(field).all():
            if one.is_visible():
                one.press("3")
    page.get_by_role("button", name="Next question").focus()
    page.keyboard.press("3")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    choose(page, "Keys 1 to 5")
    page.reload()
    first.get_by_role("checkbox").first.focus()
    page.keyboard.press("3")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)


def test_every_control_of_a_question_has_a_name_and_its_group(page: Page, card: Card):
    page.evaluate(
        "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"
    )
    tree = card.item(page, 1).aria_snapshot()
    assert not re.search(r"- (textbox|checkbox|radio|button|link)(:| \[|$)", tree, re.MULTILINE)
    for line in (
        'group "Follow-ups you used"',
        'textbox "Note"',
        'textbox "Situation"',
        'textbox "What they did"',
        'textbox "What came of it"',
        'textbox "What you asked"',
        'textbox "Why you asked it"',
        'group "Look-fors"',
        'group "Rating: Empathic listening, question 1"',
        'radio "3"',
        'radio "Not observed"',
        'group "With this question"',
        'checkbox "Accommodation given"',
        'textbox "In a few words"',
        'button "Save question 1"',
        'link "Earlier versions of question 1"',
    ):
        assert line in tree, line


# --- what is in sight ---


@pytest.mark.parametrize("size", [(1280, 860), (390, 844), (640, 430)], ids=str)
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "short"])
def test_the_rating_stays_in_sight_whatever_is_written(
    visit: Visit, interviewer: Account, card: Card, size, is_whole
):
    page = visit(interviewer, viewport={"width": size[0], "height": size[1]})
    page.goto(card.url)
    whole = page.get_by_label("Whole anchors")
    page.get_by_text("View", exact=True).click()
    whole.set_checked(is_whole)
    page.get_by_text("View", exact=True).click()
    field = note(card.item(page, 1))
    field.fill("A long line of what was said, close to the words. " * 70)
    field.press("End")
    radios = card.item(page, 1).get_by_role("radio", name=re.compile("^[1-5]$"))
    assert [one.evaluate(IS_IN_SIGHT) for one in radios.all()] == [True] * 5
    field.evaluate("(one) => one.scrollIntoView({block: 'nearest'})")
    assert field.evaluate("(one) => one.scrollHeight > one.clientHeight"), "it scrolls in itself"


@pytest.mark.parametrize("width", [1280, 390])
def test_targets_are_large_enough_for_a_finger(
    visit: Visit, interviewer: Account, card: Card, width
):
    page = visit(interviewer, viewport={"width": width, "height": 844}, has_touch=True)
    page.goto(card.url)
    small = page.evaluate("""() => [...document.querySelectorAll(
        ".card-bar :is(button, summary), .item :is(input, button, summary, textarea)")]
      .filter((one) => one.type !== "hidden" && one.checkVisibility())
      .map((one) => (one.closest(".level") ?? one).getBoundingClientRect())
      .filter(({ width, height }) => width < 24 || height < 24).length""")
    assert small == 0


def test_anchors_are_short_or_whole_and_that_is_remembered(page: Page, card: Card):
    first = card.item(page, 1)
    indicators = first.locator(".rating li")
    number = indicators.count()
    shown = lambda: sum(one.is_visible() for one in indicators.all())  # noqa: E731 - read twice
    assert shown() == number > 3
    first.get_by_role("button", name="Short anchors").click()
    assert shown() == 3
    expect(level(first, "5")).to_have_accessible_description(re.compile("^Let the person finish"))
    page.reload()
    assert shown() == 3
    first.get_by_role("button", name="Whole anchors").click()
    assert shown() == number
    assert first.locator(".rating li b").count() > number


# --- one question at a time ---


def test_one_question_at_a_time_is_remembered_and_every_way_to_another_works(
    page: Page, card: Card
):
    first, second = card.item(page, 1), card.item(page, 2)
    choose(page, "One question at a time")
    expect(second).to_be_hidden()
    expect(page.get_by_role("heading", name="Introduction to read out")).to_be_visible()
    expect(page.get_by_role("button", name="Submit scorecard")).to_be_hidden()
    page.get_by_role("button", name="Next question").click()
    expect(second).to_be_focused()
    expect(first).to_be_hidden()
    expect(page.get_by_role("heading", name="Introduction to read out")).to_be_hidden()
    page.reload()
    expect(second).to_be_visible()
    expect(first).to_be_hidden()
    page.get_by_role("button", name="Submit scorecard").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(first).to_be_visible()
    page.goto(card.url)
    page.get_by_role("link", name=re.compile("^Question 2")).click()
    expect(second).to_be_visible()
    page.keyboard.press("Alt+ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("4")
    expect(level(first, "4")).to_be_checked()
    choose(page, "One question at a time")
    expect(second).to_be_visible()


# --- the clock, and examples ---


def test_the_clock_runs_for_one_question_at_a_time_and_is_saved_with_its_answer(
    page: Page, card: Card
):
    page.clock.install()
    page.reload()
    page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    first, second = card.item(page, 1), card.item(page, 2)
    page.clock.run_for(5_000)
    expect(first.locator("[data-clock]")).to_have_text("0:00")
    note(first).focus()
    page.clock.run_for(75_000)
    expect(first.locator("[data-clock]")).to_have_text("1:15")
    note(first).fill("Said so.")
    note(second).focus()
    page.clock.run_for(10_000)
    choose(page, "Pause the clock")
    page.clock.run_for(30_000)
    expect(second.locator("[data-clock]")).to_have_text("0:10")
    expect(first.locator("[data-clock]")).to_have_text("1:15")
    note(second).fill("Said that.")
    page.clock.run_for(2_000)
    expect_saved(second)
    assert rated(card.stored(1)).seconds in range(75, 78)
    assert rated(card.stored(2)).seconds in range(10, 13)
    page.reload()
    expect(first.locator("[data-clock]")).to_have_text(re.compile("1:1[5-7]"))


def test_the_clock_stands_still_while_the_window_is_hidden(page: Page, card: Card):
    page.clock.install()
    page.reload()
    page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    first = card.item(page, 1)
    note(first).focus()
    page.clock.run_for(5_000)
    hide = "(value) => Object.defineProperty(document, 'hidden', { value, configurable: true })"
    page.evaluate(hide, arg=True)
    page.clock.run_for(300_000)
    page.evaluate(hide, arg=False)
    page.clock.run_for(3_000)
    expect(first.locator("[data-clock]")).to_have_text("0:08")


def test_complete_examples_are_counted_for_a_trait_as_they_are_written(page: Page, card: Card):
    lines = page.locator("[data-examples] .num")
    expect(lines).to_have_text(["0 of 2", "0 of 2"])
    second = card.item(page, 2)
    second.get_by_text("Situation, action, result").click()
    for label in ("Situation", "What they did"):
        second.get_by_label(label, exact=True).fill("Some words.")
    expect(lines).to_have_text(["0 of 2", "0 of 2"])
    second.get_by_label("What came of it").fill("It was mended.")
    expect(lines).to_have_text(["1 of 2", "1 of 2"])
    level(second, "5").check()
    expect(page.locator("[data-progress-words]")).to_have_text("1 of 2 complete")
    expect_saved(second)
    answer = rated(card.stored(2))
    assert (answer.situation, answer.result) == ("Some words.", "It was mended.")


def test_what_happened_and_a_follow_up_of_ones_own_are_saved(page: Page, card: Card):
    first = card.item(page, 1)
    first.get_by_text("A follow-up of your own").click()
    first.get_by_label("What you asked").fill("And then?")
    first.get_by_label("Why you asked it").fill("It broke off.")
    first.get_by_text("What happened").click()
    first.get_by_label("Interrupted").check()
    first.get_by_label("In a few words").fill("The alarm.")
    expect_saved(first)
    answer = rated(card.stored(1))
    assert (answer.free_follow_up, answer.free_reason) == ("And then?", "It broke off.")
    assert (answer.happened, answer.happened_note) == (0b100, "The alarm.")
    page.reload()
    expect(first.get_by_label("In a few words")).to_be_visible()
    expect(status(first)).to_contain_text("Saved at")
