"""A judge's sheet as it comes back: all that was sorted, or every fault with its line. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hiring import spreadsheet
from hiring.library.retranslation import COLUMNS, HEAD, WHO, Indicator, Kit, make, state_of
from hiring.library.rules import ALL_KEYS, Fault, Library

_NUMBER = re.compile(r"\d{1,10}", re.ASCII)
_LEVEL = re.compile(r"[1-5]")
_LISTED = 10  # ids in one sentence


@dataclass(frozen=True, slots=True)
class Sort:
    """The trait and level that a judge found in an indicator."""

    trait: str
    level: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A whole sheet. `sorts` stand in the order of the kit's indicators."""

    file: str
    name: str
    who: str
    kit: Kit
    sorts: tuple[Sort, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Mapping[str, str]


def read(text: str, file: str, library: Library) -> tuple[Judged | None, list[Fault]]:
    """The sheet, or None and every fault found in it."""
    head, line, rows, wrong = _take_apart(text)
    wrong += _head_faults(head, library)
    if not wrong:
        made = make(library, int(head["seed"].cells["value"]), int(head["probes"].cells["value"]))
        sorts, wrong = _sorts(rows, made, line)
    if wrong:
        return None, [Fault(file, at, sentence) for at, sentence in sorted(wrong)]
    name, who = (head[word].cells["value"] for word in ("judge", "who"))
    return Judged(file, name, _known_who(who), made, sorts), []


_Wrong = list[tuple[int, str]]  # lines and sentences


def _take_apart(text: str) -> tuple[dict[str, _Row], int, list[_Row], _Wrong]:
    """The head by its names, the line of the headings, and the rows below by their columns."""
    head: dict[str, _Row] = {}
    rows = spreadsheet.rows(text)
    for line, cells in rows:
        names = [cell.lower() for cell in cells]
        if names[0] == "id":
            wrong = [(line, sentence) for sentence in _heading_faults(names)]
            below = [_Row(at, dict(zip(names, row, strict=False))) for at, row in rows]
            return head, line, below, wrong
        head.setdefault(names[0], _Row(line, {"value": cells[1] if len(cells) > 1 else ""}))
    return head, 1, [], [(1, f"There is no line with the headings {_these(COLUMNS)}. {_FRESH}")]


def _heading_faults(names: Sequence[str]) -> Iterator[str]:
    for name in COLUMNS:
        if name not in names and name != "indicator":  # the id is enough to know it by
            yield f"There is no column '{name}'. The headings are {_these(COLUMNS)}."
        elif names.count(name) > 1:
            yield f"There are two columns '{name}'. Leave one."


def _head_faults(head: Mapping[str, _Row], library: Library) -> _Wrong:
    wrong = [(1, f"The head has no line '{name}'. {_FRESH}") for name in HEAD if name not in head]
    for name, row in head.items():
        value = row.cells["value"]
        if name in _HEAD_CHECKS and (sentence := _HEAD_CHECKS[name](value, library)):
            wrong.append((row.line, sentence))
    return wrong


def _check_state(value: str, library: Library) -> str:
    if value == state_of(library):
        return ""
    return (
        f"The sheet was made of another state of the library: {value or 'none is named'}, and "
        f"this one is {state_of(library)}. Score it with the files it was made of."
    )


def _check_number(value: str, library: Library) -> str:
    return "" if _NUMBER.fullmatch(value) else f"'{value}' is not a number that we wrote. {_FRESH}"


def _check_name(value: str, library: Library) -> str:
    return "" if value else "The judge has no name. Write it beside 'judge'."


def _check_who(value: str, library: Library) -> str:
    if _known_who(value):
        return ""
    return f"Who the judge is must be said: '{value}' is none of {_these(WHO)}."


_HEAD_CHECKS = {
    "library": _check_state,
    "seed": _check_number,
    "probes": _check_number,
    "judge": _check_name,
    "who": _check_who,
}


def _known_who(value: str) -> str:
    return next((who for who in WHO if who.lower() == value.lower()), "")


def _sorts(rows: Sequence[_Row], kit: Kit, headings: int) -> tuple[tuple[Sort, ...], _Wrong]:
    known = {one.id: one for one in kit.indicators}
    found: dict[str, Sort] = {}
    seen: dict[str, int] = {}
    wrong: _Wrong = []
    for row in rows:
        key = row.cells["id"].upper()
        faults = list(_row_faults(row, known.get(key), seen.get(key)))
        wrong.extend((row.line, sentence) for sentence in faults)
        seen.setdefault(key, row.line)
        if not faults:
            found[key] = Sort(row.cells["trait"].upper(), int(row.cells["level"]))
    missing = [key for key in known if key not in seen]
    if missing:
        wrong.append((headings, _missing(missing)))
    return tuple(found[key] for key in known if key in found), wrong


def _row_faults(row: _Row, indicator: Indicator | None, before: int | None) -> Iterator[str]:
    key, trait, level = (row.cells.get(name, "") for name in ("id", "trait", "level"))
    if indicator is None:
        yield f"There is no indicator {key or 'without an id'} in this kit. {_FRESH}"
        return
    if before is not None:
        yield f"{key} has a row already, on line {before}. Leave one of the two."
    if _letters(row.cells.get("indicator", indicator.text)) != _letters(indicator.text):
        yield (
            f"The words beside {key} are not its own. Columns may have been sorted apart, or a "
            f"quotation mark not closed. It says: {indicator.text}"
        )
    if not trait:
        yield f"{key} has no trait. Write the key of the one that fits best."
    elif trait.upper() not in ALL_KEYS:
        yield f"{key}: '{trait}' is not a trait. Write a key from T01 to T15, or CIV."
    if not level:
        yield f"{key} has no level. Write a whole number from 1 to 5."
    elif not _LEVEL.fullmatch(level):
        yield f"{key}: '{level}' is not a level. Write a whole number from 1 to 5."


def _missing(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _LISTED} more" if len(keys) > _LISTED else ""
    return f"There is no row for {', '.join(keys[:_LISTED])}{more}. Every indicator needs one."


def faults_between(sheets: Sequence[Judged]) -> Iterator[Fault]:
    """What keeps sound sheets from being scored together."""
    first: dict[str, Judged] = {}
    for one in sheets:
        kit, other = one.kit, sheets[0].kit
        if kit != other:
            yield Fault(
                one.file,
                1,
                f"It is of the kit with seed {kit.seed} and {kit.probes} indicators of probes, "
                f"{sheets[0].file} of that with seed {other.seed} and {other.probes}. Score "
                "each kit alone.",
            )
        twin = first.setdefault(one.name.lower(), one)
        if twin is not one:
            yield Fault(
                one.file,
                1,
                f"{twin.file} is {one.name}'s too. One judge counts once: leave one out, or "
                "write two judges' names so that they differ.",
            )


def judges_by_who(sheets: Sequence[Judged]) -> dict[str, int]:
    counted = Counter(one.who for one in sheets)
    return {who: counted[who] for who in WHO if counted[who]}


def _these(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _letters(text: str) -> str:
    """The text as it survives any spreadsheet: no marks, spaces or capitals."""
    return re.sub(r"[\W_]+", "", text, flags=re.ASCII).lower()


_FRESH = "Copy trait and level into a fresh sheet: flask library retranslate --seed N --out FILE."
