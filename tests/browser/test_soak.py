"""The long run of random sequences: what it remembers when it is stopped and goes on."""

from tests.browser.soak import Run, taken_up


def test_a_run_that_was_stopped_goes_on_and_remembers_what_failed(tmp_path):
    file = tmp_path / "state.json"
    Run("7", 100, done=40, failed=2).keep(file)
    assert taken_up(file, "7", 100) == Run("7", 100, done=40, failed=2)
    assert taken_up(file, "", 60) == Run("7", 60, done=40, failed=2)


def test_another_seed_or_nothing_kept_begins_anew(tmp_path):
    file = tmp_path / "state.json"
    assert taken_up(file, "8", 100) == Run("8", 100)
    Run("7", 100, done=40, failed=2).keep(file)
    assert taken_up(file, "8", 100) == Run("8", 100)
    file.unlink()
    assert taken_up(file, "", 100).seed.isdigit()
