"""A guide's text file read back: whole and sound, or refused with every reason at once. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hiring.guides import files, rules
from hiring.guides.files import GuideFile, Origin, Part
from hiring.library.rules import ALL_KEYS, CIVILITY, FORMS, KINDS, label

MINUTES, MOST_ITEM_MINUTES = (15, 480), 60
LONGEST_TEXT, LONGEST_REASON, LONGEST_NAME = 4_000, 1_000, 200
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"(?:(?:T\d\d|CIV)-[A-Z]\d+|P\d{2,3})")
_LABELS = {label(kind, form) for kind in KINDS for form in (FORMS if kind == "probe" else (None,))}


def read(text: str) -> tuple[GuideFile | None, list[str]]:
    """The guide of a file, or None and what is wrong with it, sentence by sentence."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    parts = files.parts_of(text)
    wrong = [fault for part in parts[:-1] or parts for fault in files.take_apart(part)]
    if parts[0].facts.get("format") != files.FORMAT:
        begins = f"It would begin with a line of --- and “format: {files.FORMAT}”."
        return None, [f"Line 1: This is not a guide exported by Fifteen. {begins}"]
    wrong = [*files.changed(parts), *wrong]
    if wrong:
        return None, wrong
    content, wrong = _content(parts[:-1])
    head = parts[0]
    if not wrong and rules.content_hash(content) != head.facts.get("hash"):
        at = head.places["hash"]
        wrong = [f"Line {at}: This is not the hash of what stands below. Export the guide again."]
    if wrong:
        return None, wrong
    origin = Origin(
        int(head.facts["guide"]),
        *(head.facts[name] for name in ("opening", "setting", "state")),
    )
    return GuideFile(origin, content, head.facts["hash"]), []


def _content(parts: list[Part]) -> tuple[files.Content, list[str]]:
    wrong: list[str] = []
    head, *rest = parts
    numbers = _facts(head, {name: name for name in files.HEAD}, wrong)
    texts = {part.title: part for part in rest if part.title in files.TEXTS.values()}
    content: files.Content = {"version": numbers["version"], "minutes": numbers["minutes"]}
    for name, title in files.TEXTS.items():
        if title not in texts:
            wrong.append(f"Line {head.number}: The section “{title}” is missing.")
            continue
        content[name] = _joined(texts[title], "")
        most = LONGEST_REASON if name == "weight_reason" else LONGEST_TEXT
        if len(content[name]) > most or (name != "weight_reason" and not content[name].strip()):
            wrong.append(f"Line {texts[title].number}: Write 1 to {most:,} characters there.")
    content["traits"] = [_trait(part, wrong) for part in rest if part.title.startswith("Trait: ")]
    content["items"] = [_item(part, wrong) for part in rest if part.title.startswith("Item ")]
    known = len(texts) + len(content["traits"]) + len(content["items"])
    if known != len(rest):
        wrong.append("The file has a section that is neither a text nor a trait nor an item.")
    if not wrong:
        wrong.extend(_between(rest, content))
    return content, wrong


def _trait(part: Part, wrong: list[str]) -> files.Content:
    return {
        **_facts(part, files.TRAIT_FACTS, wrong),
        **{name: _joined(part, title) for name, title in files.TRAIT_TEXTS.items()},
        **{name: _bullets(part, title, wrong) for name, title in files.TRAIT_LISTS.items()},
    }


def _item(part: Part, wrong: list[str]) -> files.Content:
    found = {
        **_facts(part, files.ITEM_FACTS, wrong),
        **{name: _joined(part, title) for name, title in files.ITEM_TEXTS.items()},
        **{name: _bullets(part, title, wrong) for name, title in files.ITEM_LISTS.items()},
    }
    if files.ITEM_TEXTS["library_prompt"] not in part.sections:
        found["library_prompt"] = found["prompt"]
    if len(found["prompt"]) > rules.LONGEST_PROMPT:
        at = part.places.get("Question", part.number)
        wrong.append(f"Line {at}: A question has at most {rules.LONGEST_PROMPT:,} characters.")
    return found


def _joined(part: Part, section: str) -> str:
    return "\n".join(part.sections.get(section, ()))


def _bullets(part: Part, section: str, wrong: list[str]) -> tuple[str, ...]:
    found = part.sections.get(section)
    if found is None:
        wrong.append(f"Line {part.number}: The section “{section}” is missing here.")
    return tuple(found or ())


def _facts(part: Part, called: Mapping[str, str], wrong: list[str]) -> files.Content:
    found: files.Content = {}
    for name, title in called.items():
        value = part.facts.get(title)
        if value is None:
            found[name] = None
            if name != "parallel":
                wrong.append(f"Line {part.number}: The line “{title}:” is missing here.")
            continue
        try:
            found[name] = _READ[name](value) if name in _READ else value
        except ValueError as error:
            found[name] = None
            wrong.append(f"Line {part.places[title]}: “{value[:40]}” {error}.")
    return found


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read_number(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"is not a whole number from {low} to {high:,}")
        return int(text)

    return read_number


def _one(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def read_one(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"is not {what}")
        return text

    return read_one


def _weight(text: str) -> float:
    if not re.fullmatch(r"\d{1,2}(?:\.\d{1,20})?(?:e-\d{1,2})?", text) or float(text) > 10:
        raise ValueError("is not a weight from 0 to 10")
    return float(text)


_READ: dict[str, Callable[[str], Any]] = {
    "guide": _whole(0, 2**31 - 1),
    "version": _whole(1, 10_000),
    "minutes": _whole(1, MINUTES[1]),
    "hash": _one(_DIGEST, "a hash"),
    "source_digest": _one(_DIGEST, "a hash"),
    "weight": _weight,
    "trait_key": _one(re.compile("|".join(ALL_KEYS)), "a trait we know"),
    "kind": _one(re.compile("|".join(KINDS)), "a kind of question we know"),
    "label": _one(re.compile("|".join(map(re.escape, _LABELS))), "a label we know"),
    "name": _one(re.compile(rf".{{1,{LONGEST_NAME}}}", re.DOTALL), "a short name"),
    "title": _one(re.compile(rf".{{1,{LONGEST_NAME}}}", re.DOTALL), "a short title"),
}


def _between(parts: list[Part], content: files.Content) -> Iterator[str]:
    """What only shows when all parts are seen together."""
    if not MINUTES[0] <= content["minutes"] <= MINUTES[1]:
        yield f"The minutes are {content['minutes']}; a guide has {MINUTES[0]} to {MINUTES[1]}."
    traits = [trait["key"] for trait in content["traits"]]
    keys = [item["key"] for item in content["items"]]
    for part in parts:
        if part.title.startswith("Trait: "):
            yield from _trait_faults(part, traits)
        elif part.title.startswith("Item "):
            yield from _item_faults(part, traits, keys)


def _trait_faults(part: Part, traits: list[str]) -> Iterator[str]:
    key = part.facts["key"]
    if key not in ALL_KEYS:
        yield f"Line {part.places['key']}: “{key[:40]}” is not a trait we know."
    elif traits.count(key) > 1:
        yield f"Line {part.places['key']}: {key} is there twice."
    if (float(part.facts["weight"]) == 0) != (key == CIVILITY):
        yield f"Line {part.places['weight']}: Civility, and civility alone, has the weight 0."


def _item_faults(part: Part, traits: list[str], keys: list[str]) -> Iterator[str]:
    key, trait = part.facts["key"], part.facts["trait"]
    if not _KEY.fullmatch(key):
        yield f"Line {part.places['key']}: “{key[:40]}” is not the key of a question or probe."
    elif keys.count(key) > 1:
        yield f"Line {part.places['key']}: {key} is there twice."
    if trait not in traits:
        yield f"Line {part.places['trait']}: {trait} is not a trait of this guide."
    if int(part.facts["minutes"]) > MOST_ITEM_MINUTES:
        yield f"Line {part.places['minutes']}: An item takes at most {MOST_ITEM_MINUTES} minutes."
