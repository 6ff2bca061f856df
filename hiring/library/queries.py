"""The library as it stands in files: the shipped folder and an organisation's own beside it."""

import logging
import os
import threading
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hiring.library import changes, files, whole
from hiring.library.coverage import Inventory
from hiring.library.rules import Entry, Fault, Library

LARGEST_FILE = 200_000  # bytes; a trait takes about 3,000
NEARLY = (".md", ".txt", ".markdown", ".docx", ".odt", ".rtf")  # how a text of ours may be misnamed

_log = logging.getLogger(__name__)

Stamp = tuple[int, int]  # when a file was changed, and its size
Slot = tuple[type[Entry], str]  # the kind of an entry and its key: an own one takes its place


def inventory() -> Inventory:
    """The rows that the library is built from, and those left out on purpose."""
    given = tomllib.loads((Path(__file__).parent / "inventory.toml").read_text(encoding="utf-8"))
    return Inventory(given["rows"], given.get("unused", {}))


def folders(config: Mapping[str, Any]) -> tuple[Path, Path | None]:
    """The shipped library, and the organisation's own files if there are any."""
    return Path(config["TRAITS"]), Path(config["LIBRARY"]) if config["LIBRARY"] else None


def read_folder(folder: Path, own: Path | None = None) -> tuple[Library, list[Fault]]:
    """All sound entries of the folders, and every fault of the others and between them."""
    shelf = Shelf(folder, own)
    return shelf.library(), shelf.faults


@dataclass(slots=True)
class _File:
    """A file as it was last read: its newest sound entry, and the last one that was in use."""

    stamp: Stamp
    faults: list[Fault] = field(default_factory=list)
    entry: Entry | None = None
    text: str = ""
    in_use: tuple[Entry, str] | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """An entry of the organisation's own folder, and the shipped one whose place it takes."""

    entry: Entry
    text: str
    shipped: Entry | None
    shipped_text: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What it says otherwise than the shipped one; nothing if they say the same."""
        return changes.lines(self.shipped_text, self.text) if self.says_otherwise else []

    @property
    def says_otherwise(self) -> bool:
        return self.text.splitlines() != self.shipped_text.splitlines()


class Shelf:
    """The library kept in memory: a file is read once, and again after it has changed.

    A file that gets faults keeps its last good version in use, and `faults` says what is wrong.
    An own file takes the place of the shipped entry with its key, and no shipped file is edited.
    """

    def __init__(self, shipped: Path, own: Path | None = None) -> None:
        self.faults: list[Fault] = []
        self.own: list[Own] = []
        self._folders = [_Folder(shipped, is_own=False)]
        if own is not None:
            self._folders.append(_Folder(own, is_own=True))
        self._library: Library | None = None
        self._lock = threading.Lock()

    @property
    def has_own(self) -> bool:
        return len(self._folders) > 1

    def library(self) -> Library:
        with self._lock:
            changed = [folder.look() for folder in self._folders]
            if self._library is None or any(changed):
                self._library = self._assemble()
            return self._library

    def _assemble(self) -> Library:
        library, between = whole.assemble(self._chosen())
        broken = {(fault.own, fault.file) for fault in between}
        for folder in self._folders:
            for name, file in folder.files.items():
                if file.entry is None:
                    continue
                is_broken = (folder.is_own, name) in broken
                # A new own file waits until it fits; without a shipped one much would be missing.
                if not is_broken or (file.in_use is None and not folder.is_own):
                    file.in_use = (file.entry, file.text)
        if broken:
            # What a change broke between files stays as it was, too.
            library, _ = whole.assemble(self._chosen(in_use=True))
        self.own = list(self._own())
        self._tell([*(fault for folder in self._folders for fault in folder.faults()), *between])
        return library

    def _chosen(self, *, in_use: bool = False) -> list[Entry]:
        """The entries of all folders. An own one takes the place of the shipped one."""
        chosen: dict[Slot, Entry] = {}
        twins: list[Entry] = []  # of the same folder, which is a fault that is told
        for folder in self._folders:
            here: set[Slot] = set()
            for file in folder.files.values():
                entry = file.entry
                if in_use or entry is None:
                    entry = file.in_use[0] if file.in_use else None
                if entry is None:
                    continue
                slot = (type(entry), entry.key)
                if slot in here:
                    twins.append(entry)
                else:
                    chosen[slot] = entry
                here.add(slot)
        return [*chosen.values(), *twins]

    def _own(self) -> Iterator[Own]:
        shipped = {
            (type(file.in_use[0]), file.in_use[0].key): file.in_use
            for file in self._folders[0].files.values()
            if file.in_use
        }
        for folder in self._folders[1:]:
            for file in folder.files.values():
                if file.in_use:
                    entry, text = file.in_use
                    other = shipped.get((type(entry), entry.key))
                    yield Own(entry, text, *(other or (None, "")))

    def _tell(self, faults: list[Fault]) -> None:
        for fault in faults:
            if fault not in self.faults:
                _log.warning("library%s: %s", " (own)" if fault.own else "", fault)
        self.faults = sorted(faults, key=lambda fault: (fault.own, fault.file, fault.line))


class _Folder:
    """One folder of files, of which only those are read anew that have changed."""

    def __init__(self, path: Path, *, is_own: bool) -> None:
        self.path = path
        self.is_own = is_own
        self.files: dict[str, _File] = {}
        self._seen: tuple[bool, dict[str, Stamp]] | None = None
        self._misplaced: list[Fault] = []

    def faults(self) -> Iterator[Fault]:
        yield from self._misplaced
        for file in self.files.values():
            yield from file.faults

    def look(self) -> bool:
        """Read what is new or has changed since the last look, and tell whether anything has."""
        now = dict(sorted(_stamps(self.path)))
        seen = (bool(now) or self.path.is_dir(), now)
        if seen == self._seen:
            return False
        self._seen = seen
        entries = {name: stamp for name, stamp in now.items() if _is_entry(name)}
        before, self.files = self.files, {}
        for name, stamp in entries.items():
            file = before.get(name) or _File((-1, -1))
            if file.stamp != stamp:
                file.stamp = stamp
                self._read(name, file)
            self.files[name] = file
        self._misplaced = [self._fault(name, 1, said) for name, said in self._names(now)]
        return True

    def _read(self, name: str, file: _File) -> None:
        file.entry, file.faults = None, []
        if file.stamp[1] > LARGEST_FILE:
            said = "The file is larger than 200 kB. Divide it or shorten it."
            file.faults.append(self._fault(name, 1, said))
            return
        try:
            text = self._text(name, (self.path / name).read_bytes(), file)
        except OSError as error:
            file.faults.append(
                self._fault(name, 1, f"It can't be opened: {error.strerror}. Give access to it.")
            )
            return
        if text is None:
            return
        entry, faults = files.read(text, name)
        file.faults.extend(replace(fault, own=self.is_own) for fault in faults)
        if entry is not None:
            place = replace(entry.place, own=self.is_own)
            file.entry, file.text = replace(entry, place=place), text

    def _text(self, name: str, content: bytes, file: _File) -> str | None:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            said = "The file is not UTF-8 text. Save it again as UTF-8."
            file.faults.append(self._fault(name, line, said))
            return None

    def _names(self, now: dict[str, Stamp]) -> Iterator[tuple[str, str]]:
        """Files that an author may take for part of the library, and what to do about them."""
        if self.is_own and not self.path.is_dir():
            yield str(self.path), "HIRING_LIBRARY names a folder that is not there. Make it."
        for name in now:
            depth = name.count("/")
            if depth == 1 and not name.endswith(".md") and name.lower().endswith(NEARLY):
                yield (
                    name,
                    "Only names that end in .md are read. Save it as plain text with that ending.",
                )
            elif depth == 0 and name.endswith(".md") and name.lower() != "readme.md":
                yield (
                    name,
                    "It stands outside the folders of traits and of notes. Move it into one.",
                )

    def _fault(self, name: str, line: int, said: str) -> Fault:
        return Fault(name, line, said, own=self.is_own)


def _is_entry(name: str) -> bool:
    return name.count("/") == 1 and name.endswith(".md")


def _stamps(folder: Path) -> Iterator[tuple[str, Stamp]]:
    """The files in a folder and in the folders right below it, by their path from there."""
    for found in _scan(folder):
        if found.is_dir():
            for inner in _scan(found):
                if inner.is_file() or inner.is_symlink():
                    yield f"{found.name}/{inner.name}", _stamp(inner)
        elif found.is_file():
            yield found.name, _stamp(found)


def _scan(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:  # not there, or gone since
        return []


def _stamp(found: os.DirEntry[str]) -> Stamp:
    try:
        stat = found.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)
