"""What the comparison's template is given: rows of ready texts that it only has to lay out."""

from collections.abc import Mapping
from dataclasses import dataclass

from hiring.comparison.compare import CandidateScore
from hiring.comparison.picture import Picture, ends, picture
from hiring.comparison.queries import Compared
from hiring.comparison.rules import Flag, TraitScore, shown
from hiring.library.rules import CIVILITY
from hiring.web import day


@dataclass(frozen=True, slots=True)
class Cell:
    """One candidate on one trait."""

    mean: str
    about: tuple[str, ...]
    item_id: int
    is_civility: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate in the table."""

    candidate_id: int
    interview_id: int
    name: str
    composite: str
    interval: str
    why_not: str
    raw: str
    too_close: str
    debriefed: str
    cells: tuple[Cell, ...]
    flags: tuple[str, ...]
    other_warnings: tuple[str, ...]
    decision: str


@dataclass(frozen=True, slots=True)
class Table:
    """The whole comparison, ready to be laid out."""

    traits: tuple[tuple[str, str, str], ...]
    rows: tuple[Row, ...]
    groups: tuple[tuple[str, ...], ...]
    picture: Picture | None
    hides_names: bool


def names(found: Compared, *, hidden: bool) -> dict[int, str]:
    """What each candidate is called. Hidden names give way to references, or to numbers."""
    everyone = [i.candidate for i in (*found.interviews.values(), *found.waiting)]
    if not hidden:
        return {candidate.id: candidate.name for candidate in everyone}
    return {candidate.id: candidate.alias for candidate in everyone}


def table(found: Compared, called: Mapping[int, str], *, hides_names: bool) -> Table:
    rows = found.comparison.candidates
    return Table(
        traits=tuple(
            (
                trait.key,
                trait.name,
                "no weight" if trait.is_civility else f"weight {trait.weight:g}",
            )
            for trait in found.guide.traits
        ),
        rows=tuple(_row(found, row, called) for row in rows),
        groups=tuple(tuple(called[c] for c in group) for group in found.comparison.groups),
        picture=_picture(rows, called),
        hides_names=hides_names,
    )


def _picture(rows: tuple[CandidateScore, ...], called: Mapping[int, str]) -> Picture | None:
    marks = [
        (called[row.candidate], row.score, row.bar, row.line)
        for row in rows
        if row.score is not None and row.bar is not None and row.line is not None
    ]
    return picture(marks) if marks else None


def _row(found: Compared, row: CandidateScore, called: Mapping[int, str]) -> Row:
    first_item = {item.trait_key: item.id for item in reversed(found.guide.items)}
    interview = found.interviews[row.candidate]
    traits = {trait.key: trait.name for trait in found.guide.traits}
    raters = {card.person_id: card.person.name for card in interview.cards}
    decision = found.decisions.get(row.candidate)
    return Row(
        candidate_id=row.candidate,
        interview_id=interview.id,
        name=called[row.candidate],
        composite="–" if row.score is None else shown(row.score),
        interval=ends(row.line) if row.line else "",
        why_not=row.why_not or "",
        raw=shown(row.composite) if row.adjusted is not None and row.composite is not None else "",
        too_close=", ".join(called[other] for other in row.others),
        debriefed=_debriefed(row),
        cells=tuple(
            _cell(
                row,
                trait.key,
                row.traits.get(trait.key),
                first_item.get(trait.key, 0),
                planned=len(interview.counted_cards),
            )
            for trait in found.guide.traits
        ),
        flags=tuple(_flag(flag, traits, raters) for flag in row.flags),
        other_warnings=tuple(
            f"{traits[trait]}: {number} warning{'' if number == 1 else 's'} ticked"
            for trait, number in row.other_warnings.items()
        ),
        decision=f"{decision.outcome.capitalize()} ({decision.decided_by.name})"
        if decision
        else "",
    )


def _flag(flag: Flag, traits: Mapping[str, str], raters: Mapping[int, str]) -> str:
    who = " and ".join(raters[rater] for rater in flag.raters)
    return f"{flag.about(traits[flag.trait])} ({who})"


def _debriefed(row: CandidateScore) -> str:
    """The composite with what the debrief changed, and by how much; empty if nothing did.

    Neither is adjusted for different panels, which is said where the headline is.
    """
    if row.debriefed is None:
        return ""
    plain = "" if row.adjusted is None else ", unadjusted"
    if row.composite is None:
        return f"{shown(row.debriefed)}{plain}"
    moved = shown(round(row.debriefed - row.composite, 12))
    sign = "" if moved.startswith("-") else "+"
    return f"{shown(row.debriefed)} ({sign}{moved}{plain})"


def closings(found: Compared, called: Mapping[int, str], *, hides_names: bool) -> list[str]:
    """What is said above the table of each panel that was closed before everyone had submitted.

    The reason is in people's own words, which may hold the name that is to be hidden.
    """
    return [
        f"{called[candidate]}: {interview.closed_by.name} closed the panel on "
        f"{day(interview.closed_at, interview.zone)} with {len(interview.panel.submitted)} of "
        f"{len(interview.counted_cards)} scorecards"
        + ("." if hides_names else f": {interview.close_reason}")
        for candidate, interview in found.interviews.items()
        if interview.closed_by and not interview.panel.is_complete
    ]


def _cell(
    row: CandidateScore, trait: str, score: TraitScore | None, item_id: int, planned: int
) -> Cell:
    if score is None:
        return Cell("–", ("nobody rated it",), item_id, trait == CIVILITY)
    about = []
    if score.spread is not None:
        about = [f"{shown(score.lowest)}–{shown(score.highest)}", f"SD {shown(score.spread)}"]
    about.append(f"{score.raters} of {planned} raters")
    if trait == CIVILITY and row.civility is not None:
        about.append(f"95% {ends(row.civility)}")
    return Cell(shown(score.mean), tuple(about), item_id, trait == CIVILITY)
