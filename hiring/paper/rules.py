"""Whether a form that comes back is the one that went out, and what may be done with paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hiring.refusal import Refused
from hiring.scorecards.rules import Answer, join
from hiring.summaries.code import Whose
from hiring.summaries.form import CHOICES, CODE, LONGEST, Field, Kind

LARGEST_FILE = 10_000_000  # bytes
LONGEST_NAME = 200  # of a file
MOST_NAMED = 3  # of the fields that differ; a whole list would help nobody

EXTENSIONS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}

# Why a file is not read, by the reader's word for it, and the way out.
PROBLEMS = {
    "no PDF": "This file is not a PDF. Upload the form as your PDF reader has saved it.",
    "neither": "This file is no PDF, PNG or JPEG, whatever its name says. Save the scan as one of "
    "them and upload that.",
    "damaged": "This file is damaged, so nothing in it can be relied on. Open the form, save it "
    "once more, and upload that.",
    "encrypted": "This PDF is protected by a password or against changes. Save it without that "
    "protection and upload it again.",
    "script": "There is a script in this PDF, and our forms have none. Fill in a fresh form, and "
    "tell your administrator where this one came from.",
    "embedded": "There are other files inside this PDF, and our forms have none. Save it without "
    "attachments and upload it again.",
    "active": "This PDF would start or send something by itself, and our forms never do. Fill in a "
    "fresh form, and tell your administrator where this one came from.",
    "flat": "There are no fields in this PDF to read. It was printed to a file instead of saved. "
    "Open the form you filled in and use Save; or type it in, with this file as the scan.",
    "changed": "This PDF has been changed: it has a field twice. Fill in a fresh form.",
    "complex": "There is far more in this file than in a form or a scan, so reading it was "
    "stopped. Save it anew, or send it in parts.",
    "slow": "Reading this file took too long and was stopped. Save it anew and try once more.",
    "busy": "Other files are being read at this moment. Try again in a few seconds.",
}
MOST_KEPT = 10  # of each kind with one card: files are large, and kept as long as the card
FULL = (
    f"{MOST_KEPT} such files are kept with this scorecard already, and there is room for no more. "
    "Write what is missing on the scorecard itself, or type it in beside a file that is here."
)
NOT_OURS = (
    "This PDF doesn't carry a valid code of this Fifteen, so it can't be told whose form it is. "
    "Fill in a fresh form from this page."
)


class Unreadable(Refused):
    """A file that nothing is taken from; the sentence says why."""

    status = 422

    def __init__(self, problem: str) -> None:
        super().__init__(PROBLEMS.get(problem, problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Raw:
    """One field as a file holds it. Names begin with a stroke, such as `/Yes`."""

    type: str = ""
    value: str = ""
    is_odd: bool = False  # the value is of a kind that its field can't have
    marks: Sequence[str] = ()  # the looks its buttons show, but for not chosen
    states: Sequence[str] = ()  # the looks they have
    places: int = 1

    @property
    def chosen(self) -> frozenset[str]:
        """What is chosen of a button's states. Some programs set the value, others the look."""
        names = {self.value, *self.marks} - {"", "/Off", "Off"}
        return frozenset(name.removeprefix("/") for name in names)

    @property
    def is_empty(self) -> bool:
        return not (self.is_odd or (self.value if self.type == "/Tx" else self.chosen))


def check_whose(form: Whose | None, card: Whose) -> None:
    """Refuse a form that is not this card's, with the first reason that is true."""
    if form is None:
        raise Unreadable(NOT_OURS)
    if form.candidate != card.candidate:
        raise Unreadable(
            "This form is about another candidate. Open the scorecard it belongs to, and upload it "
            "there."
        )
    if form.person != card.person:
        raise Unreadable(
            "This form is another interviewer's. Only whoever it was made for can upload it."
        )
    if form.guide != card.guide:
        raise Unreadable(
            f"This form was made from version {form.version} of the guide, and this interview "
            f"uses version {card.version} or other words. Fill in a fresh form from this page."
        )
    if form.card != card.card:
        raise Unreadable(
            "This form was made for another scorecard of yours. Fill in a fresh form from this "
            "page."
        )


def check_same_form(expected: Mapping[str, Field], found: Mapping[str, Raw], pages: int) -> None:
    """Refuse a form whose fields are not those it was made with."""
    given = {name for name in found if name != CODE}
    differing = [
        ("is missing", expected.keys() - given),
        ("was added", given - expected.keys()),
        ("is of another kind now", _of_another_kind(expected, found)),
    ]
    said = [f"{_named(names)} {words}" for words, names in differing if names]
    if CODE in found and found[CODE].places != pages:
        said.append("a page is missing or was added")
    if said:
        raise Unreadable(
            f"This PDF is not the form as it was made: {'; '.join(said)}. Fill in a fresh form "
            "from this page."
        )


def _of_another_kind(expected: Mapping[str, Field], found: Mapping[str, Raw]) -> set[str]:
    return {
        name
        for name, field in expected.items()
        if name in found and not _is_of_kind(field.kind, found[name])
    }


def _is_of_kind(kind: Kind, raw: Raw) -> bool:
    if kind is Kind.LEVEL:
        return raw.type == "/Btn" and set(raw.states) == {f"/{choice}" for choice in CHOICES}
    if kind is Kind.TICK:
        return raw.type == "/Btn" and len(raw.states) == 1
    return raw.type == "/Tx"


def _named(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = len(ordered) - MOST_NAMED
    quoted = ", ".join(f"“{name[:60]}”" for name in ordered[:MOST_NAMED])
    return quoted + (f" and {more} more" if more > 0 else "")


# --- on the card ---


class Take(StrEnum):
    """What becomes of a question that a form and the card answer differently."""

    FORM = "form"
    CARD = "card"
    BOTH = "both"  # joined, with the form's level
    BOTH_CARD = "both-card"  # joined, with the card's level


def join_of(take: Take, of_form: Answer, of_card: Answer) -> Answer:
    """The answer to save. Nobody's clock is set back by paper, which keeps none."""
    if take is Take.BOTH:
        return join(of_form, of_card)
    if take is Take.BOTH_CARD:
        return join(of_card, of_form)
    return replace(of_form, seconds=of_card.seconds)


def is_too_long(answer: Answer) -> bool:
    """Whether a text of two joined ones is longer than it may be."""
    return any(len(getattr(answer, part)) > longest for part, longest in LONGEST.items())


def may_type_over(version: int, entered: int) -> bool:
    """Whether somebody who types for another may save an answer: none is there, or it is this one.

    What its owner wrote on the screen is neither shown to them nor touched.
    """
    return version in {0, entered}
