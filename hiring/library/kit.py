"""The retranslation kit's files: sheets out to judges, and back in."""

from collections.abc import Sequence
from pathlib import Path

from hiring import spreadsheet
from hiring.library import judging, retranslation
from hiring.library.rules import Fault, Library
from hiring.refusal import Refused

LARGEST_SHEET = 2_000_000  # bytes; one of 350 indicators takes 30,000


def write(library: Library, seed: int, out: Path, probes: int) -> list[Path]:
    """Write the sheet and the text for judges beside it. Neither replaces a file."""
    if out.suffix.lower() != ".csv":
        raise Refused(f"{out.name} is not a name for a sheet. Let it end in .csv.")
    text = out.with_name(f"{out.stem}-for-the-judge.md")
    for file in (out, text):
        if file.exists():
            raise Refused(
                f"There is a file {file} already. It may hold a judge's work: name another."
            )
    made = retranslation.make(library, seed, probes)
    out.parent.mkdir(parents=True, exist_ok=True)
    # With a mark at the start, by which Excel knows UTF-8.
    out.write_text(retranslation.sheet(made), encoding="utf-8-sig")
    text.write_text(retranslation.instructions(library, made, out.name), encoding="utf-8")
    return [out, text]


def read(files: Sequence[Path], library: Library) -> tuple[list[judging.Judged], list[Fault]]:
    """All sheets, or every fault of each and between them: then nothing is to be scored."""
    sheets: list[judging.Judged] = []
    faults: list[Fault] = []
    for path in files:
        content = path.read_bytes()
        text = spreadsheet.decoded(content) if len(content) <= LARGEST_SHEET else None
        if text is None:
            faults.append(Fault(str(path), 1, "It is not a sheet of ours. Save it as CSV."))
            continue
        sheet, found = judging.read(text, str(path), library)
        faults.extend(found)
        if sheet is not None:
            sheets.append(sheet)
    return sheets, [*faults, *judging.faults_between(sheets)]
