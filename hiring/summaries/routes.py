"""Ask for PDFs, watch them being made, fetch them."""

import time
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from hiring import db, tasks
from hiring.guides import queries as guides
from hiring.interviews import queries as interviews
from hiring.openings import queries as openings
from hiring.people import gate
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import Refused, found
from hiring.summaries import export as exports_
from hiring.summaries import queries, records
from hiring.summaries.models import Export, Kind, State

bp = Blueprint("summaries", __name__)

PATIENCE = 2.0  # seconds a page waits for its PDF before it shows progress
LOOK_EVERY = 0.05
CLOSED = "This summary is not open to you yet."


@bp.post("/candidates/<int:candidate_id>/summary")
@may(Action.EXPORT)
def candidate(candidate_id: int) -> Any:
    """The summary of one candidate."""
    session = db.session()
    found(interviews.candidate(session, candidate_id))
    guide_id = queries.guide_of_candidate(session, candidate_id)
    if guide_id is None:
        raise Refused("This candidate has no interview yet, so there is nothing to sum up.")
    if why := _closed([guide_id]).why(guide_id, candidate_id):
        raise Refused(CLOSED, why)
    return _asked(Kind.SUMMARY, guide_id, [candidate_id])


@bp.post("/openings/<int:opening_id>/summaries")
@may(Action.EXPORT)
def opening(opening_id: int) -> Any:
    """The summaries of all candidates, each of their newest guide version, as one zip."""
    session = db.session()
    found(openings.opening(session, opening_id))
    ninety_days = "first_ninety_days" in request.form
    return _made(
        exports_.ask_opening(session, gate.asking().id, opening_id, first_ninety_days=ninety_days)
    )


@bp.post("/guides/<int:guide_id>/pdf")
@may(Action.EXPORT)
def guide(guide_id: int) -> Any:
    """A guide to print for the room."""
    found(guides.guide(db.session(), guide_id))
    return _asked(Kind.GUIDE, guide_id, [])


@bp.post("/scorecards/<int:card_id>/form")
@may(Action.PRINT)
def form(card_id: int) -> Any:
    """The form of a card, for its owner or a recruiter. Nothing of what is on the card is in it."""
    session, person = db.session(), gate.asking()
    card = found(queries.card_of_form(session, card_id))
    if card.person_id != person.id and not person.may(Action.PLAN):
        found(None)
    kind = Kind.FILLABLE if request.form.get("kind") == Kind.FILLABLE else Kind.FORM
    return _made(exports_.ask_form(session, kind, person.id, card))


def _asked(kind: Kind, guide_id: int, candidates: list[int]) -> Any:
    return _made(
        exports_.ask(
            db.session(),
            kind,
            gate.asking().id,
            guide_id,
            candidates,
            first_ninety_days="first_ninety_days" in request.form,
        )
    )


def _made(made: Export) -> Any:
    session = db.session()
    session.commit()
    tasks.enqueue("export", made.id)
    if _is_over_soon(made.id):
        session.expire_all()
        done = _mine(made.id)
        if done.state == State.READY:
            return redirect(url_for("summaries.file", export_id=made.id), 303)
    return redirect(url_for("summaries.export", export_id=made.id), 303)


def _is_over_soon(export_id: int) -> bool:
    """Wait for the worker a little, so that one PDF comes without a page in between."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if queries.state(db.database(), export_id) in (State.READY, State.FAILED):
            return True
        time.sleep(LOOK_EVERY)
    return False


def _mine(export_id: int) -> Export:
    """One's own export; somebody else's isn't there, nor one that one's roles don't allow now."""
    export = found(queries.export(db.session(), export_id))
    is_mine = export.asked_by_id == gate.asking().id
    return found(export if is_mine and _is_for(export) else None)


def _is_for(export: Export) -> bool:
    return export.kind in {Kind.FORM, Kind.FILLABLE} or gate.asking().may(Action.EXPORT)


def _closed(guide_ids: Iterable[int]) -> queries.Closed:
    """What is closed to who asks of these guide versions' interviews."""
    person = gate.asking()
    return queries.closed_to(db.session(), person.id, person.roles, set(guide_ids))


@bp.get("/candidates/<int:candidate_id>/copies")
@may(Action.EXPORT)
def copies(candidate_id: int) -> Any:
    """Every summary of a candidate that was ever handed out, but for those closed to who asks."""
    session = db.session()
    shown = found(interviews.candidate(session, candidate_id))
    rows = queries.copies_of(session, candidate_id)
    closed = _closed(row.guide_id for row in rows)
    why = {row.id: closed.why(row.guide_id, candidate_id, row.numbers) for row in rows}
    return render_template(
        "summaries/copies.html",
        candidate=shown,
        copies=[row for row in rows if not why[row.id]],
        closed=sorted(set(filter(None, why.values()))),
    )


@bp.get("/copies/<int:copy_id>")
@may(Action.EXPORT)
def copy(copy_id: int) -> Response:
    """One record copy, byte for byte as it was handed out."""
    shown = found(queries.copy(db.session(), copy_id))
    if shown.kind == Kind.SUMMARY:
        why = _closed([shown.guide_id]).why(shown.guide_id, shown.candidate_id or 0, shown.numbers)
        if why:
            raise Refused(CLOSED, why)
    return _download(queries.pdf_of(db.session(), shown.id), shown.file_name, "application/pdf")


@bp.get("/exports")
@may(Action.FETCH)
def exports() -> Any:
    rows = queries.exports_of(db.session(), gate.asking().id)
    return render_template("summaries/exports.html", exports=[row for row in rows if _is_for(row)])


@bp.get("/exports/<int:export_id>")
@may(Action.FETCH)
def export(export_id: int) -> Any:
    shown = _mine(export_id)
    closed = records.closed_units(db.session(), shown, gate.asking())
    return render_template("summaries/export.html", export=shown, closed=closed)


@bp.get("/exports/<int:export_id>/progress")
@may(Action.FETCH)
def progress(export_id: int) -> Any:
    """How far an export is, for the page's script."""
    shown = _mine(export_id)
    return jsonify(state=shown.state, done=shown.done, total=len(shown.units), over=shown.is_over)


@bp.get("/exports/<int:export_id>/file")
@may(Action.FETCH)
def file(export_id: int) -> Any:
    """The PDF, or all of them as one zip."""
    shown = _mine(export_id)
    if shown.state != State.READY:
        return redirect(url_for("summaries.export", export_id=export_id), 303)
    session = db.session()
    closed = records.closed_units(session, shown, gate.asking())
    if shown.kind == Kind.SUMMARIES:
        content = records.zipped(session, shown, closed)
        return _download(content, "summaries.zip", "application/zip")
    if closed:
        raise Refused(CLOSED, *closed.values())
    copy = found(shown.units[0].copy)
    return _download(queries.pdf_of(session, copy.id), copy.file_name, "application/pdf")


def _download(content: bytes, name: str, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    disposition = "inline" if kind == "application/pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return response
