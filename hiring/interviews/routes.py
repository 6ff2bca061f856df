"""Openings with their candidates; planning interviews; closing a panel."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError

from hiring import db, spreadsheet
from hiring.guides import queries as guides
from hiring.interviews import forms, listing, queries, rules
from hiring.interviews.models import Candidate, Interview
from hiring.openings import queries as openings_queries
from hiring.people import gate
from hiring.people import queries as people
from hiring.people.gate import may
from hiring.people.models import Person
from hiring.people.rules import Action, Role
from hiring.refusal import Refused, found

bp = Blueprint("interviews", __name__)


@bp.get("/openings")
@may(Action.READ_PLANS)
def openings() -> Any:
    return render_template(
        "interviews/openings.html",
        rows=queries.openings(db.session()),
        may_plan=gate.asking().may(Action.PLAN),
    )


@bp.get("/openings/<int:opening_id>")
@may(Action.READ_PLANS)
def opening(opening_id: int) -> Any:
    return _opening_page(opening_id, forms.CandidateForm())


def _opening_page(opening_id: int, form: forms.CandidateForm) -> Any:
    session = db.session()
    shown = found(openings_queries.opening(session, opening_id))
    by_candidate: dict[int, list[Interview]] = {}
    interviews = queries.interviews_of_opening(session, opening_id)
    for interview in interviews:
        by_candidate.setdefault(interview.candidate_id, []).append(interview)
    return (
        render_template(
            "interviews/opening.html",
            opening=shown,
            guides=guides.guides_of(session, opening_id),
            candidates=queries.candidates_of(session, opening_id),
            interviews=by_candidate,
            late=_late(interviews),
            form=form,
            may_plan=gate.asking().may(Action.PLAN),
        ),
        form.status,
    )


@bp.post("/openings/<int:opening_id>/candidates")
@may(Action.PLAN)
def add_candidate(opening_id: int) -> Any:
    session = db.session()
    found(openings_queries.opening(session, opening_id))
    form = forms.CandidateForm(request.form)
    if not form.validate():
        return _opening_page(opening_id, form)
    email, reference = (form.email.data or "").lower() or None, form.reference.data or None
    for other in queries.candidates_of(session, opening_id):
        if (email and other.email == email) or (reference and other.reference == reference):
            form.name.errors = [f"{other.name} is here already with this e-mail or reference."]
            return _opening_page(opening_id, form)
    candidate = Candidate(
        opening_id=opening_id,
        name=form.name.data,
        email=email,
        reference=reference,
        added_at=db.now(),
    )
    session.add(candidate)
    session.commit()
    flash(f"{candidate.name} is added. Plan the interview next.")
    return redirect(url_for("interviews.candidate", candidate_id=candidate.id), 303)


@bp.route("/openings/<int:opening_id>/candidates/list", methods=["GET", "POST"])
@may(Action.PLAN)
def add_list(opening_id: int) -> Any:
    """Add everyone of a pasted or uploaded list who can be added, and name the rest."""
    session = db.session()
    shown = found(openings_queries.opening(session, opening_id))
    form = forms.RollForm(request.form)
    read = None
    if request.method == "POST" and form.validate() and (text := _given_text(form)):
        here = queries.candidates_of(session, opening_id)
        read = listing.read_list(
            text,
            [candidate.email for candidate in here if candidate.email],
            [candidate.reference for candidate in here if candidate.reference],
        )
        session.add_all(
            Candidate(
                opening_id=opening_id,
                name=row.name,
                email=row.email,
                reference=row.reference,
                added_at=db.now(),
            )
            for row in read.new
        )
        session.commit()
        form.text.data = read.to_mend
    page = render_template("interviews/add_list.html", opening=shown, form=form, read=read)
    return page, 422 if read is not None and read.bad else form.status


def _given_text(form: forms.RollForm) -> str:
    """The pasted text, or the file's. Empty when neither is to be had: the form says why."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        if not form.text.data:
            form.text.errors = ["Paste some rows or choose a file. Nothing was sent."]
        return form.text.data or ""
    if form.text.data:
        form.file.errors = ["You pasted rows and chose a file. Send one, then the other."]
        return ""
    text = spreadsheet.decoded(upload.read())
    if text is None:
        sentence = "is not a text file. Save the sheet as CSV (comma separated) and choose that."
        form.file.errors = [f"“{upload.filename}” {sentence}"]
    elif not text.strip():
        form.file.errors = [f"“{upload.filename}” is empty."]
        return ""
    return text or ""


@bp.get("/candidates/<int:candidate_id>")
@may(Action.READ_PLANS)
def candidate(candidate_id: int) -> Any:
    session = db.session()
    shown = found(queries.candidate(session, candidate_id))
    interviews = queries.interviews_of(session, candidate_id)
    return render_template(
        "interviews/candidate.html",
        candidate=shown,
        interviews=interviews,
        guides=queries.published_guides(session, shown.opening_id),
        may_plan=gate.asking().may(Action.PLAN),
        late=_late(interviews),
    )


def _late(interviews: Iterable[Interview]) -> frozenset[int]:
    """The cards that are late, in any of some interviews."""
    now = db.now()
    return frozenset(card for interview in interviews for card in interview.late_cards(now))


@bp.route("/candidates/<int:candidate_id>/interviews/new", methods=["GET", "POST"])
@may(Action.PLAN)
def plan(candidate_id: int) -> Any:
    session = db.session()
    shown = found(queries.candidate(session, candidate_id))
    usable = queries.published_guides(session, shown.opening_id)
    if not usable:
        raise Refused("There is no published guide for this opening yet. Publish one first.")
    taken = {interview.guide_id for interview in queries.interviews_of(session, candidate_id)}
    usable = [guide for guide in usable if guide.id not in taken]
    if not usable:
        raise Refused(
            f"{shown.name} has an interview with every published version of the guide. Change the "
            "time or the panel of the one there is."
        )
    form = forms.InterviewForm(request.form)
    form.offer(usable, *_who_may_come())
    if request.method == "GET":
        form.zone.data = _usual_zone(shown.opening_id)
    if request.method == "POST" and form.validate():
        interview = Interview(
            candidate=shown,
            guide_id=form.guide.data,
            planned_by_id=gate.asking().id,
            planned_at=db.now(),
            cards=[],
            observers=[],
            overrides=[],
            guests=[],
        )
        _fill(interview, form)
        session.add(interview)
        session.commit()
        flash(f"The interview with {shown.name} is planned.")
        return redirect(url_for("interviews.candidate", candidate_id=candidate_id), 303)
    return (
        render_template("interviews/plan.html", form=form, candidate=shown, interview=None),
        form.status,
    )


def _who_may_come(seated: Sequence[Person] = ()) -> tuple[list[Person], list[Person]]:
    """Who may rate, those who are seated already among them, and who else may listen in."""
    session = db.session()
    interviewers = list(people.with_role(session, Role.INTERVIEWER))
    raters = [*interviewers, *(person for person in seated if person not in interviewers)]
    watchers = (*people.with_role(session, Role.RECRUITER), *people.with_role(session, Role.HR))
    return raters, [one for one in dict.fromkeys(watchers) if one not in raters]


def _usual_zone(opening_id: int) -> str:
    """The zone of the interview planned last for this opening: most are in one place."""
    planned = queries.interviews_of_opening(db.session(), opening_id)
    return planned[-1].zone if planned else "UTC"


def _fill(interview: Interview, form: forms.InterviewForm) -> None:
    interview.starts_at = rules.starts_at(form.starts.data, form.zone.data)
    interview.zone = form.zone.data
    interview.place = form.place.data
    everyone = people.everyone(db.session())
    interview.seat(
        *(
            [person for person in everyone if person.id in set(field.data)]
            for field in (form.panel, form.trainees, form.observers)
        )
    )


def _interview(interview_id: int) -> Interview:
    """An interview; in a request that may change it, nobody else changes its panel meanwhile."""
    to_change = request.method == "POST"
    return found(queries.interview(db.session(), interview_id, to_change=to_change))


@bp.route("/interviews/<int:interview_id>", methods=["GET", "POST"])
@may(Action.PLAN)
def edit(interview_id: int) -> Any:
    """Change the time, the place or the panel. The guide stays: answers belong to its items."""
    interview = _interview(interview_id)
    form = forms.InterviewForm(
        request.form,
        data={
            "guide": interview.guide_id,
            "starts": _wall_clock(interview),
            "zone": interview.zone,
            "place": interview.place,
            "panel": [card.person_id for card in interview.counted_cards],  # and its guests
            "trainees": [card.person_id for card in interview.trainee_cards],
            "observers": [observer.person_id for observer in interview.observers],
        },
    )
    guests = {guest.person_id for guest in interview.seated_guests}
    seated = [card.person for card in interview.cards if card.person_id not in guests]
    form.offer([interview.guide], *_who_may_come(seated))
    if request.method == "POST" and form.validate():
        _change(interview, form)
        flash("The interview is changed.")
        return redirect(url_for("interviews.candidate", candidate_id=interview.candidate_id), 303)
    return (
        render_template(
            "interviews/plan.html", form=form, candidate=interview.candidate, interview=interview
        ),
        form.status,
    )


def _wall_clock(interview: Interview) -> dt.datetime:
    return interview.starts_at.astimezone(ZoneInfo(interview.zone)).replace(tzinfo=None)


def _change(interview: Interview, form: forms.InterviewForm) -> None:
    try:
        _fill(interview, form)
        db.session().commit()
    except IntegrityError as error:
        raise Refused(
            "Somebody you took off the panel, or moved between panel and trainees, has already "
            "saved an answer or sent in a form, so their seat stays as it is. Nothing was changed. "
            "Keep them there, or close the panel later with a reason."
        ) from error


@bp.route("/interviews/<int:interview_id>/close", methods=["GET", "POST"])
@may(Action.DECIDE)
def close(interview_id: int) -> Any:
    """Stop waiting for the rest of a panel, with a reason that everyone on it can read."""
    session = db.session()
    interview = _interview(interview_id)
    rules.check_may_close(interview.panel, gate.asking().id)
    form = forms.CloseForm(request.form)
    if request.method == "POST" and form.validate():
        by = found(people.person(session, gate.asking().id))
        interview.close(by, form.reason.data, db.now())
        session.commit()
        flash("The panel is closed. What was submitted is open now.")
        return redirect(url_for("interviews.candidate", candidate_id=interview.candidate_id), 303)
    return render_template("interviews/close.html", form=form, interview=interview), form.status


@bp.route("/interviews/<int:interview_id>/override", methods=["GET", "POST"])
@may(Action.OVERRIDE)
def override(interview_id: int) -> Any:
    """Read what is scored so far, with a reason that the whole panel is shown."""
    session = db.session()
    interview = _interview(interview_id)
    rules.check_may_override(interview.panel, gate.asking().id)
    form = forms.OverrideForm(request.form)
    if request.method == "POST" and form.validate():
        by = found(people.person(session, gate.asking().id))
        interview.override(by, form.reason.data, db.now())
        session.commit()
        flash("What is scored so far is open to you. The panel can see that you looked, and why.")
        return redirect(url_for("scorecards.panel", interview_id=interview_id), 303)
    return render_template("interviews/override.html", form=form, interview=interview), form.status


@bp.route("/scorecards/<int:card_id>/reopen", methods=["GET", "POST"])
@may(Action.REOPEN)
def reopen(card_id: int) -> Any:
    """Give a submitted card back to its owner, who may ask for it, while nothing is open yet."""
    session, person = db.session(), gate.asking()
    card = found(queries.card(session, card_id, to_change=request.method == "POST"))
    is_mine = card.person_id == person.id
    if card.is_held or not (is_mine or person.may(Action.PLAN)):
        found(None)
    card.check_may_reopen()
    form = forms.ReopenForm(request.form)
    if request.method == "POST" and form.validate():
        session.add(card.reopen(person.id, form.reason.data, db.now()))
        session.commit()
        flash("The scorecard is open again. What was submitted first is kept.")
        if is_mine:
            return redirect(url_for("scorecards.show", card_id=card_id), 303)
        return redirect(url_for("interviews.candidate", candidate_id=card.candidate_id), 303)
    page = render_template("interviews/reopen.html", form=form, card=card, is_mine=is_mine)
    return page, form.status


@bp.get("/interviews/<int:interview_id>/guide")
@may(Action.OBSERVE)
def observed(interview_id: int) -> Any:
    """The guide of an interview one observes: what is asked, and nothing of what anybody writes."""
    interview = found(queries.observed_guide(db.session(), interview_id, gate.asking().id))
    return render_template("interviews/observed.html", interview=interview)
