"""What the library holds: traits, questions, probes, and what teaches people to use them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

TRAIT_KEYS = tuple(f"T{number:02d}" for number in range(1, 16))
CIVILITY = "CIV"
ALL_KEYS = (*TRAIT_KEYS, CIVILITY)
ANCHORED_LEVELS = (5, 3, 1)
KINDS = ("behavioural", "situational", "probe")
LOOK_FOR = "interviewer look-for"  # the form of a probe that is never asked
FORMS = (
    "statement",
    "dilemma",
    "past example",
    "rewrite",
    "role-play",
    "creative",
    "case discussion",
    "closing question",
    LOOK_FOR,
)
SETTINGS = ("any", "phone", "chat", "counter", "field", "internal desk", "team lead")
FACTS = "facts"
AUDIENCES = ("recruiter", "manager", "interviewer", "trainer", FACTS)

Anchors = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something an author has to mend, with the place and what to write instead.

    `rule` is the lint rule that is broken, if it is one. `own`: in the organisation's folder.
    """

    file: str
    line: int
    sentence: str
    rule: str = ""
    own: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.said}"

    @property
    def said(self) -> str:
        return f"{self.rule}: {self.sentence}" if self.rule else self.sentence


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the inventory that a text carries, and the line where it does."""

    key: str
    line: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its file below the library's folder, and a digest of the text.

    `lines` has the line of each head line and section. `waived` are lint rules that the file
    breaks for a written reason. `own`: in the organisation's folder.
    """

    file: str
    digest: str
    lines: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    waived: frozenset[str] = frozenset()
    own: bool = False

    def fault(self, sentence: str, *sections: str, rule: str = "") -> Fault:
        """A fault at the first of these head lines or sections that is there, else at the top."""
        line = next((self.lines[name] for name in sections if name in self.lines), 1)
        return Fault(self.file, line, sentence, rule, self.own)


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

    @property
    def title(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return "civility, a dimension of its own" if self.is_civility else "trait"


@dataclass(frozen=True, slots=True)
class Question:
    """What the interviewer says: a behavioural or situational question, or a probe's prompt.

    A probe brings its own anchors; a question of a trait is rated by the trait's. The first of
    `traits` is the one an answer is scored on, the others are context. `wordings` has the
    question again, by setting, where the setting changes the scene. `goods` are the two good
    things that compete in a situational question.
    """

    key: str
    kind: str
    form: str | None
    traits: tuple[str, ...]
    title: str
    prompt: str
    wordings: Mapping[str, str]
    goods: tuple[str, ...]
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
    def is_read_aloud(self) -> bool:
        """Whether it is asked at all. An interviewer look-for only says what to watch for."""
        return self.form != LOOK_FOR

    @property
    def label(self) -> str:
        return label(self.kind, self.form)

    def fits(self, setting: str) -> bool:
        """Whether it can be asked in an interview for work in this setting."""
        return "any" in self.settings or setting in self.settings or setting == "any"

    def worded(self, setting: str) -> str:
        """The question as it is asked for work in this setting."""
        return self.wordings.get(setting, self.prompt)


def label(kind: str, form: str | None) -> str:
    return f"{kind}: {form}" if kind == "probe" else f"{kind} question"


def is_read_aloud(item_label: str) -> bool:
    """The same for a question of a guide, which keeps no more than the label."""
    return item_label != label("probe", LOOK_FOR)


@dataclass(frozen=True, slots=True)
class Vignette:
    """A neutral story to train with, and what the trainer knows about it."""

    key: str
    title: str
    traits: tuple[str, ...]
    story: str
    obvious_error: str
    hidden_error: str
    done_well: str
    for_the_trainer: tuple[str, ...]
    sources: tuple[str, ...]
    place: Place

    label: ClassVar[str] = "vignette"

    @property
    def trait(self) -> str:
        return self.traits[0]


@dataclass(frozen=True, slots=True)
class Reference:
    """The level of an answer on a trait, set by the authors, with the words that decide it."""

    trait: str
    level: int
    quotes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class CalibrationAnswer:
    """What a candidate might say to a question, with reference levels, its own trait's first."""

    key: str
    title: str
    question: str
    answer: str
    references: tuple[Reference, ...]
    place: Place

    label: ClassVar[str] = "calibration answer"

    @property
    def trait(self) -> str:
        return self.key.partition("-")[0]

    @property
    def traits(self) -> tuple[str, ...]:
        return tuple(reference.trait for reference in self.references)


@dataclass(frozen=True, slots=True)
class Briefing:
    """A page for the interviewer about one trait, and suggestions to the manager afterwards."""

    key: str
    title: str
    what_it_is: str
    how_to_listen: tuple[str, ...]
    traps: tuple[str, ...]
    never_score: tuple[str, ...]
    when_strong: tuple[str, ...]
    when_growing: tuple[str, ...]
    sources: tuple[str, ...]
    place: Place

    label: ClassVar[str] = "briefing"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or a bullet of a file of notes."""

    words: str
    is_bullet: bool


@dataclass(frozen=True, slots=True)
class Notes:
    """Advice or facts that belong to no single trait, under headings of the author's own."""

    key: str
    title: str
    audience: str
    lead: tuple[Text, ...]
    sections: Mapping[str, tuple[Text, ...]]
    place: Place

    @property
    def name(self) -> str:
        """What stands behind `notes/` in its key."""
        return self.key.partition("/")[2]

    @property
    def is_facts(self) -> bool:
        return self.audience == FACTS

    @property
    def label(self) -> str:
        return FACTS if self.is_facts else f"notes for the {self.audience}"


Entry = Trait | Question | Vignette | CalibrationAnswer | Briefing | Notes


@dataclass(frozen=True, slots=True)
class Library:
    """All entries, each by key, in the order T01 … T15, CIV and B, S, P."""

    traits: Mapping[str, Trait] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    vignettes: Mapping[str, Vignette] = field(default_factory=dict)
    answers: Mapping[str, CalibrationAnswer] = field(default_factory=dict)
    briefings: Mapping[str, Briefing] = field(default_factory=dict)
    notes: Mapping[str, Notes] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        for entries in (
            *(self.traits, self.questions, self.vignettes),
            *(self.answers, self.briefings, self.notes),
        ):
            yield from entries.values()

    def questions_of(self, trait: str, *kinds: str) -> Iterator[Question]:
        """The questions scored on a trait, of the given kinds or of all."""
        for question in self.questions.values():
            if question.trait == trait and (not kinds or question.kind in kinds):
                yield question

    @property
    def probes(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions.values() if question.is_probe)

    def named(self, key: str) -> Entry | None:
        """The trait, question, probe, vignette or answer that a text speaks of by its key."""
        kinds: tuple[Mapping[str, Entry], ...] = (
            *(self.traits, self.questions, self.vignettes, self.answers),
        )
        return next((entries[key] for entries in kinds if key in entries), None)

    def linked_probes(self, trait: str) -> Iterator[Question]:
        """Probes that bring a trait to light but are scored on another."""
        return (probe for probe in self.probes if trait in probe.traits[1:])

    def vignettes_on(self, trait: str) -> Iterator[Vignette]:
        return (vignette for vignette in self.vignettes.values() if trait in vignette.traits)

    def answers_of(self, trait: str) -> Iterator[CalibrationAnswer]:
        return (answer for answer in self.answers.values() if answer.trait == trait)

    def answers_to(self, question: str) -> Iterator[CalibrationAnswer]:
        return (answer for answer in self.answers.values() if answer.question == question)

    def stand_ins(self, question: Question) -> list[Question]:
        """Those that may stand in for a question: its parallel, and whichever name it as theirs."""
        return [
            other
            for other in self.questions.values()
            if other.key == question.parallel or other.parallel == question.key
        ]

    def notes_for(self, audience: str) -> list[Notes]:
        return [notes for notes in self.notes.values() if notes.audience == audience]

    def count(self) -> str:
        """The library in one line, such as `15 traits, 1 dimension, 24 probes`."""
        traits = sum(not trait.is_civility for trait in self.traits.values())
        always = [
            _counted(traits, "trait"),
            _counted(len(self.traits) - traits, "dimension"),
            _counted(len(self.probes), "probe"),
        ]
        if_any = [
            (self.vignettes, "vignette"),
            (self.answers, "calibration answer"),
            (self.briefings, "briefing"),
            (self.notes, "page of notes"),
        ]
        return ", ".join([*always, *(_counted(len(all_), noun) for all_, noun in if_any if all_)])


def _counted(number: int, noun: str) -> str:
    plural = noun.replace("page ", "pages ") if " of " in noun else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
