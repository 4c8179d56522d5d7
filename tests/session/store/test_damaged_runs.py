"""Run folders whose files are damaged, or of two runs, and stored states that no run can be in."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy

from tests.session.conftest import training
from tui_ann.errors import SessionError
from tui_ann.experiment.run_folder import STATE
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.build import make_run
from tui_ann.session.session import Session
from tui_ann.session.store import state_file
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.store.state_file import StoredRun
from tui_ann.session.store.unfinished import read_head

MakeSession = Callable[..., Session]


@pytest.fixture
def folder(make_session: MakeSession, experiment: Experiment) -> Path:
    session = make_session()
    session.workspace.adopt(training(experiment, optimizer="adam"))
    session.runs.prepare().owner.train_here()
    return session.store.save()


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), encoding="utf-8")


def test_files_of_two_runs_do_not_fit(folder):
    edit(folder / "run.json", epochs=77)
    with pytest.raises(SessionError, match=r"do not fit each other: run.json says 77 epochs, history.csv has \d"):
        SavedRun.load(folder)


def test_the_target_is_that_of_the_experiment(folder):
    content = json.loads((folder / "preprocessing.json").read_text("utf-8"))
    edit(folder / "preprocessing.json", target=content["target"] | {"names": ["another"]})
    with pytest.raises(SessionError, match=r"do not fit each other: experiment.toml predicts .*'another'"):
        SavedRun.load(folder)


def test_every_bit_of_a_state_counts(folder):
    path = folder / STATE
    content = bytearray(path.read_bytes())
    state_file.read(path)
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(SessionError, match="its numbers are not those that were written"):
        state_file.read(path)


def test_a_state_of_an_earlier_version_has_no_checksum(folder):
    path = folder / STATE
    with safetensors.safe_open(path, framework="np") as file:
        head = json.loads(file.metadata()["tui-ann"])
    del head["checksum"]
    arrays = safetensors.numpy.load(path.read_bytes())
    path.write_bytes(safetensors.numpy.save(arrays, metadata={"tui-ann": json.dumps(head)}))
    assert state_file.read(path).state.update > 0


def longer(array):
    return np.append(array, 0.0)


CHANGES: dict[str, Callable[[StoredRun], StoredRun]] = {
    "theta has the shape": lambda s: replace(s, state=replace(s.state, theta=longer(s.state.theta))),
    "gradient has the shape": lambda s: replace(s, state=replace(s.state, gradient=s.state.gradient[:1])),
    "theta has values of the type int64": lambda s: replace(
        s, state=replace(s.state, theta=s.state.theta.astype(np.int64))
    ),
    "optimizer.slots are none": lambda s: replace(
        s, state=replace(s.state, optimizer=replace(s.state.optimizer, slots={}))
    ),
    "optimizer.steps = -1": lambda s: replace(
        s, state=replace(s.state, optimizer=replace(s.state.optimizer, steps=-1))
    ),
    "cursor.position = 100000": lambda s: replace(
        s, state=replace(s.state, cursor=replace(s.state.cursor, position=100_000))
    ),
    "losses of .* updates": lambda s: replace(s, state=replace(s.state, update=s.state.update + 1)),
    "epoch = -1": lambda s: replace(s, state=replace(s.state, epoch=-1)),
    "seconds = nan": lambda s: replace(s, state=replace(s.state, seconds=float("nan"))),
    "losses.stride = 0": lambda s: replace(s, losses=replace(s.losses, stride=0)),
    "losses.high has the shape": lambda s: replace(s, losses=replace(s.losses, high=longer(s.losses.high))),
    "table of epochs ends with": lambda s: replace(s, epochs=replace(s.epochs, rows=s.epochs.rows[:1])),
    "table of epochs is none": lambda s: replace(s, epochs=replace(s.epochs, names=[])),
}


@pytest.mark.parametrize("words", CHANGES)
def test_a_state_that_no_run_can_be_in_is_refused(make_session, folder, words):
    session = make_session()
    session.workspace.open(folder)
    run = session.runs.prepare()
    stored = CHANGES[words](state_file.read(folder / STATE))
    with pytest.raises(SessionError, match=words) as caught:
        stored.live(run.experiment, run.dataset, run.sha256, 1, lambda: 0.0)
    assert caught.value.code == "bad_recovery"


def test_a_run_that_is_resumed_goes_back_to_where_it_was(make_session, folder):
    session = make_session()
    session.workspace.open(folder)
    run = session.runs.prepare()
    stored = state_file.read(folder / STATE)
    live = stored.live(run.experiment, run.dataset, run.sha256, 1, lambda: 0.0)
    assert make_run(run.experiment, run.dataset, run.sha256, 2).trainer.update == 0
    live.network.theta[:] = 0.0
    live.trainer.restore(live.trainer.nearest(stored.state.update))
    np.testing.assert_array_equal(live.network.theta, stored.state.theta)


@pytest.mark.parametrize("folder", [{}, ["x"], 3, ""])
def test_an_unfinished_run_whose_folder_is_no_path_is_recovered_without_it(
    make_session: Callable[..., Session], experiment: Experiment, monkeypatch: pytest.MonkeyPatch, folder: object
) -> None:
    first = make_session()
    first.workspace.adopt(experiment)
    first.runs.one_update(2)
    first.preserve()
    first.close()

    def damaged(path: Path) -> dict[str, Any]:
        head = read_head(path)
        return head | {"about": head["about"] | {"folder": folder}}

    monkeypatch.setattr("tui_ann.session.store.recovery.read_head", damaged)
    second = make_session()
    (left,) = second.store.recoverable()
    second.store.recover(left)
    assert second.workspace.run is not None
    assert second.workspace.run.folder is None
