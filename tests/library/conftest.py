"""The tests of the library read its four hundred files many times over, so each only once."""

from collections.abc import Iterator
from functools import lru_cache

import pytest

from hiring.library import files


@pytest.fixture(scope="session", autouse=True)
def each_text_is_read_once() -> Iterator[None]:
    """What a text says depends on nothing else, and what is read of it never changes."""
    read = files.read
    files.read = lru_cache(maxsize=None)(read)
    yield
    files.read = read
