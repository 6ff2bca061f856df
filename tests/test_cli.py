"""The commands: what they print, what they refuse, and how they end."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from hiring import create_app, db
from hiring.demo import load
from hiring.interviews.models import Candidate
from hiring.people import queries as people
from hiring.people.rules import Role

ROOT = Path(__file__).parent.parent


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """The exit code and everything printed."""
    done = app.test_cli_runner().invoke(args=list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    """An application on a database that isn't there yet."""
    url = f"sqlite:///{tmp_path / 'new' / 'mine.sqlite'}"
    return create_app(DATABASE_URL=url, INSTANCE=str(tmp_path / "instance"), TESTING=True)


@pytest.fixture
def traits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the library below the working directory."""
    shutil.copytree(ROOT / "traits", tmp_path / "traits")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "traits"


# --- library ---


def test_library_check_counts(app):
    everything = (
        "15 traits, 1 dimension, 121 probes, 70 vignettes, 64 calibration answers, 16 briefings, "
        "6 pages of notes\n"
    )
    assert run(app, "library", "check") == (0, everything)


def test_library_check_names_every_fault_so_that_an_editor_can_open_it(app, traits):
    files = sorted(traits.glob("T0[12]*/trait.md"))
    for file in files:
        file.write_text(file.read_text().replace("## Warnings", "## Wranings"))
    app.config["TRAITS"] = str(traits)
    code, output = run(app, "library", "check")
    assert code == 1
    for file in files:
        line = file.read_text().splitlines().index("## Wranings") + 1
        assert f"{file.relative_to(traits.parent)}:{line}: " in output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["How old are you?"],
            1,
            ["protected: age: “how old are you” asks about the person's age."],
        ),
        (["Are you married?"], 1, ["protected: family: ", "open-form: "]),
        (["What do you do all day?"], 0, ["Sound."]),
        (["What do you do all day?", "--type", "behavioural"], 1, ["past-tense: "]),
        (["What do you do all day?", "--type", "situational"], 1, ["suppose: "]),
        (["What do you do all day?", "--type", "probe"], 0, ["Sound."]),
        (["Tell me about a time you had to arrest a decline. What did you do?"], 0, ["Sound."]),
        (["Suppose a customer was ill. What do you do?", "--type", "situational"], 0, ["Sound."]),
        (["x", "--type", "opinion"], 2, ["'behavioural', 'situational', 'probe'"]),
        ([" "], 1, ["There is no question. Write it behind --question."]),
    ],
)
def test_library_lint_tells_which_rules_a_question_breaks(app, arguments, code, said):
    ended, output = run(app, "library", "lint", "--question", *arguments)
    assert ended == code
    for words in said:
        assert words in output


def test_library_rules_prints_the_page_of_the_docs(app):
    assert run(app, "library", "rules") == (0, (ROOT / "docs" / "lint.md").read_text())


def test_library_coverage_names_the_file_and_line_of_every_row(app, traits):
    code, output = run(app, "library", "coverage")
    assert code == 0
    lines = output.splitlines()
    assert len(lines) == 424
    assert lines[2].split()[0] == "T03"
    assert lines[2].endswith("traits/T03-empathic-listening/trait.md:2")
    for file in traits.glob("*/P50-*.md"):
        file.unlink()
    app.config["TRAITS"] = str(traits)
    code, output = run(app, "library", "coverage")
    assert code == 1
    assert "P50 (Proof or trust) is not used. Write its file, or list it as unused" in output
    assert "Some files have faults, so what they carry is missing" in output


# --- db ---


def test_upgrade_makes_the_folder_and_the_tables_and_can_be_repeated(empty, tmp_path):
    for _ in range(2):
        code, output = run(empty, "db", "upgrade")
        assert code == 0
        assert "new/mine.sqlite" in output
    assert (tmp_path / "new" / "mine.sqlite").exists()


def test_downgrade_and_an_unknown_revision(empty):
    run(empty, "db", "upgrade")
    assert run(empty, "db", "downgrade", "base")[0] == 0
    with empty.app_context():
        assert not sa.inspect(db.database().engine).has_table("person")
    code, output = run(empty, "db", "upgrade", "nonsense")
    assert code == 1
    assert output.startswith("Error: ")


def test_check_agrees_and_needs_no_database(empty, tmp_path):
    assert run(empty, "db", "check")[0] == 0
    assert not (tmp_path / "new").exists()


def test_check_names_a_table_that_no_migration_makes(empty):
    extra = sa.Table("afterthought", db.metadata, sa.Column("id", sa.Integer, primary_key=True))
    try:
        code, output = run(empty, "db", "check")
    finally:
        db.metadata.remove(extra)
    assert code == 1
    assert "Models and migrations differ" in output
    assert "afterthought" in output


# --- people ---


def test_the_link_of_a_new_administrator_opens(app, client):
    code, output = run(
        app, "people", "add-administrator", "Ada@example.org", "--name", "Ada",
        "--address", "https://hiring.example.org",
    )  # fmt: skip
    assert code == 0
    link = output.split()[-1]
    assert link.startswith("https://hiring.example.org/join/")
    assert client.get(link.removeprefix("https://hiring.example.org")).status_code == 200
    with app.app_context():
        ada = people.by_email(db.session(), "ada@example.org")
        assert ada is not None
        assert ada.roles == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("email", "sentence"),
    [("ADA@example.org", "There is an account with"), ("ada", "is not an e-mail address")],
)
def test_an_address_that_is_taken_or_none_is_refused(app, email, sentence):
    run(app, "people", "add-administrator", "ada@example.org", "--name", "Ada")
    code, output = run(app, "people", "add-administrator", email, "--name", "Another")
    assert code == 1
    assert sentence in output
    with app.app_context():
        assert [person.name for person in people.everyone(db.session())] == ["Ada"]


# --- demo ---


def test_demo_load_prints_accounts_and_refuses_a_second_time(app):
    code, output = run(app, "demo", "load")
    assert code == 0
    assert "maeve.halloran@example.org" in output
    assert len(output.splitlines()) == 6
    code, output = run(app, "demo", "load")
    assert code == 1
    assert "holds people already" in output
    with app.app_context():
        candidates = db.session().scalars(sa.select(Candidate.opening_id)).all()
    assert candidates == [1] * 8


def test_demo_load_keeps_no_passwords_beside_a_database_of_ones_own(app):
    run(app, "demo", "load")
    assert not (Path(app.instance_path) / load.ACCOUNTS).exists()


def test_demo_load_leaves_nothing_half_done(app, traits):
    next(traits.glob("T03*/trait.md")).unlink()
    app.config["TRAITS"] = str(traits)
    code, output = run(app, "demo", "load")
    assert code == 1
    assert "flask library check" in output
    with app.app_context():
        assert not people.anybody(db.session())


@pytest.mark.parametrize(
    "command",
    [
        ("demo", "load"),
        ("people", "add-administrator", "ada@example.org", "--name", "Ada"),
        ("summaries", "export", "--opening", "1", "--out", "out"),
        ("guides", "export", "--opening", "1", "--out", "out"),
    ],
)
def test_a_database_without_tables_is_named(empty, tmp_path, command):
    (tmp_path / "new").mkdir()
    code, output = run(empty, *command)
    assert code == 1
    assert output == "Error: The database has no tables yet. Make them first: flask db upgrade\n"


def test_a_database_that_is_not_there_gets_a_sentence(empty):
    code, output = run(empty, "demo", "load")
    assert code == 1
    assert output.startswith("Error: The database did not do that: ")


# --- exports ---


@pytest.mark.parametrize("what", ["summaries", "guides"])
def test_an_opening_that_is_not_there_is_named(app, tmp_path, what):
    code, output = run(app, what, "export", "--opening", "7", "--out", str(tmp_path / "out"))
    assert code == 1
    assert output.startswith("Error: ")
    assert "7" in output
    assert not (tmp_path / "out").exists()


@pytest.mark.pdf
def test_summaries_and_guide_are_written_and_named(app, tmp_path):
    run(app, "demo", "load")
    for what, number in (("summaries", 8), ("guides", 1)):
        out = tmp_path / what
        code, output = run(app, what, "export", "--opening", "1", "--out", str(out))
        assert code == 0
        files = sorted(out.iterdir())
        assert len(files) == number
        assert sorted(output.splitlines()) == [str(file) for file in files]
        assert all(file.read_bytes().startswith(b"%PDF-") for file in files)
