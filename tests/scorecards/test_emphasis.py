"""Key words of anchors: found at one level only, few, and the text itself stays as it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from hiring.scorecards import emphasis
from tests import factories

SHELF = factories.library()
RUBRICS = {
    **{key: trait.anchors for key, trait in SHELF.traits.items()},
    **{key: question.anchors for key, question in SHELF.questions.items() if question.anchors},
}


def levels(key):
    return [RUBRICS[key][level] for level in (1, 3, 5)]


def bold(markup):
    return re.findall(r"<b>(.*?)</b>", markup)


@pytest.mark.parametrize("key", RUBRICS)
def test_a_key_word_of_the_library_stands_at_its_level_alone(key):
    for level, texts in emphasis.marked(*levels(key)).items():
        others = " ".join(
            text for other in (1, 3, 5) if other != level for text in RUBRICS[key][other]
        )
        for shown, text in zip(texts, RUBRICS[key][level], strict=True):
            assert shown.striptags() == " ".join(text.split())
            assert len(bold(shown)) <= emphasis.MOST_KEY_WORDS
            for word in bold(shown):
                assert not re.search(rf"(?i)\b{re.escape(word)}\b", others)


def test_nearly_every_indicator_of_the_library_has_one():
    shown = [
        text
        for key in RUBRICS
        for texts in emphasis.marked(*levels(key)).values()
        for text in texts
    ]
    assert sum(bool(bold(text)) for text in shown) > 0.9 * len(shown)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("Asked about the facts.", "Asked about the trouble.", ["trouble"]),
        ("Checks it.", "Checked it, then rang.", ["rang"]),
        ("Said so.", "Would have done without them.", []),
        ("No.", "Longest, longer, words, wins.", ["Longest", "longer", "words"]),
        ("Their colleague.", "The colleague's fault.", ["fault"]),
        ("x", "", []),
    ],
)
def test_what_is_marked(low, high, expected):
    assert bold(emphasis.marked((low,), (), (high,))[5][0]) == expected


@given(st.lists(st.text(alphabet="ab <&>'’é.", max_size=12), max_size=3))
def test_no_text_is_changed_or_taken_for_markup(texts):
    found = emphasis.marked(tuple(texts), ("other words",), ())[1]
    assert [str(one).replace("<b>", "").replace("</b>", "") for one in found] == [
        str(escape(text)) for text in texts
    ]
