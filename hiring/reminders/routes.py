"""Who is late, in all openings."""

from typing import Any

from flask import Blueprint, render_template

from hiring import db
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.reminders import queries

bp = Blueprint("reminders", __name__)


@bp.get("/late")
@may(Action.READ_PLANS)
def late() -> Any:
    """The cards that others wait for, with when they were due and when somebody was reminded."""
    rows = queries.late_cards(db.session(), db.now())
    return render_template("reminders/late.html", rows=rows)
