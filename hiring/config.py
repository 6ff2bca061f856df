"""Settings with their defaults, read from HIRING_* variables, and the secret key made once."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, current_app

ROOT = Path(__file__).parent.parent

DEFAULTS: dict[str, Any] = {
    "DATABASE_URL": "",  # empty: SQLite in the instance folder
    "TRAITS": str(ROOT / "traits"),  # the shipped library
    "LIBRARY": "",  # a second folder with an organisation's own files; empty: none
    "DEMO": False,
    "URL": "",  # where people reach us: what links in mails begin with
    "MAIL": "file:",  # a server, or a folder beside the database
    "MAIL_FROM": "",
    "WORKERS": 2,  # web processes of `flask serve` on PostgreSQL; SQLite has one
    "PROXIES": 0,  # web servers in front that tell the scheme and host people used
    "MAX_CONTENT_LENGTH": 2_000_000,
    "MAX_FORM_MEMORY_SIZE": 1_000_000,
    "MAX_FORM_PARTS": 2_000,
    # A form may stay open for a whole interview day, so its token lives as long as the session.
    "WTF_CSRF_TIME_LIMIT": None,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
}


def instance_path(given: dict[str, Any]) -> str:
    """The folder of databases, the secret key and made files: INSTANCE, or `instance` beside us."""
    path = given.get("INSTANCE") or os.environ.get("HIRING_INSTANCE") or ROOT / "instance"
    return str(Path(path).resolve())


def load(app: Flask, given: dict[str, Any]) -> None:
    """Defaults, then HIRING_* variables, then what the caller gives."""
    app.config.update(DEFAULTS)
    app.config.from_prefixed_env("HIRING")
    app.config.update(given)
    app.config["DEMO"] = str(app.config["DEMO"]).lower() in {"1", "true", "yes"}
    instance = Path(app.instance_path)
    if not app.config["DATABASE_URL"]:
        name = "demo.sqlite" if app.config["DEMO"] else "fifteen.sqlite"
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        app.config["DATABASE_URL"] = f"sqlite:///{instance / name}"
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = secret_key(instance)


def signing_keys() -> list[str]:
    """The secret key, last, behind those it replaced: what they have signed is still ours."""
    old = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    return [*reversed(old), str(current_app.config["SECRET_KEY"])]


def secret_key(instance: Path) -> str:
    """The key that signs cookies: made at the first start, readable by its owner only."""
    path = instance / "secret_key"
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Written aside, then given its name: another start sees the whole key or none.
        fresh = instance / f"secret_key.{secrets.token_hex(4)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()
