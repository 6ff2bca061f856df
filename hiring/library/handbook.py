"""The rules of the lint as the page docs/lint.md. Pure."""

from hiring.library.lint import RULES
from hiring.library.protected import MATTERS

_HEAD = """# The rules for questions and anchors

`flask library check` holds every file of the library to these rules. The guide builder shows them
while a recruiter words a question, and `flask library lint --question "…" --type behavioural` tells
them for one sentence. Words in quotation marks are somebody's in a story, and most rules pass over
them.

A file may break a rule for a reason. Write it into the head, with the rule's name:

    waive reading-grade: the name of the form is long, and the job is to know it

This page is made of the rules themselves: `flask library rules > docs/lint.md`.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *(_rule(name) for name in RULES), _matters()])


def _rule(name: str) -> str:
    rule = RULES[name]
    return (
        f"## {name}\n\n"
        f"{rule.says} {rule.instead}\n\n"
        f"- It holds for {rule.of}.\n"
        f"- Not: {rule.bad}\n"
        f"- But: {rule.good}\n"
    )


def _matters() -> str:
    rows = (f"| `protected: {m.name}` | {m.about} | {m.instead} |" for m in MATTERS)
    return "\n".join(
        [
            "## The protected matters\n",
            "Only asking the candidate counts. A customer may be ill, a product young, and two",
            "lists may be married up.\n",
            "| name | what is asked about | instead |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
