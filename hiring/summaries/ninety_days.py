"""What a summary may suggest to the manager of somebody hired, by how they scored. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hiring.library.rules import Briefing

# The briefings' one list is written for levels 4 and 5, the other for 1 to 3: a mean goes to the
# nearer of 3 and 4, and from midway to 4.
STRONG_FROM = 3.5


class Scored(Protocol):
    """What has to be known of a trait's result."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def mean(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What may be tried in the first ninety days, because of one trait."""

    trait: str
    is_strong: bool
    texts: tuple[str, ...]


def suggestions(
    results: Iterable[Scored], briefings: Mapping[str, Briefing]
) -> tuple[Suggestions, ...]:
    """For each trait that was scored and has a briefing."""
    return tuple(
        Suggestions(result.name, strong, briefing.when_strong if strong else briefing.when_growing)
        for result in results
        if result.mean is not None and (briefing := briefings.get(result.key)) is not None
        for strong in [result.mean >= STRONG_FROM]
    )
