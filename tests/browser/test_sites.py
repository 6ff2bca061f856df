"""The test server itself: what a browser does to it may not disturb a test."""

import gc
import socket
import struct
import warnings
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.browser.sites import Site

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def test_a_file_is_closed_when_the_connection_drops_while_it_is_sent(site: Site):
    """Left open, it would be a warning, and that an error of whatever test runs just then."""
    address = urlsplit(site.url)
    request = (
        f"GET {site.app.static_url_path}/icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    )
    with warnings.catch_warnings(record=True) as left_open:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(50):
            with socket.create_connection((address.hostname, address.port)) as browser:
                browser.sendall(request)
                browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        urlopen(site.url).close()  # answered after all of them
        gc.collect()
    assert [str(one.message) for one in left_open] == []
