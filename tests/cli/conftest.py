import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tui_ann.cli.app import run

ROOT = Path(__file__).parents[2]

XOR = """\
name = "xor"
[data]
path = "xor.csv"
target = "y"
scaling = "none"
validation_split = 0.0
[network]
seed = 1
[[network.layers]]
type = "dense"
units = 4
activation = "tanh"
[[network.layers]]
type = "dense"
units = 1
activation = "sigmoid"
[training]
variant = "batch"
optimizer = "adam"
learning_rate = 0.1
epochs = 5
"""


def write_xor(folder: Path, name: str = "xor", epochs: int = 5) -> Path:
    """A small experiment and its table in a folder."""
    path = folder / f"{name}.toml"
    text = XOR.replace('name = "xor"', f'name = "{name}"').replace("epochs = 5", f"epochs = {epochs}")
    path.write_text(text, encoding="utf-8")
    (folder / "xor.csv").write_text("a,b,y\n" + "0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n" * 5, encoding="utf-8")
    return path


class Result(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    """Each test in a folder of its own, with a small experiment in it, far from the user's files."""
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TUI_ANN_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)
    write_xor(tmp_path)
    return tmp_path


@contextmanager
def started(*words: str, stderr: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[str]]:
    """The program as a process that goes on; it is killed at the end, whatever a test finds."""
    command = [sys.executable, "-m", "tui_ann", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8", env=environment()
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def command(capsys):
    """Run a command in this process."""

    def call(*words: str) -> Result:
        code = run(lambda path: 0, list(words))
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def program():
    """Run the program as a process of its own."""

    def call(*words: str, **settings) -> Result:
        process = subprocess.run(
            [sys.executable, "-m", "tui_ann", *words],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env=environment(),
            **settings,
        )
        return Result(process.returncode, process.stdout, process.stderr)

    return call


def environment(**more: str) -> dict[str, str]:
    """The environment of a program that finds the package from anywhere."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **more}
    variables.pop("PYTHONWARNDEFAULTENCODING", None)  # warnings about other packages would stand on stderr
    return variables
