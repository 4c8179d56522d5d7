"""Backpropagation against central differences, for everything that may be combined."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.helpers import inputs, output_combinations, scrambled, targets
from tui_ann.engine import schedule
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.gradient_check import gradient_check
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network

BOUND = 1e-7
"""Ten times below what the check itself calls wrong."""


def worst(layers: list[Layer], loss: str, n: int = 7, m: int = 3, **options: int) -> float:
    network = scrambled(Network(m, layers, loss))
    return max(gradient_check(network, inputs(n, m), targets(loss, n, network.outputs), **options).values())


@pytest.mark.parametrize(("activation", "units", "loss"), output_combinations())
def test_output_activation_with_loss(activation: str, units: int, loss: str) -> None:
    assert worst([Dense(4, "tanh"), Dense(units, activation)], loss) < BOUND


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_hidden_activation(activation: str) -> None:
    assert worst([Dense(4, activation), Dense(3, activation), Dense(2)], "half_squared_error") < BOUND


BETWEEN: dict[str, list[Layer]] = {
    "normalised": [BatchNormalization()],
    "dropped": [Dropout(0.4)],
    "dropped classic": [Dropout(0.4, mode="classic")],
    "all": [Dropout(0.3), BatchNormalization(epsilon=0.1), Dropout(0.2)],
}
OUTPUTS = {"mean_squared_error": "linear", "binary_crossentropy": "sigmoid", "categorical_crossentropy": "softmax"}


def between(kind: str, activation: str, loss: str) -> list[Layer]:
    return [Dense(4, activation, l1=0.01, l2=0.02), *BETWEEN[kind], Dense(3, OUTPUTS[loss])]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_layers_after_an_activation(activation: str) -> None:
    assert worst(between("all", activation, "mean_squared_error"), "mean_squared_error", update=5) < BOUND


@pytest.mark.parametrize("loss", OUTPUTS)
@pytest.mark.parametrize("kind", BETWEEN)
def test_layers_before_a_loss(kind: str, loss: str) -> None:
    assert worst(between(kind, "sigmoid", loss), loss, update=5) < BOUND


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(ACTIVATIONS)),
    st.sampled_from(list(ACTIVATIONS)),
    st.sampled_from(list(BETWEEN)),
    st.sampled_from(list(OUTPUTS)),
)
def test_any_two_layers(first: str, second: str, kind: str, loss: str) -> None:
    layers = between(kind, first, loss)
    assert worst([*layers[:-1], Dense(3, second), layers[-1]], loss, update=5) < BOUND


@pytest.mark.parametrize(
    "layers",
    [
        [BatchNormalization(), Dense(3, "tanh"), Dense(2)],
        [Dropout(0.3), Dense(3, "tanh"), Dense(2)],
        [Dropout(0.3), BatchNormalization(), Dense(2)],
        [BatchNormalization(), Dropout(0.3), Dense(2)],
        [BatchNormalization(), BatchNormalization(), Dense(2)],
        [Dense(3), Dropout(0.2), Dropout(0.2), Dense(2)],
    ],
    ids=["normalised", "dropped", "dropped, normalised", "normalised, dropped", "normalised twice", "dropped twice"],
)
def test_layers_at_unusual_places(layers: list[Layer]) -> None:
    assert worst(layers, "mean_squared_error") < BOUND


@pytest.mark.parametrize("alpha", [0.0, 0.01, 0.5, 2.0])
@pytest.mark.parametrize("activation", ["leaky_relu", "elu", "prelu"])
def test_alpha(activation: str, alpha: float) -> None:
    assert worst([Dense(4, activation, alpha=alpha), Dense(1, activation, alpha=alpha)], "mean_squared_error") < BOUND


@pytest.mark.parametrize("n", [1, 2, 4, 5, 11])
def test_batch_sizes_in_one_piece_and_in_chunks(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_CHUNK_EXAMPLES", (4, 4))
    layers: list[Layer] = [Dense(5, "tanh", l2=0.01), Dense(4, "tanh"), Dense(1)]
    assert worst(layers, "mean_squared_error", n=n) < BOUND


def test_one_feature_and_one_unit() -> None:
    assert worst([Dense(1, "sigmoid")], "binary_crossentropy", m=1) < BOUND


def test_deep_network() -> None:
    layers: list[Layer] = [Dense(3, "tanh") for _ in range(12)]
    assert worst([*layers, Dense(1)], "mean_squared_error", n=3) < BOUND


def test_wide_first_layer() -> None:
    assert worst([Dense(2, "tanh"), Dense(1)], "half_squared_error", n=3, m=5000, entries=20) < BOUND
