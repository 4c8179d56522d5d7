"""A served process cannot leave its folder, whatever in it tries to, and still does all that it is for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui_ann import gate

ROOT = Path(__file__).parents[1]

TRIES = """
import json, os, sys
from pathlib import Path
outside, wanted = Path(sys.argv[1]), sys.argv[2:]
from tui_ann.confinement import hold
hold()
import glob, shutil, socket, sqlite3, subprocess, tempfile, webbrowser
import numpy as np
secret, new = outside / "secret.csv", outside / "new"
inside = Path("inside.txt")
inside.write_text("x", encoding="utf-8")
tries = {
    "open": lambda: open(secret, encoding="utf-8"),
    "open by descriptor": lambda: os.open(secret, os.O_RDONLY),
    "read": secret.read_bytes,
    "write": lambda: new.write_text("x", encoding="utf-8"),
    "append": lambda: open(secret, "a", encoding="utf-8"),
    "create": lambda: os.open(new, os.O_WRONLY | os.O_CREAT),
    "list": lambda: os.listdir(outside),
    "scan": lambda: os.scandir(outside),
    "iterate": lambda: list(outside.iterdir()),
    "make a folder": new.mkdir,
    "remove": secret.unlink,
    "remove a folder": lambda: os.rmdir(outside),
    "remove all": lambda: shutil.rmtree(outside),
    "move out": lambda: inside.rename(new),
    "move in": lambda: secret.rename("stolen"),
    "replace": lambda: os.replace(inside, secret),
    "link out": lambda: os.symlink(outside, "way"),
    "hard link": lambda: os.link(secret, "stolen"),
    "truncate": lambda: os.truncate(secret, 0),
    "change rights": lambda: secret.chmod(0o777),
    "copy": lambda: shutil.copy(secret, "stolen"),
    "go there": lambda: os.chdir(outside),
    "numpy": lambda: np.fromfile(secret),
    "numpy text": lambda: np.loadtxt(secret, delimiter=","),
    "numpy save": lambda: np.save(new, np.ones(1)),
    "temporary": lambda: tempfile.mkstemp(dir=outside),
    "shell": lambda: os.system("exit 0"),
    "program": lambda: subprocess.run(["ls"]),
    "other python": lambda: subprocess.run([os.path.realpath("/bin/sh"), "-c", "exit"]),
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "name": lambda: socket.getaddrinfo("example.org", 80),
    "bind": lambda: socket.socket().bind(("127.0.0.1", 0)),
    "browser": lambda: webbrowser.get().open("http://example.org"),
    "own environment": lambda: open("/proc/self/environ", encoding="utf-8"),
}
if hasattr(os, "posix_spawn"):
    tries["spawn"] = lambda: os.posix_spawn("/bin/ls", ["ls"], {})
    tries["become"] = lambda: os.execv("/bin/ls", ["ls"])
def outcome(attempt):
    try:
        attempt()
    except Exception as error:
        return type(error).__name__
    return "done"
print(json.dumps({name: outcome(attempt) for name, attempt in tries.items()}))
"""

WORK = """
import sys
from pathlib import Path
from tui_ann.confinement import hold
hold()
from tui_ann.export.run_formats import EXPORT_FORMATS
from tui_ann.errors import SessionError
from tui_ann.session.session import Session
session = Session(runs=Path.cwd() / "runs", autosave=True)
session.workspace.open("sample:iris")
session.runs.one_epoch(3)
session.store.save()
for name in EXPORT_FORMATS:
    try:
        session.exporting.write(name, Path.cwd() / f"out-{name}")
    except SessionError as error:
        assert error.code in ("needs_package", "not_installed"), (name, error)
session.preserve()
session.close()
"""

WORKER = """
import sys
from tui_ann.confinement import hold
class Evil:
    def __reduce__(self):
        return open, (sys.argv[1], "w")
if __name__ == "__main__":
    hold()
    from tui_ann.session.jobs.worker_process import WorkerProcess
    worker = WorkerProcess(1)
    print(type(worker.pipe.recv()).__name__)
    worker.pipe.send(Evil())
    worker.process.join(30)
    print(worker.process.exitcode is not None)
"""


@pytest.fixture
def held(tmp_path):
    """Runs a script in a process that is held below `inside`."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
    (outside / "secret.csv").write_text("1,2\n", encoding="utf-8")

    def run(script: str, *words: str, **more: str) -> list[str]:
        path = tmp_path / "script.py"
        path.write_text(script, encoding="utf-8")
        places = {"HOME": str(inside), "TUI_ANN_HOME": str(inside / "home"), "TMPDIR": str(inside), "TEMP": str(inside)}
        variables = {**os.environ, "PYTHONPATH": str(ROOT), gate.ROOT: str(inside), **places, **more}
        result = subprocess.run(
            [sys.executable, "-P", str(path), *words],
            cwd=inside,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()

    return run


def test_nothing_in_a_held_process_leaves_the_folder(held, tmp_path):
    outside = tmp_path / "outside"
    (line,) = held(TRIES, str(outside))
    outcomes = json.loads(line)
    # webbrowser finds no browser to ask, and a share that is not there cannot be opened either.
    assert not {
        name for name, outcome in outcomes.items() if outcome not in ("OutsideError", "Error", "FileNotFoundError")
    }
    assert [name for name, outcome in outcomes.items() if outcome != "OutsideError"] in ([], ["browser"])
    assert [path.name for path in outside.iterdir()] == ["secret.csv"]
    assert (outside / "secret.csv").read_text(encoding="utf-8") == "1,2\n"


def test_read_only_holds_inside_the_folder_too(held):
    script = """
from tui_ann.confinement import hold
from pathlib import Path
Path("there").write_text("x", encoding="utf-8")
hold()
for attempt in (lambda: open("new", "w"), lambda: Path("there").unlink(), lambda: Path("folder").mkdir()):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__)
print(Path("there").read_text(encoding="utf-8"))
"""
    assert held(script, TUI_ANN_READ_ONLY="1") == ["ReadOnlyError"] * 3 + ["x"]


def test_a_held_process_trains_saves_and_exports(held, tmp_path):
    held(WORK)
    assert list((tmp_path / "inside" / "runs").glob("*/run.json"))
    assert len(list((tmp_path / "inside").glob("out-*"))) >= 8


def test_a_worker_of_a_held_process_is_held_too(held, tmp_path):
    new = tmp_path / "outside" / "new"
    assert held(WORKER, str(new)) == ["Ready", "True"]
    assert not new.exists()


def test_the_program_is_held_before_it_does_anything(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "tui_ann", "course", "../t.csv.toml"],
        cwd=inside,
        env={**os.environ, "PYTHONPATH": str(ROOT), gate.ROOT: str(inside)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 2
    assert "which this program may use" in result.stderr
