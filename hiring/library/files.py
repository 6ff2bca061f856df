"""The text of a library file as a trait or question, or as faults with their lines. Pure."""

from hiring.library.checks import check, listed
from hiring.library.pages import Page, take_apart
from hiring.library.rules import Fault, Question, Trait


def read(text: str, file: str) -> tuple[Trait | Question | None, list[Fault]]:
    """The entry a file holds, or None and every fault found in it.

    `file` is the path below the library's folder, such as `T03-empathic-listening/trait.md`.
    """
    page = take_apart(text, file)
    check(page)
    if page.faults:
        return None, sorted(page.faults, key=lambda fault: fault.line)
    return (_trait(page) if page.kind == "trait" else _question(page)), []


def _trait(page: Page) -> Trait:
    return Trait(
        key=page.head["key"].text,
        name=page.title.text if page.title else "",
        definition=page.prose("Definition"),
        not_part=page.bullets("Not part of it"),
        anchors=page.anchors(),
        look_fors=page.bullets("Look-fors"),
        warnings=page.bullets("Warnings"),
        neighbours=listed(page.head["neighbours"].text),
        sources=page.bullets("Sources"),
        place=page.place(),
    )


def _question(page: Page) -> Question:
    head = {name: line.text for name, line in page.head.items()}
    is_probe = page.kind == "probe"
    return Question(
        key=head["key"],
        kind="probe" if is_probe else head["type"],
        form=head["form"] if is_probe else None,
        traits=listed(head["traits"]) if is_probe else (head["key"].partition("-")[0],),
        title=page.title.text if page.title else "",
        prompt=page.prose("Prompt" if is_probe else "Question"),
        shown=page.prose("Shown to the candidate"),
        follow_ups=page.bullets("Follow-ups"),
        anchors=page.anchors() if is_probe else None,
        look_fors=page.bullets("Look-fors"),
        warnings=page.bullets("Warnings"),
        minutes=int(head["minutes"]),
        settings=listed(head["setting"]),
        parallel=head.get("parallel") or None,
        sources=page.bullets("Sources"),
        place=page.place(),
    )
