"""`flask serve` for real: what it prints and makes, where it listens, and that nothing is left."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from hiring import create_app, serve
from hiring.refusal import Refused

ROOT = Path(__file__).parent.parent
PROC = Path("/proc")
SERVE = (sys.executable, "-m", "flask", "--app", "wsgi", "serve")
READY = "Ctrl-C stops it."

pytestmark = pytest.mark.skipif(not PROC.exists(), reason="looks for processes in /proc")


class Served:
    """A `flask serve` on an instance folder of its own."""

    def __init__(self, instance: Path, port: int, **settings: str) -> None:
        self.instance = instance
        self.log = instance.with_name(f"{port}.log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*SERVE, "--port", str(port)],
                cwd=ROOT,
                env={**os.environ, "HIRING_INSTANCE": str(instance), **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal of its own, so to say
            )

    def until(self, text: str, seconds: float = 120) -> str:
        """What was printed, once this text is among it."""
        deadline = time.monotonic() + seconds
        while text not in (printed := self.log.read_text()):
            assert self.process.poll() is None, printed
            assert time.monotonic() < deadline, printed
            time.sleep(0.05)
        return printed

    @property
    def url(self) -> str:
        match = re.search(r"ready: (\S+)", self.until(READY))
        assert match
        return match[1]

    def children(self, program: str) -> list[int]:
        """The ids of the processes directly below that run this program."""
        ids = [pid for pid, parent, _, _ in processes() if parent == self.process.pid]
        return [pid for pid in ids if program in command(pid)]

    def group(self) -> int:
        return os.getpgid(self.children("granian")[0])


@contextmanager
def serving(instance: Path, port: int, **settings: str) -> Iterator[Served]:
    served = Served(instance, port, **settings)
    try:
        yield served
    finally:
        served.process.kill()
        served.process.wait()


def processes() -> Iterator[tuple[int, int, int, str]]:
    """Id, parent, group and state of every process."""
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent, group = text.rpartition(")")[2].split()[:3]
        yield int(stat.parent.name), int(parent), int(group), state


def alive(group: int) -> list[int]:
    return [pid for pid, _, of, state in processes() if of == group and state != "Z"]


def command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def assert_ends(served: Served, number: int) -> None:
    """A signal, sent as a terminal does it to everyone in front, ends all without a complaint."""
    group = served.group()
    assert served.children("hiring.worker")
    os.killpg(served.process.pid, number)
    assert served.process.wait(30) == 0
    assert alive(group) == []
    assert served.log.read_text().endswith("Stopped.\n")
    assert "Traceback" not in served.log.read_text()


@pytest.fixture
def port() -> int:
    return free_port()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sign_in(url: str, email: str, password: str) -> tuple[str, str]:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(f"{url}/sign-in") as answer:
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.read().decode())
    assert token
    form = {"email": email, "password": password, "csrf_token": token[1]}
    with browser.open(f"{url}/sign-in", urllib.parse.urlencode(form).encode()) as answer:
        return answer.url, answer.read().decode()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The first start with the demo, still running."""
    instance = tmp_path_factory.mktemp("served") / "instance"
    with serving(instance, free_port()) as served:
        served.until(READY)
        yield served


def accounts(printed: str) -> list[tuple[str, str]]:
    """The e-mail addresses and passwords that were printed."""
    return re.findall(r"^\S+ +(\S+@\S+) +(\S+) ", printed, re.MULTILINE)


@pytest.mark.pdf
def test_the_first_start_makes_the_demo_and_the_second_keeps_it(first, port):
    printed = first.until(READY)
    found = accounts(printed)
    assert len(found) == 6
    made = {path.name: path.stat().st_mtime for path in (first.instance / "exports").iterdir()}
    assert len(made) == 9
    assert all(name in printed for name in made)
    assert (first.instance / "demo_accounts.txt").stat().st_mode & 0o077 == 0
    where, page = sign_in(first.url, *found[0])
    assert where.endswith("/openings")
    assert "Demo" in page
    assert "Customer support agent" in page

    with serving(first.instance, port) as second:
        again = second.until(READY, 30)
        assert accounts(again) == found
        assert ".pdf" not in again
        assert sign_in(second.url, *found[0])[0].endswith("/openings")
        assert_ends(second, signal.SIGHUP)
    files = (first.instance / "exports").iterdir()
    assert {path.name: path.stat().st_mtime for path in files} == made


def test_it_listens_on_this_machine_only(first):
    port = int(first.url.rpartition(":")[2])
    table = (PROC / "net" / "tcp").read_text().splitlines()[1:]
    listening = [row.split()[1] for row in table if row.split()[3] == "0A"]
    mine = [place for place in listening if int(place.rpartition(":")[2], 16) == port]
    assert mine, first.log.read_text()
    assert all(place.startswith("0100007F:") for place in mine)


def test_a_taken_port_is_named_and_ctrl_c_ends_everything(tmp_path, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with serving(tmp_path / "instance", port, HIRING_DEMO="no") as served:
            printed = served.until(READY)
            assert f"Port {port} is taken" in printed
            assert served.url == f"http://127.0.0.1:{port + 1}"
            assert_ends(served, signal.SIGINT)


def test_without_the_demo_it_begins_with_the_first_account(tmp_path, port):
    with serving(tmp_path / "instance", port, HIRING_DEMO="no") as served:
        printed = served.until(READY)
        assert "Nobody has an account yet" in printed
        assert accounts(printed) == []
        with urllib.request.urlopen(served.url) as answer:
            assert answer.url.endswith("/start")
            assert "Demo" not in answer.read().decode()
        assert (served.instance / "fifteen.sqlite").exists()
        assert not (served.instance / "demo.sqlite").exists()
        assert not (served.instance / "exports").exists()
        assert_ends(served, signal.SIGTERM)


def test_a_task_worker_that_ends_is_started_again_and_a_kill_leaves_nothing(tmp_path, port):
    with serving(tmp_path / "instance", port, HIRING_DEMO="no") as served:
        served.until(READY)
        group = served.group()
        before = served.children("hiring.worker")
        os.kill(before[0], signal.SIGKILL)
        served.until("The task worker ended with -9 and is started again.")
        after = served.children("hiring.worker")
        assert len(after) == 1
        assert after != before
        served.process.kill()
        deadline = time.monotonic() + 30
        while left := [pid for pid in alive(group) if sys.executable in command(pid)]:
            assert time.monotonic() < deadline, left
            time.sleep(0.1)


def test_everything_stops_with_a_sentence_when_the_web_server_ends(tmp_path, port):
    with serving(tmp_path / "instance", port, HIRING_DEMO="no") as served:
        served.until(READY)
        group = served.group()
        os.kill(served.children("granian")[0], signal.SIGKILL)
        assert served.process.wait(30) == 1
        assert alive(group) == []
        assert "The web server ended by itself" in served.log.read_text()


@pytest.mark.parametrize(
    ("given", "demo"),
    [
        ({}, "yes"),
        ({"HIRING_DEMO": ""}, "yes"),
        ({"HIRING_DEMO": "no"}, "no"),
        ({"HIRING_DEMO": "yes", "HIRING_DATABASE_URL": "postgresql://own"}, "no"),
    ],
)
def test_the_demo_is_served_unless_asked_otherwise(monkeypatch, given, demo):
    monkeypatch.setattr(os, "environ", given)
    serve._choose_database()
    assert given["HIRING_DEMO"] == demo


@pytest.mark.parametrize(
    ("url", "given", "workers"),
    [
        ("sqlite:///{}/x.sqlite", "8", 1),  # its lock holds within one process
        ("postgresql://nowhere/x", None, 2),
        ("postgresql://nowhere/x", "8", 8),
    ],
)
def test_how_many_web_processes_there_are(tmp_path, monkeypatch, url, given, workers):
    if given:
        monkeypatch.setenv("HIRING_WORKERS", given)
    app = create_app(INSTANCE=str(tmp_path), DATABASE_URL=url.format(tmp_path), SECRET_KEY="x")
    words = serve._web(app, serve.Address("127.0.0.1", 80))
    assert words[words.index("--workers") + 1] == str(workers)


@pytest.mark.parametrize("given", ["many", "0"])
def test_a_number_of_web_processes_that_cannot_be_gets_a_sentence(tmp_path, monkeypatch, given):
    monkeypatch.setenv("HIRING_WORKERS", given)
    url = "postgresql://nowhere/x"
    app = create_app(INSTANCE=str(tmp_path), DATABASE_URL=url, SECRET_KEY="x")
    with pytest.raises(Refused, match="Write a number of web processes"):
        serve._web(app, serve.Address("127.0.0.1", 80))


@pytest.mark.parametrize(
    ("settings", "host", "sentence"),
    [
        ({}, "no-such-host.invalid", "Can't listen on no-such-host.invalid"),
        ({}, "192.0.2.1", "Can't listen on 192.0.2.1"),
        ({"HIRING_DATABASE_URL": "sqlite:////proc/none.sqlite"}, "127.0.0.1", "The database did"),
        ({"HIRING_DATABASE_URL": "sqlite:////dev/null/x.sqlite"}, "127.0.0.1", "/dev/null"),
    ],
)
def test_what_cannot_be_served_gets_a_sentence(tmp_path, port, settings, host, sentence):
    settings = {"HIRING_INSTANCE": str(tmp_path / "instance"), "HIRING_DEMO": "no", **settings}
    done = subprocess.run(
        [*SERVE, "--host", host, "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **settings},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
