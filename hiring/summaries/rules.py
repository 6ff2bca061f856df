"""What a candidate's summary says, already decided, and how its notes are split."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from hiring.comparison.intervals import USUAL_SD
from hiring.summaries.ninety_days import Suggestions
from hiring.summaries.sentences import sentence_ends

LEVEL_WORDS = {1: "falls short", 3: "meets the need", 5: "stands out"}
LONGEST_AT_ITEM = 600  # a longer note is told in full in the appendix of the same file

NO_FORECAST = (
    "It is no forecast for this person. On average across studies, structured interviews are "
    "among the best single predictors of how people do at work (about 0.42; Sackett and "
    "colleagues, 2022). How well this guide predicts has not been studied here."
)
ONE_PANEL = (
    "The interval holds the disagreement of these interviewers and nothing else. Another day or "
    "other questions would move the scores more."
)
NO_DECISION = (
    "It decides nothing. A decision is made by a person, who signs it with a name and a reason."
)
RESTS_ON_CLOSED = (
    "Its numbers rest on other candidates of this guide version as well, and what one of their "
    "panels scored is not open to you yet."
)
LIMITS = (NO_FORECAST, ONE_PANEL, NO_DECISION)


@dataclass(frozen=True, slots=True)
class GuideVersion:
    """Which guide was used: its version and the hash of its content."""

    version: int
    content_hash: str

    @property
    def short_hash(self) -> str:
        return self.content_hash[:8]


@dataclass(frozen=True, slots=True)
class Interviewer:
    """A member of the panel, with the letter that stands for them on the page."""

    letter: str
    name: str


@dataclass(frozen=True, slots=True)
class Interview:
    """When and where the panel and the candidate met. The zone is an IANA name."""

    starts_at: dt.datetime
    zone: str
    place: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an answer at a level is most like."""

    level: int
    indicators: tuple[str, ...]

    @property
    def words(self) -> str:
        return LEVEL_WORDS[self.level]


@dataclass(frozen=True, slots=True)
class Rating:
    """What one interviewer gave and wrote for one item. Neither level nor reason: not rated yet.

    `debriefed` is the level they gave after the panel's talk, if they changed it, and why.
    """

    letter: str
    level: int | None
    not_observed: str = ""
    note: str = ""
    look_fors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    debriefed: int | None = None
    debriefed_why: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A question as it was asked, and what the panel made of the answer."""

    number: int
    title: str
    kind: str
    question: str
    ratings: tuple[Rating, ...]

    @property
    def look_fors(self) -> dict[str, str]:
        """Each look-for that was ticked, with the letters of those who ticked it."""
        return _ticked((rating.letter, rating.look_fors) for rating in self.ratings)

    @property
    def warnings(self) -> dict[str, str]:
        return _ticked((rating.letter, rating.warnings) for rating in self.ratings)


@dataclass(frozen=True, slots=True)
class TraitResult:
    """A trait's scores, one for each interviewer in the order of the panel, and its items.

    `lowest`, `highest` and `sd` are those of the interviewers' scores. `anchors` are the one the
    mean is most like, or the two it lies between. CIV has no weight; the others' add up to 1.
    """

    key: str
    name: str
    definition: str
    weight: float | None
    scores: tuple[float | None, ...]
    mean: float | None
    lowest: float | None
    highest: float | None
    sd: float | None
    anchors: tuple[Anchor, ...]
    items: tuple[Item, ...]

    @property
    def raters(self) -> int:
        return sum(score is not None for score in self.scores)

    def score_of(self, place: int) -> float | None:
        """The score of the panel member at a place; no scores at all while they are not open."""
        return self.scores[place] if self.scores else None

    @property
    def likeness(self) -> str:
        """The anchor in words: `Most like level 3: meets the need`, or between which two."""
        if not self.anchors:
            return ""
        if len(self.anchors) == 1:
            return f"Most like level {self.anchors[0].level}: {self.anchors[0].words}"
        low, high = sorted(anchor.level for anchor in self.anchors)
        return f"Between level {low} and level {high}"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something the panel should talk about: who saw it, at which item, and what they wrote."""

    about: str
    item: int
    title: str
    ratings: tuple[Rating, ...]


@dataclass(frozen=True, slots=True)
class Composite:
    """The weighted mean over the traits, with its 95% interval.

    `bar` is half of what two candidates of the same panel must differ by to be told apart.
    `unadjusted` is the plain weighted mean, if panels differ: `value` is adjusted for that then.
    `precision` says where the interval comes from: `estimated` from the candidates compared,
    or a planning value, `past candidates` or `assumed`. `debriefed` is the composite with the
    ratings that were changed in the debrief, which is only shown beside `value`.
    """

    value: float
    lower: float
    upper: float
    bar: float
    precision: str
    compared: int
    debriefed: float | None = None
    unadjusted: float | None = None

    @property
    def sentence(self) -> str:
        return _PRECISION[self.precision].format(compared=self.compared)


_PRECISION = {
    "estimated": "Worked out from how these interviewers differed over the {compared} candidates "
    "compared.",
    "past candidates": "A planning value: there are too few ratings yet to work it out, so it "
    "rests on the spread of past candidates on this guide version.",
    "assumed": "A planning value: there are too few ratings yet to work it out, so it rests on an "
    f"assumed spread of {USUAL_SD:g} levels.",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, and why."""

    outcome: str
    by: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Closing:
    """A panel that was closed before everyone had submitted: by whom, why, and who had not."""

    by: str
    at: dt.datetime
    reason: str
    missing: tuple[str, ...]

    @property
    def sentence_of_reason(self) -> str:
        reason = self.reason.strip()
        return reason if reason.endswith((".", "!", "?")) else f"{reason}."


@dataclass(frozen=True, slots=True)
class Summary:
    """All that the PDF says about one candidate. Nobody else's name or score is in it."""

    candidate: str
    reference: str
    opening: str
    guide: GuideVersion
    panel: tuple[Interviewer, ...]
    interview: Interview | None
    traits: tuple[TraitResult, ...]
    civility: TraitResult | None
    flags: tuple[Flag, ...]
    composite: Composite | None
    why_no_composite: str
    decisions: tuple[Decision, ...]
    incomplete: tuple[str, ...]
    scoring_rules: str
    made_at: dt.datetime
    made_zone: str
    made_by: str
    first_ninety_days: tuple[Suggestions, ...] = ()
    closing: Closing | None = None

    def __post_init__(self) -> None:
        if self.composite is None and not self.why_no_composite:
            raise ValueError("a summary without a composite says why there is none")
        if self.composite is not None and self.incomplete:
            raise ValueError("an incomplete summary has no composite")

    @property
    def name(self) -> str:
        """What a person calls this document."""
        return f"Summary of {self.candidate}"

    @property
    def planned(self) -> int:
        """How many interviewers were to rate. Only those who did are in `panel`."""
        return len(self.panel) + (len(self.closing.missing) if self.closing else 0)

    @property
    def results(self) -> tuple[TraitResult, ...]:
        return (*self.traits, *([self.civility] if self.civility else []))

    @property
    def weights_are_equal(self) -> bool:
        return len({round(trait.weight or 0, 6) for trait in self.traits}) <= 1

    @property
    def long_notes(self) -> tuple[tuple[Item, Rating], ...]:
        """What the appendix holds, in the order of the items."""
        return tuple(
            (item, rating)
            for result in self.results
            for item in result.items
            for rating in item.ratings
            if is_long(rating.note)
        )


def most_like(mean: float) -> tuple[int, ...]:
    """The anchored level nearest to a mean, or the two it lies midway between."""
    distance = {level: abs(mean - level) for level in LEVEL_WORDS}
    nearest = min(distance.values())
    return tuple(level for level, far in distance.items() if far - nearest < 1e-9)


def is_long(note: str) -> bool:
    return len(note.strip()) > LONGEST_AT_ITEM


def at_item(note: str) -> str:
    """What stands at the item: the whole note, or the first whole sentences that fit."""
    note = note.strip()
    if len(note) <= LONGEST_AT_ITEM:
        return note
    ends = [end for end in sentence_ends(note) if end <= LONGEST_AT_ITEM]
    return note[: ends[-1]] if ends else ""


def as_json(summary: Summary) -> str:
    """Everything a summary says as canonical JSON: the same content is the same text."""
    return json.dumps(
        asdict(summary),
        default=dt.datetime.isoformat,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def digest(summary: Summary) -> str:
    """Stands for what is said, whoever asks for it and whenever: a new digest, a new copy."""
    content = json.loads(as_json(summary))
    for key in ("made_at", "made_zone", "made_by"):
        del content[key]
    if not summary.first_ninety_days:  # a copy made before there were any stays the newest
        del content["first_ninety_days"]
    if summary.closing is None:  # likewise
        del content["closing"]
    if summary.composite is not None and summary.composite.unadjusted is None:  # likewise
        del content["composite"]["unadjusted"]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rests_on_others(numbers: str) -> bool:
    """Whether a summary's score or interval was worked out from other candidates' ratings too.

    A score is where panels differ, an interval unless a spread is assumed. Copies made before
    that was kept may rest on others.
    """
    if not numbers:
        return False
    composite = json.loads(numbers).get("composite")
    if composite is None:
        return False
    return composite["precision"] != "assumed" or composite.get("unadjusted", True) is not None


def _ticked(by_letter: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    letters: dict[str, list[str]] = {}
    for letter, texts in by_letter:
        for text in texts:
            letters.setdefault(text, []).append(letter)
    return {text: ", ".join(who) for text, who in letters.items()}
