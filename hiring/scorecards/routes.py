"""My interviews, the scorecard, and what a panel scored once it may be read."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from hiring import db
from hiring.interviews import queries as interviews
from hiring.interviews.models import Scorecard
from hiring.interviews.rules import Part
from hiring.people import gate
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import NotFound, Refused, found
from hiring.scorecards import forms, pages, queries, rules, saving
from hiring.scorecards.rules import Fact, Stored
from hiring.web import moment, wants_json

bp = Blueprint("scorecards", __name__)


@bp.get("/my-interviews")
@may(Action.RATE)
def mine() -> Any:
    session, asking = db.session(), gate.asking().id
    return render_template(
        "scorecards/mine.html",
        rows=queries.my_cards(session, asking),
        observed=interviews.observed(session, asking),
    )


@bp.get("/scorecards/<int:card_id>")
@may(Action.RATE)
def show(card_id: int) -> Any:
    return _card_page(_my_card(card_id))


def _my_card(card_id: int, *, to_submit: bool = False) -> Scorecard:
    asking = gate.asking().id
    return found(queries.my_card(db.session(), card_id, asking, to_submit=to_submit))


def _my_answers(card: Scorecard) -> dict[int, Stored]:
    stored = queries.stored(db.session(), [card.id])
    return {item_id: answer for (_, item_id), answer in stored.items()}


def _card_page(
    card: Scorecard,
    typed: Mapping[int, Stored] | None = None,
    errors: Mapping[int, Sequence[str]] | None = None,
    missing: Sequence[tuple[int, int, str]] = (),
) -> str:
    """The card as it is stored, with what was typed but refused laid over it."""
    interview = card.interview
    answers = {**_my_answers(card), **(typed or {})}
    items = pages.item_pages(interview, answers, errors)
    done = sum(not rules.lacks(answers[item.id].answer) for item in items if item.id in answers)
    return render_template(
        "scorecards/show.html",
        card={
            "id": card.id,
            "is_submitted": card.is_submitted,
            "submitted_at": moment(card.submitted_at, interview.zone),
            "is_locked": card.is_submitted or interview.closed_at is not None,
            "is_trainee": card.part == Part.TRAINEE,
            "may_reopen": card.is_submitted and not interview.panel.is_open,
            "reopenings": card.reopenings,
        },
        interview={
            "id": interview.id,
            "candidate_name": interview.candidate.name,
            "opening_title": interview.candidate.opening.title,
            "starts": moment(interview.starts_at, interview.zone),
            "place": interview.place,
            "zone": interview.zone,
            "hidden": rules.why_hidden(interview.panel, card.person_id),
            "overrides": interview.overrides,
        },
        guide={
            "introduction": interview.guide.introduction,
            "closing": interview.guide.closing,
            "label": interview.guide.label,
            "minutes": interview.guide.minutes_used,
        },
        items=items,
        progress={"done": done, "total": len(items), "percent": 100 * done // max(len(items), 1)},
        missing=missing,
    )


@bp.post("/scorecards/<int:card_id>/items/<int:item_id>")
@may(Action.RATE)
def save(card_id: int, item_id: int) -> Any:
    """Save one answer: JSON for the page's script, 303 back to the item for a plain form."""
    form = forms.AnswerForm(request.form)
    now = db.now()
    try:
        if form.errors:
            return _unsound(card_id, item_id, form)
        with db.database().direct() as connection:
            version = saving.save(
                connection, card_id, item_id, gate.asking().id, form.answer, form.seen, now
            )
    except rules.Stale as stale:
        return _conflict(card_id, item_id, form, stale.stored)
    except Refused as refusal:
        return _refused(form, refusal)
    if wants_json():
        return jsonify(version=version, saved_at=now.isoformat(timespec="seconds"))
    return redirect(url_for("scorecards.show", card_id=card_id, _anchor=f"item-{item_id}"), 303)


def _unsound(card_id: int, item_id: int, form: forms.AnswerForm) -> Any:
    """What was sent can't be an answer: say why, and show it again as it was typed."""
    if wants_json():
        return jsonify(errors=form.errors), 422
    card = _my_card(card_id)
    card.check_is_open()
    found(next((item for item in card.interview.guide.items if item.id == item_id), None))
    typed = {item_id: Stored(form.answer, form.seen, None)}
    return _card_page(card, typed, {item_id: form.errors}), 422


def _refused(form: forms.AnswerForm, refusal: Refused) -> Any:
    """The card is locked, or isn't there: say so, and hand a plain form's words back."""
    if wants_json():
        return jsonify(refused=True, errors=refusal.sentences), refusal.status
    if isinstance(refusal, NotFound):
        raise refusal
    typed = form.answer
    return render_template("scorecards/refused.html", refusal=refusal, typed=typed), refusal.status


def _conflict(card_id: int, item_id: int, form: forms.AnswerForm, stored: Stored) -> Any:
    """Another window has saved since: show both answers and let the person choose or join."""
    if wants_json():
        return jsonify(stale=True, version=stored.version), 409
    interview = _my_card(card_id).interview
    item = next(item for item in interview.guide.items if item.id == item_id)
    name = next(trait.name for trait in interview.guide.traits if trait.key == item.trait_key)
    mine = pages.item_page(item, name, Stored(form.answer, stored.version, None), interview.zone)
    theirs = pages.item_page(item, name, stored, interview.zone)
    return (
        render_template(
            "scorecards/conflict.html",
            card={"id": card_id},
            item=theirs,
            mine=mine,
            stored=theirs,
            joined_note=rules.joined(mine.note, theirs.note),
        ),
        409,
    )


@bp.post("/scorecards/<int:card_id>/submit")
@may(Action.RATE)
def submit(card_id: int) -> Any:
    """Lock the card when it is complete; otherwise say all that is missing at once."""
    card = _my_card(card_id, to_submit=True)
    card.check_is_open()
    answers = {item_id: stored.answer for item_id, stored in _my_answers(card).items()}
    missing = rules.missing([item.id for item in card.interview.guide.items], answers)
    if missing:
        return _card_page(card, missing=missing), 422
    card.submit(db.now())
    db.session().commit()
    if card.interview.panel.is_open:
        flash("Submitted. Everyone has, so you can read what the panel scored.", "ok")
        if card.part == Part.TRAINEE:
            return redirect(url_for("scorecards.panel", interview_id=card.interview_id), 303)
        return redirect(url_for("debrief.show", interview_id=card.interview_id), 303)
    flash("Submitted and locked. Thank you.", "ok")
    return redirect(url_for("scorecards.mine"), 303)


@bp.get("/interviews/<int:interview_id>/panel")
@may(Action.READ_PANEL)
def panel(interview_id: int) -> Any:
    """What everyone on a panel scored and wrote, item by item, once it may be read."""
    session = db.session()
    person = gate.asking()
    interview = found(queries.panel(session, interview_id))
    hides_names = request.args.get("names") == "hidden"
    called = interview.candidate.alias if hides_names else interview.candidate.name
    facts = rules.open_facts(interview.panel, person.id, person.roles)
    if Fact.PROGRESS not in facts:
        found(None)
    if Fact.VALUES not in facts:
        return render_template(
            "scorecards/hidden.html",
            called=called,
            why=rules.why_hidden(interview.panel, person.id),
            interview=interview,
            may_override=person.may(Action.OVERRIDE) and person.id not in interview.panel.raters,
        )
    counted = [
        card
        for card in interview.cards
        if card.is_submitted
        and (card.part == Part.COUNTED or Fact.PRACTICE in facts or card.person_id == person.id)
    ]
    stored = queries.stored(session, [card.id for card in counted])
    columns = [
        pages.item_pages(
            interview, {item: s for (card_id, item), s in stored.items() if card_id == card.id}
        )
        for card in counted
    ]
    return render_template(
        "scorecards/panel.html",
        interview=interview,
        called=called,
        hides_names=hides_names,
        cards=counted,
        items=list(zip(*columns, strict=True)),
        may_compare=person.may(Action.COMPARE) and interview.panel.is_open,
    )


@bp.get("/scorecards/<int:card_id>/submissions/<int:reopening_id>")
@may(Action.READ_PANEL)
def first(card_id: int, reopening_id: int) -> Any:
    """What had been submitted before a card was reopened: its owner's, then the panel's to read."""
    session, person = db.session(), gate.asking()
    reopening = found(queries.reopening(session, card_id, reopening_id))
    card = reopening.card
    if card.person_id != person.id:
        needed = Fact.VALUES if card.part == Part.COUNTED else Fact.PRACTICE
        if needed not in rules.open_facts(card.interview.panel, person.id, person.roles):
            raise NotFound
    return render_template(
        "scorecards/first.html",
        reopening=reopening,
        interview=card.interview,
        items=pages.item_pages(
            card.interview, queries.answers_at(session, card_id, reopening.submitted_at)
        ),
    )
