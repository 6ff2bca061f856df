"""Finding entries by words and filters: what passes, in which order, and what is shown of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.library.finding import KINDS, LONGEST_EXCERPT, Wanted, kind_of, search, traits_of
from hiring.library.rules import FORMS, SETTINGS, Question
from tests import factories

LIBRARY = factories.library()
ENTRIES = list(LIBRARY.entries())


def keys(**wanted):
    return [hit.entry.key for hit in search(LIBRARY, Wanted(**wanted))]


@pytest.mark.parametrize(
    ("words", "kind", "key"),
    [
        ("T03", "trait", "T03"),
        ("empathic", "", "T03"),
        ("EMPATHIC listening", "trait", "T03"),
        ("listening empathic", "trait", "T03"),
        ("67%", "probe", "P01"),
        ("statement", "probe", "P01"),
        ("situational question", "", "T03-S1"),
        ("gift refused", "vignette", "V22"),
        ("from his last boat", "answer", "T03-A1"),
        ("set text talk people", "briefing", "T03"),
        ("rank departments kindness nobody", "notes", "notes/recruiter"),
        ("33% survey rude", "notes", "notes/facts"),
    ],
)
def test_entries_of_every_kind_are_found_by_words_that_all_stand_in_them(words, kind, key):
    found = keys(words=words, kind=kind)
    assert key in found
    assert len(found) < len(ENTRIES)


def test_nothing_wanted_is_everything_and_nonsense_nothing():
    assert len(keys()) == len(ENTRIES) == 421
    assert keys(words="empathic xyzzy") == []
    for name in ("kind", "trait", "form", "setting"):
        assert keys(**{name: "nonsense"}) == []


def test_kinds_part_the_library():
    parts = {kind: keys(kind=kind) for kind in KINDS}
    assert sum(map(len, parts.values())) == len(ENTRIES)
    assert {kind: len(part) for kind, part in parts.items()} == {
        "trait": 16,
        "behavioural": 64,
        "situational": 64,
        "probe": 121,
        "vignette": 70,
        "answer": 64,
        "briefing": 16,
        "notes": 6,
    }


def test_a_trait_is_found_with_all_that_speaks_of_it():
    found = search(LIBRARY, Wanted(trait="T15"))
    assert all("T15" in traits_of(hit.entry) for hit in found)
    assert {kind_of(hit.entry) for hit in found} == set(KINDS) - {"notes"}
    scored = {q.key for q in LIBRARY.questions_of("T15")}
    linked = {q.key for q in LIBRARY.linked_probes("T15")}
    questions = {hit.entry.key for hit in found if isinstance(hit.entry, Question)}
    assert questions == scored | linked
    assert linked


def test_only_probes_have_a_form():
    by_form = [keys(form=form) for form in FORMS]
    assert sorted(key for part in by_form for key in part) == sorted(p.key for p in LIBRARY.probes)


@pytest.mark.parametrize("setting", SETTINGS[1:])
def test_what_is_made_for_a_setting_comes_before_what_suits_any_in_its_own_wording(setting):
    found = search(LIBRARY, Wanted(setting=setting))
    made = []
    for hit in found:
        assert isinstance(hit.entry, Question)
        assert hit.entry.fits(setting)
        made.append(setting in hit.entry.wordings or setting in hit.entry.settings)
        shown = "".join(piece for piece, _ in hit.excerpt).removesuffix(" …")
        assert hit.entry.worded(setting).replace("\n\n", " ").startswith(shown)
    assert made == sorted(made, reverse=True)
    assert 0 < sum(made) < len(made)


def test_what_is_called_so_comes_first():
    assert keys(words="the one-third figure")[0] == "P01"
    assert keys(words="p22")[0] == "P22"
    assert keys(words="empathic")[:2] == ["T03", "T03"]  # the trait, then its briefing


def test_what_only_trainers_should_see_finds_nothing():
    vignette = LIBRARY.vignettes["V22"]
    words = "offer of goodwill as a question of guilt"
    assert words in vignette.hidden_error
    assert keys(words=words) == []
    reason = LIBRARY.answers["T03-A1"].references[0].reason
    assert keys(words=reason) == []


def test_the_excerpt_is_of_the_text_that_holds_the_words_and_marks_them():
    (hit,) = (
        h for h in search(LIBRARY, Wanted("wish SUPERVISOR proposal")) if h.entry.key == "P24"
    )
    assert hit.excerpt == (
        ("Follows the customer's ", False),
        ("wish", True),
        (" for the ", False),
        ("supervisor", True),
        (" at the first request, and lets their own ", False),
        ("proposal", True),
        (" go.", False),
    )


def test_a_long_text_is_cut_around_the_word():
    (hit,) = (h for h in search(LIBRARY, Wanted("boiler")) if h.entry.key == "T03-A1")
    text = "".join(piece for piece, _ in hit.excerpt)
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert text.strip("… ") in LIBRARY.answers["T03-A1"].answer


words = st.sampled_from(
    ["customer", "the", "a", "rude", "67%", "(", ".*", "ß", "İ", "listen", "T0"]
)


@given(st.lists(words, max_size=3), st.sampled_from(["", *KINDS]), st.sampled_from(["", "phone"]))
def test_an_excerpt_is_a_part_of_the_entry_and_only_words_looked_for_are_marked(
    given_words, kind, setting
):
    wanted = Wanted(" ".join(given_words), kind, setting=setting)
    for hit in search(LIBRARY, wanted):
        for piece, is_wanted in hit.excerpt:
            assert is_wanted == (piece.casefold() in {w.casefold() for w in given_words})
        assert len("".join(piece for piece, _ in hit.excerpt)) <= LONGEST_EXCERPT + 4
