"""How a guide is proposed, what keeps it from being published, and the hash of its content."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from hiring.library.rules import ANCHORED_LEVELS, CIVILITY, Anchors, Library, Question

WELCOME_MINUTES = 5  # introduction and closing
MOST_USUAL_TRAITS = 6
ONE_THIRD_FIGURE = "P01"
THANKLESS_CASE = "P22"  # asked of whoever may live on appreciation, so wherever T15 is chosen
GIVES_WITHOUT_THANKS = "T15"
LONGEST_PROMPT = 1_000


@dataclass(frozen=True, slots=True)
class SketchItem:
    """What the rules need to know of an item."""

    key: str
    trait: str
    kind: str
    title: str
    prompt: str
    minutes: int
    anchors: Anchors
    parallel: str | None
    is_read_aloud: bool = True


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the rules need to know of a guide: the weight of each trait, and the items in order."""

    weights: Mapping[str, float]
    weight_reason: str
    items: tuple[SketchItem, ...]


def propose(library: Library, traits: Collection[str], setting: str) -> list[Question]:
    """A behavioural and a situational question for each trait, in the order of the traits.

    Civility gets the one-third figure and a behavioural question, since one probe decides nothing;
    T15 gets the thankless case as well.
    """
    return [question for trait in traits for question in _questions_for(library, trait, setting)]


def _questions_for(library: Library, trait: str, setting: str) -> Iterator[Question]:
    if trait == CIVILITY and ONE_THIRD_FIGURE in library.questions:
        yield library.questions[ONE_THIRD_FIGURE]
        kinds: tuple[str, ...] = ("behavioural",)
    else:
        kinds = ("behavioural", "situational")
    for kind in kinds:
        fitting = (q for q in library.questions_of(trait, kind) if q.fits(setting))
        if (first := next(fitting, None)) is not None:
            yield first
    if trait == GIVES_WITHOUT_THANKS and THANKLESS_CASE in library.questions:
        yield library.questions[THANKLESS_CASE]


def minutes_used(items: Iterable[int]) -> int:
    """Minutes of all items, and of the welcome and the closing."""
    return WELCOME_MINUTES + sum(items)


def faults(guide: Sketch) -> list[str]:
    """Every reason why this guide can't be published yet, each a sentence with a way out."""
    return [*_trait_faults(guide), *_item_faults(guide), *_weight_faults(guide)]


def _trait_faults(guide: Sketch) -> Iterator[str]:
    if not any(key != CIVILITY for key in guide.weights):
        yield "No trait is chosen. Choose at least one of the fifteen."
    asked = {trait: [i for i in guide.items if i.trait == trait] for trait in guide.weights}
    for trait, items in asked.items():
        if not items:
            yield f"{trait} has no item. Add a question for it, or take the trait out."
        elif not any(item.is_read_aloud for item in items):
            yield (
                f"Nothing is asked about {trait}: an interviewer look-for is not read aloud. Add a "
                "question for it."
            )
    civility = asked.get(CIVILITY, [])
    if civility and all(item.key == ONE_THIRD_FIGURE for item in civility):
        yield (
            f"{ONE_THIRD_FIGURE} is the only item on civility. One probe never decides: add "
            "another question or probe on civility."
        )
    if asked.get(GIVES_WITHOUT_THANKS) and not any(
        THANKLESS_CASE in (item.key, item.parallel) for item in guide.items
    ):
        yield (
            f"{GIVES_WITHOUT_THANKS} is asked without {THANKLESS_CASE}, the thankless case. "
            f"Add {THANKLESS_CASE} or its parallel."
        )


def _item_faults(guide: Sketch) -> Iterator[str]:
    for number, item in enumerate(guide.items, start=1):
        if not item.prompt.strip():
            yield f"Item {number}, “{item.title}”, has no question. Write one, or drop the item."
        absent = [level for level in sorted(ANCHORED_LEVELS) if not item.anchors.get(level)]
        if absent:
            levels = " and ".join(str(level) for level in absent)
            yield (
                f"Item {number}, “{item.title}”, has no anchor at {levels}. Choose another "
                "question."
            )


def _weight_faults(guide: Sketch) -> Iterator[str]:
    weights = {key: weight for key, weight in guide.weights.items() if key != CIVILITY}
    for key, weight in weights.items():
        if not 0 < weight <= 10:
            yield f"The weight of {key} is {weight:g}. Give it more than 0 and at most 10."
    if len(set(weights.values())) > 1 and not guide.weight_reason.strip():
        yield "The weights differ and no reason is written. Write the reason, or make them equal."


def advice(guide: Sketch, budget: int) -> list[str]:
    """What would make the guide sounder. None of it keeps it from being published."""
    return [*_coverage_advice(guide), *_time_advice(guide, budget)]


def _coverage_advice(guide: Sketch) -> Iterator[str]:
    for trait in guide.weights:
        kinds = [item.kind for item in guide.items if item.trait == trait]
        if len(kinds) == 1:
            yield f"{trait} rests on one item. Two tell more than one."
        if trait == CIVILITY or not kinds:
            continue
        for kind, gain in (
            ("behavioural", "what people did tells most about what they will do"),
            ("situational", "people new to this work can answer it too"),
        ):
            if kind not in kinds:
                yield f"{trait} has no {kind} question: {gain}."
    if CIVILITY not in guide.weights:
        yield "Civility is not asked about. It is shown by itself and has no weight."
    chosen = sum(key != CIVILITY for key in guide.weights)
    if chosen > MOST_USUAL_TRAITS:
        yield (
            f"{chosen} traits are a lot for one talk. Five or six can be rated with care in an "
            "hour. Choose fewer, or plan more minutes."
        )


def _time_advice(guide: Sketch, budget: int) -> Iterator[str]:
    used = minutes_used(item.minutes for item in guide.items)
    if used > budget:
        yield f"The guide takes {used} minutes, {used - budget} more than planned."


def content_hash(content: Mapping[str, object]) -> str:
    """SHA-256 of the content written as JSON with sorted keys: the same texts, the same hash."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=list)
    return hashlib.sha256(text.encode()).hexdigest()
