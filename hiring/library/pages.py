"""A library file taken apart into head, title and sections, with the line of each. Pure."""

import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt

from hiring.library.rules import ANCHORED_LEVELS, Anchors, Fault, Place

# Headings and lists are the only structure: quotes, colons, HTML and the rest are plain words.
_MARKDOWN = MarkdownIt("zero").enable(["heading", "list"])

_NEWLINE = re.compile(r"\r\n|\r|\n")  # as editors number lines, which splitlines() does not
_KEY = re.compile(r"(T\d\d|CIV|P\d{2,3})(-[BS]\d+)?(?=-|$|\.)")

# What a file of each kind holds.
LEVEL_SECTIONS = {level: f"Level {level}" for level in ANCHORED_LEVELS}
HEAD = {
    "trait": ("key", "neighbours"),
    "question": ("key", "type", "minutes", "setting"),
    "probe": ("key", "form", "traits", "minutes", "setting"),
}
HEAD_OPTIONAL = {"trait": (), "question": ("parallel",), "probe": ("parallel",)}
_RUBRIC = (*LEVEL_SECTIONS.values(), "Look-fors", "Warnings", "Sources")
SECTIONS = {
    "trait": ("Definition", "Not part of it", *_RUBRIC),
    "question": ("Question", "Follow-ups", "Sources"),
    "probe": ("Prompt", "Follow-ups", *_RUBRIC),
}
SECTIONS_OPTIONAL = {
    "trait": (),
    "question": ("Shown to the candidate", "Look-fors", "Warnings"),
    "probe": ("Shown to the candidate",),
}
PROSE = {"Definition", "Question", "Prompt", "Shown to the candidate"}
BULLETS = {  # how many bullets a section may hold
    "Not part of it": (1, 6),
    "Level 5": (2, 4),
    "Level 3": (2, 4),
    "Level 1": (2, 4),
    "Look-fors": (1, 8),
    "Warnings": (1, 8),
    "Follow-ups": (1, 3),
    "Sources": (1, 12),
}


@dataclass(slots=True)
class Line:
    text: str
    number: int


@dataclass(slots=True)
class Section:
    number: int
    prose: list[Line] = field(default_factory=list)
    bullets: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A file taken apart: its head, title and sections, with the line of each."""

    file: str
    kind: str
    digest: str
    head: dict[str, Line] = field(default_factory=dict)
    title: Line | None = None
    sections: dict[str, Section] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, sentence: str) -> None:
        self.faults.append(Fault(self.file, line, sentence))

    def bullets(self, section: str) -> tuple[str, ...]:
        found = self.sections.get(section)
        return tuple(line.text for line in found.bullets) if found else ()

    def prose(self, section: str) -> str:
        found = self.sections.get(section)
        return "\n\n".join(line.text for line in found.prose) if found else ""

    def anchors(self) -> Anchors:
        return {level: self.bullets(name) for level, name in LEVEL_SECTIONS.items()}

    def place(self) -> Place:
        return Place(self.file, self.digest)


def key_in_name(file: str) -> str:
    """The key that a file's place says it has: of its folder for a trait, else of its name."""
    folder, _, name = file.rpartition("/")
    found = _KEY.match(folder.rpartition("/")[2] if name == "trait.md" else name)
    return found[0] if found else ""


def _kind_of(file: str) -> str:
    if file.endswith("trait.md"):
        return "trait"
    return "probe" if key_in_name(file).startswith("P") else "question"


def take_apart(text: str, file: str) -> Page:
    page = Page(file, _kind_of(file), hashlib.sha256(text.encode()).hexdigest())
    lines = _NEWLINE.split(text)
    body_from = _read_head(page, lines)
    _read_body(page, lines, body_from)
    return page


def _read_head(page: Page, lines: list[str]) -> int:
    """Take the head apart and tell how many lines it has."""
    is_opened = lines[0].strip() == "---"
    if not is_opened:
        page.fault(
            1, "The file does not begin with a line of ---. Start with the head, see README.md."
        )
    for number, line in enumerate(lines[is_opened:], start=1 + is_opened):
        if line.strip() == "---":
            return number
        if line.startswith("#"):
            if is_opened:
                page.fault(number, "The head is not closed. Put a line of --- above this one.")
            return number - 1
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not line.strip():
            continue
        if not colon:
            page.fault(number, f"'{line.strip()}' has no colon. Write it as name: value.")
        elif name in page.head:
            page.fault(number, f"'{name}' is given twice in the head. Keep one of them.")
        else:
            page.head[name] = Line(value.strip(), number)
    return len(lines)


def _read_body(page: Page, lines: list[str], body_from: int) -> None:
    section: Section | None = None
    in_list = 0
    heading = ""
    for token in _MARKDOWN.parse("\n".join(lines[body_from:])):
        in_list += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "heading_close":
            heading = ""
        elif token.type == "inline":
            number = body_from + (token.map or [0])[0] + 1
            text = " ".join(token.content.split())
            if heading:
                section = _start_section(page, heading, Line(text, number), section)
            elif section is None:
                page.fault(
                    number, f"'{text[:40]}' stands before the first section. Move it below one."
                )
            else:
                (section.bullets if in_list else section.prose).append(Line(text, number))


def _start_section(page: Page, tag: str, heading: Line, current: Section | None) -> Section | None:
    if tag == "h1":
        if page.title is not None:
            page.fault(
                heading.number, "There is a second title. Keep one line that starts with '# '."
            )
        page.title = heading
        return current
    if tag != "h2":
        page.fault(
            heading.number, f"'{heading.text}' is a heading of a level we don't use. Write '## '."
        )
        return current
    if heading.text in page.sections:
        page.fault(heading.number, f"The section '{heading.text}' is there twice. Join them.")
    known = (*SECTIONS[page.kind], *SECTIONS_OPTIONAL[page.kind])
    if heading.text not in known:
        page.fault(
            heading.number,
            f"'{heading.text}' is not a section of a {page.kind}."
            + did_you_mean(heading.text, known),
        )
    return page.sections.setdefault(heading.text, Section(heading.number))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(
        word.lower(), [name.lower() for name in known], n=1, cutoff=0.6
    )
    if near:
        right = next(name for name in known if name.lower() == near[0])
        return f" Did you mean '{right}'?"
    return f" It may be one of: {', '.join(known)}."
