"""A card with its form, and people around it."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from hiring import config, db
from hiring.people.models import Person
from hiring.people.rules import Role
from hiring.scorecards.forms import sent
from hiring.scorecards.rules import Answer
from hiring.summaries import making, queries
from hiring.summaries.sheet import FormSheet
from tests import factories
from tests.client import Client
from tests.paper import filling

Fill = Callable[[bytes, filling.Values], bytes]


@dataclass
class Desk:
    """Ann's card for Dee Fox, with Bob on the panel, and whoever may come near."""

    client: Client
    app: Flask
    people: dict[str, Person]
    card: int
    bobs_card: int
    interview: int
    items: list[int]
    sheet: FormSheet

    @property
    def url(self) -> str:
        return f"/scorecards/{self.card}"

    def form(self, answers: dict[int, Answer], fill: Fill = filling.by_pikepdf) -> bytes:
        """The form filled in with answers by the number of the question."""
        values: dict[str, str] = {}
        for number, answer in answers.items():
            values |= filling.values(number, sent(answer))
        return fill(filling.blank(self.sheet), values)

    def upload(self, content: bytes, name: str = "form.pdf", **options):
        data = {"filled": (io.BytesIO(content), name)}
        return self.client.post(f"{self.url}/paper/filled", data=data, **options)

    def attach(self, content: bytes, name: str = "scan.png", code: str = "", **options):
        data = {"scan": (io.BytesIO(content), name), "code": code}
        return self.client.post(f"{self.url}/paper/scan", data=data, **options)

    def rows(self):
        """A session to look or write behind the pages' back."""
        return self.app.extensions["database"].session(write=True)


def sheet_of(app: Flask, card_id: int) -> FormSheet:
    with app.app_context():
        card = queries.card_of_form(db.session(), card_id)
        assert card
        return making.form_sheet(card, config.signing_keys(), is_fillable=True)


@pytest.fixture
def desk(app, client) -> Desk:
    with app.extensions["database"].session(write=True) as session:
        people = {
            "ann": factories.person(session, name="Ann Lee"),
            "bob": factories.person(session, name="Bob Roy"),
            "cy": factories.person(session, name="Cy Off"),
            "rita": factories.person(session, Role.RECRUITER, name="Rita Rand"),
            "rex": factories.person(session, Role.RECRUITER, Role.INTERVIEWER, name="Rex Both"),
            "hr": factories.person(session, Role.HR, name="Hana Roe"),
        }
        guide = factories.guide(session, people["rita"], ("T03",))
        dee = factories.candidate(session, guide.opening, name="Dee Fox")
        dee.reference = "C-1"  # so that every test has the same form, made once
        panel = [people["ann"], people["bob"], people["rex"]]
        interview = factories.interview(session, guide, panel, dee)
        session.commit()
        numbers = [card.id for card in interview.cards]
        items = [item.id for item in guide.items]
        place = interview.id
    client.sign_in(people["ann"])
    sheet = sheet_of(app, numbers[0])
    return Desk(client, app, people, numbers[0], numbers[1], place, items, sheet)
