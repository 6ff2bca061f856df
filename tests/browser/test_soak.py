"""The long run of random sequences: what it remembers when it is stopped and goes on."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from tests.browser import play, sites, soak


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """Runs sequences that end as they are told to: None for well, or an exception."""
    for name, file in (("FOLDER", "."), ("STATE", "state.json"), ("FAILURES", "failures.txt")):
        monkeypatch.setattr(soak, name, tmp_path / file)
    browser = SimpleNamespace(close=lambda: None)
    chromium = SimpleNamespace(launch=lambda **_: browser)
    playwright = SimpleNamespace(chromium=chromium)
    monkeypatch.setattr(soak, "sync_playwright", lambda: nullcontext(playwright))
    monkeypatch.setattr(sites, "empty_template", lambda _: None)
    monkeypatch.setattr(play, "stage", lambda _: nullcontext())
    monkeypatch.setenv("SEED", "7")

    def run(*ends):
        coming = iter(ends)

        def act():
            if end := next(coming):
                raise end

        sequence = SimpleNamespace(run=act, steps=["write"])
        monkeypatch.setattr(play, "Play", lambda *_: sequence)
        return soak.main()

    monkeypatch.setenv("SEQUENCES", "3")
    return run


def test_a_run_that_goes_on_remembers_what_failed_before(runs):
    with pytest.raises(KeyboardInterrupt):
        runs(AssertionError("lost"), KeyboardInterrupt())
    assert runs(None, None) == 1
    assert runs(None, None, None) == 0, "the next one begins anew"


def test_a_run_without_failures_ends_well_also_when_it_was_stopped(runs):
    with pytest.raises(KeyboardInterrupt):
        runs(None, KeyboardInterrupt())
    assert runs(None, None) == 0
    assert runs(None, AssertionError("lost"), None) == 1
