"""Vignettes, answers, briefings, notes, look-fors, wordings and marks as they are read."""

import pytest

from hiring.library import files
from hiring.library.queries import read_folder
from hiring.library.rules import (
    Briefing,
    CalibrationAnswer,
    Notes,
    Question,
    Reference,
    Row,
    Text,
    Vignette,
)
from tests.library import sample
from tests.library.sample import (
    ANSWER,
    BRIEFING,
    FACTS,
    LOOK_FOR,
    NOTES,
    QUESTION,
    VIGNETTE,
    text_of,
    traits_with,
)

WORDS = next(line for line in text_of(ANSWER).splitlines() if line.startswith("I was on the desk"))


def read(text, file):
    entry, faults = files.read(text, file)
    assert faults == []
    return entry


def said(text, file):
    entry, faults = files.read(text, file)
    assert (entry is None) == bool(faults)
    return [str(fault) for fault in faults]


# --- what is read ---


def test_a_vignette_keeps_the_errors_apart_from_the_story():
    vignette = read(text_of(VIGNETTE), VIGNETTE)
    assert isinstance(vignette, Vignette)
    assert (vignette.key, vignette.trait, vignette.traits) == ("V90", "T03", ("T03", "T10"))
    assert vignette.story.startswith("A guest came to the desk")
    assert vignette.obvious_error == "The lamp was left as it was until the morning."
    assert vignette.hidden_error.endswith("taken at its word.")
    assert vignette.done_well == ""
    assert len(vignette.for_the_trainer) == 2
    assert [row.key for row in vignette.place.rows] == ["N71"]


def test_a_good_example_needs_no_errors():
    text = (
        text_of(VIGNETTE)
        .replace("## Obvious error", "## Done well")
        .replace(
            text_of(VIGNETTE)[
                text_of(VIGNETTE).index("## Hidden error") : text_of(VIGNETTE).index(
                    "## For the trainer"
                )
            ],
            "",
        )
    )
    assert read(text, VIGNETTE).done_well.startswith("The lamp was left")


def test_an_answer_has_levels_with_the_words_that_decide_them():
    answer = read(text_of(ANSWER), ANSWER)
    assert isinstance(answer, CalibrationAnswer)
    assert (answer.key, answer.trait, answer.question) == ("T03-A9", "T03", "T03-B1")
    assert answer.answer == WORDS
    assert answer.references[0] == Reference(
        "T03",
        4,
        ("I asked her what she needed the light for", "let me see what I can do right now"),
        "Asks for the effect before the remedy.",
    )
    assert [reference.level for reference in answer.references] == [4, 5, 2]


def test_curly_quotation_marks_are_as_good_as_straight_ones():
    text = text_of(ANSWER).replace(
        '"I also wrote it down for the day team"', "“I also wrote it down”"
    )
    assert read(text, ANSWER).references[1].quotes == ("I also wrote it down",)


def test_a_briefing_is_read_whole():
    briefing = read(text_of(BRIEFING), BRIEFING)
    assert isinstance(briefing, Briefing)
    assert briefing.key == "T03"
    assert briefing.traps == ("A soft voice is not listening.",)
    assert briefing.when_strong == ("Let them sit in on the hardest calls of the week.",)
    assert len(briefing.when_growing) == len(briefing.never_score) == 1


def test_notes_keep_their_headings_and_the_order_of_paragraphs_and_bullets():
    notes = read(text_of(NOTES), NOTES)
    assert isinstance(notes, Notes)
    assert notes.lead == (Text("A page to read once, in five minutes.", is_bullet=False),)
    assert (notes.key, notes.audience) == ("notes/before-the-interview", "recruiter")
    assert notes.sections["What to tell people"] == (
        Text("Say how long it takes and who will be there.", is_bullet=False),
        Text("Offer water.", is_bullet=True),
        Text("Say that notes are taken.", is_bullet=True),
        Text("Then begin.", is_bullet=False),
    )


def test_a_look_for_is_watched_for_and_not_asked():
    probe = read(text_of(LOOK_FOR), LOOK_FOR)
    assert isinstance(probe, Question)
    assert not probe.is_read_aloud
    assert probe.prompt.startswith("Remarks, at any time")
    assert probe.follow_ups == ()


def test_a_question_has_a_wording_for_each_setting_that_changes_the_scene():
    question = read(text_of(QUESTION), QUESTION)
    assert isinstance(question, Question)
    assert question.worded("phone").startswith("Suppose a caller")
    assert question.worded("team lead").startswith("Suppose one of your team")
    for setting in ("any", "chat", "counter"):
        assert question.worded(setting) == question.prompt
    assert question.goods == ("hearing the caller out", "the six people waiting")
    assert question.place.waived == {"reading-grade"}


# --- marks ---


@pytest.mark.parametrize(
    ("line", "words", "rows"),
    [
        ("- Offer water. [F02]", "Offer water.", ["F02"]),
        ("- Offer water. [F02, N26]", "Offer water.", ["F02", "N26"]),
        ("- Offer water. [F02,N26]", "Offer water.", ["F02", "N26"]),
        ("- Offer water [CIV].", "Offer water.", ["CIV"]),
        ("- Offer water. [R100].", "Offer water.", ["R100"]),
        ("- Offer\n  water. [G01]", "Offer water.", ["G01"]),
        ("- Offer water [sic]", "Offer water [sic]", []),
        ("- Offer [F02] water.", "Offer [F02] water.", []),
        ("- Offer water [a](b)", "Offer water [a](b)", []),
    ],
)
def test_a_mark_at_the_end_is_taken_off_and_its_rows_kept(line, words, rows):
    notes = read(text_of(NOTES).replace("- Offer water.", line), NOTES)
    assert notes.sections["What to tell people"][1].words == words
    number = text_of(NOTES).splitlines().index("- Offer water.") + 1
    kept = [row for row in notes.place.rows if row.line == number]
    assert kept == [Row(key, number) for key in rows]


@pytest.mark.parametrize("mark", ["[f02]", "[F2]", "[F02; N26]", "[F02 N26]", "[F02 and N26]"])
def test_what_is_nearly_a_mark_is_told(mark):
    (only,) = said(text_of(NOTES).replace("- Offer water.", f"- Offer water. {mark}"), NOTES)
    assert f"'{mark}' is nearly a mark. Write it as [F02, N26]" in only


def test_marks_stand_in_every_kind_of_file():
    for file in sample.ALL:
        lines = text_of(file).splitlines()
        number = max(n for n, line in enumerate(lines) if line.startswith("- "))
        if file == ANSWER:
            number = lines.index(WORDS)
        lines[number] += " [F01]"
        entry = read("\n".join(lines), file)
        assert Row("F01", number + 1) in entry.place.rows, file


# --- mistakes ---

SHORT = (
    "I asked her what she needed the light for. I said, let me see what I can do right now. I did "
    "not ask whether she had tried the switch. I also wrote it down for the day team."
)
MISTAKES = [
    (VIGNETTE, "key: V90", "key: V91", "the file's name says 'V90'"),
    (VIGNETTE, "traits: T03, T10", "traits: T10, T03", "Move it to the folder of T10."),
    (
        VIGNETTE,
        "traits: T03, T10",
        "traits: T03\nform: story",
        "not a head line of a vignette",
    ),
    (VIGNETTE, "## Story", "## Stroy", "Did you mean 'Story'?"),
    (VIGNETTE, "## Hidden error\n", "", "'Obvious error' is one short paragraph."),
    (
        VIGNETTE,
        "## Obvious error",
        "## Something",
        "'## Obvious error' is missing. Add it, or",
    ),
    (VIGNETTE, "The lamp was left", "- The lamp was left", "Take the bullet away."),
    (ANSWER, "question: T03-B1", "question: T04-B1", "'T04-B1' is not a question of T03."),
    (ANSWER, "question: T03-B1", "answers: T03-B1", "The head has no line 'question:'."),
    (ANSWER, WORDS, WORDS + " " + "And so on. " * 30, "words. Write 110 to 190."),
    (ANSWER, WORDS, SHORT, "'Answer' has 39 words. Write 110 to 190."),
    (ANSWER, 'day team". Went', 'day crew". Went', "does not stand in the Answer. Copy"),
    (ANSWER, "T05 level 5:", "T05, level 5:", "is not of the form: T03 level 4:"),
    (ANSWER, "T05 level 5:", "T05 level 6:", "Level 6 is not on the scale."),
    (ANSWER, "T05 level 5:", "T25 level 5:", "'T25' is not a trait we know."),
    (ANSWER, "T05 level 5:", "T10 level 5:", "T10 has two reference levels."),
    (ANSWER, " Went on to the cause unasked.", "", "The level of T05 has no reason."),
    (
        ANSWER,
        '"I also wrote it down for the day team". Went',
        "Went",
        "The level of T05 has no words from the answer beside it.",
    ),
    (
        ANSWER,
        '- T05 level 5: "I also wrote it down for the day team". Went on to the cause unasked.\n',
        "",
        "'Reference levels' has 2 bullets. Write 3 to 6.",
    ),
    (ANSWER, "- T03 level 4", "- T06 level 4", "The first reference level is of T06."),
    (BRIEFING, "# Briefing: Emp", "# Emp", "The title is '# Briefing: ' and the trait's"),
    (BRIEFING, "## Traps", "## Trap", "Did you mean 'Traps'?"),
    (BRIEFING, "key: T03", "key: T04", "the file's name says 'T03'"),
    (BRIEFING, "- Ask once more for the very words.", "", "has 1 bullet. Write 2 to 8."),
    (NOTES, "for: recruiter", "for: recruiters", "Did you mean 'recruiter'?"),
    (NOTES, "for: recruiter\n", "", "The head has no line 'for:'. Add it."),
    (NOTES, "key: notes/before", "key: before", "the file's name says 'notes/before-the"),
    (NOTES, "# Before the interview", "", "'A page to read once, in five minutes.' stands before"),
    (NOTES, "- Great Customer", "- A Book\n- Great Customer", "Title (Author, Year)."),
    (FACTS, "33%: of", "of", "does not begin with its figure and a colon."),
    (FACTS, ", as quoted in 2012.", ".", "does not say when it was quoted."),
    (FACTS, "as quoted, undated", "as quoted", "does not say when it was quoted."),
    (
        FACTS,
        " Source: Calling All Customers – Scream About Service! (CSS, undated)",
        "",
        "has no",
    ),
    (FACTS, "(CSS, undated)", "(CSS)", "Title (Author, Year)."),
    (LOOK_FOR, "## Watch for", "## Prompt", "Name the section 'Watch for', or choose another"),
    (LOOK_FOR, "form: interviewer look-for", "form: statement", "Name it 'Prompt', or change"),
    (QUESTION, "goods: hearing the caller out /", "goods:", "does not name two good things."),
    (QUESTION, "type: situational", "type: behavioural", "belongs to situational questions."),
    (QUESTION, "## Wording: phone", "## Wording: telephone", "Did you mean 'Wording: phone'?"),
    (QUESTION, "## Wording: phone", "## Wording: any", "is not a section of a question."),
    (QUESTION, ": the word is part of the job", ":", "There is no reason to waive 'reading-"),
    (
        QUESTION,
        "Suppose a caller is close to tears, and six calls wait. What do you do?",
        "",
        "'Wording: phone' is empty. Write its text below the heading.",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"), MISTAKES, ids=[f"{n}" for n in range(len(MISTAKES))]
)
def test_each_mistake_gets_a_sentence_with_a_way_out(file, old, new, words):
    text = text_of(file)
    assert old in text
    found = said(text.replace(old, new, 1), file)
    assert any(words in one for one in found), found
    assert len(found) <= 4
    for one in found:
        assert one.endswith((".", "?", ")")), one


# --- between files ---


def test_one_of_each_kind_beside_the_shipped_files_is_sound(tmp_path):
    library, faults = read_folder(traits_with(tmp_path / "traits"))
    assert faults == []
    # The briefing stands in the place of the shipped one.
    assert library.count().endswith(
        "122 probes, 71 vignettes, 65 calibration answers, 16 briefings, 8 pages of notes"
    )
    assert "V90" in library.vignettes
    assert {"notes/before-the-interview", "notes/figures"} < set(library.notes)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        (ANSWER, "T03-B1", "T03-B9", "question:", "The question T03-B9 is not in this"),
        (QUESTION, "T03-S8", "T03-S99", "parallel:", "The parallel T03-S99 is not a question"),
        (QUESTION, "T03-S8", "T03-B1", "parallel:", "The parallel T03-B1 is of another type"),
        (QUESTION, "T03-S8", "T03-S1", "parallel:", "The parallel T03-S1 names T03-S2 as its own"),
    ],
)
def test_what_a_file_points_at_is_there(tmp_path, file, old, new, line, words):
    text = text_of(file).replace(old, new, 1)
    folder = traits_with(tmp_path / "traits", {file: text})
    _, faults = read_folder(folder)
    number = next(n for n, t in enumerate(text.splitlines(), 1) if t.startswith(line))
    assert [
        fault
        for fault in faults
        if (fault.file, fault.line) == (file, number) and words in fault.sentence
    ]


def test_what_hangs_on_a_missing_trait_stays_out(tmp_path):
    folder = traits_with(tmp_path / "traits")
    (folder / "T03-empathic-listening" / "trait.md").unlink()
    library, faults = read_folder(folder)
    hanging = [*library.vignettes, *library.answers]
    assert [key for key in hanging if key == "V90" or "T03-A" in key] == []
    assert "T03" not in library.briefings
    assert len(library.notes) == 8
    assert any("The trait T03 is missing" in fault.sentence for fault in faults)
