"""The interviewer's form in a real browser: what it says about saving is true, nothing is lost."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from hiring.demo.load import Account
from hiring.scorecards.models import Rating
from tests.browser.cards import Card, answer_dialogs, sign_in, status, wait_until
from tests.browser.conftest import Visit
from tests.browser.sites import Site

SAVED = re.compile(r"Saved at \d\d:\d\d")


@pytest.fixture
def page(visit: Visit, interviewer: Account, card: Card) -> Page:
    opened = visit(interviewer)
    opened.goto(card.url)
    return opened


@pytest.fixture
def still(page: Page) -> Page:
    """A window in which no time passes unless told: the pause before a save is as long as asked."""
    page.clock.install()
    page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    return page


def note(item: Locator) -> Locator:
    return item.get_by_label("Note")


def level(item: Locator, name: str) -> Locator:
    return item.get_by_role("radio", name=name, exact=True)


def expect_saved(item: Locator) -> None:
    expect(status(item)).to_have_text(SAVED)


def rated(answer: Rating | None) -> Rating:
    assert answer is not None
    return answer


# --- saving by itself ---


def test_words_are_saved_by_themselves_and_the_line_says_when(still: Page, card: Card):
    first = card.item(still, 1)
    expect(status(first)).to_have_text("No answer yet")
    for word in ("Rang ", "the ", "customer ", "back."):
        note(first).press_sequentially(word)
        still.clock.run_for(700)  # ms
    expect(status(first)).to_have_text("Saving…")
    assert card.stored(1) is None
    still.clock.run_for(200)
    expect_saved(first)
    assert card.notes_ever(1) == ["Rang the customer back."]  # one save, after the last key
    expect(still.locator("[data-save-all]")).to_have_text("All saved")


def test_all_of_an_answer_is_saved_and_there_again(page: Page, card: Card):
    first = card.item(page, 1)
    first.get_by_role("group", name="Follow-ups you used").get_by_role("checkbox").nth(1).check()
    first.get_by_role("group", name="Look-fors").get_by_role("checkbox").first.check()
    first.get_by_role("group", name="Warnings").get_by_role("checkbox").nth(2).check()
    first.locator(".level").nth(4).click(position={"x": 6, "y": 6})  # not on the button itself
    note(first).fill("Two lines,\nas they were said.")
    expect_saved(first)
    for _ in range(2):
        expect(level(first, "5")).to_be_checked()
        assert first.get_by_role("checkbox", checked=True).count() == 3
        expect(note(first)).to_have_value("Two lines,\nas they were said.")
        page.reload()
    answer = rated(card.stored(1))
    assert (answer.level, answer.note) == (5, "Two lines,\nas they were said.")
    assert (answer.follow_ups, answer.look_fors, answer.warnings) == (0b10, 0b1, 0b100)


def test_the_progress_counts_complete_answers_only(page: Page, card: Card):
    first, words = card.item(page, 1), page.locator("[data-progress-words]")
    jump = page.get_by_role("list", name="Questions").get_by_role("link").first
    expect(words).to_have_text("0 of 2 complete")
    level(first, "1").check()
    expect_saved(first)
    expect(words).to_have_text("0 of 2 complete")  # a 1 needs a note
    expect(jump).to_have_text(re.compile(r"Question\s+1\s+rated"))
    note(first).fill("Interrupted twice.")
    expect(words).to_have_text("1 of 2 complete")
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 1)


def test_not_observed_asks_why(page: Page, card: Card):
    first = card.item(page, 1)
    why = first.get_by_label("Why was it not observed?")
    expect(why).to_be_hidden()
    level(first, "Not observed").check()
    why.fill("Time ran out.")
    expect(page.locator("[data-progress-words]")).to_have_text("1 of 2 complete")
    answer = rated(card.stored(1))
    assert (answer.level, answer.not_observed, answer.reason) == (None, True, "Time ran out.")


def test_each_rating_is_a_group_with_a_name_and_described_levels(page: Page, card: Card):
    group = card.item(page, 2).get_by_role("group", name=re.compile("^Rating: .+, question 2$"))
    expect(group.get_by_role("radio")).to_have_count(6)
    for name in "135":
        expect(level(group, name)).to_have_accessible_description(re.compile(r"\w+ \w+"))
    expect(level(group, "2")).to_have_accessible_description("Between 1 and 3")


def test_one_save_at_a_time_and_the_newest_words_win(still: Page, card: Card, site: Site):
    first, sent = card.item(still, 1), []
    still.on("request", lambda request: sent.append(request.method))
    with still.expect_response("**/items/*"), site.rows() as session:
        session.connection()  # holds the lock, so saves wait
        note(first).fill("first words")
        with still.expect_request("**/items/*"):
            still.clock.run_for(1_000)  # ms
        note(first).fill("first words and later ones")
        still.clock.run_for(5_000)
        expect(status(first)).to_have_text("Saving…")
        assert sent == ["POST"]
    while len(sent) < 2:  # once the page has heard of the first, the next waits as long again
        still.clock.run_for(200)
        still.wait_for_timeout(50)
    expect_saved(first)
    assert sent == ["POST", "POST"]
    assert card.notes_ever(1) == ["first words", "first words and later ones"]


# --- no connection, a server in trouble, signed out ---


def test_without_a_connection_words_stay_and_are_sent_when_it_is_back(page: Page, card: Card):
    first, submit = card.item(page, 1), page.get_by_role("button", name="Submit scorecard")
    page.context.set_offline(True)
    note(first).fill("Written in the lift.")
    expect(status(first)).to_contain_text("Kept on this device: the server can't be reached.")
    expect(page.locator("[data-save-all]")).to_have_text("1 answer kept on this device")
    submit.click()
    expect(page.locator("[data-submit-words]")).to_contain_text("not saved yet: 1")
    assert card.stored(1) is None
    page.context.set_offline(False)
    expect_saved(first)
    assert card.note(1) == "Written in the lift."


def test_a_server_in_trouble_is_asked_again(page: Page, card: Card):
    first = card.item(page, 1)
    page.route("**/items/*", lambda route: route.fulfill(status=503, body="busy"), times=1)
    note(first).fill("Asked twice.")
    expect(status(first)).to_contain_text("Kept on this device: the server has a problem.")
    expect_saved(first)
    assert card.note(1) == "Asked twice."


def test_a_save_whose_reply_was_lost_is_no_conflict_with_oneself(page: Page, card: Card):
    """The server has it, the page does not know, and somebody writes on meanwhile."""
    first = card.item(page, 1)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/items/*", lose, times=1)
    note(first).fill("Once")
    expect(status(first)).to_contain_text("Kept on this device")
    assert card.note(1) == "Once"
    note(first).fill("Once and twice")
    expect_saved(first)
    assert card.notes_ever(1) == ["Once", "Once and twice"]


def test_a_session_that_ended_and_signing_in_again_in_another_tab(
    page: Page, card: Card, interviewer: Account
):
    first = card.item(page, 1)
    page.context.clear_cookies(name="session")
    note(first).fill("Said while signed out.")
    expect(status(first)).to_contain_text("Kept on this device: you are signed out.")
    assert card.stored(1) is None
    other = page.context.new_page()
    other.goto("/my-interviews")
    sign_in(other, interviewer)
    first.get_by_role("button", name="Save").click()
    expect_saved(first)
    assert card.note(1) == "Said while signed out."


def test_a_session_that_ended_and_signing_in_again_in_the_same_tab(
    page: Page, card: Card, interviewer: Account
):
    asked = answer_dialogs(page, leave=False)
    page.context.clear_cookies(name="session")
    note(card.item(page, 1)).fill("Said while signed out.")
    status(card.item(page, 1)).get_by_role("link", name="Sign in to go on").click()
    sign_in(page, interviewer)
    assert page.url.endswith(card.url)
    expect(note(card.item(page, 1))).to_have_value("Said while signed out.")
    expect_saved(card.item(page, 1))
    assert card.note(1) == "Said while signed out."
    assert asked == []


def test_a_note_that_is_too_long_is_refused_in_a_sentence_and_stays(page: Page, card: Card):
    first = card.item(page, 1)
    refused = "Not saved. A note holds at most 4,000 characters. Kept on this device."
    note(first).evaluate("field => field.removeAttribute('maxlength')")
    note(first).fill("x" * 4_001)
    expect(status(first)).to_have_text(refused)
    page.reload()
    expect(note(first)).to_have_value("x" * 4_001)
    expect(status(first)).to_have_text(refused)
    assert card.stored(1) is None
    note(first).fill("Shorter.")
    expect_saved(first)
    assert card.note(1) == "Shorter."


# --- two windows ---


@pytest.fixture
def stale(page: Page, card: Card) -> Page:
    """A window that has words of its own over a version that another one has replaced."""
    other = page.context.new_page()
    other.goto(card.url)
    note(card.item(other, 1)).fill("from the other window")
    level(card.item(other, 1), "4").check()
    expect_saved(card.item(other, 1))
    first = card.item(page, 1)
    note(first).fill("from this window")
    level(first, "2").check()
    expect(status(first)).to_have_text("Two versions. Both are kept; choose below.")
    expect(page.locator("[data-save-all]")).to_have_text("1 answer in two versions")
    expect(note(first)).to_have_value("from this window")
    both = first.get_by_role("region", name="Two versions of question 1")
    expect(both).to_contain_text("from this window")
    expect(both).to_contain_text("from the other window")
    assert card.note(1) == "from the other window"
    return page


def test_of_two_versions_mine_can_be_chosen(stale: Page, card: Card):
    stale.get_by_role("button", name="Use this one").click()
    expect_saved(card.item(stale, 1))
    answer = rated(card.stored(1))
    assert (answer.level, answer.note) == (2, "from this window")
    assert "from the other window" in card.notes_ever(1)
    expect(stale.get_by_role("region", name="Two versions")).to_have_count(0)


def test_of_two_versions_the_stored_one_can_be_kept_and_mine_stays_in_the_history(
    stale: Page, card: Card
):
    first = card.item(stale, 1)
    stale.get_by_role("button", name="Leave the stored one").click()
    expect(note(first)).to_have_value("from the other window")
    expect(level(first, "4")).to_be_checked()
    expect_saved(first)
    assert card.notes_ever(1)[-2:] == ["from this window", "from the other window"]
    first.get_by_role("link", name="Earlier versions").click()
    earlier = stale.locator("section.card").filter(has_text="from this window")
    earlier.get_by_role("button", name="Put this version back").click()
    expect(note(first)).to_have_value("from this window")


def test_two_versions_can_be_joined(stale: Page, card: Card):
    first = card.item(stale, 1)
    stale.get_by_role("button", name="Join the two").click()
    both = "from the other window\n\nfrom this window"
    expect(note(first)).to_have_value(both)
    expect_saved(first)
    answer = rated(card.stored(1))
    assert (answer.level, answer.note) == (2, both)


def test_words_written_while_there_are_two_versions_are_joined_too(stale: Page, card: Card):
    first = card.item(stale, 1)
    note(first).fill("from this window, and more")
    stale.get_by_role("button", name="Join the two").click()
    expect(note(first)).to_have_value("from the other window\n\nfrom this window, and more")
    expect_saved(first)


def test_two_versions_are_still_there_after_a_reload(stale: Page, card: Card):
    stale.reload()
    first = card.item(stale, 1)
    expect(note(first)).to_have_value("from this window")
    expect(status(first)).to_have_text("Two versions. Both are kept; choose below.")
    assert card.note(1) == "from the other window"
    stale.get_by_role("button", name="Use this one").click()
    expect_saved(first)
    assert card.notes_ever(1) == ["from the other window", "from this window"]


def test_a_window_that_comes_to_the_front_shows_what_another_has_saved(page: Page, card: Card):
    other = page.context.new_page()
    other.goto(card.url)
    note(card.item(other, 1)).fill("from the other window")
    expect_saved(card.item(other, 1))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(note(card.item(page, 1))).to_have_value("from the other window")
    note(card.item(page, 1)).fill("from both")
    expect_saved(card.item(page, 1))
    assert card.notes_ever(1) == ["from the other window", "from both"]


# --- leaving ---


def test_leaving_asks_only_when_the_device_keeps_nothing(
    visit: Visit, interviewer: Account, card: Card
):
    page = visit(interviewer)
    page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {value: {open() { throw 0 }}})"
    )
    page.goto(card.url)
    asked = answer_dialogs(page, leave=False)
    page.context.set_offline(True)
    note(card.item(page, 1)).press_sequentially("Not yet")
    expect(status(card.item(page, 1))).to_contain_text("Only in this tab: don't close it")
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    expect_saved(card.item(page, 1))


def test_leaving_sends_the_last_words(still: Page, card: Card):
    asked = answer_dialogs(still, leave=True)
    first = card.item(still, 1)
    note(first).press_sequentially("On the way out")
    still.goto("/my-interviews")
    wait_until(lambda: card.note(1) is not None)  # the request outlives its page
    still.goto(card.url)
    expect(note(first)).to_have_value("On the way out")
    assert asked == []


# --- submitting ---


def test_submitting_names_all_that_is_missing_and_brings_it_into_view(page: Page, card: Card):
    level(card.item(page, 1), "5").check()
    page.get_by_role("button", name="Submit scorecard").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport(ratio=1)
    expect(summary.get_by_role("listitem")).to_have_text(
        [
            "Question 1: a 5 needs a note that says what you heard",
            "Question 2: choose a level, or not observed",
        ]
    )
    summary.get_by_role("link").nth(1).click()
    expect(card.item(page, 2)).to_be_focused()
    bar = page.get_by_role("region", name="Progress and saving").bounding_box()
    title = card.item(page, 2).get_by_role("heading").bounding_box()
    assert bar
    assert title
    assert title["y"] >= bar["y"] + bar["height"]
    note(card.item(page, 1)).fill("Found out what was behind it.")
    expect(summary.get_by_text("Question 1")).to_be_hidden()
    assert page.url.partition("#")[0].endswith(card.url), "the page can be opened again"
    assert not rated(card.stored(1)).reason


def test_submitting_saves_first_and_locks(page: Page, card: Card, interviewer: Account):
    late = page.context.new_page()
    late.goto(card.url)
    for number in (1, 2):
        level(card.item(page, number), "3").check()
    note(card.item(page, 2)).fill("The last words.")
    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.get_by_role("status").first).to_contain_text("Submitted")
    assert card.note(2) == "The last words."
    page.goto(card.url)
    expect(page.get_by_text("can be read, not changed")).to_be_visible()
    expect(page.get_by_text("The last words.")).to_be_visible()
    expect(page.locator("main").get_by_role("button")).to_have_count(0)
    expect(page.locator("main").get_by_role("radio")).to_have_count(0)

    note(card.item(late, 1)).fill("Too late.")
    expect(status(card.item(late, 1))).to_contain_text("Not saved.")
    expect(status(card.item(late, 1))).to_contain_text("submitted")
    assert card.note(1) == ""


def test_the_whole_card_can_be_filled_in_without_script(
    visit: Visit, interviewer: Account, card: Card
):
    page = visit(interviewer, java_script_enabled=False)
    page.goto(card.url)
    expect(page.get_by_text("This browser runs no scripts here.")).to_be_visible()
    first, second = card.item(page, 1), card.item(page, 2)
    note(first).fill("\nThe first line is empty.")
    level(first, "4").check()
    first.get_by_role("button", name="Save").click()
    assert page.url.endswith(f"#item-{card.items[0]}")
    expect_saved(first)
    expect(note(first)).to_have_value("\nThe first line is empty.")

    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.get_by_role("alert")).to_contain_text("Question 2: choose a level")
    why = second.get_by_label("Why was it not observed?")
    expect(why).to_be_hidden()
    level(second, "Not observed").check()
    why.fill("We ran out of time.")
    second.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.get_by_role("status").first).to_contain_text("Submitted")
    answer = rated(card.stored(2))
    assert (answer.not_observed, answer.reason) == (True, "We ran out of time.")


def test_two_windows_without_script_lose_nothing_either(
    visit: Visit, interviewer: Account, card: Card
):
    page = visit(interviewer, java_script_enabled=False)
    page.goto(card.url)
    other = page.context.new_page()
    other.goto(card.url)
    for window, words in ((other, "from the other window"), (page, "from this window")):
        note(card.item(window, 1)).fill(words)
        card.item(window, 1).get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two versions of question 1")
    page.get_by_role("button", name="Save the joined note").click()
    expect(note(card.item(page, 1))).to_have_value("from the other window\n\nfrom this window")
