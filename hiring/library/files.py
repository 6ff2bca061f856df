"""The text of a library file as an entry, or as faults with their lines. Pure."""

from collections.abc import Callable

from hiring.library import bullets, sound
from hiring.library.checks import check, goods_in, is_look_for, listed
from hiring.library.pages import GROWING, STRONG, WORDINGS, Page, Section, take_apart
from hiring.library.rules import (
    Briefing,
    CalibrationAnswer,
    Entry,
    Fault,
    Notes,
    Question,
    Text,
    Trait,
    Vignette,
)


def read(text: str, file: str) -> tuple[Entry | None, list[Fault]]:
    """The entry a file holds, or None and every fault found in it.

    `file` is the path below the library's folder, such as `T03-empathic-listening/trait.md`.
    """
    page = take_apart(text, file)
    check(page)
    sound.check(page)
    if page.faults:
        return None, sorted(page.faults, key=lambda fault: fault.line)
    return _MAKE[page.kind](page), []


def _head(page: Page, name: str) -> str:
    return page.head[name].text if name in page.head else ""


def _title(page: Page) -> str:
    return page.title.text if page.title else ""


def _trait(page: Page) -> Trait:
    return Trait(
        key=_head(page, "key"),
        name=_title(page),
        definition=page.prose("Definition"),
        not_part=page.bullets("Not part of it"),
        anchors=page.anchors(),
        look_fors=page.bullets("Look-fors"),
        warnings=page.bullets("Warnings"),
        neighbours=listed(_head(page, "neighbours")),
        sources=page.bullets("Sources"),
        place=page.place(),
    )


def _question(page: Page) -> Question:
    is_probe = page.kind == "probe"
    key = _head(page, "key")
    asked = "Watch for" if is_look_for(page) else "Prompt" if is_probe else "Question"
    return Question(
        key=key,
        kind="probe" if is_probe else _head(page, "type"),
        form=_head(page, "form") if is_probe else None,
        traits=listed(_head(page, "traits")) if is_probe else (key.partition("-")[0],),
        title=_title(page),
        prompt=page.prose(asked),
        wordings={s: page.prose(name) for s, name in WORDINGS.items() if name in page.sections},
        goods=goods_in(_head(page, "goods")),
        shown=page.prose("Shown to the candidate"),
        follow_ups=page.bullets("Follow-ups"),
        anchors=page.anchors() if is_probe else None,
        look_fors=page.bullets("Look-fors"),
        warnings=page.bullets("Warnings"),
        minutes=int(_head(page, "minutes")),
        settings=listed(_head(page, "setting")),
        parallel=_head(page, "parallel") or None,
        sources=page.bullets("Sources"),
        place=page.place(),
    )


def _vignette(page: Page) -> Vignette:
    trainer = page.sections.get("For the trainer", Section(0))
    return Vignette(
        key=_head(page, "key"),
        title=_title(page),
        traits=listed(_head(page, "traits")),
        story=page.prose("Story"),
        obvious_error=page.prose("Obvious error"),
        hidden_error=page.prose("Hidden error"),
        done_well=page.prose("Done well"),
        for_the_trainer=tuple(text.words for text in _texts(trainer)),
        sources=page.bullets("Sources"),
        place=page.place(),
    )


def _answer(page: Page) -> CalibrationAnswer:
    found = (bullets.reference(text) for text in page.bullets("Reference levels"))
    return CalibrationAnswer(
        key=_head(page, "key"),
        title=_title(page),
        question=_head(page, "question"),
        answer=page.prose("Answer"),
        references=tuple(reference for reference in found if reference is not None),
        place=page.place(),
    )


def _briefing(page: Page) -> Briefing:
    return Briefing(
        key=_head(page, "key"),
        title=_title(page),
        what_it_is=page.prose("What it is"),
        how_to_listen=page.bullets("How to listen for it"),
        traps=page.bullets("Traps"),
        never_score=page.bullets("Never score"),
        when_strong=page.bullets(STRONG),
        when_growing=page.bullets(GROWING),
        sources=page.bullets("Sources"),
        place=page.place(),
    )


def _notes(page: Page) -> Notes:
    return Notes(
        key=_head(page, "key"),
        title=_title(page),
        audience=_head(page, "for"),
        lead=_texts(page.lead),
        sections={name: _texts(section) for name, section in page.sections.items()},
        place=page.place(),
    )


def _texts(section: Section) -> tuple[Text, ...]:
    """Paragraphs and bullets in the order in which they stand."""
    found = [
        *((line, False) for line in section.prose),
        *((line, True) for line in section.bullets),
    ]
    found.sort(key=lambda pair: pair[0].number)
    return tuple(Text(line.text, is_bullet) for line, is_bullet in found)


_MAKE: dict[str, Callable[[Page], Entry]] = {
    "trait": _trait,
    "question": _question,
    "probe": _question,
    "vignette": _vignette,
    "answer": _answer,
    "briefing": _briefing,
    "notes": _notes,
}
