"""The debrief room: ratings side by side, the widest disagreements first, changes beside them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from hiring import db
from hiring.debrief import forms, pages, queries, rules
from hiring.debrief.models import Revision
from hiring.interviews.models import Interview
from hiring.people import gate
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import Refused, found
from hiring.scorecards import queries as scorecards
from hiring.scorecards.rules import Fact, evidence, open_facts, why_hidden

bp = Blueprint("debrief", __name__)


def _open_interview(interview_id: int) -> Interview:
    """The interview, if the person asking may sit in its debrief; else why not, or nothing."""
    person = gate.asking()
    interview = found(scorecards.panel(db.session(), interview_id))
    facts = open_facts(interview.panel, person.id, person.roles)
    if Fact.PROGRESS not in facts:
        found(None)
    if Fact.VALUES not in facts or not interview.panel.is_open:
        why = why_hidden(interview.panel, person.id)
        if person.id in interview.panel.observers:
            raise Refused(why)
        raise Refused("The debrief opens when everyone has submitted.", why)
    return interview


def _hides_names() -> bool:
    return request.args.get("names") == "hidden"


@bp.get("/interviews/<int:interview_id>/debrief")
@may(Action.READ_PANEL)
def show(interview_id: int) -> Any:
    session, person = db.session(), gate.asking()
    interview = _open_interview(interview_id)
    card_ids = [card.id for card in pages.counted(interview)]
    answers = scorecards.stored(session, card_ids)
    revised = queries.revisions(session, card_ids)
    hides_names = _hides_names()
    return render_template(
        "debrief/show.html",
        called=interview.candidate.alias if hides_names else interview.candidate.name,
        hides_names=hides_names,
        interview=interview,
        items=pages.items(interview, answers, revised, person.id),
        drift=pages.drift(interview, answers, revised),
    )


@bp.route("/interviews/<int:interview_id>/debrief/<int:item_id>", methods=["GET", "POST"])
@may(Action.DEBRIEF)
def revise(interview_id: int, item_id: int) -> Any:
    """Change one's own rating of one item. The first stays, and so does every change."""
    session, person = db.session(), gate.asking()
    interview = _open_interview(interview_id)
    item = found(next((item for item in interview.guide.items if item.id == item_id), None))
    card = found(queries.my_card(session, interview_id, person.id))
    if card.id not in {counted.id for counted in pages.counted(interview)}:
        raise Refused("Only ratings that count are changed in the debrief, and yours do not.")
    first = scorecards.stored(session, [card.id])[card.id, item_id].answer
    before = queries.standing_of_card(session, card.id).get(item_id, first.level)
    form = forms.RevisionForm(request.form)
    if request.method == "POST" and form.validate() and _is_change(before, form):
        session.add(
            Revision(
                scorecard_id=card.id,
                item_id=item_id,
                guide_id=card.guide_id,
                level=form.level.data,
                cause=form.cause.data,
                words=form.words.data,
                revised_at=db.now(),
            )
        )
        session.commit()
        flash("Your new rating stands beside the first one.", "ok")
        return redirect(_item_of(interview_id, item_id), 303)
    page = render_template(
        "debrief/revise.html",
        interview=interview,
        item=item,
        first=first,
        note=evidence(first),
        before=before,
        form=form,
        hides_names=_hides_names(),
    )
    return page, form.status


def _is_change(before: int | None, form: forms.RevisionForm) -> bool:
    """Whether the rating may be changed so; if not, the form says why."""
    try:
        rules.check_may_revise(before, form.level.data, form.words.data)
    except Refused as refusal:
        form.level.errors = [*refusal.sentences]
        return False
    return True


def _item_of(interview_id: int, item_id: int) -> str:
    names = "hidden" if _hides_names() else None
    return url_for(
        "debrief.show", interview_id=interview_id, names=names, _anchor=f"item-{item_id}"
    )
