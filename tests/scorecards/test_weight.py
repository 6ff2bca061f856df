"""What a phone has to fetch: the form of fifteen traits with its style and scripts, compressed."""

import gzip
import re

import pytest

from hiring.people.rules import Role
from tests import factories

MOST, MOST_OF_SCRIPTS = 60_000, 8_000  # bytes, compressed
TRAITS = (*(f"T{number:02}" for number in range(1, 16)), "CIV")


@pytest.fixture
def page(app, client):
    """A card half filled in."""
    with app.extensions["database"].session(write=True) as session:
        recruiter, ann = factories.person(session, Role.RECRUITER), factories.person(session)
        guide = factories.guide(session, recruiter, TRAITS)
        card = factories.interview(session, guide, [ann]).cards[0]
        for item in guide.items[::2]:
            factories.rate(session, card, item.id, 4, "Named the day, and rang back. " * 6)
        session.commit()
        url = f"/scorecards/{card.id}"
    client.sign_in(ann)
    return client.get(url).text


def packed(text):
    return len(gzip.compress(text.encode(), 9))


def test_the_form_its_style_and_its_scripts_are_light(page, client):
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', page))
    files = {}
    for url in named:
        with client.get(url, buffered=True) as response:
            files[url.rpartition("/")[2]] = response.text
    scripts = {name: packed(text) for name, text in files.items() if name.endswith(".js")}
    assert set(scripts) == {"device.js", "scorecard.js", "conversation.js"}
    # What a script imports when it starts is named on the page, so that it was counted.
    for text in files.values():
        for module in re.findall(r'^import .* from "./([a-z]+\.js)"', text, re.MULTILINE):
            assert module in scripts
    assert sum(scripts.values()) <= MOST_OF_SCRIPTS, scripts
    assert packed(page) + sum(packed(text) for text in files.values()) <= MOST
