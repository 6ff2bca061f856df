"""Hands a file from outside to the reader's process, and brings back what it found or why not."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hiring.paper.rules import Raw, Unreadable

READER = Path(__file__).with_name("reader.py")
PATIENCE = 15  # seconds; the reader's own work is limited to fewer
_ROOM = threading.BoundedSemaphore(2)  # readers at once in this web process


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came back: how many pages it has, and its fields by name."""

    pages: int
    fields: Mapping[str, Raw]


def read_form(content: bytes) -> Filled:
    """The fields of a filled form, whoever's it is. Raises Unreadable."""
    found = _run("form", content)
    return Filled(found["pages"], {name: Raw(**raw) for name, raw in found["fields"].items()})


def media_type(content: bytes) -> str:
    """What a scan is by its content: a PDF, a PNG or a JPEG. Raises Unreadable."""
    return str(_run("scan", content)["media_type"])


def _run(what: str, content: bytes) -> Any:
    # Not a moment's wait: it would hold a thread that somebody's answer is to be saved by.
    if not _ROOM.acquire(blocking=False):
        raise Unreadable("busy")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and what it reads is no argument
            # -I: nothing of this folder or of the environment is imported.
            [sys.executable, "-I", str(READER), what],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            env={name: value for name, value in os.environ.items() if not _is_ours(name)},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("slow") from None
    finally:
        _ROOM.release()
    if done.returncode:
        raise Unreadable("complex" if done.returncode < 0 else "damaged")
    found = json.loads(done.stdout)
    if "problem" in found:
        raise Unreadable(found["problem"])
    return found


def _is_ours(name: str) -> bool:
    """Settings, of which some are secret, are none of the reader's business."""
    return name.startswith("HIRING_")
