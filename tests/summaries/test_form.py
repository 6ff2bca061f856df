"""The form of a card: whose it is on every page, a field for everything, and fit for any reader."""

import io
import subprocess
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf.form import Form
from PIL import Image
from pypdf import PdfReader, PdfWriter

from hiring.guides.models import Guide
from hiring.openings.models import Opening
from hiring.scorecards import forms
from hiring.scorecards.rules import LEVELS, Answer
from hiring.summaries import code, form, making, pdf
from tests import factories
from tests.summaries import sample

WHOSE = code.Whose(412, "3f9a2c1b" * 8, 2, 7, 31)

# --- the code ---


@given(
    st.builds(code.Whose, st.integers(1), st.text(), st.integers(1), st.integers(1), st.integers(1))
)
def test_a_code_says_whose_form_it_is(whose):
    assert code.whose(code.token(whose, ["a key"]), ["a key"]) == whose


def test_nobody_can_make_a_code_without_the_key():
    token = code.token(WHOSE, ["a key"])
    assert code.whose(token, ["another key"]) is None
    assert code.whose(token[:-1] + ("A" if token[-1] != "A" else "B"), ["a key"]) is None
    assert code.whose("", ["a key"]) is None


def test_a_form_made_before_the_key_was_changed_is_still_known():
    token = code.token(WHOSE, ["old"])
    assert code.whose(token, ["old", "new"]) == WHOSE
    assert code.token(WHOSE, ["old", "new"]) == code.token(WHOSE, ["new"])


def test_the_short_code_names_the_card_and_can_be_typed_anyhow():
    token = code.token(WHOSE, ["a key"])
    short = code.short(412, token)
    assert short.startswith("412-")
    assert code.is_code(f" {short.lower().replace('-', ' ')} ", short)
    assert not code.is_code(code.short(413, token), short)
    assert not code.is_code("", short)
    other = code.short(412, code.token(replace(WHOSE, person=8), ["a key"]))
    assert not code.is_code(other, short)


# --- the fields ---


def test_a_form_has_a_field_for_everything_that_the_scorecard_sends():
    parts = {field.part for field in form.fields(sample.guide().items).values()}
    assert parts == set(forms.sent(Answer())) - {"seconds"}
    assert {name: text.longest for name, text in forms.TEXTS.items()} == form.LONGEST
    assert set(form.CHOICES) == {forms.NOT_OBSERVED, *map(str, LEVELS)}


# --- on paper ---


def pages_of(made):
    return [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]


def packed(text):
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.pdf
@pytest.mark.parametrize("fillable", [True, False])
def test_each_page_says_whose_it_is_and_holds_one_question_whole(fillable):
    sheet = sample.form(fillable=fillable)
    first, *pages = pages_of(pdf.form_pdf(sheet))
    for words in (sheet.interviewer, "Room 4", sheet.guide.introduction, sheet.guide.closing):
        assert packed(words) in packed(first)
    assert len(pages) == len(sheet.guide.items)
    for item, page in zip(sheet.guide.items, pages, strict=True):
        said = [item.question, item.title, item.shown, *item.follow_ups, *item.look_fors]
        said += [text for anchor in item.anchors for text in anchor.indicators]
        for text in (*said, *item.warnings, "Not observed, because", "reworded"):
            assert packed(text) in packed(page)
    for number, page in enumerate([first, *pages], start=1):
        foot = "Amara Lindqvist · Piotr Nyström · Customer support agent, guide version 2, 3f9a2c1b"
        assert f"{foot} · code {sheet.code}" in " ".join(page.split())
        assert f"Page {number} of {len(pages) + 1}" in page


@pytest.mark.pdf
def test_the_form_for_a_pen_has_nothing_to_fill_in():
    made = pdf.form_pdf(sample.form(fillable=False))
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert "/AcroForm" not in opened.Root
        assert all("/Annots" not in page for page in opened.pages)


@pytest.mark.pdf
@pytest.mark.parametrize("fillable", [True, False])
def test_a_question_too_long_for_a_page_goes_on_to_the_next(fillable):
    guide = sample.guide(1)
    long = replace(guide.items[0], question="And then what did you do about it? " * 90)
    sheet = sample.form(replace(guide, items=(long, *guide.items[1:])), fillable=fillable)
    made = pdf.form_pdf(sheet)
    text = packed("".join(pages_of(made)))
    assert text.count(packed("And then what did you do about it?")) == 90
    if fillable:
        with fields_of(made) as fields:
            assert all(height(fields[f"q{item.number}_note"]) > 100 for item in guide.items)


def height(field):
    _, bottom, _, top = map(float, field.Rect)
    return top - bottom


# --- on a screen ---


@pytest.fixture(scope="module")
def blank():
    return pdf.form_pdf(sample.form())


@contextmanager
def fields_of(made):
    with pikepdf.open(io.BytesIO(made)) as opened:
        yield {str(field.T): field for field in opened.Root.AcroForm.Fields}


def widgets_of(opened):
    return [widget for page in opened.pages for widget in page.get("/Annots", ())]


@pytest.mark.pdf
def test_there_is_a_field_for_everything_and_nothing_else(blank):
    expected = form.fields(sample.guide().items)
    with fields_of(blank) as found:
        assert found.keys() == {*expected, form.CODE}
        for name, field in expected.items():
            assert_is(found[name], field)


def assert_is(made, field):
    if field.kind in {form.Kind.TEXT, form.Kind.LINE}:
        assert made.FT == "/Tx"
        assert made.MaxLen == field.longest
        assert made.V == ""
        has_lines = field.part in {"note", "situation", "action", "result"}
        assert bool(made.Ff & (1 << 12)) is has_lines
        return
    assert made.FT == "/Btn"
    assert made.V == "/Off"
    if field.kind is form.Kind.LEVEL:
        assert made.Ff == 1 << 15, "a group, and a press on the chosen one takes it back"
        states = [state for kid in made.Kids for state in kid.AP.N if state != "/Off"]
        assert states == [f"/{value}" for value in form.CHOICES]


@pytest.mark.pdf
def test_each_page_carries_the_code_for_programs(blank):
    with pikepdf.open(io.BytesIO(blank)) as opened:
        (field,) = [f for f in opened.Root.AcroForm.Fields if f.T == form.CODE]
        assert str(field.V) == sample.form().token
        assert code.whose(str(field.V), sample.KEYS).card == 412
        assert [kid.P.objgen for kid in field.Kids] == [page.objgen for page in opened.pages]
        assert all(kid.F == 2 for kid in field.Kids), "hidden"


@pytest.mark.pdf
def test_every_field_is_tagged_named_and_in_the_order_of_the_page(blank):
    with pikepdf.open(io.BytesIO(blank)) as opened:
        tagged = [
            str(kid.Obj.get("/TU", kid.Obj.get("/Contents")))
            for kind, element in walk(opened.Root.StructTreeRoot.K)
            if kind == "/Form"
            for kid in element.K
        ]
        shown = [widget for widget in widgets_of(opened) if widget.F == 4]
        assert len(tagged) == len(shown)
        assert tagged == [str(w.get("/TU", w.get("/Contents"))) for w in shown]
        assert all(page.Tabs == "/S" for page in opened.pages)
        assert all(kind != "/Link" for kind, _ in walk(opened.Root.StructTreeRoot.K))
    first = [name for name in tagged if name.startswith("Question 1, ")]
    assert first[0].endswith("near word for word as you can?")
    assert [name for name in first if "level" in name] == [
        f"Question 1, Empathic listening: level: {words}"
        for words in (
            "1, falls short",
            "2",
            "3, meets the need",
            "4",
            "5, stands out",
            "not observed",
        )
    ]
    assert first[-1] == "Question 1, Empathic listening: what happened, in a few words"


def walk(thing):
    if isinstance(thing, pikepdf.Array):
        for each in thing:
            yield from walk(each)
    elif isinstance(thing, pikepdf.Dictionary) and "/S" in thing:
        yield str(thing.S), thing
        yield from walk(thing.get("/K", pikepdf.Array()))


@pytest.mark.pdf
def test_every_field_has_a_look_and_no_text_shares_its_own(blank):
    # Programs write a new look into the stream that is there.
    with pikepdf.open(io.BytesIO(blank)) as opened:
        shown = [widget for widget in widgets_of(opened) if widget.F == 4]
        assert all("/AP" in widget for widget in shown)
        texts = [widget.AP.N.objgen for widget in shown if widget.get("/FT") == "/Tx"]
        assert max(Counter(texts).values()) == 1


@pytest.mark.pdf
def test_fields_lie_inside_their_page_and_on_nothing_else(blank):
    with pikepdf.open(io.BytesIO(blank)) as opened:
        for page in opened.pages:
            rects = [[float(n) for n in w.Rect] for w in page.get("/Annots", ()) if w.F == 4]
            for left, bottom, right, top in rects:
                assert 40 < left < right < 555
                assert 40 < bottom < top < 810
            for one, other in pairwise(sorted(rects)):
                apart = one[2] <= other[0] + 0.1 or one[3] <= other[1] + 0.1
                assert apart or other[3] <= one[1] + 0.1, (one, other)


# --- filled in, and looked at ---


def by_pypdf(made, values):
    writer = PdfWriter(clone_from=io.BytesIO(made))
    for page in writer.pages:
        writer.update_page_form_field_values(page, values, auto_regenerate=False)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def by_pikepdf(made, values):
    with pikepdf.open(io.BytesIO(made)) as opened:
        filled = Form(opened)
        for name, value in values.items():
            if value == "/Yes":
                filled[name].checked = True
            else:
                filled[name].value = pikepdf.Name(value) if value.startswith("/") else value
        buffer = io.BytesIO()
        opened.save(buffer)
        return buffer.getvalue()


@pytest.mark.pdf
@pytest.mark.parametrize("fill", [by_pypdf, by_pikepdf])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q1_note", "Grüße aus Łódź"),
        ("q1_note", "Πρώτα άκουσε"),
        ("q1_note", "Сначала выслушала"),
        ("q1_situation", "A queue"),
        ("q1_reason", "Time ran out"),
        ("q1_level", "/4"),
        ("q1_level", "/not_observed"),
        ("q1_look_for_0", "/Yes"),
        ("q1_happened_2", "/Yes"),
    ],
)
def test_what_is_filled_in_is_seen_in_its_place(blank, tmp_path, fill, name, value):
    with fields_of(blank) as fields:
        field = fields[name]
        if name == "q1_level":
            (field,) = [kid for kid in field.Kids if value in kid.AP.N]
        place = [float(number) for number in field.Rect]
    before, after = ink(blank, place, tmp_path), ink(fill(blank, {name: value}), place, tmp_path)
    assert after > before + 8


def ink(made, place, folder):
    """How many dark dots are inside a field of the second page, as Poppler draws it."""
    source = folder / "drawn.pdf"
    source.write_bytes(made)
    subprocess.run(
        ["pdftoppm", "-r", "72", "-f", "2", "-l", "2", "-png", "-singlefile", source, source],
        check=True,
        capture_output=True,
    )
    left, bottom, right, top = place
    with Image.open(f"{source}.png") as picture:
        grey = picture.convert("L").crop((left + 1, 842 - top + 1, right - 1, 842 - bottom - 1))
        return sum(grey.histogram()[:140])


# --- the library ---


def whole_guide():
    """A guide of all fifteen traits, civility and every probe, not in any database."""
    library = factories.library()
    made = Guide(
        opening=Opening(title="Everything"),
        version=1,
        minutes=600,
        introduction="Welcome.",
        closing="Thank you.",
        weight_reason="",
        traits=[],
        items=[],
    )
    made.choose(list(library.traits.values()), list(library.questions.values()), library)
    made.content_hash = "0" * 64
    return made


def length(item):
    indicators = [text for anchor in item.anchors for text in anchor.indicators]
    texts = (item.question, item.shown, *item.follow_ups, *item.look_fors, *item.warnings)
    return len("".join((*texts, *indicators)))


@pytest.mark.pdf
def test_the_longest_questions_of_the_library_leave_room_for_a_note_on_their_page():
    sheet = making.guide_sheet(whole_guide())
    assert len(sheet.items) == len(factories.library().questions)
    longest = sorted(sheet.items, key=length)[-12:]
    some = sample.form(replace(sheet, items=tuple(longest)), fillable=False)
    assert len(pages_of(pdf.form_pdf(some))) == 1 + len(longest)
