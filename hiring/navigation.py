"""The bar at the top of every page: who is signed in and where they may go."""

from typing import Any

from flask import Flask, current_app, request, url_for

from hiring.people import gate
from hiring.people.rules import Action

# Label, endpoint, who sees it, and the packages whose pages belong to it.
PLACES = (
    (
        "Openings",
        "interviews.openings",
        Action.READ_PLANS,
        ("openings", "guides", "interviews", "comparison", "guests", "reminders"),
    ),
    ("My interviews", "scorecards.mine", Action.RATE, ("scorecards", "debrief", "paper")),
    ("Exports", "summaries.exports", Action.EXPORT, ("summaries",)),
    ("Library", "library.browse", Action.READ_LIBRARY, ("library",)),
    ("People", "people.everyone", Action.MANAGE_PEOPLE, ("people",)),
)


def init_app(app: Flask) -> None:
    app.context_processor(_bar)


def _bar() -> dict[str, Any]:
    person = gate.person()
    here = request.blueprint if request.endpoint != "people.account" else None
    return {
        "person": person,
        "keeps_words": person is not None and person.may(Action.RATE),
        "is_demo": current_app.config["DEMO"],
        "nav": [
            (url_for(endpoint), label, here in packages)
            for label, endpoint, action, packages in PLACES
            if person is not None and person.may(action)
        ],
    }
