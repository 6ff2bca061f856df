"""Saving one rating, against a signed-in POST that does nothing.

Both go through the whole application as plain WSGI calls with the same cookie, token and body,
and answer with JSON: session, cross-site check and the person's SELECT are in both. CPU time is
that of the application's thread; what PostgreSQL itself works meanwhile is printed beside it.
SQLite's file lies in memory: each save is still synced, but no disk makes it wait.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify

from bench import place, servers
from bench.measure import Call, Row, against, in_turn, shown
from bench.visit import Visitor, hashed
from hiring import db
from hiring.people.gate import may
from hiring.people.rules import Action, Role
from hiring.scorecards.forms import sent
from hiring.scorecards.rules import Answer
from tests import factories, wire

AIMS = {"SQLite": 1.5, "PostgreSQL": 1.7}
TRAITS = ("T01", "T03", "T05", "T08", "T10", "T13", "CIV")
CANDIDATES = 8
NOTE = (
    "Told of a caller whose refund was two weeks late. Let her finish, said back what he had "
    "understood, asked what the money was for, then rang accounts while she waited and called "
    "her again the next morning."
)


def run(*, quick: bool) -> Iterator[Row]:
    with place.folder("/dev/shm") as files:
        for backend in place.BACKENDS:
            with place.server(backend, files) as address:
                yield _row(backend, place.database(address, "round"), files, quick=quick)


def _row(backend: str, url: str, files: Path, *, quick: bool) -> Row:
    app = place.application(url, files)
    app.add_url_rule("/nothing/<int:card_id>", view_func=_nothing, methods=["POST"])
    visitor, cards = _round(app)
    saving, nothing = _variants(visitor, cards)
    number = _statements(app, saving())
    print(f"  {backend}: {number} of its own after the SELECT of the person")
    found = in_turn(
        {"save": saving, "nothing": nothing},
        rounds=25 if quick else 80,
        calls=40,
        clocks=(time.thread_time, time.perf_counter, servers.cpu_clock(app)),
    )
    cpu, wall, server = zip(found["save"], found["nothing"], strict=True)
    print(f"  {backend}: {shown(wall[0])} against {shown(wall[1])} by the wall clock")
    if backend == "PostgreSQL":
        print(f"  its server's own CPU time: {shown(server[0])} against {shown(server[1])}")
    app.extensions["database"].engine.dispose()
    return against(f"save one rating, {backend}", *cpu, AIMS[backend])


@may(Action.RATE)
def _nothing(card_id: int) -> Response:
    return jsonify(version=card_id)


def _round(app: Flask) -> tuple[Visitor, list[tuple[int, list[int]]]]:
    """Three interviewers and eight candidates; two cards of three are full, mine are under way."""
    with app.app_context():
        session = db.session()
        recruiter = factories.person(session, Role.RECRUITER)
        me = factories.person(session, Role.INTERVIEWER, password=hashed())
        panel = [me, *(factories.person(session) for _ in range(2))]
        guide = factories.guide(session, recruiter, TRAITS)
        cards = []
        for _ in range(CANDIDATES):
            mine, *others = factories.interview(session, guide, panel).cards
            cards.append((mine.id, [item.id for item in guide.items]))
            for card in others:
                factories.fill(session, card)
        session.commit()
        email = me.email
    visitor = Visitor(app, email)
    visitor.read(f"/scorecards/{cards[0][0]}")
    return visitor, cards


def _variants(
    visitor: Visitor, cards: list[tuple[int, list[int]]]
) -> tuple[Callable[[], Call], Callable[[], Call]]:
    """Answers to one item after another, each over the version before; and the same in vain."""
    places = [(card, item) for card, items in cards for item in items]
    chance = random.Random(15)
    chance.shuffle(places)
    turns = itertools.cycle(places)
    versions = dict.fromkeys(places, 0)

    def fields(seen: int) -> dict[str, Any]:
        answer = Answer(
            level=chance.randint(1, 5),
            note=NOTE,
            follow_ups=1,
            look_fors=0b101,
            situation="A caller whose refund was two weeks late.",
            action="Rang accounts while she waited, and called her again the next morning.",
            result="She had the money on the same day.",
            free_follow_up="What did she say then?",
            free_reason="To hear how it ended for her.",
            seconds=240,
        )
        return {"seen": seen, **sent(answer)}

    def saving() -> Call:
        card, item = turn = next(turns)
        environ = visitor.posting(f"/scorecards/{card}/items/{item}", fields(versions[turn]))
        versions[turn] += 1
        return lambda: visitor.call(environ)

    def nothing() -> Call:
        environ = visitor.posting(f"/nothing/{next(turns)[0]}", fields(1))
        return lambda: visitor.call(environ)

    return saving, nothing


def _statements(app: Flask, call: Call) -> int:
    """How many it sends after the one that tells who is asking, besides BEGIN and COMMIT."""
    with wire.statements(app.extensions["database"].engine) as sent:
        call()
    return len(sent) - 1
