"""Lists and sheets as CSV, the way people's spreadsheets save them. Pure."""

import csv
import io
import re
from collections.abc import Iterator

csv.field_size_limit(10_000_000)  # a quotation mark left open swallows the rest: say so, don't fail
_QUOTED = re.compile(r'"[^"]*"')
_LINE_END = re.compile(r"\r\n?")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


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


def line_of(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't blank, each with the line it starts on. Comma, semicolon and tab."""
    text = text.lstrip("\ufeff")
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
