"""The retranslation kit's files: sheets out to judges, and back in."""

from pathlib import Path

from hiring.library import retranslation
from hiring.library.rules import Library
from hiring.refusal import Refused


def write(library: Library, seed: int, out: Path, probes: int) -> list[Path]:
    """Write the sheet and the text for judges beside it. Neither replaces a file."""
    if out.suffix.lower() != ".csv":
        raise Refused(f"{out.name} is not a name for a sheet. Let it end in .csv.")
    text = out.with_name(f"{out.stem}-for-the-judge.md")
    for file in (out, text):
        if file.exists():
            raise Refused(f"There is a file {file} already. It may hold a judge's work: name another.")
    made = retranslation.make(library, seed, probes)
    out.parent.mkdir(parents=True, exist_ok=True)
    # With a mark at the start, by which Excel knows UTF-8.
    out.write_text(retranslation.sheet(made), encoding="utf-8-sig")
    text.write_text(retranslation.instructions(library, made, out.name), encoding="utf-8")
    return [out, text]
