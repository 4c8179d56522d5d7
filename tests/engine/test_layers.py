"""Names, shapes and places of parameters, and how they are counted."""

import numpy as np
import pytest

from tui_ann.engine.architecture import parameter_shapes
from tui_ann.engine.layer_summary import summary
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network

LAYERS: list[Layer] = [
    Dense(16, "relu"),
    BatchNormalization(),
    Dropout(0.5),
    Dense(8, "prelu"),
    BatchNormalization(),
    Dense(1, "sigmoid"),
]
SHAPES = {
    "W1": (16, 30),
    "b1": (16,),
    "gamma1": (16,),
    "beta1": (16,),
    "moving_mean1": (16,),
    "moving_var1": (16,),
    "W2": (8, 16),
    "b2": (8,),
    "alpha2": (8,),
    "gamma2": (8,),
    "beta2": (8,),
    "moving_mean2": (8,),
    "moving_var2": (8,),
    "W3": (1, 8),
    "b3": (1,),
}


def test_names_and_shapes() -> None:
    assert parameter_shapes(30, LAYERS) == SHAPES
    network = Network(30, LAYERS, "binary_crossentropy")
    assert {name: view.shape for name, view in network.parameters.items()} == SHAPES
    assert list(network.gradients) == [name for name in SHAPES if not name.startswith("moving")]


def test_a_network_need_not_be_built_to_be_counted() -> None:
    assert parameter_shapes(3, [Dense(10**9)])["W1"] == (10**9, 3)
    assert summary(3, [Dense(10**9)])[0].parameters == 4 * 10**9


@pytest.mark.parametrize("inputs", [30, 5000])
def test_views_share_the_flat_vectors_and_do_not_overlap(inputs: int) -> None:
    network = Network(inputs, LAYERS, "binary_crossentropy")
    network.theta[:] = np.arange(network.theta.size)
    network.running_statistics[:] = -1 - np.arange(network.running_statistics.size)
    values = np.concatenate([view.ravel() for view in network.parameters.values()])
    assert len(set(values)) == len(values) == network.theta.size + network.running_statistics.size
    network.parameters["W2"][3, 4] = 0.5
    assert 0.5 in network.theta
    network.gradient[:] = np.arange(network.theta.size)
    for name, gradient in network.gradients.items():
        assert name == "W2" or np.array_equal(gradient, network.parameters[name])


def test_summary() -> None:
    lines = summary(30, LAYERS)
    assert [line.type for line in lines] == [
        "dense",
        "batch_normalization",
        "dropout",
        "dense",
        "batch_normalization",
        "dense",
    ]
    assert [line.index for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [(line.inputs, line.outputs) for line in lines] == [(30, 16), (16, 16), (16, 16), (16, 8), (8, 8), (8, 1)]
    assert [line.formula for line in lines] == [
        "16·30 + 16 = 496",
        "2·16 = 32",
        "0",
        "8·16 + 8 + 8 = 144",
        "2·8 = 16",
        "1·8 + 1 = 9",
    ]
    assert [line.activation for line in lines] == ["relu", "", "", "prelu", "", "sigmoid"]
    network = Network(30, LAYERS, "binary_crossentropy")
    assert network.summary() == lines
    assert sum(line.parameters for line in lines) == network.n_parameters == network.theta.size == 697


def test_cost_of_an_update() -> None:
    """30-16-1: forward and ∂L/∂W take a product each, ∂L/∂x one more behind the first layer; then η·∂L/∂θ."""
    network = Network(30, [Dense(16, "relu"), Dense(1, "sigmoid")], "binary_crossentropy")
    assert network.multiplications_per_update(10) == 10 * (2 * 16 * 30 + 3 * 16) + 513
