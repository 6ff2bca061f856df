"""Random sequences on one scorecard: no word is lost, and nothing is shown as saved that isn't."""

import os
import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import play
from tests.browser.play import Stage
from tests.browser.sequences import Browsers, played
from tests.browser.sites import Template

SEQUENCES = int(os.environ.get("SEQUENCES") or "60")
FIRST = int(os.environ.get("FIRST") or "0")
SEED = os.environ.get("SEED") or str(random.SystemRandom().randrange(10**6))


@pytest.fixture(scope="module")
def stage(empty_template: Template) -> Iterator[Stage]:
    with play.stage(empty_template) as made:
        yield made


@pytest.fixture(autouse=True, scope="module")
def _tell_seed(request: pytest.FixtureRequest) -> None:
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter:
        reporter.write_line(f"\nRandom sequences on a scorecard: SEED={SEED}")


@pytest.fixture(scope="module")
def browsers(browser: Browser) -> Iterator[Browsers]:
    made = Browsers(browser.browser_type)
    yield made
    made.close()


@pytest.mark.parametrize("number", range(FIRST, FIRST + SEQUENCES))
def test_no_word_is_lost(number: int, stage: Stage, browsers: Browsers):
    played(stage, browsers, SEED, number)
