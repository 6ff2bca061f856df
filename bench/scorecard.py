"""The scorecard of all fifteen traits and civility, against the same page from plain dicts.

Measured is what the application does once the database has answered: from the loaded rows of card,
guide and ratings to the finished page, through the route's own function. The baseline gives the
same template the same values, made into dicts beforehand: what it costs is Jinja alone. Jinja
finds a name in a dict later than in an object, so ours may even be the faster. Both stand in one
request by the same person, so the SELECT of who is asking is in neither; the whole request with
all its statements is printed too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any
from unittest import mock

import sqlalchemy as sa
from flask import Flask, render_template, session

from bench import many, place
from bench.measure import Row, against, in_turn, shown
from bench.visit import Visitor, hashed
from hiring import db
from hiring.people import gate
from hiring.people.rules import Role
from hiring.scorecards import queries, routes
from hiring.scorecards.models import Rating
from hiring.scorecards.rules import Stored
from tests import factories

AIM = 1.5
NOTE = "Named the day and the call. " + " ".join(many.SENTENCES[:2])


def run(*, quick: bool) -> Iterator[Row]:
    with place.folder() as files:
        app = place.application(place.database(f"sqlite:///{files}", "round"), files)
        card_id, email, uniquifier = _half_filled_card(app)
        with app.test_request_context(f"/scorecards/{card_id}"):
            session["_user_id"] = uniquifier
            yield _row(card_id, rounds=5 if quick else 30)
        _tell_whole_request(app, email, card_id, rounds=3 if quick else 10)


def _half_filled_card(app: Flask) -> tuple[int, str, str]:
    with app.app_context():
        opened = db.session()
        recruiter = factories.person(opened, Role.RECRUITER)
        me = factories.person(opened, Role.INTERVIEWER, password=hashed())
        panel = [me, *(factories.person(opened) for _ in range(2))]
        guide = factories.guide(opened, recruiter, (*many.TRAITS, "CIV"))
        card = factories.interview(opened, guide, panel).cards[0]
        for item in guide.items[::2]:
            factories.rate(opened, card, item.id, 4, NOTE, warnings=1)
        opened.commit()
        return card.id, me.email, me.fs_uniquifier


def _row(card_id: int, rounds: int) -> Row:
    opened = db.session()
    card = queries.my_card(opened, card_id, gate.asking().id)
    assert card is not None
    rows = opened.scalars(sa.select(Rating).where(Rating.scorecard_id == card_id)).all()

    def stored(*_: Any) -> Mapping[tuple[int, int], Stored]:
        return {
            (row.scorecard_id, row.item_id): Stored(
                queries.answer_of(row), row.version, row.saved_at
            )
            for row in rows
        }

    with mock.patch.object(queries, "stored", stored):
        with mock.patch.object(routes, "render_template") as rendering:
            routes._card_page(card)
        template, given = rendering.call_args.args[0], rendering.call_args.kwargs
        plain = {
            **given,
            "items": [
                {**asdict(item), "is_read_aloud": item.is_read_aloud} for item in given["items"]
            ],
        }

        def ours() -> str:
            return routes._card_page(card)

        def jinja_alone() -> str:
            return render_template(template, **plain)

        assert ours() == jinja_alone()
        found = in_turn(
            {"ours": lambda: ours, "plain": lambda: jinja_alone}, rounds=rounds, calls=10
        )
    print(f"  {len(plain['items'])} items, {len(ours()) / 1000:.0f} kB")
    (seconds,), (baseline,) = found["ours"], found["plain"]
    return against("scorecard of fifteen traits and civility", seconds, baseline, AIM)


def _tell_whole_request(app: Flask, email: str, card_id: int, rounds: int) -> None:
    visitor = Visitor(app, email)
    environ = visitor.getting(f"/scorecards/{card_id}")
    found = in_turn({"page": lambda: lambda: visitor.call(dict(environ))}, rounds=rounds, calls=10)
    print(f"  the whole request with its statements: {shown(found['page'][0])}")
