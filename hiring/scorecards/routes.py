"""My interviews, the scorecard, and what a panel scored once it may be read."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask import (
    Blueprint,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import generate_csrf

from hiring import db
from hiring.guests import queries as guests
from hiring.interviews import queries as interviews
from hiring.interviews.models import Scorecard
from hiring.interviews.rules import Panel, Part
from hiring.library.routes import shelf
from hiring.people import gate
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import NotFound, Refused, found
from hiring.scorecards import forms, pages, queries, rules, saving
from hiring.scorecards.rules import Fact, Stored
from hiring.web import moment, wants_json

bp = Blueprint("scorecards", __name__)
Thing = TypeVar("Thing")

CHANGED_SINCE = (
    "This question was changed after you opened this page, so nothing was put back. The newest "
    "version is at the top now: look at it and choose again."
)


@bp.get("/my-interviews")
@may(Action.RATE)
def mine() -> Any:
    session, asking = db.session(), gate.asking().id
    return render_template(
        "scorecards/mine.html",
        rows=queries.my_cards(session, asking, db.now()),
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
    return _of(card, queries.stored(db.session(), [card.id]))


def _of(card: Scorecard, found: Mapping[tuple[int, int], Thing]) -> dict[int, Thing]:
    """What was found for the items of one card."""
    return {item_id: thing for (card_id, item_id), thing in found.items() if card_id == card.id}


def _card_page(
    card: Scorecard,
    typed: Mapping[int, Stored] | None = None,
    errors: Mapping[int, Sequence[str]] | None = None,
    missing: Sequence[tuple[int, int, str]] = (),
) -> str:
    """The card as it is stored, with what was typed but refused laid over it."""
    interview = card.interview
    answers = {**_my_answers(card), **(typed or {})}
    origins = _of(card, queries.origins(db.session(), [card]))
    items = pages.item_pages(interview, answers, errors, origins)
    done = sum(not rules.lacks(answers[item.id].answer) for item in items if item.id in answers)
    return render_template(
        "scorecards/show.html",
        card=_state(card),
        interview={
            "id": interview.id,
            "candidate_name": interview.candidate.name,
            "opening_title": interview.candidate.opening.title,
            "starts": moment(interview.starts_at, interview.zone),
            "place": interview.place,
            "zone": interview.zone,
            "hidden": rules.why_hidden(interview.panel, card.person_id),
            "overrides": interview.overrides,
            "transcriptions": interview.transcriptions,
        },
        guide=interview.guide,
        items=items,
        examples=pages.examples(items),
        happened=rules.HAPPENED,
        progress={"done": done, "total": len(items), "percent": 100 * done // max(len(items), 1)},
        missing=missing,
    )


def _state(card: Scorecard) -> dict[str, Any]:
    """What the page says of the card itself: whose it is, and whether it is in, late, or locked."""
    interview = card.interview
    return {
        "id": card.id,
        "is_submitted": card.is_submitted,
        "submitted_at": moment(card.submitted_at, interview.zone),
        "is_locked": card.is_locked,
        "is_trainee": card.part == Part.TRAINEE,
        "is_guest": gate.asking().is_guest,
        "due": "" if card.is_locked else moment(interview.due_at(card), interview.zone),
        "is_late": interview.is_late(card, db.now()),
        "may_reopen": card.is_submitted and not interview.panel.is_open,
        "reopenings": card.reopenings,
    }


@bp.post("/scorecards/<int:card_id>/items/<int:item_id>")
@may(Action.RATE)
def save(card_id: int, item_id: int) -> Any:
    """Save one answer: JSON for the page's script, 303 back to the item for a plain form."""
    return _save(card_id, item_id)


@bp.post("/scorecards/<int:card_id>/items/<int:item_id>/aside")
@may(Action.RATE)
def set_aside(card_id: int, item_id: int) -> Any:
    """Keep what was sent in the history, and put the version that was seen back over it."""
    return _save(card_id, item_id, aside=True)


def _save(card_id: int, item_id: int, *, aside: bool = False) -> Any:
    form = forms.AnswerForm(request.form)
    now = db.now()
    try:
        if form.errors:
            return _unsound(card_id, item_id, form)
        place, database = (card_id, item_id, gate.asking().id), db.database()
        # Both versions or neither: a crash between them must not leave what was decided against.
        opened: Any = database.writing() if aside else database.direct()
        with opened as connection:
            version = saving.save(connection, *place, form.answer, form.seen, now)
            if aside:
                version = saving.put_back(connection, *place, form.seen, version, now)
    except rules.Stale as stale:
        return _conflict(card_id, item_id, form, stale.stored)
    except Refused as refusal:
        return _refused(card_id, item_id, form, refusal)
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


def _refused(card_id: int, item_id: int, form: forms.AnswerForm, refusal: Refused) -> Any:
    """The card is locked, or isn't there: say so, and hand all of a plain form back."""
    if wants_json():
        return jsonify(refused=True, errors=refusal.sentences), refusal.status
    if isinstance(refusal, NotFound):
        raise refusal
    interview = _my_card(card_id).interview
    page = render_template(
        "scorecards/refused.html",
        refusal=refusal,
        typed=pages.one_item(interview, item_id, Stored(form.answer, 0, None)),
        happened=rules.HAPPENED,
    )
    return page, refusal.status


def _conflict(card_id: int, item_id: int, form: forms.AnswerForm, stored: Stored) -> Any:
    """Another window has saved since: show both answers and let the person choose or join."""
    interview = _my_card(card_id).interview
    joined = rules.join(form.answer, stored.answer)
    mine, both, theirs = (
        pages.one_item(interview, item_id, version)
        for version in (Stored(form.answer, 0, None), Stored(joined, 0, None), stored)
    )
    given: dict[str, Any] = {
        "card": {"id": card_id},
        "mine": mine,
        "stored": theirs,
        "joined": both,
        "happened": rules.HAPPENED,
        "sent": {"mine": forms.sent(form.answer), "joined": forms.sent(joined)},
    }
    if wants_json():
        html = render_template("scorecards/_versions.html", **given)
        held = {**_held(stored), "html": html, "joined": given["sent"]["joined"]}
        return jsonify(stale=True, **held), 409
    return render_template("scorecards/conflict.html", item=theirs, **given), 409


def _held(stored: Stored) -> dict[str, Any]:
    """What the database holds for an item, as the page's script fills it in."""
    moment = stored.saved_at.isoformat(timespec="seconds") if stored.saved_at else ""
    return {"version": stored.version, "saved_at": moment, "fields": forms.sent(stored.answer)}


@bp.get("/scorecards/worker.js")
@may(Action.VISIT)
def worker() -> Any:
    """Opens scorecards without a connection. A worker may do that for pages below its address."""
    return current_app.send_static_file("worker.js")


@bp.get("/scorecards/<int:card_id>/answers")
@may(Action.RATE)
def answers(card_id: int) -> Any:
    """What the database holds of one's own card, and a token, for a page that stayed open."""
    held = {item_id: _held(stored) for item_id, stored in _my_answers(_my_card(card_id)).items()}
    return jsonify(token=generate_csrf(), answers=held)


@bp.get("/scorecards/<int:card_id>/briefing/<string:key>")
@may(Action.RATE)
def briefing(card_id: int, key: str) -> Any:
    """How to listen for a trait of one's card: a guest has no library."""
    guide = _my_card(card_id).interview.guide
    trait = found(next((trait for trait in guide.traits if trait.key == key), None))
    return render_template(
        "scorecards/briefing.html",
        card_id=card_id,
        trait=trait,
        briefing=found(shelf().library().briefings.get(key)),
    )


@bp.get("/scorecards/<int:card_id>/items/<int:item_id>/history")
@may(Action.RATE)
def history(card_id: int, item_id: int) -> Any:
    return _history_page(_my_card(card_id), item_id)


def _history_page(card: Scorecard, item_id: int, problem: str = "") -> str:
    """Every version of one's own answer that was ever saved, each to be put back."""
    found(next((item for item in card.interview.guide.items if item.id == item_id), None))
    saved = queries.history(db.session(), card.id, item_id)
    return render_template(
        "scorecards/history.html",
        card={"id": card.id, "is_locked": card.is_locked},
        candidate_name=card.interview.candidate.name,
        zone=card.interview.zone,
        item=pages.one_item(card.interview, item_id, saved[0] if saved else pages.NOTHING),
        happened=rules.HAPPENED,
        versions=pages.versions(card.interview, item_id, saved),
        problem=problem,
    )


@bp.post("/scorecards/<int:card_id>/items/<int:item_id>/history/<int:version>")
@may(Action.RATE)
def put_back(card_id: int, item_id: int, version: int) -> Any:
    """Save an earlier version anew. What it replaces stays in the history too."""
    seen = forms.number(request.form.get("seen", ""))
    if seen is None:
        raise Refused(forms.NOT_FROM_THE_PAGE)
    place = (card_id, item_id, gate.asking().id)
    try:
        with db.database().direct() as connection:
            saving.put_back(connection, *place, version, seen, db.now())
    except rules.Stale:
        return _history_page(_my_card(card_id), item_id, problem=CHANGED_SINCE), 409
    return redirect(url_for("scorecards.show", card_id=card_id, _anchor=f"item-{item_id}"), 303)


@bp.post("/scorecards/<int:card_id>/submit")
@may(Action.RATE)
def submit(card_id: int) -> Any:
    """Lock the card when it is complete; otherwise say all that is missing at once."""
    card = _my_card(card_id, to_submit=True)
    card.check_is_open()
    answers = {item_id: stored.answer for item_id, stored in _my_answers(card).items()}
    missing = rules.missing([item.id for item in card.interview.guide.items], answers)
    if missing:
        if wants_json():
            return jsonify(missing=missing), 422
        return _card_page(card, missing=missing), 422
    card.submit(db.now())
    db.session().commit()
    if card.interview.panel.is_open:
        flash("Submitted. Everyone has, so you can read what the panel scored.", "ok")
        after = "scorecards.panel" if card.part == Part.TRAINEE else "debrief.show"
        after = url_for(after, interview_id=card.interview_id)
    else:
        flash("Submitted and locked. Thank you.", "ok")
        after = url_for("scorecards.mine")
    return jsonify(next=after) if wants_json() else redirect(after, 303)


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
    given = {
        "interview": interview,
        "called": called,
        "late": interview.late_cards(db.now()),
        "told_links": guests.told_links(session, interview),
    }
    if Fact.VALUES not in facts:
        return _hidden_page(interview.panel, given)
    counted = [
        card
        for card in interview.cards
        if card.is_submitted
        and (card.part == Part.COUNTED or Fact.PRACTICE in facts or card.person_id == person.id)
    ]
    stored = queries.stored(session, [card.id for card in counted])
    origins = queries.origins(session, counted)
    columns = [
        pages.item_pages(interview, _of(card, stored), origins=_of(card, origins))
        for card in counted
    ]
    return render_template(
        "scorecards/panel.html",
        **given,
        hides_names=hides_names,
        cards=counted,
        sittings=_sittings(counted),
        happened=rules.HAPPENED,
        items=list(zip(*columns, strict=True)),
        may_compare=person.may(Action.COMPARE) and interview.panel.is_open,
    )


def _hidden_page(panel: Panel, given: Mapping[str, Any]) -> str:
    """Who has submitted, and why the rest is not to be read."""
    person = gate.asking()
    is_here = person.id in panel.raters | panel.observers
    return render_template(
        "scorecards/hidden.html",
        **given,
        why=rules.why_hidden(panel, person.id),
        may_override=person.may(Action.OVERRIDE) and not is_here,
        observes=person.id in panel.observers,
    )


def _sittings(cards: Sequence[Scorecard]) -> set[int]:
    """The cards of which whoever asks may read what happened at the interview."""
    person = gate.asking()
    return {
        card.id
        for card in cards
        if rules.may_read_happened(card.person_id, person.id, person.roles)
    }


@bp.get("/scorecards/<int:card_id>/submissions/<int:reopening_id>")
@may(Action.READ_PANEL)
def first(card_id: int, reopening_id: int) -> Any:
    """What had been submitted before a card was reopened: its owner's, then the panel's to read."""
    session, person = db.session(), gate.asking()
    reopening = found(queries.reopening(session, card_id, reopening_id))
    card = reopening.card
    if card.is_held:
        raise NotFound
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
