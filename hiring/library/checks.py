"""What must hold for a file of the library, and the sentence for each thing that doesn't. Pure."""

import re
from collections.abc import Iterator, Sequence

from hiring.library.pages import (
    BULLETS,
    HEAD,
    HEAD_OPTIONAL,
    PROSE,
    SECTIONS,
    Line,
    Page,
    Section,
    did_you_mean,
    key_in_name,
)
from hiring.library.rules import ALL_KEYS, FORMS, SETTINGS

_SOURCE = re.compile(r"(?P<title>.+) \((?P<author>.+), (?P<year>undated|\d{4}(?:-\d{4})?)\)")


def check(page: Page) -> None:
    if page.title is None or not page.title.text:
        page.fault(1, "There is no title. Write one line that starts with '# '.")
    _check_head_names(page)
    _check_sections(page)
    _check_key(page)
    for name, check in _HEAD_CHECKS.items():
        if name in page.head:
            for sentence in check(page.head[name].text):
                page.fault(page.head[name].number, sentence)
    for source in page.sections.get("Sources", Section(0)).bullets:
        if not _SOURCE.fullmatch(source.text):
            page.fault(
                source.number, f"'{source.text[:50]}' is not of the form: Title (Author, Year)."
            )
    if page.kind != "trait":
        _check_folder(page)


def _check_head_names(page: Page) -> None:
    known = (*HEAD[page.kind], *HEAD_OPTIONAL[page.kind])
    for name, line in page.head.items():
        if name not in known:
            page.fault(
                line.number,
                f"'{name}' is not a head line of a {page.kind}." + did_you_mean(name, known),
            )
    for name in HEAD[page.kind]:
        if name not in page.head:
            page.fault(1, f"The head has no line '{name}:'. Add it.")
        elif not page.head[name].text.strip(", "):
            page.fault(
                page.head[name].number, f"'{name}:' is empty. Write its value behind the colon."
            )


def _check_sections(page: Page) -> None:
    for name in SECTIONS[page.kind]:
        if name not in page.sections:
            page.fault(1, f"The section '## {name}' is missing. Add it.")
    for name, section in page.sections.items():
        if name in PROSE:
            if not section.prose and not section.bullets:
                page.fault(section.number, f"'{name}' is empty. Write its text below the heading.")
            for bullet in section.bullets:
                page.fault(
                    bullet.number, f"'{name}' is written as a paragraph. Take the bullet away."
                )
        elif name in BULLETS:
            for line in section.prose:
                page.fault(
                    line.number, f"'{line.text[:40]}' is not a bullet. Start the line with '- '."
                )
            low, high = BULLETS[name]
            if not low <= len(section.bullets) <= high:
                page.fault(
                    section.number,
                    f"'{name}' has {len(section.bullets)} bullet"
                    f"{'' if len(section.bullets) == 1 else 's'}. Write {low} to {high}.",
                )


def _check_key(page: Page) -> None:
    expected = key_in_name(page.file)
    given = page.head.get("key")
    if not expected:
        page.fault(
            1,
            "The file's name does not start with a key. Name it like T03-B1-short-title.md, "
            "P01-short-title.md, or trait.md in the trait's folder.",
        )
    elif page.kind == "trait" and expected not in ALL_KEYS:
        page.fault(1, f"{expected} is not a trait we know. There are T01 to T15, and CIV.")
    elif given is not None and given.text and given.text != expected:
        page.fault(given.number, f"The key is '{given.text}', the file's name says '{expected}'.")


def _check_folder(page: Page) -> None:
    """A question stands in the folder of the trait that its answers are scored on."""
    key = Line(key_in_name(page.file).partition("-")[0], 1)
    line = page.head.get("traits", Line("", 1)) if page.kind == "probe" else key
    trait = next(iter(listed(line.text)), "")
    folder = page.file.partition("/")[0]
    if not folder.startswith(trait):
        page.fault(
            line.number,
            f"It belongs to {trait} but stands in {folder}. Move it to the folder of {trait}.",
        )


def listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _one_of(name: str, known: Sequence[str], text: str) -> Iterator[str]:
    if text not in known:
        yield f"'{text}' is not a {name} we know." + did_you_mean(text, known)


def _check_minutes(text: str) -> Iterator[str]:
    if not re.fullmatch(r"[1-9]|1[0-5]", text):
        yield f"'{text}' is not a number of minutes. Write a whole number from 1 to 15."


def _check_settings(text: str) -> Iterator[str]:
    for setting in listed(text):
        yield from _one_of("setting", SETTINGS, setting)


def _check_traits(text: str) -> Iterator[str]:
    for key in listed(text):
        yield from _one_of("trait", ALL_KEYS, key)


def _check_neighbours(text: str) -> Iterator[str]:
    if len(listed(text)) > 2:
        yield "There are more than two neighbours. Keep the two that are taken for it most easily."
    yield from _check_traits(text)


_HEAD_CHECKS = {
    "type": lambda text: _one_of("type", ("behavioural", "situational"), text),
    "form": lambda text: _one_of("form", FORMS, text),
    "minutes": _check_minutes,
    "setting": _check_settings,
    "traits": _check_traits,
    "neighbours": _check_neighbours,
}
