"""What a pasted or uploaded list of candidates says, row by row. Pure."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

LARGEST_LIST = 1_000  # candidates in one paste or file
csv.field_size_limit(10_000_000)  # a quotation mark left open swallows the rest: say so, don't fail
NAME_LONGEST, EMAIL_LONGEST, REFERENCE_LONGEST = 120, 200, 60
USUAL_ORDER = ("name", "email", "reference")

# What people call the three columns, for a first line that names them.
COLUMNS = {
    "name": "name",
    "candidate": "name",
    "full name": "name",
    "e-mail": "email",
    "email": "email",
    "mail": "email",
    "e-mail address": "email",
    "email address": "email",
    "reference": "reference",
    "ref": "reference",
    "id": "reference",
}
_QUOTED = re.compile(r'"[^"]*"')
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_LINE_END = re.compile(r"\r\n?")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Applicant:
    """One sound row of a list of candidates. `line` counts from 1, with the heading line."""

    line: int
    name: str
    email: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be taken, as a line of CSV, and why."""

    line: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Roll:
    """What a pasted or uploaded list holds. Every row that is not blank is in one of the three."""

    new: tuple[Applicant, ...]
    known: tuple[Applicant, ...]
    bad: tuple[BadRow, ...]
    headings: str = ""

    @property
    def to_mend(self) -> str:
        """The bad rows as a list that can be sent again, below the headings if there were any."""
        rows = [row.text for row in self.bad]
        return "\n".join([self.headings, *rows] if rows and self.headings else rows)


def read_roll(text: str, emails: Collection[str], references: Collection[str]) -> Roll:
    """Read a CSV of name, e-mail and reference, with or without a line of headings.

    Comma, semicolon and tab are understood. Somebody whose e-mail or reference is already in the
    opening, or stands further up in the list, is `known` and will not be added again.
    """
    rows = list(_rows(text.lstrip("\ufeff")))
    order = _headings(rows[0][1]) if rows else None
    headings = _as_csv(rows.pop(0)[1]) if order else ""
    new: list[Applicant] = []
    known: list[Applicant] = []
    bad: list[BadRow] = []
    taken: set[tuple[str, str | None]] = {("email", email.lower()) for email in emails}
    taken |= {("reference", reference) for reference in references}
    for line, cells in rows:
        applicant, sentence = _applicant(line, cells, order or USUAL_ORDER)
        if len(new) >= LARGEST_LIST:
            sentence = (
                f"A list may hold {LARGEST_LIST:,} candidates. Send the rest as another list."
            )
        if applicant is None or sentence:
            bad.append(BadRow(line, _as_csv(cells), sentence))
            continue
        marks = {("email", applicant.email), ("reference", applicant.reference)}
        (known if marks & taken else new).append(applicant)
        taken |= {mark for mark in marks if mark[1]}
    return Roll(tuple(new), tuple(known), tuple(bad), headings)


def decoded(content: bytes) -> str | None:
    """The text of a file as spreadsheets save it, or None when it is not a text file."""
    is_utf_16 = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-8-sig", "utf-16" if is_utf_16 else "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    return None


def _as_csv(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    plain = _QUOTED.sub("", text).splitlines()
    first = next((line for line in plain if any(mark in line for mark in "\t;,")), "")
    separator = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    started = 1
    for cells in reader:
        clean = [_HIDDEN.sub("", _LINE_END.sub("\n", cell)).strip() for cell in cells]
        if any(clean):
            yield started, clean
        started = reader.line_num + 1


def _headings(cells: list[str]) -> tuple[str, ...] | None:
    names = tuple(COLUMNS.get(cell.strip().lower(), "") for cell in cells)
    return names if "name" in names else None


def _applicant(line: int, cells: list[str], order: tuple[str, ...]) -> tuple[Applicant | None, str]:
    """The row as an applicant, or the sentence that says why it is none."""
    given = dict(zip(order, cells, strict=False))
    name, email, reference = (given.get(key, "") for key in ("name", "email", "reference"))
    checks = (
        (
            any("\n" in cell for cell in cells),
            "A cell runs over several lines. Look for a quotation mark that is not closed.",
        ),
        (
            any(cells[len(order) :]),
            f"The row has {len(cells)} columns, not {len(order)}. Put quotes around commas.",
        ),
        (not name, "The name is missing. Write it in the first column."),
        (
            len(name) > NAME_LONGEST,
            f"The name has more than {NAME_LONGEST} letters. Shorten it.",
        ),
        (
            not email and not reference,
            "There is neither an e-mail address nor a reference. Give at least one.",
        ),
        (
            bool(email) and (not _EMAIL.fullmatch(email) or len(email) > EMAIL_LONGEST),
            f"“{email}” is not an e-mail address. It needs an @ and a domain.",
        ),
        (
            len(reference) > REFERENCE_LONGEST,
            f"The reference has more than {REFERENCE_LONGEST} characters. Shorten it.",
        ),
    )
    sentence = next((sentence for is_wrong, sentence in checks if is_wrong), "")
    if sentence:
        return None, sentence
    return Applicant(line, name, email.lower() or None, reference or None), ""
