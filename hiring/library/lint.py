"""The rules that keep questions and anchors sound, each with its name and a way out. Pure.

Precision before reach: a rule that cries wolf is switched off. What can't be told by looking at
words is left to people.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hiring.library import asked, protected, reading
from hiring.library.rules import ANCHORED_LEVELS


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `wrong` follows the words that break it; `instead` says what to write."""

    name: str
    says: str
    of: str
    wrong: str
    instead: str
    bad: str
    good: str


def names() -> list[str]:
    """Every name that a broken rule may have, and that may be waived."""
    matters = [f"protected: {matter.name}" for matter in protected.MATTERS]
    return [*(name for name in RULES if name != "protected"), *matters]


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule, and the sentence that says so and what to write instead."""

    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence}"


_GIVEN = tomllib.loads((Path(__file__).parent / "lint.toml").read_text(encoding="utf-8"))
RULES = {given["name"]: Rule(**given) for given in _GIVEN["rule"]}


def _found(name: str, words: str) -> Finding:
    rule = RULES[name]
    shown = words if len(words) <= 60 else f"{words[:57]}…"
    if name not in _COUNTED:
        shown = f"“{shown}”"
    return Finding(name, f"{shown} {rule.wrong}. {rule.instead}")


_COUNTED = ("sixty-words", "reading-grade")  # their words are ours, not the author's


def lacking(name: str, what: str) -> Finding:
    """A rule that is broken by what isn't there."""
    return Finding(name, f"{what} {RULES[name].wrong}. {RULES[name].instead}")


# --- what is read aloud ---

# Words that give a trait away, by trait: its own name is looked for as well.
LABELS = {
    "T01": r"sarcas\w+",
    "T02": r"adaptab\w+|yield(?:ed|ing)? control",
    "T03": r"empath\w+",
    "T04": r"objectivity|(?:stayed|stay|remained|were) objective",
    "T05": r"(?:took|take|taken|showed|shown) (?:the )?initiative|proactive\w*",
    "T07": r"diversity",
    "T08": r"(?:took|take|taken|showed|sense of) ownership|team player",
    "T09": r"big picture|attention to detail|eye for detail",
    "T10": r"read between the lines",
    "T11": r"(?:fast|quick) learner",
    "T12": r"arrogan\w+|self-confiden\w+",
    "T13": r"resilien\w+",
    "CIV": r"(?:in|un)?civility|uncivil",
}
_ANY_LABEL = re.compile(
    r"\b(?:" + "|".join(f"(?P<{key}>{words})" for key, words in LABELS.items()) + r")\b"
)

_ASKING = {
    "one-request": asked.asks_twice,
    "sixty-words": asked.too_long,
    "open-form": asked.asks_yes_or_no,
    "reading-grade": asked.too_hard,
}


@lru_cache(maxsize=4_096)
def question(text: str, kind: str | None = None, trait: str = "", name: str = "") -> list[Finding]:
    """What is wrong with a question as it is read aloud.

    Its kind is behavioural, situational or probe; without one, what holds for one kind only is
    not looked at. `trait` and `name` are those it is scored on; without, it may name no trait.
    """
    found = [_found(rule, words) for rule, test in _ASKING.items() if (words := test(text))]
    if words := names_a_trait(text, trait, name):
        found.append(_found("no-label", words))
    if kind == "behavioural" and (words := asked.is_no_past_occasion(text)):
        found.append(_found("past-tense", words))
    if kind == "situational" and (words := asked.is_not_supposed(text)):
        found.append(_found("suppose", words))
    if words := asked.narrows_recall(text, kind):
        found.append(_found("superlative", words))
    return [*found, *touching(text), *branded(text)]


def names_a_trait(text: str, trait: str = "", name: str = "") -> str:
    """The words that name the trait, or any trait if none is given."""
    text = reading.plain(text).lower()
    if name and name.lower() in text:
        return name
    for found in _ANY_LABEL.finditer(text):
        if not trait or found.lastgroup == trait:
            return found[0]
    return ""


def named(words: str) -> Finding:
    return _found("no-label", words)


def touching(text: str) -> list[Finding]:
    """The protected matters that a question or follow-up asks about."""
    return [
        Finding(
            f"protected: {matter.name}", f"“{words}” asks about {matter.about}. {matter.instead}"
        )
        for matter, words in protected.touched(text)
    ]


# Names that mean nothing else; those that are words, such as Apple, only inside a sentence.
_BRANDS = re.compile(
    r"\b(?:Google|Facebook|Instagram|WhatsApp|LinkedIn|YouTube|Netflix|Spotify|Airbnb|eBay|PayPal|"
    r"Microsoft|iPhone|iPad|MacBook|Samsung|Nokia|Sony|Starbucks|McDonald'?s|Burger King|KFC|"
    r"Coca-Cola|Pepsi|IKEA|Ikea|Walmart|Tesco|Sainsbury'?s|Aldi|Lidl|Costco|Zappos|Nordstrom|"
    r"Disney|Ritz-Carlton|Marriott|Hilton|Ryanair|easyJet|Lufthansa|American Express|Mastercard|"
    r"Barclays|HSBC|Vodafone|T-Mobile|Verizon|Comcast|FedEx|DHL|Zendesk|Salesforce|Toyota|"
    r"Volkswagen|BMW|Mercedes|Nike|Adidas|Zara|Lego|Nintendo|PlayStation|Xbox|Photoshop|"
    r"TripAdvisor|Tripadvisor|Trustpilot|Yelp|Uber|Gmail|Outlook\.com|Tinder|TikTok)\b"
    r"|(?<=[a-z,] )(?:Amazon|Apple|Twitter|Visa|Delta|Virgin|Shell)\b(?! River| pie| tree)"
)


def branded(text: str) -> list[Finding]:
    found = _BRANDS.search(reading.plain(text))
    return [_found("brand", found[0])] if found else []


# --- follow-ups ---

_LEADING = re.compile(
    r"(?:^|[,;:] )(?:but )?(?:don't|wouldn't|didn't|isn't|wasn't|aren't|shouldn't|couldn't|"
    r"haven't|hadn't|weren't) (?:you|it|that|they|he|she|this)\b"
    r"|\b(?:surely|obviously|of course|you must have|you should have|you ought to have|"
    r"would it not have been)\b|, right\?$|^(?:so )?(?:I|we) (?:hope|assume|guess|expect)\b",
    re.IGNORECASE,
)


def follow_up(text: str) -> list[Finding]:
    """What is wrong with a follow-up."""
    spoken = asked.without_quotes(text)
    hints = [
        _found("neutral-follow-up", found[0].strip(" ,;:"))
        for found in [_LEADING.search(spoken)]
        if found
    ]
    return [*hints, *touching(text)]


# --- anchors ---

_DEGREE = (
    r"(?:always|usually|often|frequently|sometimes|occasionally|seldom|rarely|hardly ever|never|"
    r"consistently|mostly|generally|regularly|very|extremely|highly|fairly|somewhat|partly|"
    r"partially|fully|completely|to some extent|to a great extent|a little|a lot|well|poorly|"
    r"adequately|excellently)"
)
_STARTS_WITH_DEGREE = re.compile(
    r"^(?:(?:always|usually|often|frequently|sometimes|occasionally|seldom|rarely|hardly ever|"
    r"consistently|mostly|generally|regularly|fully|partly|partially|somewhat|fairly)\b|"
    r"\w+(?:s|ed) (?:very|extremely|fairly|rather|reasonably|quite) (?:well|badly|poorly)\b)",
    re.IGNORECASE,
)
_NO_DEGREE = re.compile(rf"\b{_DEGREE}\b|\b(?:does|did|do) not\b|[^\w\s]", re.IGNORECASE)
_LEVEL_WORD = re.compile(
    r"\b(?:excellent(?:ly)?|outstanding(?:ly)?|exceptional(?:ly)?|superb(?:ly)?|mediocre|"
    r"unsatisfactory|satisfactory|satisfactorily|inadequate(?:ly)?|adequate(?:ly)?|poorly|"
    r"(?:above|below) average|brilliant(?:ly)?|fantastic|world-class|first-class|"
    r"(?:good|very good|great|strong|weak|poor|average|fair) (?:at|listener|listening|"
    r"understanding|grasp|command|communication|communicator|skills?|ability|performance|answer|"
    r"example|candidate|level|knowledge of|team player|attitude|judge?ment))\b",
    re.IGNORECASE,
)


def anchors(
    by_level: Mapping[int, Sequence[str]], trait: str = ""
) -> Iterator[tuple[str, Finding]]:
    """What is wrong with indicators, each with the one it is about."""
    bare: dict[str, str] = {}
    for level in ANCHORED_LEVELS:
        for indicator in by_level.get(level, ()):
            for finding in _indicator(indicator, trait):
                yield indicator, finding
            words = " ".join(_NO_DEGREE.sub(" ", indicator.lower()).split())
            if (other := bare.setdefault(words, indicator)) != indicator:
                yield indicator, _found("adverb-level", other)


@lru_cache(maxsize=8_192)
def _indicator(indicator: str, trait: str) -> list[Finding]:
    spoken = asked.without_quotes(indicator)
    found = []
    if word := _STARTS_WITH_DEGREE.search(spoken):
        found.append(_found("adverb-level", word[0]))
    if word := _LEVEL_WORD.search(spoken):
        found.append(_found("level-word", word[0]))
    found.extend(
        _found("two-traits", word[0])
        for word in _ANY_LABEL.finditer(spoken.lower())
        if word.lastgroup != trait
    )
    return found
