"""Keras scripts repeat the run, and Keras loads the file; needs Keras with TensorFlow."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.runs.cases import NETWORKS, SAMPLE_NAMES, Runs
from tests.export.runs.readers import in_folders, needs, run_scripts
from tui_ann.export.runs.keras_file import _layers
from tui_ann.export.runs.keras_layers import keras_layers
from tui_ann.export.runs.source import ExportedRun

NAMES = [*NETWORKS, *SAMPLE_NAMES]


def check_history(run: ExportedRun, history: dict[str, list[float]]) -> None:
    """Compare every value that Keras also computes with the history of the run."""
    scaled = run.preprocessing.target_scaling != "none"
    for name, values in history.items():
        if scaled and name.removeprefix("val_") in ("mae", "mse"):
            continue
        if run.name == "xor" and name == "accuracy":  # an output of exactly ½ is class 1 here, class 0 in Keras
            continue
        tolerance = 1e-6 if run.experiment.training.dtype == "float64" else 1e-3
        np.testing.assert_allclose(values, run.history.column(name), rtol=tolerance, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("form", ["keras", "keras-functional"])
def test_a_script_repeats_the_run(form: str, runs: Runs, tmp_path: Path) -> None:
    needs("keras", "tensorflow")
    names = NAMES if form == "keras" else ["everything", "iris"]
    scripts = in_folders(runs, form, names, tmp_path)
    for name, (_, history) in run_scripts(scripts, "history.history").items():
        run = runs.run(name)
        assert len(history["loss"]) == len(run.history.epochs), name
        check_history(run, history)


def test_its_answer_to_a_raw_row(runs: Runs, tmp_path: Path) -> None:
    needs("keras", "tensorflow")
    scripts = in_folders(runs, "keras", ["everything"], tmp_path)
    row = {"size": "5.25", "weight": "", "colour": "red", "fresh": "yes", "picked": "2024-03-04"}
    ((_, (label, y_hat)),) = run_scripts(scripts, f"[predict({row!r}), network([prepare({row!r})]).tolist()]").values()
    run = runs.run("everything")
    weight = run.preprocessing.columns[1]
    assert label == run.preprocessing.classes[int(np.argmax(y_hat))]
    assert weight.fill is not None


_LOAD = """
import json, sys, keras, numpy as np
keras.config.set_floatx("float64")
path, = sys.argv[1:]
found = []
for file, X in json.load(open(path)):
    model = keras.models.load_model(file)
    found.append(model.predict(np.array(X), verbose=0).tolist())
"""


def test_keras_loads_the_file(runs: Runs, tmp_path: Path) -> None:
    needs("keras", "tensorflow", "h5py")
    import json

    given: list[Any] = []
    wanted = []
    names = [*NAMES, "hostile"]
    for place, name in enumerate(names):
        run = runs.run(name, "keras-file")
        file = tmp_path / f"{place}.keras"
        content = runs.files(name, "keras-file")[".keras"]
        assert isinstance(content, bytes)
        file.write_bytes(content)
        table = runs.session(name).workspace.table
        assert table is not None
        X = run.preprocessing.apply(table).X[:20]
        wanted.append(run.preprocessing.undo(np.asarray(run.network.predict(X), float)))
        given.append([str(file), _unscaled(run, X).tolist()])
    (tmp_path / "given.json").write_text(json.dumps(given), encoding="utf-8")
    script = tmp_path / "load.py"
    script.write_text(_LOAD, encoding="utf-8")
    ((_, found),) = run_scripts({"load": (script, [str(tmp_path / "given.json")])}, "found").values()
    for name, got, want in zip(names, found, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=2e-6, atol=2e-6, err_msg=name)


def _unscaled(run: ExportedRun, X: Any) -> Any:
    """The features before scaling."""
    from tui_ann.export.runs.keras_file import _scaling

    offset, scale = _scaling(run)
    return X * scale + offset


def test_a_scale_without_a_reciprocal_is_applied_in_two_layers(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    offset, scale = np.array([3e-310, 1e300]), np.array([2e-310, 1e300])
    monkeypatch.setattr("tui_ann.export.runs.keras_file._scaling", lambda run: (offset, scale))
    x = np.array([7e-310, 5e300])
    for layer in _layers(runs.run(NAMES[0])):
        if layer.kind == "Rescaling" and layer.name in ("lift", "scaling"):
            x = x * np.array(layer.arguments["scale"]) + np.array(layer.arguments["offset"])
    np.testing.assert_allclose(x, [2.0, 4.0], rtol=1e-12)


def test_every_layer_and_activation_has_a_counterpart(runs: Runs) -> None:
    for name in NAMES:
        layers = keras_layers(runs.run(name).network)
        weights = [weight for layer in layers for weight in layer.weights]
        assert sorted(weights) == sorted(runs.run(name).network.parameters)
