"""Candidates side by side, and the decisions people record."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from hiring import db
from hiring.comparison import forms, pages, queries
from hiring.comparison.models import Decision
from hiring.interviews import queries as interviews
from hiring.interviews.models import Interview
from hiring.library.routes import shelf
from hiring.openings import queries as openings
from hiring.people import gate
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import Refused, found
from hiring.scorecards.rules import may_read_values, why_hidden

bp = Blueprint("comparison", __name__)


@bp.get("/openings/<int:opening_id>/comparison")
@may(Action.COMPARE)
def latest(opening_id: int) -> Any:
    session = db.session()
    found(openings.opening(session, opening_id))
    guide_id = queries.newest_compared_guide(session, opening_id)
    if guide_id is None:
        raise Refused(
            "No interview is planned for this opening yet, so there is nothing to compare."
        )
    return redirect(url_for("comparison.show", guide_id=guide_id), 303)


@bp.get("/guides/<int:guide_id>/comparison")
@may(Action.COMPARE)
def show(guide_id: int) -> Any:
    """The candidates of one guide version. Other versions are never in the same table."""
    session, person = db.session(), gate.asking()
    compared = found(queries.compared(session, guide_id, person.id, person.roles))
    hides_names = request.args.get("names") == "hidden"
    called = pages.names(compared, hidden=hides_names)
    return render_template(
        "comparison/show.html",
        guide=compared.guide,
        comparison=compared.comparison,
        table=pages.table(compared, called, hides_names=hides_names),
        closings=pages.closings(compared, called, hides_names=hides_names),
        waiting=[(called[i.candidate_id], i) for i in compared.waiting if not i.panel.is_open],
        hidden=[
            (called[i.candidate_id], why_hidden(i.panel, person.id))
            for i in compared.waiting
            if i.panel.is_open
        ],
        other_guides=queries.other_guides(session, compared.guide),
    )


@bp.get("/candidates/<int:candidate_id>/decisions")
@may(Action.COMPARE)
def decisions(candidate_id: int) -> Any:
    return _decisions_page(candidate_id, forms.DecisionForm())


def _decisions_page(candidate_id: int, form: forms.DecisionForm) -> Any:
    session, person = db.session(), gate.asking()
    candidate = found(interviews.candidate(session, candidate_id))
    planned = interviews.interviews_of(session, candidate_id)
    _check_sees_decisions(planned)
    return (
        render_template(
            "comparison/decisions.html",
            candidate=candidate,
            decisions=queries.decisions_of(session, candidate_id),
            form=form,
            notes=shelf().library().notes_for("manager"),
            may_decide=person.may(Action.DECIDE),
            has_interview=bool(planned),
        ),
        form.status,
    )


def _check_sees_decisions(planned: Iterable[Interview]) -> None:
    """A reason may tell what others scored, so it is closed to a panel that has yet to score."""
    person = gate.asking()
    for interview in planned:
        panel = interview.panel
        if person.id in panel.raters and not may_read_values(panel, person.id, person.roles):
            raise Refused(
                "You are on this candidate's panel. Decisions open to you when everyone on it has "
                "submitted."
            )


@bp.post("/candidates/<int:candidate_id>/decisions")
@may(Action.DECIDE)
def decide(candidate_id: int) -> Any:
    """Record what was concluded. The tool never decides, and no decision is ever overwritten."""
    session = db.session()
    form = forms.DecisionForm(request.form)
    if not form.validate():
        return _decisions_page(candidate_id, form)
    candidate = found(interviews.candidate(session, candidate_id))
    _check_sees_decisions(interviews.interviews_of(session, candidate_id))
    session.add(
        Decision(
            candidate_id=candidate.id,
            outcome=form.outcome.data,
            reason=form.reason.data,
            decided_by_id=gate.asking().id,
            decided_at=db.now(),
        )
    )
    session.commit()
    flash(f"The decision on {candidate.name} is recorded.", "ok")
    return redirect(url_for("comparison.decisions", candidate_id=candidate_id), 303)
