"""The commands `flask library check|lint|rules|coverage|retranslate`."""

# Every web worker imports this file, so what a command needs is imported when it runs.
# ruff: noqa: PLC0415

from pathlib import Path

import click
from flask import current_app

from hiring.commands import Group, near, print_names
from hiring.library.queries import folders, read_folder
from hiring.library.rules import KINDS, Library
from hiring.refusal import Refused

library = Group("library", help="The traits, questions and probes in files.")


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
        print_names(kit.write(sound(), seed, out, probes))
    else:
        raise click.UsageError("Give --seed and --out to write a sheet, or --score and sheets.")


def _score(files: tuple[Path, ...]) -> None:
    from hiring.library import agreement, kit

    found = sound()
    sheets, faults = kit.read(files, found)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    if sentence := agreement.too_few(sheets):
        raise Refused(sentence)
    for line in agreement.report(sheets, found):
        click.echo(line)


def sound() -> Library:
    found, faults = read_folder(*folders(current_app.config))
    if faults:
        raise Refused("The library has faults: flask library check names them.")
    return found
