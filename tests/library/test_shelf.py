"""The library in use: read once per change, stopped by no broken file, own files on top."""

import logging
import os
import re
import threading
from pathlib import Path

import pytest

from hiring import config
from hiring.library import files
from hiring.library.queries import Shelf
from tests.library import sample
from tests.library.sample import text_of

SHIPPED = config.ROOT / "traits"
TRAIT = "T03-empathic-listening/trait.md"
QUESTION = "T03-empathic-listening/T03-B1-under-the-first-words.md"
PROBE = "CIV-civility/P01-the-one-third-figure.md"
OWN_PROBE = "T03-listening/P900-our-own.md"


def shipped(file: str) -> str:
    return (SHIPPED / file).read_text()


def write(folder: Path, file: str, text: str) -> Path:
    """Save as an editor does, at another moment than the last time."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    if path.stat().st_mtime_ns == before:
        os.utime(path, ns=(before + 1_000_000, before + 1_000_000))
    return path


def own_probe(key: str = "P900", title: str = "Our own probe") -> str:
    text = text_of(sample.LOOK_FOR).replace("P906", key).replace("# Somewhere else", f"# {title}")
    return text.replace("traits: T14, CIV", "traits: T03, CIV")


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the shipped library, to be changed."""
    return sample.traits_with(tmp_path / "traits", {})


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An organisation's own folder, empty."""
    made = tmp_path / "own"
    made.mkdir()
    return made


# --- changes on disk ---


def test_a_file_is_read_again_when_it_changes_and_only_then(folder, monkeypatch):
    read: list[str] = []
    whole = files.read

    def counted(text, file):
        read.append(file)
        return whole(text, file)

    monkeypatch.setattr(files, "read", counted)
    shelf = Shelf(folder)
    first = shelf.library()
    assert len(read) == len(list(folder.glob("*/*.md")))
    read.clear()
    assert shelf.library() is first
    assert read == []
    write(folder, TRAIT, shipped(TRAIT).replace("# Empathic listening", "# Listening well"))
    assert shelf.library().traits["T03"].name == "Listening well"
    assert read == [TRAIT]
    assert shelf.faults == []
    assert first.traits["T03"].name == "Empathic listening", "who has it may go on with it"


def test_a_new_file_and_a_file_that_goes_are_noticed(folder):
    shelf = Shelf(folder)
    assert len(shelf.library().probes) == 121
    new = write(folder, OWN_PROBE, own_probe())
    assert "P900" in shelf.library().questions
    new.unlink()
    assert "P900" not in shelf.library().questions


def test_a_broken_file_stays_as_it_was_and_others_go_on(folder, caplog):
    shelf = Shelf(folder)
    before = shelf.library()
    with caplog.at_level(logging.WARNING):
        broken = shipped(TRAIT).replace("## Warnings", "## Wranings")
        write(folder, TRAIT, broken)
        write(folder, PROBE, shipped(PROBE).replace("# The one-third", "# Our one-third"))
        assert shelf.library().traits["T03"] == before.traits["T03"]
        assert shelf.library().questions["P01"].title == "Our one-third figure"
    number = broken.splitlines().index("## Wranings") + 1
    assert [str(fault) for fault in shelf.faults][-1].startswith(f"{TRAIT}:{number}: 'Wranings'")
    told = [line for line in caplog.messages if "Wranings" in line]
    assert told == [f"library: {TRAIT}:{number}: {shelf.faults[-1].sentence}"], "once, with a line"
    write(folder, TRAIT, shipped(TRAIT).replace("# Empathic listening", "# Mended"))
    assert shelf.library().traits["T03"].name == "Mended"
    assert shelf.faults == []


def test_what_breaks_only_between_files_stays_as_it_was_too(folder):
    shelf = Shelf(folder)
    before = shelf.library().questions["T03-B1"]
    text = shipped(QUESTION).replace("parallel: T03-B2", "parallel: T03-B3")
    write(folder, QUESTION, text.replace("minutes: 4", "minutes: 9"))
    assert shelf.library().questions["T03-B1"] == before
    assert any("names T03-B4 as its own" in fault.sentence for fault in shelf.faults)
    write(folder, QUESTION, shipped(QUESTION).replace("minutes: 4", "minutes: 9"))
    assert shelf.library().questions["T03-B1"].minutes == 9


def test_a_library_that_is_broken_at_the_start_gives_what_is_sound(folder):
    write(folder, TRAIT, shipped(TRAIT).replace("## Warnings", "## Wranings"))
    shelf = Shelf(folder)
    assert "T03" not in shelf.library().traits
    assert len(shelf.library().traits) == 15
    assert shelf.faults


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("T03-x/P901-a.md", b"\xff\xfe", "T03-x/P901-a.md:1: The file is not UTF-8 text."),
        ("T03-x/P901-a.md", b"x" * 200_001, "The file is larger than 200 kB."),
        ("T03-x/P901-a.docx", b"x", "Only names that end in .md are read."),
        ("P901-a.md", b"x", "P901-a.md:1: It stands outside the folders of traits and of notes."),
    ],
)
def test_what_is_no_file_of_the_library_is_named_and_left_alone(own, name, content, said):
    (own / "T03-x").mkdir()
    (own / name).write_bytes(content)
    shelf = Shelf(SHIPPED, own)
    assert len(shelf.library().probes) == 121
    (fault,) = shelf.faults
    assert said in str(fault)
    assert fault.own
    assert (own / name).read_bytes() == content


def test_what_else_lies_about_is_no_fault(own):
    for name in ("README.md", ".DS_Store", "T03-x/picture.png", "T03-x/deeper/P901-a.md"):
        write(own, name, "x")
    (own / "T03-x" / "P902-a.md").mkdir()
    (own / "T03-x" / "gone.png").symlink_to(own / "nowhere")
    shelf = Shelf(SHIPPED, own)
    shelf.library()
    assert shelf.faults == []


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may open everything")
def test_a_file_that_can_not_be_opened_is_named(own):
    write(own, OWN_PROBE, own_probe()).chmod(0)
    shelf = Shelf(SHIPPED, own)
    shelf.library()
    assert "It can't be opened" in shelf.faults[0].sentence


def test_a_link_that_leads_nowhere_is_named(own):
    (own / "T03-x").mkdir()
    (own / "T03-x" / "P901-a.md").symlink_to(own / "nowhere")
    shelf = Shelf(SHIPPED, own)
    shelf.library()
    assert [fault.sentence for fault in shelf.faults] == [
        "It can't be opened: No such file or directory. Give access to it."
    ]


def test_an_own_folder_that_is_not_there_is_told_and_the_shipped_library_is_used(tmp_path):
    shelf = Shelf(SHIPPED, tmp_path / "nowhere")
    assert len(shelf.library().probes) == 121
    (fault,) = shelf.faults
    assert "HIRING_LIBRARY names a folder that is not there. Make it." in fault.sentence
    (tmp_path / "nowhere").mkdir()
    shelf.library()
    assert shelf.faults == []


def test_many_readers_while_it_changes_each_get_a_whole_library(folder):
    shelf = Shelf(folder)
    shelf.library()  # so that there is a good version while a file is half written
    counts, stop = set(), threading.Event()

    def look():
        while not stop.is_set():
            counts.add(len(shelf.library().traits))

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(5):
        title = f"# Listening {number}"
        write(folder, TRAIT, shipped(TRAIT).replace("# Empathic listening", title))
    stop.set()
    for reader in readers:
        reader.join()
    assert counts == {16}


# --- an organisation's own files ---


def test_own_files_are_added_and_known_as_own(own):
    write(own, OWN_PROBE, own_probe())
    shelf = Shelf(SHIPPED, own)
    library = shelf.library()
    assert shelf.faults == []
    assert library.questions["P900"].place.own
    assert not library.questions["P01"].place.own
    (one,) = shelf.own
    assert (one.entry, one.shipped) == (library.questions["P900"], None)


def test_an_own_file_takes_the_place_of_the_shipped_one_with_its_key(own):
    text = shipped(PROBE).replace("# The one-third figure", "# Our figure")
    write(own, "CIV-ours/P01-our-figure.md", text)
    shelf = Shelf(SHIPPED, own)
    library = shelf.library()
    assert library.questions["P01"].title == "Our figure"
    assert len(library.probes) == 121
    assert shelf.faults == []
    (one,) = shelf.own
    assert one.shipped.title == "The one-third figure"
    assert (one.text, one.shipped_text) == (text, shipped(PROBE))


def test_a_trait_and_its_briefing_have_one_key_and_two_places(own):
    write(own, "T03-ours/briefing.md", text_of(sample.BRIEFING))
    shelf = Shelf(SHIPPED, own)
    library = shelf.library()
    assert library.briefings["T03"].place.own
    assert not library.traits["T03"].place.own


def test_the_shipped_one_comes_back_when_the_own_one_goes(own):
    path = write(own, "CIV-ours/P01-x.md", shipped(PROBE).replace("# The one", "# Our one"))
    shelf = Shelf(SHIPPED, own)
    assert shelf.library().questions["P01"].title == "Our one-third figure"
    path.unlink()
    assert shelf.library().questions["P01"].title == "The one-third figure"
    assert shelf.own == []


def test_a_broken_own_file_leaves_the_shipped_one_or_its_last_good_version_in_use(own):
    broken = shipped(PROBE).replace("## Warnings", "## Wranings")
    write(own, "CIV-ours/P01-x.md", broken)
    shelf = Shelf(SHIPPED, own)
    assert shelf.library().questions["P01"].title == "The one-third figure"
    assert all(fault.own for fault in shelf.faults)
    write(own, "CIV-ours/P01-x.md", shipped(PROBE).replace("# The one", "# Our one"))
    assert shelf.library().questions["P01"].title == "Our one-third figure"
    write(own, "CIV-ours/P01-x.md", broken)
    assert shelf.library().questions["P01"].title == "Our one-third figure"
    assert shelf.faults


def test_an_own_file_that_breaks_a_rule_waits_until_it_is_mended_or_waived(own):
    text = shipped(QUESTION).replace("What did you do?", "Did you help?")
    write(own, "T03-ours/T03-B1-x.md", text)
    shelf = Shelf(SHIPPED, own)
    assert "Did you help?" not in shelf.library().questions["T03-B1"].prompt
    assert [fault.rule for fault in shelf.faults] == ["open-form"]
    waived = text.replace("key: T03-B1", "key: T03-B1\nwaive open-form: the panel asked for it")
    write(own, "T03-ours/T03-B1-x.md", waived)
    assert "Did you help?" in shelf.library().questions["T03-B1"].prompt
    assert shelf.faults == []


def test_one_of_an_own_pair_waits_for_the_other(own):
    one, other = (text_of(sample.QUESTION), text_of(sample.PARALLEL))
    write(own, "T03-ours/T03-S9-x.md", one)
    shelf = Shelf(SHIPPED, own)
    assert "T03-S9" not in shelf.library().questions
    assert any("The parallel T03-S8 is not" in fault.sentence for fault in shelf.faults)
    write(own, "T03-ours/T03-S8-x.md", other)
    assert {"T03-S8", "T03-S9"} <= set(shelf.library().questions)
    assert shelf.faults == []


def test_a_key_used_twice_in_the_own_folder_is_told_at_both_places(own):
    for name in ("one", "two"):
        write(own, f"T03-ours/P900-{name}.md", own_probe())
    shelf = Shelf(SHIPPED, own)
    shelf.library()
    assert sorted(fault.file for fault in shelf.faults) == [
        "T03-ours/P900-one.md",
        "T03-ours/P900-two.md",
    ]
    assert all(re.search(r"P900 is also used in", fault.sentence) for fault in shelf.faults)


def test_no_shipped_file_is_touched(own):
    before = {path: path.stat().st_mtime_ns for path in SHIPPED.rglob("*.md")}
    write(own, "CIV-ours/P01-x.md", shipped(PROBE).replace("# The one", "# Our one"))
    Shelf(SHIPPED, own).library()
    assert {path: path.stat().st_mtime_ns for path in SHIPPED.rglob("*.md")} == before
