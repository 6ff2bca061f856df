"""A small library to make kits of, and judges who sort them as told."""

import csv
import io
from collections.abc import Callable, Iterable
from functools import cache

from hiring import config
from hiring.library import judging, retranslation
from hiring.library.judging import Judged, Sort
from hiring.library.queries import read_folder
from hiring.library.retranslation import Indicator, Kit
from hiring.library.rules import Anchors, Library, Place, Question, Trait

Found = tuple[str, int]  # a trait and a level


def trait(key: str, *neighbours: str) -> Trait:
    return Trait(
        key=key,
        name=f"Name of {key}",
        definition=f"What {key} is.",
        not_part=(f"What {key} is not.",),
        anchors=anchors(key),
        look_fors=(),
        warnings=(),
        neighbours=neighbours,
        sources=(),
        place=Place(f"{key}-folder/trait.md", "", {"Level 5": 20, "Level 3": 25, "Level 1": 30}),
    )


def probe(key: str, *traits: str) -> Question:
    return Question(
        key=key,
        kind="probe",
        form="statement",
        traits=traits,
        title=key,
        prompt="",
        wordings={},
        goods=(),
        shown="",
        follow_ups=(),
        anchors=anchors(key),
        look_fors=(),
        warnings=(),
        minutes=4,
        settings=("any",),
        parallel=None,
        sources=(),
        place=Place(f"{traits[0]}-folder/{key}.md", ""),
    )


def anchors(key: str) -> Anchors:
    """Two sentences a level, with what spreadsheets stumble over."""
    return {
        level: (f"={key}: did “{level}”, twice.", f'Said "{level}"; of {key}, café.')
        for level in (5, 3, 1)
    }


LIBRARY = Library(
    traits={
        "T03": trait("T03", "T04", "T10"),
        "T04": trait("T04", "T03"),
        "T10": trait("T10"),
        "CIV": trait("CIV", "T03"),
    },
    questions={"P01": probe("P01", "CIV", "T10", "CIV"), "P02": probe("P02", "T03")},
)


@cache
def shipped() -> Library:
    found, faults = read_folder(config.ROOT / "traits")
    assert faults == []
    return found


KIT = retranslation.make(LIBRARY, 15, 6)


def judge(
    name: str,
    sort: Callable[[Indicator], Found],
    who: str = "HR",
    kit: Kit = KIT,
) -> Judged:
    sorts = tuple(Sort(*sort(one)) for one in kit.indicators)
    return Judged(f"{name}.csv", name, who, kit, sorts)


def right(one: Indicator) -> Found:
    return one.trait, one.level


def filled(judged: Judged) -> str:
    """The judge's sheet as it comes back."""
    rows = list(csv.reader(io.StringIO(retranslation.sheet(judged.kit))))
    head = {"judge": judged.name, "who": judged.who}
    body = iter(judged.sorts)
    lines: list[Iterable[object]] = []
    for row in rows:
        if row[0] in head:
            lines.append((row[0], head[row[0]]))
        elif row[0].startswith("R"):
            sort = next(body)
            lines.append((*row[:2], sort.trait, sort.level))
        else:
            lines.append(row)
    buffer = io.StringIO()
    csv.writer(buffer).writerows(lines)
    return buffer.getvalue()


def read_back(text: str, library: Library = LIBRARY) -> Judged:
    found, faults = judging.read(text, "Ann.csv", library)
    assert faults == []
    assert found is not None
    return found
