r"""A guide as one text file, and such a file as a guide again, without loss. Pure.

The manner is the library's: a head, headings, paragraphs and bullets. It is read line by line and
not as Markdown, since Markdown joins lines and drops blanks, and what was published must come back
sign by sign. So paragraphs stand behind `> `, bullets behind `- `, and what an editor might lose
or hide is written as `\u0020`. The last section has a check for each of the others: when a hand has
changed something, it tells where.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hiring.guides import rules

FORMAT = "fifteen guide 1"
LARGEST = 500_000  # bytes; all fifteen traits with four questions each take about 200,000
CHECK_SIGNS = 12

# What stands under which name, in this order. Facts are lines, texts paragraphs, lists bullets.
_RUBRIC = {"level_5": "Level 5", "level_3": "Level 3", "level_1": "Level 1"}
_RUBRIC |= {"look_fors": "Look-fors", "warnings": "Warnings"}
HEAD = ("format", "guide", "version", "hash", "opening", "setting", "state", "minutes")
TEXTS = {
    "introduction": "Read out at the start",
    "closing": "Read out at the end",
    "weight_reason": "Reason for unequal weights",
}
TRAIT_FACTS = {"key": "key", "name": "name", "weight": "weight", "source_digest": "library file"}
TRAIT_TEXTS = {"definition": "Definition"}
TRAIT_LISTS = {"not_part": "Not part of it", **_RUBRIC}
ITEM_FACTS = {
    "key": "key",
    "trait_key": "trait",
    "kind": "kind",
    "label": "label",
    "title": "title",
    "minutes": "minutes",
    "parallel": "parallel",
    "source_digest": "library file",
}
ITEM_TEXTS = {
    "prompt": "Question",
    "library_prompt": "Question in the library",
    "shown": "Shown to the candidate",
}
ITEM_LISTS = {"follow_ups": "Follow-ups", **_RUBRIC}

Content = dict[str, Any]  # as `Guide.content()` gives it


@dataclass(frozen=True, slots=True)
class Origin:
    """Which guide it is, where it came from, and whether it was published."""

    guide: int
    opening: str
    setting: str
    state: str


@dataclass(frozen=True, slots=True)
class GuideFile:
    """What a sound file holds."""

    origin: Origin
    content: Content
    content_hash: str


# --- writing ---


def write(content: Mapping[str, Any], origin: Origin) -> str:
    """The whole guide as text."""
    head = {
        "format": FORMAT,
        "guide": origin.guide,
        "version": content["version"],
        "hash": rules.content_hash(content),
        "opening": origin.opening,
        "setting": origin.setting,
        "state": origin.state,
        "minutes": content["minutes"],
    }
    parts = [
        ["---", *(_fact(name, head[name]) for name in HEAD), "---", "", "# Guide"],
        *(_section("##", title, _text(content[name])) for name, title in TEXTS.items()),
    ]
    for trait in content["traits"]:
        tables = (TRAIT_FACTS, TRAIT_TEXTS, TRAIT_LISTS)
        parts.append(_part(f"Trait: {trait['name']}", trait, *tables))
    for number, item in enumerate(content["items"], start=1):
        given = {**item, "library_prompt": _if_other(item["library_prompt"], item["prompt"])}
        tables = (ITEM_FACTS, ITEM_TEXTS, ITEM_LISTS)
        parts.append(_part(f"Item {number}: {item['title']}", given, *tables))
    checks = [f"- {_check(part)} {_heading(part)}" for part in parts]
    whole = [*parts, ["## Checks", "", *checks]]
    return "\n\n".join("\n".join(part).rstrip("\n") for part in whole) + "\n"


def _if_other(text: str, than: str) -> str | None:
    return None if text == than else text


def _part(
    title: str,
    given: Mapping[str, Any],
    facts: Mapping[str, str],
    texts: Mapping[str, str],
    lists: Mapping[str, str],
) -> list[str]:
    lines = [f"## {_escaped(title)}", ""]
    lines += [_fact(called, given[n]) for n, called in facts.items() if given[n] is not None]
    for name, called in texts.items():
        if given[name] is not None:
            lines += ["", *_section("###", called, _text(given[name]))]
    for name, called in lists.items():
        lines += ["", *_section("###", called, [_behind("-", text) for text in given[name]])]
    return lines


def _section(mark: str, title: str, lines: list[str]) -> list[str]:
    return [f"{mark} {title}", *([""] if lines else []), *lines]


def _text(text: str) -> list[str]:
    return [_behind(">", line) for line in text.split("\n")] if text else []


def _behind(mark: str, text: str) -> str:
    return f"{mark} {_escaped(text)}".rstrip() if text else mark


def _fact(name: str, value: Any) -> str:
    return f"{name}: {_escaped(str(value))}".rstrip()


def _escaped(text: str) -> str:
    r"""One line that every editor keeps: `\\`, `\n`, `\r`, and what can't be seen by its number."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    if not text.isprintable():
        text = "".join(map(_visible, text))
    if text.endswith(" "):
        text = text[:-1] + _numbered(" ")
    return text


def _visible(sign: str) -> str:
    is_joiner = sign in "\u200c\u200d"  # Persian, Indic scripts and emoji need them
    hidden = unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cn") and not is_joiner
    return _numbered(sign) if hidden or (sign.isspace() and sign != " ") else sign


def _numbered(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"


_ESCAPE = re.compile(r"\\(?:([\\nr])|u([0-9a-f]{4})|U(00[01][0-9a-f]{5})|)")


def _unescaped(text: str) -> str:
    """The text again. Raises ValueError for a backslash that stands for nothing."""

    def sign(found: re.Match[str]) -> str:
        if found[1]:
            return {"n": "\n", "r": "\r"}.get(found[1], "\\")
        number = int(found[2] or found[3] or "-1", 16)
        if number < 1 or 0xD800 <= number <= 0xDFFF:
            raise ValueError
        return chr(number)

    return _ESCAPE.sub(sign, text)


def _check(lines: list[str]) -> str:
    text = "\n".join(line.rstrip(" \t") for line in lines).strip("\n")
    return hashlib.sha256(text.encode()).hexdigest()[:CHECK_SIGNS]


def _heading(lines: list[str]) -> str:
    return lines[0].removeprefix("## ") if lines[0].startswith("## ") else "head"


# --- reading ---


@dataclass(slots=True)
class Part:
    """A stretch of the file below one heading, with the lines where things stand."""

    title: str
    number: int
    lines: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    sections: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return self.number + len("\n".join(self.lines).rstrip().split("\n")) - 1


def parts_of(text: str) -> list[Part]:
    """The file cut at its headings; the first part is the head."""
    parts = [Part("head", 1)]
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip(" \t")
        if line.startswith("## "):
            parts.append(Part(line.removeprefix("## "), number))
        parts[-1].lines.append(line)
    return parts


def changed(parts: list[Part]) -> Iterator[str]:
    """What is not as it was exported, by the checks at the end."""
    *rest, last = parts
    if last.title != "Checks":
        yield (
            f"Line {last.last}: The file ends without its section “Checks”, so a part of it is "
            "missing. Export it once more."
        )
        return
    checks = [line[2:].split(" ", 1) for line in last.lines if line.startswith("- ")]
    expected = [(given[0], given[1] if len(given) > 1 else "") for given in checks]
    titles = [title for _, title in expected]
    for title in titles:
        if title not in {part.title for part in rest}:
            yield f"Line {last.number}: “{title}” is listed in the checks and is not in the file."
    for place, part in enumerate(rest):
        if part.title not in titles:
            yield f"Line {part.number}: “{part.title}” was not in the file when it was exported."
        elif (_check(part.lines), part.title) not in expected:
            yield (
                f"Lines {part.number} to {part.last}: “{part.title}” is not as it was exported. "
                "Take the file as it came, and change the draft afterwards."
            )
        elif place >= len(titles) or titles[place] != part.title:
            yield f"Line {part.number}: “{part.title}” stands in another place than before."


def take_apart(part: Part) -> Iterator[str]:
    """Fill a part's facts and sections; what can't be read is told."""
    section = ""
    for number, line in enumerate(part.lines, start=part.number):
        if not line or line == "---" or (line.startswith(("# ", "## "))):
            continue
        mark, rest = line[:1], line[2:]
        try:
            if line.startswith("### "):
                section = line.removeprefix("### ")
                part.sections.setdefault(section, [])
                part.places.setdefault(section, number)
            elif mark in "->" and line[1:2] in ("", " "):
                part.sections.setdefault(section, []).append(_unescaped(rest))
            elif ":" in line and not section:
                name, _, value = line.partition(":")
                part.facts[name] = _unescaped(value.removeprefix(" "))
                part.places[name] = number
            else:
                yield f"Line {number}: “{line[:40]}” is neither a paragraph nor a bullet."
        except ValueError:
            yield f"Line {number}: there is a backslash that stands for no sign."
