"""The examples of the README about networks of other programs work as they stand there."""

import re
import shutil
from pathlib import Path

import pytest

from tui_ann.cli.app import run
from tui_ann.session.store.saved_run import SavedRun

ROOT = Path(__file__).parents[2]
SECTION = (ROOT / "README.md").read_text("utf-8").partition("## Networks of other programs")[2].partition("\n## ")[0]
PYTHON = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
COMMANDS = re.findall(r"^tui-ann (.*?)(?:  +#.*)?$", SECTION, re.MULTILINE)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "samples" / "iris", tmp_path / "samples" / "iris")
    (tmp_path / "model.py").write_text(PYTHON[0], encoding="utf-8")
    return tmp_path


def test_every_command(capsys):
    assert len(COMMANDS) == 3
    for words in COMMANDS:
        assert run(lambda path: 0, words.split()) == 0, words
    err = capsys.readouterr().err
    assert "line" not in err.partition("made-up rows")[0], "everything in the example is taken"
    assert run(lambda path: 0, ["train", "net.toml", "--out", "run", "--quiet"]) == 0
    assert SavedRun.load(Path("run").absolute()).record.epochs == 20


def test_the_interface(capsys):
    exec(compile(PYTHON[1], "README.md", "exec"), {})
    assert "setosa" in capsys.readouterr().out
    assert len(SavedRun.load(Path("first-run").absolute()).history.epochs) == 5


def test_watching():
    exec(compile(PYTHON[2], "README.md", "exec"), {})
    assert len(SavedRun.load(Path("runs/mine").absolute()).history.epochs) == 20
