"""A form filled in elsewhere comes back to its card; one written by hand is typed in."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from hiring import db
from hiring.interviews.models import Scorecard
from hiring.interviews.papers import Paper, PaperKind
from hiring.interviews.rules import Part
from hiring.paper import filled, forms, intake, pages, queries, reading, rules
from hiring.paper.rules import Unreadable
from hiring.people import gate, throttle
from hiring.people.gate import may
from hiring.people.rules import Action, Door
from hiring.refusal import NotFound, Refused, found
from hiring.scorecards import rules as scorecards
from hiring.scorecards.forms import AnswerForm
from hiring.scorecards.pages import one_item
from hiring.scorecards.rules import HAPPENED, Answer, Fact, Stale, Stored, same
from hiring.web import count, takes

bp = Blueprint("paper", __name__)

NOT_ITS_CODE = (
    "This is not the code of this scorecard's form. It is another interviewer's, another "
    "candidate's or another guide version's, or there is a slip in it."
)


# --- one page for all of it ---


@bp.get("/scorecards/<int:card_id>/paper")
@may(Action.PRINT)
def show(card_id: int) -> Any:
    return _page(_card(card_id))


def _card(card_id: int, *, to_change: bool = False) -> Scorecard:
    """A card for its owner, or for a recruiter, who sees nothing of what is on it."""
    person = gate.asking()
    owner = None if person.may(Action.PLAN) else person.id
    return found(queries.card(db.session(), card_id, owner, to_change=to_change))


def _my_card(card_id: int, *, to_change: bool = False) -> Scorecard:
    card = _card(card_id, to_change=to_change)
    return found(card if _is_mine(card) else None)


def _is_mine(card: Scorecard) -> bool:
    return card.person_id == gate.asking().id


def _may_type(card: Scorecard) -> bool:
    """Whether somebody may type in this card: its owner, or a recruiter who is not there."""
    person = gate.asking()
    facts = scorecards.open_facts(card.interview.panel, person.id, person.roles)
    return _is_mine(card) or Fact.PAPER in facts


def _one(card: Scorecard, paper_id: int) -> Paper:
    """A paper of a card: of one's own card all of them, of another's one's own scans."""
    return found(next((paper for paper in _papers(card) if paper.id == paper_id), None))


def _papers(card: Scorecard) -> list[Paper]:
    me = gate.asking().id
    return [
        paper
        for paper in card.papers
        if _is_mine(card) or (paper.kind == PaperKind.SCAN and paper.by_id == me)
    ]


def _page(
    card: Scorecard,
    filled_form: forms.FilledForm | None = None,
    scan_form: forms.ScanForm | None = None,
) -> Any:
    filled_form, scan_form = filled_form or forms.FilledForm(), scan_form or forms.ScanForm()
    page = render_template(
        "paper/show.html",
        card=card,
        interview=card.interview,
        is_mine=_is_mine(card),
        may_type=_may_type(card),
        papers=_papers(card),
        filled_form=filled_form,
        scan_form=scan_form,
    )
    return page, max(filled_form.status, scan_form.status)


def _sent() -> Any:
    """What a form sends with its file."""
    return CombinedMultiDict([request.files, request.form])


def _not_taken(sent: FileStorage, problem: Unreadable) -> list[str]:
    return [f"“{sent.filename}” was not taken. {' '.join(problem.sentences)}"]


# --- a filled form ---


@bp.post("/scorecards/<int:card_id>/paper/filled")
@may(Action.HAND_IN)
@takes(rules.LARGEST_FILE)
def upload(card_id: int) -> Any:
    """Read a filled form. What was read is shown before any of it is on the card."""
    session = db.session()
    card = _my_card(card_id)
    card.check_is_open()
    form = forms.FilledForm(_sent())
    if form.validate() and intake.is_full(card, PaperKind.FILLED):
        form.filled.errors = [rules.FULL]
    if form.errors:
        return _page(card, filled_form=form)
    sent = form.filled.data
    content = sent.read()
    session.commit()  # nothing is locked while a file is being read
    throttle.knock(Door.SEND_FILE, str(gate.asking().id))
    try:
        fields = intake.fields_in(card, content)
    except Unreadable as problem:
        form.filled.errors = _not_taken(sent, problem)
        return _page(_my_card(card_id), filled_form=form)
    card = _my_card(card_id, to_change=True)
    card.check_is_open()
    # One that was looked at and not confirmed makes room for the next.
    session.execute(
        sa.delete(Paper).where(
            Paper.scorecard_id == card_id,
            Paper.kind == PaperKind.FILLED,
            Paper.confirmed_at.is_(None),
        )
    )
    me = gate.asking().id
    paper = intake.new_paper(card, PaperKind.FILLED, me, str(sent.filename), content)
    paper.media_type, paper.fields = "application/pdf", filled.as_json(fields)
    session.add(paper)
    session.commit()
    return redirect(url_for("paper.read", card_id=card_id, paper_id=paper.id), 303)


@bp.get("/scorecards/<int:card_id>/papers/<int:paper_id>")
@may(Action.PRINT)
def read(card_id: int, paper_id: int) -> Any:
    """What a filled form says beside the card, or the questions of a form that is typed in."""
    card = _card(card_id)
    paper = _one(card, paper_id)
    return _filled_page(card, paper) if paper.kind == PaperKind.FILLED else _scan_page(card, paper)


def _filled_page(
    card: Scorecard, paper: Paper, problems: Mapping[int, str] | None = None, status: int = 200
) -> Any:
    page = render_template(
        "paper/filled.html",
        card=card,
        interview=card.interview,
        paper=paper,
        questions=intake.questions(db.session(), card, paper),
        State=pages.State,
        problems=problems or {},
        chosen=request.form,
        happened=HAPPENED,
    )
    return page, status


@bp.post("/scorecards/<int:card_id>/papers/<int:paper_id>/confirm")
@may(Action.HAND_IN)
def confirm(card_id: int, paper_id: int) -> Any:
    """Save the answers of a filled form as the scorecard itself would; all of them or none."""
    session = db.session()
    card = _my_card(card_id, to_change=True)
    card.check_is_open()
    paper = _one(card, paper_id)
    if paper.kind != PaperKind.FILLED or paper.confirmed_at is not None:
        return redirect(url_for("scorecards.show", card_id=card_id), 303)
    answers, problems = intake.to_save(session, card, paper, request.form)
    if problems:
        is_stale = intake.CHANGED in problems.values()
        return _filled_page(card, paper, problems, 409 if is_stale else 422)
    me = gate.asking().id
    try:
        for item_id, (answer, seen) in answers.items():
            intake.save(session, card, paper, me, item_id, answer, seen)
    except Stale:  # between the look and the save
        session.rollback()
        card = _my_card(card_id)
        problems = dict.fromkeys(answers, intake.CHANGED)
        return _filled_page(card, _one(card, paper_id), problems, 409)
    paper.confirmed_at = db.now()
    session.commit()
    flash(f"{count(len(answers), 'question').capitalize()} taken from the form.", "ok")
    return redirect(url_for("scorecards.show", card_id=card_id), 303)


@bp.post("/scorecards/<int:card_id>/papers/<int:paper_id>/discard")
@may(Action.HAND_IN)
def discard(card_id: int, paper_id: int) -> Any:
    """Throw a filled form away that was not confirmed."""
    session = db.session()
    paper = _one(_my_card(card_id, to_change=True), paper_id)
    if paper.confirmed_at is not None:
        raise Refused("Your scorecard refers to this paper, so it is kept with it.")
    session.delete(paper)
    session.commit()
    flash("Thrown away. Nothing of it is on your scorecard.")
    return redirect(url_for("paper.show", card_id=card_id), 303)


# --- a form to type in ---


@bp.post("/scorecards/<int:card_id>/paper/scan")
@may(Action.TRANSCRIBE)
@takes(rules.LARGEST_FILE)
def attach(card_id: int) -> Any:
    """Keep the scan of a form to type it in. If its owner doesn't, the whole panel is told."""
    session = db.session()
    card = _card_to_type(card_id)
    form = forms.ScanForm(_sent())
    if form.validate() and intake.is_full(card, PaperKind.SCAN):
        form.scan.errors = [rules.FULL]
    if form.code.data and not form.code.errors and not intake.is_code_of(card, form.code.data):
        form.code.errors = [NOT_ITS_CODE]
    if form.errors:
        return _page(card, scan_form=form)
    sent = form.scan.data
    content = sent.read()
    session.commit()  # nothing is locked while a file is being read
    throttle.knock(Door.SEND_FILE, str(gate.asking().id))
    try:
        media_type = reading.media_type(content)
    except Unreadable as problem:
        form.scan.errors = _not_taken(sent, problem)
        return _page(_card(card_id), scan_form=form)
    card = _card_to_type(card_id, to_change=True)
    if intake.is_full(card, PaperKind.SCAN):  # others sent some meanwhile
        raise Refused(rules.FULL)
    me = gate.asking().id
    paper = intake.new_paper(card, PaperKind.SCAN, me, str(sent.filename), content)
    paper.media_type, paper.confirmed_at = media_type, paper.at
    session.add(paper)
    session.commit()
    return redirect(url_for("paper.read", card_id=card_id, paper_id=paper.id), 303)


def _card_to_type(card_id: int, *, to_change: bool = False) -> Scorecard:
    """An open card that whoever asks may type in."""
    card = _card(card_id, to_change=to_change)
    if not _may_type(card):
        raise Refused(
            "You are at this interview yourself, so what another wrote there is closed to you. Ask "
            "a recruiter who is not."
        )
    card.check_is_open()
    return card


def _scan_page(card: Scorecard, paper: Paper) -> Any:
    if not _is_mine(card):
        card = _card_to_type(card.id)
    session = db.session()
    entered = queries.entered(session, card.id, gate.asking().id)
    return render_template(
        "paper/scan.html",
        card=card,
        interview=card.interview,
        paper=paper,
        is_mine=_is_mine(card),
        rows=pages.rows(card.interview, queries.answers(session, card.id), entered),
    )


@bp.route(
    "/scorecards/<int:card_id>/papers/<int:paper_id>/items/<int:item_id>", methods=["GET", "POST"]
)
@may(Action.TRANSCRIBE)
def type_in(card_id: int, paper_id: int, item_id: int) -> Any:
    """Type in what a form says about one question, then the next."""
    try:
        return _type_in(card_id, paper_id, item_id)
    except NotFound:
        raise
    except Refused as refusal:
        if request.method != "POST":
            raise
        db.session().rollback()
        return _refused(card_id, item_id, refusal)


def _refused(card_id: int, item_id: int, refusal: Refused) -> Any:
    """The card was submitted or closed meanwhile: hand all that was typed back."""
    card = _card(card_id)
    found(next((item for item in card.interview.guide.items if item.id == item_id), None))
    page = render_template(
        "paper/refused.html",
        card=card,
        is_mine=_is_mine(card),
        refusal=refusal,
        typed=one_item(card.interview, item_id, Stored(AnswerForm(request.form).answer, 0, None)),
        happened=HAPPENED,
    )
    return page, refusal.status


def _type_in(card_id: int, paper_id: int, item_id: int) -> Any:
    session, me = db.session(), gate.asking().id
    card = _card_to_type(card_id, to_change=request.method == "POST")
    paper = _one(card, paper_id)
    ids = [item.id for item in card.interview.guide.items]
    following = dict(zip(ids, [*ids[1:], None], strict=True))
    found(item_id if item_id in following else None)
    held = queries.answers(session, card_id).get(item_id, intake.NOTHING)
    entered = queries.entered(session, card_id, me).get(item_id, 0)
    is_closed = not _is_mine(card) and not rules.may_type_over(held.version, entered)
    if request.method == "GET":
        shown = intake.NOTHING if is_closed else held
        return _item_page(card, paper, item_id, shown, is_closed=is_closed)
    form = AnswerForm(request.form)
    typed = Stored(form.answer, form.seen, None)
    if is_closed or form.errors:
        return _item_page(card, paper, item_id, typed, is_closed=is_closed, errors=form.errors)
    try:
        if held.version or not same(form.answer, Answer()):  # a question left empty is no answer
            intake.save(session, card, paper, me, item_id, form.answer, form.seen)
        session.commit()
    except Stale as stale:
        session.rollback()
        card = _card(card_id)
        paper, newer = _one(card, paper_id), Stored(form.answer, stale.stored.version, None)
        return _item_page(card, paper, item_id, newer, card_has=stale.stored)
    after = "paper.read" if following[item_id] is None else "paper.type_in"
    return redirect(
        url_for(after, card_id=card_id, paper_id=paper_id, item_id=following[item_id]), 303
    )


def _item_page(  # noqa: PLR0913 - what can be said about one question
    card: Scorecard,
    paper: Paper,
    item_id: int,
    shown: Stored,
    *,
    is_closed: bool = False,
    errors: Sequence[str] = (),
    card_has: Stored | None = None,
) -> Any:
    """The form of one question. To whom it is closed, what its owner wrote is not shown."""
    is_hidden = card_has is not None and not _is_mine(card)
    page = render_template(
        "paper/item.html",
        card=card,
        interview=card.interview,
        paper=paper,
        scans=[one for one in _papers(card) if one.kind == PaperKind.SCAN],
        item=one_item(card.interview, item_id, shown),
        card_has=one_item(card.interview, item_id, card_has) if card_has else None,
        is_closed=is_closed or is_hidden,
        errors=errors,
        happened=HAPPENED,
    )
    is_refused = request.method == "POST" and (is_closed or card_has is not None)
    return page, 409 if is_refused else 422 if errors else 200


# --- the file ---


@bp.get("/papers/<int:paper_id>/file")
@may(Action.READ_PANEL)
def file(paper_id: int) -> Any:
    """A paper as it came, for its card's owner, for whoever sent it, or once all of it is open."""
    paper, person = found(queries.paper(db.session(), paper_id)), gate.asking()
    card = paper.card
    if person.id not in {card.person_id, paper.by_id}:
        needed = Fact.VALUES if card.part == Part.COUNTED else Fact.PRACTICE
        facts = scorecards.open_facts(card.interview.panel, person.id, person.roles)
        # It tells what happened at the interview, too, and that is not for everybody.
        is_whole = scorecards.may_read_happened(card.person_id, person.id, person.roles)
        if not (card.is_submitted and paper.confirmed_at and needed in facts and is_whole):
            raise NotFound
    response = Response(queries.content(db.session(), paper_id), mimetype=paper.media_type)
    shown = "attachment" if paper.media_type == "application/pdf" else "inline"
    name = f"paper-{paper_id}.{rules.EXTENSIONS[paper.media_type]}"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    return response
