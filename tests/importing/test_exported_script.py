"""What `tui-ann export` writes for Keras and PyTorch gives back the experiment when it is read."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import ModelError
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.spec import (
    BatchNormalizationSpec,
    DenseSpec,
    DropoutSpec,
    Experiment,
    LayerNormalizationSpec,
    NetworkSpec,
)
from tui_ann.session.imports.bringing import merged
from tui_ann.session.imports.reading import read_with_weights
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths

EVERY_LAYER = (
    DenseSpec(units=8, activation="prelu", alpha=0.3, l2=0.01, initializer="he_normal"),
    BatchNormalizationSpec(momentum=0.9, epsilon=0.01),
    DropoutSpec(rate=0.2),
    DenseSpec(units=6, activation="leaky_relu", alpha=0.05),
    DropoutSpec(rate=0.1, mode="classic"),
    DenseSpec(units=5, activation="elu", alpha=0.7, l1=0.001, l2=0.002),
    LayerNormalizationSpec(),
    DenseSpec(units=4, activation="gelu", initializer="small_normal"),
    DenseSpec(units=4, activation="softplus"),
    DenseSpec(units=3, activation="softmax"),
)


@pytest.fixture
def session(tmp_path):
    home = tmp_path / "home"
    return Session(paths=UserPaths(home, home, home))


def changed(experiment: Experiment, layers=None, **training) -> Experiment:
    network = replace(experiment.network, layers=layers) if layers else experiment.network
    return replace(experiment, network=network, training=replace(experiment.training, **training))


CHANGES: dict[str, dict[str, Any]] = {
    "sample:worked-example": {},
    "sample:xor": {"optimizer": "nesterov", "momentum": 0.8},
    "sample:iris": {"noise": 0.1, "shuffle_seed": 7, "tolerance": 0.001},
    "sample:diabetes": {"optimizer": "rmsprop"},
    "sample:linear-unit": {"variant": "stochastic"},
    "sample:moons": {"optimizer": "momentum", "shuffle": False},
}


@pytest.mark.parametrize("form", ["keras", "keras-functional"])
@pytest.mark.parametrize("sample", CHANGES)
def test_the_experiment_comes_back(session, tmp_path, sample, form):
    given = changed(session.workspace.open(sample).experiment, epochs=3, **CHANGES[sample])
    check(session, tmp_path, given, form)


@pytest.mark.parametrize("form", ["keras", "keras-functional"])
def test_every_layer_comes_back(session, tmp_path, form):
    given = changed(session.workspace.open("sample:wine").experiment, EVERY_LAYER, epochs=3, optimizer="adam")
    check(session, tmp_path, replace(given, network=replace(given.network, seed=9)), form)


def check(session: Session, folder: Path, given: Experiment, form: str) -> None:
    session.workspace.edit(given)
    run = session.runs.prepare()
    paths = session.exporting.write(form, folder / "net.py").paths
    read = read_with_weights(paths[0])
    assert not read.remarks
    back = merged(read, replace(given, network=NetworkSpec(layers=read.layers), training=TrainingSettings()))
    assert engine_layers(back) == engine_layers(given)
    assert set(read.weights) == set(run.start)
    for name, values in run.start.items():
        np.testing.assert_array_equal(read.weights[name], values)
    assert effective(back) == effective(given)
    assert read.data["validation_split"] == pytest.approx(given.data.validation_split, abs=0.01)
    assert read.data["target"] == given.data.target
    assert (read.data["scaling"] == "none") == (given.data.scaling == "none")


def effective(experiment: Experiment) -> dict[str, object]:
    """The training settings that have an effect; the penalties are compared as those of the layers."""
    from tui_ann.experiment.settings import SETTINGS

    no_matter = ("training.l1", "training.l2", "training.metrics")
    settings = {key: setting for key, setting in SETTINGS.items() if key.startswith("training.")}
    return {
        key: each.get(experiment) for key, each in settings.items() if each.applies(experiment) and key not in no_matter
    }


def test_a_run_of_the_script_on_its_table_is_the_same_run(session, tmp_path):
    given = changed(session.workspace.open("sample:iris").experiment, epochs=2)
    session.workspace.edit(given)
    script = session.exporting.write("keras", tmp_path / "net.py").paths[0]
    first = session.runs.one_epoch(2).history
    from tui_ann.session.imports.bringing import bring

    place = tmp_path / "back" / "net.toml"
    brought = bring(read_with_weights(script), "net", place, data=Path(given.data.path))
    brought.write(place)
    session.workspace.open(place)
    second = session.runs.one_epoch(2).history
    assert [each.values for each in second.epochs] == [each.values for each in first.epochs]


@pytest.mark.parametrize("sample", ["sample:iris", "sample:diabetes"])
def test_the_torch_script_brings_its_weights(session, tmp_path, sample):
    session.workspace.open(sample)
    session.runs.one_epoch()
    network = session.runs.prepare().copy_network()
    script = session.exporting.write("pytorch", tmp_path / "net.py").paths[0]
    read = read_with_weights(script)
    assert not read.remarks
    for name, values in network.copy_parameters().items():
        np.testing.assert_array_equal(read.weights[name], values)
    assert read.data["target"] == session.workspace.experiment.data.target


def test_the_keras_file_answers_as_the_run(session, tmp_path):
    pytest.importorskip("h5py")
    given = changed(session.workspace.open("sample:wine").experiment, EVERY_LAYER)
    session.workspace.edit(given)
    session.runs.one_epoch()
    run = session.runs.prepare()
    read = read_with_weights(session.exporting.write("keras-file", tmp_path / "net.keras").paths[0])
    experiment = merged(read, replace(given, training=TrainingSettings()))
    from tui_ann.session.run.build import make_network

    raw = run.dataset.X_train * scale_of(run) + offset_of(run)
    network = make_network(experiment, raw.shape[1], read.weights)
    np.testing.assert_allclose(network.predict(raw), run.copy_network().predict(run.dataset.X_train), atol=1e-6)


def scale_of(run) -> np.ndarray:
    return np.array([feature.scale for feature in run.preprocessing.columns])


def offset_of(run) -> np.ndarray:
    return np.array([feature.offset for feature in run.preprocessing.columns])


def test_a_file_of_arrays_that_is_a_bomb_is_refused(session, tmp_path):
    session.workspace.open("sample:diabetes")
    script = session.exporting.write("keras", tmp_path / "net.py").paths[0]
    with zipfile.ZipFile(tmp_path / "net.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x_train.npy", bytes(50_000_000))
    with pytest.raises(ModelError, match="would unpack to"):
        read_with_weights(script)
    (tmp_path / "net.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="is damaged"):
        read_with_weights(script)
