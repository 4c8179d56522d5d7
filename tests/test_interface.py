import subprocess
import sys

import numpy as np
import pytest

import tui_ann
from tests.importing.answering import MODELS
from tui_ann.errors import ExperimentError, SessionError
from tui_ann.session.store.saved_run import SavedRun


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def test_importing_the_package_loads_nothing():
    code = "import sys, tui_ann; print('|'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True).stdout
    assert not {"numpy", "textual", "msgspec", "keras", "tui_ann.interface"} & set(loaded.strip().split("|"))
    assert {"open", "watch", "keras", "sklearn"} <= set(dir(tui_ann))
    with pytest.raises(AttributeError):
        _ = tui_ann.nothing


def test_an_experiment_is_opened_trained_asked_and_saved(tmp_path):
    opened = tui_ann.open("sample:iris").set(epochs=3, learning_rate=0.2)
    assert opened.experiment.training.learning_rate == 0.2
    before = opened.parameters["W1"].copy()
    opened.fit()
    assert len(opened.history.epochs) == 3
    assert not np.array_equal(before, opened.parameters["W1"])
    opened.fit(epochs=2)
    assert len(opened.history.epochs) == 5, "it goes on"
    found = opened.predict()
    assert len(found.predicted) == 150
    assert found.metrics["accuracy"] > 0.6
    assert set(opened.evaluate()) >= {"train", "validation"}
    folder = opened.save(tmp_path / "run")
    again = tui_ann.open(folder)
    np.testing.assert_array_equal(again.parameters["W1"], opened.parameters["W1"])
    assert again.predict().predicted == found.predicted
    with pytest.raises(ExperimentError):
        opened.set(learning_rate=-1.0)


def test_a_run_folder_is_written_while_it_trains(tmp_path):
    tui_ann.open("sample:xor").fit(epochs=2, out=tmp_path / "run")
    assert len(SavedRun.load(tmp_path / "run").history.epochs) == 2
    with pytest.raises(SessionError):
        tui_ann.open("sample:xor").fit(epochs=2, out=tmp_path / "run")


def test_an_update_is_traced():
    trace = tui_ann.open("sample:worked-example").trace(update=1)
    values = {str(part.symbol): part.value for part in trace.parts}
    assert any(np.allclose(value, 1.4) for value in values.values())
    assert any(np.allclose(value, 0.08) for value in values.values())


def test_a_run_is_exported(tmp_path):
    opened = tui_ann.open("sample:xor").fit(epochs=2)
    (path,) = opened.export("python", tmp_path / "net.py")
    assert path.read_text(encoding="utf-8").startswith("# ")
    with pytest.raises(SessionError):
        opened.export("python", tmp_path / "net.py")


def test_a_network_of_another_program_is_opened():
    opened = tui_ann.open(MODELS / "torch_net.py")
    assert opened.parameters["W1"].shape == (5, 3)


def test_a_plain_loop_is_watched(tmp_path):
    with tui_ann.watch(tmp_path / "mine", epochs=3) as watch:
        for epoch in (1, 2, 3):
            watch(epoch, 1 / epoch, {"accuracy": 0.5}, val_loss=2.0)
    run = SavedRun.load(watch.path)
    assert run.record.status == "completed"
    assert dict(run.history.epochs[-1].values) == {"loss": 1 / 3, "accuracy": 0.5, "val_loss": 2.0}
    assert watch.not_shown == "no network was given"


def test_an_error_ends_a_watched_run_as_interrupted(tmp_path):
    with pytest.raises(ZeroDivisionError), tui_ann.watch(tmp_path / "mine") as watch:
        watch(1, 1 / 0)
    record = SavedRun.load(tmp_path / "mine").record
    assert (record.status, record.stop_reason) == ("interrupted", "ZeroDivisionError ended the training")


def test_without_a_folder_it_is_in_runs(tmp_path):
    watch = tui_ann.watch(name="my net")
    assert watch.path.parent == tmp_path / "runs"
    assert watch.path.name.startswith("my-net-")
