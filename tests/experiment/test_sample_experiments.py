"""The experiments of the samples: in order, with nothing to mend, and they learn what they are meant to show."""

from typing import Any

import numpy as np
import pytest

from tests.experiment.running import score, trained
from tui_ann.data.read.reader import read_table
from tui_ann.data.samples import SAMPLES, sample_folder
from tui_ann.experiment.checks import problems
from tui_ann.experiment.files import load
from tui_ann.experiment.spec import Experiment

REACHED = {
    "linear-unit": 0.94,
    "logistic-unit": 0.88,
    "breast-cancer": 0.95,
    "circles": 0.95,
    "moons": 0.94,
    "iris": 0.95,
    "wine": 0.95,
    "diabetes": 0.40,
    "spirals": 0.98,
    "digits": 0.97,
}
"""Accuracy, or R² of a regression, that the test part must reach."""


def experiment_of(name: str) -> Experiment:
    return load(sample_folder(name) / "experiment.toml")


@pytest.mark.parametrize("name", [sample.name for sample in SAMPLES])
def test_reads_its_table_and_has_nothing_to_mend(name: str) -> None:
    experiment = experiment_of(name)
    sample = next(sample for sample in SAMPLES if sample.name == name)
    table = read_table(experiment.data.path)
    assert experiment.name == name
    assert (table.n_rows, len(table.columns)) == (sample.rows, sample.columns)
    assert not table.rejects
    dataset = trained(experiment, table, epochs=1)[0]
    counts = {"n_classes": len(dataset.classes) or None, "n_targets": len(dataset.targets)}
    assert problems(experiment, inputs=len(dataset.feature_names), task=dataset.task, **counts) == []


@pytest.mark.parametrize("name", REACHED)
def test_learns(name: str) -> None:
    experiment = experiment_of(name)
    dataset, network, trainer = trained(experiment, read_table(experiment.data.path))
    assert score(dataset, network) >= REACHED[name]
    losses = trainer.history.column("loss")
    assert losses[-1] < 0.8 * losses[0]


def test_xor_is_solved() -> None:
    experiment = experiment_of("xor")
    dataset, network, _ = trained(experiment, read_table(experiment.data.path))
    np.testing.assert_allclose(network.predict(dataset.X_train)[:, 0], [0, 1, 1, 0], atol=0.05)


def test_worked_example_gives_the_numbers_of_the_course() -> None:
    experiment = experiment_of("worked-example")
    dataset, network, trainer = trained(experiment, read_table(experiment.data.path), epochs=1)
    np.testing.assert_array_equal(dataset.X_train, [[1, 2]])
    assert trainer.history.column("loss")[0] == pytest.approx(0.08, rel=1e-14)
    expected: dict[str, Any] = {
        "W1": [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]],
        "b1": [0.084, 0.088, 0.092],
        "W2": [[0.36, 0.22, 0.14]],
        "b2": [0.06],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(network.parameters[name], values, rtol=1e-14)
