"""From paper to card: a file becomes a row, its fields answers, an answer a marked version."""

import hashlib
from collections.abc import Mapping

from sqlalchemy.orm import Session

from hiring import config, db
from hiring.interviews.models import Scorecard
from hiring.interviews.papers import Paper, PaperKind
from hiring.paper import filled, pages, queries, reading, rules
from hiring.paper.rules import Take
from hiring.scorecards import saving
from hiring.scorecards.forms import number
from hiring.scorecards.models import PaperEntry
from hiring.scorecards.rules import Answer, Stored
from hiring.summaries import code, making
from hiring.summaries.form import CODE
from hiring.summaries.form import fields as fields_of

CHANGED = "was changed on the scorecard after you opened this page. Look at both once more."
NO_CHOICE = "is answered on the scorecard too. Choose which answer stands."
NOTHING = Stored(Answer(), 0, None)


def new_paper(card: Scorecard, kind: PaperKind, by_id: int, name: str, content: bytes) -> Paper:
    return Paper(
        scorecard_id=card.id,
        kind=kind,
        by_id=by_id,
        at=db.now(),
        file_name=name[: rules.LONGEST_NAME],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def is_full(card: Scorecard, kind: PaperKind) -> bool:
    """Whether as many files of a kind are kept with a card as may be."""
    kept = [paper for paper in card.papers if paper.kind == kind and paper.confirmed_at]
    return len(kept) >= rules.MOST_KEPT


def fields_in(card: Scorecard, content: bytes) -> Mapping[str, rules.Raw]:
    """The fields of a form that is surely this card's and as it was made. Raises Unreadable."""
    came = reading.read_form(content)
    carried = came.fields.get(CODE, rules.Raw())
    rules.check_whose(code.whose(carried.value, config.signing_keys()), making.whose(card))
    items = making.guide_sheet(card.interview.guide).items
    rules.check_same_form(fields_of(items), came.fields, came.pages)
    return {name: raw for name, raw in came.fields.items() if name != CODE}


def reads(session: Session, card: Scorecard, paper: Paper) -> dict[int, filled.Read]:
    """What a filled form says, by the number of the question."""
    kept = filled.from_json(queries.fields(session, paper.id))
    return filled.read(making.guide_sheet(card.interview.guide).items, kept)


def questions(session: Session, card: Scorecard, paper: Paper) -> list[pages.Question]:
    """Every question of a filled form beside the card."""
    stored = queries.answers(session, card.id)
    return pages.questions(card.interview, reads(session, card, paper), stored)


def to_save(
    session: Session, card: Scorecard, paper: Paper, sent: Mapping[str, str]
) -> tuple[dict[int, tuple[Answer, int]], dict[int, str]]:
    """What to save over which version, by item, and what stands in the way of it."""
    answers, problems = {}, {}
    stored, read = queries.answers(session, card.id), reads(session, card, paper)
    for question in pages.questions(card.interview, read, stored):
        if not question.is_to_save:
            continue
        item_id, take = question.item.id, sent.get(f"take-{question.item.id}", "")
        held = stored.get(item_id, NOTHING)
        if number(sent.get(f"seen-{item_id}", "")) != held.version:
            problems[item_id] = CHANGED
        elif question.takes and take not in question.takes:
            problems[item_id] = NO_CHOICE
        elif take != Take.CARD:
            chosen = Take(take) if question.takes else Take.FORM
            answer = rules.join_of(chosen, read[question.item.number].answer, held.answer)
            answers[item_id] = (answer, held.version)
    return answers, problems


def save(  # noqa: PLR0913, PLR0917 - what a save needs to know, and the paper
    session: Session,
    card: Scorecard,
    paper: Paper,
    by_id: int,
    item_id: int,
    answer: Answer,
    seen: int,
) -> None:
    """Save an answer as the card's owner would, and mark the version as come from paper."""
    place = (session.connection(), card.id, item_id, card.person_id)
    version = saving.save(*place, answer, seen, db.now())
    if not queries.is_entered(session, card.id, item_id, version):
        session.add(
            PaperEntry(
                scorecard_id=card.id,
                item_id=item_id,
                version=version,
                paper_id=paper.id,
                by_id=by_id,
            )
        )


def is_code_of(card: Scorecard, typed: str) -> bool:
    """Whether somebody typed the code of this card's form, made now or before the key changed."""
    whose = making.whose(card)
    return any(
        code.is_code(typed, code.short(card.id, code.token(whose, [key])))
        for key in config.signing_keys()
    )
