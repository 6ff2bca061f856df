"""Which words of an anchor are marked, so that the eye tells one level from another."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from markupsafe import Markup, escape

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
MOST_KEY_WORDS = 3  # of one indicator: more would mark nothing out
# Words that carry no act of their own, so they tell no level from another.
_PLAIN = frozenset(
    """
    about after again also another any anybody anyone as because been before being both came come
    could did does doing done each else ever every everybody everyone everything from gave give
    given goes going gone have having into itself just kept made make many might more most much
    nobody none nothing once only other others ought over quite rather same says should some
    somebody someone something such than that their them themselves then there these they thing
    things this those though through took towards under until very went were what whatever when
    where whether which while whom whose will with without would your
    """.split()  # noqa: SIM905 - one a line would be a page
)
SHORTEST_KEY_WORD = 4
_ENDING = re.compile(r"['’]s?$|(?<=\w{3})(?:ing|ed|es|s|ly)$")


def _stem(word: str) -> str:
    """A word without its ending, so that `ask`, `asks` and `asked` are the same word."""
    return _ENDING.sub("", word.casefold())


def stems(texts: Iterable[str]) -> set[str]:
    """Every word of some texts, without its ending."""
    return {_stem(word) for text in texts for word in _WORD.findall(text)}


def key_words(text: str, elsewhere: Collection[str]) -> Iterator[tuple[str, bool]]:
    """An indicator in parts, each with whether it is a key word.

    Key words are those whose stems are not `elsewhere`, at the other levels: at most three, the
    longest. That says nothing about what they mean; it helps the eye to tell levels apart.
    """
    found = [
        match
        for match in _WORD.finditer(text)
        if len(match[0]) >= SHORTEST_KEY_WORD
        and match[0].casefold() not in _PLAIN
        and _stem(match[0]) not in elsewhere
    ]
    longest = sorted(found, key=lambda match: -len(match[0]))[:MOST_KEY_WORDS]
    end = 0
    for match in sorted(longest, key=lambda match: match.start()):
        if match.start() > end:
            yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    if text[end:]:
        yield text[end:], False


@lru_cache(maxsize=1024)  # of a guide that is frozen
def marked(*levels: tuple[str, ...]) -> dict[int, tuple[Markup, ...]]:
    """The anchors at 1, 3 and 5 with the words marked that tell a level from the others."""
    found = {}
    for level, texts in zip((1, 3, 5), levels, strict=True):
        elsewhere = stems(text for other in levels if other is not texts for text in other)
        found[level] = tuple(_bold(key_words(text, elsewhere)) for text in texts)
    return found


def _bold(parts: Iterable[tuple[str, bool]]) -> Markup:
    return Markup().join(
        Markup("<b>{}</b>").format(part) if is_key else escape(part) for part, is_key in parts
    )
