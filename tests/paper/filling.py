"""Forms of cards, filled in as people and their programs do it."""

import io
import warnings
from collections.abc import Mapping, Sequence
from functools import cache

import pikepdf
from pikepdf.form import Form
from pypdf import PdfWriter

from hiring.summaries import pdf
from hiring.summaries.sheet import FormSheet

Values = Mapping[str, str]  # by the name of the field; a button's begins with a stroke


@cache
def blank(sheet: FormSheet) -> bytes:
    """The form as the worker makes it."""
    return pdf.form_pdf(sheet)


def by_pikepdf(made: bytes, values: Values) -> bytes:
    with pikepdf.open(io.BytesIO(made)) as opened:
        filled = Form(opened)
        for name, value in values.items():
            if value == "/Yes":
                filled[name].checked = True
            else:
                filled[name].value = pikepdf.Name(value) if value.startswith("/") else value
        return saved(opened)


def by_pypdf(made: bytes, values: Values) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(made))
    for page in writer.pages:
        writer.update_page_form_field_values(page, dict(values), auto_regenerate=False)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def saved(opened: pikepdf.Pdf, **given) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():  # it minds a form whose fields are gone
        warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
        opened.save(buffer, **given)
    return buffer.getvalue()


def with_values(made: bytes, values: Values) -> bytes:
    """As a program writes them that heeds neither length nor kind."""
    with pikepdf.open(io.BytesIO(made)) as opened:
        for name, value in values.items():
            is_name = value.startswith("/")
            field(opened, name).V = pikepdf.Name(value) if is_name else pikepdf.String(value)
        return saved(opened)


def field(opened: pikepdf.Pdf, name: str) -> pikepdf.Object:
    return next(one for one in opened.Root.AcroForm.Fields if str(one.T) == name)


def values(number: int, sent: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """What a scorecard's form sends for a question, as the fields that say the same."""
    made: dict[str, str] = {}
    for part, value in sent.items():
        if part == "seconds":
            continue
        if part == "level":
            made |= {f"q{number}_level": f"/{level}" for level in value}
        elif isinstance(value, str):
            made[f"q{number}_{part}"] = value
        else:
            made |= {f"q{number}_{part}_{tick}": "/Yes" for tick in value}
    return made
