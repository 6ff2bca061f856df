"""What all pages share: headers, error pages, the cross-site check, filters for people's eyes."""

import datetime as dt
import secrets
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as DatabaseTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from hiring.refusal import Refused

A_YEAR = 31_536_000  # s
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MOST_AROUND_A_FILE = 100_000  # bytes of a form that sends one

# What went wrong, by status, and the way out.
ERRORS = {
    400: ("That did not come through", "Open the page anew and try again."),
    401: ("Please sign in", "You are not signed in, or your session has ended. Sign in and go on."),
    403: (
        "This page is not open to you",
        "Your roles don't include it. If you need it, ask an administrator.",
    ),
    404: ("Nothing here", "There is no such page, or it is not yours to see."),
    405: (
        "That did not come through",
        "This address is reached in another way. Go back and retry.",
    ),
    409: ("This can't be done now", ""),
    413: ("That is too large", ""),
    422: ("Something needs your attention", ""),
    429: ("Too many tries", "Wait a quarter of an hour, then try again."),
    500: (
        "Something broke on our side",
        "It has been written to the log. Nothing was half-saved. Try again.",
    ),
    503: ("Busy for a moment", "Please try again in a few seconds. Nothing was half-saved."),
}


# Texts that people write, by the name of their field, and what a page calls that hands them back.
# Nothing else that is sent is ever shown again: no password, no token, no file.
WRITTEN = {
    "prompt": "Question",
    "introduction": "Read out at the start",
    "closing": "Read out at the end",
    "text": "Rows",
    "words": "In your words",
    "note": "Note",
    "situation": "Situation",
    "action": "What they did",
    "result": "What came of it",
    "free_follow_up": "A follow-up of your own",
    "free_reason": "Why you asked it",
    "happened_note": "What happened",
    "reason": "Reason",
}


class SessionCookie(SecureCookieSessionInterface):
    """Cookies are Secure, except for plain http on this very machine."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or urlsplit(request.host_url).hostname not in LOOPBACK


class RowNumber(IntegerConverter):
    """A row's number in an address. One that no column holds is the address of no page."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def init_app(app: Flask) -> None:
    if proxies := int(app.config["PROXIES"]):
        # Only as many as there are: anybody can send the headers that a proxy sends.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    app.before_request(_set_size)  # before the token is looked for, which reads the whole form
    CSRFProtect(app)
    app.url_map.converters["int"] = RowNumber
    app.session_interface = SessionCookie()
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        moment=moment,
        day=day,
        level=level_text,
        count=count,
        duration=duration,
    )
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_headers)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(DatabaseTimeout, _busy)
    app.register_error_handler(IntegrityError, _clash)
    app.register_error_handler(Exception, _broken)


def takes(largest: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a route be sent a file of so many bytes. What all others may be sent is a setting."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        view.largest = largest  # type: ignore[attr-defined]
        return view

    return declare


def _set_size() -> None:
    view = current_app.view_functions.get(str(request.endpoint))
    if largest := getattr(view, "largest", None):
        # The file with its form around it.
        request.max_content_length = largest + MOST_AROUND_A_FILE


def wants_json() -> bool:
    """Whether a script of ours is asking; browsers don't ask for JSON by themselves."""
    return "application/json" in request.headers.get("Accept", "")


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _headers(response: Response) -> Response:
    script = f"'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'none'"
    worker = "'self'" if "csp_nonce" in g else "'none'"  # a nonce does not open the door to it
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src {script}; worker-src {worker}; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static" or response.status_code >= 400:
        # Pages hold what people said about people: no shared cache, no "back" after signing out.
        response.headers["Cache-Control"] = "no-store"
    elif not current_app.debug:
        response.headers["Cache-Control"] = f"max-age={A_YEAR}, immutable"
    return response


def static_path(folder: Path) -> str:
    """The address of scripts and styles, with a hash of all of them in it.

    So a page and the modules that its scripts import are always of one version, also when an older
    page is opened from a device.
    """
    found = sha256()
    for file in sorted(folder.iterdir()):
        found.update(file.name.encode() + file.read_bytes())
    return f"/static/{found.hexdigest()[:12]}"


def error_page(status: int, *sentences: str) -> tuple[Response | str, int]:
    """The one page for everything that can't be done, as HTML or JSON."""
    title, way_out = ERRORS.get(status, ERRORS[400])
    said = sentences or (way_out,)
    if wants_json():
        return jsonify(title=title, sentences=said), status
    page = render_template(
        "error.html", title=title, sentences=said, status=status, written=_written()
    )
    return page, status


def _written() -> list[tuple[str, str]]:
    """What somebody wrote in a form of ours that was not taken, for the page that says so.

    It is shown this once and kept nowhere. What another site made a browser send is left out.
    """
    if request.method != "POST" or not _is_from_here():
        return []
    try:
        sent = request.form
    except HTTPException:  # it is too large, or broke off
        return []
    return [
        (called, text)
        for name, called in WRITTEN.items()
        for text in sent.getlist(name)
        if text.strip()
    ]


def _is_from_here() -> bool:
    """Whether a page of ours sent this, as far as browsers tell."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") in {None, request.host_url.rstrip("/")}


def _refused(refusal: Refused) -> tuple[Response | str, int]:
    return error_page(refusal.status, *refusal.sentences)


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if error.code == 413:
        most = (request.max_content_length or 0) // 1_000_000
        return error_page(
            413, f"At most {most} MB can be sent here at once. Make the file smaller, or divide it."
        )
    return error_page(error.code)


def _csrf_error(_: CSRFError) -> tuple[Response | str, int]:
    return error_page(
        400,
        "This form doesn't belong to your present session, so nothing was changed. That happens "
        "when a session has ended, or after signing out and in again. Open the page anew and send "
        "it once more.",
    )


def _busy(error: DatabaseTimeout) -> tuple[Response | str, int]:
    current_app.logger.warning("busy: %s", error)
    return error_page(503)


def _clash(error: IntegrityError) -> tuple[Response | str, int]:
    """Two requests at the same moment, such as a double click, and the database kept one."""
    current_app.logger.warning("clash: %s", error.orig)  # without what was to be written
    return error_page(
        409,
        "The same thing was being saved at the same moment, so this was not. Open the page anew "
        "and see what is there now.",
    )


def _broken(error: Exception) -> tuple[Response | str, int]:
    current_app.logger.error("unexpected", exc_info=error)
    try:
        return error_page(500)
    except Exception:  # noqa: BLE001 - the page says who is signed in, and that may be what broke
        return Response("\n\n".join(ERRORS[500]), mimetype="text/plain"), 500


# --- how things are written for people ---


def moment(value: dt.datetime | None, zone: str = "UTC") -> str:
    """A moment in its zone, such as `Tue 3 Nov 2026, 10:30 (Europe/Dublin)`."""
    if value is None:
        return "–"
    local = value.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} ({zone})"


def day(value: dt.datetime | None, zone: str = "UTC") -> str:
    if value is None:
        return "–"
    local = value.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def duration(seconds: int) -> str:
    """Minutes and seconds, such as `6:20`."""
    return f"{seconds // 60}:{seconds % 60:02}"


def level_text(value: int | None) -> str:
    return "not observed" if value is None else str(value)


def count(value: int, noun: str, plural: str = "") -> str:
    """`1 candidate`, `2 candidates`, `no candidates`."""
    return f"{value or 'no'} {noun if value == 1 else plural or noun + 's'}"
