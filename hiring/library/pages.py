"""A library file taken apart into head, title and sections, with the line of each. Pure."""

import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt

from hiring.library.rules import ANCHORED_LEVELS, SETTINGS, Anchors, Fault, Place, Row

# Headings and lists are the only structure: quotes, colons, HTML and the rest are plain words.
_MARKDOWN = MarkdownIt("zero").enable(["heading", "list"])
_MARKDOWN.core.ruler.disable(
    ["inline", "text_join"]
)  # so what is inside a line isn't even looked at

_NEWLINE = re.compile(r"\r\n|\r|\n")  # as editors number lines, which splitlines() does not
_KEY = re.compile(r"(T\d\d|CIV|[PV]\d{2,3})(-[ABS]\d+)?(?=-|$|\.)")

# A mark at the end of a text names the rows of the inventory it carries: [F02, N26].
_ROW = r"(?:[TPVFNRG]\d{2,3}|CIV)"
_MARK = re.compile(rf"\s*\[({_ROW}(?:, ?{_ROW})*)\](\.?)$")
_NEARLY_A_MARK = re.compile(r"\[\s*(?:[A-Za-z]{1,3}[ -]?\d+|CIV)(?:[\s,;/&+]+\w+)*\s*\]\.?$")

# What a file of each kind holds.
LEVEL_SECTIONS = {level: f"Level {level}" for level in ANCHORED_LEVELS}
WORDINGS = {setting: f"Wording: {setting}" for setting in SETTINGS if setting != "any"}
HEAD = {
    "trait": ("key", "neighbours"),
    "question": ("key", "type", "minutes", "setting", "parallel"),
    "probe": ("key", "form", "traits", "minutes", "setting"),
    "vignette": ("key", "traits"),
    "answer": ("key", "question"),
    "briefing": ("key",),
    "notes": ("key", "for"),
}
HEAD_OPTIONAL = {
    "trait": (),
    "question": ("goods",),
    "probe": ("parallel",),
    "vignette": (),
    "answer": (),
    "briefing": (),
    "notes": (),
}
_RUBRIC = (*LEVEL_SECTIONS.values(), "Look-fors", "Warnings", "Sources")
STRONG, GROWING = "First ninety days, when strong", "First ninety days, when still growing"
SECTIONS = {
    "trait": ("Definition", "Not part of it", *_RUBRIC),
    "question": ("Question", "Follow-ups", "Sources"),
    "probe": ("Prompt", "Follow-ups", *_RUBRIC),
    "vignette": ("Story", "Sources"),
    "answer": ("Answer", "Reference levels"),
    "briefing": (
        *("What it is", "How to listen for it", "Traps", "Never score"),
        *(STRONG, GROWING, "Sources"),
    ),
    "notes": (),  # headings of the author's own
}
SECTIONS_OPTIONAL = {
    "trait": (),
    "question": (*WORDINGS.values(), "Shown to the candidate", "Look-fors", "Warnings"),
    "probe": ("Shown to the candidate", "Watch for"),
    "vignette": ("Obvious error", "Hidden error", "Done well", "For the trainer"),
    "answer": (),
    "briefing": (),
    "notes": (),
}
PROSE = {
    *("Definition", "Question", *WORDINGS.values(), "Prompt", "Watch for"),
    *("Shown to the candidate", "Story", "Obvious error", "Hidden error", "Done well"),
    *("Answer", "What it is"),
}
BULLETS = {  # how many bullets a section may hold
    "Not part of it": (1, 6),
    "Level 5": (2, 4),
    "Level 3": (2, 4),
    "Level 1": (2, 4),
    "Look-fors": (1, 8),
    "Warnings": (1, 8),
    "Follow-ups": (1, 3),
    "Sources": (1, 12),
    "Reference levels": (3, 6),
    "How to listen for it": (2, 8),
    "Traps": (1, 8),
    "Never score": (1, 8),
    STRONG: (1, 6),
    GROWING: (1, 6),
}
LENGTHS = {"Story": (60, 160), "Answer": (110, 190)}  # in words


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
    waived: dict[str, Line] = field(default_factory=dict)  # a lint rule, and why it is waived
    title: Line | None = None
    lead: Section = field(default_factory=lambda: Section(0))  # below the title, of notes only
    sections: dict[str, Section] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, sentence: str, rule: str = "") -> None:
        self.faults.append(Fault(self.file, line, sentence, rule))

    def bullets(self, section: str) -> tuple[str, ...]:
        found = self.sections.get(section)
        return tuple(line.text for line in found.bullets) if found else ()

    def prose(self, section: str) -> str:
        found = self.sections.get(section)
        return "\n\n".join(line.text for line in found.prose) if found else ""

    def anchors(self) -> Anchors:
        return {level: self.bullets(name) for level, name in LEVEL_SECTIONS.items()}

    def place(self) -> Place:
        lines = {name: line.number for name, line in self.head.items()}
        lines |= {name: section.number for name, section in self.sections.items()}
        return Place(
            self.file, self.digest, lines, tuple(self.rows), frozenset(self.waived), own=False
        )


def key_in_name(file: str) -> str:
    """The key that a file's place says it has: of its folder for a trait, else of its name."""
    folder, _, name = file.rpartition("/")
    folder = folder.rpartition("/")[2]
    if folder == "notes":
        return f"notes/{name.removesuffix('.md')}"
    found = _KEY.match(folder if name in _NAMED_BY_FOLDER else name)
    return found[0] if found else ""


_NAMED_BY_FOLDER = ("trait.md", "briefing.md")
_BY_LETTER = {"P": "probe", "V": "vignette"}


def _kind_of(file: str) -> str:
    folder, _, name = file.rpartition("/")
    if name in _NAMED_BY_FOLDER:
        return name.removesuffix(".md")
    if folder.rpartition("/")[2] == "notes":
        return "notes"
    key = key_in_name(file)
    return "answer" if "-A" in key else _BY_LETTER.get(key[:1], "question")


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
        if line.strip():
            _read_head_line(page, line, number)
    return len(lines)


def _read_head_line(page: Page, line: str, number: int) -> None:
    name, colon, value = line.partition(":")
    name = " ".join(name.lower().split())
    found = page.head
    if name.startswith("waive "):
        name, found = name.removeprefix("waive "), page.waived
        if name == "protected" and ":" in value:  # this rule's name has a colon of its own
            matter, _, value = value.partition(":")
            name = f"protected: {matter.strip().lower()}"
    if not colon:
        page.fault(number, f"'{line.strip()}' has no colon. Write it as name: value.")
    elif name in found:
        page.fault(number, f"'{name}' is given twice in the head. Keep one of them.")
    else:
        found[name] = Line(value.strip(), number)


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
            elif section is None and not (page.kind == "notes" and page.title):
                page.fault(
                    number, f"'{text[:40]}' stands before the first section. Move it below one."
                )
            else:
                place = section or page.lead
                line = _without_mark(page, text, number)
                (place.bullets if in_list else place.prose).append(line)


def _without_mark(page: Page, text: str, number: int) -> Line:
    """The line without the mark at its end, whose rows the page keeps."""
    if not text.endswith(("]", "].")):
        return Line(text, number)
    if found := _MARK.search(text):
        page.rows.extend(Row(key.strip(), number) for key in found[1].split(","))
        text = text[: found.start()]
        return Line(text if text.endswith((".", "?", "!", '"', "”")) else text + found[2], number)
    if found := _NEARLY_A_MARK.search(text):
        page.fault(
            number,
            f"'{found[0]}' is nearly a mark. Write it as [F02, N26], at the very end of the text.",
        )
    return Line(text, number)


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
    if known and heading.text not in known:
        page.fault(
            heading.number,
            f"'{heading.text}' is not a section of {a(page.kind)}."
            + did_you_mean(heading.text, known),
        )
    return page.sections.setdefault(heading.text, Section(heading.number))


_CALLED = {"answer": "a calibration answer", "notes": "a page of notes"}


def a(kind: str) -> str:
    """A kind of file in a sentence: `a trait`, `a calibration answer`."""
    return _CALLED.get(kind, f"a {kind}")


def did_you_mean(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(
        word.lower(), [name.lower() for name in known], n=1, cutoff=0.6
    )
    if near:
        right = next(name for name in known if name.lower() == near[0])
        return f" Did you mean '{right}'?"
    return f" It may be one of: {', '.join(known)}."
