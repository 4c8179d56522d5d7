import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.importing.answering import ANSWERS, MODELS
from tui_ann.errors import SessionError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.importing.read_model import ReadModel
from tui_ann.session.compare.found_runs import has_history_only
from tui_ann.session.compare.run_facts import FactReader
from tui_ann.session.compare.table import make_table
from tui_ann.session.imports.reading import read_with_weights
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.watching.recorder import Recorder


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def session(tmp_path):
    home = tmp_path / "home"
    return Session(paths=UserPaths(home, home, home))


def net() -> ReadModel:
    return read_with_weights(MODELS / "torch_net.py")


def test_a_history_is_a_run_folder_at_any_moment(tmp_path, clock):
    recorder = Recorder(tmp_path / "run", program="PyTorch", epochs=9, clock=clock)
    for epoch in (1, 2, 3):
        clock.now += 0.5
        recorder.epoch(epoch, {"val_loss": 2 / epoch, "loss": 1 / epoch, "mean_absolute_error": 0.5}, learning_rate=0.1)
    run = SavedRun.load(tmp_path / "run")
    assert run.history_only
    assert run.going_on
    assert "PyTorch trains it" in run.record.stop_reason
    assert run.experiment.training.epochs == 9
    assert dict(run.history.epochs[-1].values) == {"loss": 1 / 3, "mae": 0.5, "val_loss": 2 / 3}
    assert run.history.epochs[-1].seconds == 1.5
    recorder.end("early_stopped", "the loss no longer improved")
    ended = SavedRun.load(tmp_path / "run")
    assert not ended.going_on
    assert (ended.record.status, ended.record.epochs, ended.record.updates) == ("early_stopped", 3, 3)


def test_names_from_outside_cannot_break_the_history(tmp_path):
    recorder = Recorder(tmp_path / "run")
    evil = 'x,y\n"[b]' + "ü" * 100
    recorder.epoch(1, {"loss": 1.0, evil: 2.0})
    recorder.epoch(2, {"loss": float("nan"), "new": 3.0})
    rows = RunFolder.open(tmp_path / "run").history()
    assert [row["epoch"] for row in rows] == [1, 2]
    assert len(rows[0]) == len(rows[1])


def test_steps_grow_and_have_a_loss(tmp_path):
    recorder = Recorder(tmp_path / "run")
    recorder.epoch(3, {"loss": 1.0})
    with pytest.raises(ValueError, match="steps must grow"):
        recorder.epoch(3, {"loss": 1.0})
    with pytest.raises(ValueError, match="needs a loss"):
        recorder.epoch(4, {"accuracy": 1.0})
    with pytest.raises(SessionError, match="already contains"):
        Recorder(tmp_path / "run")


def test_the_network_of_a_watched_run_can_be_looked_into(tmp_path, session, clock):
    recorder = Recorder(tmp_path / "run", program="PyTorch", network=net, clock=clock)
    recorder.epoch(1, {"loss": 1.0})
    opened = session.workspace.open(tmp_path / "run")
    assert opened.saved_run is not None
    np.testing.assert_allclose(opened.saved_run.copy_network().predict(ANSWERS["x"]), ANSWERS["torch_net"], atol=1e-12)
    assert opened.experiment.network.layers == net().layers


def test_weights_are_written_now_and_then_and_at_the_end(tmp_path, clock):
    reads = []

    def read() -> ReadModel:
        reads.append(clock.now)
        return net()

    recorder = Recorder(tmp_path / "run", network=read, clock=clock)
    for epoch in range(1, 31):
        clock.now += 0.1
        recorder.epoch(epoch, {"loss": 1.0})
    recorder.end()
    assert len(reads) == 1 + 3 + 1, "at the start, every second, at the end"


def test_a_network_that_cannot_be_held_leaves_the_history(tmp_path, session):
    pytest.importorskip("h5py")
    recorder = Recorder(tmp_path / "run", program="Keras", network=lambda: read_with_weights(MODELS / "image.keras"))
    recorder.epoch(1, {"loss": 1.0})
    recorder.end()
    assert "convolution" in recorder.held
    assert has_history_only(tmp_path / "run")
    with pytest.raises(SessionError, match="has a history only: Keras trains it"):
        session.workspace.open(tmp_path / "run")
    run = SavedRun.load(tmp_path / "run")
    for refused in (run.copy_network, lambda: run.parameters_at(0)):
        with pytest.raises(SessionError, match="has a history only"):
            refused()


def test_a_session_follows_what_grows(tmp_path, session, clock):
    recorders = [Recorder(tmp_path / name, clock=clock, network=network) for name, network in (("a", None), ("b", net))]
    for recorder in recorders:
        recorder.epoch(1, {"loss": 1.0})
    session.workspace.open(tmp_path / "b")
    session.comparison.open([tmp_path / "a"])
    assert session.follower.waits
    session.follower.look()
    assert not session.follower.look(), "nothing is new"
    before = {entry.letter: Path(entry.source.folder).name for entry in session.comparison.entries}
    for recorder in recorders:
        recorder.epoch(2, {"loss": 0.5})
    assert session.follower.look()
    after = {entry.letter: Path(entry.source.folder).name for entry in session.comparison.entries}
    assert after == before, "each keeps its letter"
    assert [len(entry.source.history.epochs) for entry in session.comparison.entries] == [2, 2]
    assert session.workspace.saved_run is session.runs.opened
    for recorder in recorders:
        recorder.end()
    assert session.follower.look()
    assert not session.follower.waits


def test_the_table_says_nothing_of_settings_that_are_not_known(tmp_path, session):
    for name in ("a", "b"):
        Recorder(tmp_path / name).epoch(1, {"loss": 1.0, "accuracy": 0.5})
    session.comparison.open([tmp_path / "a", tmp_path / "b"])
    for path in ("sample:xor", "sample:moons"):
        session.workspace.open(path)
        session.runs.one_epoch()
        session.comparison.keep_current()
    entries = session.comparison.entries
    table = make_table(entries, [FactReader().of(entry.source) for entry in entries], None)
    watched = [row for row in table.rows if not row.run.settings_known]
    assert [row.run.name for row in watched] == ["a", "b"]
    settings = [place for place, column in enumerate(table.columns) if column.differs]
    assert settings, "the two samples differ"
    assert all(row.texts[place] == "—" for row in watched for place in settings)
    assert "data" not in table.same


def test_a_run_that_is_trained_by_another_process_is_followed_too(tmp_path, session):
    recorder = Recorder(tmp_path / "run", network=net)
    recorder.epoch(1, {"loss": 1.0})
    folder = RunFolder.open(tmp_path / "run")
    content = json.loads((folder.path / "run.json").read_text("utf-8"))
    content |= {"watched": "", "stop_reason": "The run had not ended when this was written."}
    (folder.path / "run.json").write_text(json.dumps(content), encoding="utf-8")
    session.workspace.open(tmp_path / "run")
    assert session.follower.waits
    (folder.path / "history.csv").unlink()
    assert not session.follower.look(), "a folder that is gone leaves what is known"


class Values:
    """What PyTorch's tensors can do, as far as it is used."""

    def __init__(self, values) -> None:
        self._values = np.asarray(values)

    def __getattr__(self, _):
        return lambda: self

    def numpy(self):
        return self._values


class Linear(SimpleNamespace):
    pass


class ReLU(SimpleNamespace):
    pass


class Sequential(list[Any]):
    def state_dict(self):
        return {"0.weight": Values([[1.0, 2.0]]), "0.bias": Values([3.0])}


def test_modules_in_memory_are_read_by_their_names():
    from tui_ann.session.watching.live_models import read_live

    read, program = read_live(Sequential([Linear(in_features=2, out_features=1), ReLU()]))
    found = read()
    assert program == "PyTorch"
    assert found.layers[0].words == "dense 1 relu"
    assert found.weights["W1"].tolist() == [[1.0, 2.0]]


def test_a_real_torch_module():
    torch = pytest.importorskip("torch")
    from tui_ann.session.watching.live_models import read_live

    model = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.PReLU(4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1)
    )
    found = read_live(model.eval())[0]()
    assert [layer.words for layer in found.layers] == ["dense 4 prelu", "batch normalisation", "dense 1 linear"]
    assert found.weights["W1"].shape == (4, 3)


def test_the_callback_of_keras(tmp_path):
    keras = pytest.importorskip("keras")
    import tui_ann

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, "relu"), keras.layers.Dense(1)], name="small")
    model.compile("sgd", "mse", metrics=["mae"])
    X = np.random.default_rng(0).standard_normal((20, 2))
    watch = tui_ann.keras.Watch(tmp_path / "run")
    fitted = model.fit(X, X[:, :1], epochs=3, batch_size=5, validation_split=0.2, verbose=0, callbacks=[watch])
    run = SavedRun.load(tmp_path / "run")
    assert run.record.status == "completed"
    assert (run.record.epochs, run.record.updates) == (3, 12)
    assert [record.values["val_mae"] for record in run.history.epochs] == fitted.history["val_mae"]
    assert run.history.epochs[-1].learning_rate == pytest.approx(0.01)
    np.testing.assert_allclose(run.copy_network().predict(X), model.predict(X, verbose=0), atol=1e-5)
