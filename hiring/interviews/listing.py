"""A pasted or uploaded list of candidates, read row by row. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from hiring import spreadsheet
from hiring.lengths import LONGEST_EMAIL, LONGEST_NAME

LARGEST_LIST = 1_000  # candidates in one paste or file
LONGEST_REFERENCE = 60
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
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")


@dataclass(frozen=True, slots=True)
class Row:
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
class CandidateList:
    """What a pasted or uploaded list holds. Every row that is not blank is in one of the three."""

    new: tuple[Row, ...]
    known: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    headings: str = ""

    @property
    def to_mend(self) -> str:
        """The bad rows as a list that can be sent again, below the headings if there were any."""
        rows = [row.text for row in self.bad]
        return "\n".join([self.headings, *rows] if rows and self.headings else rows)


def read_list(text: str, emails: Collection[str], references: Collection[str]) -> CandidateList:
    """Read a CSV of name, e-mail and reference, with or without a line of headings.

    Comma, semicolon and tab are understood. Somebody whose e-mail or reference is already in the
    opening, or stands further up in the list, is `known` and will not be added again.
    """
    rows = list(spreadsheet.rows(text))
    order = _headings(rows[0][1]) if rows else None
    headings = spreadsheet.line_of(rows.pop(0)[1]) if order else ""
    new: list[Row] = []
    known: list[Row] = []
    bad: list[BadRow] = []
    taken: set[tuple[str, str | None]] = {("email", email.lower()) for email in emails}
    taken |= {("reference", reference) for reference in references}
    for line, cells in rows:
        sound, sentence = _row(line, cells, order or USUAL_ORDER)
        if len(new) >= LARGEST_LIST:
            sentence = (
                f"A list may hold {LARGEST_LIST:,} candidates. Send the rest as another list."
            )
        if sound is None or sentence:
            bad.append(BadRow(line, spreadsheet.line_of(cells), sentence))
            continue
        marks = {("email", sound.email), ("reference", sound.reference)}
        (known if marks & taken else new).append(sound)
        taken |= {mark for mark in marks if mark[1]}
    return CandidateList(tuple(new), tuple(known), tuple(bad), headings)


def _headings(cells: list[str]) -> tuple[str, ...] | None:
    names = tuple(COLUMNS.get(cell.strip().lower(), "") for cell in cells)
    return names if "name" in names else None


def _row(line: int, cells: list[str], order: tuple[str, ...]) -> tuple[Row | None, str]:
    """The row if it is sound, or the sentence that says why it is not."""
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
            len(name) > LONGEST_NAME,
            f"The name has more than {LONGEST_NAME} letters. Shorten it.",
        ),
        (
            not email and not reference,
            "There is neither an e-mail address nor a reference. Give at least one.",
        ),
        (
            bool(email) and (not _EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL),
            f"“{email}” is not an e-mail address. It needs an @ and a domain.",
        ),
        (
            len(reference) > LONGEST_REFERENCE,
            f"The reference has more than {LONGEST_REFERENCE} characters. Shorten it.",
        ),
    )
    sentence = next((sentence for is_wrong, sentence in checks if is_wrong), "")
    if sentence:
        return None, sentence
    return Row(line, name, email.lower() or None, reference or None), ""
