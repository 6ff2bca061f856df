"""Any answer makes the round trip through a form, in any script; any rubbish does no harm."""

import io
import json

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from hiring.paper import filled, reading, rules
from hiring.paper.rules import Raw, Take
from hiring.scorecards.forms import TEXTS, AnswerForm, sent
from hiring.scorecards.rules import HAPPENED, LEVELS, Answer
from hiring.summaries import form, making
from tests.paper import filling
from tests.summaries import sample
from tests.summaries.test_form import whole_guide

ITEM = sample.guide(1).items[0]
LISTS = {"follow_ups": ITEM.follow_ups, "look_fors": ITEM.look_fors, "warnings": ITEM.warnings}

# As the databases keep a text: one character for a line end, none that is zero, whole ones only.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")).map(
    lambda text: text if text.strip() else ""
)
NO_PRIVATE = WORDS.filter(lambda text: not any(ord(c) in filled.PRIVATE_USE for c in text))


def ticks(texts):
    return st.integers(0, 2 ** len(texts) - 1)


ANSWERS = st.one_of(
    st.builds(
        Answer,
        level=st.none() | st.sampled_from(list(LEVELS)),
        note=NO_PRIVATE,
        situation=NO_PRIVATE,
        action=NO_PRIVATE,
        result=NO_PRIVATE,
        free_follow_up=NO_PRIVATE,
        free_reason=NO_PRIVATE,
        happened=ticks(HAPPENED),
        happened_note=NO_PRIVATE,
        **{name: ticks(texts) for name, texts in LISTS.items()},
    ),
    st.builds(
        Answer, not_observed=st.just(value=True), reason=NO_PRIVATE.map(str.strip), note=NO_PRIVATE
    ),
)


def raw_of(answer):
    """The fields of question 1 as a reader finds them when somebody has filled in an answer."""
    return {name: Raw(value=value) for name, value in filling.values(1, sent(answer)).items()}


# --- answers ---


@given(ANSWERS)
def test_an_answer_is_read_as_it_was_filled_in(answer):
    read = filled.read([ITEM], raw_of(answer))[1]
    assert read.answer == answer
    assert read.faults == ()
    assert read.is_blank is (answer == Answer())


@given(ANSWERS)
def test_a_line_end_is_one_however_a_program_writes_it(answer):
    for end in ("\r\n", "\r"):
        raws = {
            name: Raw(value=raw.value.replace("\n", end)) for name, raw in raw_of(answer).items()
        }
        assert filled.read([ITEM], raws)[1].answer == answer


@given(st.dictionaries(st.sampled_from(list(form.fields([ITEM]))), st.builds(Raw, value=WORDS)))
def test_what_is_kept_of_a_file_comes_back(raws):
    kept = filled.from_json(filled.as_json(raws))
    assert {name: raw.value for name, raw in raws.items() if not raw.is_empty} == {
        name: raw.value for name, raw in kept.items()
    }


RUBBISH = st.builds(
    Raw,
    type=st.text(max_size=5),
    value=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.sampled_from(["/1", "/5", "/not_observed", "/Off", "/Yes", "/6", "3", "", "/"]),
        st.integers(3_990, 4_010).map(lambda n: "x" * n),
    ),
    is_odd=st.booleans(),
    marks=st.lists(
        st.sampled_from(["/1", "/2", "/not_observed", "/Off", "/Yes", "/x"]), max_size=3
    ),
)


@given(st.dictionaries(st.sampled_from(list(form.fields([ITEM]))), RUBBISH))
def test_whatever_a_file_holds_what_is_taken_is_an_answer(raws):
    read = filled.read([ITEM], raws)[1]
    form_again = AnswerForm(MultiDict({**sent(read.answer), "seen": "0"}))
    assert form_again.errors == []
    assert form_again.answer == read.answer
    for name, text in TEXTS.items():
        assert len(getattr(read.answer, name)) <= text.longest
    level = raws.get("q1_level", Raw())
    if level.is_odd or len(level.chosen) > 1 or level.chosen - set(form.CHOICES):
        assert read.answer.level is None
        assert not read.answer.not_observed
        assert read.faults


@pytest.mark.parametrize(
    ("raws", "sentence"),
    [
        ({"level": Raw(value="/6")}, "“6” is no level."),
        ({"level": Raw(value="seven")}, "“seven” is no level."),
        ({"level": Raw(is_odd=True)}, "“something else” is no level."),
        (
            {"level": Raw(value="/3", marks=["/not_observed"])},
            "Both 3 and not observed are",
        ),
        ({"level": Raw(marks=["/2", "/4"])}, "Both 2 and 4 are marked."),
        ({"level": Raw(value="/3"), "reason": Raw(value="late")}, "A reason is written, but"),
        (
            {"note": Raw(value="x" * 4_001)},
            "A note holds at most 4,000 characters. Here are",
        ),
        ({"reason": Raw(value="x" * 501)}, "Use at most 500 characters for the reason."),
        ({"note": Raw(is_odd=True)}, "What stands for “note” is no text."),
        ({"action": Raw(value="\uf44d")}, "has not stored some characters of “action”"),
    ],
)
def test_what_could_not_be_read_is_a_sentence(raws, sentence):
    read = filled.read([ITEM], {f"q1_{part}": raw for part, raw in raws.items()})[1]
    assert any(fault.startswith(sentence) or sentence in fault for fault in read.faults)
    assert not read.is_blank


def test_a_level_that_only_the_button_shows_is_taken():
    assert filled.read([ITEM], {"q1_level": Raw(marks=["/4"])})[1].answer.level == 4


# --- the two answers there are ---


@given(ANSWERS, ANSWERS)
def test_joining_drops_no_word_and_no_tick(one, other):
    for take in (Take.BOTH, Take.BOTH_CARD):
        both = rules.join_of(take, one, other)
        for answer in (one, other):
            assert answer.note in both.note
            assert answer.look_fors & ~both.look_fors == 0
    assert rules.join_of(Take.FORM, one, Answer(seconds=90)).seconds == 90


@given(st.integers(0, 9), st.integers(0, 9))
def test_somebody_else_types_only_over_nothing_or_over_their_own(version, entered):
    assert rules.may_type_over(version, entered) is (version in {0, entered})


# --- a whole guide ---

SCRIPTS = (
    "Grüße aus Łódź: „schön“, naïve façade, Žižka, ñandú – €5…",
    "Καλημέρα· πρῶτον ἄκουσε, ὕστερα ρώτησε.",
    "Сначала выслушала. «Да», — сказала Ольга Щёголева.",
    "قالت: «سأعود إليك قبل نهاية اليوم»، ثم عادت.",
    "היא אמרה: ״אני אחזור אליך״ וחזרה.",
    "她先听完，再问了一个问题。「那么呢？」",
    "👍🏽 👩‍👩‍👧 🇮🇪 𝔣𝔬𝔯𝔪",
    "e\u0301 a\u0308 Z\u0351\u036b\u0343 क्षि नमस्ते",
    "First line\nsecond line\n\n  fourth, indented\tand tabbed",
    "Parens ( ) \\ back\\slash <hex> % percent /Name",
)


def answer_for(number, item):
    text = SCRIPTS[number % len(SCRIPTS)]
    line = text.split("\n", maxsplit=1)[0]
    if number % 6 == 0:
        return Answer(not_observed=True, reason=line, happened=1, happened_note=line)
    return Answer(
        level=number % 5 + 1,
        note=text * 3,
        situation=text,
        action=SCRIPTS[(number + 1) % len(SCRIPTS)],
        result=text,
        follow_ups=number % 2 ** len(item.follow_ups),
        look_fors=number % 2 ** len(item.look_fors),
        warnings=number % 2 ** len(item.warnings),
        free_follow_up=line,
        free_reason=line,
        happened=number % 2 ** len(HAPPENED),
        happened_note=line,
    )


@pytest.fixture(scope="module")
def whole():
    """A form of all fifteen traits and civility with two questions each, and twelve probes."""
    guide = making.guide_sheet(whole_guide())
    traits = {item.trait for item in guide.items}
    chosen, probes = list(guide.items[:0]), list(guide.items[:0])
    for item in guide.items:
        if item.kind.startswith("probe"):
            probes.append(item)
        elif sum(one.trait == item.trait for one in chosen) < 2:
            chosen.append(item)
    assert len(traits) == 16
    items = [*chosen, *probes[:: max(1, len(probes) // 12)][:12]]
    assert len(items) >= 40
    numbered = [
        type(item)(**{**{name: getattr(item, name) for name in item.__slots__}, "number": number})
        for number, item in enumerate(items, start=1)
    ]
    sheet = sample.form(type(guide)(guide.opening, guide.guide, 60, "", "", tuple(numbered)))
    return sheet, filling.blank(sheet)


@pytest.mark.pdf
@pytest.mark.parametrize("fill", [filling.by_pikepdf, filling.by_pypdf])
@pytest.mark.filterwarnings("ignore:.*not supported by font encoding")
def test_a_guide_of_all_traits_and_probes_makes_the_round_trip_in_every_script(whole, fill):
    sheet, blank = whole
    answers = {item.number: answer_for(item.number, item) for item in sheet.guide.items}
    values: dict[str, str] = {}
    for number, answer in answers.items():
        values |= filling.values(number, sent(answer))
    came = reading.read_form(fill(blank, values))
    rules.check_same_form(form.fields(sheet.guide.items), came.fields, came.pages)
    assert came.fields[form.CODE].value == sheet.token
    read = filled.read(sheet.guide.items, came.fields)
    for number, answer in answers.items():
        assert read[number].answer == answer
        assert read[number].faults == ()


@pytest.mark.pdf
def test_a_form_nobody_has_filled_in_says_nothing(whole):
    sheet, blank = whole
    came = reading.read_form(blank)
    assert all(one.is_blank for one in filled.read(sheet.guide.items, came.fields).values())
    kept = {name: raw for name, raw in came.fields.items() if name != form.CODE}
    assert json.loads(filled.as_json(kept)) == {}


@pytest.mark.pdf
@pytest.mark.parametrize(
    ("encoded", "text"),
    [
        (b"\xfe\xff" + "Łódź 👍".encode("utf-16-be"), "Łódź 👍"),
        (b"\xef\xbb\xbf" + "Łódź 👍".encode(), "Łódź 👍"),
        (b"na\xefve \x84", "naïve —"),  # PDFDocEncoding
        (b"\xfe\xff\xd8\x3d" + "!".encode("utf-16-be"), None),  # half a character
    ],
)
def test_a_text_is_read_in_each_way_that_pdf_writes_it(encoded, text):
    made = filling.blank(sample.form(sample.guide(1)))
    with pikepdf.open(io.BytesIO(made)) as opened:
        filling.field(opened, "q1_note").V = pikepdf.Object.parse(
            b"<" + encoded.hex().encode() + b">"
        )
        made = filling.saved(opened)
    read = reading.read_form(made).fields["q1_note"].value
    if text is None:
        assert read.encode(), "whole characters only"
    else:
        assert read == text
