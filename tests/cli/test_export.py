"""`tui-ann export`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tui_ann.export.run_formats import RUN_FORMATS


@pytest.fixture
def run(command):
    """A trained run folder."""
    assert command("train", "xor.toml", "--out", "run").code == 0
    return "run"


def test_help_lists_every_format_with_its_note(command):
    shown = command("export", "--help").out
    for name, form in RUN_FORMATS.items():
        assert f"{name} " in shown
        assert form.note in shown


def test_a_file_with_the_name_of_the_run(command, run, working_folder):
    result = command("export", run, "--to", "python")
    assert (result.code, result.err) == (0, "wrote xor.py\n")
    script = [sys.executable, "xor.py", "xor.csv"]
    shown = subprocess.run(script, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    predicted = command("predict", run, "xor.csv", "--out", "-").out
    assert len(shown.splitlines()) == len(predicted.splitlines())


def test_a_path_that_ends_in_a_slash_is_a_folder(command, run, working_folder):
    result = command("export", run, "--to", "python", "--out", "new/")
    assert (result.code, result.err) == (0, f"wrote {Path('new') / 'xor.py'}\n")
    assert command("report", run, "--out", "new/").code == 0
    assert sorted(path.name for path in (working_folder / "new").iterdir()) == ["xor-report.html", "xor.py"]


def test_nothing_is_overwritten_unasked(command, run, working_folder):
    (working_folder / "mine.py").write_text("mine", encoding="utf-8")
    refused = command("export", run, "--to", "keras", "--out", "mine.py")
    assert refused.code == 2
    assert "mine.py already exists" in refused.err
    assert "--force" in refused.err
    assert (working_folder / "mine.py").read_text("utf-8") == "mine"
    assert command("export", run, "--to", "keras", "--out", "mine.py", "--force").code == 0
    assert "keras.Sequential" in (working_folder / "mine.py").read_text("utf-8")


def test_a_companion_is_not_overwritten_either(command, run, working_folder):
    (working_folder / "mine.safetensors").write_text("mine", encoding="utf-8")
    refused = command("export", run, "--to", "pytorch", "--out", "mine.py")
    assert refused.code == 2
    assert "mine.safetensors already exists" in refused.err
    assert not (working_folder / "mine.py").exists()
    confused = command("export", run, "--to", "pytorch", "--out", "net.safetensors")
    assert "Name it net.py" in confused.err


def test_the_data_and_the_run_are_never_replaced(command, run):
    for path in ("xor.csv", "run/run.json"):
        refused = command("export", run, "--to", "c", "--out", path, "--force")
        assert refused.code == 2
        assert "is read here" in refused.err


def test_standard_output(command, run):
    result = command("export", run, "--to", "c", "--out", "-")
    assert result.out.startswith("/* A trained network")
    refused = command("export", run, "--to", "pytorch", "--out", "-")
    assert refused.code == 2
    assert "is not one text" in refused.err


def test_a_threshold(command, run):
    assert ">= 0.25;" in command("export", run, "--to", "c", "--out", "-", "--threshold", "0.25").out
    assert command("export", run, "--to", "c", "--threshold", "2").code == 2


def test_a_format_that_needs_rows_says_when_they_changed(command, run, working_folder):
    (working_folder / "xor.csv").write_text("a,b,y\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n", encoding="utf-8")
    refused = command("export", run, "--to", "keras")
    assert refused.code == 2
    assert "has changed since" in refused.err
    (working_folder / "xor.csv").unlink()
    assert command("export", run, "--to", "keras").code == 2
    assert command("export", run, "--to", "python").code == 0  # it needs the run alone


def test_what_is_no_run_is_refused(command):
    assert "is a file, not a run folder" in command("export", "xor.toml", "--to", "c").err
    assert command("export", "nowhere", "--to", "c").code == 2
    assert "Invalid value for '--to'" in command("export", "xor.toml", "--to", "matlab").err
