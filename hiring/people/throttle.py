"""Counting tries to come in. The counts are rows, so that all web workers count together."""

import datetime as dt

import sqlalchemy as sa
from flask import request
from sqlalchemy.engine import Connection

from hiring import db
from hiring.people import rules
from hiring.people.models import Attempt, digest
from hiring.people.rules import Door, TooMany


def knock(door: Door, account: str = "") -> None:
    """Count one try at a door, or raise TooMany when there were too many of late.

    Counted before anybody looks whether it is the right one, so that a hundred tries at the same
    moment are a hundred tries. Not to be called while this request holds a write transaction.
    """
    now = db.now()
    with db.database().writing() as connection:
        connection.execute(sa.delete(Attempt).where(Attempt.at < now - rules.LONGEST_WINDOW))
        if not db.database().is_sqlite:  # which lets one transaction write at a time anyway
            for key in sorted(key for key, _ in _keys(door, account)):
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(int(key[:15], 16))))
        over = _is_over(connection, door, account, now)
        if not over:
            rows = [{"key": key, "at": now} for key, _ in _keys(door, account)]
            connection.execute(sa.insert(Attempt), rows)
    if over:
        raise TooMany(door)


def check(door: Door) -> None:
    """Raise TooMany when there were too many failures at a door of late."""
    with db.database().reader.connect() as connection:
        if _is_over(connection, door, "", db.now()):
            raise TooMany(door)


def forgive(door: Door, account: str) -> None:
    """It was the right one: the account's tries are forgotten, and this one of the address."""
    (account_key, _), (address_key, _) = _keys(door, account)
    newest = sa.select(sa.func.max(Attempt.id)).where(Attempt.key == address_key).scalar_subquery()
    with db.database().writing() as connection:
        connection.execute(
            sa.delete(Attempt).where(sa.or_(Attempt.key == account_key, Attempt.id == newest))
        )


def _is_over(connection: Connection, door: Door, account: str, now: dt.datetime) -> bool:
    for key, limit in _keys(door, account):
        recent = sa.select(sa.func.count()).where(
            Attempt.key == key, Attempt.at > now - limit.within
        )
        if connection.execute(recent).scalar_one() >= limit.tries:
            return True
    return False


def _keys(door: Door, account: str) -> list[tuple[str, rules.Limit]]:
    """What is counted, as digests: what people type at a door may be a password by mistake."""
    limits = rules.LIMITS[door]
    named = [("account", account.strip().lower(), limits.account)] if account else []
    named.append(("address", rules.network(request.remote_addr or ""), limits.address))
    return [(digest(f"{door} {kind} {value}"), limit) for kind, value, limit in named]
