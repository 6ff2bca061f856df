"""A database with as many ratings as wanted: rounds of 50 candidates, three on each panel.

All rounds use copies of one guide and are scored alike, so that every comparison says the same and
costs the same. Twenty rounds go on at a time, their interviews mixed, so that what belongs to one
round does not stand together. Versions that were saved before are left out: no page reads them.
Written in SQL that both databases speak, because millions of rows are made inside them.
"""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from bench.visit import hashed
from hiring import db
from hiring.guides.models import Guide, GuideItem, GuideTrait
from hiring.interviews.models import Candidate, Interview
from hiring.openings.models import Opening
from hiring.people.rules import Role
from tests import factories

RECRUITER = "recruiter@example.org"
CANDIDATES, PANEL, ITEMS = 50, 3, 30
PEOPLE = 300
AT_ONCE = 20  # rounds
TRAITS = tuple(f"T{number:02}" for number in range(1, 16))
CHUNK = 2_000  # scorecards whose ratings are made at once

SENTENCES = (
    "Began with what the customer had lost and only then came to the rules.",
    "Named the day, the call and the name of the person; it had plainly happened.",
    "Said back in their own words what the other wanted before offering anything.",
    "When asked what they would do otherwise, thought for a while and gave one thing.",
    "Spoke well of the colleague who had made the mistake and took a share of it.",
    "Kept to generalities at first; two follow-ups brought out one real case.",
    "Told how they rang back the next morning although nobody had asked them to.",
    "Could not say how it ended for the customer, only that the ticket was closed.",
)

# Nobody would miss this database, and nothing in it needs checking.
IN_HASTE = {
    "sqlite": (
        "PRAGMA journal_mode = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -300000",
    ),
    "postgresql": ("SET session_replication_role = replica",),
}
# Autovacuum does this by and by; without it PostgreSQL reads the table beside the index.
AT_LAST = {"sqlite": (), "postgresql": ("VACUUM ANALYZE",)}

COPY_GUIDES = """
INSERT INTO guide (id, opening_id, version, minutes, introduction, closing, weight_reason,
    made_by_id, made_at, published_by_id, published_at, content_hash)
SELECT o.id, o.id, 1, g.minutes, g.introduction, g.closing, g.weight_reason,
    g.made_by_id, g.made_at, g.published_by_id, g.published_at, g.content_hash
FROM opening o CROSS JOIN guide g WHERE g.id = {guide} AND o.id > {opening} ORDER BY o.id
"""
COPY_TEXTS = """
INSERT INTO {table} (guide_id, {columns})
SELECT g.id, t.{copied} FROM guide g CROSS JOIN {table} t
WHERE t.guide_id = {guide} AND g.id > {guide} ORDER BY g.id, t.position
"""
SEAT = """
INSERT INTO scorecard (id, interview_id, guide_id, candidate_id, person_id, submitted_at)
SELECT (i.id - 1) * {panel} + s.seat + 1, i.id, i.guide_id, i.candidate_id,
    {first} + (i.guide_id * {panel} + s.seat) % {people}, i.starts_at
FROM interview i CROSS JOIN (SELECT 0 AS seat UNION ALL SELECT 1 UNION ALL SELECT 2) s
ORDER BY 1
"""
# The order of the joins is the order of the table, so that nothing has to be sorted.
RATE = """
INSERT INTO rating (scorecard_id, item_id, guide_id, candidate_id, level, not_observed, reason,
    note, follow_ups, look_fors, warnings, version, saved_at)
SELECT c.id, i.id, c.guide_id, c.candidate_id, a.level, a.level IS NULL, a.reason,
    a.note, 1, 1, a.warnings, 1, c.submitted_at
FROM scorecard c CROSS JOIN guide_item i CROSS JOIN answer a
WHERE c.id > {after} AND c.id <= {upto} AND i.guide_id = c.guide_id
    AND a.place = c.candidate_id % {candidates} AND a.seat = (c.id - 1) % {panel}
    AND a.position = i.position
ORDER BY c.id, i.id
"""


def fill(database: db.Database, ratings: int) -> list[int]:
    """Fill an empty database. Gives the numbers of the guides whose rounds are whole."""
    with database.session(write=True) as session:
        guide, first = _pattern(session)
        session.commit()
    candidates = -(-ratings // (PANEL * ITEMS))
    database.engine.dispose()  # SQLite changes its journal only when nobody else is there
    with database.reader.connect() as connection:
        for setting in IN_HASTE[connection.dialect.name]:
            connection.exec_driver_sql(setting)
        _rounds(connection, guide, candidates)
        connection.execute(sa.text(SEAT.format(panel=PANEL, people=PEOPLE, first=first)))
        _answers(connection)
        connection.exec_driver_sql("ANALYZE")
        for after in range(0, candidates * PANEL, CHUNK):
            chunk = {"after": after, "upto": after + CHUNK}
            connection.execute(sa.text(RATE.format(candidates=CANDIDATES, panel=PANEL, **chunk)))
        for last in AT_LAST[connection.dialect.name]:
            connection.exec_driver_sql(last)
    database.engine.dispose()
    return list(range(guide.id, guide.id + max(1, candidates // CANDIDATES)))


def _pattern(session: Session) -> tuple[Guide, int]:
    """The first guide, and the first of the interviewers."""
    recruiter = factories.person(session, Role.RECRUITER, password=hashed())
    recruiter.email = RECRUITER
    guide = factories.guide(session, recruiter, TRAITS, published=False)
    # Thirty items, and still a sound guide: the thankless case takes the place of another.
    guide.drop(guide.items[-2].id)
    guide.publish(recruiter.id, factories.NOW)
    session.flush()
    people = [factories.person(session) for _ in range(PEOPLE)]
    return guide, people[0].id


def _rounds(connection: Connection, guide: Guide, candidates: int) -> None:
    """Openings with a copy of the guide and their candidates, and an interview for each."""
    numbers = {"guide": guide.id, "opening": guide.opening_id}
    rounds = -(-candidates // CANDIDATES)
    same = {column.key: getattr(guide.opening, column.key) for column in Opening.__table__.c}
    openings = [{**same, "id": guide.opening_id + later} for later in range(1, rounds)]
    if openings:
        connection.execute(sa.insert(Opening), openings)
    connection.execute(sa.text(COPY_GUIDES.format(**numbers)))
    for table in (GuideTrait.__table__, GuideItem.__table__):
        columns = [column.key for column in table.c if column.key not in {"id", "guide_id"}]
        texts = {"columns": ", ".join(columns), "copied": ", t.".join(columns)}
        connection.execute(sa.text(COPY_TEXTS.format(table=table, **texts, **numbers)))
    applied = [
        {
            "id": number,
            "opening_id": guide.opening_id + (number - 1) // CANDIDATES,
            "name": f"Candidate {number}",
            "email": f"candidate{number}@example.net",
            "reference": f"C-{number}",
            "added_at": factories.NOW,
        }
        for number in range(1, candidates + 1)
    ]
    connection.execute(sa.insert(Candidate), applied)
    connection.execute(sa.insert(Interview), list(_interviews(guide, applied)))


def _interviews(guide: Guide, applied: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One for each candidate, in the order of time."""
    chance = random.Random(5)
    in_time = sorted(applied, key=lambda c: float(c["opening_id"] + chance.uniform(0, AT_ONCE)))
    for number, candidate in enumerate(in_time, start=1):
        yield {
            "id": number,
            "candidate_id": candidate["id"],
            "guide_id": guide.id + candidate["opening_id"] - guide.opening_id,
            "starts_at": factories.NOW,
            "zone": "Europe/Dublin",
            "place": "Room 2",
            "planned_by_id": guide.made_by_id,
            "planned_at": factories.NOW,
            "close_reason": "",
        }


def _answers(connection: Connection) -> None:
    """What each of the three wrote about each of the fifty, for all rounds alike."""
    answer = sa.Table(
        "answer",
        sa.MetaData(),
        *(sa.Column(key, sa.Integer, primary_key=True) for key in ("place", "seat", "position")),
        *(sa.Column(key, sa.Integer) for key in ("level", "warnings")),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text),
        prefixes=["TEMPORARY"],
    )
    answer.create(connection)
    chance = random.Random(8)
    rows = itertools.product(range(CANDIDATES), range(PANEL), range(1, ITEMS + 1))
    connection.execute(sa.insert(answer), [_answer(chance, *row) for row in rows])


def _answer(chance: random.Random, place: int, seat: int, position: int) -> dict[str, Any]:
    """Better candidates have higher numbers, and the second interviewer is the strictest."""
    lies_at = 2.2 + 1.8 * place / CANDIDATES - 0.4 * (seat == 1) + chance.gauss(0, 0.9)
    seen = chance.random() > 0.01
    return {
        "place": place,
        "seat": seat,
        "position": position,
        "level": min(5, max(1, round(lies_at))) if seen else None,
        "warnings": int(chance.random() < 0.03),
        "reason": "" if seen else "Not asked: time ran out.",
        "note": " ".join(chance.sample(SENTENCES, 3)),
    }
