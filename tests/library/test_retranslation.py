"""The retranslation kit: what a sheet holds, what it hides, and how sheets come back."""

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring import spreadsheet
from hiring.library import judging, retranslation
from hiring.library.judging import Judged, Sort
from hiring.library.rules import ALL_KEYS, Library
from tests.library import kits
from tests.library.kits import KIT, LIBRARY, filled, judge, read_back, right

LINES = filled(judge("Ann", right)).splitlines()
FIRST = 6  # the index of the first indicator's line
ANN = "\n".join(LINES)


# --- the sheet ---


@given(seed=st.integers(0, 10**9), probes=st.integers(0, 20))
def test_a_kit_holds_every_indicator_of_the_traits_and_as_many_of_the_probes_as_asked(seed, probes):
    kit = retranslation.make(LIBRARY, seed, probes)
    assert kit == retranslation.make(LIBRARY, seed, kit.probes)
    found = [(one.source, one.level, one.text) for one in kit.indicators]
    assert len(set(found)) == len(found)
    of_traits = {(t.key, at, text) for t in LIBRARY.traits.values() for at in t.anchors
                 for text in t.anchors[at]}  # fmt: skip
    of_probes = {(p.key, at, text) for p in LIBRARY.probes for at, texts in p.anchors.items()
                 for text in texts}  # fmt: skip
    assert of_traits <= set(found) <= of_traits | of_probes
    assert len(found) - len(of_traits) == kit.probes == min(probes, len(of_probes))


def test_another_seed_draws_and_shuffles_otherwise():
    kits_ = [retranslation.make(kits.shipped(), seed, 150) for seed in (15, 16)]
    drawn = [{one.text for one in kit.indicators if one.is_of_probe} for kit in kits_]
    assert drawn[0] != drawn[1]
    order = [[one.text for one in kit.indicators if not one.is_of_probe] for kit in kits_]
    assert order[0] != order[1]
    assert sorted(order[0]) == sorted(order[1])


def test_the_order_stays_what_it_was():
    # Sheets are out with judges: another order would give their rows other meanings.
    assert [(one.source, one.level) for one in KIT.indicators[:4]] == [
        ("P01", 1),
        ("T10", 1),
        ("T03", 1),
        ("T03", 5),
    ]


def test_neither_ids_nor_rows_tell_trait_or_level():
    kit = retranslation.make(kits.shipped(), 15, 150)
    rows = list(csv.reader(io.StringIO(retranslation.sheet(kit))))
    assert rows[5] == ["id", "indicator", "trait", "level"]
    texts = {
        text for t in kits.shipped().traits.values() for at in t.anchors.values() for text in at
    }
    texts |= {text for p in kits.shipped().probes for at in p.anchors.values() for text in at}
    for number, row in enumerate(rows[6:], start=1):
        assert row[0] == f"R{number:03d}"
        assert row[1] in texts
        assert row[2:] == ["", ""]
    assert len(rows) - 6 == len(kit.indicators)


def test_no_cell_is_a_formula():
    for row in csv.reader(io.StringIO(retranslation.sheet(KIT))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert any(one.text.startswith("=") for one in KIT.indicators)


def test_the_text_for_judges_describes_all_sixteen_and_where_the_sheet_is():
    library = kits.shipped()
    kit = retranslation.make(library, 15, 150)
    text = retranslation.instructions(library, kit, "sheet.csv")
    for trait in library.traits.values():
        assert f"## {trait.key} {trait.name}\n\n{trait.definition}\n" in text
        assert all(f"- {bullet}\n" in text for bullet in trait.not_part)
    assert [key for key in ALL_KEYS if f"## {key} " in text] == list(ALL_KEYS)
    assert f"The sheet sheet.csv holds {len(kit.indicators)} sentences." in text
    assert not any(one.text in text for one in kit.indicators)


def test_a_probe_is_to_be_found_as_its_first_trait_with_the_others_as_neighbours():
    of = {one.source: one for one in retranslation.make(LIBRARY, 1, 99).indicators}
    assert (of["P01"].trait, of["P01"].neighbours) == ("CIV", ("T03", "T10"))
    assert (of["P02"].trait, of["P02"].neighbours) == ("T03", ("T04", "T10"))
    assert (of["T10"].trait, of["T10"].neighbours) == ("T10", ())


@pytest.mark.parametrize(
    "change",
    [
        {"definition": "Else."},
        {"neighbours": ("T10",)},
        {"not_part": ()},
        {"anchors": {5: ("New",), 3: ("b",), 1: ("c",)}},
    ],
)
def test_the_state_is_that_of_all_a_judge_reads_and_is_measured_by(change):
    changed = replace(LIBRARY.traits["T03"], **change)
    other = replace(LIBRARY, traits={**LIBRARY.traits, "T03": changed})
    assert retranslation.state_of(other) != retranslation.state_of(LIBRARY)
    without = replace(LIBRARY, traits=dict(LIBRARY.traits), vignettes=kits.shipped().vignettes)
    assert retranslation.state_of(without) == retranslation.state_of(LIBRARY)


# --- and back ---


@given(
    st.lists(
        st.tuples(st.sampled_from(ALL_KEYS), st.integers(1, 5)),
        min_size=len(KIT.indicators),
        max_size=len(KIT.indicators),
    ),
    st.sampled_from(retranslation.WHO),
)
def test_what_a_judge_sorted_comes_back(found, who):
    sorts = tuple(Sort(*pair) for pair in found)
    sent = Judged("Ann.csv", "Ann", who, KIT, sorts)
    assert read_back(filled(sent)) == sent


@given(st.permutations(LINES[FIRST:]))
def test_rows_may_come_back_in_any_order(rows):
    assert read_back("\n".join([*LINES[:FIRST], *rows])) == judge("Ann", right)


def as_spreadsheets_save(separator: str) -> str:
    buffer = io.StringIO()
    rows = csv.reader(io.StringIO(ANN))
    csv.writer(buffer, delimiter=separator).writerows((row + [""] * 4)[:4] for row in rows)
    return buffer.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_sheets_are_read_as_spreadsheets_save_them(separator, encoding):
    text = spreadsheet.decoded(as_spreadsheets_save(separator).encode(encoding))
    assert text is not None
    assert read_back(text) == judge("Ann", right)


def test_small_letters_and_lost_marks_are_forgiven():
    text = ANN.replace("T03", "t03").replace("HR", "hr").replace("“", "?").replace("é", "�")
    assert read_back(text) == judge("Ann", right)


def test_the_sentences_may_be_left_out():
    rows = [row[:1] + row[2:] for row in csv.reader(io.StringIO("\n".join(LINES[FIRST - 1 :])))]
    text = "\n".join([*LINES[: FIRST - 1], *(",".join(row) for row in rows)])
    assert read_back(text) == judge("Ann", right)


def said(text: str, library: Library = LIBRARY) -> list[str]:
    found, faults = judging.read(text, "Ann.csv", library)
    assert found is None
    return [str(fault) for fault in faults]


def with_line(index: int, line: str) -> str:
    return "\n".join([*LINES[:index], line, *LINES[index + 1 :]])


def with_row(trait: str, level: str) -> str:
    return with_line(FIRST, re.sub(r",[^,]*,[^,]*$", f",{trait},{level}", LINES[FIRST]))


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (with_row("T16", "3"), 7, "R001: 'T16' is not a trait."),
        (with_row("", "3"), 7, "R001 has no trait."),
        (with_row("T03", "6"), 7, "R001: '6' is not a level."),
        (with_row("T03", "0"), 7, "R001: '0' is not a level."),
        (with_row("T03", "2.5"), 7, "R001: '2.5' is not a level."),
        (with_row("T03", "٣"), 7, "R001: '٣' is not a level."),
        (with_row("T03", ""), 7, "R001 has no level."),
        (with_line(FIRST, ""), 6, "There is no row for R001. Every indicator needs one."),
        (with_line(FIRST + 1, LINES[FIRST]), 8, "R001 has a row already, on line 7."),
        (ANN + "\nR999,Words,T03,3", 7 + len(KIT.indicators), "There is no indicator R999"),
        (with_line(FIRST, "R001,Other words,T03,3"), 7, "The words beside R001 are not its own."),
        (with_line(5, "id,indicator,trait"), 6, "There is no column 'level'."),
        (with_line(5, "id,trait,trait,level"), 6, "There are two columns 'trait'."),
        (with_line(5, "number,words"), 1, "There is no line with the headings 'id',"),
        (with_line(3, "judge,"), 4, "The judge has no name."),
        (with_line(4, "who,"), 5, "Who the judge is must be said: '' is none of 'has the job',"),
        (with_line(4, "who,robot"), 5, "Who the judge is must be said: 'robot' is none of"),
        (with_line(4, ""), 1, "The head has no line 'who'."),
        (with_line(1, "seed,x"), 2, "'x' is not a number that we wrote."),
        (with_line(0, "library,sha256:0"), 1, "another state of the library: sha256:0, and"),
        ("", 1, "There is no line with the headings"),
        ('"', 1, "There is no line with the headings"),
    ],
)
def test_a_bad_sheet_is_named_with_its_line_and_nothing_of_it_is_used(text, line, sentence):
    assert any(
        fault.startswith(f"Ann.csv:{line}: ") and sentence in fault for fault in said(text)
    ), said(text)


def test_every_fault_is_named_at_once():
    text = with_row("", "").replace("HR", "robot")
    assert len(said(text)) == 1, "while the head is wrong, rows have no meaning"
    assert len(said(with_row("X", "9"))) == 2


def test_a_quotation_mark_left_open_does_not_pass():
    text = with_line(FIRST, f'R001,"{LINES[FIRST][5:].replace(chr(34), "")}')
    assert any("a quotation mark not closed" in fault for fault in said(text))


@given(st.text(max_size=300))
def test_any_text_gets_sentences_and_no_error(text):
    assert said(text)


@given(st.data())
def test_any_damage_is_read_or_told(data):
    at = data.draw(st.integers(0, len(ANN)))
    new = data.draw(st.text(max_size=4))
    found, faults = judging.read(
        ANN[:at] + new + ANN[at + data.draw(st.integers(0, 9)) :], "A", LIBRARY
    )
    assert (found is None) == bool(faults)


def test_a_sheet_of_another_seed_can_not_be_scored_along():
    other = judge("Ben", right, kit=retranslation.make(LIBRARY, 16, 6))
    (fault,) = judging.faults_between([judge("Ann", right), other])
    assert str(fault).startswith("Ben.csv:1: It is of the kit with seed 16 and 6 indicators")


def test_a_judge_counts_once():
    again = replace(judge("ann", right), file="copy.csv")
    (fault,) = judging.faults_between([judge("Ann", right), again, judge("Ben", right)])
    assert str(fault).startswith("copy.csv:1: Ann.csv is ann's too.")


def test_sound_sheets_have_no_faults_between_them():
    assert list(judging.faults_between([judge("Ann", right), judge("Ben", right)])) == []
    assert list(judging.faults_between([])) == []
    assert kits.read_back(ANN).kit == KIT
