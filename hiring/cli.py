"""The commands: `flask library|db|people|demo|summaries|guides|mail …` and `flask serve`."""

# Every web worker imports this file, so what a command needs is imported when it runs.
# ruff: noqa: PLC0415

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import sqlalchemy as sa
from flask import Flask, current_app, url_for
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from hiring import db
from hiring.library.queries import folders, read_folder
from hiring.library.rules import KINDS, Library
from hiring.people import queries as people
from hiring.people.models import Invitation, Person
from hiring.people.rules import Role
from hiring.refusal import Refused

if TYPE_CHECKING:
    from hiring.demo.load import Account


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


library = Group("library", help="The traits, questions and probes in files.")
database = Group("db", help="The database's shape: bring it up to date, check it.")
accounts = Group("people", help="Accounts.")
demo = Group("demo", help="A made-up hiring round to look at.")
summaries = Group("summaries", help="What is said about a candidate, as PDFs.")
mail = Group("mail", help="E-mails that go out.")
guides = Group("guides", help="Guides for the room, as PDFs.")


def init_app(app: Flask) -> None:
    for command in (library, database, accounts, demo, summaries, guides, mail, serve):
        app.cli.add_command(command)


# --- library ---


@library.command("check")
def library_check() -> None:
    """Say what the library holds, or name every fault with its file and line."""
    shipped, own = folders(current_app.config)
    found, faults = read_folder(shipped, own)
    for fault in faults:
        folder = own if fault.own and own else shipped
        click.echo(f"{near(folder / fault.file)}:{fault.line}: {fault.said}")
    if faults:
        raise SystemExit(1)
    click.echo(found.count())


@library.command("lint")
@click.option("--question", "text", required=True, help="The question as it is read aloud.")
@click.option("--type", "kind", type=click.Choice(KINDS), help="Without it, its rule is skipped.")
def library_lint(text: str, kind: str | None) -> None:
    """Say which rules one question breaks, and what to write instead."""
    from hiring.library import lint

    if not text.strip():
        raise Refused("There is no question. Write it behind --question.")
    found = lint.question(text, kind)
    for finding in found:
        click.echo(finding)
    if found:
        raise SystemExit(1)
    click.echo("Sound.")


@library.command("rules")
def library_rules() -> None:
    """Print the rules for questions and anchors, as docs/lint.md has them."""
    from hiring.library import handbook

    click.echo(handbook.page(), nl=False)


@library.command("coverage")
def library_coverage() -> None:
    """Print where each row of the inventory is used, and end with 1 while one is not."""
    from hiring.config import ROOT
    from hiring.library import coverage
    from hiring.library.queries import inventory

    folder, _ = folders(current_app.config)
    found, wrong = read_folder(folder)
    rows = inventory()
    tensions = (ROOT / coverage.TENSIONS).read_text(encoding="utf-8")
    uses = coverage.uses(found, tensions)
    for line in coverage.table(rows, uses, near(folder).as_posix()):
        click.echo(line)
    said = list(coverage.faults(rows, uses))
    if wrong:
        said.append("Some files have faults, so what they carry is missing: flask library check.")
    for sentence in said:
        click.echo(sentence)
    if said:
        raise SystemExit(1)


@library.command("retranslate")
@click.option("--seed", type=click.IntRange(0, 10**9), help="The number that shuffles and draws.")
@click.option("--out", type=click.Path(path_type=Path), help="The sheet to write, a .csv.")
@click.option(
    "--probes",
    type=click.IntRange(0, 10**9),
    default=150,
    show_default=True,
    help="How many of the probes' indicators to draw.",
)
@click.option("--score", is_flag=True, help="Score the sheets that judges have filled in.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def retranslate(
    seed: int | None, out: Path | None, probes: int, *, score: bool, files: tuple[Path, ...]
) -> None:
    """Write a blind sheet of indicators for judges to sort, or score the sheets in FILES."""
    from hiring.library import kit

    if score and files and seed is None and out is None:
        _score(files)
    elif seed is not None and out is not None and not score and not files:
        _name(kit.write(_sound_library(), seed, out, probes))
    else:
        raise click.UsageError("Give --seed and --out to write a sheet, or --score and sheets.")


def _score(files: tuple[Path, ...]) -> None:
    from hiring.library import agreement, kit

    found = _sound_library()
    sheets, faults = kit.read(files, found)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    if sentence := agreement.too_few(sheets):
        raise Refused(sentence)
    for line in agreement.report(sheets, found):
        click.echo(line)


def _sound_library() -> Library:
    found, faults = read_folder(*folders(current_app.config))
    if faults:
        raise Refused("The library has faults: flask library check names them.")
    return found


def near(path: Path) -> Path:
    """The path as an editor started here opens it."""
    path = path.resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


# --- db ---

_REVISIONS = {"ignore_unknown_options": True}  # so that -1 is a revision


@contextmanager
def _alembic() -> Iterator[sa.Engine]:
    from alembic.util import CommandError

    try:
        yield db.database().engine
    except CommandError as error:
        raise click.ClickException(str(error)) from None


@database.command("upgrade", context_settings=_REVISIONS)
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Make the database if there is none and bring it to the newest shape."""
    migrate(revision)
    click.echo(f"Up to date: {shown(db.database().url)}")


def migrate(revision: str = "head") -> None:
    from hiring import schema

    with _alembic() as engine:
        if db.database().is_sqlite and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        schema.upgrade(engine, revision)


@database.command("downgrade", context_settings=_REVISIONS)
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Take the last migration back, or all down to REVISION. What only it could hold is lost."""
    from hiring import schema

    with _alembic() as engine:
        schema.downgrade(engine, revision)
    click.echo(f"Taken back: {shown(db.database().url)}")


@database.command("check")
def database_check() -> None:
    """Check that the migrations make what the models describe, on a database of its own."""
    from alembic.util.exc import AutogenerateDiffsDetected

    from hiring import schema

    empty = db.Database("sqlite://").engine
    with _alembic():
        schema.upgrade(empty)
        try:
            schema.check(empty)
        except AutogenerateDiffsDetected as error:
            differences = "\n".join(map(str, error.diffs))
            raise click.ClickException(
                f"Models and migrations differ: flask db make MESSAGE\n{differences}"
            ) from None


@database.command("make")
@click.argument("message")
def make(message: str) -> None:
    """Write the migration that brings the database to what the models say."""
    from hiring import schema

    with _alembic() as engine:
        schema.make(engine, message)


def shown(url: sa.URL) -> str:
    if url.get_backend_name() == "sqlite" and url.database:
        return str(near(Path(url.database)))
    return url.render_as_string(hide_password=True)


def _check_tables() -> None:
    if not sa.inspect(db.database().engine).has_table(Person.__tablename__):
        raise Refused("The database has no tables yet. Make them first: flask db upgrade")


# --- people ---


@accounts.command("add-administrator")
@click.argument("email")
@click.option("--name", required=True, help="How the person is called.")
@click.option(
    "--address",
    default="http://127.0.0.1:5000",
    show_default=True,
    help="Where people reach Fifteen; the link begins with it.",
)
def add_administrator(email: str, name: str, address: str) -> None:
    """Add an administrator and print the one-time link with which they choose a password."""
    from email_validator import EmailNotValidError, validate_email

    _check_tables()
    session = db.session()
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError as error:
        raise Refused(f"{email} is not an e-mail address: {error}") from None
    if people.by_email(session, email) is not None:
        raise Refused(f"There is an account with {email} already. Nothing was changed.")
    person = Person.new(name, email, [Role.ADMINISTRATOR], db.now())
    invitation, secret = Invitation.make(person, None, db.now())
    session.add_all([person, invitation])
    session.commit()
    with current_app.test_request_context(base_url=address):
        link = url_for("people.join", secret=secret, _external=True)
    click.echo(f"{name} chooses a password here. The link works once, for a week:\n{link}")


# --- demo ---


@demo.command("load")
def demo_load() -> None:
    """Load the demo round into a database that holds nobody, and print its accounts."""
    _check_tables()
    for account in load_demo():
        click.echo(account)


def load_demo() -> "list[Account]":
    """Load and commit the demo round. The demo's own database keeps its accounts in a file."""
    from hiring.demo import load

    session = db.session()
    if people.anybody(session):
        raise Refused("This database holds people already, so the demo stays out of it.")
    made = load.load(session, _sound_library(), db.now())
    if current_app.config["DEMO"]:
        load.write_accounts(made, Path(current_app.instance_path) / load.ACCOUNTS)
    session.commit()
    return made


# --- summaries and guides ---


def _export_options(command: Any) -> Any:
    """--opening and --out."""
    command = click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        required=True,
        help="The folder to write to; it is made if need be.",
    )(command)
    return click.option(
        "--opening", "opening_id", type=int, required=True, help="The opening's number."
    )(command)


@summaries.command("export")
@_export_options
@click.option(
    "--first-ninety-days",
    is_flag=True,
    help="With a page for the manager of whoever is made an offer.",
)
def export_summaries(opening_id: int, out: Path, *, first_ninety_days: bool) -> None:
    """Write a PDF for each candidate of an opening."""
    from hiring.library.routes import shelf
    from hiring.summaries import export

    _check_tables()
    briefings = shelf().library().briefings if first_ninety_days else {}
    _name(export.export_opening(db.session(), opening_id, out, briefings))


@guides.command("export")
@_export_options
def export_guide(opening_id: int, out: Path) -> None:
    """Write the newest published guide of an opening as a PDF for the room."""
    from hiring.summaries import export

    _check_tables()
    _name(export.export_guide(db.session(), opening_id, out))


def _name(files: list[Path]) -> None:
    for file in files:
        click.echo(near(file))


# --- mail ---


@mail.command("try")
@click.argument("address")
def try_mail(address: str) -> None:
    """Send a trial mail to ADDRESS now, and say what came of it."""
    from hiring.mail import rules, work
    from hiring.mail.models import Mail

    _check_tables()
    if not rules.is_address(address):
        raise Refused(f"{address} is not an e-mail address.")
    session = db.session()
    trial = Mail.new(rules.Kind.TRIAL, address, db.now())
    session.add(trial)
    session.commit()
    work.work(trial.id)
    if trial.sent_at is None:
        raise Refused(f"It was not sent: {trial.problem}")
    click.echo(f"Sent: {current_app.extensions['mailbox']}")


@mail.command("unsent")
def unsent_mail() -> None:
    """List the mails that are not sent, with what was wrong and when they are tried again."""
    from hiring.mail import queries

    _check_tables()
    for row in queries.unsent(db.session()):
        again = f"again at {row.due_at:%Y-%m-%d %H:%M} UTC" if row.due_at else "not tried again"
        click.echo(f"{row.id} {row.kind}: {again}. {row.problem}")


# --- serve ---


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=5000,
    show_default=True,
    help="The first port to try; a taken one is passed over.",
)
def serve(host: str, port: int) -> None:
    """Make the database ready and serve: the demo round, or with HIRING_DEMO=no your own."""
    from hiring.serve import run

    with sentences():
        run(host, port)
