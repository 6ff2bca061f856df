"""Choose traits, build a guide item by item, publish it, start its next version."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for

from hiring import db
from hiring.guides import files, forms, queries, rules, taking
from hiring.guides.models import Guide
from hiring.library import lint
from hiring.library.routes import shelf
from hiring.openings import queries as openings
from hiring.people import gate
from hiring.people.gate import may
from hiring.people.rules import Action
from hiring.refusal import Refused, found

bp = Blueprint("guides", __name__)


@bp.route("/openings/<int:opening_id>/traits", methods=["GET", "POST"])
@may(Action.PLAN)
def choose(opening_id: int) -> Any:
    """Choose the traits of a draft. Choosing again proposes the items anew."""
    session = db.session()
    opening = found(openings.opening(session, opening_id))
    library = shelf().library()
    draft = queries.draft_of(session, opening_id)
    form = forms.TraitsForm(request.form, data=_chosen(draft))
    form.offer(library)
    if request.method == "POST" and form.validate():
        guide = _draft(draft.id) if draft else _new_guide(opening)
        keys = [key for key in library.traits if key in form.traits.data]
        proposed = rules.propose(library, keys, opening.setting)
        guide.choose([library.traits[key] for key in keys], proposed, library)
        session.add(guide)
        session.commit()
        return redirect(url_for("guides.show", guide_id=guide.id), 303)
    return (
        render_template(
            "guides/choose.html", form=form, opening=opening, library=library, draft=draft
        ),
        form.status,
    )


def _chosen(draft: Guide | None) -> dict[str, list[str]]:
    """What a draft has chosen already; without one the form's own default shows."""
    if draft is None:
        return {}
    whole = found(queries.guide(db.session(), draft.id))
    return {"traits": [trait.key for trait in whole.traits]}


def _new_guide(opening: Any) -> Guide:
    return Guide(
        opening=opening,
        version=queries.newest_version(db.session(), opening.id) + 1,
        minutes=opening.minutes,
        introduction=queries.TEXTS["introduction"].strip(),
        closing=queries.TEXTS["closing"].strip(),
        made_by_id=gate.asking().id,
        made_at=db.now(),
        traits=[],
        items=[],
    )


@bp.get("/guides/<int:guide_id>")
@may(Action.READ_PLANS)
def show(guide_id: int) -> Any:
    guide = found(queries.guide(db.session(), guide_id))
    page = "guides/show.html" if guide.is_published else "guides/build.html"
    return render_template(page, **_about(guide))


def _about(guide: Guide) -> dict[str, Any]:
    library = shelf().library()
    asked = {item.key for item in guide.items}
    return {
        "guide": guide,
        "library": library,
        "faults": [] if guide.is_published else guide.faults(),
        "advice": rules.advice(guide.sketch(), guide.minutes),
        "spare": {
            trait.key: [q for q in library.questions_of(trait.key) if q.key not in asked]
            for trait in guide.traits
        },
        "findings": {} if guide.is_published else guide.findings(),
        "texts": forms.TextsForm(obj=guide),
        "may_plan": gate.asking().may(Action.PLAN),
    }


def _draft(guide_id: int) -> Guide:
    guide = found(queries.guide(db.session(), guide_id, to_change=request.method == "POST"))
    guide.check_is_draft()
    return guide


def _built(guide: Guide, anchor: str = "items") -> Any:
    """Commit the change and show the builder at the place where it was made."""
    db.session().commit()
    return redirect(url_for("guides.show", guide_id=guide.id, _anchor=anchor), 303)


@bp.post("/guides/<int:guide_id>/items")
@may(Action.PLAN)
def add(guide_id: int) -> Any:
    guide, library = _draft(guide_id), shelf().library()
    question = library.questions.get(request.form.get("key", ""))
    if question is None:
        raise Refused("Choose a question from the list.")
    guide.add(question, library)
    return _built(guide)


@bp.route("/library/<string:key>/use", methods=["GET", "POST"])
@may(Action.PLAN)
def use(key: str) -> Any:
    """Put a question of the library into one of the drafts where its trait is chosen."""
    library = shelf().library()
    question = found(library.questions.get(key))
    drafts = queries.drafts(db.session())
    form = forms.UseForm(request.form)
    form.offer(draft for draft in drafts if draft.why_not(question) is None)
    if request.method == "POST" and form.validate():
        guide = _draft(form.guide.data)
        item = guide.add(question, library)
        db.session().commit()
        flash(f"“{question.title}” is in the guide now.", "ok")
        return redirect(url_for("guides.show", guide_id=guide.id, _anchor=f"item-{item.id}"), 303)
    return (
        render_template(
            "guides/use.html", form=form, question=question, library=library, drafts=drafts
        ),
        form.status,
    )


@bp.post("/guides/<int:guide_id>/items/<int:item_id>/move")
@may(Action.PLAN)
def move(guide_id: int, item_id: int) -> Any:
    guide = _draft(guide_id)
    guide.move(item_id, -1 if request.form.get("to") == "up" else 1)
    return _built(guide, f"item-{item_id}")


@bp.post("/guides/<int:guide_id>/items/<int:item_id>/drop")
@may(Action.PLAN)
def drop(guide_id: int, item_id: int) -> Any:
    guide = _draft(guide_id)
    guide.drop(item_id)
    return _built(guide)


@bp.post("/guides/<int:guide_id>/items/<int:item_id>/swap")
@may(Action.PLAN)
def swap(guide_id: int, item_id: int) -> Any:
    guide, library = _draft(guide_id), shelf().library()
    question = library.questions.get(request.form.get("key", ""))
    if question is None:
        raise Refused("Choose the question to ask instead.")
    guide.swap(item_id, question, library)
    return _built(guide)


@bp.route("/guides/<int:guide_id>/items/<int:item_id>/reword", methods=["GET", "POST"])
@may(Action.PLAN)
def reword(guide_id: int, item_id: int) -> Any:
    guide = _draft(guide_id)
    item = guide.draft_item(item_id)
    form = forms.QuestionForm(request.form, obj=item)
    if request.method == "POST" and form.validate():
        form.populate_obj(item)
        return _built(guide, f"item-{item_id}")
    trait = next(trait for trait in guide.traits if trait.key == item.trait_key)
    about = {"guide": guide, "item": item, "trait": trait, "form": form}
    findings = guide.findings_of(item, form.prompt.data or "")
    return render_template("guides/reword.html", findings=findings, **about), form.status


@bp.post("/guides/lint")
@may(Action.PLAN)
def check_wording() -> Any:
    """What the lint says of a question while it is being typed, for the script of a page."""
    given = request.form
    text = given.get("prompt", "")[: rules.LONGEST_PROMPT]
    found = lint.question(text, given.get("kind"), given.get("trait", ""), given.get("name", ""))
    return jsonify(findings=[{"rule": one.rule, "sentence": one.sentence} for one in found])


@bp.route("/guides/<int:guide_id>/texts", methods=["GET", "POST"])
@may(Action.PLAN)
def texts(guide_id: int) -> Any:
    guide = _draft(guide_id)
    form = forms.TextsForm(request.form, obj=guide)
    if request.method == "POST" and form.validate():
        form.populate_obj(guide)
        return _built(guide, "texts")
    return render_template("guides/texts.html", guide=guide, form=form), form.status


@bp.route("/guides/<int:guide_id>/weights", methods=["GET", "POST"])
@may(Action.PLAN)
def weights(guide_id: int) -> Any:
    guide = _draft(guide_id)
    traits = [trait for trait in guide.traits if not trait.is_civility]
    given = {f"weight_{trait.key}": trait.weight for trait in traits}
    form = forms.weights_form({trait.key: trait.name for trait in traits})(
        request.form, data={**given, "reason": guide.weight_reason}
    )
    if request.method == "POST" and form.validate():
        chosen = {trait.key: form[f"weight_{trait.key}"].data for trait in traits}
        guide.weigh(chosen, form["reason"].data or "")
        return _built(guide, "weights")
    return render_template(
        "guides/weights.html", guide=guide, traits=traits, form=form
    ), form.status


@bp.get("/guides/<int:guide_id>/text")
@may(Action.READ_PLANS)
def text(guide_id: int) -> Any:
    """A guide as one text file, with its number, version and hash."""
    guide = found(queries.guide(db.session(), guide_id))
    state = f"published {guide.published_at:%Y-%m-%d}" if guide.published_at else "draft"
    origin = files.Origin(guide.id, guide.opening.title, guide.opening.setting, state)
    response = Response(files.write(guide.content(), origin), mimetype="text/plain")
    name = f"guide-{guide.id}-version-{guide.version}.md"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.route("/openings/<int:opening_id>/guide-file", methods=["GET", "POST"])
@may(Action.PLAN)
def from_file(opening_id: int) -> Any:
    """Make a draft of a text file that was exported here or elsewhere. All of it, or nothing."""
    session = db.session()
    opening = found(openings.opening(session, opening_id))
    draft = queries.draft_of(session, opening_id)
    form = forms.FileForm(request.form)
    taken, faults = _taken() if request.method == "POST" else (None, [])
    if taken is not None:
        guide = _draft(draft.id) if draft else _new_guide(opening)
        guide.take(taken.content)
        session.add(guide)
        session.commit()
        flash(f"The draft holds what “{taken.origin.opening}” had. Read it through for this job.")
        if taken.origin.setting != opening.setting:
            flash(
                f"Its questions are worded for the setting “{taken.origin.setting}”, and this "
                f"opening is for “{opening.setting}”.",
                "warn",
            )
        return redirect(url_for("guides.show", guide_id=guide.id), 303)
    page = render_template(
        "guides/from_file.html", form=form, opening=opening, draft=draft, faults=faults
    )
    return page, 422 if faults else 200


def _taken() -> tuple[files.GuideFile | None, list[str]]:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None, ["Choose a file. Nothing was sent."]
    content = upload.read(files.LARGEST + 1)
    if len(content) > files.LARGEST:
        return None, [f"A guide has at most {files.LARGEST // 1000} kB; this file is larger."]
    try:
        return taking.read(content.decode())
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, [f"Line {line}: The file is not UTF-8 text. Take it as it was exported."]


@bp.post("/guides/<int:guide_id>/publish")
@may(Action.PLAN)
def publish(guide_id: int) -> Any:
    guide = _draft(guide_id)
    guide.publish(gate.asking().id, db.now())
    db.session().commit()
    flash(f"The guide is published as {guide.label}. It can't change any more.")
    return redirect(url_for("guides.show", guide_id=guide.id), 303)


@bp.post("/guides/<int:guide_id>/next-version")
@may(Action.PLAN)
def next_version(guide_id: int) -> Any:
    session = db.session()
    guide = found(queries.guide(session, guide_id, to_change=True))
    draft = queries.draft_of(session, guide.opening_id)
    if draft is None:
        version = queries.newest_version(session, guide.opening_id) + 1
        draft = guide.next_version(version, gate.asking().id, db.now())
        session.add(draft)
        session.commit()
    return redirect(url_for("guides.show", guide_id=draft.id), 303)
