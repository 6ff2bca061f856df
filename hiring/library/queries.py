"""The library's folder as a Library, read again when a file in it changes."""

import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hiring.library import files, whole
from hiring.library.coverage import Inventory
from hiring.library.rules import Entry, Fault, Library

LARGEST_FILE = 200_000  # bytes; a trait takes about 3,000
NEARLY = (".md", ".txt", ".markdown", ".docx", ".odt", ".rtf")  # how a text of ours may be misnamed


def inventory() -> Inventory:
    """The rows that the library is built from, and those left out on purpose."""
    given = tomllib.loads((Path(__file__).parent / "inventory.toml").read_text(encoding="utf-8"))
    return Inventory(given["rows"], given.get("unused", {}))


def read_folder(folder: Path) -> tuple[Library, list[Fault]]:
    """All sound entries below a folder, and every fault of the others and between them."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    for path in _entry_files(folder):
        file = path.relative_to(folder).as_posix()
        text = _text(path, file, faults)
        if text is None:
            continue
        entry, found = files.read(text, file)
        faults.extend(found)
        if entry is not None:
            entries.append(entry)
    faults.extend(_misnamed(folder))
    library, between = whole.assemble(entries)
    return library, sorted([*faults, *between], key=lambda fault: (fault.file, fault.line))


def _entry_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/*.md") if path.is_file())


def _misnamed(folder: Path) -> Iterator[Fault]:
    for path in folder.glob("*/*"):
        if path.suffix != ".md" and path.name.lower().endswith(NEARLY):
            yield Fault(
                path.relative_to(folder).as_posix(),
                1,
                "Only names that end in .md are read. Save it as plain text with that ending.",
            )


def _text(path: Path, file: str, faults: list[Fault]) -> str | None:
    if path.stat().st_size > LARGEST_FILE:
        faults.append(Fault(file, 1, "The file is larger than 200 kB. Divide it or shorten it."))
        return None
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        faults.append(Fault(file, line, "The file is not UTF-8 text. Save it again as UTF-8."))
        return None


@dataclass
class Shelf:
    """A folder's library kept in memory: read once, and again after a file has changed.

    When a change brings faults, the last sound library stays in use and `faults` says why.
    """

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    _library: Library = field(default_factory=Library)
    _seen: tuple[tuple[str, int, int], ...] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def library(self) -> Library:
        stats = ((str(path), path.stat()) for path in _entry_files(self.folder))
        now = tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
        with self._lock:
            if now != self._seen:
                library, self.faults = read_folder(self.folder)
                if not self.faults or not self._library.traits:
                    self._library = library
                self._seen = now
            return self._library
