"""A program that looks into a file from outside, in a process of its own, and prints JSON.

The only module that knows pikepdf. It imports nothing of ours and is given no setting: whatever a
hostile file does to it, it can only fail. The system limits its memory and time, qpdf what a
stream may unfold to, and this module how much there may be of anything.
"""

import io
import json
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any

MEMORY = 700 * 2**20  # bytes of addresses; a usual form needs a fifth
SECONDS = 8  # of work
LARGEST_STREAM = 60 * 2**20  # unfolded
MOST_THINGS = 2_000_000  # objects and what they hold
MOST_FIELDS, DEEPEST = 20_000, 6
MOST_PAGES = 500
MOST_TEXT = 2_000_000  # characters in all fields together
MOST_DOTS = 60_000_000  # of a picture

# A key or the value of /S or /Subtype that a form never has, and what it betrays.
BY_KEY = {
    "/JS": "script",
    "/JavaScript": "script",
    "/EF": "embedded",
    "/EmbeddedFile": "embedded",
    "/EmbeddedFiles": "embedded",
    "/XFA": "active",
    "/RichMediaContent": "active",
}
BY_NAME = {
    "/JavaScript": "script",
    "/EmbeddedFile": "embedded",
    "/FileAttachment": "embedded",
    "/Launch": "active",
    "/SubmitForm": "active",
    "/ImportData": "active",
    "/GoToE": "active",
    "/Rendition": "active",
    "/RichMedia": "active",
    "/Movie": "active",
    "/Sound": "active",
    "/Screen": "active",
    "/3D": "active",
}
# An action that opens another file, wherever it stands. As a /Type the second is an article's.
BY_ACTION = {"/GoToR": "active", "/Thread": "active"}
# What happens by itself may turn to a page. A link to the network has to be pressed: programs that
# scan put one to their maker on the page.
BY_ITSELF = {"/OpenAction", "/AA"}
TURNS = {"/GoTo", "/Named"}
MOST_ACTIONS = 1_000  # in one chain


class Problem(Exception):  # noqa: N818 - it is told to a person
    """Why a file is not read, as a word that the other side has a sentence for."""


def main() -> None:
    """Read `sys.argv[1]`, a form or a scan, from standard input and print what is in it."""
    _limit()
    content = sys.stdin.buffer.read()
    try:
        found = form(content) if sys.argv[1] == "form" else scan(content)
    except Problem as problem:
        found = {"problem": str(problem)}
    except MemoryError:
        found = {"problem": "complex"}
    json.dump(found, sys.stdout)


def _limit() -> None:
    if sys.platform == "linux":  # other systems don't keep them
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def form(content: bytes) -> dict[str, Any]:
    """The fields of a PDF, and how many pages it has."""
    with _opened(content) as pdf:
        _check_harmless(pdf)
        fields = _Fields()
        form_of_it = pdf.Root.get("/AcroForm")
        if form_of_it is None or len(form_of_it.get("/Fields", ())) == 0:
            raise Problem("flat")
        fields.read(form_of_it.Fields)
        return {"pages": len(pdf.pages), "fields": fields.found}


def scan(content: bytes) -> dict[str, Any]:
    """What kind of file a scan is, by its content: it is opened, and a picture is unfolded."""
    if content.startswith(b"%PDF-"):
        with _opened(content) as pdf:
            _check_harmless(pdf)
            if not 0 < len(pdf.pages) <= MOST_PAGES:
                raise Problem("complex")
            return {"media_type": "application/pdf"}
    from PIL import Image  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = MOST_DOTS
    # MPO is what some phones make: a JPEG with more than one picture in it.
    kinds = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg"}
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > MOST_DOTS:
                raise Problem("complex")
            picture.load()
            return {"media_type": kinds[str(picture.format)]}
    except Image.DecompressionBombError:
        raise Problem("complex") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Problem("neither") from None


def _opened(content: bytes) -> Any:
    import pikepdf  # noqa: PLC0415 - after the limits are set

    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=50,
        parser_max_nesting=100,
        parser_max_container_size=200_000,
        flate_max_memory=LARGEST_STREAM,
        run_length_max_memory=LARGEST_STREAM,
        png_max_memory=LARGEST_STREAM,
        tiff_max_memory=LARGEST_STREAM,
        dct_max_memory=LARGEST_STREAM,
    )
    if b"%PDF-" not in content[:1024]:
        raise Problem("no PDF")
    try:
        # A file that has to be repaired may lack what was saved last.
        pdf = pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True)
        is_encrypted = pdf.is_encrypted
    except pikepdf.PasswordError:
        raise Problem("encrypted") from None
    except (pikepdf.PdfError, ValueError, RuntimeError):
        raise Problem("damaged") from None
    if is_encrypted:
        raise Problem("encrypted")
    return pdf


def _check_harmless(pdf: Any) -> None:
    """Look at every object, used or not: none may run, fetch or carry anything."""
    import pikepdf  # noqa: PLC0415

    seen = 0
    try:
        # The trailer is no object of the file, and may hold anything itself.
        for thing in chain((pdf.trailer,), pdf.objects):
            waiting = [thing]
            while waiting:
                seen += 1
                if seen > MOST_THINGS:
                    raise Problem("complex")
                waiting.extend(_inside(waiting.pop()))
    except (pikepdf.PdfError, RuntimeError):
        raise Problem("damaged") from None


def _inside(thing: Any) -> Iterator[Any]:
    """What an object holds itself; what it only refers to is looked at by its own number."""
    import pikepdf  # noqa: PLC0415

    if isinstance(thing, pikepdf.Array):
        held = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        held = []
        for key, value in thing.items():
            if key in BY_KEY:
                raise Problem(BY_KEY[key])
            if key in BY_ITSELF:
                _check_turns(key, value)
            if key in {"/S", "/Subtype", "/Type"} and isinstance(value, pikepdf.Name):
                word = BY_NAME.get(str(value)) or (key == "/S" and BY_ACTION.get(str(value)))
                if word:
                    raise Problem(word)
            held.append(value)
    else:
        return
    for each in held:
        is_container = isinstance(each, pikepdf.Array | pikepdf.Dictionary)
        if is_container and not each.is_indirect:
            yield each


def _check_turns(key: str, value: Any) -> None:
    """Whether all that would happen by itself, one action after another, only turns to a page."""
    import pikepdf  # noqa: PLC0415

    if not isinstance(value, pikepdf.Dictionary):
        return  # a page to open at
    waiting: list[Any] = [action for _, action in value.items()] if key == "/AA" else [value]
    seen = 0
    while waiting:
        seen += 1
        if seen > MOST_ACTIONS:
            raise Problem("complex")
        action = waiting.pop()
        if isinstance(action, pikepdf.Array):
            waiting.extend(action)
        elif isinstance(action, pikepdf.Dictionary):
            kind = str(action.get("/S", ""))
            if kind not in TURNS:
                raise Problem(BY_NAME.get(kind, "active"))
            waiting.append(action.get("/Next"))


class _Fields:
    """The fields of a form by their full names."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self.text = 0
        self.nodes = 0

    def read(self, fields: Any, above: tuple[str, ...] = (), given: Any = None) -> None:
        given = given or {}
        for field in fields:
            self.nodes += 1
            if self.nodes > MOST_FIELDS or len(above) > DEEPEST:
                raise Problem("complex")
            self._one(field, above, given)

    def _one(self, field: Any, above: tuple[str, ...], given: Any) -> None:
        import pikepdf  # noqa: PLC0415

        if not isinstance(field, pikepdf.Dictionary):
            raise Problem("damaged")
        names = (*above, _text(field.get("/T", "")))
        own = {key: field[key] for key in ("/FT", "/Ff", "/V") if key in field}
        known = {**given, **own}
        kids = field.get("/Kids", pikepdf.Array())
        if not isinstance(kids, pikepdf.Array) or len(kids) > MOST_FIELDS:
            raise Problem("damaged")
        below = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/T" in kid]
        if below:
            self.read(below, names, known)
            return
        name = ".".join(names)
        if name in self.found:
            raise Problem("changed")
        self.found[name] = self._field(known, list(kids) or [field])

    def _field(self, known: Any, widgets: list[Any]) -> dict[str, Any]:
        import pikepdf  # noqa: PLC0415

        value = known.get("/V")
        text = _text(value) if isinstance(value, pikepdf.String | pikepdf.Name | str) else ""
        self.text += len(text)
        if self.text > MOST_TEXT:
            raise Problem("complex")
        marks = [str(w["/AS"]) for w in widgets if isinstance(w.get("/AS"), pikepdf.Name)]
        return {
            "type": str(known.get("/FT", "")),
            "value": text,
            # A value of another kind than the field's, or of none that there is.
            "is_odd": value is not None and not text and not _is_empty(value),
            "marks": sorted({mark for mark in marks if mark != "/Off"}),
            "states": sorted({state for widget in widgets for state in _states(widget)}),
            "places": len(widgets),
        }


def _is_empty(value: Any) -> bool:
    import pikepdf  # noqa: PLC0415

    return isinstance(value, pikepdf.String | str) and not str(value)


def _states(widget: Any) -> Iterator[str]:
    """The looks of a button but the one for not chosen: what its field can be set to."""
    import pikepdf  # noqa: PLC0415

    looks = widget.get("/AP", {}).get("/N", {})
    if isinstance(looks, pikepdf.Dictionary) and not isinstance(looks, pikepdf.Stream):
        yield from (key for key in looks.keys() if key != "/Off")  # noqa: SIM118 - no mapping


def _text(value: Any) -> str:
    """A string with only whole characters in it."""
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


if __name__ == "__main__":
    main()
