"""A long run keeps few records in memory, and its history.csv has a row an epoch whatever happens to it."""

import csv
import shutil

import numpy as np
import pytest

from tui_ann.engine import record_thinning
from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.compare.forking import ForkWish
from tui_ann.session.run.epoch_log import SUFFIX
from tui_ann.session.session import Session
from tui_ann.session.store import saved_history
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.saved_run import SavedRun

MOST = 64
LONG = 200


@pytest.fixture(autouse=True)
def _few(monkeypatch, tmp_path):
    monkeypatch.setattr(record_thinning, "MOST", MOST)
    monkeypatch.setattr(record_thinning, "_FEWEST", MOST)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def make(tmp_path):
    def session(epochs: int = 2 * LONG) -> Session:
        made = Session(paths=UserPaths(tmp_path, tmp_path, tmp_path), runs=tmp_path / "runs", autosave=True)
        made.workspace.open("sample:xor")
        made.workspace.edit(apply_sets(made.workspace.experiment, [f"training.epochs={epochs}"]))
        return made

    return session


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """The history of a run that keeps every record, without its times."""
    session = Session(runs=tmp_path_factory.mktemp("whole"))
    session.workspace.open("sample:xor")
    session.workspace.edit(apply_sets(session.workspace.experiment, [f"training.epochs={2 * LONG}"]))
    return rows(session.train().folder)


def rows(folder):
    with (folder / "history.csv").open(newline="", encoding="utf-8") as file:
        return [row[:-1] for row in csv.reader(file)]


def with_rate(session, rate):
    return apply_sets(session.workspace.experiment, [f"training.learning_rate={rate}"])


def logs(tmp_path):
    return sorted(tmp_path.rglob(f"*{SUFFIX}"))


def test_a_saved_run_has_every_epoch_and_goes_on(make, wanted, tmp_path):
    session = make()
    run = session.runs.prepare().advance(epochs=LONG)
    assert len(run.trainer.history.epochs) < MOST
    folder = session.store.save()
    assert rows(folder) == wanted[: LONG + 1]
    assert not logs(tmp_path)  # moved
    run.advance(epochs=LONG)
    assert session.store.save() == folder
    assert rows(folder) == wanted
    other = session.store.save(tmp_path / "other")
    assert rows(other) == rows(folder) == wanted


def test_short_runs_have_no_log(make, tmp_path):
    session = make()
    session.runs.prepare().advance(epochs=MOST // 2 - 1)
    session.store.save()
    assert not logs(tmp_path)


def test_going_back_keeps_every_epoch_and_other_settings_drop_the_later_ones(make, wanted):
    session = make()
    run = session.runs.prepare().advance(epochs=LONG)
    run.seek(LONG // 3)
    folder = session.store.save()
    assert rows(folder) == wanted[: LONG + 1]
    run.advance(epochs=10)
    session.workspace.edit(with_rate(session, 0.1))
    changed = LONG // 3 + 10
    run.advance(epochs=LONG)
    second = session.store.save()
    assert second != folder
    assert rows(folder) == wanted[: LONG + 1]
    assert rows(second)[: changed + 1] == wanted[: changed + 1]
    assert [int(row[0]) for row in rows(second)[1:]] == list(range(1, changed + LONG + 1))


def test_a_killed_session_leaves_every_epoch(make, wanted, tmp_path):
    session = make()
    run = session.runs.prepare().advance(epochs=LONG)
    session.store._kept._open.keep(run)
    run.advance(epochs=30)  # these are in the log, but not in the state
    run.log.keep_up(run.trainer.history.epochs)
    left_behind = logs(tmp_path)
    assert len(left_behind) == 1
    shutil.copytree(tmp_path / "recovery", tmp_path / "copy", ignore=shutil.ignore_patterns("*.lock"))
    session.close()
    shutil.rmtree(tmp_path / "recovery")
    (tmp_path / "copy").rename(tmp_path / "recovery")
    other = make()
    (left,) = other.store.recoverable()
    taken = other.store.recover(left)
    assert taken.trainer.epoch == LONG
    taken.advance(epochs=LONG)
    assert rows(other.store.save()) == wanted
    assert not logs(tmp_path)


def test_what_is_left_and_discarded_leaves_no_log(make, tmp_path):
    session = make()
    session.store._kept._open.keep(session.runs.prepare().advance(epochs=LONG))
    session.close()
    assert len(logs(tmp_path)) == 1
    other = make()
    (left,) = other.store.recoverable()
    other.store.discard_recovery(left)
    assert not logs(tmp_path)


def test_quitting_and_continuing(make, wanted):
    session = make()
    session.runs.prepare().advance(epochs=LONG)
    folder = session.preserve()
    session.close()
    assert rows(folder) == wanted[: LONG + 1]
    other = make()
    (left,) = other.store.recoverable()
    run = other.store.recover(left)
    run.advance(epochs=LONG)
    assert rows(other.store.save()) == wanted


def test_an_opened_folder_goes_on(make, wanted):
    session = make()
    session.runs.prepare().advance(epochs=LONG)
    folder = session.store.save()
    other = make()
    other.workspace.open(folder)
    other.runs.take_up().advance(epochs=LONG)
    assert rows(other.store.save()) == wanted


def test_train_appends_and_resumes(make, wanted, tmp_path):
    folder = make(LONG).train().folder
    assert rows(folder) == wanted[: LONG + 1]
    other = make().resume(folder, epochs=LONG + 70, out=tmp_path / "elsewhere").folder
    assert rows(other) == wanted[: LONG + 71]
    assert rows(folder) == wanted[: LONG + 1]
    with (folder / "history.csv").open("a", encoding="utf-8") as file:
        file.write(",".join([*wanted[LONG + 1], "9.0"]) + "\n")  # written after the last state, before a kill
    make().resume(folder, epochs=2 * LONG)
    assert rows(folder) == wanted


@pytest.mark.parametrize(("key", "value"), [("training.learning_rate", 0.1), ("network.layers.1.activation", "relu")])
@pytest.mark.parametrize("saved", [False, True])
def test_forks_have_the_epochs_before_them(make, wanted, key, value, saved):
    session = make()
    source = session.runs.prepare().advance(epochs=LONG)
    folder = session.store.save()
    if saved:
        session = make()
        session.workspace.open(folder)
        source = session.workspace.saved_run
    fork = session.forking.fork(ForkWish(source, LONG // 2, key, value))
    fork.advance(epochs=LONG)
    found = rows(session.store.save(session.store.root / "fork", fork))
    assert found[: LONG // 2 + 1] == wanted[: LONG // 2 + 1]
    assert [int(row[0]) for row in found[1:]] == list(range(1, LONG // 2 + LONG + 1))
    assert rows(folder) == wanted[: LONG + 1]


def test_without_a_place_for_the_log_the_run_goes_on(make, monkeypatch, tmp_path):
    session = make()
    run = session.runs.prepare()
    monkeypatch.setattr(session.store._kept._open, "_folder", tmp_path / "runs" / "a-file" / "in it")
    (tmp_path / "runs").mkdir(exist_ok=True)
    (tmp_path / "runs" / "a-file").write_text("", encoding="utf-8")
    run.advance(epochs=LONG)
    epochs = [int(row[0]) for row in rows(session.store.save())[1:]]
    assert epochs == [record.epoch for record in run.trainer.history.epochs]


def test_a_damaged_folder_does_not_end_up_in_another_run(make):
    session = make()
    run = session.runs.prepare().advance(epochs=LONG)
    folder = session.store.save()
    (folder / "history.csv").write_text("epoch\n1\n", encoding="utf-8")
    run.advance(epochs=LONG)
    epochs = [int(row[0]) for row in rows(session.store.save())[1:]]
    assert epochs == [record.epoch for record in run.trainer.history.epochs]


class TestOpening:
    @pytest.fixture(autouse=True)
    def _large(self, monkeypatch):
        monkeypatch.setattr(saved_history, "LARGE", 1)

    @pytest.fixture
    def folder(self, make):
        session = make()
        session.runs.prepare().advance(epochs=LONG)
        return session.store.save()

    def test_the_records_of_the_state_stand_for_the_rows(self, folder, monkeypatch):
        saved = SavedRun.load(folder).history.epochs
        assert saved.done == LONG
        assert saved.norm_names
        monkeypatch.setattr(saved_history, "LARGE", 1 << 40)
        whole = SavedRun.load(folder).history.epochs
        assert not whole.norm_names
        shared = np.intersect1d(saved.field("epoch"), whole.field("epoch")).astype(int)
        assert all(dict(saved.at(epoch).values) == dict(whole.at(epoch).values) for epoch in shared.tolist())
        assert saved.column("loss").min() == whole.column("loss").min()

    def test_later_rows_are_read(self, folder):
        with (folder / "history.csv").open("a", encoding="utf-8") as file:
            file.write(f"{LONG + 1},0.125,1.0,0.5,0.1,{4 * LONG + 4},{LONG + 1},9.0\n")
        epochs = SavedRun.load(folder).history.epochs
        assert epochs.done == LONG + 1
        assert epochs[-1].loss == 0.125
        assert RunFolder.open(folder).record().epochs == LONG, "the record is of the moment of the parameters"

    @pytest.mark.parametrize("change", [lambda rows: rows[:-5], lambda rows: [*rows[:-1], rows[-1].replace("1", "2")]])
    def test_rows_of_another_run_are_read_themselves(self, folder, change):
        path = folder / "history.csv"
        lines = change(path.read_text(encoding="utf-8").splitlines())
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        epochs = SavedRun.load(folder).history.epochs
        assert not epochs.norm_names
        assert epochs.done == int(lines[-1].partition(",")[0])
