"""Browse, search and read the library, and see what is wrong with a file."""

from typing import Any

from flask import Blueprint, current_app, render_template, request

from hiring.library import bullets, finding, linking
from hiring.library.queries import Shelf, folders
from hiring.library.rules import (
    FORMS,
    SETTINGS,
    CalibrationAnswer,
    Entry,
    Library,
    Question,
    Trait,
    Vignette,
)
from hiring.people import gate
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import NotFound, found

bp = Blueprint("library", __name__)

MOST_SHOWN = 60  # of what is found, unless all of it is asked for


@bp.record_once
def _open_shelf(state: Any) -> None:
    state.app.extensions["shelf"] = Shelf(*folders(state.app.config))


def shelf() -> Shelf:
    opened: Shelf = current_app.extensions["shelf"]
    return opened


@bp.get("/library")
@may(Action.READ_LIBRARY)
def browse() -> Any:
    """All traits, or what was searched for."""
    library = shelf().library()
    given = request.args
    wanted = finding.Wanted(
        words=given.get("q", "").strip(),
        **{name: given.get(name, "") for name in ("kind", "trait", "form", "setting")},
    )
    hits = [] if wanted.is_nothing else finding.search(library, wanted)
    shown = len(hits) if given.get("all") else MOST_SHOWN
    return render_template(
        "library/browse.html",
        library=library,
        wanted=wanted,
        count=len(hits),
        hits=hits[:shown],
        kinds=finding.KINDS.items(),
        traits=[(trait.key, trait.name) for trait in library.traits.values()],
        forms=[(form, form) for form in FORMS],
        settings=[(setting, setting) for setting in SETTINGS[1:]],
        faults=shelf().faults,
        has_own=shelf().has_own,
    )


@bp.get("/library/map")
@may(Action.READ_LIBRARY)
def probe_map() -> Any:
    """Which probes bring which trait to light."""
    library = shelf().library()
    return render_template(
        "library/map.html",
        library=library,
        probes={key: list(library.questions_of(key, "probe")) for key in library.traits},
    )


@bp.get("/library/notes/<string:name>")
@may(Action.READ_LIBRARY)
def notes(name: str) -> Any:
    library = shelf().library()
    return _page("library/notes.html", library, found(library.notes.get(f"notes/{name}")))


@bp.get("/library/own")
@may(Action.READ_LIBRARY)
def own() -> Any:
    """The organisation's own files, with what they say otherwise than the shipped ones."""
    library = shelf().library()
    return render_template(
        "library/own.html", library=library, own=shelf().own, has_own=shelf().has_own
    )


@bp.get("/library/<string:key>")
@may(Action.READ_LIBRARY)
def read(key: str) -> Any:
    library = shelf().library()
    entry = library.named(key)
    if entry is None:
        raise NotFound
    return _page(_PAGES[type(entry)], library, entry)


def _page(template: str, library: Library, entry: Entry) -> str:
    return render_template(
        template,
        library=library,
        entry=entry,
        pieces=linking.pieces,
        fact=bullets.fact,
        may_plan=gate.asking().may(Action.PLAN),
    )


_PAGES = {
    Trait: "library/trait.html",
    Question: "library/question.html",
    Vignette: "library/vignette.html",
    CalibrationAnswer: "library/answer.html",
}
