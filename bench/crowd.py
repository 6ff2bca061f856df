"""Fifty interviewers saving at once, through the web server as `flask serve` starts it.

*Planned*: on SQLite, which has one worker, 150 saves a second, each at a moment fixed beforehand.
A save counts from that moment, also when the one before it came back late, so nothing is hidden by
waiting. The 99th percentile is set against the median of the same run.

*Typing*: each does for a minute as the page's script does: the note grows word by word and is sent
after a pause of 0.8 s, one save at a time, each over the version before. A save fails that is not
answered with the next version. Afterwards every version that was answered for must stand in the
database as it was sent, and the last of each item must be its rating.

Everyone has signed in through the form. The crowd shares the machine with the server. Files lie on
a disk and SQLite syncs every save.
"""

import asyncio
import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask

from bench import many, place, servers
from bench.measure import NONE, Row, shown
from bench.visit import HEADERS, Visitor, hashed
from hiring import db, serve
from hiring.people.rules import Role
from hiring.scorecards.models import Rating, SavedAnswer
from tests import factories

PEOPLE, A_SECOND, AIM = 50, 150, 5
PAUSE = 0.8  # s without a key before the script saves
TRAITS = ("T01", "T03", "T08", "CIV")
WORDS = " ".join(many.SENTENCES).split()


def run(*, quick: bool) -> Iterator[Row]:
    for backend in place.BACKENDS:
        with place.folder() as files, place.server(backend, files) as address:
            app = place.application(place.database(address, "crowd"), files)
            at = servers.free_address()
            people = _people(app, at)
            with servers.served(app, at):
                servers.ask(at, "/sign-in")
                if backend == "SQLite":
                    yield from _planned(people, seconds=5 if quick else 30)
                saves = asyncio.run(
                    _together(person.types(5 if quick else 60) for person in people)
                )
            work = f"{PEOPLE} interviewers typing, {sum(saves):,} saves, {backend}"
            failed, lost = _failed(people), _lost(app, people)
            yield Row(f"{work}: failed", str(failed), NONE, failed, 0)
            yield Row("and lost", str(lost), NONE, lost, 0)
            app.extensions["database"].engine.dispose()


@dataclass
class Person:
    """An interviewer with a card and a connection of their own."""

    at: serve.Address
    card: int
    items: list[int]
    visitor: Visitor
    told: dict[tuple[int, int], str] = field(default_factory=dict)  # by item and version
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seen = dict.fromkeys(self.items, 0)

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self.at.host, self.at.port)

    async def save(self, item: int, note: str) -> None:
        """Send an answer over the version seen, and remember what comes back."""
        seen = self._seen[item]
        self._writer.write(self._request(item, {"seen": seen, "level": 3, "note": note}))
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        body = await self._reader.readexactly(length)
        answer = json.loads(body) if "json" in head else {}
        if answer.get("version") == seen + 1:
            self._seen[item] = seen + 1
            self.told[item, seen + 1] = note
        else:
            self.failed.append(f"{head.splitlines()[0]} {body[:200]!r}")

    def _request(self, item: int, fields: dict[str, Any]) -> bytes:
        body = urlencode({"csrf_token": self.visitor.token, **fields})
        headers = {
            **HEADERS,
            "Host": f"{self.at.host}:{self.at.port}",
            "Origin": self.at.url,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": len(body),
            "Cookie": self.visitor.cookie,
        }
        lines = [f"POST /scorecards/{self.card}/items/{item} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", body]).encode()

    async def types(self, seconds: float) -> int:
        """Write into one item and then the next for so long. Gives the number of saves."""
        await self.connect()
        chance = random.Random(self.card)
        ends = time.perf_counter() + seconds
        for number in itertools.count(1):
            item, note = self.items[number // 5 % len(self.items)], ""
            await asyncio.sleep(PAUSE + chance.random())
            if time.perf_counter() > ends:
                self._writer.close()
                return number - 1
            note = " ".join(WORDS[: number % len(WORDS) + 1])
            await self.save(item, f"{note} {number}")
        raise AssertionError

    async def keeps(self, moments: list[float]) -> list[float]:
        """Save at each of these moments. Gives how long after it each answer was there."""
        await self.connect()
        await self.save(self.items[-1], "before the clock runs")
        took = []
        for number, moment in enumerate(moments):
            await asyncio.sleep(max(0, moment - time.perf_counter()))
            item = self.items[number % len(self.items)]
            await self.save(item, f"{' '.join(WORDS[:40])} {number}")
            took.append(time.perf_counter() - moment)
        self._writer.close()
        return took


async def _together(work: Iterator[Coroutine[Any, Any, Any]]) -> list[Any]:
    return await asyncio.gather(*work)


def _people(app: Flask, at: serve.Address) -> list[Person]:
    with app.app_context():
        session = db.session()
        recruiter = factories.person(session, Role.RECRUITER)
        guide = factories.guide(session, recruiter, TRAITS)
        password = hashed()
        people = [factories.person(session, password=password) for _ in range(PEOPLE)]
        cards = [factories.interview(session, guide, [person]).cards[0].id for person in people]
        items = [item.id for item in guide.items]
        session.commit()
        emails = [person.email for person in people]
    visitors = [Visitor(app, email) for email in emails]
    for visitor, card in zip(visitors, cards, strict=True):
        visitor.read(f"/scorecards/{card}")
    app.extensions["database"].engine.dispose()
    return [Person(at, card, items, one) for card, one in zip(cards, visitors, strict=True)]


def _planned(people: list[Person], seconds: int) -> Iterator[Row]:
    begins = time.perf_counter() + 3  # by then everyone has saved once
    moments = [begins + number / A_SECOND for number in range(seconds * A_SECOND)]
    kept = (p.keeps(moments[number :: len(people)]) for number, p in enumerate(people))
    took = [one for some in asyncio.run(_together(kept)) for one in some]
    half, most = statistics.median(took), statistics.quantiles(took, n=100)[98]
    print(f"  load of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    work = f"{A_SECOND} saves a second for {seconds} s, SQLite"
    yield Row(f"{work}: 99th percentile, median", shown(most), shown(half), most / half, AIM)
    # A crowd that never catches up has an even lateness, so its ratio alone would look well.
    late = sum(one > 1 for one in took)
    yield Row("of them later than a second", str(late), NONE, late, 0)
    failed = _failed(people)
    yield Row("of them failed", str(failed), NONE, failed, 0)


def _failed(people: list[Person]) -> int:
    """How many saves have not succeeded so far, since it was asked last."""
    failed = [one for person in people for one in person.failed]
    for person in people:
        person.failed.clear()
    for one in failed[:3]:
        print(f"  failed: {one}")
    return len(failed)


def _lost(app: Flask, people: list[Person]) -> int:
    """How many answers that the server said it had saved are not in the database as they were."""
    with app.extensions["database"].session(write=False) as session:
        kept = {
            (row.scorecard_id, row.item_id, row.version): row.note
            for row in session.scalars(sa.select(SavedAnswer))
        }
        last = {
            (row.scorecard_id, row.item_id, row.version): row.note
            for row in session.scalars(sa.select(Rating))
        }
    told = {(p.card, *place): note for p in people for place, note in p.told.items()}
    newest = {
        (card, item): max(v for c, i, v in told if (c, i) == (card, item)) for card, item, _ in told
    }
    lost = sum(kept.get(place) != note for place, note in told.items())
    return lost + sum(
        last.get((*place, version)) != told[*place, version] for place, version in newest.items()
    )
