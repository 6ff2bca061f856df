"""The fields of a form to fill in, at the places that the template's links mark.

WeasyPrint 70 can make fields of its own, but lists every radio button beside its group, names a
group after its first button, embeds a whole font for each text field, and draws nothing for what is
not chosen. So it is given links, for which it knows the place and the tag, and they become fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pydyf
from fontTools.ttLib import TTFont

from hiring.summaries import tags
from hiring.summaries.form import CODE, Field, Kind

SCHEME = "field:"  # of the links
PRINT, HIDDEN = 1 << 2, 1 << 1  # flags of an annotation
READ_ONLY, MULTILINE, RADIO = 1 << 0, 1 << 12, 1 << 15  # flags of a field
FONT, SIZE = "FifteenSans", 9
INK = "0.11 0.145 0.18"
POINTS = 0.75  # of a CSS pixel
LEAST_ROOM = 110  # points for a note


class Crowded(Exception):  # noqa: N818 - the same is laid out in another way
    """What is printed about a question leaves too little of its page for the note."""


def finisher(fields: Mapping[str, Field], code: str, font: Path) -> Any:
    """What `write_pdf` is to call: mends the tags, then makes the fields. None: it is for a pen."""
    return partial(_finish, fields, code, font)


def _finish(fields: Mapping[str, Field], code: str, font: Path, document: Any, pdf: Any) -> None:
    tags.repair(document, pdf)
    for page in document.pages:
        _check_room(page)
    if not fields:
        return
    made = _Fields(pdf, fields, font)
    for page in document.pages:
        for _, target, _, box in page.links:
            if target.startswith(SCHEME):
                _settle(page, box)
                made.place(target.removeprefix(SCHEME), box)
    made.finish(code)


def _check_room(page: Any) -> None:
    """Anchors are rectangles by the id of an element, in CSS pixels from the top of the page."""
    for name, (_, top, _, _) in page.anchors.items():
        if name.startswith("notes-"):
            rating = page.anchors.get(name.replace("notes", "rating"))
            if rating and rating[1] - top < LEAST_ROOM / POINTS:
                raise Crowded


def _settle(page: Any, box: Any) -> None:
    """The corners in their usual order, the lower one where the element begins that is named."""
    left, one, right, other = box.link_annotation["Rect"]
    bottom, top = sorted((one, other))
    if until := box.element.get("data-until"):
        bottom = (page.height - page.anchors[until][1]) * POINTS
    box.link_annotation["Rect"] = pydyf.Array([left, bottom, right, top])


class _Fields:
    """The fields of a file while it is being written. References are bytes, `b"12 0 R"`."""

    def __init__(self, pdf: Any, fields: Mapping[str, Field], font: Path) -> None:
        self.pdf, self.fields = pdf, fields
        self.roots: dict[str, Any] = {}
        self.looks: dict[tuple[float, float, str], bytes] = {}
        self.face = _read(font)
        self.font = self._font(self.face)
        self.resources = pydyf.Dictionary({"Font": pydyf.Dictionary({FONT: self.font})})
        self._tag_as_forms()

    def _tag_as_forms(self) -> None:
        """Each link's element holds a reference to the annotation; now it holds a form's."""
        by_reference = {thing.reference: thing for thing in self.pdf.objects if thing.number}
        for thing in self.pdf.objects:
            if isinstance(thing, dict) and thing.get("S") == "/Link":
                kid = next(by_reference[kid] for kid in thing["K"] if isinstance(kid, bytes))
                target = by_reference[kid["Obj"]].get("A", {}).get("URI")
                if target is not None and target.string.startswith(SCHEME):
                    thing["S"] = "/Form"

    def place(self, target: str, box: Any) -> None:
        """Make the link of a box the field that it names, or one button of it: `q3_level=4`."""
        name, _, value = target.partition("=")
        field, widget = self.fields[name], box.link_annotation
        title = box.element.get("title")
        for of_a_link in ("A", "BS", "Contents"):
            del widget[of_a_link]
        widget.update(Subtype="/Widget", F=PRINT, TU=pydyf.String(title))
        if field.kind is Kind.LEVEL:
            self._button(widget, name, value)
            return
        self.roots[name] = widget
        widget["T"] = pydyf.String(name)
        if field.kind is Kind.TICK:
            self._tick(widget)
        else:
            self._text(widget, field)

    def _text(self, widget: Any, field: Field) -> None:
        width, height = _size(widget)
        widget.update(
            FT="/Tx",
            Ff=MULTILINE if field.kind is Kind.TEXT else 0,
            MaxLen=field.longest,
            V=pydyf.String(""),
            DA=_typed(),
            AP=pydyf.Dictionary({"N": self._drawing(width, height, "/Tx BMC EMC")}),
        )

    def _tick(self, widget: Any) -> None:
        width, height = _size(widget)
        tick = (
            f"{INK} RG 1.5 w 1 J 1 j {width * 0.2:.2f} {height * 0.5:.2f} m "
            f"{width * 0.42:.2f} {height * 0.22:.2f} l {width * 0.82:.2f} {height * 0.82:.2f} l S"
        )
        widget.update(FT="/Btn", V="/Off", **self._states(width, height, "Yes", tick, "4"))

    def _button(self, widget: Any, name: str, value: str) -> None:
        """One of several buttons. The field's value is the name of the look of the one chosen."""
        title = widget.pop("TU").string
        if name not in self.roots:
            question, _, _ = title.rpartition(":")
            self.roots[name] = self._new(
                FT="/Btn",
                Ff=RADIO,
                T=pydyf.String(name),
                TU=pydyf.String(question),
                V="/Off",
                Kids=pydyf.Array(),
            )
        group = self.roots[name]
        group["Kids"].append(widget.reference)
        width, height = _size(widget)
        look = self._disc(width, height, value if value.isdigit() else "–")
        widget.update(
            Parent=group.reference,
            Contents=pydyf.String(title),
            **self._states(width, height, value, look, "l"),
        )

    def _states(self, width: float, height: float, value: str, look: str, mark: str) -> Any:
        looks = {
            value: self._look(width, height, look),
            "Off": self._look(width, height, ""),
        }
        return {
            "AS": "/Off",
            "AP": pydyf.Dictionary({"N": pydyf.Dictionary(looks)}),
            "MK": pydyf.Dictionary({"CA": pydyf.String(mark)}),
            "DA": pydyf.String(f"/ZaDb 0 Tf {INK} rg"),
        }

    def _disc(self, width: float, height: float, text: str) -> str:
        """A full circle with the level in it."""
        x, y = width / 2, height / 2
        bend_x, bend_y = x * 0.5523, y * 0.5523
        glyph = self.face.glyphs[text]
        left = x - self.face.widths[glyph] * SIZE / 2000
        return (
            f"{INK} rg {width:.2f} {y:.2f} m "
            f"{width:.2f} {y + bend_y:.2f} {x + bend_x:.2f} {height:.2f} {x:.2f} {height:.2f} c "
            f"{x - bend_x:.2f} {height:.2f} 0 {y + bend_y:.2f} 0 {y:.2f} c "
            f"0 {y - bend_y:.2f} {x - bend_x:.2f} 0 {x:.2f} 0 c "
            f"{x + bend_x:.2f} 0 {width:.2f} {y - bend_y:.2f} {width:.2f} {y:.2f} c f "
            f"BT /{FONT} {SIZE} Tf 1 g {left:.2f} {y - SIZE * 0.33:.2f} Td <{glyph:04x}> Tj ET"
        )

    def _look(self, width: float, height: float, drawn: str) -> bytes:
        """One drawing for all buttons that look alike. A text's own is written over when typed."""
        key = (round(width, 1), round(height, 1), drawn)
        if key not in self.looks:
            self.looks[key] = self._drawing(width, height, drawn)
        return self.looks[key]

    def _drawing(self, width: float, height: float, drawn: str) -> bytes:
        return self._stream(
            drawn.encode(),
            Type="/XObject",
            Subtype="/Form",
            BBox=pydyf.Array([0, 0, width, height]),
            Resources=self.resources,
        )

    def finish(self, code: str) -> None:
        """Put the code beside the fields, and all of them into the file."""
        assert self.roots.keys() == self.fields.keys(), "the template has a place for every field"
        helvetica = self._new(
            Type="/Font", Subtype="/Type1", BaseFont="/Helvetica", Encoding="/WinAnsiEncoding"
        )
        dingbats = self._new(Type="/Font", Subtype="/Type1", BaseFont="/ZapfDingbats")
        # The last two are what readers take for granted.
        fonts = {FONT: self.font, "Helv": helvetica.reference, "ZaDb": dingbats.reference}
        fields = [field.reference for field in self.roots.values()]
        self.pdf.catalog["AcroForm"] = pydyf.Dictionary(
            {
                "Fields": pydyf.Array([*fields, self._code(code)]),
                "DA": _typed(),
                "DR": pydyf.Dictionary({"Font": pydyf.Dictionary(fonts)}),
            }
        )

    def _code(self, code: str) -> bytes:
        """Whose form it is: on every page, not to be seen, for programs to read."""
        field = self._new(
            FT="/Tx",
            Ff=READ_ONLY,
            T=pydyf.String(CODE),
            TU=pydyf.String("Whose form this is"),
            V=pydyf.String(code),
            Kids=pydyf.Array(),
        )
        pages = set(self.pdf.page_references)
        for page in [thing for thing in self.pdf.objects if thing.reference in pages]:
            widget = self._new(
                Type="/Annot",
                Subtype="/Widget",
                Rect=pydyf.Array([0, 0, 0, 0]),
                P=page.reference,
                F=HIDDEN,
                Parent=field.reference,
            )
            field["Kids"].append(widget.reference)
            page.setdefault("Annots", pydyf.Array()).append(widget.reference)
        return bytes(field.reference)

    def _font(self, font: "_Font") -> bytes:
        """Our font whole, so that readers can type in it.

        One with two bytes to a letter: a simple one would know western letters alone.
        """
        named = {"BaseFont": f"/{font.name}", "Type": "/Font"}
        letters = self._new(
            **named,
            Subtype="/CIDFontType2",
            CIDSystemInfo=pydyf.Dictionary(
                {
                    "Registry": pydyf.String("Adobe"),
                    "Ordering": pydyf.String("Identity"),
                    "Supplement": 0,
                }
            ),
            CIDToGIDMap="/Identity",
            W=pydyf.Array([0, pydyf.Array(font.widths)]),
            FontDescriptor=self._new(
                **font.descriptor,
                FontBBox=pydyf.Array(font.box),
                FontFile2=self._stream(font.program, Length1=len(font.program)),
            ).reference,
        )
        made = self._new(
            **named,
            Subtype="/Type0",
            Encoding="/Identity-H",
            DescendantFonts=pydyf.Array([letters.reference]),
            ToUnicode=self._stream(font.to_unicode),
        )
        return bytes(made.reference)

    def _stream(self, content: bytes, **extra: Any) -> bytes:
        made = pydyf.Stream([content], extra, compress=True)
        self.pdf.add_object(made)
        return bytes(made.reference)

    def _new(self, **given: Any) -> Any:
        made = pydyf.Dictionary(given)
        self.pdf.add_object(made)
        return made


@dataclass(frozen=True, slots=True)
class _Font:
    """What a PDF wants to know of a font, in thousandths of its size."""

    name: str
    program: bytes
    widths: list[int]  # by glyph
    glyphs: Mapping[str, int]  # by character
    descriptor: Mapping[str, Any]
    box: list[int]
    to_unicode: bytes


@cache
def _read(file: Path) -> _Font:
    font = TTFont(file)
    head, metrics = font["head"], font["hhea"]
    scale = 1000 / head.unitsPerEm
    glyphs = {chr(code): font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    return _Font(
        name=file.stem,
        program=file.read_bytes(),
        widths=[round(font["hmtx"][name][0] * scale) for name in font.getGlyphOrder()],
        glyphs=glyphs,
        descriptor={
            "Type": "/FontDescriptor",
            "FontName": f"/{file.stem}",
            "Flags": 1 << 2,  # it has letters of its own encoding
            "ItalicAngle": 0,
            "Ascent": round(metrics.ascent * scale),
            "Descent": round(metrics.descent * scale),
            "CapHeight": round(font["OS/2"].sCapHeight * scale),
            "StemV": 80,
        },
        box=[round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)],
        to_unicode=_to_unicode(glyphs),
    )


def _to_unicode(glyphs: Mapping[str, int]) -> bytes:
    """What each glyph stands for, in the language of PDF."""
    first = {glyph: char for char, glyph in reversed(list(glyphs.items()))}
    pairs = [f"<{glyph:04x}> <{ord(char):04x}>" for glyph, char in sorted(first.items())]
    parts = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    listed = [f"{len(part)} beginbfchar\n{chr(10).join(part)}\nendbfchar" for part in parts]
    return "\n".join((_CMAP_HEAD, *listed, _CMAP_TAIL)).encode()


_CMAP_HEAD = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange"""
_CMAP_TAIL = "endcmap CMapName currentdict /CMap defineresource pop end end"


def _typed() -> Any:
    return pydyf.String(f"/{FONT} {SIZE} Tf {INK} rg")


def _size(widget: Any) -> tuple[float, float]:
    left, bottom, right, top = widget["Rect"]
    return right - left, top - bottom
