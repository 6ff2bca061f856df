"""What the library holds: traits, questions and probes, and when the whole of them is sound."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

TRAIT_KEYS = tuple(f"T{number:02d}" for number in range(1, 16))
CIVILITY = "CIV"
ALL_KEYS = (*TRAIT_KEYS, CIVILITY)
ANCHORED_LEVELS = (5, 3, 1)
KINDS = ("behavioural", "situational", "probe")
FORMS = (
    "statement",
    "dilemma",
    "past example",
    "rewrite",
    "role-play",
    "creative",
    "case discussion",
    "closing question",
    "interviewer look-for",
)
SETTINGS = ("any", "phone", "chat", "counter", "field", "internal desk", "team lead")

Anchors = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something an author has to mend, with the place and what to write instead."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its file below the library's folder, and a digest of the text."""

    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class Trait:
    """One of the fifteen, or civility, with its anchors at 5, 3 and 1."""

    key: str
    name: str
    definition: str
    not_part: tuple[str, ...]
    anchors: Anchors
    look_fors: tuple[str, ...]
    warnings: tuple[str, ...]
    neighbours: tuple[str, ...]
    sources: tuple[str, ...]
    place: Place

    @property
    def is_civility(self) -> bool:
        return self.key == CIVILITY


@dataclass(frozen=True, slots=True)
class Question:
    """What the interviewer says: a behavioural or situational question, or a probe's prompt.

    A probe brings its own anchors; a question of a trait is rated by the trait's. The first of
    `traits` is the one an answer is scored on, the others are context.
    """

    key: str
    kind: str
    form: str | None
    traits: tuple[str, ...]
    title: str
    prompt: str
    shown: str
    follow_ups: tuple[str, ...]
    anchors: Anchors | None
    look_fors: tuple[str, ...]
    warnings: tuple[str, ...]
    minutes: int
    settings: tuple[str, ...]
    parallel: str | None
    sources: tuple[str, ...]
    place: Place

    @property
    def trait(self) -> str:
        return self.traits[0]

    @property
    def is_probe(self) -> bool:
        return self.kind == "probe"

    @property
    def label(self) -> str:
        return f"probe: {self.form}" if self.is_probe else f"{self.kind} question"

    def fits(self, setting: str) -> bool:
        """Whether it can be asked in an interview for work in this setting."""
        return "any" in self.settings or setting in self.settings or setting == "any"


@dataclass(frozen=True, slots=True)
class Library:
    """All traits and questions, each by key, in the order T01 … T15, CIV and B, S, P."""

    traits: Mapping[str, Trait] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)

    def questions_of(self, trait: str, *kinds: str) -> Iterator[Question]:
        """The questions scored on a trait, of the given kinds or of all."""
        for question in self.questions.values():
            if question.trait == trait and (not kinds or question.kind in kinds):
                yield question

    @property
    def probes(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions.values() if question.is_probe)

    def count(self) -> str:
        """The library in one line, such as `15 traits, 1 dimension, 24 probes`."""
        traits = sum(not trait.is_civility for trait in self.traits.values())
        dimensions = len(self.traits) - traits
        return ", ".join(
            f"{number} {noun}{'' if number == 1 else 's'}"
            for number, noun in (
                (traits, "trait"),
                (dimensions, "dimension"),
                (len(self.probes), "probe"),
            )
        )


def assemble(traits: Iterable[Trait], questions: Iterable[Question]) -> tuple[Library, list[Fault]]:
    """A library of sound entries, and the faults that only show between files.

    A question whose trait is missing stays out of it: it could be neither rated nor shown whole.
    """
    traits, questions = list(traits), list(questions)
    library = Library(
        {t.key: t for t in sorted(traits, key=lambda t: _order(t.key))},
        {q.key: q for q in sorted(questions, key=lambda q: _order(q.key))},
    )
    faults = [*_repeated(traits, questions), *_absent(library), *_dangling(library)]
    usable = {key: q for key, q in library.questions.items() if q.trait in library.traits}
    return Library(library.traits, usable), faults


def _order(key: str) -> tuple[int, int, str]:
    group = ALL_KEYS.index(key[:3]) if key[:3] in ALL_KEYS else len(ALL_KEYS)
    return (group, len(key), key)


def _repeated(traits: list[Trait], questions: list[Question]) -> Iterator[Fault]:
    entries: list[Trait | Question] = [*traits, *questions]
    seen = Counter(entry.key for entry in entries)
    for entry in entries:
        if seen[entry.key] > 1:
            others = [e.place.file for e in entries if e.key == entry.key and e is not entry]
            yield Fault(
                entry.place.file,
                1,
                f"The key {entry.key} is also used in {', '.join(others)}. "
                "Give one of them another key.",
            )


def _absent(library: Library) -> Iterator[Fault]:
    for key in ALL_KEYS:
        trait = library.traits.get(key)
        if trait is None:
            yield Fault(
                f"{key}-…/trait.md",
                1,
                f"The trait {key} is missing or has faults. Write it in a folder whose name "
                f"starts with {key}.",
            )
            continue
        for kind in ("behavioural", "situational"):
            found = sum(1 for _ in library.questions_of(key, kind))
            if found < 2:
                yield Fault(
                    trait.place.file,
                    1,
                    f"{key} has {found} {kind} question{'' if found == 1 else 's'}. "
                    f"Write at least two, each in a file of its own.",
                )


def _dangling(library: Library) -> Iterator[Fault]:
    for trait in library.traits.values():
        for key in trait.neighbours:
            if key not in library.traits or key == trait.key:
                yield Fault(
                    trait.place.file,
                    1,
                    f"The neighbour {key} is not another trait of this library.",
                )
    for question in library.questions.values():
        for key in question.traits:
            if key not in library.traits:
                yield Fault(
                    question.place.file, 1, f"The linked trait {key} is not in this library."
                )
        if question.parallel is None:
            continue
        other = library.questions.get(question.parallel)
        if other is None:
            yield Fault(
                question.place.file,
                1,
                f"The parallel {question.parallel} is not a question or probe of this library.",
            )
        elif other.trait != question.trait or other.key == question.key:
            yield Fault(
                question.place.file,
                1,
                f"The parallel {question.parallel} is scored on {other.trait}, this one on "
                f"{question.trait}. Name another question of the same trait.",
            )


def search(library: Library, words: str, kind: str = "") -> list[Trait | Question]:
    """Entries that hold every word somewhere, traits first. `kind` narrows to one kind."""
    wanted = words.casefold().split()
    entries: list[Trait | Question] = [*library.traits.values(), *library.questions.values()]
    return [
        entry
        for entry in entries
        if kind in ("", "trait" if isinstance(entry, Trait) else entry.kind)
        and all(word in _text_of(entry) for word in wanted)
    ]


def _text_of(entry: Trait | Question) -> str:
    parts: list[str] = [entry.key, *entry.look_fors, *entry.warnings]
    for indicators in (entry.anchors or {}).values():
        parts.extend(indicators)
    if isinstance(entry, Trait):
        parts += [entry.name, entry.definition, *entry.not_part]
    else:
        parts += [entry.title, entry.prompt, entry.shown, entry.label, *entry.follow_ups]
    return " ".join(parts).casefold()
