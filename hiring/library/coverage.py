"""Which rows of the inventory the library carries, and where. Pure.

Traits, probes and vignettes are rows themselves; F, N and R rows are carried by marked texts; each
G row has a section in docs/tensions.md that says what was decided.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hiring.library.rules import Entry, Library

TENSIONS = "docs/tensions.md"
_TENSION = re.compile(r"^## (G\d\d)\b")


@dataclass(frozen=True, slots=True)
class Inventory:
    """The rows by key with a short name, and those left out on purpose with the reason."""

    rows: Mapping[str, str]
    unused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Use:
    """Where a row is carried: `file` is below the library's folder, or docs/tensions.md."""

    row: str
    file: str
    line: int


def uses(library: Library, tensions: str) -> dict[str, list[Use]]:
    """Every row that is carried somewhere, with all places in the order of the library."""
    found: dict[str, list[Use]] = {}
    for use in (*_keys(library), *_tensions(tensions), *_marks(library)):
        found.setdefault(use.row, []).append(use)
    return found


def _keys(library: Library) -> Iterator[Use]:
    entries: tuple[Entry, ...] = (
        *library.traits.values(),
        *library.probes,
        *library.vignettes.values(),
    )
    for entry in entries:
        yield Use(entry.key, entry.place.file, entry.place.lines.get("key", 1))


def _tensions(text: str) -> Iterator[Use]:
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _TENSION.match(line):
            yield Use(heading[1], TENSIONS, number)


def _marks(library: Library) -> Iterator[Use]:
    """Marked texts. What is a file or a section of its own needs that, and not only a mark."""
    for entry in library.entries():
        for row in entry.place.rows:
            yield Use(row.key, entry.place.file, row.line)


def carries(use: Use) -> bool:
    """Whether this use is of the kind that a row needs to count as carried."""
    if use.row.startswith("G"):
        return use.file == TENSIONS
    stem = use.file.rpartition("/")[2]
    if use.row.startswith("T") or use.row == "CIV":
        return stem == "trait.md"
    return use.row[0] not in "PV" or stem.startswith(use.row)


def faults(inventory: Inventory, found: Mapping[str, list[Use]]) -> Iterator[str]:
    """What is wrong, in sentences that say what to do."""
    for row, name in inventory.rows.items():
        used = [use for use in found.get(row, ()) if carries(use)]
        if row not in inventory.unused and not used:
            yield f"{row} ({name}) is not used. {_how_to_use(row)}"
        elif row in inventory.unused and used:
            yield (
                f"{row} ({name}) is listed as unused, but {used[0].file}:{used[0].line} carries "
                "it. Take it out of [unused]."
            )
    for row, reason in inventory.unused.items():
        if row not in inventory.rows:
            yield f"{row} is listed as unused, but there is no such row. Take it out of [unused]."
        elif not reason.strip():
            yield f"{row} is listed as unused without a reason. Write why."
    for row, places in found.items():
        if row not in inventory.rows:
            yield f"{places[0].file}:{places[0].line}: {row} is not a row of the inventory."


def _how_to_use(row: str) -> str:
    if row.startswith("G"):
        return f"Add a section '## {row} …' to {TENSIONS}, or list it as unused with a reason."
    if row[0] in "TPV" or row == "CIV":
        return "Write its file, or list it as unused with a reason."
    return f"End the text that carries it in [{row}], or list it as unused with a reason."


def table(inventory: Inventory, found: Mapping[str, list[Use]], folder: str) -> Iterator[str]:
    """A line for each row: its key and name, and where it is carried, or why not."""
    width = max((len(name) for name in inventory.rows.values()), default=0)
    for row, name in inventory.rows.items():
        used = [use for use in found.get(row, ()) if carries(use)]
        where = inventory.unused.get(row, "NOT USED")
        if used:
            file = used[0].file if used[0].file == TENSIONS else f"{folder}/{used[0].file}"
            where = f"{file}:{used[0].line}"
            where += f" and {len(used) - 1} more" if len(used) > 1 else ""
        elif row in inventory.unused:
            where = f"unused: {where}"
        yield f"{row:<4} {name:<{width}}  {where}"
