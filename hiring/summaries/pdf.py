"""Summaries and guides as PDF bytes: the only module that knows WeasyPrint."""

import gc
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from fontTools.ttLib import TTFont
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hiring.scorecards.rules import HAPPENED, LEVELS
from hiring.summaries import acroform, chart, form, printable, rules, tags
from hiring.summaries.rules import Summary
from hiring.summaries.sheet import FormSheet, GuideSheet

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "pdf"
FONTS = FOLDER / "fonts"
OUR_FONTS, ALL_FONTS = FONTS / "fonts.conf", FONTS / "fonts-with-system.conf"
VARIANT = "pdf/ua-1"


@contextmanager
def _fontconfig(file: Path) -> Iterator[None]:
    """Fontconfig reads its file when a configuration is made, and only then may ours be named.

    Other programs that this process starts, a browser say, are to keep the system's fonts.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(file)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


with _fontconfig(OUR_FONTS):  # it looks for fonts as soon as it is imported
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import (
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )


def summary_pdf(summary: Summary) -> bytes:
    """A candidate's summary."""
    return write(_markup("summary.html", summary=summary))


def guide_pdf(sheet: GuideSheet) -> bytes:
    """A guide to take into the room and write on."""
    return write(_markup("guide.html", sheet=sheet))


def form_pdf(sheet: FormSheet) -> bytes:
    """The form of one card, to write on or to fill in."""
    fields = form.fields(sheet.guide.items) if sheet.is_fillable else {}
    finisher = acroform.finisher(fields, sheet.token, FONTS / "FifteenSans-Regular.ttf")
    try:
        return write(_markup("form.html", sheet=sheet, is_long=False), finisher)
    except acroform.Crowded:  # with the rating below the note instead of at the page's foot
        return write(_markup("form.html", sheet=sheet, is_long=True), finisher)


def write(markup: str, finisher: Any = tags.repair) -> bytes:
    """A page of ours as a tagged PDF. No character is ever drawn as an empty box.

    Our fonts know Latin, Greek and Cyrillic. Only a text with other characters is set with this
    machine's fonts besides, since such a document may look different elsewhere. A character
    that they don't have either is written as its number.
    """
    fonts = _fonts(OUR_FONTS if _drawable() >= set(markup) else ALL_FONTS)
    with _undrawn() as missing:
        pdf = _render(markup, fonts, finisher)
    if missing:
        pdf = _render(
            markup.translate({code: f"[U+{code:04X}]" for code in missing}), fonts, finisher
        )
    return pdf


def warm() -> None:
    """For a process that does nothing but render: load everything, and spare it from collection."""
    write('<html lang="en"><title>Warm</title><body><p>Warm</p></body></html>')
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _markup(name: str, **given: Summary | GuideSheet | FormSheet | bool) -> str:
    """A filled template, without the line ends between its tags: each would be a box for a while.

    What people typed can't be hit, since its brackets are escaped.
    """
    return re.sub(r">\n+<", "><", _templates().get_template(name).render(**given))


def _render(markup: str, fonts: Any, finisher: Any) -> bytes:
    page = _Page(string=markup, base_url=FOLDER.as_uri() + "/", url_fetcher=_fetcher())
    try:
        pdf: bytes = page.write_pdf(
            font_config=fonts,
            stylesheets=_sheets(),
            pdf_variant=VARIANT,
            finisher=finisher,
        )
    except FatalURLFetchingError as error:  # not an `Exception`, and unknown outside this module
        raise PermissionError(str(error)) from error
    return pdf


class _Page(HTML):  # type: ignore[misc]
    """Ours knows twenty rules of HTML instead of two hundred, which saves an eighth of the time.

    The method is not public, so a test holds that the bytes are those of the stock style.
    """

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: FBT001, FBT002
        return _basics()


class _OwnFolder(URLFetcher):  # type: ignore[misc]
    """Serves the files beside our templates. Anything else asked for is an attack: it ends all."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme == "file" and path.is_relative_to(FOLDER) and path.is_file():
            kinds = {".css": "text/css", ".svg": "image/svg+xml"}
            return URLFetcherResponse(
                url, path.read_bytes(), {"Content-Type": kinds.get(path.suffix, "text/plain")}
            )
        raise FatalURLFetchingError(f"A document asked for {url[:80]}, which is not ours to give.")


# One of each for a process: parsed again for every document, they would cost more than the layout,
# and a font configuration never gives all its memory back.
@cache
def _fetcher() -> _OwnFolder:
    return _OwnFolder(allowed_protocols=("file",), allow_redirects=False, timeout=1)


@cache
def _fonts(file: Path) -> Any:
    with _fontconfig(file):
        return FontConfiguration()


@cache
def _sheets() -> list[Any]:
    return [_sheet("page.css")]


@cache
def _basics() -> list[Any]:
    return [_sheet("basics.css")]


def _sheet(name: str) -> Any:
    return CSS(filename=FOLDER / name, font_config=_fonts(OUR_FONTS), url_fetcher=_fetcher())


@cache
def _drawable() -> frozenset[str]:
    """Characters that all our fonts have, and those that are never drawn."""
    covered: set[int] = set.intersection(
        *(set(TTFont(file).getBestCmap()) for file in sorted(FONTS.glob("*.ttf")))
    )
    return frozenset(map(chr, covered)) | frozenset("\n" + printable.BREAK_HERE)


@cache
def _templates() -> Environment:
    """An environment of its own: what it prints is escaped, and made safe to lay out."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        mean=printable.mean,
        score=printable.score,
        quoted=printable.quoted,
        share=printable.share,
        day=printable.day,
        moment=printable.moment,
        grouped=printable.grouped,
    )
    environment.globals.update(
        at_item=rules.at_item,
        is_long=rules.is_long,
        limits=rules.LIMITS,
        levels=LEVELS,
        level_words=rules.LEVEL_WORDS,
        field_name=form.field_name,
        happened=HAPPENED,
        mark=chart.mark,
        chart=chart,
    )
    return environment


def _finalize(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable.printable(value)
    return value


class _Undrawn(logging.Handler):
    """Gathers the characters for which WeasyPrint says that no font has them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.codes: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if found := re.search(
            r"unsupported by fonts.*\(U\+([0-9A-F]+)\)", record.getMessage(), re.DOTALL
        ):
            self.codes.add(int(found[1], 16))


@contextmanager
def _undrawn() -> Iterator[set[int]]:
    handler, logger = _Undrawn(), logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield handler.codes
    finally:
        logger.removeHandler(handler)
