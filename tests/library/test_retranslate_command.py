"""`flask library retranslate`: sheets out, sheets in, and what it refuses."""

import shutil

import pytest

from hiring import config
from hiring.library import retranslation
from hiring.library.retranslation import MACHINE
from tests.library.kits import filled, judge, right, shipped


@pytest.fixture
def retranslate(app, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["library", "retranslate", *arguments])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return run


@pytest.fixture
def sheets(tmp_path):
    """Four language models who found everything."""
    kit = retranslation.make(shipped(), 15, 150)
    files = [tmp_path / f"{name}.csv" for name in ("ann", "ben", "cem", "dai")]
    for file in files:
        file.write_text(filled(judge(file.stem, right, MACHINE, kit)))
    return [file.name for file in files]


def test_a_sheet_and_the_text_beside_it_are_written_once(retranslate, tmp_path):
    asked = ("--seed", "15", "--out", "out/sheet.csv")
    assert retranslate(*asked) == (0, "out/sheet.csv\nout/sheet-for-the-judge.md\n")
    written = (tmp_path / "out" / "sheet.csv").read_text(encoding="utf-8-sig")
    assert written == retranslation.sheet(retranslation.make(shipped(), 15, 150))
    assert "The sheet sheet.csv holds" in (tmp_path / "out/sheet-for-the-judge.md").read_text()
    (tmp_path / "out" / "sheet.csv").write_text("filled in")
    code, output = retranslate(*asked)
    assert (code, output) == (
        1,
        "Error: There is a file out/sheet.csv already. It may hold a judge's work: name another.\n",
    )
    assert (tmp_path / "out" / "sheet.csv").read_text() == "filled in"


def test_fewer_probes_may_be_drawn(retranslate, tmp_path):
    retranslate("--seed", "1", "--out", "sheet.csv", "--probes", "7")
    of_traits = sum(len(at) for t in shipped().traits.values() for at in t.anchors.values())
    lines = (tmp_path / "sheet.csv").read_text().splitlines()
    assert lines[2] == "probes,7"
    assert len(lines) == 6 + of_traits + 7


def test_sheets_are_scored_and_the_judges_named_for_what_they_are(retranslate, sheets):
    code, output = retranslate("--score", *sheets)
    assert code == 0
    assert "Judges: 4 language model.\nMachine retranslation, a screening:" in output
    assert "  ann, language model: own trait 100%, own or neighbour 100% (ann.csv)" in output
    number = len(retranslation.make(shipped(), 15, 150).indicators)
    assert output.count(": keep. ") == number
    line = shipped().traits["T03"].place.lines["Level 5"]
    assert f"  T03-empathic-listening/trait.md:{line}: R" in output


def test_three_sheets_are_too_few(retranslate, sheets):
    code, output = retranslate("--score", *sheets[:3])
    assert code == 1
    assert output.startswith("Error: The sheets are sound, but 3 judges are too few: at least 4")


def test_bad_sheets_are_all_named_and_nothing_is_scored(retranslate, sheets, tmp_path):
    first, second, third, fourth = (tmp_path / name for name in sheets)
    first.write_text(first.read_text().replace(",5\n", ",7\n", 1))
    second.write_bytes(b"PK\x03\x04\x00\x00")
    third.write_text(third.read_text().replace("sha256:", "sha256:f"))
    fourth.write_bytes(b"x" * 2_000_001)
    code, output = retranslate("--score", *sheets)
    assert code == 1
    told = output.splitlines()
    assert len(told) == 4
    assert told[0].startswith("ann.csv:")
    assert "'7' is not a level." in told[0]
    assert told[1] == "ben.csv:1: It is not a sheet of ours. Save it as CSV."
    assert told[2].startswith("cem.csv:1: The sheet was made of another state of the library")
    assert told[3].startswith("dai.csv:1: ")


def test_one_sheet_twice_is_one_judge(retranslate, sheets):
    code, output = retranslate("--score", *sheets[:3], sheets[0])
    assert code == 1
    assert output.startswith("ann.csv:1: ann.csv is ann's too.")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--seed", "15"),
        ("--out", "sheet.csv"),
        ("--score",),
        ("sheet.csv",),
        ("--score", "--seed", "15", "sheet.csv"),
        ("--seed", "15", "--out", "sheet.csv", "more.csv"),
        ("--seed", "x", "--out", "sheet.csv"),
        ("--seed", "-1", "--out", "sheet.csv"),
        ("--seed", "15", "--out", "sheet.csv", "--probes", "-1"),
    ],
)
def test_half_a_command_says_how_it_goes(retranslate, tmp_path, arguments):
    code, output = retranslate(*arguments)
    assert code == 2
    assert "Usage: " in output
    assert list(tmp_path.glob("*.csv")) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--seed", "15", "--out", "sheet.xlsx"), "sheet.xlsx is not a name for a sheet."),
        (("--score", "nowhere.csv"), "No such file or directory: nowhere.csv"),
        (("--score", "."), "Is a directory: ."),
    ],
)
def test_what_can_not_be_written_or_read_is_told(retranslate, arguments, sentence):
    code, output = retranslate(*arguments)
    assert code == 1
    assert output.startswith(f"Error: {sentence}")


def test_a_library_with_faults_makes_no_sheet(retranslate, app, tmp_path):
    folder = tmp_path / "traits"
    shutil.copytree(config.ROOT / "traits", folder)
    next(folder.glob("T03*/trait.md")).unlink()
    app.config["TRAITS"] = str(folder)
    code, output = retranslate("--seed", "15", "--out", "sheet.csv")
    assert (code, list(tmp_path.glob("*.csv"))) == (1, [])
    assert "flask library check names them" in output
