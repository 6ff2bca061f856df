"""Real PDFs, read back: whole notes, hostile notes, the same bytes, and a pool that survives."""

import hashlib
import http.server
import io
import re
import subprocess
import sys
import threading
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader
from weasyprint import HTML

from hiring.scorecards.rules import LONGEST_NOTE
from hiring.summaries import pdf, tags
from hiring.summaries.pool import Failed, Renderer
from tests.summaries import sample

pytestmark = pytest.mark.pdf
ROOT = Path(__file__).parents[2]
FOOTER = re.compile(r"(AmaraLindqvist·Customersupportagent·guideversion2,3f9a2c1b)?Page\d+of\d+$")


def pages_of(made):
    return [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]


def read(made):
    """The text of all pages without footers and spaces, since pages and lines break anywhere."""
    pages = [FOOTER.sub("", packed(page.replace("•", ""))) for page in pages_of(made)]
    return "".join(pages)


def packed(text):
    return "".join(text.replace("\u200b", "").split())


def notes_of(summary):
    return [r.note for t in summary.results for i in t.items for r in i.ratings if r.note]


def test_six_traits_fit_on_four_pages_and_no_word_is_lost():
    summary = sample.summary()
    made = pdf.summary_pdf(summary)
    assert 2 <= len(pages_of(made)) <= 4
    text = read(made)
    for note in notes_of(summary):
        assert packed(note) in text
    for trait in summary.results:
        assert packed(trait.name) in text
        assert all(packed(item.question) in text for item in trait.items)


def test_every_page_says_whose_it_is():
    pages = pages_of(pdf.summary_pdf(sample.summary()))
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Amara Lindqvist · Customer support agent · guide version 2, 3f9a2c1b" in page


def test_what_the_summary_says():
    text = read(pdf.summary_pdf(sample.summary()))
    for said in (
        "Thursday 19 November 2026, 10:30 (Europe/Dublin) · Room 4, second floor",
        "3.72",
        "95% interval 3.28 to 4.16",
        "over the 8 candidates compared",
        "Offer · Dana Whitfield, 24 November 2026",
        "Level 2 on civility, and a warning ticked",
        "about 0.42; Sackett and colleagues, 2022",
        "Made Tuesday 24 November 2026, 15:42 (Europe/Dublin) by Dana Whitfield",
        "5d4490aa",  # from the middle of the whole hash
    ):
        assert packed(said) in text


def test_an_incomplete_one_says_so_on_every_page():
    pages = pages_of(pdf.summary_pdf(sample.unfinished()))
    assert all("INCOMPLETE" in page for page in pages)
    assert "Samuel Adeyemi has not submitted a scorecard yet." in pages[0]
    assert "No composite." in pages[0]


def test_before_the_panel_is_open_there_is_no_rating_in_it():
    closed = tuple(
        replace(
            trait,
            scores=(),
            mean=None,
            lowest=None,
            highest=None,
            sd=None,
            anchors=(),
            items=tuple(replace(item, ratings=()) for item in trait.items),
        )
        for trait in sample.unfinished().traits
    )
    made = pdf.summary_pdf(replace(sample.unfinished(), traits=closed, civility=None))
    text = read(made)
    assert packed("No rating is open yet.") in text
    # How many have rated is not said either.
    assert packed("Nobody") not in text
    assert packed("0/3") not in text


def test_fifteen_traits_with_a_long_note_are_whole():
    long = "She came back to it, and again. " * 60
    summary = sample.summary(15)
    trait = summary.traits[7]
    first = replace(trait.items[0], ratings=(replace(trait.items[0].ratings[0], note=long),))
    changed = replace(trait, items=(first, *trait.items[1:]))
    summary = replace(summary, traits=(*summary.traits[:7], changed, *summary.traits[8:]))
    made = pdf.summary_pdf(summary)
    text = read(made)
    for note in notes_of(summary):
        assert packed(note) in text
    assert "continuesintheappendix(page" in text
    assert len(pages_of(made)) <= 11


@pytest.mark.parametrize("raters", [1, 2, 5, 10])
def test_panels_of_any_size(raters):
    panel = tuple(
        replace(sample.PANEL[0], letter=chr(65 + n), name=f"Member {n}") for n in range(raters)
    )
    trait = replace(sample.summary(1).traits[0], scores=(4.0,) * raters, items=())
    text = read(
        pdf.summary_pdf(replace(sample.summary(1), panel=panel, traits=(trait,), civility=None))
    )
    assert all(packed(member.name) in text for member in panel)


def test_a_printed_guide_is_whole_and_two_questions_stand_on_a_page():
    guide = sample.guide()
    made = pdf.guide_pdf(guide)
    text = read(made)
    assert len(pages_of(made)) <= 8
    for item in guide.items:
        for said in (item.question, item.shown, *item.follow_ups, *item.look_fors, *item.warnings):
            assert packed(said) in text
    assert packed(guide.introduction) in text
    assert packed(guide.closing) in text


def test_what_is_only_watched_for_is_not_printed_as_something_to_read_aloud():
    guide = sample.guide()
    look_for = replace(guide.items[0], kind="probe: interviewer look-for", follow_ups=())
    assert packed("Not read aloud: watch for it") not in read(pdf.guide_pdf(guide))
    text = read(pdf.guide_pdf(replace(guide, items=(look_for, *guide.items[1:]))))
    assert text.count(packed("Not read aloud: watch for it")) == 1
    assert packed(look_for.question) in text


def test_a_draft_is_marked():
    assert all("DRAFT" in page for page in pages_of(pdf.guide_pdf(sample.guide(draft=True))))


@pytest.fixture
def lure():
    """A web server that nothing must ever ask."""
    asked = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/x", asked
        server.shutdown()


def test_a_hostile_note_is_text(lure):
    url, asked = lure
    note = (
        f'<img src="file:///etc/passwd"><img src="{url}"><style>@import url({url});'
        f'p{{background:url({url})}}</style><link rel="attachment" href="file:///etc/hosts">'
        f"</p></div></body>{{{{ 7 * 7 }}}} <script>alert(1)</script>"
    )
    made = pdf.summary_pdf(sample.with_notes(note, candidate="<b>Ada</b> & {{ name }}"))
    assert packed(note) in read(made)
    assert packed("<b>Ada</b> & {{ name }}") in read(made)
    assert asked == []
    assert "/EmbeddedFile" not in made.decode("latin-1")


@pytest.mark.parametrize(
    "note",
    [
        "x" * 10 * LONGEST_NOTE,
        "a\n" * 20_000,
        "a" + "\u0301" * 50_000,
        "a\u00ad" * 20_000,
        "a\u200d" * 20_000,
        "\u202eabc \U0001f600 שלום " * 2_000,
    ],
    ids=["one word", "line breaks", "combining marks", "soft hyphens", "joiners", "directions"],
)
def test_a_bomb_of_a_note_is_printed_in_time(note):
    began = time.process_time()
    made = pdf.summary_pdf(sample.with_notes(note))
    assert time.process_time() - began < 25
    assert len(pages_of(made)) < 60


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        (ROOT / "requirements.txt").as_uri(),
        "../../requirements.txt",
        "%2e%2e/%2e%2e/requirements.txt",
        "data:image/png;base64,AAAA",
    ],
)
def test_nothing_but_our_own_folder_is_read(address):
    with pytest.raises(PermissionError, match="not ours to give"):
        pdf.write(f'<html lang="en"><title>x</title><img alt="x" src="{address}">')


def test_nothing_comes_from_the_network(lure):
    url, asked = lure
    with pytest.raises(PermissionError):
        pdf.write(f'<html lang="en"><title>x</title><img alt="x" src="{url}">')
    assert asked == []


@pytest.mark.parametrize("name", ["Łucja Żółć", "Νίκος Βέργος", "Ольга Щёголева", "Ngô Bảo"])
def test_names_in_our_letters_need_no_other_font(name):
    made = pdf.summary_pdf(sample.with_notes("short", candidate=name))
    assert packed(name) in read(made)
    with pikepdf.open(io.BytesIO(made)) as opened:
        fonts = {str(f.BaseFont) for page in opened.pages for f in page.Resources.Font.values()}
    assert all("Fifteen" in font for font in fonts)


@pytest.mark.parametrize("name", ["林美玲", "محمد", "ᚠᚢᚦ"])
def test_no_name_becomes_boxes(name):
    """In the letters of a font of this machine or, where there is none, as numbers."""
    text = read(pdf.summary_pdf(sample.with_notes("short", candidate=name)))
    codes = "".join(f"[U+{ord(char):04X}]" for char in name)
    assert codes in text or set(name) <= set(unicodedata.normalize("NFKC", text))


def test_the_same_bytes_again_and_in_another_process():
    made = pdf.summary_pdf(sample.summary())
    assert pdf.summary_pdf(sample.summary()) == made
    script = (
        "import hashlib; from tests.summaries import sample; from hiring.summaries import pdf;"
        "print(hashlib.sha256(pdf.summary_pdf(sample.summary())).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == hashlib.sha256(made).hexdigest()


def test_the_short_list_of_html_rules_changes_nothing():
    """Our `basics.css` replaces the renderer's own style: the bytes must be those of the stock."""
    for name, given in (
        ("summary.html", {"summary": sample.summary()}),
        ("guide.html", {"sheet": sample.guide()}),
    ):
        markup = pdf._markup(name, **given)
        base = pdf.FOLDER.as_uri() + "/"
        stock = HTML(string=markup, base_url=base, url_fetcher=pdf._fetcher()).write_pdf(
            font_config=pdf._fonts(pdf.OUR_FONTS),
            stylesheets=pdf._sheets(),
            pdf_variant=pdf.VARIANT,
            finisher=tags.repair,
        )
        assert pdf.write(markup) == stock


def test_a_hanging_document_is_named_and_the_others_come():
    summary = sample.summary()
    items = tuple(replace(summary.traits[0].items[0], number=n) for n in range(4_000))
    endless = replace(
        summary, candidate="Endless", traits=(replace(summary.traits[0], items=items),)
    )
    with Renderer(workers=2, timeout=10) as renderer:
        hanging = renderer.render("summary", endless)
        others = [renderer.render("summary", sample.with_notes(f"note {n}")) for n in range(4)]
        others.append(renderer.render("guide", sample.guide()))
        assert all(made.result().startswith(b"%PDF") for made in others)
        with pytest.raises(Failed, match="Summary of Endless could not be made: it took longer"):
            hanging.result()
