"""Entries made into one library, and the faults that only show between files. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from hiring.library import lint
from hiring.library.rules import (
    ALL_KEYS,
    Briefing,
    CalibrationAnswer,
    Entry,
    Fault,
    Library,
    Notes,
    Question,
    Trait,
    Vignette,
)

FEWEST_QUESTIONS = 4  # of each type for a trait: two pairs
FEWEST_ANSWERS = 4  # to a trait, at as many levels of it

E = TypeVar("E", bound=Entry)


def assemble(entries: Iterable[Entry]) -> tuple[Library, list[Fault]]:
    """A library of sound entries, and the faults that only show between files.

    A question whose trait is missing stays out of it: it could be neither rated nor shown whole.
    So do all others that speak of a trait or question that is not there.
    """
    entries = list(entries)
    library = Library(
        traits=_by_key(entries, Trait),
        questions=_by_key(entries, Question),
        vignettes=_by_key(entries, Vignette),
        answers=_by_key(entries, CalibrationAnswer),
        briefings=_by_key(entries, Briefing),
        notes=_by_key(entries, Notes),
    )
    faults = [
        *_repeated(entries),
        *_absent(library),
        *(
            fault
            for trait in library.traits.values()
            for fault in _neighbour_faults(library, trait)
        ),
        *(fault for entry in library.entries() for fault in _link_faults(library, entry)),
        *(fault for q in library.questions.values() for fault in _parallel_faults(library, q)),
        *(fault for q in library.questions.values() for fault in _label_faults(library, q)),
    ]
    return _usable(library), faults


def _by_key(entries: Iterable[Entry], kind: type[E]) -> dict[str, E]:
    found = [entry for entry in entries if isinstance(entry, kind)]
    return {entry.key: entry for entry in sorted(found, key=lambda entry: _order(entry.key))}


def _order(key: str) -> tuple[int, int, str]:
    group = ALL_KEYS.index(key[:3]) if key[:3] in ALL_KEYS else len(ALL_KEYS)
    return (group, 0 if "/" in key else len(key), key)


def _usable(library: Library) -> Library:
    traits = library.traits
    questions = {key: q for key, q in library.questions.items() if q.trait in traits}
    return Library(
        traits=traits,
        questions=questions,
        vignettes={key: v for key, v in library.vignettes.items() if v.trait in traits},
        answers={key: a for key, a in library.answers.items() if a.question in questions},
        briefings={key: b for key, b in library.briefings.items() if key in traits},
        notes=library.notes,
    )


def _repeated(entries: Sequence[Entry]) -> Iterator[Fault]:
    seen = Counter((type(entry), entry.key) for entry in entries)
    for entry in entries:
        if seen[type(entry), entry.key] > 1:
            others = [
                e.place.file
                for e in entries
                if (type(e), e.key) == (type(entry), entry.key) and e is not entry
            ]
            yield entry.place.fault(
                f"The key {entry.key} is also used in {', '.join(others)}. "
                "Give one of them another key."
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
            if found < FEWEST_QUESTIONS:
                yield trait.place.fault(
                    f"{key} has {found} {kind} question{'' if found == 1 else 's'}. "
                    "Write at least four, each in a file of its own."
                )
        yield from _teaching_faults(library, trait)


def _teaching_faults(library: Library, trait: Trait) -> Iterator[Fault]:
    """Faults of a trait that nobody could be trained on."""
    if trait.key not in library.briefings:
        yield trait.place.fault(
            f"{trait.key} has no briefing, or it has faults. Write briefing.md in its folder."
        )
    levels = {
        reference.level
        for answer in library.answers.values()
        for reference in answer.references
        if answer.trait == trait.key == reference.trait
    }
    if len(levels) < FEWEST_ANSWERS:
        yield trait.place.fault(
            f"{trait.key} has calibration answers at {len(levels)} of its levels. Write answers "
            "at four different ones."
        )


def _neighbour_faults(library: Library, trait: Trait) -> Iterator[Fault]:
    for key in trait.neighbours:
        if key not in library.traits or key == trait.key:
            yield trait.place.fault(
                f"The neighbour {key} is not another trait of this library.", "neighbours"
            )


def _link_faults(library: Library, entry: Entry) -> Iterator[Fault]:
    """Faults of an entry that speaks of traits or a question that are not there."""
    match entry:
        case Question() | Vignette():
            linked: tuple[str, ...] = entry.traits
        case CalibrationAnswer():
            linked = tuple(reference.trait for reference in entry.references)
            question = library.questions.get(entry.question)
            if question is None:
                yield entry.place.fault(
                    f"The question {entry.question} is not in this library.", "question"
                )
        case Briefing():
            linked = (entry.key,)
        case _:
            linked = ()
    for key in linked:
        if key not in library.traits:
            yield entry.place.fault(
                f"The linked trait {key} is not in this library.", "traits", "Reference levels"
            )


def _parallel_faults(library: Library, question: Question) -> Iterator[Fault]:
    if question.parallel is None:
        return
    other = library.questions.get(question.parallel)
    if other is None:
        yield question.place.fault(
            f"The parallel {question.parallel} is not a question or probe of this library.",
            "parallel",
        )
    elif other.trait != question.trait or other.key == question.key:
        yield question.place.fault(
            f"The parallel {question.parallel} is scored on {other.trait}, this one on "
            f"{question.trait}. Name another question of the same trait.",
            "parallel",
        )
    elif other.kind != question.kind:
        yield question.place.fault(
            f"The parallel {question.parallel} is of another type: {other.kind}, and this one "
            f"{question.kind}. Name one of the same type.",
            "parallel",
        )
    elif not question.is_probe and other.parallel != question.key:
        yield question.place.fault(
            f"The parallel {question.parallel} names {other.parallel} as its own. Two questions "
            "that stand in for each other name each other.",
            "parallel",
        )


def _label_faults(library: Library, question: Question) -> Iterator[Fault]:
    """The lint rule that needs to know how the trait of a question is called."""
    trait = library.traits.get(question.trait)
    if trait is None or "no-label" in question.place.waived or not question.is_read_aloud:
        return
    asked = ("Prompt" if question.is_probe else "Question", question.prompt)
    wordings = ((f"Wording: {setting}", text) for setting, text in question.wordings.items())
    for section, text in (asked, *wordings):
        if trait.name.lower() in text.lower():
            finding = lint.named(trait.name)
            yield question.place.fault(finding.sentence, section, rule=finding.rule)
