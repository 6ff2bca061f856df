"""Random sequences on one scorecard: what a window once showed as saved is in the database."""

import random

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from hiring.demo.load import Account
from hiring.scorecards.models import SavedAnswer
from tests.browser.cards import Card, answer_dialogs, new_card
from tests.browser.conftest import Visit
from tests.browser.sites import Site

SEQUENCES = 60
STEPS = 7
LEVELS = ["1", "2", "3", "4", "5", "Not observed"]
WAYS_OUT = ["Use this one", "Save the joined note", "Leave the stored one"]

# Writes each answer down at the moment the page says that it is saved, in the tab's own store.
WITNESS = """addEventListener("DOMContentLoaded", () => {
  const seen = new Set(JSON.parse(sessionStorage.seen ?? "[]"));
  const look = () => {
    for (const form of document.querySelectorAll("form[data-item]")) {
      if (form.querySelector("[role=status]").dataset.state !== "saved") continue;
      const { note, level } = form.elements;
      const ticks = [...form.querySelectorAll("[name=look_for]:checked")].map((one) => one.value);
      seen.add(JSON.stringify([Number(form.dataset.item), note.value, level.value, ticks]));
    }
    sessionStorage.seen = JSON.stringify([...seen]);
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, attributes: true });
});"""
SEEN = "() => JSON.parse(sessionStorage.seen ?? '[]').map((one) => JSON.parse(one))"
IS_SETTLED = """() => [...document.querySelectorAll("form[data-item] [role=status]")].every(
  (line) => line.dataset.state !== "saving" && !line.textContent.includes("trying again"))"""

Told = tuple[int, str, str, int]  # item, note, level, look-fors as a bit mask


class Play:
    """One person with one card in up to two windows, who does this and that."""

    def __init__(self, page: Page, card: Card, chance: random.Random) -> None:
        self.card, self.chance, self.context = card, chance, page.context
        self.context.add_init_script(WITNESS)
        self.windows: list[Page] = []
        self.told: set[Told] = set()
        self.words = 0
        self.is_offline = False
        self._enter(page)

    def _enter(self, page: Page) -> None:
        answer_dialogs(page, leave=True)
        page.goto(self.card.url)
        self.windows.append(page)

    def step(self) -> str:
        """Do one thing, and tell its name."""
        does = [self.write] * 3
        does += [self.rate, self.tick, self.press, self.press, self.wait, self.connect]
        if not self.is_offline:
            does += [self.reload, self.open_another]
        done = self.chance.choice(does)
        done()
        self.tidy()
        return done.__name__

    def _window(self) -> Page:
        return self.chance.choice(self.windows)

    def _number(self) -> int:
        return self.chance.choice((1, 2))

    def write(self) -> None:
        """A new word, behind the others or in their place."""
        self.words += 1
        note = self.card.item(self._window(), self._number()).get_by_label("Note")
        before = note.input_value() if self.chance.random() < 0.7 else ""
        note.fill(f"{before} word{self.words}".strip())

    def rate(self) -> None:
        item = self.card.item(self._window(), self._number())
        item.get_by_role("radio", name=self.chance.choice(LEVELS), exact=True).check()

    def tick(self) -> None:
        item = self.card.item(self._window(), self._number())
        item.locator("[name=look_for]").nth(self.chance.randrange(3)).click()

    def press(self) -> None:
        """Press Save; if another window has saved since, that leads to the page with both."""
        self.card.item(self._window(), self._number()).get_by_role("button", name="Save").click()

    def wait(self) -> None:
        self._window().wait_for_timeout(self.chance.choice((50, 300, 900)))

    def connect(self) -> None:
        """Go off line, or on line again."""
        self.is_offline = not self.is_offline
        self.context.set_offline(self.is_offline)

    def reload(self) -> None:
        self._window().reload()

    def open_another(self) -> None:
        if len(self.windows) == 1:
            self._enter(self.context.new_page())

    def tidy(self) -> None:
        """Leave pages with two versions by a way out, and close those that popped up."""
        for page in list(self.context.pages):
            page.wait_for_load_state()
            while page.title().startswith("Two versions"):
                page.get_by_text(self.chance.choice(WAYS_OUT), exact=True).click()
                page.wait_for_load_state()
            if page not in self.windows:
                self.listen_to(page)
                page.close()

    def listen_to(self, page: Page) -> None:
        """Remember every answer that a window has ever shown as saved."""
        self.told |= {
            (item, note, level, sum(1 << int(tick) for tick in ticks))
            for item, note, level, ticks in page.evaluate(SEEN)
        }

    def end(self) -> None:
        """Be on line again, say a last word, and wait until nothing is under way any more."""
        self.context.set_offline(False)
        self.write()
        self._settle()
        self.press()
        self.tidy()
        self._settle()
        for page in self.windows:
            self.listen_to(page)

    def _settle(self) -> None:
        for page in self.windows:
            page.wait_for_function(IS_SETTLED)


def ever_saved(card: Card) -> set[Told]:
    with card.site.rows() as session:
        return {
            (
                answer.item_id,
                answer.note,
                "not_observed" if answer.not_observed else str(answer.level or ""),
                answer.look_fors,
            )
            for answer in session.scalars(
                sa.select(SavedAnswer).where(SavedAnswer.scorecard_id == card.id)
            )
        }


@pytest.fixture(scope="module")
def interviewer(site: Site) -> Account:
    return site.invite(name="Robin Adeyemi")


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_nothing_that_was_shown_as_saved_is_lost(
    number: int, site: Site, interviewer: Account, visit: Visit
):
    # The seed of the whole run, which pytest-randomly prints, gives the same seeds here again.
    seed = random.randrange(10**9) + number
    card = new_card(site, interviewer)
    play = Play(visit(interviewer), card, random.Random(seed))
    print(f"seed {seed}")  # noqa: T201 - shown when it fails, like the steps
    for _ in range(STEPS):
        print(play.step())  # noqa: T201
    play.end()
    assert play.told
    assert play.told <= ever_saved(card)
