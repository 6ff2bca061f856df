"""What may not be asked, each in the ways people ask it, and what only looks like it."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.library.protected import MATTERS, touched

TABLE = tomllib.loads((Path(__file__).parent / "protected.toml").read_text())
MUST: dict[str, list[str]] = TABLE["must"]
MUST_NOT: list[str] = TABLE["must_not"]["sentences"]

EVERY = [(name, text) for name, texts in MUST.items() for text in texts]


def names(text: str) -> set[str]:
    return {matter.name for matter, _ in touched(text)}


@pytest.mark.parametrize(("name", "text"), EVERY, ids=[text[:40] for _, text in EVERY])
def test_what_may_not_be_asked_is_told_by_its_matter(name, text):
    assert name in names(text)


@pytest.mark.parametrize("text", MUST_NOT, ids=[text[:40] for text in MUST_NOT])
def test_what_only_looks_like_it_is_left_alone(text):
    assert names(text) == set()


def test_every_matter_has_its_table_and_says_what_to_ask_instead():
    assert {matter.name for matter in MATTERS} == set(MUST)
    for matter in MATTERS:
        assert matter.instead.endswith(".")


def test_the_words_that_do_it_are_told():
    ((matter, words),) = touched("So, to begin: how old are you, if I may ask?")
    assert (matter.name, words) == ("age", "how old are you")


@given(
    st.sampled_from(EVERY),
    st.sampled_from(["", "Well, ", "Thank you for coming. ", "One more thing, if I may: "]),
    st.sampled_from([str, str.upper, str.lower, lambda text: text.replace(" ", "\n  ")]),
    st.sampled_from(["", " Take your time.", " It can be from any part of your life."]),
)
def test_no_way_of_writing_it_hides_it(case, before, change, after):
    name, text = case
    assert name in names(f"{before}{change(text)}{after}")


@given(st.sampled_from(MUST_NOT), st.sampled_from(MUST_NOT), st.sampled_from([" ", "\n\n"]))
def test_two_innocent_sentences_make_no_guilty_one(one, other, between):
    assert names(one + between + other) == set()


@given(st.text(max_size=300))
def test_any_text_at_all_is_read(text):
    for matter, words in touched(text):
        assert re.search(r"\w", words), matter.name
