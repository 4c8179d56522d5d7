"""Start weights that do not fit: named before a run is made, whatever is edited."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.experiment.weights import save_weights
from tui_ann.session.run.start_weights import StartWeights


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Experiment]:
    path = tmp_path / "start.safetensors"
    save_weights(path, {"W1": np.ones((3, 2)), "b1": np.zeros(3), "W2": np.ones((1, 3)), "b2": np.zeros(1)})

    def make(*units: int, weights: Path = path) -> Experiment:
        layers = tuple(DenseSpec(units=each) for each in units)
        return Experiment(
            data=DataSpec(path="/x.csv", target="y"), network=NetworkSpec(layers=layers, weights=str(weights))
        )

    return make


def test_weights_that_fit_are_no_problem(made: Callable[..., Experiment]) -> None:
    assert StartWeights().misfit(made(3, 1), 2) is None
    assert StartWeights().misfit(made(3, 1), None) is None, "without data the file knows the inputs"
    drawn = made(3, 1)
    drawn = msgspec.structs.replace(drawn, network=msgspec.structs.replace(drawn.network, weights=""))
    assert StartWeights().misfit(drawn, 7) is None


@pytest.mark.parametrize(
    ("units", "inputs", "words"),
    [
        ((4, 1), 2, "W¹ is 3 × 2, but 4 × 2 is needed"),
        ((3, 1), 5, "W¹ is 3 × 2, but 3 × 5 is needed"),
        ((3, 1, 1), 2, "W³ is missing"),
        ((3,), 2, "this network has no W²"),
    ],
)
def test_the_first_difference_is_named_and_can_be_mended(
    made: Callable[..., Experiment], units: tuple[int, ...], inputs: int, words: str
) -> None:
    weights = StartWeights()
    misfit = weights.misfit(made(*units), inputs)
    assert misfit is not None
    assert words in misfit.message
    assert misfit.where == "network.weights"
    assert misfit.fix is not None
    assert str(misfit.fix) == "draws all weights anew"
    assert weights.misfit(misfit.fix.apply(made(*units)), inputs) is None


def test_a_file_that_is_gone_damaged_or_changed_is_noticed(made: Callable[..., Experiment], tmp_path: Path) -> None:
    weights = StartWeights()
    path = tmp_path / "other.safetensors"
    experiment = made(1, weights=path)
    misfit = weights.misfit(experiment, 2)
    assert misfit is not None
    assert misfit.code == "no_such_file"
    path.write_bytes(b"nothing of the kind")
    misfit = weights.misfit(experiment, 2)
    assert misfit is not None
    assert misfit.code == "bad_weights"
    save_weights(path, {"W1": np.ones((1, 2)), "b1": np.zeros(1)})
    assert weights.misfit(experiment, 2) is None
