"""Record copies: what is kept of a document, and how copies are handed out to who may read them."""

import datetime as dt
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Protocol

from sqlalchemy.orm import Session

from hiring import db
from hiring.comparison.rules import SCORING_VERSION
from hiring.people.rules import Role
from hiring.summaries import queries, rules
from hiring.summaries.models import Export, Kind, RecordCopy
from hiring.summaries.rules import Summary
from hiring.summaries.sheet import FormSheet, GuideSheet

Document = Summary | GuideSheet | FormSheet


class Reads(Protocol):
    """Who asks, or fetches: somebody with a number and roles."""

    @property
    def id(self) -> int: ...
    @property
    def roles(self) -> frozenset[Role]: ...


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


def zipped(session: Session, export: Export, closed: Mapping[int, str]) -> bytes:
    """All copies of an export in one file, `problems.txt` when something is missing, and remarks.

    What is closed to who fetches it is left out, and named with the reason.
    """
    problems = [*export.problems, *closed.values()]
    told = [unit for unit in export.units if unit.copy and unit.position not in closed]
    remarks = [unit.remark for unit in told if unit.remark]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for unit in told:
            assert unit.copy is not None
            entry = zipfile.ZipInfo(unit.copy.file_name, unit.copy.made_at.timetuple()[:6])
            archive.writestr(entry, queries.pdf_of(session, unit.copy.id))
        for name, lines in (("problems.txt", problems), ("remarks.txt", remarks)):
            if lines:
                entry = zipfile.ZipInfo(name, export.asked_at.timetuple()[:6])
                archive.writestr(entry, "\n".join(dict.fromkeys(lines)) + "\n")
    return buffer.getvalue()


def closed_units(
    session: Session, export: Export, person: Reads, numbers: Mapping[int, str] | None = None
) -> dict[int, str]:
    """The summaries of an export that are closed to somebody now, by position, with the reason.

    `numbers` are those of summaries of which there are no copies yet.
    """
    if export.kind not in {Kind.SUMMARY, Kind.SUMMARIES}:
        return {}
    about = {
        unit: (unit.copy.guide_id, unit.copy.numbers)
        if unit.copy
        else (unit.guide_id or 0, (numbers or {}).get(unit.position, ""))
        for unit in export.units
    }
    closed = queries.closed_to(
        session, person.id, person.roles, {guide_id for guide_id, _ in about.values()}
    )
    return {
        unit.position: f"{unit.candidate.name}: {why}"
        for unit, (guide_id, told) in about.items()
        if unit.candidate and (why := closed.why(guide_id, unit.candidate.id, told))
    }
