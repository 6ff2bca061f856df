"""What an own file says otherwise than the shipped one in whose place it stands. Pure."""

from difflib import SequenceMatcher

SAME, OUT, IN, SKIPPED = "same", "out", "in", "skipped"
_AROUND = 2  # lines that stay, shown before and after a change


def lines(before: str, after: str) -> list[tuple[str, str]]:
    """The lines of both, each with what became of it. Long stretches that stay are skipped."""
    old, new = before.splitlines(), after.splitlines()
    told: list[tuple[str, str]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            told += _same(old[a1:a2], is_first=a1 == 0, is_last=a2 == len(old))
        else:
            told += [(OUT, line) for line in old[a1:a2]]
            told += [(IN, line) for line in new[b1:b2]]
    return told


def _same(kept: list[str], *, is_first: bool, is_last: bool) -> list[tuple[str, str]]:
    head = 0 if is_first else _AROUND
    tail = 0 if is_last else _AROUND
    if len(kept) <= head + tail + 1:
        return [(SAME, line) for line in kept]
    return [
        *((SAME, line) for line in kept[:head]),
        (SKIPPED, f"{len(kept) - head - tail} lines the same"),
        *((SAME, line) for line in kept[len(kept) - tail :]),
    ]
