"""The job being filled."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hiring.db import Base, UTCDateTime


class Opening(Base):
    """A job being filled: where it is done, and how much time a panel has for each candidate."""

    __tablename__ = "opening"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    setting: Mapped[str]
    minutes: Mapped[int]
    panel_size: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
