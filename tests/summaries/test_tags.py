"""What a screen reader is told: headers with scope, one table for one table, pictures in words."""

import io
from itertools import pairwise

import pikepdf
import pytest

from hiring.summaries import pdf
from tests.summaries import sample

pytestmark = pytest.mark.pdf


def tree_of(made):
    """All elements of the structure tree in reading order, as (kind, element)."""
    opened = pikepdf.open(io.BytesIO(made))
    return list(_walk(opened.Root.StructTreeRoot.K)), opened


def _walk(thing):
    if isinstance(thing, pikepdf.Array):
        for each in thing:
            yield from _walk(each)
    elif isinstance(thing, pikepdf.Dictionary) and "/S" in thing:
        yield str(thing.S), thing
        yield from _walk(thing.get("/K", pikepdf.Array()))


@pytest.fixture(scope="module", params=["summary", "fifteen", "incomplete", "long note", "guide"])
def tree(request):
    made = {
        "summary": lambda: pdf.summary_pdf(sample.summary()),
        "fifteen": lambda: pdf.summary_pdf(sample.summary(15)),
        "incomplete": lambda: pdf.summary_pdf(sample.unfinished()),
        "long note": lambda: pdf.summary_pdf(sample.with_notes("It went on and on. " * 80)),
        "guide": lambda: pdf.guide_pdf(sample.guide()),
    }[request.param]()
    return tree_of(made)


def test_the_file_says_what_it_is(tree):
    _, opened = tree
    assert str(opened.Root.Lang) == "en"
    assert bool(opened.Root.MarkInfo.Marked)
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
    with opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"]


def test_every_header_cell_has_a_scope(tree):
    elements, _ = tree
    headers = [element for kind, element in elements if kind == "/TH"]
    assert headers
    assert all(str(element.A.Scope) in ("/Row", "/Column") for element in headers)


def test_every_picture_has_words(tree):
    elements, _ = tree
    for kind, element in elements:
        if kind == "/Figure":
            assert len(str(element.Alt)) > 20


def test_headings_go_down_one_level_at_a_time(tree):
    elements, _ = tree
    levels = [int(kind[2]) for kind, _ in elements if kind[:2] == "/H" and kind[2:].isdigit()]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_no_element_is_empty(tree):
    elements, _ = tree
    for kind, element in elements:
        assert kind in ("/TD", "/TH") or len(element.K) > 0


def test_all_that_is_painted_is_in_the_tree_or_an_artifact(tree):
    """Every marked content belongs to an element that the tree reaches; footers are artifacts."""
    elements, opened = tree
    reached = {element.objgen for _, element in elements}
    numbers = opened.Root.StructTreeRoot.ParentTree.Nums
    for owners in list(numbers)[1::2]:
        for owner in owners if isinstance(owners, pikepdf.Array) else [owners]:
            assert owner is None or owner.objgen in reached
    for page in opened.pages:
        content = page.Contents.read_bytes()
        assert content.count(b"/Artifact") >= 2  # whose it is, and page x of y


def test_the_summary_has_two_tables_and_as_many_rows_as_traits():
    elements, _ = tree_of(pdf.summary_pdf(sample.summary(15)))
    kinds = [kind for kind, _ in elements]
    assert kinds.count("/Table") == 2
    assert kinds.count("/THead") == 1
    assert kinds.count("/TR") == 4 + 1 + 15 + 1  # facts, head, traits, civility


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_table_over_several_pages_is_one_table(wrapped):
    rows = "".join(f"<tr><th scope='row'>Row {n}</th><td>{n}</td></tr>" for n in range(200))
    table = (
        "<table><thead><tr><th scope='col'>Name</th><th scope='col'>Number</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
    inside = f"<section><div>{table}</div></section>" if wrapped else table
    made = pdf.write(
        f'<html lang="en"><title>x</title><body data-footer="f" data-state=""><h1>Many</h1>{inside}'
        "<h2>After</h2><p>The end.</p>"
    )
    elements, opened = tree_of(made)
    kinds = [kind for kind, _ in elements]
    assert len(opened.pages) > 2
    assert kinds.count("/Table") == 1
    assert kinds.count("/THead") == 1
    assert kinds.count("/TR") == 201
    names = {str(element.ID) for kind, element in elements if kind == "/TH"}
    cells = [element for kind, element in elements if kind == "/TD"]
    assert len(cells) == 200
    columns = {str(cell.A.Headers[-1]) for cell in cells}
    assert len(columns) == 1
    assert columns <= names


def test_two_tables_under_their_own_headings_stay_two():
    one = "<table><thead><tr><th scope='col'>A</th></tr></thead><tbody>{}</tbody></table>"
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(55))
    made = pdf.write(
        f'<html lang="en"><title>x</title><body data-footer="f" data-state=""><h1>Two</h1>'
        f"{one.format(rows)}<h2>Second</h2>{one.format(rows)}"
    )
    elements, _ = tree_of(made)
    assert [kind for kind, _ in elements].count("/Table") == 2


def test_links_are_printed():
    _, opened = tree_of(pdf.summary_pdf(sample.with_notes("It went on and on. " * 80)))
    links = [a for page in opened.pages for a in page.get("/Annots", []) if a.Subtype == "/Link"]
    assert links
    assert all(int(link.F) & 4 for link in links)
