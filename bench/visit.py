"""Requests as a server hands them over: plain WSGI calls by somebody who has signed in."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask_security import hash_password
from werkzeug.test import EnvironBuilder

from tests.factories import PASSWORD

ORIGIN = "http://127.0.0.1:5000"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0"
HEADERS = {"User-Agent": BROWSER, "Accept-Language": "en-GB,en;q=0.9", "Origin": ORIGIN}


def hashed() -> str:
    """The factories' password as it is stored; ask inside an application context."""
    found: str = hash_password(PASSWORD)
    return found


class Visitor:
    """Somebody who signed in through the form. Calls `app` and sees to it that it answers well."""

    def __init__(self, app: Flask, email: str) -> None:
        self.app = app
        self.cookie, self.token = "", ""
        self.read("/sign-in")
        fields = {"email": email, "password": PASSWORD}
        self._call(self.posting("/sign-in", fields, accept="text/html"), "302")

    def read(self, path: str) -> bytes:
        """A page, and the token of its forms for what is posted next."""
        page = self.call(self.getting(path))
        if found := re.search(rb'name="csrf_token"[^>]* value="([^"]+)"', page):
            self.token = found[1].decode()
        return page

    def getting(self, path: str) -> dict[str, Any]:
        return self._environ(path, "GET", headers={"Accept": "text/html"})

    def posting(
        self, path: str, fields: Mapping[str, Any], accept: str = "application/json"
    ) -> dict[str, Any]:
        """What the scorecard's script sends: a form with its token, and a wish for JSON."""
        body = urlencode({"csrf_token": self.token, **fields}, doseq=True)
        kind = "application/x-www-form-urlencoded"
        return self._environ(path, "POST", {"Accept": accept}, data=body, content_type=kind)

    def call(self, environ: dict[str, Any]) -> bytes:
        return self._call(environ, "20")

    def _environ(
        self, path: str, method: str, headers: Mapping[str, str], **given: Any
    ) -> dict[str, Any]:
        sent = {**HEADERS, **headers, "Cookie": self.cookie}
        return EnvironBuilder(
            path, ORIGIN, method=method, headers=[*sent.items()], **given
        ).get_environ()

    def _call(self, environ: dict[str, Any], expected: str) -> bytes:
        statuses: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            statuses.append(status)
            for name, value in headers:
                if name == "Set-Cookie" and value.startswith("session="):
                    self.cookie = value.partition(";")[0]

        answer = self.app.wsgi_app(environ, start)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if not statuses[0].startswith(expected):
            raise RuntimeError(f"{environ['PATH_INFO']}: {statuses[0]}\n{body[:2000]!r}")
        return body
