"""What two versions of a text are told to have in common, and what not."""

from hypothesis import given
from hypothesis import strategies as st

from hiring.library import changes
from hiring.library.changes import IN, OUT, SAME, SKIPPED

texts = st.lists(st.sampled_from("abcdef"), max_size=40).map("\n".join)


def test_a_changed_line_is_shown_with_two_lines_around_it():
    before = "\n".join("abcdefghij")
    assert changes.lines(before, before.replace("e", "E")) == [
        (SKIPPED, "2 lines the same"),
        (SAME, "c"),
        (SAME, "d"),
        (OUT, "e"),
        (IN, "E"),
        (SAME, "f"),
        (SAME, "g"),
        (SKIPPED, "3 lines the same"),
    ]


def test_line_ends_do_not_count():
    assert changes.lines("a\r\nb\r\n", "a\nb") == [(SKIPPED, "2 lines the same")]


@given(texts, texts)
def test_nothing_that_changed_is_left_out(before, after):
    told = changes.lines(before, after)
    for kind, text in ((OUT, before), (IN, after)):
        lines = iter(text.splitlines())
        assert all(line in lines for said, line in told if said in (kind, SAME)), "in its order"
    skipped = sum(int(line.split()[0]) for kind, line in told if kind == SKIPPED)
    kept = sum(kind == SAME for kind, _ in told)
    for kind, text in ((OUT, before), (IN, after)):
        changed = sum(said == kind for said, _ in told)
        assert changed + kept + skipped == len(text.splitlines())
