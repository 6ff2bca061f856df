"""What guests accept before anything opens to them, and how long their links live."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INVITED_FOR = dt.timedelta(days=7)
ASKED_FOR = dt.timedelta(days=1)  # whoever asks for a link is waiting for it
SHORTEST_WORDS, LONGEST_WORDS = 5, 2_000


@dataclass(frozen=True, slots=True)
class Statement:
    """What a guest reads and accepts. Its version is the day from which it was shown."""

    version: dt.date
    parts: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def day(self) -> str:
        return f"{self.version.day} {self.version:%B %Y}"


def statements(told: Mapping[str, Any]) -> Sequence[Statement]:
    """All versions of the statement, as the file tells them, the one that is shown last."""
    return [
        Statement(
            one["version"],
            tuple((part["heading"], tuple(part["sentences"])) for part in one["parts"]),
        )
        for one in told["statements"]
    ]
