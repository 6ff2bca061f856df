"""What a filled form says: its fields as the answers that the scorecard's own form would send."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby

from werkzeug.datastructures import MultiDict

from hiring.paper.rules import Raw
from hiring.scorecards.forms import NOT_OBSERVED, TEXTS, AnswerForm
from hiring.scorecards.rules import CALLED, Answer
from hiring.summaries.form import CHOICES, Asked, Field, Kind, fields

PRIVATE_USE = range(0xE000, 0xF900)  # nobody can type these; some readers store emoji so


@dataclass(frozen=True, slots=True)
class Read:
    """One question of a filled form: the answer as far as it could be read, and what could not.

    `left` are texts that were not taken, by what they are called, so that nobody has to type them
    again.
    """

    answer: Answer
    faults: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()

    @property
    def is_blank(self) -> bool:
        return self.answer == Answer() and not self.faults


def read(items: Iterable[Asked], found: Mapping[str, Raw]) -> dict[int, Read]:
    """Every question of a form by its number."""
    return {
        number: _Question(of_it, found).read()
        for number, of_it in groupby(fields(items).values(), lambda field: field.question)
    }


class _Question:
    """One question while it is being read."""

    def __init__(self, of_it: Iterable[Field], found: Mapping[str, Raw]) -> None:
        self.sent: MultiDict[str, str] = MultiDict({"seen": "0"})
        self.faults: list[str] = []
        self.left: list[tuple[str, str]] = []
        for field in of_it:
            raw = found.get(field.name, Raw())
            if field.kind is Kind.LEVEL:
                self._level(raw)
            elif field.kind is Kind.TICK:
                if raw.chosen:
                    self.sent.add(field.part, field.value)
            else:
                self._text(field, raw)

    def read(self) -> Read:
        if self.sent.get("reason") and self.sent.get("level") != NOT_OBSERVED:
            self._leave(
                "reason",
                "A reason is written, but “not observed” is not marked. The reason is not taken.",
            )
        form = AnswerForm(self.sent)
        assert not form.errors, form.errors
        return Read(form.answer, tuple(self.faults), tuple(self.left))

    def _level(self, raw: Raw) -> None:
        if raw.is_odd or raw.chosen - set(CHOICES):
            given = ", ".join(sorted(raw.chosen - set(CHOICES))) or "something else"
            self.faults.append(
                f"“{given[:40]}” is no level. No rating is taken: choose one on the scorecard."
            )
        elif len(raw.chosen) > 1:
            marked = " and ".join(
                choice.replace("_", " ") for choice in CHOICES if choice in raw.chosen
            )
            self.faults.append(
                f"Both {marked} are marked. No rating is taken: choose one on the scorecard."
            )
        elif raw.chosen:
            self.sent["level"] = next(iter(raw.chosen))

    def _text(self, field: Field, raw: Raw) -> None:
        text = raw.value.replace("\r\n", "\n").replace("\r", "\n")
        self.sent[field.part] = text if text.strip() else ""
        if raw.is_odd:
            self.faults.append(f"What stands for “{CALLED[field.part]}” is no text. Look at it.")
        if len(text) > field.longest:
            self._leave(
                field.part,
                f"{TEXTS[field.part].too_long} Here are {len(text):,}, so it is not taken: shorten "
                "it on the scorecard.",
            )
        elif any(ord(char) in PRIVATE_USE for char in text):
            self.faults.append(
                f"Your PDF reader has not stored some characters of “{CALLED[field.part]}” as you "
                "typed them. It is taken as it is: look at it afterwards."
            )

    def _leave(self, part: str, sentence: str) -> None:
        self.faults.append(sentence)
        self.left.append((CALLED[part], self.sent.pop(part)))


# --- kept ---


def as_json(found: Mapping[str, Raw]) -> str:
    """What was read in a file, to be kept: the fields with something in them."""
    kept = {name: asdict(raw) for name, raw in found.items() if not raw.is_empty}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def from_json(kept: str) -> dict[str, Raw]:
    return {name: Raw(**raw) for name, raw in json.loads(kept).items()}
