"""Make an opening and change what is said about it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from hiring import db
from hiring.openings import forms, queries
from hiring.openings.models import Opening
from hiring.people import gate
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import found

bp = Blueprint("openings", __name__)


@bp.route("/openings/new", methods=["GET", "POST"])
@may(Action.PLAN)
def new() -> Any:
    session = db.session()
    form = forms.OpeningForm(request.form)
    if request.method == "POST" and form.validate():
        opening = Opening(made_by_id=gate.asking().id, made_at=db.now())
        form.populate_obj(opening)
        session.add(opening)
        session.commit()
        return redirect(url_for("guides.choose", opening_id=opening.id), 303)
    return render_template("openings/form.html", form=form, opening=None), form.status


@bp.route("/openings/<int:opening_id>/edit", methods=["GET", "POST"])
@may(Action.PLAN)
def edit(opening_id: int) -> Any:
    session = db.session()
    opening = found(queries.opening(session, opening_id))
    form = forms.OpeningForm(request.form, obj=opening)
    if request.method == "POST" and form.validate():
        form.populate_obj(opening)
        session.commit()
        return redirect(url_for("interviews.opening", opening_id=opening.id), 303)
    return render_template("openings/form.html", form=form, opening=opening), form.status
