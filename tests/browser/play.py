"""One person with one card on up to two devices, in whatever order chance has it.

The server is the real one, in a process of its own, to be killed at any moment. After a sequence
every answer that a page showed as saved is in the database; every word that was typed is in the
database or on a device; and once all is well again, it is in the database. Nobody types before a
page's store is open, and no browser dies within 50 ms of a key: docs/decisions.md says why.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Error, Page, StorageState

from hiring import create_app
from hiring.config import ROOT
from hiring.demo.load import Account
from hiring.guides.models import Guide
from hiring.interviews.models import Scorecard
from hiring.people import queries as people
from hiring.scorecards.models import SavedAnswer
from hiring.scorecards.rules import TEXTS, mask
from tests import factories
from tests.browser.cable import Cable
from tests.browser.sites import Site, Template

STEPS = 10
START_SECONDS = 30
SETTLE_SECONDS = 25
LEVELS = ("1", "2", "3", "4", "5", "not_observed")
FIELDS = ("note", "note", "note", *TEXTS, "reason")
# How the form calls its ticks, and how the database does.
TICKS = {
    "follow_up": "follow_ups",
    "look_for": "look_fors",
    "warning": "warnings",
    "happened": "happened",
}
# In one go: what a page takes over meanwhile from the device would be written over otherwise.
ADD_WORD = """(text, word) => {
  if (text.matches(":read-only") || !text.checkVisibility()) throw new Error("no way in");
  text.value = `${text.value} ${word}`.trim();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}"""
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true;"

# Tells at once whenever a page shows an answer as saved, whatever becomes of the page.
WITNESS = """addEventListener("DOMContentLoaded", () => {
  const forms = [...document.querySelectorAll("form[data-item]")];
  const seen = new Set();
  const look = () => {
    for (const form of forms) {
      if (form.querySelector("[role=status]").dataset.state !== "saved") continue;
      const data = new FormData(form);
      const level = data.get("level") ?? "";
      const reason = level === "not_observed" ? data.get("reason").trim() : ""; // else it is none
      const texts = TEXTS.map((name) => data.get(name));
      const ticks = TICKS.map((name) => data.getAll(name).map(Number));
      const one = JSON.stringify([Number(form.dataset.item), level, reason, texts, ticks]);
      if (!seen.has(one)) told(one);
      seen.add(one);
    }
  };
  look();
  for (const form of forms) {
    new MutationObserver(look).observe(form, { subtree: true, attributes: true, childList: true });
  }
});""".replace("TEXTS", json.dumps(TEXTS)).replace("TICKS", json.dumps([*TICKS]))
WORDS_KEPT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("fifteen");
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => resolve("");
  opening.onsuccess = () => {
    const all = opening.result.transaction("words").objectStore("words").getAll();
    all.onsuccess = () => { opening.result.close(); resolve(JSON.stringify(all.result)); };
  };
})"""
IS_SETTLED = """() => [...document.querySelectorAll("form[data-item] [role=status]")].every(
  (line) => ["saved", "none", "stale", "failed"].includes(line.dataset.state))"""

# Item, level, why there is none, texts, and ticks as bit masks.
Told = tuple[int, str, str, tuple[str, ...], tuple[int, ...]]


class Server:
    """The real web server on a database, with another one started already to take its place."""

    def __init__(self, settings: dict[str, str], cable: Cable) -> None:
        self.settings, self.cable = settings, cable
        self.now: subprocess.Popen[bytes] | None = None
        self.spare, self.spare_port = self._start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        os.killpg(self.spare.pid, signal.SIGKILL)
        self.spare.wait()

    def kill(self) -> None:
        """SIGKILL, as a crash or somebody impatient does it."""
        if self.now:
            os.killpg(self.now.pid, signal.SIGKILL)
            self.now.wait()
            self.now = None

    def start(self) -> None:
        """Start it again, which takes no time: the spare one has been waiting."""
        if self.now:
            return
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.spare_port):
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        self.now, self.cable.far_port = self.spare, self.spare_port
        self.spare, self.spare_port = self._start()

    def _start(self) -> tuple[subprocess.Popen[bytes], int]:
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port: int = free.getsockname()[1]
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--blocking-threads", "4", "--no-access-log", "--log-level", "critical"),
            *("--factory", "hiring:create_app"),
        ]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **self.settings},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        return process, port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass
class Stage:
    """Where plays are given: a database, the real server at the end of a cable, one person."""

    site: Site
    cable: Cable
    server: Server
    who: Account
    guide_id: int
    state: StorageState | None = None

    def mend(self) -> None:
        self.cable.mend()
        self.server.start()

    def new_card(self) -> tuple[int, list[int]]:
        """A fresh interview of two items."""
        with self.site.rows() as session:
            person = people.by_email(session, self.who.email)
            assert person
            guide = session.get_one(
                Guide, self.guide_id, options=[sa.orm.selectinload(Guide.items), _WITH_OPENING]
            )
            made = factories.interview(session, guide, [person])
            return made.cards[0].id, [item.id for item in guide.items]


_WITH_OPENING = sa.orm.joinedload(Guide.opening)


@contextmanager
def stage(template: Template) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder, Cable() as cable:
        settings = {
            "HIRING_DATABASE_URL": f"sqlite:///{Path(folder) / 'play.sqlite'}",
            "HIRING_INSTANCE": folder,
            "HIRING_SECRET_KEY": "of the plays",
        }
        Path(folder, "play.sqlite").write_bytes(template.file.read_bytes())
        app = create_app(
            DATABASE_URL=settings["HIRING_DATABASE_URL"],
            INSTANCE=folder,
            SECRET_KEY=settings["HIRING_SECRET_KEY"],
        )
        site = Site(app, f"http://127.0.0.1:{cable.port}", [], cable)
        who = site.invite(name="Robin Adeyemi")
        with site.rows() as session:
            person = people.by_email(session, who.email)
            assert person
            guide_id = factories.guide(session, person, ("T03",)).id
        with Server(settings, cable) as server:
            yield Stage(site, cable, server, who, guide_id)
        app.extensions["database"].engine.dispose()


@dataclass
class Play:
    """One sequence. `steps` tells what was done, to be read when it fails."""

    stage: Stage
    browser: Browser
    chance: random.Random
    steps: list[str] = field(default_factory=list)
    told: set[Told] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    devices: list[BrowserContext] = field(default_factory=list)
    is_submitted: bool = False

    def run(self) -> None:
        """Do this and that; then see that nothing is lost, before and after all is well again."""
        self.stage.mend()
        self.card, self.items = self.stage.new_card()
        self.stage.state = self.stage.site.state(self.browser, self.stage.who)
        try:
            self._take_device()
            for _ in range(STEPS):
                self.step()
            self.check()
            self.heal()
            self.check(is_well=True)
        finally:
            for device in self.devices:
                device.close()

    # --- what may happen ---

    def step(self) -> None:
        does: list[Callable[[], None]] = [self.write] * 8
        does += [self.rate, self.press, self.press, self.wait, self.reload, self.choose]
        does += [self.tick] * 3
        does += [self.cut_or_mend, self.lose_replies, self.kill_or_start, self.expire]
        does += [self.open_window, self.close_window, self.crash]
        if len(self.steps) > STEPS // 2:
            does += [self.submit]
        done = self.chance.choice(does)
        self.steps.append(done.__name__)
        with suppress(Error):  # what it was to be done on may be gone just then
            done()

    def write(self) -> None:
        """A new word behind the others, in some field."""
        page, item = self._somewhere()
        if item is None:
            return
        name = self.chance.choice(FIELDS)
        word = f"w{len(self.steps)}x"
        self.steps[-1] += f" {word} {name}"
        page.evaluate(OPEN_ALL)
        page.evaluate(WORDS_KEPT)  # a person's hand is slower than a device that gets ready
        if name == "reason":
            item.locator("[name=level][value=not_observed]").evaluate("(radio) => radio.click()")
        item.locator(f"[name={name}]").evaluate(ADD_WORD, word, timeout=3_000)
        if name != "reason":  # which goes when a level is chosen
            self.typed.add(word)

    def rate(self) -> None:
        _, item = self._somewhere()
        value = self.chance.choice(LEVELS)
        if item:
            item.locator(f"[name=level][value='{value}']").evaluate("(radio) => radio.click()")

    def tick(self) -> None:
        _, item = self._somewhere()
        if item:
            boxes = item.locator("[type=checkbox]")
            which = self.chance.randrange(boxes.count())
            self.steps[-1] += f" {which}"
            boxes.nth(which).evaluate("(one) => one.click()")

    def press(self) -> None:
        """Press Save, and sometimes do not wait for what comes of it."""
        _, item = self._somewhere()
        if item:
            item.locator(".save-row button").evaluate("(button) => button.click()")
        if self.chance.random() < 0.5:
            time.sleep(0.15)

    def wait(self) -> None:
        time.sleep(self.chance.choice((0.05, 0.3, 1.0)))

    def choose(self) -> None:
        """Of two versions, if there are two somewhere."""
        for page in self._pages():
            buttons = page.locator("[data-choose]")
            if buttons.count():
                which = self.chance.choice(("mine", "stored", "both"))
                self.steps[-1] += f" {which}"
                page.locator(f"[data-choose={which}]").first.click(timeout=2_000)
                time.sleep(0.2)
                return

    def reload(self) -> None:
        self._go(self._page())

    def open_window(self) -> None:
        """Another tab, or another device."""
        if len(self._pages()) >= 3:
            return
        if len(self.devices) == 1 and self.chance.random() < 0.4:
            self._take_device()
        else:
            self._go(self.chance.choice(self.devices).new_page())

    def close_window(self) -> None:
        if len(self._pages()) > 1:
            self._page().close()

    def crash(self) -> None:
        """Every page of every device dies at once, though not in the moment of the last key."""
        time.sleep(0.05)
        session = self.browser.new_browser_cdp_session()
        for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)
        session.detach()
        for device in self.devices:
            for page in device.pages:
                page.close()
            self._go(device.new_page())

    def cut_or_mend(self) -> None:
        is_cut = self.stage.cable.is_cut
        self.steps[-1] += " mend" if is_cut else " cut"
        if is_cut:
            self.stage.cable.mend()
        else:
            self.stage.cable.cut()
        for device in self.devices:
            device.set_offline(not is_cut)

    def lose_replies(self) -> None:
        """The server is reached, and what it answers is lost."""
        self.stage.cable.loses_replies = True
        self.press()
        time.sleep(0.1)
        self.stage.cable.drop()
        self.stage.cable.loses_replies = False

    def kill_or_start(self) -> None:
        if self.stage.server.now:
            self.press()
            self.steps[-1] += " kill"
            self.stage.server.kill()
        else:
            self.steps[-1] += " start"
            self.stage.server.start()

    def expire(self) -> None:
        """The session ends, or somebody signs in again: by the page or in some other tab."""
        device = self.chance.choice(self.devices)
        if any(cookie.get("name") == "session" for cookie in device.cookies()):
            device.clear_cookies(name="session")
        else:
            self._sign_in(device)

    def submit(self) -> None:
        page = self._page()
        button = page.get_by_role("button", name="Submit scorecard")
        if button.count():
            button.evaluate("(button) => button.click()")
            time.sleep(0.5)

    # --- where ---

    def _take_device(self) -> None:
        device = self.browser.new_context(
            base_url=self.stage.site.url, storage_state=self.stage.state, locale="en-GB"
        )
        device.set_default_timeout(10_000)
        device.expose_function("told", self._hear)
        device.add_init_script(WITNESS)
        device.set_offline(self.stage.cable.is_cut)
        self.devices.append(device)
        self._go(device.new_page())

    def _hear(self, text: str) -> None:
        item, level, reason, texts, ticks = json.loads(text)
        self.told.add((item, level, reason, tuple(texts), tuple(map(mask, ticks))))

    def _go(self, page: Page) -> None:
        # Without a connection nothing comes, unless the device has the page.
        with suppress(Error):
            page.goto(f"/scorecards/{self.card}", wait_until="domcontentloaded")
        if page.url.partition("?")[0].endswith("/sign-in") and self.chance.random() < 0.7:
            self._sign_in(page.context)
            with suppress(Error):
                page.goto(f"/scorecards/{self.card}", wait_until="domcontentloaded")

    def _sign_in(self, device: BrowserContext) -> None:
        assert self.stage.state
        device.add_cookies(self.stage.state["cookies"])  # type: ignore[arg-type] # they are alike

    def _pages(self) -> list[Page]:
        return [page for device in self.devices for page in device.pages]

    def _page(self) -> Page:
        return self.chance.choice(self._pages())

    def _somewhere(self) -> tuple[Page, Any]:
        """A window, and a question in it if its form is there."""
        page = self._page()
        item = page.locator(f"#item-{self.chance.choice(self.items)}")
        try:
            is_there = item.locator("form").count() > 0
        except Error:
            is_there = False
        return page, item if is_there else None

    # --- what has to hold ---

    def check(self, *, is_well: bool = False) -> None:
        # First the devices: words go from there to the database, never back.
        kept = "" if is_well and not self.is_submitted else self._kept()
        saved, texts = self._saved()
        lost = {word for word in self.typed if word not in kept and word not in texts}
        assert not lost, f"lost: {lost}"
        assert self.told <= saved, f"shown as saved, but never was: {self.told - saved}"

    def _kept(self) -> str:
        """Every text on every device."""
        found = ""
        for device in self.devices:
            for page in device.pages:
                try:
                    found += page.evaluate(WORDS_KEPT)
                    break
                except Error:
                    continue  # a page of the browser's own has no access
            else:
                self.stage.mend()
                device.set_offline(False)
                page = device.new_page()
                page.goto("/sign-in")
                found += page.evaluate(WORDS_KEPT)
        return found

    def _saved(self) -> tuple[set[Told], str]:
        with self.stage.site.rows() as session:
            rows = session.scalars(
                sa.select(SavedAnswer).where(SavedAnswer.scorecard_id == self.card)
            ).all()
            card = session.get_one(Scorecard, self.card)
            self.is_submitted = card.is_submitted
        saved = {
            (
                row.item_id,
                "not_observed" if row.not_observed else str(row.level or ""),
                row.reason,
                tuple(getattr(row, name) for name in TEXTS),
                tuple(getattr(row, column) for column in TICKS.values()),
            )
            for row in rows
        }
        return saved, " ".join(" ".join(texts) for _, _, _, texts, _ in saved)

    def heal(self) -> None:
        """All is well again: each device opens the card once more and is left to itself."""
        self.stage.mend()
        for device in self.devices:
            device.set_offline(False)
            self._sign_in(device)
            page = device.new_page()
            for other in device.pages:
                if other != page:
                    other.close()
            page.goto(f"/scorecards/{self.card}")
            deadline = time.monotonic() + SETTLE_SECONDS
            while not self._is_settled(page):
                assert time.monotonic() < deadline, "it does not settle"
                page.wait_for_timeout(50)

    def _is_settled(self, page: Page) -> bool:
        """Whether nothing is under way any more; takes one of two versions if there are two."""
        choices = page.locator("[data-choose]")
        if choices.count():
            which = self.chance.choice(("mine", "stored", "both"))
            with suppress(Error):  # it may be gone before the click
                page.locator(f"[data-choose={which}]").first.click(timeout=2_000)
            page.wait_for_timeout(200)
            return False
        if not page.evaluate(IS_SETTLED) or self._has_orphans(page):
            return False
        page.wait_for_timeout(100)
        return bool(page.evaluate(IS_SETTLED)) and not choices.count()

    def _has_orphans(self, page: Page) -> bool:
        """Whether a form still has drafts to take over."""
        if not page.locator("form[data-item]").count():
            return False
        return '"sent":' in page.evaluate(WORDS_KEPT)


def chance(seed: str, number: int) -> random.Random:
    """What happens in a sequence: the same whenever the seed and its number are."""
    return random.Random(f"{seed}-{number}")


def once_more(seed: str, number: int) -> str:
    """The line that repeats a sequence."""
    return f"SEED={seed} FIRST={number} SEQUENCES=1 pytest tests/browser/test_random.py"
