"""Browsing, searching and reading the library, also when a file in it is broken."""

import html
import re
import shutil
from pathlib import Path

import pytest

from hiring import config, create_app
from hiring.library.finding import Wanted, search
from hiring.people.rules import Role
from tests import factories
from tests.client import Client, queries_at_most
from tests.pages import chosen
from tests.state import signed_in

LIBRARY = factories.library()
TRAIT = "T03-empathic-listening/trait.md"


@pytest.fixture
def reader(app, client: Client) -> Client:
    signed_in(app, client, Role.INTERVIEWER)
    return client


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(config.ROOT / "traits", tmp_path / "traits"))


@pytest.fixture
def own(app, database_url, tmp_path, folder):
    """Start the application on a library of one's own, and a client who may read it."""
    made = []

    def start(library: str = "") -> Client:
        another = create_app(
            DATABASE_URL=database_url,
            INSTANCE=str(tmp_path / "own"),
            SECRET_KEY="of the tests",
            TRAITS=str(folder),
            LIBRARY=library,
            TESTING=True,
        )
        another.test_client_class = Client
        made.append(another)
        client = another.test_client()
        assert isinstance(client, Client)
        signed_in(another, client, *Role)
        return client

    yield start
    for another in made:
        another.extensions["database"].engine.dispose()


def links(page: str) -> list[str]:
    """The keys of the entries that the main part of a page leads to."""
    found = re.findall(r'href="/library/([^"#]+)', page)
    return [key for key in found if key != "map" and "/" not in key]


def test_the_first_page_shows_what_there_is_and_leads_to_every_trait(reader):
    page = reader.get("/library").text
    assert "15 traits, 1 dimension, 121 probes" in page
    assert links(page) == list(LIBRARY.traits)
    assert "Empathic listening" in page


def test_every_trait_can_be_read_and_leads_to_its_questions(reader):
    read = set()
    for key, trait in LIBRARY.traits.items():
        page = reader.get(f"/library/{key}").text
        assert f"<h1>{trait.name}</h1>" in page
        for question in LIBRARY.questions_of(key):
            assert question.key in links(page)
            read.add(question.key)
        for level in (5, 3, 1):
            assert f'class="level">{level}<' in page
    assert read == set(LIBRARY.questions)


def test_every_question_and_probe_can_be_read(reader):
    assert len(LIBRARY.questions) == 249
    for key, question in LIBRARY.questions.items():
        answer = reader.get(f"/library/{key}")
        assert answer.status_code == 200, key
        text = plain(answer.text)
        for words in (question.prompt, *question.follow_ups, *question.sources):
            assert " ".join(words.split()) in text, key
        anchors = question.anchors or LIBRARY.traits[question.trait].anchors
        for level in (5, 3, 1):
            for indicator in anchors[level]:
                assert indicator in text, key


def test_a_question_shows_its_wordings_stand_ins_and_answers(reader):
    page = reader.get("/library/T03-S1").text
    for wording in LIBRARY.questions["T03-S1"].wordings.values():
        assert wording in plain(page)
    assert {"T03", "T03-S2", "T03-A3"} <= set(links(page))
    assert "Two goods compete" in page
    assert "T03-S1" in links(reader.get("/library/T03-S2").text)


def test_a_look_for_says_that_it_is_never_asked(reader):
    (look_for,) = (probe for probe in LIBRARY.probes if not probe.is_read_aloud)
    page = plain(reader.get(f"/library/{look_for.key}").text)
    assert "Never asked. Watch for it while other questions are." in page
    assert signs(look_for.prompt) in signs(page)


def test_a_trait_shows_its_briefing_and_all_that_speaks_of_it(reader):
    for key, briefing in LIBRARY.briefings.items():
        page = reader.get(f"/library/{key}").text
        text = signs(plain(page))
        for words in (briefing.what_it_is, *briefing.traps, *briefing.when_strong):
            assert signs(words) in text, key
        leads_to = set(links(page))
        for beside in (LIBRARY.linked_probes, LIBRARY.vignettes_on, LIBRARY.answers_of):
            assert {one.key for one in beside(key)} <= leads_to
        assert set(LIBRARY.traits[key].neighbours) <= leads_to


def test_every_vignette_keeps_its_errors_for_the_trainer(reader):
    for key, vignette in LIBRARY.vignettes.items():
        open_part, folded = told(reader.get(f"/library/{key}").text)
        assert " ".join(vignette.story.split()) in open_part, key
        for words in (vignette.obvious_error, vignette.hidden_error, vignette.done_well):
            assert signs(words) in signs(folded), key
            assert not words or words not in open_part, key


def test_every_calibration_answer_keeps_its_levels_for_the_trainer(reader):
    for key, answer in LIBRARY.answers.items():
        page = reader.get(f"/library/{key}").text
        open_part, folded = told(page)
        assert answer.question in links(page)
        assert " ".join(answer.answer.split()) in open_part, key
        assert "set by the authors" in folded
        for reference in answer.references:
            assert f"{LIBRARY.traits[reference.trait].name} : level {reference.level}" in folded
            assert reference.reason in folded
            assert reference.reason not in open_part


def told(page: str) -> tuple[str, str]:
    """What a page shows, and what it has folded away."""
    main = page.partition("<main")[2]
    before, _, rest = main.partition('<details class="trainer"')
    assert "open" not in rest.partition(">")[0]
    folded, _, after = rest.partition("</details>")
    return plain(f"{before} {after}".partition(">")[2]), plain(f"<details{folded}")


def signs(words: str) -> str:
    """The text without its blanks: a link in it makes some of them when the page is made plain."""
    return re.sub(r"\s", "", words)


def test_notes_and_facts_can_be_read(reader):
    for key, notes in LIBRARY.notes.items():
        page = reader.get(f"/library/{key}")
        assert page.status_code == 200, key
        text = signs(plain(page.text))
        for heading, texts in notes.sections.items():
            assert signs(heading) in text
            for words in texts if not notes.is_facts else ():
                assert signs(words.words) in text
    facts = plain(reader.get("/library/notes/facts").text)
    assert "33%" in facts
    assert "as quoted in 2012 · Super Customer Experience: Are You Betting" in facts
    assert reader.get("/library/notes/nobody").status_code == 404


def test_the_map_has_every_probe_once_with_the_traits_it_touches(reader):
    page = reader.get("/library/map").text
    rows = {
        re.findall(r'href="/library/(P\d+)"', row)[0]: plain(row)
        for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
        if "/library/P" in row
    }
    assert sorted(rows) == sorted(probe.key for probe in LIBRARY.probes)
    for probe in LIBRARY.probes:
        first, *others = (LIBRARY.traits[key].name for key in probe.traits)
        row = rows[probe.key]
        assert f"scored on {first}" in row
        assert row.count("touches") == len(others)
        for name in others:
            assert f"touches {name}" in row


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_reading_needs_no_statement_but_the_one_that_tells_who_asks(reader):
    with queries_at_most(1):
        reader.get("/library/T03")


@pytest.mark.parametrize("key", ["T99", "t03", "trait.md", "..", "P01.md", "T03/../T04", " "])
def test_what_is_not_there_is_not_there(reader, key):
    assert reader.get(f"/library/{key}").status_code == 404


def test_searching(reader):
    page = reader.get("/library?q=empathic+LISTENING+t03&kind=trait").text
    found = [hit.entry.key for hit in search(LIBRARY, Wanted("empathic listening t03", "trait"))]
    assert links(page) == found
    assert "T03" in found
    assert f"{len(found)} entr" in page
    assert 'value="empathic LISTENING t03"' in page
    assert 'value="trait" selected' in page
    assert "121 entries" in reader.get("/library?kind=probe").text
    assert "P01" in links(reader.get("/library?q=67%25").text)


def test_searching_in_vain_says_what_to_try(reader):
    page = reader.get("/library?q=xyzzy").text
    assert "No entries" in page
    assert "Nothing fits all of this" in page
    assert "Try fewer words" in page


def test_the_filters_narrow_and_stay_chosen(reader):
    page = reader.get("/library?trait=T02&form=rewrite&setting=chat")
    wanted = Wanted(trait="T02", form="rewrite", setting="chat")
    assert links(page.text) == [hit.entry.key for hit in search(LIBRARY, wanted)]
    assert chosen(page, "trait") == ["T02"]
    assert chosen(page, "form") == ["rewrite"]
    assert chosen(page, "setting") == ["chat"]
    assert "Made for this setting first, then what suits any." in page.text


def test_a_long_list_is_shown_in_part_and_then_all_of_it(reader):
    page = reader.get("/library?kind=probe&q=the").text
    everything = search(LIBRARY, Wanted("the", "probe"))
    assert len(everything) > 60
    assert len(links(page)) == 60
    (address,) = re.findall(r'<a class="button" href="([^"]+)">Show all', page)
    keys = links(reader.get(html.unescape(address)).text)
    assert keys == [hit.entry.key for hit in everything]


@pytest.mark.parametrize("query", ["q=", "q=+++", "kind=", "q=&kind=", "trait=&form=&setting="])
def test_an_empty_search_is_the_first_page(reader, query):
    assert links(reader.get(f"/library?{query}").text) == list(LIBRARY.traits)


def test_what_was_searched_is_shown_as_text(reader):
    page = reader.get('/library?q="><script>alert(1)</script>&kind="><b>').text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_markup_in_a_file_is_shown_as_text(own, folder):
    text = (folder / TRAIT).read_text()
    bad = '<script>alert(1)</script> <img src=x onerror="alert(2)"> & {{ 77 * 77 }}'
    first = text.partition("## Look-fors\n\n- ")[2].partition("\n")[0]
    (folder / TRAIT).write_text(
        text.replace(first, bad).replace("# Empathic listening", f"# Title {bad}")
    )
    client = own()
    for path in ("/library", "/library/T03", "/library?q=alert", "/library/T03-B1"):
        page = client.get(path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page, path
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "{{ 77 * 77 }}" in page
        assert "5929" not in page


def test_a_file_broken_while_running_is_named_and_the_last_sound_text_stays(own, folder):
    client = own()
    before = plain(client.get("/library/T03").text)
    text = (folder / TRAIT).read_text()
    (folder / TRAIT).write_text(text.replace("## Warnings", "## Wranings <b>"))
    page = client.get("/library").text
    assert "The last sound version stays in use." in page
    number = text.splitlines().index("## Warnings") + 1
    assert f"{TRAIT}:{number}: &#39;Wranings &lt;b&gt;&#39; is not a section of a trait." in page
    assert plain(client.get("/library/T03").text) == before
    (folder / TRAIT).write_text(text.replace("# Empathic listening", "# Listening, mended"))
    page = client.get("/library").text
    assert "Listening, mended" in page
    assert "sound version" not in page


def test_a_file_broken_from_the_start_closes_only_its_own_pages(own, folder):
    text = (folder / TRAIT).read_text()
    (folder / TRAIT).write_text(text.replace("## Warnings", "## Wranings"))
    client = own()
    page = client.get("/library").text
    assert "Wranings" in page
    assert "14 traits, 1 dimension" in page
    assert client.get("/library/T03").status_code == 404
    assert client.get("/library/T03-B1").status_code == 404
    for path in ("/library?q=listen", "/library?kind=probe", "/library/T04", "/library/P01"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        for key in links(answer.text):
            assert client.get(f"/library/{key}").status_code == 200, key


def test_a_library_that_is_not_there_has_a_page_too(own, folder):
    shutil.rmtree(folder)
    page = own().get("/library").text
    assert "0 traits" in page
    assert "T01-…/trait.md:1: The trait T01 is missing or has faults." in page


# --- an organisation's own files ---


def test_own_files_are_shown_with_what_they_say_otherwise(own, folder, tmp_path):
    mine = tmp_path / "mine"
    (mine / "CIV-ours").mkdir(parents=True)
    shipped = next(folder.glob("CIV-*/P01-*.md")).read_text()
    (mine / "CIV-ours" / "P01-x.md").write_text(
        shipped.replace("# The one-third figure", "# Our <b>figure</b>")
    )
    (mine / "CIV-ours" / "P02-x.md").write_text(next(folder.glob("CIV-*/P02-*.md")).read_text())
    client = own(str(mine))
    page = client.get("/library/own").text
    text = plain(page)
    assert "P01 · in the place of the shipped one Our <b>figure</b> CIV-ours/P01-x.md" in text
    assert "shipped: # The one-third figure" in text
    assert "yours: # Our <b>figure</b>" in text
    assert "lines the same" in text
    assert ">Your own</a>" in client.get("/library/P01").text
    assert ">Your own</a>" not in client.get("/library/P03").text
    assert "P01 · probe: statement · your own" in plain(client.get("/library?q=figure").text)
    assert 'href="/library/own"' in client.get("/library").text
    assert "It says the same as the shipped file." in text
    assert "<b>" not in page
    assert "Our &lt;b&gt;figure" in client.get("/library/P01").text
    (mine / "CIV-ours" / "P01-x.md").unlink()
    assert "Our" not in plain(client.get("/library/P01").text).partition("Follow-ups")[0][:200]


def test_without_own_files_the_page_says_how_to_have_some(own, tmp_path):
    assert (
        "Whoever runs Fifteen names a second folder in HIRING_LIBRARY."
        in own().get("/library/own").text
    )
    (tmp_path / "mine").mkdir()
    page = own(str(tmp_path / "mine")).get("/library/own").text
    assert "The folder that HIRING_LIBRARY names holds no sound file." in page


def test_a_fault_in_an_own_file_is_named_on_the_page(own, tmp_path):
    (tmp_path / "mine" / "T03-x").mkdir(parents=True)
    (tmp_path / "mine" / "T03-x" / "P901-x.md").write_text("Hello")
    page = plain(own(str(tmp_path / "mine")).get("/library").text)
    assert "T03-x/P901-x.md:1: The file does not begin with a line of ---." in page
