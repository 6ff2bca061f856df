"""Record copies of PDFs, and the exports that make them."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, Texts, UTCDateTime
from hiring.interviews.models import Candidate
from hiring.people.models import Person


class Kind(StrEnum):
    """What an export makes."""

    SUMMARY = "summary"
    SUMMARIES = "summaries"
    GUIDE = "guide"
    FORM = "form"
    FILLABLE = "fillable form"


class State(StrEnum):
    """How far an export is."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class RecordCopy(Base):
    """A PDF as it was handed out: its bytes, their hash, and the numbers it was made from.

    `key` is the digest of everything the PDF says but for when and by whom it was made. While
    nothing changes, the same copy is handed out again; when something does, a new one is made and
    this one stays.
    """

    __tablename__ = "record_copy"
    __table_args__ = (sa.Index("ix_record_copy_key", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guide.id"))
    candidate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    key: Mapped[str]
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    scoring_version: Mapped[str]
    numbers: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str]
    file_name: Mapped[str]
    pdf: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)

    made_by: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Export(Base):
    """A job that makes files. This row is the truth; the queue's message only says: look at it.

    Whoever works on it holds a lease, so that a killed worker's export is taken up again.
    """

    __tablename__ = "export"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    opening_id: Mapped[int] = mapped_column(sa.ForeignKey("opening.id"))
    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guide.id"))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    state: Mapped[str]
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    problems: Mapped[tuple[str, ...]] = mapped_column(Texts, default=())
    first_ninety_days: Mapped[bool] = mapped_column(default=False)  # with a page for the manager

    units: Mapped[list["ExportUnit"]] = relationship(
        back_populates="export",
        order_by="ExportUnit.position",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )

    @property
    def done(self) -> int:
        return sum(unit.is_done for unit in self.units)

    @property
    def remarks(self) -> list[str]:
        return [unit.remark for unit in self.units if unit.remark and unit.copy_id]

    @property
    def is_over(self) -> bool:
        return self.state in (State.READY, State.FAILED)


class ExportUnit(Base):
    """One file of an export: waiting, made, or not to be had for a reason.

    A candidate who was not interviewed has no guide. `remark` is what one should know of the file.
    """

    __tablename__ = "export_unit"

    export_id: Mapped[int] = mapped_column(sa.ForeignKey("export.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("candidate.id"))
    guide_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guide.id"))
    scorecard_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("scorecard.id", ondelete="SET NULL")
    )
    copy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record_copy.id"))
    problem: Mapped[str] = mapped_column(default="")
    remark: Mapped[str] = mapped_column(default="")

    export: Mapped[Export] = relationship(back_populates="units", lazy="raise_on_sql")
    copy: Mapped[RecordCopy | None] = relationship(lazy="raise_on_sql")
    candidate: Mapped[Candidate | None] = relationship(lazy="raise_on_sql")

    @property
    def is_done(self) -> bool:
        return self.copy_id is not None or bool(self.problem)
