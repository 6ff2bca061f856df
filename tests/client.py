"""A client that checks every page it fetches, signs people in, and a counter of statements."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any, Protocol

import sqlalchemy as sa
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from werkzeug.test import TestResponse

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
BUTTONS = {"hidden", "submit", "button", "reset", "image"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Someone(Protocol):
    """Whoever can sign in: a row of people, or anything that names a session as it does."""

    fs_uniquifier: str


class Client(FlaskClient):
    """Flask's client. Pages it fetches must pass `faults`; its posts carry the session's token.

    `client.post(url, token=False)` leaves the token out, as a page of another site would.
    """

    def open(self, *args: Any, token: bool = True, **kwargs: Any) -> TestResponse:
        if token and kwargs.get("method", "GET") not in SAFE_METHODS:
            kwargs["headers"] = {**dict(kwargs.get("headers") or {}), "X-CSRFToken": self._token()}
        response = super().open(*args, **kwargs)
        # What was sent is a file if it was large, and would be left open until it is collected.
        response.request.environ["wsgi.input"].close()
        is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        if is_page and response.data:
            found = faults(response.get_data(as_text=True))
            assert not found, f"{response.request.path}: " + "; ".join(found)
        return response

    def sign_in(self, person: Someone | None) -> None:
        """Go on as this person, without the form; None: as nobody."""
        with self.session_transaction() as session:
            session.clear()
            if person is not None:
                session["_user_id"] = person.fs_uniquifier
                session["_fresh"] = True

    def _token(self) -> str:
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        key = str(self.application.secret_key)
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw))


class _Page(HTMLParser):
    """What `faults` needs to know of a page, gathered while it is read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.path: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {"title": [], "h1": []}
        self.forms: list[tuple[dict[str, str], list[str]]] = []  # with the names in each
        self.unnamed: list[dict[str, str]] = []  # inputs outside a label, without an aria-label
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag not in VOID:
            self.path.append(tag)
        # An icon in SVG may have a title of its own.
        if tag in self.texts and "svg" not in self.path:
            self.texts[tag].append("")
        if tag == "form":
            self.forms.append((given, []))
        if tag in {"input", "select", "textarea"}:
            if "form" in self.path:
                self.forms[-1][1].append(given.get("name", ""))
            if given.get("type") not in BUTTONS and "label" not in self.path:
                self.unnamed.append(given)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.path and self.path.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag, texts in self.texts.items():
            if tag in self.path and "svg" not in self.path:
                texts[-1] += data

    def all(self, attribute: str) -> list[str]:
        return [given[attribute] for _, given in self.elements if attribute in given]


def faults(html: str) -> list[str]:
    """What is wrong with a page in the eyes of a screen reader, a browser or our own rules."""
    return list(_faults(_Page(html)))


def _faults(page: _Page) -> Iterator[str]:
    if not any(tag == "html" and given.get("lang") for tag, given in page.elements):
        yield "the html element has no lang"
    titles, headings = ([" ".join(t.split()) for t in page.texts[tag]] for tag in ("title", "h1"))
    if len(titles) != 1 or len(headings) != 1:
        yield f"{len(titles)} titles and {len(headings)} h1, not one of each"
    elif not headings[0] or not titles[0].startswith(headings[0]):
        yield f"the title '{titles[0]}' doesn't start with the h1 '{headings[0]}'"
    for name, number in Counter(page.all("id")).items():
        if number > 1:
            yield f"the id '{name}' is there {number} times"
    yield from _form_faults(page)
    for tag, given in page.elements:
        for name in given:
            if name == "style" or name.startswith("on"):
                yield f"<{tag} {name}=…> is inline, which the content policy forbids"


def _form_faults(page: _Page) -> Iterator[str]:
    labelled = {given.get("for") for tag, given in page.elements if tag == "label"}
    for given in page.unnamed:
        has_name = given.get("aria-label") or given.get("aria-labelledby")
        if not has_name and given.get("id", "") not in labelled:
            yield f"the input '{given.get('name')}' has no label"
    for given, names in page.forms:
        if not given.get("action"):
            yield f"a form with {names} has no action"
        if given.get("method", "").lower() == "post" and "csrf_token" not in names:
            yield f"the form of {given.get('action')} has no csrf_token"


@contextmanager
def queries_at_most(number: int) -> Iterator[list[str]]:
    """Fail when more statements than this are sent; BEGIN and COMMIT are not counted."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)
    assert len(sent) <= number, f"{len(sent)} statements, not {number}:\n" + "\n".join(sent)
