"""Where sentences end in what people type: where in doubt, they don't."""

import re
from collections.abc import Iterator

# One pass over the text: stops, line ends that end a thought, and all that opens or closes.
_TOKEN = re.compile(
    r"""
    (?P<stop> [.!?]+ (?P<shut>["”“’»«)\]]*) (?=\s) | [。！？]+ )
  | (?P<line> (?<![:,;\s]) (?= [^\S\n]*\n (?: [^\S\n]*\n | [^\S\n]* [-*•–] \s ) ) )
  | (?P<mark> [()\[\]{}"“”„«»「」『』] )
  | (?P<open> (?<!\w) [‘'] (?=\w) )
  | (?P<close> (?<=[\w.!?,]) [’'] (?!\w) )
    """,
    re.VERBOSE,
)
_ABBREVIATED = re.compile(
    r"(?: \b\w | \b\d+ | \b(?: Mr|Mrs|Ms|Mx|Dr|Prof|Sr|Jr|St|vs|etc|approx|ca|cf|al|incl|"
    r"excl|max|min|Inc|Ltd|Co|Nr|bzw|ggf|usw ) ) \. \Z",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 10
# Quotation marks of one family open and close alike: „so“, “so” and »so«, «so» are all in use.
_FAMILY = {"”": "“", "„": "“", "»": "«", "」": "「", "』": "『"}


def sentence_ends(text: str) -> Iterator[int]:
    """Positions just behind a sentence that surely ends there. The end of the text is not one.

    A stop doesn't end a sentence inside a quotation or a bracket, behind an initial, a number or
    an abbreviation, behind dots that trail off, or before a word that goes on in lower case. A
    missed end only means that less stands at the item; a wrong one would cut a sentence in two.
    """
    within = _Within()
    for token in _TOKEN.finditer(text):
        for mark in token["mark"] or token["shut"] or "":
            within.meet(mark)
        within.singles += bool(token["open"])
        within.singles -= bool(token["close"] and within.singles)
        if within.nothing and (
            token.lastgroup == "line" or (token["stop"] and _is_end(text, token))
        ):
            yield token.end()


class _Within:
    """Which brackets and quotations are open at a place in the text."""

    def __init__(self) -> None:
        self.brackets = self.singles = 0
        self.quotations: set[str] = set()

    @property
    def nothing(self) -> bool:
        return not (self.brackets or self.singles or self.quotations)

    def meet(self, mark: str) -> None:
        if mark in "([{":
            self.brackets += 1
        elif mark in ")]}":
            self.brackets = max(0, self.brackets - 1)
        elif mark in "’'":
            self.singles = max(0, self.singles - 1)
        else:
            self.quotations ^= {_FAMILY.get(mark, mark)}


def _is_end(text: str, stop: re.Match[str]) -> bool:
    following = text[stop.end() : stop.end() + 80].lstrip()[:1]
    if not following or following.islower() or following.isdigit():
        return False
    if stop.group().startswith(".."):
        return False
    before = text[max(0, stop.start() - _LONGEST_ABBREVIATION) : stop.start() + 1]
    return not _ABBREVIATED.search(before)
