"""Keys in texts lead to their entries, and facts fall into their parts."""

from hypothesis import given
from hypothesis import strategies as st

from hiring.library.bullets import Fact, fact
from hiring.library.linking import pieces
from tests import factories

LIBRARY = factories.library()


def test_the_key_of_an_entry_leads_to_it():
    text = "See Resilient and warm (T13), V51 to V56 and T03-A1; ask P22."
    assert pieces(text, LIBRARY) == [
        ("See Resilient and warm (", ""),
        ("T13", "T13"),
        ("), ", ""),
        ("V51", "V51"),
        (" to ", ""),
        ("V56", "V56"),
        (" and ", ""),
        ("T03-A1", "T03-A1"),
        ("; ask ", ""),
        ("P22", "P22"),
        (".", ""),
    ]


def test_what_is_no_entry_is_plain_text():
    for text in ("T99 and P999", "CIVIL", "XT03", "P1", "T03-B9", "notes/manager", ""):
        assert all(not key for _, key in pieces(text, LIBRARY)), text


@given(st.lists(st.sampled_from([*LIBRARY.questions, "T99", " ", "(", "V01", "CIV", "x"])))
def test_no_sign_is_lost(parts):
    text = "".join(parts)
    assert "".join(piece for piece, _ in pieces(text, LIBRARY)) == text


def test_a_fact_in_its_parts():
    assert fact(
        "82% and 54%: the chance, when solved: quickly, as quoted, undated. "
        "Source: It's All About Speed (CSS, undated)"
    ) == Fact(
        "82% and 54%",
        "the chance, when solved: quickly.",
        "as quoted, undated",
        "It's All About Speed (CSS, undated)",
    )


def test_every_fact_of_the_library_has_all_its_parts():
    facts = [
        fact(text.words)
        for notes in LIBRARY.notes_for("facts")
        for heading, texts in notes.sections.items()
        if heading != "Sources"
        for text in texts
        if text.is_bullet
    ]
    assert len(facts) == 19
    for one in facts:
        assert one.figure
        assert one.said.endswith(".")
        assert one.quoted.startswith("as quoted")
        assert one.source.endswith(")")
        assert "as quoted" not in one.said
