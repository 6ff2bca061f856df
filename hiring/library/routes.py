"""Browse, search and read the library, and see what is wrong with a file."""

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, request

from hiring.library import finding
from hiring.library.queries import Shelf
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import found

bp = Blueprint("library", __name__)


@bp.record_once
def _open_shelf(state: Any) -> None:
    state.app.extensions["shelf"] = Shelf(Path(state.app.config["LIBRARY"]))


def shelf() -> Shelf:
    opened: Shelf = current_app.extensions["shelf"]
    return opened


@bp.get("/library")
@may(Action.READ_LIBRARY)
def browse() -> Any:
    library = shelf().library()
    words = request.args.get("q", "").strip()
    kind = request.args.get("kind", "")
    return render_template(
        "library/browse.html",
        library=library,
        results=finding.search(library, words, kind) if words or kind else None,
        words=words,
        kind=kind,
        faults=shelf().faults,
    )


@bp.get("/library/<string:key>")
@may(Action.READ_LIBRARY)
def read(key: str) -> Any:
    library = shelf().library()
    if key in library.traits:
        return render_template("library/trait.html", library=library, trait=library.traits[key])
    question = found(library.questions.get(key))
    return render_template("library/question.html", library=library, question=question)
