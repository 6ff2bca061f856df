"""A scorecard of two items with one interviewer, and how a test looks at it from both sides."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from playwright.sync_api import Dialog, Locator, Page

from hiring.demo.load import Account
from hiring.people import queries as people
from hiring.scorecards.models import Rating, SavedAnswer
from tests import factories
from tests.browser.sites import PATIENCE, Site


@dataclass(frozen=True)
class Card:
    """One card of a site."""

    site: Site
    id: int
    items: list[int]
    candidate: str

    @property
    def url(self) -> str:
        return f"/scorecards/{self.id}"

    def stored(self, number: int) -> Rating | None:
        """The present answer to an item, counted from 1."""
        with self.site.rows() as session:
            return session.get(Rating, (self.id, self.items[number - 1]))

    def note(self, number: int) -> str | None:
        answer = self.stored(number)
        return None if answer is None else answer.note

    def notes_ever(self, number: int) -> Sequence[str]:
        """The note of every version of an answer."""
        with self.site.rows() as session:
            return session.scalars(
                sa.select(SavedAnswer.note).where(
                    SavedAnswer.scorecard_id == self.id,
                    SavedAnswer.item_id == self.items[number - 1],
                )
            ).all()

    def item(self, page: Page, number: int) -> Locator:
        return page.locator(f"#item-{self.items[number - 1]}")


def new_card(site: Site, interviewer: Account, trait: str = "T03") -> Card:
    """A fresh interview of one trait, so of two items."""
    with site.rows() as session:
        person = people.by_email(session, interviewer.email)
        assert person is not None
        guide = factories.guide(session, person, (trait,))
        interview = factories.interview(session, guide, [person])
        numbers = [item.id for item in guide.items]
        return Card(site, interview.cards[0].id, numbers, interview.candidate.name)


def answer_dialogs(page: Page, *, leave: bool) -> list[str]:
    """Answer when the page asks whether to leave it. The kinds of questions are in the list."""
    asked = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if leave:
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    return asked


def status(item: Locator) -> Locator:
    """The line beside an item's Save button."""
    return item.get_by_role("status")


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what no page shows."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sign_in(page: Page, account: Account) -> None:
    """Fill in the page that asks for it, and wait for the one it leads to."""
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
