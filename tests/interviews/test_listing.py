"""Lists of candidates: whoever is in one is taken, known already, or named as a row to mend."""

import csv
import io
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hiring import spreadsheet
from hiring.interviews import listing
from hiring.interviews.listing import Row, read_list

MARKS = ",;\t\"'|=+-@#<> .\u200b\ufeff\u00a0éß漢"
TEXT = st.text(st.sampled_from("abcXYZ0189" + MARKS), max_size=12)
EMAIL = st.from_regex(r"[a-dA-D]{1,2}@[a-b]\.org", fullmatch=True)
HEADINGS = {"name": "Full Name", "email": "E-mail", "reference": "ID"}


def cleaned(cell):
    return spreadsheet._HIDDEN.sub("", cell).strip()


def visible(*texts):
    """Letters and digits with how often they are there: what nobody may lose."""
    return Counter(letter for text in texts for letter in text.lower() if letter.isalnum())


def kept(read):
    people = [*read.new, *read.known]
    parts = [part or "" for one in people for part in (one.name, one.email, one.reference)]
    return visible(read.headings, *parts, *(row.text for row in read.bad))


def as_csv(rows, separator):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue()


@st.composite
def lists(draw):
    """Rows of name, e-mail and reference, some bad, some blank, some of people named before."""
    rows = draw(st.lists(st.tuples(TEXT, EMAIL | TEXT, TEXT), max_size=12))
    again = draw(st.lists(st.sampled_from(rows), max_size=3)) if rows else []
    return [*rows, *again]


@given(lists(), st.sampled_from(",;\t"), st.sets(EMAIL, max_size=3), st.sets(TEXT, max_size=3))
def test_every_row_is_in_exactly_one_place_and_nobody_is_added_twice(
    rows, separator, emails, references
):
    # The line of headings keeps the separator out of doubt.
    text = as_csv([tuple(HEADINGS.values()), *rows], separator)
    read = read_list(text, emails, references)
    given_rows = [row for row in rows if any(map(cleaned, row))]
    assert len(read.new) + len(read.known) + len(read.bad) == len(given_rows)
    lines = [*(one.line for one in (*read.new, *read.known)), *(row.line for row in read.bad)]
    assert len(set(lines)) == len(lines)

    taken_emails = [one.email for one in read.new if one.email]
    taken_references = [one.reference for one in read.new if one.reference]
    assert len(set(taken_emails)) == len(taken_emails)
    assert len(set(taken_references)) == len(taken_references)
    assert not {email.lower() for email in emails} & set(taken_emails)
    assert not references & set(taken_references)
    for one in read.known:
        before = [other for other in (*read.new, *read.known) if other.line < one.line]
        here = {email.lower() for email in emails} | {other.email for other in before}
        known_by = references | {other.reference for other in before}
        assert one.email in here - {None} or one.reference in known_by - {None}
    assert all(row.sentence for row in read.bad)


@given(st.text(st.sampled_from('ab1@.,;\t"\r\n \u200b\x00\ufeff=é\u2028'), max_size=60))
@example('"Ann Lee,ann@a.org\nBob Roy,bob@a.org')
@example('Ann,ann@a.org,"12\nBob,bob@a.org,13\n')
@example('Ann,ann@a.org,"12\rBob,bob@a.org,13\r')
@example('"Lee, A., Ann";ann@a.org\nBob;bob@a.org')
def test_no_letter_of_any_text_is_lost(text):
    assert kept(read_list(text, [], [])) == visible(text)


@given(lists(), st.sampled_from(",;\t"))
def test_what_waits_to_be_mended_reads_as_the_same_rows_again(rows, separator):
    first = read_list(as_csv([tuple(HEADINGS.values()), *rows], separator), [], [])
    again = read_list(first.to_mend, [], [])
    assert [(row.text, row.sentence) for row in again.bad] == [
        (row.text, row.sentence) for row in first.bad
    ]
    assert not again.new
    assert not again.known


@given(st.permutations(list(HEADINGS)), st.sampled_from(",;\t"), st.booleans())
def test_headings_may_stand_in_any_order(order, separator, has_phone):
    person = {"name": "Lee, Ann", "email": "Ann@A.org", "reference": "7;1"}
    titles = [HEADINGS[column] for column in order] + ["Phone"] * has_phone
    cells = [person[column] for column in order] + ["00"] * has_phone
    read = read_list(as_csv([titles, cells], separator), [], [])
    assert read.new == (Row(2, "Lee, Ann", "ann@a.org", "7;1"),)
    assert not read.bad


@pytest.mark.parametrize("heading", sorted(listing.COLUMNS))
def test_every_name_of_a_column_is_understood_in_any_case(heading):
    column = listing.COLUMNS[heading]
    person = {"name": "Ann", "email": "ann@a.org", "reference": "C7"}
    others = [HEADINGS[other] for other in HEADINGS if other != column]
    cells = [person[column], *(person[other] for other in HEADINGS if other != column)]
    read = read_list(as_csv([[f" {heading.upper()} ", *others], cells], ","), [], [])
    assert read.new == (Row(2, "Ann", "ann@a.org", "C7"),)


def test_without_headings_the_columns_are_name_email_and_reference():
    read = read_list("Ann Lee, ann@a.org, C-1\n\n   \nBob Roy,,C-2\nCem Oz,cem@a.org", [], [])
    assert read.new == (
        Row(1, "Ann Lee", "ann@a.org", "C-1"),
        Row(4, "Bob Roy", None, "C-2"),
        Row(5, "Cem Oz", "cem@a.org", None),
    )
    assert (read.known, read.bad, read.to_mend) == ((), (), "")


def test_someone_who_is_here_is_not_added_again_in_whatever_case_the_address_is():
    read = read_list("Ann,ANN@a.org\nBob,b@a.org,C-2\nBobby,b2@a.org,C-2", ["ann@A.org"], [])
    assert [one.name for one in read.known] == ["Ann", "Bobby"]
    assert [one.name for one in read.new] == ["Bob"]


def test_a_reference_that_looks_like_an_address_is_not_an_address():
    read = read_list("Ann,#b@a.org\nBob,,b@a.org\nCem,b@a.org", [], [])
    assert [one.name for one in read.new] == ["Ann", "Bob", "Cem"]


@pytest.mark.parametrize("name", ["=1+1", "+49 Ann", "-Ann", "@SUM(A1)", '=HYPERLINK("x")', "<b>A"])
def test_a_name_like_a_formula_stays_the_text_it_is(name):
    read = read_list(as_csv([[name, "ann@a.org", "=2+2"]], ","), [], [])
    assert read.new == (Row(1, name, "ann@a.org", "=2+2"),)


def test_what_nobody_sees_is_taken_out():
    read = read_list("\ufeffAn\u200bn\x00 Lee\u202e,ann@a.org\u200e, C\x1f7 \u2066", [], [])
    assert read.new == (Row(1, "Ann Lee", "ann@a.org", "C7"),)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",ann@a.org", "The name is missing"),
        ("Ann", "neither an e-mail address nor a reference"),
        ("Ann,ann(at)a.org", "“ann(at)a.org” is not an e-mail address"),
        ("Ann,ann@a", "“ann@a” is not an e-mail address"),
        ("Ann," + "a" * 200 + "@a.org", "is not an e-mail address"),
        ("A" * 121 + ",ann@a.org", "more than 120 letters"),
        ("Ann,ann@a.org," + "7" * 61, "more than 60 characters"),
        ("Lee, Ann,ann@a.org,C-7", "4 columns, not 3. Put quotes around commas"),
        ('Ann,ann@a.org,"C-7', "quotation mark that is not closed"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_with_its_line_and_the_reason(row, sentence):
    ending = "" if row.endswith('"C-7') else "\nCem,cem@a.org"
    read = read_list(f"Bob,bob@a.org\n{row}\nDee,dee@a.org{ending}", [], [])
    (bad,) = read.bad
    assert bad.line == 2
    assert sentence in bad.sentence
    assert [one.name for one in read.new][:1] == ["Bob"]


def test_the_longest_that_is_allowed_is_taken():
    email = "a" * 194 + "@a.org"
    assert read_list(f"{'A' * 120},{email},{'7' * 60}", [], []).new == (
        Row(1, "A" * 120, email, "7" * 60),
    )


def test_a_quotation_mark_left_open_before_a_long_list_is_named_and_loses_nothing():
    text = 'Zoe,zoe@a.org\n"Ann,ann@a.org\n' + "Bob Roy,bob@a.org\n" * 9_000
    read = read_list(text, [], [])
    assert [one.name for one in read.new] == ["Zoe"]
    (bad,) = read.bad
    assert "not closed" in bad.sentence
    assert kept(read) == visible(text)


def test_a_list_holds_a_thousand_and_names_the_rest():
    rows = [f"Person {number},,R{number}" for number in range(1, 1_003)]
    read = read_list("\n".join(rows), [], [])
    assert len(read.new) == 1_000
    assert [row.line for row in read.bad] == [1_001, 1_002]
    assert "1,000 candidates" in read.bad[0].sentence
    assert read.to_mend == "Person 1001,,R1001\nPerson 1002,,R1002"
