"""Files of the kinds that teach, as an author may write them, and a folder that holds them."""

import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hiring import config
from hiring.library import files, whole
from hiring.library.queries import read_folder
from hiring.library.rules import Library

FOLDER = Path(__file__).parent / "samples"

VIGNETTE = "T03-empathic-listening/V90-the-lamp.md"
ANSWER = "T03-empathic-listening/T03-A9-the-lamp.md"
BRIEFING = "T03-empathic-listening/briefing.md"
NOTES = "notes/before-the-interview.md"
FACTS = "notes/figures.md"
LOOK_FOR = "T14-service-by-choice/P906-somewhere-else.md"
QUESTION = "T03-empathic-listening/T03-S9-close-to-tears.md"
PARALLEL = "T03-empathic-listening/T03-S8-the-coach.md"
ALL = (VIGNETTE, ANSWER, BRIEFING, NOTES, FACTS, LOOK_FOR, QUESTION, PARALLEL)


def text_of(file: str) -> str:
    return (FOLDER / file).read_text()


@cache
def library() -> Library:
    """The shipped library with the samples in it."""
    with tempfile.TemporaryDirectory() as folder:
        found, faults = read_folder(traits_with(Path(folder) / "traits"))
    assert faults == []
    return found


def alone() -> Library:
    """The samples, and of the shipped library only its traits."""
    read = [files.read(text_of(file), file)[0] for file in ALL]
    found, _ = whole.assemble(
        [*library().traits.values(), *(entry for entry in read if entry is not None)]
    )
    return found


def traits_with(folder: Path, texts: Mapping[str, str] | None = None) -> Path:
    """A copy of the shipped library with these files in it, else with all samples."""
    made = Path(shutil.copytree(config.ROOT / "traits", folder))
    given = {file: text_of(file) for file in ALL} if texts is None else texts
    for file, text in given.items():
        (made / file).parent.mkdir(exist_ok=True)
        (made / file).write_text(text)
    return made
