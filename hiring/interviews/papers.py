"""Papers: forms that came back for a card, filled in with a PDF reader or written by hand."""

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, UTCDateTime
from hiring.people.models import Person

if TYPE_CHECKING:  # a card knows its papers
    from hiring.interviews.models import Scorecard


class PaperKind(StrEnum):
    """How a form came back."""

    FILLED = "filled form"
    SCAN = "scan"


class Paper(Base):
    """A form that came back for a card: a filled PDF, or a scan of what was written by hand.

    The file is kept as it came. `fields` are those of a filled form as they were read, as JSON;
    none of it is on the card before `confirmed_at`. A scan is there to be typed in.
    """

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(sa.ForeignKey("scorecard.id"), index=True)
    kind: Mapped[str]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    file_name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    fields: Mapped[str] = mapped_column(sa.Text, default="{}", deferred=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)

    card: Mapped["Scorecard"] = relationship(back_populates="papers", lazy="raise_on_sql")
    by: Mapped[Person] = relationship(lazy="raise_on_sql")
