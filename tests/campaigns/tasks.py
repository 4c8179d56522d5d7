"""Work that writes, in a folder of its own, and what must be true of that folder if it was cut short."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.folders import fault_of, parts_seen
from tests.campaigns.forked import Child, command
from tui_ann.errors import TuiAnnError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.together import is_being_written
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.sweep.folder import SweepFolder

Work = Callable[[], int]


@dataclass(frozen=True)
class Task:
    """Work that writes."""

    name: str
    """What it is called."""
    work: Callable[[Path], Work]
    """The work in a folder; it returns the exit code."""
    before: tuple[Callable[[Path], Work], ...] = ()
    """What is done before, undisturbed."""
    check: Callable[[Path], str] = lambda folder: ""
    """What is wrong with what it left; empty if nothing is."""
    code: int = 0
    """Its exit code."""

    def fault(self, folder: Path) -> str:
        """What is wrong after it was cut short: a part that looks whole, or something lost that was there."""
        return parts_seen(folder / "runs") or self.check(folder) or changed_files(folder)


KEPT, BEFORE = "kept.txt", "before"


_BEFORE: dict[str, Path] = {}
"""The folder of each task as it is before it, and under no name the folder of all these."""


def prepared(task: Task, place: Path) -> Path:
    """The folder of a task, with what is done before it."""
    folder = place / "place"
    os.environ["TUI_ANN_HOME"] = str(folder / "home")
    if task.name in _BEFORE:
        shutil.copytree(_BEFORE[task.name], folder)
        return folder
    folder.mkdir()
    (folder / KEPT).write_text("the user's own", encoding="utf-8")
    for number, each in enumerate(task.before):
        child = Child(folder, each(folder), f"before-{number}")
        if child.wait():
            raise AssertionError(f"{task.name} cannot be prepared: {child.said}")
    _BEFORE[task.name] = Path(shutil.copytree(folder, _BEFORE[""] / task.name))
    return folder


@contextmanager
def campaign_folder() -> Iterator[Path]:
    """A folder for a campaign, in memory where that is possible: a kill does not ask what is on the disk."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        _BEFORE[""] = Path(name) / BEFORE
        yield Path(name)
    _BEFORE.clear()


def fresh(root: Path) -> Path:
    """An empty folder, the only one beside what was prepared."""
    for old in root.iterdir():
        if old.name != BEFORE:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=root))


def changed_files(folder: Path) -> str:
    """What of the user's own is no longer as it was."""
    if (folder / KEPT).read_text("utf-8") != "the user's own":
        return "a file of the user has changed"
    return ""


def _run(words: str) -> Callable[[Path], Work]:
    return lambda folder: command(*words.split())


def _run_is_whole(name: str, least: int = 0) -> Callable[[Path], str]:
    """A check: a folder has a whole run with at least some epochs, or is not there if none are asked for."""

    def check(folder: Path) -> str:
        path = folder / name
        if not path.exists() and not least:
            return ""
        fault = fault_of(path)
        epochs = len(RunFolder.open(path).history())
        return fault or ("" if epochs >= least else f"{epochs} epochs are left of {least}")

    return check


def _run_is_there(folder: Path) -> str:
    """A check: the old run or the new one is there, whole."""
    places = [folder / "run", *folder.glob(".run-*.old")]
    there = [path for path in places if path.exists()]
    return fault_of(there[0]) if there else "neither the old run nor the new one is there"


def _resumes(name: str, epochs: int) -> Callable[[Path], str]:
    """A check: the run is whole, and goes on."""
    whole = _run_is_whole(name, 1)

    def check(folder: Path) -> str:
        if fault := whole(folder):
            return fault
        child = Child(folder, command("train", "--resume", name, "--epochs", str(epochs), "--quiet"), "resume")
        if child.wait() and "has" not in child.said:
            return f"it does not go on: {child.said[-300:]}"
        return whole(folder)

    return check


def _whole_files(*names: str) -> Callable[[Path], str]:
    """A check: each file is not there, or is what the undisturbed command writes, or what was there before."""

    def check(folder: Path) -> str:
        for name in names:
            path = folder / name
            if path.exists() and path.read_bytes() not in (b"old\n", (folder / f"whole-{name}").read_bytes()):
                return f"{name} is neither the old one nor the new one"
        extra = [each.name for each in folder.iterdir() if is_being_written(each.name)]
        return "" if len(extra) <= 1 else f"{extra} are left"

    return check


def _old(name: str) -> Callable[[Path], Work]:
    def work(folder: Path) -> Work:
        def write() -> int:
            (folder / name).write_bytes(b"old\n")
            return 0

        return write

    return work


def _session(act: Callable[[Session, Path], None]) -> Callable[[Path], Work]:
    """Work of a session, as the application does it."""

    def work(folder: Path) -> Work:
        def do() -> int:
            home = folder / "home"
            session = Session(paths=UserPaths(home, home, home), runs=folder / "runs", autosave=True)
            try:
                act(session, folder)
            except TuiAnnError as error:
                print(error, file=sys.stderr)
                return 1
            return 0

        return do

    return work


def _save(session: Session, folder: Path) -> None:
    session.workspace.open("sample:xor")
    session.runs.one_epoch(5)
    session.store.save()


def _save_again(session: Session, folder: Path) -> None:
    _save(session, folder)
    session.runs.one_epoch(5)
    session.store.save()


def _save_while_editing(session: Session, folder: Path) -> None:
    _save(session, folder)
    session.runs.type_weights("0.25", "W1", (0, 0))
    session.store.save_experiment(folder / "edited.toml")
    session.runs.one_epoch(2)
    session.preserve()
    session.close()


def _runs_are_whole(folder: Path) -> str:
    runs = folder / "runs"
    faults = (
        (fault_of(path) for path in sorted(runs.iterdir()) if not is_being_written(path.name)) if runs.exists() else ()
    )
    unfinished = Session(paths=UserPaths(*[folder / "home"] * 3)).store.recoverable()
    if any(not left.update for left in unfinished):
        return "an unfinished run of nothing is offered"
    return next((fault for fault in faults if fault), "")


def _sweep_goes_on(folder: Path) -> str:
    words = SWEEP.replace("--workers 1", "--workers 1 --quiet").split()
    child = Child(folder, command(*words), "again")
    if child.wait():
        return f"it does not go on: {child.said[-300:]}"
    record = SweepFolder.open(folder / "s").record()
    done = [run for trial in record.trials for run in trial.runs if run.ended]
    return "" if len(done) == 2 else f"{len(done)} of 2 runs are there"


SHORT = "train sample:xor --epochs 6 --quiet"
SWEEP = "sweep sample:xor --set training.learning_rate=0.1,0.5 --epochs 3 --workers 1 --out s"
TASKS = (
    Task("train", _run(f"{SHORT} --out run"), check=_run_is_whole("run")),
    Task("train in a folder of the user", _run(f"{SHORT} --out ."), check=lambda folder: _own_folder(folder)),
    Task(
        "train --force",
        _run("train sample:xor --epochs 9 --quiet --out run --force"),
        (_run(f"{SHORT} --out run"),),
        _run_is_there,
    ),
    Task(
        "train --resume",
        _run("train --resume run --epochs 12 --quiet"),
        (_run(f"{SHORT} --out run"),),
        _resumes("run", 15),
    ),
    Task("save", _session(_save), check=_runs_are_whole),
    Task("save again", _session(_save_again), check=_runs_are_whole),
    Task("save while editing", _session(_save_while_editing), check=_runs_are_whole),
    Task("sweep", _run(SWEEP), check=_sweep_goes_on),
    *(
        Task(
            f"export to {form}",
            _run(f"export run --to {form} --out out.{suffix} --force"),
            (
                _run(f"{SHORT} --out run"),
                _run(f"export run --to {form} --out whole-out.{suffix}"),
                _old(f"out.{suffix}"),
            ),
            _whole_files(f"out.{suffix}"),
        )
        for form, suffix in (("python", "py"), ("c", "c"))
    ),
    Task(
        "report",
        _run("report run --format html --out out.html --force"),
        (_run(f"{SHORT} --out run"), _run("report run --format html --out whole-out.html"), _old("out.html")),
        _whole_files("out.html"),
    ),
    Task(
        "import",
        _run("import out.py --save out.toml --force"),
        (
            _run(f"{SHORT} --out run"),
            _run("export run --to keras --out out.py"),
            _run("import out.py --save whole-out.toml"),
            _old("out.toml"),
        ),
        _whole_files("out.toml"),
    ),
)


def _own_folder(folder: Path) -> str:
    """A run in a folder with other files: the experiment comes first, and the rest as one."""
    if not RunFolder(folder).at("run.json").exists():
        return ""
    return fault_of(folder)
