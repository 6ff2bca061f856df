"""Making record copies: in the worker for an export, or into a folder on the command line."""

import atexit
import datetime as dt
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hiring import config, db
from hiring.comparison.rules import SCORING_VERSION
from hiring.guides import queries as guides
from hiring.guides.models import Guide
from hiring.interviews.models import Scorecard
from hiring.library.routes import shelf
from hiring.library.rules import Briefing
from hiring.openings import queries as openings
from hiring.people.models import Person
from hiring.refusal import NotFound, Refused, found
from hiring.summaries import queries, rules
from hiring.summaries.models import Export, ExportUnit, Kind, RecordCopy, State
from hiring.summaries.rules import Summary
from hiring.summaries.sheet import FormSheet, GuideSheet

if TYPE_CHECKING:
    from hiring.summaries.pool import Kind as Rendered
    from hiring.summaries.pool import Renderer

BY_COMMAND = "the command line"
LEASE = dt.timedelta(seconds=60)  # longer than one document may take
Document = Summary | GuideSheet | FormSheet
RENDERED: Mapping[str, "Rendered"] = {
    Kind.SUMMARY: "summary",
    Kind.SUMMARIES: "summary",
    Kind.GUIDE: "guide",
    Kind.FORM: "form",
    Kind.FILLABLE: "form",
}


# --- record copies ---


def key_of(document: Document) -> str:
    """The digest of what a document says. Unchanged content keeps its record copy."""
    if isinstance(document, Summary):
        return rules.digest(document)
    return hashlib.sha256(numbers_of(document).encode()).hexdigest()


def new_copy(
    document: Document, pdf: bytes, guide_id: int, candidate_id: int | None, by_id: int | None
) -> RecordCopy:
    """The bytes with their hash and everything they were made from."""
    return RecordCopy(
        kind=kind_of(document),
        guide_id=guide_id,
        candidate_id=candidate_id,
        key=key_of(document),
        made_at=db.now(),
        made_by_id=by_id,
        scoring_version=SCORING_VERSION,
        numbers=numbers_of(document),
        sha256=hashlib.sha256(pdf).hexdigest(),
        file_name=file_name(document, candidate_id),
        pdf=pdf,
    )


def kind_of(document: Document) -> Kind:
    if isinstance(document, Summary):
        return Kind.SUMMARY
    if isinstance(document, GuideSheet):
        return Kind.GUIDE
    return Kind.FILLABLE if document.is_fillable else Kind.FORM


def numbers_of(document: Document) -> str:
    """Everything a document says, as JSON."""
    if isinstance(document, Summary):
        return rules.as_json(document)
    return json.dumps(
        asdict(document), default=dt.datetime.isoformat, sort_keys=True, ensure_ascii=False
    )


def file_name(document: Document, candidate_id: int | None) -> str:
    """A name for the file that sorts by person and is safe on every system."""
    if isinstance(document, Summary):
        return (
            f"{_slug(document.candidate)}-{_slug(document.reference) or candidate_id}-summary.pdf"
        )
    if isinstance(document, FormSheet):
        suffix = "form-to-fill-in" if document.is_fillable else "form"
        return f"{_slug(document.candidate)}-{_slug(document.interviewer)}-{suffix}.pdf"
    version = f"v{document.guide.version}" if document.guide else "draft"
    return f"{_slug(document.opening)}-guide-{version}.pdf"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:60]


# --- asking ---


def ask(  # noqa: PLR0913 - what is asked for, by whom
    session: Session,
    kind: Kind,
    by_id: int,
    guide_id: int,
    candidates: list[int],
    *,
    first_ninety_days: bool = False,
) -> Export:
    """An export of one guide, or of the summaries of these candidates. Not yet committed."""
    guide = guides.guide(session, guide_id)
    if guide is None:
        raise NotFound
    units = [
        ExportUnit(position=position, candidate_id=candidate)
        for position, candidate in enumerate(
            candidates if kind is not Kind.GUIDE else [None], start=1
        )
    ]
    export = _asked(session, kind, by_id, guide, units)
    export.first_ninety_days = first_ninety_days
    return export


def ask_form(session: Session, kind: Kind, by_id: int, card: Scorecard) -> Export:
    """An export of the form of a card, to write on or to fill in. Not yet committed."""
    unit = ExportUnit(position=1, candidate_id=card.candidate_id, scorecard_id=card.id)
    return _asked(session, kind, by_id, card.interview.guide, [unit])


def _asked(
    session: Session, kind: Kind, by_id: int, guide: Guide, units: list[ExportUnit]
) -> Export:
    export = Export(
        kind=kind,
        opening_id=guide.opening_id,
        guide_id=guide.id,
        asked_by_id=by_id,
        asked_at=db.now(),
        state=State.WAITING,
        units=units,
    )
    session.add(export)
    return export


# --- the worker ---


def work(export_id: int) -> None:
    """Make what is still missing of an export. Safe to be called twice, or after a crash."""
    session = db.session()
    if not _take(session, export_id):
        return
    try:
        _make(session, export_id)
    except Exception as error:
        session.rollback()
        export = session.get_one(Export, export_id)
        export.state, export.lease_until = State.FAILED, None
        export.problems = (f"The export could not be made: {error}",)
        session.commit()
        raise


def _make(session: Session, export_id: int) -> None:
    export = found(queries.export(session, export_id))
    documents = _documents(session, export)
    waiting = [unit for unit in export.units if not unit.is_done]
    for unit in waiting:
        if unit.candidate_id in documents:
            unit.copy = queries.copy_with_key(session, key_of(documents[unit.candidate_id]))
    session.commit()  # nothing is locked while documents are being rendered
    renderer = _renderer()
    futures = {
        unit.position: renderer.render(RENDERED[export.kind], documents[unit.candidate_id])
        for unit in waiting
        if unit.copy is None and unit.candidate_id in documents
    }
    for unit in waiting:
        if unit.copy is None:
            _finish(session, export, unit, documents.get(unit.candidate_id), futures)
    export.problems = tuple(unit.problem for unit in export.units if unit.problem)
    export.state = State.FAILED if len(export.problems) == len(export.units) else State.READY
    export.lease_until = None
    session.commit()


@cache
def _renderer() -> "Renderer":
    """The worker's renderer: started with its first export, warm for all that follow."""
    from hiring.summaries.pool import Renderer  # noqa: PLC0415 - only the worker renders

    renderer = Renderer()
    atexit.register(renderer.__exit__, None, None, None)
    return renderer


def _take(session: Session, export_id: int) -> bool:
    """Take the lease, if nobody holds it: two workers never make the same export."""
    now = db.now()
    taken = session.execute(
        sa.update(Export)
        .where(
            Export.id == export_id,
            Export.state.in_([State.WAITING, State.RUNNING]),
            sa.or_(Export.lease_until.is_(None), Export.lease_until < now),
        )
        .values(state=State.RUNNING, lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    session.commit()
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _documents(session: Session, export: Export) -> Mapping[int | None, Document]:
    """What the export is to print, by candidate; a guide stands under None."""
    if export.kind == Kind.GUIDE:
        guide = guides.guide(session, export.guide_id)
        return {None: queries.guide_sheet(guide)} if guide else {}
    if export.kind in {Kind.FORM, Kind.FILLABLE}:
        (unit,) = export.units
        card = queries.card_of_form(session, unit.scorecard_id) if unit.scorecard_id else None
        if card is None:  # the seat is somebody else's by now
            return {}
        is_fillable = export.kind == Kind.FILLABLE
        sheet = queries.form_sheet(card, config.signing_keys(), is_fillable=is_fillable)
        return {unit.candidate_id: sheet}
    person = session.get(Person, export.asked_by_id)
    made_by = person.name if person else ""
    briefings = shelf().library().briefings if export.first_ninety_days else {}
    made = queries.summaries(session, export.guide_id, made_by, export.asked_at, briefings)
    return dict(made.items())


def _finish(
    session: Session,
    export: Export,
    unit: ExportUnit,
    document: Document | None,
    futures: Mapping[int, Any],
) -> None:
    """Keep the copy of one unit, or say why there is none; and hold the lease a while longer."""
    if document is None:
        unit.problem = (
            "This interviewer is not on the panel any more."
            if export.kind in {Kind.FORM, Kind.FILLABLE}
            else "This candidate has no interview with this guide version any more."
        )
    else:
        try:
            pdf = futures[unit.position].result()
        except Exception as error:  # noqa: BLE001 - whatever broke, the other files still come
            unit.problem = str(error)
        else:
            unit.copy = new_copy(
                document, pdf, export.guide_id, unit.candidate_id, export.asked_by_id
            )
    export.lease_until = db.now() + LEASE
    session.commit()


def overdue(session: Session) -> Iterator[tuple[str, int]]:
    """Exports that nobody works on although they are not over: a worker died, or a message."""
    late = sa.select(Export.id).where(
        Export.state.in_([State.WAITING, State.RUNNING]),
        sa.func.coalesce(Export.lease_until, Export.asked_at) < db.now() - LEASE / 2,
    )
    return (("export", export_id) for export_id in session.scalars(late).all())


# --- handing out ---


def zipped(session: Session, export: Export) -> bytes:
    """All copies of an export in one file, and `problems.txt` when something is missing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for unit in export.units:
            if unit.copy is not None:
                entry = zipfile.ZipInfo(unit.copy.file_name, unit.copy.made_at.timetuple()[:6])
                archive.writestr(entry, queries.pdf_of(session, unit.copy.id))
        if export.problems:
            archive.writestr("problems.txt", "\n".join(export.problems) + "\n")
    return buffer.getvalue()


# --- the command line ---


def export_opening(
    session: Session, opening_id: int, out: Path, briefings: Mapping[str, Briefing] | None = None
) -> list[Path]:
    """Write the summary of every candidate of an opening into a folder, and keep record copies.

    Raises Refused after the last one, naming those that could not be made.
    """
    if openings.opening(session, opening_id) is None:
        raise Refused(f"There is no opening {opening_id}.")
    guide_ids = queries.guides_of_opening(session, opening_id)
    if not guide_ids:
        raise Refused(f"Opening {opening_id} has no interviews yet, so there are no summaries.")
    newest: dict[int, tuple[int, Summary]] = {}
    for guide_id in guide_ids:
        for candidate, summary in queries.summaries(
            session, guide_id, BY_COMMAND, db.now(), briefings
        ).items():
            newest[candidate] = (guide_id, summary)
    from hiring.summaries import pdf  # noqa: PLC0415 - renders in this very process

    written, problems = [], []
    for candidate, (guide_id, summary) in newest.items():
        try:
            copy = _copy(session, summary, pdf.summary_pdf, guide_id, candidate)
        except Exception as error:  # noqa: BLE001 - whatever broke, the other files still come
            problems.append(f"{summary.name} could not be made: {error}")
        else:
            written.append(_write(session, copy, out))
    if problems:
        raise Refused(*problems)
    return written


def export_guide(session: Session, opening_id: int, out: Path) -> list[Path]:
    """Write the newest published guide of an opening into a folder."""
    published = [guide for guide in guides.guides_of(session, opening_id) if guide.is_published]
    if not published:
        raise Refused(f"Opening {opening_id} has no published guide.")
    from hiring.summaries import pdf  # noqa: PLC0415 - renders in this very process

    guide = guides.guide(session, published[0].id)
    assert isinstance(guide, Guide)
    copy = _copy(session, queries.guide_sheet(guide), pdf.guide_pdf, guide.id, None)
    return [_write(session, copy, out)]


def _copy(
    session: Session,
    document: Any,
    render: Callable[[Any], bytes],
    guide_id: int,
    candidate_id: int | None,
) -> RecordCopy:
    copy = queries.copy_with_key(session, key_of(document))
    if copy is None:
        session.commit()  # nothing is locked while a document is being rendered
        copy = new_copy(document, render(document), guide_id, candidate_id, None)
        session.add(copy)
        session.commit()
    return copy


def _write(session: Session, copy: RecordCopy, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    path = out / copy.file_name
    path.write_bytes(queries.pdf_of(session, copy.id))
    return path
