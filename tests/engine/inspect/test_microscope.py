"""The chain of any weight multiplies out to the engine's gradient, to the numeric one, and to the sum of its paths."""

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.helpers import output_combinations, worked_trainer
from tests.engine.tracing import EVERYTHING, small_trainer, traced
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.inspect.microscope import loss_of_batch, microscope, numeric_gradient, paths
from tui_ann.engine.inspect.trace import UpdateTrace, trace
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer, LayerNormalization
from tui_ann.engine.trainer import Trainer

OUTPUTS = list(output_combinations())


def every_place(told: UpdateTrace) -> list[tuple[str, tuple[int, ...]]]:
    return [(name, index) for name, g in told.gradients.items() for index in np.ndindex(g.shape)]


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Layer], str]:
    """Any layers with an output and a loss that go together."""
    hidden = st.one_of(
        st.builds(
            Dense,
            st.integers(1, 4),
            st.sampled_from(list(ACTIVATIONS)),
            l1=st.sampled_from([0.0, 0.01]),
            l2=st.sampled_from([0.0, 0.02]),
        ).filter(lambda layer: layer.activation != "softmax" or layer.units > 1),
        st.builds(Dropout, st.sampled_from([0.2, 0.5]), st.sampled_from(["inverted", "classic"])),
        st.builds(BatchNormalization, momentum=st.just(0.9), epsilon=st.sampled_from([1e-3, 0.1])),
        st.builds(LayerNormalization, st.sampled_from([1e-3, 0.1])),
    )
    activation, units, loss = draw(st.sampled_from(OUTPUTS))
    return [*draw(st.lists(hidden, max_size=4)), Dense(units, activation)], loss


@given(networks(), st.integers(1, 3), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_the_product_is_the_gradient(network: tuple[list[Layer], str], batch_size: int, seed: int) -> None:
    layers, loss = network
    trainer = small_trainer(layers, loss, n=4, seed=seed, batch_size=batch_size)
    told = trace(trainer)
    for name, index in every_place(told):
        seen = microscope(trainer.network, told, name, index)
        size = np.abs(told.gradients[name]).max() + np.abs(seen.per_example).max()
        assert seen.gradient == told.gradients[name][index]
        assert seen.product == pytest.approx(seen.gradient, rel=1e-9, abs=1e-12 * size + 1e-14)
        assert seen.per_example.shape == (len(told.examples),)


@pytest.mark.parametrize("layers", [EVERYTHING, [Dense(3, "tanh", l1=0.1), Dropout(0.5), Dense(3, "softmax")]])
def test_central_differences_stand_beside_it(layers: list[Layer]) -> None:
    trainer = small_trainer(layers, "categorical_crossentropy", n=6)
    told = traced(trainer, 3)
    loss = loss_of_batch(trainer.network, told)
    assert loss(told.before) == pytest.approx(told.loss, rel=1e-12)
    after = trainer.network.copy_parameters()
    for name, index in every_place(told):
        numeric = numeric_gradient(loss, told, name, index)
        assert numeric == pytest.approx(told.gradients[name][index], rel=1e-5, abs=1e-8), (name, index)
    assert all(np.array_equal(after[name], view) for name, view in trainer.network.parameters.items())


def test_central_differences_of_a_float32_network_are_taken_in_float64() -> None:
    trainer = small_trainer([Dense(3, "tanh"), Dense(1)], "half_squared_error", dtype="float32")
    told = trace(trainer)
    numeric = numeric_gradient(loss_of_batch(trainer.network, told), told, "W1", (0, 0))
    assert numeric == pytest.approx(told.gradients["W1"][0, 0], rel=1e-4)


@given(
    st.lists(st.sampled_from(["linear", "relu", "tanh", "prelu", "dropout"]), min_size=1, max_size=3),
    st.sampled_from(OUTPUTS),
    st.integers(0, 1000),
)
@settings(max_examples=15, deadline=None)
def test_paths_add_up(hidden: list[str], output: tuple[str, int, str], seed: int) -> None:
    activation, units, loss = output
    layers: list[Layer] = [Dense(2, "tanh")]
    layers += [Dropout(0.4) if name == "dropout" else Dense(3, name) for name in hidden]
    trainer = small_trainer([*layers, Dense(units, activation)], loss, seed=seed)
    told = trace(trainer)
    for name, index in every_place(told):
        if not name.startswith(("W", "b")):
            continue
        seen = microscope(trainer.network, told, name, index)
        for example in range(len(told.examples)):
            found = paths(trainer.network, told, name, index, example)
            shares = [abs(path.value) for path in found]
            assert sum(path.value for path in found) == pytest.approx(seen.per_example[example], rel=1e-9, abs=1e-13)
            assert shares == sorted(shares, reverse=True)
            assert all(path.units[0] == index[0] and path.units[-1] < units for path in found)


def test_the_worked_example() -> None:
    trainer = worked_trainer()
    told = trace(trainer)
    seen = microscope(trainer.network, told, "W1", (0, 1))
    assert [factor.symbol for factor in seen.factors] == ["∂L/∂a2", "∂a2/∂z2", "∂z2/∂a1", "∂a1/∂z1", "∂z1/∂W1"]
    assert seen.product == pytest.approx(0.32, rel=1e-14)
    assert seen.penalty == 0.0
    (path,) = paths(trainer.network, told, "W1", (0, 1), 0)
    assert path.units == (0, 0)
    np.testing.assert_allclose(path.factors, [2.0, 1.0, 0.4, 0.4], rtol=1e-14)
    bias = microscope(trainer.network, told, "b1", (0,))
    assert (bias.factors[-1].formula, bias.product) == ("1", pytest.approx(0.16, rel=1e-14))


def test_the_factors_multiply_out_for_each_example() -> None:
    trainer = small_trainer([Dense(4, "sigmoid"), Dropout(0.5), Dense(3, "softmax")], "categorical_crossentropy")
    told = trace(trainer)
    seen = microscope(trainer.network, told, "W1", (2, 1))
    for example in range(len(told.examples)):
        matrices = [factor.matrices[example] for factor in seen.factors if factor.matrices is not None]
        assert np.linalg.multi_dot(matrices).item() == pytest.approx(seen.per_example[example], rel=1e-9)


def test_layer_normalisation_has_a_matrix_for_each_example() -> None:
    trainer = small_trainer([Dense(3, "tanh"), LayerNormalization(), Dense(2)], "mean_squared_error")
    told = trace(trainer)
    seen = microscope(trainer.network, told, "W1", (2, 1))
    assert not seen.mixes_examples
    for example in range(len(told.examples)):
        matrices = [factor.matrices[example] for factor in seen.factors if factor.matrices is not None]
        assert np.linalg.multi_dot(matrices).item() == pytest.approx(seen.per_example[example], rel=1e-9)
    mixed = small_trainer([Dense(3), BatchNormalization(), Dense(2)], "mean_squared_error")
    assert microscope(mixed.network, trace(mixed), "W1", (0, 0)).mixes_examples


def test_a_new_activation_is_seen_as_any_other(declared: str) -> None:
    trainer = small_trainer([Dense(3, declared), Dense(2, declared)], "mean_squared_error")
    told = trace(trainer)
    for name, index in every_place(told):
        seen = microscope(trainer.network, told, name, index)
        assert seen.product == pytest.approx(seen.gradient, rel=1e-9)
        for example, term in enumerate(seen.per_example):
            found = paths(trainer.network, told, name, index, example)
            assert sum(path.value for path in found) == pytest.approx(term, rel=1e-9)
    assert microscope(trainer.network, told, "W1", (0, 0)).factors[1].formula == "g_prime2"


def test_penalties_stand_apart() -> None:
    trainer = small_trainer([Dense(1, l1=0.1, l2=0.2)], "half_squared_error")
    told = trace(trainer)
    seen = microscope(trainer.network, told, "W1", (0, 1))
    w = told.before["W1"][0, 1]
    assert seen.penalty == pytest.approx(0.1 * np.sign(w) + 0.4 * w)
    assert microscope(trainer.network, told, "b1", (0,)).penalty == 0.0


def saturated(activation: str, loss: str, units: int) -> Trainer:
    """An output so sure of itself that ŷ is exactly 0 and 1, and wrong."""
    trainer = small_trainer([Dense(2, "tanh"), Dense(units, activation)], loss)
    trainer.network.parameters["b2"][:] = np.linspace(-4000.0, 4000.0, units) if units > 1 else 4000.0
    return trainer


@pytest.mark.parametrize(
    ("activation", "loss", "units"),
    [("sigmoid", "binary_crossentropy", 1), ("softmax", "categorical_crossentropy", 3)],
)
def test_a_saturated_output_is_seen_by_way_of_the_cancelled_factor(activation: str, loss: str, units: int) -> None:
    trainer = saturated(activation, loss, units)
    told = trace(trainer)
    assert not np.isfinite(told.value("da2")).all()
    for name, index in every_place(told):
        seen = microscope(trainer.network, told, name, index)
        assert seen.factors[0].symbol == "∂L/∂z2"
        assert seen.product == pytest.approx(seen.gradient, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    "layers",
    [
        [Dense(2), BatchNormalization(), Dense(1)],
        [Dense(2), LayerNormalization(), Dense(1)],
        [Dense(2), Dense(2, "softmax"), Dense(1)],
        [Dense(2), Dense(300), Dense(1)],
    ],
    ids=["batch normalisation", "layer normalisation", "hidden softmax", "too many"],
)
def test_where_there_are_no_single_paths(layers: list[Layer]) -> None:
    trainer = small_trainer(layers, "half_squared_error")
    told = trace(trainer)
    assert paths(trainer.network, told, "W1", (0, 0), 0) == []
    last = f"W{sum(isinstance(layer, Dense) for layer in layers)}"
    assert len(paths(trainer.network, told, last, (0, 0), 0)) == 1


@pytest.mark.parametrize("look", [microscope, partial(paths, example=0)], ids=["microscope", "paths"])
def test_no_such_place(look: Callable[..., object]) -> None:
    trainer = worked_trainer()
    told = trace(trainer)
    with pytest.raises(KeyError):
        look(trainer.network, told, "W3", (0, 0))
    with pytest.raises(IndexError):
        look(trainer.network, told, "W1", (0, 5))


@pytest.mark.parametrize(("name", "first"), product(["W1", "b1", "W2"], [0, 150]))
def test_a_large_batch_in_chunks(name: str, first: int) -> None:
    layers: list[Layer] = [Dense(200, "tanh", l2=0.01), Dropout(0.3), Dense(200, "relu"), Dense(1)]
    trainer = small_trainer(layers, "mean_squared_error", n=300, variant="batch")
    told = trace(trainer)
    seen = microscope(trainer.network, told, name, (first, 2)[: told.gradients[name].ndim])
    assert seen.product == pytest.approx(seen.gradient, rel=1e-9)
    assert seen.per_example.shape == (300,)
    assert all(factor.matrices is None or factor.matrices.strides[0] == 0 for factor in seen.factors[2:-1])
