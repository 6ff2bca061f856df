"""The retranslation kit: indicators without trait and level, for judges to sort blind. Pure."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

from hiring.library.rules import Library, Question, Trait

MACHINE = "language model"
WHO = ("has the job", "leads people in the job", "HR", "someone else", MACHINE)
COLUMNS = ("id", "indicator", "trait", "level")
HEAD = ("library", "seed", "probes", "judge", "who")
_FORMULA = ("=", "+", "-", "@")  # what a spreadsheet would run


@dataclass(frozen=True, slots=True)
class Indicator:
    """One bullet of an anchor under an id that tells nothing, and what is to be found out of it.

    `source` is the key of the trait or probe that holds it. `neighbours` are the traits it may
    be taken for: those of its trait's file, and the other traits that its probe is linked to.
    """

    id: str
    text: str
    source: str
    trait: str
    level: int
    neighbours: tuple[str, ...]
    place: str

    @property
    def is_of_probe(self) -> bool:
        return self.source != self.trait


@dataclass(frozen=True, slots=True)
class Kit:
    """A sheet before anybody has sorted it. Library, seed and number give the same one again."""

    state: str
    seed: int
    probes: int
    indicators: tuple[Indicator, ...]


def make(library: Library, seed: int, probes: int) -> Kit:
    """All indicators of the traits and a sample of the probes', shuffled by the seed."""
    of_traits = [one for trait in library.traits.values() for one in _of(trait, library)]
    of_probes = [one for probe in library.probes for one in _of(probe, library)]
    # By digests and not by `random`, which may draw otherwise in another Python.
    of_probes.sort(key=lambda one: _lot(seed, "sample", one))
    drawn = of_probes[:probes]
    shuffled = sorted([*of_traits, *drawn], key=lambda one: _lot(seed, "order", one))
    named = (Indicator(f"R{number:03d}", *one[1:]) for number, one in enumerate(shuffled, start=1))
    return Kit(state_of(library), seed, len(drawn), tuple(named))


_Unnamed = tuple[str, str, str, str, int, tuple[str, ...], str]  # an Indicator without its id


def _of(entry: Trait | Question, library: Library) -> Iterator[_Unnamed]:
    trait = entry.key if isinstance(entry, Trait) else entry.trait
    linked = () if isinstance(entry, Trait) else entry.traits
    near = dict.fromkeys((*library.traits[trait].neighbours, *linked))
    near.pop(trait, None)
    for level, texts in (entry.anchors or {}).items():
        line = entry.place.lines.get(f"Level {level}", 1)
        for number, text in enumerate(texts):
            drawn_by = f"{entry.key} {level} {number}"
            place = f"{entry.place.file}:{line}"
            yield drawn_by, text, entry.key, trait, level, tuple(near), place


def _lot(seed: int, what: str, one: _Unnamed) -> bytes:
    return hashlib.sha256(f"{seed} {what} {one[0]}".encode()).digest()


def state_of(library: Library) -> str:
    """A digest of all that judges read or that sorts are measured by. Questions aren't in it."""
    traits = [
        (t.key, t.name, t.definition, t.not_part, t.neighbours, sorted(t.anchors.items()))
        for t in library.traits.values()
    ]
    probes = [(p.key, p.traits, sorted((p.anchors or {}).items())) for p in library.probes]
    whole = json.dumps([traits, probes], ensure_ascii=True)
    # The word in front keeps spreadsheets from taking it for a number.
    return f"sha256:{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def sheet(kit: Kit) -> str:
    """The blind sheet as CSV: what it belongs to, who sorts, then a row for each indicator."""
    given = {"library": kit.state, "seed": kit.seed, "probes": kit.probes}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows((name, given.get(name, "")) for name in HEAD)
    writer.writerow(COLUMNS)
    for one in kit.indicators:
        text = f"'{one.text}" if one.text.startswith(_FORMULA) else one.text
        writer.writerow((one.id, text, "", ""))
    return buffer.getvalue()


def instructions(library: Library, kit: Kit, file: str) -> str:
    """What a judge reads: how to sort, and the sixteen traits."""
    how = _HOW_TO_SORT.format(
        file=file,
        rows=len(kit.indicators),
        number=len(library.traits),
        who="\n".join(f"   - {who}" for who in WHO),
        state=kit.state,
        seed=kit.seed,
    )
    return "\n\n".join([how, *(_described(trait) for trait in library.traits.values())]) + "\n"


def _described(trait: Trait) -> str:
    not_part = "\n".join(f"- {bullet}" for bullet in trait.not_part)
    return f"## {trait.key} {trait.name}\n\n{trait.definition}\n\nNot part of it:\n\n{not_part}"


_HOW_TO_SORT = """\
# For the judge

The sheet {file} holds {rows} sentences. Each says what somebody did, or said in answer to an
interviewer's question. Each was written for one of the {number} traits below, and for one level.
You find out which, without knowing. Whether others find what the authors meant is what is tried
here: the sentences, not you.

How to sort:

1. Read all {number} traits first, with what is *not* part of each. Keep this page beside you.
2. Fill in the two lines at the head of the sheet: `judge`, your name, and `who`, one of

{who}

3. Read one sentence at a time. In the column `trait` write the key of the one trait that it shows
   most, whether well or badly: T01 to T15, or CIV. A sentence can show the lack of a trait.
4. In the column `level` write how much of the trait it shows, as a whole number:
   1 = it is missing, or the opposite was done; 3 = enough to do the job acceptably on this trait;
   5 = as much as can be asked of anybody. 2 and 4 lie between.
5. Every row gets both. When two traits seem right, write the one that fits better.
   The traits need not come equally often, nor the levels.
6. Sort alone. Don't look into the library, and don't speak about it with other judges before all
   are done.
7. Leave ids, sentences and the other lines of the head as they are. Save the sheet as CSV.

Library {state}, seed {seed}.

# The traits"""
