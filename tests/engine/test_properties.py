"""What must hold for any network, data and settings that hypothesis comes up with."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.compatibility import incompatibilities
from tui_ann.engine.gradient_check import TOLERANCE, gradient_check
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer, LayerNormalization
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings, Variant

pytestmark = pytest.mark.usefixtures("both_kernels")

names = st.sampled_from(list(ACTIVATIONS))
dense = st.builds(
    Dense,
    st.integers(1, 5),
    names,
    alpha=st.none() | st.floats(0.0, 1.5),
    l1=st.sampled_from([0.0, 0.01]),
    l2=st.sampled_from([0.0, 0.02]),
)
dropout = st.builds(Dropout, st.floats(0.0, 0.9), st.sampled_from(["inverted", "classic"]))
normalization = st.builds(BatchNormalization, momentum=st.floats(0.0, 0.99), epsilon=st.floats(0.01, 1.0))
layer_normalization = st.builds(LayerNormalization, st.floats(0.01, 1.0))
layer = dense | dropout | normalization | layer_normalization


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, list[Layer], str, int]:
    """Inputs, layers, loss and seed that make sense together."""
    hidden = draw(st.lists(layer, max_size=4))
    loss = draw(st.sampled_from(list(LOSSES)))
    output = draw(dense)
    joined = LOSSES[loss].joined_activation
    if joined is not None:
        output = Dense(max(output.units, 2 if joined == "softmax" else 1), joined)
    layers: list[Layer] = [*hidden, output]
    problems = {problem.code for problem in incompatibilities(layers, loss)}
    if problems:  # softmax with one unit is the only thing left to mend
        assert problems == {"softmax_one_unit"}
        layers = [Dense(2, "softmax") if part == Dense(1, "softmax") or _lonely(part) else part for part in layers]
    return draw(st.integers(1, 4)), layers, loss, draw(st.integers(0, 5))


def _lonely(part: Layer) -> bool:
    return isinstance(part, Dense) and part.activation == "softmax" and part.units == 1


settings_drawn = st.builds(
    TrainingSettings,
    variant=st.sampled_from(get_args(Variant)),
    batch_size=st.integers(1, 9),
    shuffle=st.booleans(),
    shuffle_seed=st.integers(0, 3),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    learning_rate=st.floats(1e-4, 1e-2),
    epochs=st.integers(1, 3),
    noise=st.sampled_from([0.0, 0.1]),
    metrics=st.just(()),
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def build(network: tuple[int, list[Layer], str, int], n: int) -> tuple[Network, np.ndarray, np.ndarray]:
    m, layers, loss, seed = network
    made = scrambled(Network(m, layers, loss, seed=seed), seed)
    return made, inputs(n, m, seed), targets(loss, n, made.outputs, seed)


@quick
@given(networks(), st.integers(2, 6))
def test_gradients_are_right(network: Any, n: int) -> None:
    made, X, Y = build(network, n)
    assert max(gradient_check(made, X, Y, update=3).values()) < TOLERANCE


@quick
@given(networks(), settings_drawn, st.integers(1, 12), st.integers(1, 5), st.floats(0, 1))
def test_any_moment_comes_back_and_bursts_do_not_matter(
    network: Any, training: TrainingSettings, n: int, burst: int, where: float
) -> None:
    made, X, Y = build(network, n)
    other, _, _ = build(network, n)
    reference, running = Trainer(made, X, Y, training), Trainer(other, X, Y, training)
    target = round(where * training.epochs * reference.updates_per_epoch)
    reference.seek(target)
    theta, moving = made.theta.copy(), made.running_statistics.copy()
    run_to_the_end(reference)
    run_to_the_end(running, burst)
    assert np.array_equal(made.theta, other.theta)
    assert np.array_equal(reference.history.update_losses, running.history.update_losses, equal_nan=True)
    assert reference.stop_reason == running.stop_reason
    if target <= running.update:
        running.seek(target)
        assert np.array_equal(other.theta, theta)
        assert np.array_equal(other.running_statistics, moving)


@quick
@given(networks(), settings_drawn, st.integers(1, 12))
def test_stepping_is_running(network: Any, training: TrainingSettings, n: int) -> None:
    made, X, Y = build(network, n)
    other, _, _ = build(network, n)
    stepped, running = Trainer(made, X, Y, training), Trainer(other, X, Y, training)
    while not stepped.finished:
        for operation in stepped.tape().operations:
            operation.run()
        stepped.end_update()
    run_to_the_end(running)
    assert np.array_equal(made.theta, other.theta)
    assert np.array_equal(made.running_statistics, other.running_statistics)


@quick
@given(networks(), st.integers(1, 10))
def test_predictions_are_finite_and_each_example_stands_alone(network: Any, n: int) -> None:
    made, X, _ = build(network, n)
    y_hat = made.predict(X)
    assert y_hat.shape == (n, made.outputs)
    assert np.isfinite(y_hat).all()
    one_by_one = np.vstack([made.predict(X[i : i + 1]) for i in range(n)])
    np.testing.assert_allclose(y_hat, one_by_one, rtol=1e-9, atol=1e-12)
    order = np.random.default_rng(0).permutation(n)
    np.testing.assert_allclose(made.predict(X[order]), y_hat[order], rtol=1e-9, atol=1e-12)


@quick
@given(networks(), st.integers(2, 9))
def test_the_order_within_a_batch_does_not_matter(network: Any, n: int) -> None:
    m, layers, loss, seed = network
    plain = [part for part in layers if not isinstance(part, Dropout)]
    made, X, Y = build((m, plain, loss, seed), n)
    value, gradient = made.loss_and_gradient(X, Y)
    order = np.random.default_rng(1).permutation(n)
    again, turned = made.loss_and_gradient(X[order], Y[order])
    np.testing.assert_allclose(again, value, rtol=1e-9)
    np.testing.assert_allclose(turned, gradient, rtol=1e-6, atol=1e-9 * max(1.0, float(np.abs(gradient).max())))


@quick
@given(networks())
def test_saving_and_loading_is_the_same_network(network: Any) -> None:
    made, X, _ = build(network, 4)
    m, layers, loss, _ = network
    copy = Network(m, layers, loss, seed=99)
    copy.load(made.copy_parameters())
    assert np.array_equal(made.predict(X), copy.predict(X))
    assert sum(line.parameters for line in made.summary()) == made.n_parameters
