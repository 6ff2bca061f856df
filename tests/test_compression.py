"""What is sent compressed, that it stays what it was, and what keeps its length from telling."""

import gzip
import re
import time

import pytest
from flask.testing import FlaskClient

from hiring import compression

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
FILES = ["style.css", "scorecard.js"]


@pytest.fixture
def get(app):
    """Ask as a browser without cookies, through Flask's own client, which reads no page."""
    client = FlaskClient(app, app.response_class, use_cookies=False)

    def ask(path, **headers):
        address = f"{app.static_url_path}/{path}" if path in FILES else path
        return client.get(address, headers=headers, buffered=True)

    return ask


def without_tokens(page):
    return re.sub(rb'name="csrf_token"[^>]*', b"", page)


@pytest.mark.parametrize("path", ["/sign-in", *FILES])
def test_texts_are_packed_for_browsers_that_take_gzip_and_only_for_them(get, path):
    plain, packed = get(path), get(path, **GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content_length == len(packed.data) < 0.6 * plain.content_length
    assert without_tokens(gzip.decompress(packed.data)) == without_tokens(plain.data)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.vary
    refused = get(path, **{"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_a_browser_has_is_not_sent_again(get, path):
    etag = get(path, **GZIP).headers["ETag"]
    assert etag.startswith("W/")  # the same words as the plain file's, in other bytes
    again = get(path, **GZIP, **{"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_is_a_part_of_the_file_itself(get):
    whole = get(FILES[0]).data
    part = get(FILES[0], **GZIP, Range="bytes=10-5000")
    assert (part.status_code, part.data) == (206, whole[10:5001])


def test_what_is_short_stays_plain(client):
    answer = client.get("/nowhere", headers={**GZIP, "Accept": "application/json"})
    assert "Content-Encoding" not in answer.headers


def test_the_length_of_a_packed_page_is_blurred():
    page = b"what was written about somebody " * 100
    made = {compression.padded(page) for _ in range(50)}
    assert len({len(one) for one in made}) > 10
    assert {gzip.decompress(one) for one in made} == {page}


def test_a_secret_in_a_page_is_another_a_second_later_and_other_sites_get_no_page(client, app):
    """What could be guessed from lengths does not stay, and asking needs the session's cookie."""
    tokens = set()
    for _ in range(2):
        page = client.get("/sign-in")
        tokens.add(re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)[1])
        time.sleep(1.1)
    signatures = {token.rpartition(".")[2] for token in tokens}
    assert len(signatures) == 2
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
