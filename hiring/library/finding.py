"""Finding entries of the library by their words. Pure."""

from hiring.library.rules import Library, Question, Trait


def search(library: Library, words: str, kind: str = "") -> list[Trait | Question]:
    """Entries that hold every word somewhere, traits first. `kind` narrows to one kind."""
    wanted = words.casefold().split()
    entries: list[Trait | Question] = [*library.traits.values(), *library.questions.values()]
    return [
        entry
        for entry in entries
        if kind in ("", "trait" if isinstance(entry, Trait) else entry.kind)
        and all(word in _text_of(entry) for word in wanted)
    ]


def _text_of(entry: Trait | Question) -> str:
    parts: list[str] = [entry.key, *entry.look_fors, *entry.warnings]
    for indicators in (entry.anchors or {}).values():
        parts.extend(indicators)
    if isinstance(entry, Trait):
        parts += [entry.name, entry.definition, *entry.not_part]
    else:
        parts += [entry.title, entry.prompt, entry.shown, entry.label, *entry.follow_ups]
    return " ".join(parts).casefold()
