"""Refusals: exceptions that carry a sentence for the person who asked."""

from typing import TypeVar

T = TypeVar("T")


class Refused(Exception):  # noqa: N818 - it is not an error but an answer
    """The thing asked for can't be done now; the sentence says why and what to do instead."""

    status = 409

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


class NotFound(Refused):
    """There is no such thing, or not for this person: both look the same from outside."""

    status = 404

    def __init__(self, sentence: str = "There is no such page, or it is not yours to see.") -> None:
        super().__init__(sentence)


def found(thing: T | None) -> T:
    """The thing, or the page that says it isn't there."""
    if thing is None:
        raise NotFound
    return thing
