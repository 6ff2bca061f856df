"""A made-up candidate's summary and a guide to print, always the same, for tests and bench."""

import datetime as dt
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from hiring.summaries import code
from hiring.summaries.rules import (
    Anchor,
    Composite,
    Decision,
    Flag,
    GuideVersion,
    Interview,
    Interviewer,
    Item,
    Rating,
    Summary,
    TraitResult,
    most_like,
)
from hiring.summaries.sheet import FormSheet, GuideItem, GuideSheet

PANEL = (
    Interviewer("A", "Harriet Vasquez"),
    Interviewer("B", "Piotr Nyström"),
    Interviewer("C", "Samuel Adeyemi"),
)
GUIDE = GuideVersion(2, "3f9a2c1b77e05d4490aa61c83b1e2f0d5c7798ab1260fe34d98c0b7a6e5d4c3b")
ZONE = "Europe/Dublin"
OTHER_TRAITS = {
    "T01": "Sarcasm-free acceptance",
    "T02": "Adapts, yields control",
    "T04": "Objective yet caring",
    "T06": "Changes self, not others",
    "T07": "Delight in diversity",
    "T09": "Big picture, small details",
    "T12": "Confident without arrogance",
    "T14": "Service by choice",
    "T15": "Gives without needing thanks",
}


def summary(count: int = 6, **changes: Any) -> Summary:
    """One candidate, three interviewers, and as many traits as wanted besides civility."""
    traits = tuple(trait_result(text, at, 1 / count) for text, at in _chosen(count))
    civil = _civility(after=count)
    value = mean(trait.mean or 0 for trait in traits)
    said: dict[str, Any] = {
        "candidate": "Amara Lindqvist",
        "reference": "C-1042",
        "opening": "Customer support agent",
        "guide": GUIDE,
        "panel": PANEL,
        "interview": Interview(
            dt.datetime(2026, 11, 19, 10, 30, tzinfo=dt.UTC), ZONE, "Room 4, second floor"
        ),
        "traits": traits,
        "civility": civil,
        "flags": _flags(civil),
        "composite": Composite(value, value - 0.44, value + 0.44, 0.31, "estimated", 8),
        "why_no_composite": "",
        "decisions": (
            Decision(
                "Offer",
                "Dana Whitfield",
                dt.datetime(2026, 11, 24, 15, 10, tzinfo=dt.UTC),
                "Strong where the work is hardest: listening and staying kind under pressure. The "
                "flag on civility was talked through in the debrief; the panel agreed to come back "
                "to it in the first month.",
            ),
        ),
        "incomplete": (),
        "scoring_rules": "1",
        "made_at": dt.datetime(2026, 11, 24, 15, 42, tzinfo=dt.UTC),
        "made_zone": ZONE,
        "made_by": "Dana Whitfield",
    }
    return Summary(**said | changes)


def unfinished() -> Summary:
    """One of three cards is still open."""
    return summary(
        traits=tuple(trait_result(text, number, 1 / 6, absent="C") for text, number in _chosen(6)),
        civility=trait_result(_texts()[-1], 13, None, absent="C"),
        flags=(),
        composite=None,
        why_no_composite="There is a composite once every interviewer has submitted a scorecard.",
        decisions=(),
        incomplete=("Samuel Adeyemi has not submitted a scorecard yet.",),
    )


def with_notes(*notes: str, **changes: Any) -> Summary:
    """A summary of one trait, whose first item has these notes."""
    whole = summary(1, civility=None, flags=(), **changes)
    trait = whole.traits[0]
    ratings = tuple(
        replace(rating, note=note)
        for rating, note in zip(trait.items[0].ratings, notes, strict=False)
    )
    item = replace(trait.items[0], ratings=ratings)
    return replace(whole, traits=(replace(trait, items=(item,)),))


def trait_result(
    text: dict[str, Any], number: int, weight: float | None, absent: str = ""
) -> TraitResult:
    """A trait scored from the levels of its items; `absent` has rated nothing."""
    items = tuple(
        Item(
            number + place,
            item["title"],
            item["kind"],
            item["question"],
            _ratings(text, item, absent),
        )
        for place, item in enumerate(text["item"])
    )
    scores = [
        mean(levels) if (levels := _levels(items, member.letter)) else None for member in PANEL
    ]
    given = [score for score in scores if score is not None]
    return TraitResult(
        key=text["key"],
        name=text["name"],
        definition=text["definition"],
        weight=weight,
        scores=tuple(scores),
        mean=mean(given),
        lowest=min(given),
        highest=max(given),
        sd=stdev(given) if len(given) > 1 else None,
        anchors=tuple(Anchor(at, tuple(text[f"level_{at}"])) for at in most_like(mean(given))),
        items=items,
    )


def guide(traits: int = 6, *, draft: bool = False) -> GuideSheet:
    """The guide that was used, to print."""
    texts = [*(text for text, _ in _chosen(traits)), _texts()[-1]]
    items = [(text, item) for text in texts for item in text["item"]]
    return GuideSheet(
        opening="Customer support agent",
        guide=None if draft else GUIDE,
        minutes=60,
        introduction="Thank you for coming. I am going to ask everyone who applies the same "
        "questions, in the same order, and I will take notes so that nothing you say gets lost. "
        "Examples from any part of your life are welcome. Take your time; you may ask me to repeat "
        "a question whenever you like, and at the end there is room for yours.",
        closing="Those were my questions. What would you like to ask or add? You will hear from "
        "us by the end of next week, whatever we decide. Thank you for your time.",
        items=tuple(
            _guide_item(text, item, number) for number, (text, item) in enumerate(items, start=1)
        ),
    )


KEYS = ("the key of a sample",)


def form(of: GuideSheet | None = None, *, fillable: bool = True) -> FormSheet:
    """The form of an interviewer for the candidate, of the guide that was used or of another."""
    sheet = of or guide()
    assert sheet.guide
    whose = code.Whose(412, sheet.guide.content_hash, sheet.guide.version, 7, 31)
    token = code.token(whose, KEYS)
    return FormSheet(
        guide=sheet,
        candidate="Amara Lindqvist",
        reference="C-1042",
        interviewer="Piotr Nyström",
        starts_at=dt.datetime(2026, 11, 19, 10, 30, tzinfo=dt.UTC),
        zone=ZONE,
        place="Room 4, second floor",
        token=token,
        code=code.short(412, token),
        is_fillable=fillable,
    )


def _guide_item(text: dict[str, Any], item: dict[str, Any], number: int) -> GuideItem:
    remarks = (
        "Remark 1. In a survey quoted in 2012, about one third of customers (33%) said they were "
        "likely to change company after a rude or inattentive representative.\n"
        "Remark 2. Someone's reply: “Then 67% wouldn't leave.”"
    )
    return GuideItem(
        number=number,
        trait=text["name"],
        title=item["title"],
        kind=item["kind"],
        minutes=4,
        question=item["question"],
        shown=remarks if item["kind"].startswith("probe") else "",
        follow_ups=(
            "What did you say or ask next, as near word for word as you can?",
            "How did you find out what it meant for them?",
            "How did it end, and how do you know?",
        ),
        look_fors=tuple(text["look_fors"]),
        warnings=tuple(text["warnings"]),
        anchors=tuple(Anchor(level, tuple(text[f"level_{level}"])) for level in (5, 3, 1)),
    )


@cache
def _texts() -> list[dict[str, Any]]:
    texts = tomllib.loads(Path(__file__).with_name("sample.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = texts["trait"]
    return found


def _chosen(count: int) -> list[tuple[dict[str, Any], int]]:
    """Texts of so many traits, each with the number of its first item; beyond six they return."""
    written = _texts()[:-1]
    others = [
        {**written[place % len(written)], "key": key, "name": name}
        for place, (key, name) in enumerate(OTHER_TRAITS.items())
    ]
    chosen = [*written, *others][:count]
    return [(text, 2 * place + 1) for place, text in enumerate(chosen)]


def _civility(after: int) -> TraitResult:
    return trait_result(_texts()[-1], 2 * after + 1, None)


def _ratings(text: dict[str, Any], item: dict[str, Any], absent: str) -> tuple[Rating, ...]:
    return tuple(
        Rating(member.letter, None)
        if member.letter == absent
        else Rating(
            member.letter,
            level,
            note=note,
            look_fors=_ticked(member, text["look_fors"], item.get("look_fors", [])),
            warnings=_ticked(member, text["warnings"], item.get("warnings", [])),
        )
        for member, level, note in zip(PANEL, item["levels"], item["notes"], strict=True)
    )


def _ticked(member: Interviewer, texts: list[str], who: list[list[str]]) -> tuple[str, ...]:
    return tuple(
        text for text, letters in zip(texts, who, strict=False) if member.letter in letters
    )


def _levels(items: tuple[Item, ...], letter: str) -> list[int]:
    return [
        rating.level
        for item in items
        for rating in item.ratings
        if rating.letter == letter and rating.level is not None
    ]


def _flags(civility: TraitResult) -> tuple[Flag, ...]:
    item = civility.items[0]
    return (
        Flag(
            "Level 2 on civility, and a warning ticked", item.number, item.title, item.ratings[1:2]
        ),
    )
