import csv
import errno
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import SessionError
from tui_ann.experiment.files import load
from tui_ann.experiment.run_folder import UNFINISHED, RunFolder
from tui_ann.experiment.spec import Experiment
from tui_ann.session.headless import Report
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.session import Session
from tui_ann.session.store import state_file
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.store.state_file import StoredRun


class Told(Report):
    """Writes down what it is told, and acts at an epoch."""

    def __init__(self, at: int = 0, act: Callable[[Path], object] | None = None) -> None:
        self.at, self.act = at, act
        self.epochs: list[int] = []
        self.pictures: list[Snapshot] = []
        self.folder = Path()

    def started(self, run: Run, folder: Path) -> None:
        assert run.trainer.update == 0
        assert sorted(path.name for path in folder.iterdir()) == [
            "experiment.toml", "history.csv", "initial.safetensors", "preprocessing.json", "run.json"
        ]  # fmt: skip
        self.folder = folder

    def epoch(self, record: EpochRecord) -> None:
        self.epochs.append(record.epoch)
        assert len(self.rows()) >= record.epoch
        if record.epoch == self.at and self.act is not None:
            self.act(self.folder)

    def progress(self, snapshot: Snapshot) -> None:
        self.pictures.append(snapshot)

    def rows(self) -> list[dict[str, str]]:
        with (self.folder / "history.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture(autouse=True)
def an_interrupt_that_is_not_ignored() -> Iterator[None]:
    """A shell ignores Ctrl-C for what it starts in the background, and then the program ignores it too."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.fixture
def opened(session: Session, experiment_path: Path) -> Session:
    session.workspace.open(experiment_path)
    return session


def test_a_run_folder_with_everything(opened: Session, experiment: Experiment, tmp_path: Path) -> None:
    told = Told()
    outcome = opened.train(tmp_path / "out", told)
    assert outcome.folder == told.folder == tmp_path / "out"
    assert told.epochs == list(range(1, 31))
    assert told.pictures[-1].status == "completed"
    folder = RunFolder.open(outcome.folder)
    assert load(outcome.folder / "experiment.toml") == experiment
    content = json.loads((outcome.folder / "run.json").read_text(encoding="utf-8"))
    assert (content["status"], content["epochs"], content["updates"]) == ("completed", 30, 210)
    assert set(content["metrics"]) == {"train", "validation"}
    assert list(content["metrics"]["train"]) == ["loss", "accuracy", "auc", "precision", "recall", "f1"]
    assert content["kept"] == "epoch 30, the last"
    assert content["verdict"] is None
    assert set(content["baseline"]) == {"constant", "linear"}
    assert set(content["baseline"]["linear"]["metrics"]) == {"train", "validation"}
    assert set(content["versions"]) == {"tui-ann", "python", "numpy"}
    assert len(content["sha256"]) == 64
    assert opened.workspace.run is not None
    np.testing.assert_array_equal(folder.weights("final")["W1"], opened.workspace.run.network.parameters["W1"])
    np.testing.assert_array_equal(folder.weights("initial")["W1"], opened.workspace.run.start["W1"])
    best = opened.workspace.run.trainer.best
    assert best is not None
    np.testing.assert_array_equal(folder.weights("best")["W1"], best["W1"])
    assert [float(row["loss"]) for row in told.rows()] == list(opened.workspace.run.trainer.history.column("loss"))


def test_the_folder_is_named_after_experiment_and_time(opened: Session, tmp_path: Path) -> None:
    first = opened.train().folder
    opened.runs.rewind()
    second = opened.train().folder
    assert first == tmp_path / "runs" / "small-20260102-030400"
    assert second == tmp_path / "runs" / "small-20260102-030500"


def test_a_folder_with_a_run_is_not_overwritten(opened: Session, tmp_path: Path) -> None:
    opened.train(tmp_path / "out")
    before = (tmp_path / "out" / "final.safetensors").read_bytes()
    opened.runs.new_start()
    with pytest.raises(SessionError) as caught:
        opened.train(tmp_path / "out")
    assert caught.value.code == "folder_in_use"
    assert (tmp_path / "out" / "final.safetensors").read_bytes() == before


def test_early_stopping_says_why_and_keeps_the_best(opened: Session, experiment: Experiment, tmp_path: Path) -> None:
    opened.workspace.edit(training(experiment, epochs=500, learning_rate=0.1, early_stopping=EarlyStopping(patience=2)))
    record = opened.train(tmp_path / "out").record
    assert record.status == "early_stopped"
    assert "val_loss has not improved" in record.stop_reason
    assert record.best_epoch == record.epochs - 2
    folder = RunFolder.open(tmp_path / "out")
    np.testing.assert_array_equal(folder.weights("final")["W1"], folder.weights("best")["W1"])


def _press_control_c(_: Path) -> None:
    signal.raise_signal(signal.SIGINT)


def _raise(_: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("interrupt", [_press_control_c, _raise], ids=["signal", "exception"])
def test_an_interrupted_run_is_saved(
    opened: Session, experiment: Experiment, tmp_path: Path, interrupt: Callable[[Path], object]
) -> None:
    usual = signal.getsignal(signal.SIGINT)
    opened.workspace.edit(training(experiment, epochs=1_000_000))
    told = Told(5, interrupt)
    outcome = opened.train(tmp_path / "out", told)
    assert outcome.record.status == "interrupted"
    assert outcome.record.stop_reason.startswith("interrupted after")
    assert 5 <= outcome.record.epochs == len(told.rows()) < 100_000
    assert RunFolder.open(outcome.folder).has_weights("final")
    assert signal.getsignal(signal.SIGINT) is usual


def test_a_hang_up_saves_too_and_what_is_ignored_stays_ignored(
    opened: Session, experiment: Experiment, tmp_path: Path
) -> None:
    opened.workspace.edit(training(experiment, epochs=1_000_000))
    usual = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:

        def act(_: Path) -> None:
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(getattr(signal, "SIGBREAK" if sys.platform == "win32" else "SIGHUP"))

        assert opened.train(tmp_path / "out", Told(5, act)).record.status == "interrupted"
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, usual)


def test_a_breakdown_keeps_what_was_trained(opened: Session, tmp_path: Path) -> None:
    def act(_: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        opened.train(tmp_path / "out", Told(5, act))
    assert RunFolder.open(tmp_path / "out").record().status == "interrupted"
    assert RunFolder.open(tmp_path / "out").has_weights("final")


def test_a_killed_run_leaves_parameters_of_a_moment_ago(
    make_session: Callable[..., Session], experiment: Experiment, tmp_path: Path
) -> None:
    ticks = iter(float(tick) for tick in range(10**9))
    session = make_session(clock=lambda: next(ticks))
    session.workspace.adopt(experiment)
    saved: list[SavedRun] = []
    stored: list[StoredRun] = []

    def look(folder: Path) -> None:
        deadline = time.monotonic() + 30
        while not at_rest(folder):
            assert time.monotonic() < deadline, "the files never are of one state"
            time.sleep(0.01)

    def at_rest(folder: Path) -> bool:
        """Keep what is in the folder if it is of one state: another thread writes it, file by file."""
        if not RunFolder.open(folder).has_weights("final"):
            return False
        left, state = SavedRun.load(folder), state_file.read(RunFolder.open(folder).at("state.safetensors"))
        if state.state.update != left.record.updates or not np.array_equal(state.state.theta, left.network.theta):
            return False
        saved.append(left)
        stored.append(state)
        return True

    session.train(tmp_path / "out", Told(20, look))
    (left,), (state,) = saved, stored
    assert (left.record.status, left.record.stop_reason) == ("interrupted", UNFINISHED)
    assert left.record.updates > 0
    assert left.record.epochs <= len(left.history.epochs) == 20
    assert left.record.versions
    assert state.state.epoch == left.record.epochs
    shot = left.snapshot()
    assert (shot.epoch, shot.update) == (left.record.epochs, left.record.updates)


class FullDisk:
    """A disk that is full from the moment `full` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self.fsync)

    def fsync(self, descriptor: int) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._fsync(descriptor)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(monkeypatch)


def test_a_full_disk_at_the_start_leaves_no_folder(opened: Session, disk: FullDisk, tmp_path: Path) -> None:
    disk.full = True
    with pytest.raises(SessionError, match="disk is full"):
        opened.train(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_at_the_end_leaves_the_history_and_the_run(opened: Session, disk: FullDisk, tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="disk is full") as caught:
        opened.train(tmp_path / "out", Told(30, lambda _: setattr(disk, "full", True)))
    assert caught.value.remedy
    disk.full = False
    assert len(RunFolder.open(tmp_path / "out").history()) == 30
    assert opened.store.unsaved
    assert opened.store.save(tmp_path / "elsewhere") == tmp_path / "elsewhere"


def test_a_full_disk_while_saving_loses_nothing(opened: Session, disk: FullDisk, tmp_path: Path) -> None:
    opened.runs.one_epoch(2)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    saved = opened.store.save(tmp_path / "kept")
    opened.runs.one_epoch(3)
    disk.full = True
    for out in (None, tmp_path / "new"):
        with pytest.raises(SessionError, match="disk is full"):
            opened.store.save(out)
    assert not (tmp_path / "new").exists()
    assert opened.store.unsaved
    disk.full = False
    assert RunFolder.open(saved).record().epochs == 2
    assert opened.store.save() == saved
    assert (RunFolder.open(saved).record().epochs, len(RunFolder.open(saved).history())) == (5, 5)
    assert not opened.store.unsaved


def test_a_failed_save_leaves_other_files_alone(opened: Session, disk: FullDisk, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    opened.runs.one_epoch()
    disk.full = True
    with pytest.raises(SessionError):
        opened.store.save(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_there_must_be_a_run_to_save(opened: Session) -> None:
    with pytest.raises(SessionError, match="no run"):
        opened.store.save()


def test_a_saved_folder_that_was_deleted_is_made_again(opened: Session, tmp_path: Path) -> None:
    opened.runs.one_epoch()
    saved = opened.store.save(tmp_path / "kept")
    for path in saved.iterdir():
        path.unlink()
    assert opened.store.save() == saved
    assert RunFolder.open(saved).record().epochs == 1
