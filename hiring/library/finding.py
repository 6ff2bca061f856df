"""Finding entries of the library by their words and by what they are. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hiring.library.rules import (
    SETTINGS,
    Briefing,
    CalibrationAnswer,
    Entry,
    Library,
    Notes,
    Question,
    Trait,
    Vignette,
)

KINDS = {
    "trait": "traits",
    "behavioural": "behavioural questions",
    "situational": "situational questions",
    "probe": "probes",
    "vignette": "vignettes",
    "answer": "calibration answers",
    "briefing": "briefings",
    "notes": "notes and facts",
}
LONGEST_EXCERPT = 240
BEFORE = 60  # characters of a text that an excerpt shows before the first word found

Piece = tuple[str, bool]  # some text, and whether it was looked for


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: words, all of them, and filters. An empty one lets all pass."""

    words: str = ""
    kind: str = ""
    trait: str = ""
    form: str = ""
    setting: str = ""

    @property
    def is_nothing(self) -> bool:
        return not any((self.words, self.kind, self.trait, self.form, self.setting))


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, and a text of it in which the words stand."""

    entry: Entry
    excerpt: tuple[Piece, ...]


def search(library: Library, wanted: Wanted) -> list[Hit]:
    """What fits all that is wanted: called so first, then what is made for the setting."""
    words = wanted.words.casefold().split()
    found = [
        entry
        for entry in library.entries()
        if _passes(entry, wanted) and _holds(entry, wanted.setting, words)
    ]
    found.sort(key=lambda entry: _rank(entry, wanted.setting, words))
    return [Hit(entry, _excerpt(_texts(entry, wanted.setting), words)) for entry in found]


def kind_of(entry: Entry) -> str:
    match entry:
        case Question():
            return entry.kind
        case CalibrationAnswer():
            return "answer"
        case _:
            return type(entry).__name__.lower()


def traits_of(entry: Entry) -> tuple[str, ...]:
    """The traits an entry is about, the one it is scored on first."""
    match entry:
        case Trait() | Briefing():
            return (entry.key,)
        case Notes():
            return ()
        case _:
            return entry.traits


def _passes(entry: Entry, wanted: Wanted) -> bool:
    if wanted.kind and kind_of(entry) != wanted.kind:
        return False
    if wanted.trait and wanted.trait not in traits_of(entry):
        return False
    if not (wanted.form or wanted.setting):
        return True
    if not isinstance(entry, Question):
        return False
    return wanted.form in ("", entry.form) and (
        not wanted.setting or (wanted.setting in SETTINGS and entry.fits(wanted.setting))
    )


def _holds(entry: Entry, setting: str, words: list[str]) -> bool:
    if not words:
        return True
    text = " ".join((entry.key, entry.title, entry.label, *_texts(entry, setting))).casefold()
    return all(word in text for word in words)


def _rank(entry: Entry, setting: str, words: list[str]) -> tuple[bool, bool]:
    called = f"{entry.key} {entry.title}".casefold()
    is_made_for_it = (
        setting != ""
        and isinstance(entry, Question)
        and (setting in entry.wordings or setting in entry.settings)
    )
    return (not all(word in called for word in words), not is_made_for_it)


def _texts(entry: Entry, setting: str) -> Iterator[str]:
    """The texts of an entry, first the one that says what it is about.

    What only trainers should see is not among them: a search would give it away.
    """
    match entry:
        case Trait():
            yield from (entry.definition, *entry.not_part)
        case Question():
            yield from (entry.worded(setting), entry.shown, entry.prompt)
            yield from (*entry.wordings.values(), *entry.follow_ups, *entry.goods)
        case Vignette():
            yield entry.story
        case CalibrationAnswer():
            yield entry.answer
        case Briefing():
            yield from (entry.what_it_is, *entry.how_to_listen, *entry.traps)
            yield from (*entry.never_score, *entry.when_strong, *entry.when_growing)
        case Notes():
            yield from (text.words for text in entry.lead)
            for heading, texts in entry.sections.items():
                yield heading
                yield from (text.words for text in texts)
    if isinstance(entry, Trait | Question):
        for indicators in (entry.anchors or {}).values():
            yield from indicators
        yield from (*entry.look_fors, *entry.warnings)


def _excerpt(texts: Iterator[str], words: list[str]) -> tuple[Piece, ...]:
    """The text that holds the most of the words, cut to a few lines, with the words marked."""
    best, most = "", -1
    for text in texts:
        folded = text.casefold()
        held = sum(word in folded for word in words)
        if held > most:
            best, most = text, held
        if most == len(words):
            break
    best = " ".join(best.split())
    if not words:
        return ((_cut(best, 0), False),)
    pattern = re.compile(f"({'|'.join(map(re.escape, words))})", re.IGNORECASE)
    first = pattern.search(best)
    pieces = pattern.split(_cut(best, first.start() if first else 0))
    return tuple((piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece)


def _cut(text: str, first: int) -> str:
    """A part of the text around a place, from one blank to another."""
    start = text.rfind(" ", 0, first - BEFORE) + 1 if first > BEFORE else 0
    part = text[start : start + LONGEST_EXCERPT]
    if len(text) > start + LONGEST_EXCERPT:
        part = f"{part.rpartition(' ')[0]} …"
    return f"… {part}" if start else part
