"""A guide and what it freezes: traits with their anchors, items with their texts."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hiring.db import Base, Texts, UTCDateTime
from hiring.guides import rules
from hiring.library import lint
from hiring.library.rules import CIVILITY, Anchors, Library, Question, Trait, is_read_aloud
from hiring.openings.models import Opening
from hiring.refusal import NotFound, Refused


class _Anchored:
    """Anchors at 5, 3 and 1, one column each."""

    level_5: Mapped[tuple[str, ...]] = mapped_column(Texts)
    level_3: Mapped[tuple[str, ...]] = mapped_column(Texts)
    level_1: Mapped[tuple[str, ...]] = mapped_column(Texts)

    @property
    def anchors(self) -> Anchors:
        return {5: self.level_5, 3: self.level_3, 1: self.level_1}


class Guide(Base):
    """The chosen questions of an opening, in order. A draft until published, then frozen."""

    __tablename__ = "guide"
    __table_args__ = (sa.UniqueConstraint("opening_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(sa.ForeignKey("opening.id"))
    version: Mapped[int]
    minutes: Mapped[int]
    introduction: Mapped[str]
    closing: Mapped[str]
    weight_reason: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    content_hash: Mapped[str | None]

    opening: Mapped[Opening] = relationship(lazy="raise_on_sql")
    traits: Mapped[list["GuideTrait"]] = relationship(
        back_populates="guide",
        order_by="GuideTrait.position",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )
    items: Mapped[list["GuideItem"]] = relationship(
        back_populates="guide",
        order_by="GuideItem.position",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def short_hash(self) -> str:
        return (self.content_hash or "")[:8]

    @property
    def label(self) -> str:
        """`version 2 · 3f9a2c1b`, or `version 2, draft`."""
        return (
            f"version {self.version} · {self.short_hash}"
            if self.is_published
            else f"version {self.version}, draft"
        )

    @property
    def minutes_used(self) -> int:
        return rules.minutes_used(item.minutes for item in self.items)

    def weights(self) -> dict[str, float]:
        return {trait.key: trait.weight for trait in self.traits}

    def draft_item(self, item_id: int) -> "GuideItem":
        """An item that may be changed, so of a draft."""
        self.check_is_draft()
        for item in self.items:
            if item.id == item_id:
                return item
        raise NotFound

    def check_is_draft(self) -> None:
        if self.is_published:
            raise Refused(
                f"This guide is published as version {self.version} and can't change any more. "
                "Start a new version to change it."
            )

    def choose(self, traits: list[Trait], questions: list[Question], library: Library) -> None:
        """Take these traits and questions, with their texts as the library has them now."""
        self.check_is_draft()
        self.traits = [GuideTrait.of(trait, place) for place, trait in enumerate(traits, start=1)]
        self.items = []
        for question in questions:
            self.add(question, library)

    def why_not(self, question: Question) -> str | None:
        """Why a question can't be taken into this guide, if so."""
        if question.trait not in {trait.key for trait in self.traits}:
            return f"{question.trait} is not a trait of this guide. Choose the trait first."
        if question.key in {item.key for item in self.items}:
            return f"“{question.title}” is already in this guide."
        return None

    def add(self, question: Question, library: Library) -> "GuideItem":
        """Put a question at the end of its trait's items."""
        self.check_is_draft()
        if why := self.why_not(question):
            raise Refused(why)
        order = [trait.key for trait in self.traits]
        place = sum(
            order.index(item.trait_key) <= order.index(question.trait) for item in self.items
        )
        item = self._item(question, library)
        self.items.insert(place, item)
        self._number()
        return item

    def _item(self, question: Question, library: Library) -> "GuideItem":
        return GuideItem.of(question, library.traits[question.trait], self.opening.setting)

    def drop(self, item_id: int) -> None:
        self.items.remove(self.draft_item(item_id))
        self._number()

    def move(self, item_id: int, steps: int) -> None:
        """Move an item up (negative) or down; at the ends it stays where it is."""
        item = self.draft_item(item_id)
        place = self.items.index(item)
        self.items.remove(item)
        self.items.insert(max(0, min(place + steps, len(self.items))), item)
        self._number()

    def swap(self, item_id: int, question: Question, library: Library) -> None:
        """Ask another question of the same trait in an item's place."""
        old = self.draft_item(item_id)
        if question.trait != old.trait_key:
            raise Refused("Only a question of the same trait can take this place.")
        if question.key in {item.key for item in self.items}:
            raise Refused(f"“{question.title}” is already in this guide.")
        place = self.items.index(old)
        self.items.remove(old)
        self.items.insert(place, self._item(question, library))
        self._number()

    def weigh(self, weights: dict[str, float], reason: str) -> None:
        """Set the weights of the traits. CIV has none."""
        self.check_is_draft()
        for trait in self.traits:
            if trait.key in weights and not trait.is_civility:
                trait.weight = weights[trait.key]
        self.weight_reason = reason

    def _number(self) -> None:
        for position, item in enumerate(self.items, start=1):
            item.position = position

    def sketch(self) -> rules.Sketch:
        return rules.Sketch(
            weights=self.weights(),
            weight_reason=self.weight_reason,
            items=tuple(item.sketch() for item in self.items),
        )

    def findings(self) -> dict[int, list[lint.Finding]]:
        """The lint rules that reworded questions break, by item. The library's own are checked."""
        return {item.id: self.findings_of(item, item.prompt) for item in self.items}

    def findings_of(self, item: "GuideItem", prompt: str) -> list[lint.Finding]:
        if prompt == item.library_prompt or not item.is_read_aloud:
            return []
        name = next(trait.name for trait in self.traits if trait.key == item.trait_key)
        return lint.question(prompt, item.kind, item.trait_key, name)

    def faults(self) -> list[str]:
        return rules.faults(self.sketch())

    def publish(self, by_id: int, now: dt.datetime) -> None:
        """Freeze texts, anchors, order and weights, and sign them with a hash."""
        self.check_is_draft()
        if faults := self.faults():
            raise Refused(*faults)
        self.published_at = now
        self.published_by_id = by_id
        self.content_hash = rules.content_hash(self.content())

    def content(self) -> dict[str, object]:
        """Everything the hash stands for. Not the opening, whose title may still be mended."""
        return {
            "version": self.version,
            "minutes": self.minutes,
            "introduction": self.introduction,
            "closing": self.closing,
            "weight_reason": self.weight_reason,
            "traits": [trait.content() for trait in self.traits],
            "items": [item.content() for item in self.items],
        }

    def take(self, content: Mapping[str, Any]) -> None:
        """Take what another guide holds, but for its version."""
        self.check_is_draft()
        for name in ("minutes", "introduction", "closing", "weight_reason"):
            setattr(self, name, content[name])
        self.traits = [
            GuideTrait(**trait, position=place)
            for place, trait in enumerate(content["traits"], start=1)
        ]
        self.items = [GuideItem(**item, position=0) for item in content["items"]]
        self._number()

    def next_version(self, version: int, by_id: int, now: dt.datetime) -> "Guide":
        """A draft with the same content, to be changed."""
        draft = Guide(opening_id=self.opening_id, version=version, made_by_id=by_id, made_at=now)
        draft.take(self.content())
        return draft


class GuideTrait(_Anchored, Base):
    """A trait as it stood when the guide was made."""

    __tablename__ = "guide_trait"

    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guide.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    weight: Mapped[float]
    name: Mapped[str]
    definition: Mapped[str]
    not_part: Mapped[tuple[str, ...]] = mapped_column(Texts)
    look_fors: Mapped[tuple[str, ...]] = mapped_column(Texts)
    warnings: Mapped[tuple[str, ...]] = mapped_column(Texts)
    source_digest: Mapped[str]

    guide: Mapped[Guide] = relationship(back_populates="traits", lazy="raise_on_sql")

    @property
    def is_civility(self) -> bool:
        return self.key == CIVILITY

    @classmethod
    def of(cls, trait: Trait, position: int) -> "GuideTrait":
        return cls(
            key=trait.key,
            position=position,
            weight=0.0 if trait.is_civility else 1.0,
            name=trait.name,
            definition=trait.definition,
            not_part=trait.not_part,
            level_5=trait.anchors[5],
            level_3=trait.anchors[3],
            level_1=trait.anchors[1],
            look_fors=trait.look_fors,
            warnings=trait.warnings,
            source_digest=trait.place.digest,
        )

    def content(self) -> dict[str, object]:
        return _columns(self, without={"guide_id", "position"})


class GuideItem(_Anchored, Base):
    """One question of a guide with its rubric, rated once by each interviewer."""

    __tablename__ = "guide_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guide.id"), index=True)
    position: Mapped[int]
    trait_key: Mapped[str]
    key: Mapped[str]
    kind: Mapped[str]
    label: Mapped[str]
    title: Mapped[str]
    prompt: Mapped[str]
    library_prompt: Mapped[str]
    shown: Mapped[str]
    minutes: Mapped[int]
    follow_ups: Mapped[tuple[str, ...]] = mapped_column(Texts)
    look_fors: Mapped[tuple[str, ...]] = mapped_column(Texts)
    warnings: Mapped[tuple[str, ...]] = mapped_column(Texts)
    parallel: Mapped[str | None]
    source_digest: Mapped[str]

    guide: Mapped[Guide] = relationship(back_populates="items", lazy="raise_on_sql")

    @property
    def is_reworded(self) -> bool:
        return self.prompt != self.library_prompt

    @property
    def is_read_aloud(self) -> bool:
        return is_read_aloud(self.label)

    @classmethod
    def of(cls, question: Question, trait: Trait, setting: str) -> "GuideItem":
        anchors, prompt = question.anchors or trait.anchors, question.worded(setting)
        return cls(
            trait_key=question.trait,
            key=question.key,
            kind=question.kind,
            label=question.label,
            title=question.title,
            prompt=prompt,
            library_prompt=prompt,
            shown=question.shown,
            minutes=question.minutes,
            follow_ups=question.follow_ups,
            level_5=anchors[5],
            level_3=anchors[3],
            level_1=anchors[1],
            look_fors=question.look_fors or trait.look_fors,
            warnings=question.warnings or trait.warnings,
            parallel=question.parallel,
            source_digest=question.place.digest,
        )

    def sketch(self) -> rules.SketchItem:
        return rules.SketchItem(
            self.key,
            self.trait_key,
            self.kind,
            self.title,
            self.prompt,
            self.minutes,
            self.anchors,
            self.parallel,
            self.is_read_aloud,
        )

    def content(self) -> dict[str, object]:
        return _columns(self, without={"id", "guide_id", "position"})


def _columns(row: Base, without: set[str]) -> dict[str, object]:
    names = sa.inspect(type(row)).columns.keys()
    return {name: getattr(row, name) for name in names if name not in without}
