"""The proof that no row of the inventory is unused: what counts, what is told, and how."""

import pytest

from hiring.library import coverage
from hiring.library.coverage import Inventory, Use
from tests.library import sample

LIBRARY = sample.alone()
TENSIONS = "# Tensions\n\n## G01 Natural or learned?\n\nText.\n\n## G02 Speed\n"
USES = coverage.uses(LIBRARY, TENSIONS)


def said(rows, unused=None, uses=USES):
    return list(coverage.faults(Inventory(dict.fromkeys(rows, "A name"), unused or {}), uses))


def known(*missing):
    return [row for row in USES if row not in missing]


def test_traits_probes_and_vignettes_are_rows_by_their_keys():
    assert USES["T03"][0] == Use("T03", "T03-empathic-listening/trait.md", 2)
    assert USES["CIV"][0].file == "CIV-civility/trait.md"
    assert USES["P906"][0] == Use("P906", sample.LOOK_FOR, 2)
    assert USES["V90"][0] == Use("V90", sample.VIGNETTE, 2)
    assert sorted(row for row in USES if row[0] == "T") == [f"T{n:02d}" for n in range(1, 16)]


def test_other_rows_are_used_where_a_text_is_marked():
    text = sample.text_of(sample.NOTES).splitlines()
    number = next(n for n, line in enumerate(text, 1) if "[R02, R07]" in line)
    assert USES["R02"] == [Use("R02", sample.NOTES, number)]
    assert Use("R07", sample.NOTES, number) in USES["R07"]
    assert USES["N01"][0].file == sample.FACTS


def test_a_tension_is_used_by_its_section_and_not_by_a_mark():
    assert USES["G01"] == [Use("G01", "docs/tensions.md", 3)]
    assert not any(coverage.carries(use) for use in USES["G12"]), "marked in the briefing only"
    (sentence,) = said(known())
    assert sentence.startswith("G12 (A name) is not used. Add a section '## G12 …' to docs/tens")


def test_all_is_well_when_every_row_is_used_or_left_out_with_a_reason():
    rows = [*known(), "F99"]
    unused = {"F99": "It says nothing about service.", "G12": "Left for later."}
    assert said(rows, unused) == []


@pytest.mark.parametrize(
    ("row", "way_out"),
    [
        ("F98", "End the text that carries it in [F98], or list it as unused with a reason."),
        ("G33", "Add a section '## G33 …' to docs/tensions.md, or list it as unused with a reason"),
        ("P122", "Write its file, or list it as unused with a reason."),
        ("V91", "Write its file, or list it as unused with a reason."),
    ],
)
def test_a_row_that_is_neither_is_told_with_a_way_out(row, way_out):
    sentences = said([*known(), row], {"G12": "A reason."})
    assert len(sentences) == 1
    assert sentences[0].startswith(f"{row} (A name) is not used. {way_out}")


@pytest.mark.parametrize(
    ("rows", "unused", "sentence"),
    [
        (known(), {"G12": " "}, "G12 is listed as unused without a reason. Write why."),
        (known(), {"G12": "x", "N99": "x"}, "N99 is listed as unused, but there is no such row."),
        (known("R02"), {"G12": "x"}, f"{sample.NOTES}:"),
        (known(), {"G12": "x", "T03": "x"}, "T03 (A name) is listed as unused, but T03-empathic"),
    ],
)
def test_what_does_not_fit_together_is_told(rows, unused, sentence):
    assert any(one.startswith(sentence) for one in said(rows, unused))


def test_a_mark_for_a_vignette_is_no_vignette():
    uses = {"V91": [Use("V91", sample.NOTES, 3)], "P01": [Use("P01", sample.NOTES, 3)]}
    assert len(said(["V91", "P01"], uses=uses)) == 2


def test_the_table_has_a_line_for_each_row():
    rows = {"T03": "Empathic listening", "F98": "Not there", "F99": "Left out", "G01": "Tension"}
    inventory = Inventory(rows, {"F99": "A reason."})
    assert list(coverage.table(inventory, USES, "traits")) == [
        "T03  Empathic listening  traits/T03-empathic-listening/trait.md:2",
        "F98  Not there           NOT USED",
        "F99  Left out            unused: A reason.",
        "G01  Tension             docs/tensions.md:3",
    ]
