import tomllib

import msgspec
import pytest

from tests.experiment.conftest import FULL
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings
from tui_ann.experiment.decode import encode
from tui_ann.experiment.files import load
from tui_ann.experiment.spec import BatchNormalizationSpec, DataSpec, DenseSpec, DropoutSpec, Experiment, NetworkSpec


def test_defaults_are_those_of_the_documented_file():
    documented = tomllib.loads(FULL)
    documented["data"]["path"] = "/x.csv"
    defaults = encode(
        Experiment(
            name="breast-cancer",
            data=DataSpec(path="/x.csv", target="diagnosis"),
            network=NetworkSpec(
                layers=(
                    DenseSpec(units=16, activation="relu", alpha=0.05, l1=0.0, l2=0.0, initializer="he_normal"),
                    DropoutSpec(),
                    DenseSpec(units=1, activation="sigmoid"),
                )
            ),
            training=TrainingSettings(early_stopping=EarlyStopping()),
        )
    )
    assert defaults == documented


def test_keras_defaults_of_the_layers():
    assert DenseSpec(units=3) == DenseSpec(units=3, activation="linear", alpha=None, l1=None, l2=None, initializer=None)
    assert BatchNormalizationSpec() == BatchNormalizationSpec(momentum=0.99, epsilon=1e-3)
    assert [DenseSpec(units=1).type, DropoutSpec().type, BatchNormalizationSpec().type] == [
        "dense",
        "dropout",
        "batch_normalization",
    ]


def test_specs_are_values(experiment):
    same = msgspec.structs.replace(experiment)
    assert same == experiment
    assert hash(same) == hash(experiment)
    with pytest.raises(AttributeError):
        experiment.name = "other"


def test_the_documented_file_loads(tmp_path):
    (tmp_path / "experiment.toml").write_text(FULL, encoding="utf-8")
    experiment = load(tmp_path / "experiment.toml")
    assert experiment.network.layers[0] == DenseSpec(
        units=16, activation="relu", alpha=0.05, l1=0.0, l2=0.0, initializer="he_normal"
    )
    assert experiment.training.early_stopping == EarlyStopping()
