"""What must hold for a file of the library, and the sentence for each thing that doesn't. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from hiring.library import bullets
from hiring.library.pages import (
    BULLETS,
    HEAD,
    HEAD_OPTIONAL,
    LENGTHS,
    PROSE,
    SECTIONS,
    Line,
    Page,
    Section,
    a,
    did_you_mean,
    key_in_name,
)
from hiring.library.rules import ALL_KEYS, AUDIENCES, FORMS, LOOK_FOR, SETTINGS

_NOT_THERE = Section(0)
MOST_SOURCES_OF_NOTES = 40  # they draw on many articles, each advice on its own


def check(page: Page) -> None:
    if page.title is None or not page.title.text:
        page.fault(1, "There is no title. Write one line that starts with '# '.")
    for of_every_kind in (_check_head_names, _check_head_values, _check_sections, _check_key):
        of_every_kind(page)
    for source in page.sections.get("Sources", _NOT_THERE).bullets:
        if wrong := bullets.source_fault(source.text):
            page.fault(source.number, wrong)
    if page.kind in ("question", "probe", "vignette", "answer"):
        _check_folder(page)
    if page.kind in _OF_A_KIND:
        _OF_A_KIND[page.kind](page)


def _check_head_names(page: Page) -> None:
    known = (*HEAD[page.kind], *HEAD_OPTIONAL[page.kind])
    for name, line in page.head.items():
        if name not in known:
            page.fault(
                line.number,
                f"'{name}' is not a head line of {a(page.kind)}." + did_you_mean(name, known),
            )
        elif not line.text.strip(", "):
            page.fault(line.number, f"'{name}:' is empty. Write its value behind the colon.")
    for name in HEAD[page.kind]:
        if name not in page.head:
            page.fault(1, f"The head has no line '{name}:'. Add it.")


def _check_head_values(page: Page) -> None:
    for name, check_value in _HEAD_CHECKS.items():
        if name in page.head and page.head[name].text:
            for sentence in check_value(page.head[name].text):
                page.fault(page.head[name].number, sentence)
    for name, reason in page.waived.items():
        if not reason.text:
            page.fault(
                reason.number, f"There is no reason to waive '{name}'. Write it behind the colon."
            )


def is_look_for(page: Page) -> bool:
    return page.kind == "probe" and page.head.get("form", Line("", 1)).text == LOOK_FOR


def _needed(page: Page) -> tuple[str, ...]:
    """The sections that a file must have. What is only watched for is not asked."""
    names = SECTIONS[page.kind]
    if is_look_for(page):
        return ("Watch for", *(name for name in names if name not in ("Prompt", "Follow-ups")))
    return names


def _check_sections(page: Page) -> None:
    for name in _needed(page):
        if name not in page.sections:
            page.fault(1, f"The section '## {name}' is missing. Add it.")
    for name, section in page.sections.items():
        if not section.prose and not section.bullets and name not in BULLETS:
            page.fault(section.number, f"'{name}' is empty. Write its text below the heading.")
        if name in PROSE and page.kind != "notes":
            for bullet in section.bullets:
                page.fault(
                    bullet.number, f"'{name}' is written as a paragraph. Take the bullet away."
                )
        elif name in BULLETS and (page.kind != "notes" or name == "Sources"):
            _check_bullets(page, name, section)
        if name in LENGTHS and page.kind in ("vignette", "answer"):
            _check_length(page, name, section)


def _check_bullets(page: Page, name: str, section: Section) -> None:
    for line in section.prose:
        page.fault(line.number, f"'{line.text[:40]}' is not a bullet. Start the line with '- '.")
    low, high = BULLETS[name]
    if page.kind == "notes":
        high = MOST_SOURCES_OF_NOTES
    if not low <= len(section.bullets) <= high:
        page.fault(
            section.number,
            f"'{name}' has {len(section.bullets)} bullet"
            f"{'' if len(section.bullets) == 1 else 's'}. Write {low} to {high}.",
        )


def _check_length(page: Page, name: str, section: Section) -> None:
    low, high = LENGTHS[name]
    words = sum(len(line.text.split()) for line in section.prose)
    if section.prose and not low <= words <= high:
        page.fault(section.number, f"'{name}' has {words} words. Write {low} to {high}.")


def _check_key(page: Page) -> None:
    expected = key_in_name(page.file)
    given = page.head.get("key")
    if not expected:
        page.fault(
            1,
            "The file's name does not start with a key. Name it like T03-B1-short-title.md, "
            "P01-short-title.md, or trait.md in the trait's folder.",
        )
    elif page.kind in ("trait", "briefing") and expected not in ALL_KEYS:
        page.fault(1, f"{expected} is not a trait we know. There are T01 to T15, and CIV.")
    elif given is not None and given.text and given.text != expected:
        page.fault(given.number, f"The key is '{given.text}', the file's name says '{expected}'.")


def _check_folder(page: Page) -> None:
    """A question stands in the folder of the trait that its answers are scored on."""
    key = Line(key_in_name(page.file).partition("-")[0], 1)
    has_traits = "traits" in HEAD[page.kind]
    line = page.head.get("traits", Line("", 1)) if has_traits else key
    trait = next(iter(listed(line.text)), "")
    folder = page.file.partition("/")[0]
    if not folder.startswith(trait):
        page.fault(
            line.number,
            f"It belongs to {trait} but stands in {folder}. Move it to the folder of {trait}.",
        )


# --- what holds for files of one kind ---


def _check_question(page: Page) -> None:
    goods, kind = page.head.get("goods"), page.head.get("type")
    if goods and kind and kind.text == "behavioural":
        page.fault(goods.number, "'goods:' belongs to situational questions. Take the line out.")


def _check_probe(page: Page) -> None:
    asked, watched = page.sections.get("Prompt"), page.sections.get("Watch for")
    if is_look_for(page):
        if asked:
            page.fault(
                asked.number,
                "An interviewer look-for is not asked, so it has no 'Prompt'. Name the section "
                "'Watch for', or choose another form.",
            )
    elif watched:
        page.fault(
            watched.number,
            f"Only a probe of the form '{LOOK_FOR}' has the section 'Watch for'. "
            "Name it 'Prompt', or change the form.",
        )


def _check_vignette(page: Page) -> None:
    for name in ("Obvious error", "Hidden error", "Done well"):
        section = page.sections.get(name, _NOT_THERE)
        for line in section.prose[1:]:
            page.fault(line.number, f"'{name}' is one short paragraph. Join or shorten the text.")
    if "Done well" not in page.sections:
        for name in ("Obvious error", "Hidden error"):
            if name not in page.sections:
                page.fault(
                    1,
                    f"The section '## {name}' is missing. Add it, or tell in '## Done well' what "
                    "was good.",
                )


def _check_answer(page: Page) -> None:
    answer = page.prose("Answer")
    section = page.sections.get("Reference levels", _NOT_THERE)
    for bullet in section.bullets:
        for sentence in bullets.reference_faults(bullet.text, answer):
            page.fault(bullet.number, sentence)
    found = [ref for b in section.bullets if (ref := bullets.reference(b.text)) is not None]
    traits = [one.trait for one in found]
    for trait in sorted({trait for trait in traits if traits.count(trait) > 1}):
        page.fault(section.number, f"{trait} has two reference levels. Keep one of them.")
    own = key_in_name(page.file).partition("-")[0]
    if found and traits[0] != own:
        page.fault(
            section.number, f"The first reference level is of {traits[0]}. Begin with {own}."
        )
    levels = [one.level for one in found]
    if len(levels) > 1 and max(levels) - min(levels) < 2:
        page.fault(
            section.number,
            "The levels are nearly alike. Let at least one trait lie two levels or more away "
            "from another.",
        )
    question = page.head.get("question", Line("", 1))
    if question.text and not question.text.startswith(f"{own}-"):
        page.fault(
            question.number,
            f"'{question.text}' is not a question of {own}. Name the one that is answered here, "
            f"such as {own}-B1.",
        )


def _check_briefing(page: Page) -> None:
    if page.title and page.title.text and not page.title.text.startswith("Briefing: "):
        page.fault(page.title.number, "The title is '# Briefing: ' and the trait's name.")


def _check_notes(page: Page) -> None:
    if not page.sections:
        page.fault(1, "There is no section. Write one line that starts with '## ', and text below.")
    if page.head.get("for", Line("", 1)).text != "facts":
        return
    for name, section in page.sections.items():
        for bullet in section.bullets if name != "Sources" else ():
            for sentence in bullets.fact_faults(bullet.text):
                page.fault(bullet.number, sentence)


_OF_A_KIND: dict[str, Callable[[Page], None]] = {
    "question": _check_question,
    "probe": _check_probe,
    "vignette": _check_vignette,
    "answer": _check_answer,
    "briefing": _check_briefing,
    "notes": _check_notes,
}


# --- the values of head lines ---


def listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def goods_in(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(" / ") if part.strip())


def _one_of(name: str, known: Sequence[str], text: str) -> Iterator[str]:
    if text not in known:
        yield f"'{text}' is not {name} we know." + did_you_mean(text, known)


def _check_minutes(text: str) -> Iterator[str]:
    if not re.fullmatch(r"[1-9]|1[0-5]", text):
        yield f"'{text}' is not a number of minutes. Write a whole number from 1 to 15."


def _check_settings(text: str) -> Iterator[str]:
    for setting in listed(text):
        yield from _one_of("a setting", SETTINGS, setting)


def _check_traits(text: str) -> Iterator[str]:
    for key in listed(text):
        yield from _one_of("a trait", ALL_KEYS, key)


def _check_neighbours(text: str) -> Iterator[str]:
    if len(listed(text)) > 2:
        yield "There are more than two neighbours. Keep the two that are taken for it most easily."
    yield from _check_traits(text)


def _check_goods(text: str) -> Iterator[str]:
    if len(goods_in(text)) != 2:
        yield (
            f"'{text[:60]}' does not name two good things. Write both with ' / ' between them: "
            "hearing the caller out / the six people waiting."
        )


_HEAD_CHECKS: dict[str, Callable[[str], Iterator[str]]] = {
    "type": lambda text: _one_of("a type", ("behavioural", "situational"), text),
    "form": lambda text: _one_of("a form", FORMS, text),
    "for": lambda text: _one_of("a reader", AUDIENCES, text),
    "minutes": _check_minutes,
    "setting": _check_settings,
    "traits": _check_traits,
    "neighbours": _check_neighbours,
    "goods": _check_goods,
}
