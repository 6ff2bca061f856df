"""What makes a question sound when it is read aloud: one request, open, past or supposed. Pure.

Each function looks at plain text and gives the words that break its rule, or an empty string.
"""

import re
from functools import lru_cache

from hiring.library.reading import grade, plain, sentences

MOST_WORDS = 60
HIGHEST_GRADE = 8.0
FEWEST_WORDS, FEW_WORDS = 10, 20  # of fewer words a grade says nothing, of few not much
HIGHEST_GRADE_OF_FEW = 12.0

_QUOTED = re.compile(r'"[^"]*"')
_QUOTED_SENTENCE = re.compile(r'"[^"]*[.?!…]"(?=\s+[A-Z"]|$)')

_WH = r"(?:what|how|which|who|whom|whose|why)"
_BEFORE_WH = (
    r"(?:(?:and|so|then|now|but|well|or),? )?(?:(?:in|to|at|for|with|from|on|of|by|about) )?"
)
_AUX = (
    r"(?:do|does|did|have|has|had|would|could|can|will|should|shall|is|are|was|were|am|may|might|"
    r"must|don't|doesn't|didn't|haven't|hasn't|hadn't|wouldn't|couldn't|can't|won't|shouldn't|"
    r"isn't|aren't|wasn't|weren't)"
)
_SUBJECT = (
    r"(?:you|he|she|it|they|we|i|there|this|that|these|those|the|a|an|any|anything|anyone|"
    r"anybody|your|our|my|their|his|her|somebody|someone|something|people|customers|colleagues|"
    r"everyone|everybody|nobody)"
)
_CLAUSE = r"(?:^|[,;:] |\s[–—-] )"
_OPENER = re.compile(
    rf"{_CLAUSE}(?:(?:and|so|then|now|but|well|or|also),? )?(?P<closed>{_AUX} {_SUBJECT})\b"
    rf"|{_CLAUSE}{_BEFORE_WH}(?P<open>{_WH})\b"
    rf"|{_CLAUSE}{_BEFORE_WH}(?P<when>(?:when|where) {_AUX} )",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"\b(?:can|could|would|will) you (?:please )?(?:(?:tell|give|show|walk|take|talk) (?:me|us)|"
    r"describe|explain to (?:me|us)|share)\b",
    re.IGNORECASE,
)
_EVER = re.compile(r"^(?:ever|any)\b", re.IGNORECASE)
_WHETHER = re.compile(
    r"\b(?:tell me|say|let me know|explain) (?:if|whether) (?:or not )?you\b", re.IGNORECASE
)
_TAG = re.compile(rf", (?P<tag>{_AUX} (?:you|it|they|he|she|there))\?$", re.IGNORECASE)

_SECOND_REQUEST = re.compile(
    r"\band also\b"
    r"|\band (?:then )?(?:please )?(?:tell|describe|explain) (?:me|us|how|what|why|your|to me)\b"
    r"|^(?:please )?(?:also|then)[, ]+(?:please )?(?:tell|describe|explain|name|list)\b"
    r"|^(?:please )?(?:tell|give) (?:me|us) (?:also|then|another)\b",
    re.IGNORECASE,
)
_ASKS_TWICE = re.compile(
    rf",? and (?:(?:also|then) )?(?P<second>(?:why|how|what|who|when|where|which) "
    rf"(?:{_AUX}|\w+ {_AUX})\b[^,?]*)\?$",
    re.IGNORECASE,
)
_SAME_ASKED = re.compile(rf"^what {_AUX} you (?:say|do|write|answer|tell)\b", re.IGNORECASE)
_RECALLS = re.compile(
    r"^(?:please )?(?:tell (?:me|us) about|describe an?|give (?:me|us) an example)\b", re.IGNORECASE
)

_OCCASION = re.compile(
    r"\b(?:an?|one|the last|the first|some) (?:\w+ ){0,3}(?:time|occasion|example|moment|situation|"
    r"case|day|instance|incident|experience|talk|mistake|task|conversation|story|week|year)s?\b"
    r"|\bonce\b|\bwhen (?:did|was|were|have|had) you (?:last|once|ever|first)\b|\bthe last time\b"
    r"|\b(?:an?|some|something|one)(?: \w+){0,4} (?:that |which |who |where |when |in which )?you "
    r"(?:\w+ )?(?:\w+ed|had|were|did|made|took|gave|set|kept|led|met|told|got|went|knew|learnt)\b"
    r"|\b(?:a|an|some) (?:customer|person|colleague|caller|guest|client|manager)\b.{0,40}\b(?:who|"
    r"you)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:did|was|were|had|could|went|came|made|took|got|gave|told|said|felt|found|kept|knew|led|"
    r"left|let|lost|met|paid|put|ran|saw|sent|set|spoke|stood|thought|understood|wrote|broke|"
    r"brought|chose|began|became|fell|held|learnt|meant|stuck|won|have (?:\w+ )?\w+(?:ed|en|ne)|"
    r"you've|\w{2,}ed)\b",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(r"^(?:please |let us |let's |now )?(?:suppose|imagine)\b", re.IGNORECASE)
_ASKS_OF_NOW = re.compile(
    r"\b(?:what|how) (?:(?:would|will|could|should) you|do you (?:usually|normally|generally|"
    r"typically|do|deal|handle|react|respond|say|cope))\b",
    re.IGNORECASE,
)

_SUPERLATIVE = re.compile(
    r"\b(?:the|your)(?: (?:one|single|very|ever))? (?P<word>(?:most|least) "
    r"(?!of\b|part\b|likely\b|people\b|customers\b)\w+"
    r"|worst|best|biggest|greatest|hardest|toughest|largest|smallest|angriest|rudest|kindest|"
    r"nicest|happiest|saddest|proudest|strangest|oddest|weirdest|funniest|craziest|silliest|"
    r"maddest|meanest|nastiest|strongest|weakest|finest|poorest|cleverest|longest|shortest|"
    r"busiest|easiest|trickiest|ugliest|bravest|highest|lowest|slowest|fastest|deepest|wildest)\b",
    re.IGNORECASE,
)
_BEST_EFFORT = re.compile(
    r"\b(?:do|did|done|doing|try|tried) (?:my|your|their|his|her|our) best\b", re.IGNORECASE
)
_RECALL = re.compile(
    r"\b(?:tell (?:me|us) about|describe|think of|give (?:me|us)|what (?:is|was|has been|were)|"
    r"who (?:is|was)|which (?:is|was)|name|remember|example|you (?:have )?ever|you've ever)\b",
    re.IGNORECASE,
)


def too_long(text: str) -> str:
    number = len(text.split())
    return f"{number} words" if number > MOST_WORDS else ""


def too_hard(text: str) -> str:
    number = len(text.split())
    if number < FEWEST_WORDS:
        return ""
    reached = round(grade(text), 1)
    highest = HIGHEST_GRADE_OF_FEW if number < FEW_WORDS else HIGHEST_GRADE
    return f"Reading grade {reached:.1f}" if reached > highest else ""


@lru_cache(maxsize=64)  # the rules look at the same text in turn
def without_quotes(text: str) -> str:
    """What the asker says, without what somebody in the story says."""
    return _QUOTED.sub('""', _QUOTED_SENTENCE.sub('"".', plain(text)))


@lru_cache(maxsize=64)
def _spoken(text: str) -> list[str]:
    return sentences(without_quotes(text))


def asks_twice(text: str) -> str:
    """The words of a second request."""
    found = _spoken(text)
    questions = [sentence for sentence in found if sentence.rstrip("\"')").endswith("?")]
    if len(questions) > 1:
        return questions[1]
    for sentence in found:
        if second := _SECOND_REQUEST.search(sentence):
            return second[0].strip(" ,")
        again = _ASKS_TWICE.search(sentence)
        if again and not _SAME_ASKED.search(again["second"]):
            return again["second"]
    recalls = [sentence for sentence in found if _RECALLS.search(sentence)]
    return recalls[1] if len(recalls) > 1 else ""


def asks_yes_or_no(text: str) -> str:
    """The words that can be answered with yes or no."""
    for sentence in _spoken(text):
        if told := _WHETHER.search(sentence):
            return told[0]
        if not sentence.rstrip("\"')").endswith("?"):
            continue
        if ever := _EVER.search(sentence):
            return ever[0]
        first = _OPENER.search(sentence)
        if first and first["closed"] and not _POLITE.search(sentence):
            return first["closed"]
        if tag := _TAG.search(sentence):
            return tag["tag"]
    return ""


def is_no_past_occasion(text: str) -> str:
    """The words that ask for something else than one occasion in the past."""
    if supposed := _SUPPOSES.search(plain(text)):
        return supposed[0]
    spoken = " ".join(_spoken(text))
    if of_now := _ASKS_OF_NOW.search(spoken):
        return of_now[0]
    return "" if _OCCASION.search(spoken) and _PAST.search(spoken) else _beginning(text)


def is_not_supposed(text: str) -> str:
    """The first words of a situation that doesn't begin with Suppose or Imagine."""
    return "" if _SUPPOSES.search(plain(text)) else _beginning(text)


def _beginning(text: str) -> str:
    words = plain(text).split()
    return " ".join(words[:4]).rstrip(".,;:?!") + (" …" if len(words) > 4 else "")


def narrows_recall(text: str, kind: str | None) -> str:
    """A superlative that makes people search for the one occasion instead of any."""
    spoken = _BEST_EFFORT.sub("", " ".join(_spoken(text)))
    if kind == "situational" or not _RECALL.search(spoken):
        return ""
    found = _SUPERLATIVE.search(spoken)
    return found[0] if found else ""
