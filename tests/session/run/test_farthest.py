"""A run that went back is as long as it was: it is saved, kept for recovery and shown up to its furthest update."""

import csv

import msgspec
import numpy as np
import pytest

from tui_ann.engine.stopping import Status
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths


@pytest.fixture
def make(tmp_path):
    def session() -> Session:
        made = Session(paths=UserPaths(tmp_path, tmp_path, tmp_path), runs=tmp_path / "runs", autosave=True)
        made.workspace.open("sample:spirals")
        experiment = made.workspace.experiment
        training = msgspec.structs.replace(experiment.training, epochs=6, metrics=("accuracy",))
        made.workspace.edit(msgspec.structs.replace(experiment, training=training))
        return made

    return session


def header(folder):
    with (folder / "history.csv").open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def with_rate(session, rate):
    experiment = session.workspace.experiment
    training = msgspec.structs.replace(experiment.training, learning_rate=rate)
    return msgspec.structs.replace(experiment, training=training)


def test_saving_after_going_back_keeps_the_finished_run(make):
    session = make()
    run = session.runs.prepare()
    run.owner.train_here()
    last, theta = run.trainer.update, run.network.theta.copy()
    folder = session.store.save()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    session.stepper.go_to(2)
    assert session.store.save() == folder
    assert run.trainer.update == session.stepper.place().made == 1  # looking back goes on
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    record = RunFolder.open(folder).record()
    assert (record.status, record.epochs, record.updates) == (Status.COMPLETED, 6, last)
    session.stepper.to_the_end()
    np.testing.assert_array_equal(run.network.theta, theta)


def test_quitting_after_going_back_leaves_the_whole_run(make):
    session = make()
    run = session.runs.prepare()
    run.advance(epochs=4)
    length = run.trainer.update
    session.stepper.go_to(2)
    folder = session.preserve()
    assert RunFolder.open(folder).record().epochs == 4
    session.close()
    other = make()
    (left,) = other.store.recoverable()
    assert left.update == length
    taken = other.store.recover(left)
    assert taken.trainer.update == length
    assert len(taken.trainer.history.epochs) == 4


def test_a_run_that_trains_on_after_going_back_is_the_same_run(make):
    session, straight = make(), make()
    run = session.runs.prepare()
    run.advance(epochs=2)
    session.workspace.edit(with_rate(session, 0.02))
    run.advance(epochs=4)
    session.stepper.go_to(5)
    session.store.save()
    assert len(run.trainer.history.epochs) == 0
    run.owner.train_here()
    other = straight.runs.prepare()
    other.advance(epochs=2)
    straight.workspace.edit(with_rate(straight, 0.02))
    other.advance(epochs=4)
    np.testing.assert_array_equal(run.network.theta, other.network.theta)
    assert [mark.text for mark in run.trainer.history.marks] == [mark.text for mark in other.trainer.history.marks]


def test_other_settings_after_going_back_make_another_run_with_a_folder_of_its_own(make):
    session = make()
    run = session.runs.prepare()
    run.owner.train_here()
    first = session.store.save()
    session.stepper.go_to(5)
    session.workspace.edit(with_rate(session, 0.001))
    assert run.length == 4
    assert session.store.unsaved
    second = session.store.save()
    assert second != first
    assert RunFolder.open(first).record().epochs == 6
    assert RunFolder.open(second).record().updates == 4


def test_an_edit_that_does_not_touch_the_training_keeps_the_whole_run(make):
    session = make()
    run = session.runs.prepare()
    run.owner.train_here()
    last = run.trainer.update
    session.stepper.go_to(2)
    session.workspace.edit(msgspec.structs.replace(session.workspace.experiment, name="another name"))
    assert (run.trainer.update, run.length) == (1, last)


def test_a_diverged_run_keeps_its_last_loss_and_its_reason(make):
    session = make()
    session.workspace.edit(with_rate(session, 1e308))
    run = session.runs.prepare()
    run.owner.train_here()
    reason, losses, epochs = run.trainer.stop_reason, run.trainer.history.update_losses.copy(), run.trainer.epoch
    assert reason.status is Status.DIVERGED
    run.seek(0)
    with run.whole():
        assert run.trainer.stop_reason == reason
        np.testing.assert_array_equal(run.trainer.history.update_losses, losses)
        assert len(run.trainer.history.epochs) == epochs
    assert run.trainer.stop_reason is None


def test_a_run_saved_before_its_first_epoch_has_a_history_with_a_header(make):
    session = make()
    session.runs.one_update()
    folder = session.store.save()
    names = header(folder)
    session.runs.one_epoch()
    assert names == header(session.store.save())
    assert names[:2] == ["epoch", "loss"]
    assert RunFolder.open(folder).history()[0]["epoch"] == 1


def test_a_snapshot_says_how_long_the_run_is(make):
    session = make()
    run = session.runs.prepare()
    run.advance(updates=20)
    assert session.runs.snapshot().length == 20
    session.stepper.go_to(1)
    shot = session.runs.snapshot()
    assert (shot.status, shot.update, shot.length, len(shot.farthest.losses)) == ("paused", 0, 20, 20)
