"""What all commands share: a refusal ends with 1 and its sentence, and how files are named."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from hiring.refusal import Refused


@contextmanager
def sentences() -> Iterator[None]:
    """Say what went wrong, as far as it may be expected, instead of showing where."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException("\n".join(refusal.sentences)) from None
    except DBAPIError as error:
        raise click.ClickException(f"The database did not do that: {error.orig}") from None
    except OSError as error:
        place = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        raise click.ClickException(place) from None


class Group(AppGroup):
    """Commands that end with 1 and a sentence when they can't do what they are asked."""

    def invoke(self, ctx: click.Context) -> Any:
        with sentences():
            return super().invoke(ctx)


def near(path: Path) -> Path:
    """The path as an editor started here opens it."""
    path = path.resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def print_names(files: Iterable[Path]) -> None:
    for file in files:
        click.echo(near(file))
