"""The lint of a whole file: every broken rule at its line, but for those that are waived. Pure."""

from collections.abc import Iterator

from hiring.library import lint
from hiring.library.checks import is_look_for, listed
from hiring.library.lint import Finding
from hiring.library.pages import LEVEL_SECTIONS, WORDINGS, Line, Page, did_you_mean, key_in_name

Placed = tuple[int, Finding]
WHY = "What makes you say so?"


def check(page: Page) -> None:
    names = lint.names()
    for name, line in page.waived.items():
        if name not in names:
            page.fault(line.number, f"There is no rule '{name}'." + did_you_mean(name, names))
    for number, finding in _findings(page):
        if finding.rule not in page.waived:
            page.fault(number, finding.sentence, finding.rule)


def _findings(page: Page) -> Iterator[Placed]:
    trait = _trait_of(page)
    if page.kind in ("question", "probe"):
        kind = "probe" if page.kind == "probe" else _value(page, "type")
        if not is_look_for(page):
            yield from _read_aloud(page, kind, trait)
        yield from _follow_ups(page)
        yield from _left_out(page, kind)
    if page.kind in ("trait", "probe"):
        yield from _anchors(page, trait)
    yield from _brands(page)


def _value(page: Page, name: str) -> str:
    return page.head.get(name, Line("", 1)).text


def _trait_of(page: Page) -> str:
    linked = listed(_value(page, "traits"))
    return linked[0] if linked else key_in_name(page.file).partition("-")[0]


def _read_aloud(page: Page, kind: str, trait: str) -> Iterator[Placed]:
    for name in ("Question", "Prompt", *WORDINGS.values()):
        if text := page.prose(name):
            for finding in lint.question(text, kind, trait):
                yield page.sections[name].prose[0].number, finding
    if text := page.prose("Shown to the candidate"):
        for finding in lint.touching(text):
            yield page.sections["Shown to the candidate"].number, finding


def _follow_ups(page: Page) -> Iterator[Placed]:
    if "Follow-ups" in page.sections:
        for line in page.sections["Follow-ups"].bullets:
            for finding in lint.follow_up(line.text):
                yield line.number, finding


def _left_out(page: Page, kind: str) -> Iterator[Placed]:
    """What a question or probe has to have besides its words."""
    follow_ups = page.sections.get("Follow-ups")
    if page.kind == "probe" and follow_ups and WHY not in page.bullets("Follow-ups"):
        yield follow_ups.number, lint.lacking("what-makes-you-say-so", "The follow-ups")
    if kind == "situational" and "goods" not in page.head and "type" in page.head:
        yield page.head["type"].number, lint.lacking("two-goods", "The head")


def _anchors(page: Page, trait: str) -> Iterator[Placed]:
    bullets = [
        line
        for name in LEVEL_SECTIONS.values()
        if name in page.sections
        for line in page.sections[name].bullets
    ]
    numbers = {line.text: line.number for line in bullets}
    for indicator, finding in lint.anchors(page.anchors(), trait):
        yield numbers[indicator], finding


def _brands(page: Page) -> Iterator[Placed]:
    written = [page.title] if page.title else []
    for name, section in (("", page.lead), *page.sections.items()):
        if name != "Sources":
            written += [*section.prose, *section.bullets]
    if lint.branded("\n".join(line.text for line in written)):
        for line in written:
            for finding in lint.branded(line.text):
                yield line.number, finding
