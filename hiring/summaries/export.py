"""Making record copies: in the worker for an export, or into a folder on the command line."""

import atexit
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hiring import config, db
from hiring.guides import queries as guides
from hiring.guides.models import Guide
from hiring.interviews.models import Scorecard
from hiring.library.routes import shelf
from hiring.library.rules import Briefing
from hiring.openings import queries as openings
from hiring.people.models import Person
from hiring.refusal import NotFound, Refused, found
from hiring.summaries import making, queries, records
from hiring.summaries.models import Export, ExportUnit, Kind, RecordCopy, State
from hiring.summaries.records import Document

if TYPE_CHECKING:
    from hiring.summaries.pool import Kind as Rendered
    from hiring.summaries.pool import Renderer

BY_COMMAND = "the command line"
LEASE = dt.timedelta(seconds=60)  # longer than one document may take


RENDERED: Mapping[str, "Rendered"] = {
    Kind.SUMMARY: "summary",
    Kind.SUMMARIES: "summary",
    Kind.GUIDE: "guide",
    Kind.FORM: "form",
    Kind.FILLABLE: "form",
}


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
        ExportUnit(position=position, candidate_id=candidate, guide_id=guide_id)
        for position, candidate in enumerate(
            candidates if kind is not Kind.GUIDE else [None], start=1
        )
    ]
    export = _asked(session, kind, by_id, guide, units)
    export.first_ninety_days = first_ninety_days
    return export


def ask_opening(
    session: Session, by_id: int, opening_id: int, *, first_ninety_days: bool = False
) -> Export:
    """An export of the summaries of everybody interviewed for an opening. Not yet committed.

    Candidates without an interview are in it, too, with the reason why they have no summary.
    """
    wanted = queries.wanted(session, opening_id)
    newest = max((one.guide_id for one in wanted if one.guide_id), default=0)
    guide = guides.guide(session, newest)
    if guide is None:
        raise Refused(
            "No interview is planned for this opening yet, so there is nothing to export."
        )
    units = [
        ExportUnit(
            position=position,
            candidate_id=one.candidate.id,
            guide_id=one.guide_id,
            problem=one.problem,
            remark=one.remark,
        )
        for position, one in enumerate(wanted, start=1)
    ]
    export = _asked(session, Kind.SUMMARIES, by_id, guide, units)
    export.first_ninety_days = first_ninety_days
    return export


def ask_form(session: Session, kind: Kind, by_id: int, card: Scorecard) -> Export:
    """An export of the form of a card, to write on or to fill in. Not yet committed."""
    unit = ExportUnit(
        position=1, candidate_id=card.candidate_id, guide_id=card.guide_id, scorecard_id=card.id
    )
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
    _leave_out_what_is_closed(session, export, documents)
    waiting = [unit for unit in export.units if not unit.is_done]
    for unit in waiting:
        if unit.position in documents:
            unit.copy = queries.copy_with_key(session, records.key_of(documents[unit.position]))
    session.commit()  # nothing is locked while documents are being rendered
    renderer = _renderer()
    futures = {
        unit.position: renderer.render(RENDERED[export.kind], documents[unit.position])
        for unit in waiting
        if unit.copy is None and unit.position in documents
    }
    for unit in waiting:
        if unit.copy is None:
            _finish(session, export, unit, documents.get(unit.position), futures)
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


def _leave_out_what_is_closed(
    session: Session, export: Export, documents: dict[int, Document]
) -> None:
    """Name the candidates whose summaries are closed to who asked, in place of their documents."""
    person = session.get_one(Person, export.asked_by_id)
    numbers = {position: records.numbers_of(document) for position, document in documents.items()}
    closed = records.closed_units(session, export, person, numbers)
    for unit in export.units:
        if not unit.is_done and unit.position in closed:
            unit.problem = closed[unit.position]
            documents.pop(unit.position, None)


def _documents(session: Session, export: Export) -> dict[int, Document]:
    """What the export is to print, by the position of its unit."""
    if export.kind == Kind.GUIDE:
        guide = guides.guide(session, export.guide_id)
        return {1: making.guide_sheet(guide)} if guide else {}
    if export.kind in {Kind.FORM, Kind.FILLABLE}:
        (unit,) = export.units
        card = queries.card_of_form(session, unit.scorecard_id) if unit.scorecard_id else None
        if card is None:  # the seat is somebody else's by now
            return {}
        is_fillable = export.kind == Kind.FILLABLE
        return {1: making.form_sheet(card, config.signing_keys(), is_fillable=is_fillable)}
    made_by = session.get_one(Person, export.asked_by_id).name
    briefings = shelf().library().briefings if export.first_ninety_days else {}
    waiting = [unit for unit in export.units if not unit.is_done]
    summaries = {
        guide_id: queries.summaries(session, guide_id, made_by, export.asked_at, briefings)
        for guide_id in {unit.guide_id for unit in waiting if unit.guide_id}
    }
    return {
        unit.position: summaries[unit.guide_id][unit.candidate_id]
        for unit in waiting
        if unit.guide_id and unit.candidate_id in summaries[unit.guide_id]
    }


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
            else f"{unit.candidate.name} has no interview with this guide version any more."
            if unit.candidate
            else "This guide is not there any more."
        )
    else:
        try:
            pdf = futures[unit.position].result()
        except Exception as error:  # noqa: BLE001 - whatever broke, the other files still come
            unit.problem = str(error)
        else:
            unit.copy = records.new_copy(
                document,
                pdf,
                unit.guide_id or export.guide_id,
                unit.candidate_id,
                export.asked_by_id,
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


# --- the command line ---


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and what one should know of those that are not there."""

    files: list[Path]
    remarks: list[str]


def export_opening(
    session: Session, opening_id: int, out: Path, briefings: Mapping[str, Briefing] | None = None
) -> Written:
    """Write the summary of every candidate of an opening into a folder, and keep record copies.

    Raises Refused after the last one, naming those that could not be made.
    """
    if openings.opening(session, opening_id) is None:
        raise Refused(f"There is no opening {opening_id}.")
    wanted = queries.wanted(session, opening_id)
    guide_ids = {one.guide_id for one in wanted if one.guide_id}
    if not guide_ids:
        raise Refused(f"Opening {opening_id} has no interviews yet, so there are no summaries.")
    summaries = {
        guide_id: queries.summaries(session, guide_id, BY_COMMAND, db.now(), briefings)
        for guide_id in guide_ids
    }
    from hiring.summaries import pdf  # noqa: PLC0415 - renders in this very process

    written, problems = [], []
    for one in wanted:
        if one.guide_id is None:
            continue
        summary = summaries[one.guide_id][one.candidate.id]
        try:
            copy = _copy(session, summary, pdf.summary_pdf, one.guide_id, one.candidate.id)
        except Exception as error:  # noqa: BLE001 - whatever broke, the other files still come
            problems.append(f"{summary.name} could not be made: {error}")
        else:
            written.append(_write(session, copy, out))
    remarks = [words for one in wanted if (words := one.problem or one.remark)]
    if problems:
        raise Refused(*problems, *remarks)
    return Written(written, remarks)


def export_guide(session: Session, opening_id: int, out: Path) -> list[Path]:
    """Write the newest published guide of an opening into a folder."""
    published = [guide for guide in guides.guides_of(session, opening_id) if guide.is_published]
    if not published:
        raise Refused(f"Opening {opening_id} has no published guide.")
    from hiring.summaries import pdf  # noqa: PLC0415 - renders in this very process

    guide = guides.guide(session, published[0].id)
    assert isinstance(guide, Guide)
    copy = _copy(session, making.guide_sheet(guide), pdf.guide_pdf, guide.id, None)
    return [_write(session, copy, out)]


def _copy(
    session: Session,
    document: Any,
    render: Callable[[Any], bytes],
    guide_id: int,
    candidate_id: int | None,
) -> RecordCopy:
    copy = queries.copy_with_key(session, records.key_of(document))
    if copy is None:
        session.commit()  # nothing is locked while a document is being rendered
        copy = records.new_copy(document, render(document), guide_id, candidate_id, None)
        session.add(copy)
        session.commit()
    return copy


def _write(session: Session, copy: RecordCopy, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    path = out / copy.file_name
    path.write_bytes(queries.pdf_of(session, copy.id))
    return path
