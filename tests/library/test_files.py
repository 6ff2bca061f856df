"""What authors write: harmless edits are taken, each mistake gets its line and a way out."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring import config
from hiring.library import files, pages, rules
from hiring.library.queries import LARGEST_FILE, read_folder
from hiring.library.rules import Entry, Fault, Question, Trait

LIBRARY = Path(config.ROOT / "traits")
TRAIT = "T03-empathic-listening/trait.md"
QUESTION = "T03-empathic-listening/T03-B1-under-the-first-words.md"
PROBE = "CIV-civility/P01-the-one-third-figure.md"


def text_of(file: str) -> str:
    return (LIBRARY / file).read_text()


def edited(file: str, old: str, new: str) -> str:
    """The file with the first `old` replaced. `old` may be a section and a bullet's number."""
    text = text_of(file)
    assert old in text, f"{file} has no {old!r} any more"
    return text.replace(old, new, 1)


def bullet(file: str, section: str, number: int = 1) -> str:
    """A bullet of a section, as its line stands in the file."""
    body = text_of(file).split(f"\n## {section}\n")[1].split("\n## ")[0]
    return [line for line in body.splitlines() if line.startswith("- ")][number - 1]


def sound(text: str, file: str = TRAIT) -> Entry:
    entry, faults = files.read(text, file)
    assert faults == []
    assert entry is not None
    return entry


def faults_of(text: str, file: str) -> list[Fault]:
    entry, faults = files.read(text, file)
    assert (entry is None) == bool(faults), "an entry or faults, never half of both"
    return faults


def line_of(text: str, line: str) -> int:
    """The number an editor shows for this line."""
    return re.split(r"\r\n|\r|\n", text).index(line) + 1


# --- the handbook ---


@pytest.mark.parametrize("file", [TRAIT, QUESTION, PROBE])
def test_the_samples_in_the_handbook_are_the_real_files(file):
    handbook = text_of("README.md")
    sample = handbook.split(f"The file `{file}`:\n\n```markdown\n")[1].split("```")[0]
    assert sample == text_of(file)


def test_the_handbook_names_every_head_line_and_section_and_choice():
    handbook = text_of("README.md")
    for kind, names in pages.SECTIONS.items():
        row = re.search(rf"^\| {kind} \|.*$", handbook, re.MULTILINE)
        assert row
        for name in (*names, *pages.SECTIONS_OPTIONAL[kind]):
            assert name in row[0], (kind, name)
        for name in (*pages.HEAD[kind], *pages.HEAD_OPTIONAL[kind]):
            assert f"`{name}`" in row[0], (kind, name)
    for choice in (*rules.FORMS, *rules.SETTINGS):
        assert re.search(rf"`{choice}`", handbook.replace("\n  ", " ")), choice


# --- what is read ---


def test_a_trait_is_read_whole():
    trait = sound(text_of(TRAIT))
    assert isinstance(trait, Trait)
    assert (trait.key, trait.name) == ("T03", "Empathic listening")
    assert trait.neighbours == ("T04", "T10")
    assert set(trait.anchors) == {5, 3, 1}
    for level in (5, 3, 1):
        assert trait.anchors[level][0] == bullet(TRAIT, f"Level {level}").removeprefix("- ")
    assert trait.look_fors[0] == bullet(TRAIT, "Look-fors").removeprefix("- ")
    assert trait.warnings[-1] == bullet(TRAIT, "Warnings", 0).removeprefix("- ")
    assert trait.place.file == TRAIT
    assert re.fullmatch(r"[0-9a-f]{64}", trait.place.digest)


def test_a_question_is_rated_by_its_trait_and_a_probe_by_its_own_anchors():
    question, probe = sound(text_of(QUESTION), QUESTION), sound(text_of(PROBE), PROBE)
    assert isinstance(question, Question)
    assert isinstance(probe, Question)
    assert (question.kind, question.traits, question.anchors) == ("behavioural", ("T03",), None)
    assert (question.minutes, question.settings, question.parallel) == (4, ("any",), "T03-B2")
    assert (probe.kind, probe.form, probe.trait) == ("probe", "statement", "CIV")
    assert probe.traits[1:] == ("T03", "T08", "T14")
    assert probe.anchors
    assert set(probe.anchors) == {5, 3, 1}
    assert "\n\n" in probe.shown, "two remarks, two paragraphs"


# --- harmless edits ---


def with_definition(words: str) -> str:
    """The trait with another definition."""
    before, _, rest = text_of(TRAIT).partition("## Definition\n\n")
    return f"{before}## Definition\n\n{words}\n\n## {rest.partition('## ')[2]}"


def with_bullet(line: str) -> str:
    return edited(TRAIT, bullet(TRAIT, "Look-fors"), line)


@pytest.mark.parametrize(
    "words",
    [
        "Asks first: what does it mean for you?",  # a colon
        'Says "I see" and asks on.',  # quotes
        "'Tis the listening that counts.",  # an apostrophe at the start
        "Says \u201cI see\u201d and \u2018no\u2019 \u2013 then asks on\u2026",  # a word processor's
        "Takes ticket #12 and asks.",  # in YAML the rest would be lost
        "#12 is the ticket they ask about.",
        "Yes: no: on: off: null: ~",
        "Is 5 * 3 * 2 and _not_ `code` or **bold** or [a](link).",
        "Back\\slash, &amp; &lt;b&gt; | pipe | and tab\tin it.".replace("\t", " "),
        "Größe, naïveté, 礼貌, 🙂 and a non-breaking\u202fblank.".replace("\u202f", "_"),
        "No",
        "12. March was the day.".replace("12. ", "On 12. "),
        "{{ braces }} and {% percent %} and $HOME.",
    ],
)
def test_any_words_are_kept_as_they_are_written(words):
    trait = sound(with_definition(words))
    assert isinstance(trait, Trait)
    assert trait.definition == words
    trait = sound(with_bullet(f"- {words}"))
    assert isinstance(trait, Trait)
    assert trait.look_fors[0] == words


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("- No", "No"),
        ("- Asks: what, when, who?", "Asks: what, when, who?"),
        ("-\tQuotes them.", "Quotes them."),
        ("- \tQuotes them.", "Quotes them."),
        (" - Quotes them.", "Quotes them."),
        ("   - Quotes them.", "Quotes them."),
        ("* Quotes them.", "Quotes them."),
        ("+ Quotes them.", "Quotes them."),
        ("-  Quotes   them. ", "Quotes them."),
        ("- Quotes\n  them.", "Quotes them."),
        ("- Quotes\nthem.", "Quotes them."),
        ("- Quotes\n\tthem.", "Quotes them."),
        ("- Quotes them.\n\n", "Quotes them."),
    ],
)
def test_a_bullet_may_be_written_in_many_ways(line, read):
    before, trait = sound(text_of(TRAIT)), sound(with_bullet(line))
    assert isinstance(before, Trait)
    assert isinstance(trait, Trait)
    assert trait.look_fors == (read, *before.look_fors[1:])


@pytest.mark.parametrize("blanks", ["", " ", "  ", "    ", "\t"])
def test_a_bullet_may_be_added_and_indented_less_or_more(blanks):
    first = bullet(TRAIT, "Look-fors")
    trait = sound(edited(TRAIT, first, f"{first}\n{blanks}- One more sign."))
    assert isinstance(trait, Trait)
    assert trait.look_fors[:2] == (first.removeprefix("- "), "One more sign.")


def test_a_long_line_may_be_broken_and_a_second_paragraph_added():
    trait = sound(with_definition("One line that\ngoes on\n  and on.\n\nA second paragraph."))
    assert isinstance(trait, Trait)
    assert trait.definition == "One line that goes on and on.\n\nA second paragraph."


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n\n",
        lambda text: text.replace("\n## ", "\n\n\n## "),
        lambda text: re.sub(r"\n\n- ", "\n- ", text),
        lambda text: text.replace("## ", "##\t"),
        lambda text: text.replace("## Level 5", "## Level 5 ##"),
        lambda text: text.replace("key: ", "Key:   ").replace("neighbours:", "NEIGHBOURS :"),
        lambda text: text.replace("---\nkey", "--- \n\nkey", 1),
        lambda text: re.sub(r"(?m)$", "  ", text),
    ],
)
def test_line_ends_and_blanks_do_not_matter(change):
    before, after = sound(text_of(TRAIT)), sound(change(text_of(TRAIT)))
    assert isinstance(before, Trait)
    assert isinstance(after, Trait)
    assert {name: getattr(before, name) for name in Trait.__slots__ if name != "place"} == {
        name: getattr(after, name) for name in Trait.__slots__ if name != "place"
    }


def test_sections_may_stand_in_any_order():
    text = text_of(TRAIT)
    head, *sections = text.split("\n## ")
    turned = "\n## ".join([head, *reversed([s.rstrip("\n") + "\n" for s in sections])])
    before, after = sound(text), sound(turned)
    assert isinstance(before, Trait)
    assert isinstance(after, Trait)
    assert (before.anchors, before.sources) == (after.anchors, after.sources)


def test_html_stays_text():
    words = 'Says <b onclick="x()">no</b> <script>alert(1)</script> <!-- hidden --> &amp;'
    trait = sound(with_definition(words))
    assert isinstance(trait, Trait)
    assert trait.definition == words


@given(
    st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=80),
    st.sampled_from([TRAIT, QUESTION, PROBE]),
    st.integers(0, 60),
)
def test_whatever_is_written_in_a_line_never_breaks_the_reader(words, file, number):
    lines = text_of(file).splitlines()
    number %= len(lines)
    text = "\n".join([*lines[:number], words, *lines[number:]])
    for fault in faults_of(text, file):
        assert 1 <= fault.line <= len(lines) + 1
        assert str(fault).startswith(f"{file}:{fault.line}: ")


@given(st.text(max_size=200), st.sampled_from([TRAIT, QUESTION, PROBE, "notes/x.md", "x.md"]))
def test_any_text_at_all_gets_sentences(text, file):
    assert faults_of(text, file)


@given(st.sampled_from([TRAIT, QUESTION, PROBE]), st.data())
def test_a_line_left_out_never_breaks_the_reader(file, data):
    lines = text_of(file).splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    faults_of("\n".join([*lines[:number], *lines[number + 1 :]]), file)


# --- mistakes ---

FIRST_SIGN = bullet(TRAIT, "Look-fors")
ASK_WHY = bullet(PROBE, "Follow-ups")

# The file, what is changed into what, the line of the fault as it then stands, and the sentence.
MISTAKES = [
    (TRAIT, "---\nkey", "key", "key: T03", "does not begin with a line of ---"),
    (TRAIT, "T10\n---", "T10\n", "# Empathic listening", "The head is not closed. Put a line of"),
    (TRAIT, "key: T03", "key T03", "key T03", "has no colon. Write it as name: value"),
    (TRAIT, "key: T03\n", "", "---", "The head has no line 'key:'. Add it."),
    (TRAIT, "key: T03", "key:", "key:", "'key:' is empty. Write its value behind the colon."),
    (TRAIT, "key: T03", "key: T04", "key: T04", "The key is 'T04', the file's name says 'T03'"),
    (TRAIT, "key: T03", "key: t03", "key: t03", "The key is 't03', the file's name says 'T03'"),
    (TRAIT, "key: T03", "key: T03\nKEY: T03", "KEY: T03", "'key' is given twice in the head."),
    (TRAIT, "neighbours:", "neighbors:", "neighbors: T04, T10", "Did you mean 'neighbours'?"),
    (TRAIT, "key: T03", "key: T03\nowner: Ana", "owner: Ana", "'owner' is not a head line of a"),
    (TRAIT, "T04, T10", "T04, T10, T05", "neighbours: T04, T10, T05", "more than two neighbours"),
    (TRAIT, "T04, T10", "T44", "neighbours: T44", "'T44' is not a trait we know."),
    (TRAIT, "T04, T10", "T04; T10", "neighbours: T04; T10", "It may be one of: T01, T02,"),
    (TRAIT, "T04, T10", ",", "neighbours: ,", "'neighbours:' is empty."),
    (TRAIT, "# Empathic listening", "", "---", "There is no title. Write one line that starts"),
    (TRAIT, "# Empathic listening", "# ", "---", "There is no title. Write one line that starts"),
    (TRAIT, "# Emp", "#Emp", "#Empathic listening", "stands before the first section."),
    (TRAIT, "# Emp", "# One\n\n# Emp", "# Empathic listening", "There is a second title. Keep one"),
    (TRAIT, "# Emp", "Draft!\n\n# Emp", "Draft!", "'Draft!' stands before the first section."),
    (TRAIT, "## Warnings", "## Wranings", "## Wranings", "Did you mean 'Warnings'?"),
    (TRAIT, "## Warnings", "## warnings", "## warnings", "Did you mean 'Warnings'?"),
    (TRAIT, "## Warnings", "### Warnings", "### Warnings", "a level we don't use. Write '## '."),
    (TRAIT, "## Warnings", "##Warnings", "##Warnings", "is not a bullet. Start the line with '- '"),
    (TRAIT, "## Warnings", "## Level 5", None, "The section 'Level 5' is there twice."),
    (TRAIT, "## Warnings", "## Owner\n\n## Warnings", "## Owner", "is not a section of a trait."),
    (TRAIT, "## Level 3", "## Level 4", "## Level 4", "'Level 4' is not a section of a trait."),
    (TRAIT, "## Level 3\n", "", "---", "The section '## Level 3' is missing. Add it."),
    (TRAIT, "## Level 3\n", "", "## Level 5", "'Level 5' has 8 bullets. Write 2 to 4."),
    (TRAIT, "## Look-fors\n", "## Look-fors\n\n## Warnings\n", "## Look-fors", "has 0 bullets."),
    (TRAIT, FIRST_SIGN, FIRST_SIGN[2:], FIRST_SIGN[2:], "is not a bullet. Start the line with"),
    (TRAIT, FIRST_SIGN, f"•{FIRST_SIGN[1:]}", f"•{FIRST_SIGN[1:]}", "is not a bullet. Start"),
    (TRAIT, FIRST_SIGN, f"-{FIRST_SIGN[2:]}", f"-{FIRST_SIGN[2:]}", "is not a bullet. Start"),
    (TRAIT, "## Definition\n\n", "## Definition\n\n- ", None, "Take the bullet away."),
    (TRAIT, "## Sources\n", "## Sources\n\n- A book\n", "- A book", "Title (Author, Year)."),
    (TRAIT, "## Sources\n", "## Sources\n\n- A (B, 15)\n", "- A (B, 15)", "Title (Author, Year)."),
    (TRAIT, "## Sources\n", "## Sources\n\n- (B, 2015)\n", "- (B, 2015)", "Title (Author, Year)."),
    (QUESTION, "behavioural", "behavioral", "type: behavioral", "Did you mean 'behavioural'?"),
    (QUESTION, "behavioural", "probe", "type: probe", "one of: behavioural, situational."),
    (QUESTION, "minutes: 4", "minutes: four", "minutes: four", "a whole number from 1 to 15."),
    (QUESTION, "minutes: 4", "minutes: 4 min", "minutes: 4 min", "a whole number from 1 to 15."),
    (QUESTION, "minutes: 4", "minutes: 0", "minutes: 0", "a whole number from 1 to 15."),
    (QUESTION, "minutes: 4", "minutes: 16", "minutes: 16", "a whole number from 1 to 15."),
    (QUESTION, "minutes: 4", "minutes: -4", "minutes: -4", "a whole number from 1 to 15."),
    (QUESTION, "minutes: 4", "minutes: 4.5", "minutes: 4.5", "a whole number from 1 to 15."),
    (QUESTION, "minutes: 4", f"minutes: {'9' * 5000}", f"minutes: {'9' * 5000}", "from 1 to 15."),
    (QUESTION, "setting: any", "setting: Phone", "setting: Phone", "Did you mean 'phone'?"),
    (QUESTION, "setting: any", "setting: moon", "setting: moon", "one of: any, phone, chat,"),
    (QUESTION, "setting: any", "setting: ,", "setting: ,", "'setting:' is empty."),
    (
        QUESTION,
        "setting: any",
        "setting: any\nform: rewrite",
        "form: rewrite",
        "not a head line of",
    ),
    (QUESTION, "## Question", "## Prompt", "## Prompt", "'Prompt' is not a section of a question."),
    (QUESTION, "## Question", "## Question\n\n## Sources", "## Question", "'Question' is empty."),
    (QUESTION, "parallel: T03-B2\n", "", "---", "The head has no line 'parallel:'. Add it."),
    (PROBE, ASK_WHY, "- And then?", "## Follow-ups", "are without the one that asks for the"),
    (PROBE, "form: statement", "form: remark", "form: remark", "one of: statement, dilemma,"),
    (PROBE, "traits: CIV", "traits: T03, CIV", None, "Move it to the folder of T03."),
    (PROBE, "traits: CIV, T03, T08, T14", "traits:", "traits:", "'traits:' is empty."),
    (PROBE, "traits: CIV, T03, T08, T14", "traits: ,", "traits: ,", "'traits:' is empty."),
    (PROBE, "T03, T08, T14", "T99", "traits: CIV, T99", "'T99' is not a trait we know."),
    (PROBE, ASK_WHY, f"- a\n- b\n{ASK_WHY}", "## Follow-ups", "has 5 bullets. Write 1 to 3."),
    (PROBE, "## Follow-ups", "## Followups", "## Followups", "Did you mean 'Follow-ups'?"),
    (PROBE, "## Follow-ups", "## Probes", "## Probes", "is not a section of a probe. It may be"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "said"),
    MISTAKES,
    ids=[f"{number}-{said[:30]}" for number, (*_, said) in enumerate(MISTAKES)],
)
def test_each_mistake_gets_its_line_and_a_way_out(file, old, new, line, said):
    text = edited(file, old, new)
    # Where the line isn't told, it is the one that was changed.
    changed = text_of(file)[: text_of(file).index(old)].count("\n") + new.count("\n") + 1
    number = line_of(text, line) if line else changed
    faults = faults_of(text, file)
    assert [fault for fault in faults if fault.line == number and said in fault.sentence], faults
    assert len(faults) <= 4, "one mistake is not twenty"
    for fault in faults:
        assert str(fault).startswith(f"{file}:{fault.line}: ")
        assert fault.sentence.endswith((".", "?", "”"))
        for jargon in (
            "Traceback",
            "None",
            "KeyError",
            "regex",
            "token",
            "parse",
            "syntax",
            "null",
        ):
            assert jargon not in fault.sentence


def test_there_are_enough_of_them_and_all_are_different():
    assert len({(file, old, new) for file, old, new, *_ in MISTAKES}) >= 50


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_lines():
    text = (
        text_of(PROBE)
        .replace("form: statement", "form: remark")
        .replace("minutes: 5", "minutes: many")
        .replace("## Warnings", "## Wranings")
        .replace("## Sources\n", "## Sources\n\n- A book\n")
    )
    faults = faults_of(text, PROBE)
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    said = " ".join(fault.sentence for fault in faults)
    for words in ("'remark'", "'many'", "'Wranings'", "'## Warnings' is missing", "'A book'"):
        assert words in said


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            "CIV-civility/P1-the-figure.md",
            "does not start with a key. Name it like T03-B1-short-title",
        ),
        ("CIV-civility/the-figure.md", "does not start with a key."),
        (
            "T03-empathic-listening/P01-the-figure.md",
            "It belongs to CIV but stands in T03-empathic",
        ),
        ("CIV-civility/P02-the-figure.md", "The key is 'P01', the file's name says 'P02'."),
    ],
)
def test_a_probe_in_the_wrong_place(file, said):
    assert said in " ".join(fault.sentence for fault in faults_of(text_of(PROBE), file))


@pytest.mark.parametrize(
    ("file", "source", "said"),
    [
        (
            "T04-objective/T03-B1-words.md",
            QUESTION,
            "It belongs to T03 but stands in T04-objective.",
        ),
        ("T04-objective/T04-B1-words.md", QUESTION, "The key is 'T03-B1', the file's name says"),
        ("T04-objective/trait.md", TRAIT, "The key is 'T03', the file's name says 'T04'."),
        ("listening/trait.md", TRAIT, "does not start with a key."),
        ("T16-more/trait.md", TRAIT, "T16 is not a trait we know. There are T01 to T15, and CIV."),
    ],
)
def test_a_folder_and_a_key_that_do_not_go_together(file, source, said):
    assert said in " ".join(fault.sentence for fault in faults_of(text_of(source), file))


def test_lines_are_numbered_as_editors_number_them():
    # A word processor's soft line break and its kin are signs within a line.
    text = with_bullet("- Quotes\x0bthem\u2028and\x0cthem\x85.").replace(
        "## Warnings", "## Wranings"
    )
    faults = faults_of(text, TRAIT)
    assert line_of(text, "## Wranings") in [fault.line for fault in faults]
    trait = sound(with_bullet("- Quotes\x0bthem\u2028too."))
    assert isinstance(trait, Trait)
    assert trait.look_fors[0] == "Quotes them too."


# --- the folder ---


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the library."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "traits"))


def said_of(folder: Path) -> list[str]:
    _, faults = read_folder(folder)
    assert faults == sorted(faults, key=lambda fault: (fault.file, fault.line))
    return [str(fault) for fault in faults]


def test_the_copy_is_sound(folder):
    assert said_of(folder) == []


def test_a_byte_order_mark_is_no_mistake(folder):
    (folder / TRAIT).write_bytes(b"\xef\xbb\xbf" + text_of(TRAIT).encode())
    assert said_of(folder) == []


def test_a_file_that_is_not_utf_8_is_named_with_the_line(folder):
    text = text_of(TRAIT).replace(FIRST_SIGN, "- Caf\u00e9.")
    (folder / TRAIT).write_bytes(text.encode("latin-1"))
    number = line_of(text, "- Caf\u00e9.")
    (said, *_) = [said for said in said_of(folder) if said.startswith(f"{TRAIT}:{number}: ")]
    assert said.endswith("The file is not UTF-8 text. Save it again as UTF-8.")


def test_a_file_that_is_too_large_is_named(folder):
    (folder / TRAIT).write_text(text_of(TRAIT) + "x" * LARGEST_FILE)
    assert f"{TRAIT}:1: The file is larger than 200 kB. Divide it or shorten it." in said_of(folder)


def test_what_is_not_a_text_of_ours_is_named_too(folder):
    for name in ("P30-a-probe.md.txt", "P31-a-probe.MD", "P32-a-probe.docx"):
        (folder / "CIV-civility" / name).write_text("x")
    for name in (".DS_Store", "picture.png"):
        (folder / "CIV-civility" / name).write_text("x")
    said = said_of(folder)
    assert len(said) == 3
    assert all("Only names that end in .md are read." in sentence for sentence in said)


def test_a_key_used_twice_is_named_at_both_places(folder):
    twin = "T03-empathic-listening/T03-B1-a-twin.md"
    shutil.copy(folder / QUESTION, folder / twin)
    assert said_of(folder) == [
        f"{twin}:1: The key T03-B1 is also used in {QUESTION}. Give one of them another key.",
        f"{QUESTION}:1: The key T03-B1 is also used in {twin}. Give one of them another key.",
    ]


def test_a_trait_used_twice_is_named_at_both_places(folder):
    (folder / "T03-twin").mkdir()
    shutil.copy(folder / TRAIT, folder / "T03-twin" / "trait.md")
    said = [s for s in said_of(folder) if "The key T03 is also used in" in s]
    assert [s.partition(":")[0] for s in said] == [TRAIT, "T03-twin/trait.md"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (QUESTION, "T03-B2", "T03-B9", "The parallel T03-B9 is not a question or probe"),
        (QUESTION, "T03-B2", "T03-B1", "Name another question of the same trait."),
        (QUESTION, "T03-B2", "T04-B1", "is scored on T04, this one on T03. Name another"),
        (TRAIT, "T04, T10", "T03", "The neighbour T03 is not another trait of this library."),
    ],
)
def test_what_a_file_points_at_is_there(folder, file, old, new, said):
    text = edited(file, old, new)
    (folder / file).write_text(text)
    number = text[: text.rindex(f": {new}\n")].count("\n") + 1
    assert any(
        sentence.startswith(f"{file}:{number}: ") and said in sentence
        for sentence in said_of(folder)
    )


def test_a_missing_trait_is_told_and_so_is_what_hangs_on_it(folder):
    (folder / TRAIT).unlink()
    library, faults = read_folder(folder)
    said = [str(fault) for fault in faults]
    assert any(
        s.startswith("T03-…/trait.md:1: The trait T03 is missing or has faults.") for s in said
    )
    assert any("The linked trait T03 is not in this library." in s for s in said)
    assert all(question.trait in library.traits for question in library.questions.values())


@pytest.mark.parametrize("kind", ["B", "S"])
def test_each_trait_needs_four_questions_of_each_kind(folder, kind):
    next(folder.glob(f"T03-*/T03-{kind}4-*.md")).unlink()
    word = {"B": "behavioural", "S": "situational"}[kind]
    assert any(f"T03 has 3 {word} questions. Write at least four" in s for s in said_of(folder))


def test_each_trait_needs_a_briefing_and_answers_at_four_of_its_levels(folder):
    (folder / "T03-empathic-listening" / "briefing.md").unlink()
    next(folder.glob("T03-*/T03-A4-*.md")).unlink()
    said = said_of(folder)
    assert any(s.startswith(f"{TRAIT}:1: T03 has no briefing, or it has faults.") for s in said)
    assert any("T03 has calibration answers at 3 of its levels. Write answers" in s for s in said)


def test_faults_of_all_files_come_at_once(folder):
    for file in (TRAIT, QUESTION, PROBE):
        (folder / file).write_text(text_of(file).replace("## Sources", "## Sauces"))
    named = {said.partition(":")[0] for said in said_of(folder)}
    assert {TRAIT, QUESTION, PROBE} <= named


def test_an_empty_or_missing_folder_is_told_trait_by_trait(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        library, faults = read_folder(folder)
        assert library.count() == "0 traits, 0 dimensions, 0 probes"
        assert len(faults) == 16
