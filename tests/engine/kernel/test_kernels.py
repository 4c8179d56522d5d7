"""The C kernel does what NumPy does, up to rounding, and a stepped update has the bits of one in a window."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.kernel.choice import kernel_named
from tui_ann.engine.kernel.kernels import NUMPY, Kernel
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer, LayerNormalization
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import OptimizerName, TrainingSettings

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
pytestmark = pytest.mark.skipif(kernel_named("c") is None, reason="this installation has no compiled kernel")

MIDDLES: list[list[Layer]] = [
    [],
    [BatchNormalization()],
    [LayerNormalization()],
    [Dropout(0.3)],
    [Dropout(0.4, "classic"), BatchNormalization()],
]
programs = st.fixed_dictionaries(
    {
        "activation": st.sampled_from(list(ACTIVATIONS)),
        "loss": st.sampled_from(list(LOSSES)),
        "optimizer": st.sampled_from(list(OPTIMIZERS)),
        "middle": st.sampled_from(MIDDLES),
        "penalty": st.sampled_from([0.0, 0.01]),
        "batch_size": st.sampled_from([1, 7]),
        "units": st.integers(2, 10),
        "dtype": st.sampled_from(["float64", "float32"]),
    }
)


def trainer(program: dict[str, Any], kernel: Kernel, **other: Any) -> Trainer:
    loss, penalty = program["loss"], program["penalty"]
    joined = LOSSES[loss].joined_activation
    output = Dense(3 if joined != "sigmoid" else 1, joined or "linear")
    hidden = Dense(program["units"], program["activation"], l1=penalty, l2=penalty)
    layers: list[Layer] = [hidden, *program["middle"], Dense(4, "tanh"), output]
    network = scrambled(Network(3, layers, loss, dtype=program["dtype"]))
    training = TrainingSettings(
        **{
            "batch_size": program["batch_size"],
            "optimizer": program["optimizer"],
            "learning_rate": 1e-3,
            "epochs": 1,
            "metrics": (),
        }
        | other
    )
    return Trainer(network, inputs(16, 3), targets(loss, 16, network.outputs), training, kernel=kernel)


def c() -> Kernel:
    found = kernel_named("c")
    assert found
    return found


@quick
@given(programs)
def test_the_kernels_agree(program: dict[str, Any]) -> None:
    ours, numpys = trainer(program, c()), trainer(program, NUMPY)
    run_to_the_end(ours)
    run_to_the_end(numpys)
    tolerance = 1e-11 if program["dtype"] == "float64" else 2e-4
    np.testing.assert_allclose(ours.network.theta, numpys.network.theta, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(
        ours.network.running_statistics, numpys.network.running_statistics, rtol=tolerance, atol=tolerance
    )
    np.testing.assert_allclose(ours.history.update_losses, numpys.history.update_losses, rtol=tolerance, atol=tolerance)


@quick
@given(programs, st.integers(1, 9))
def test_stepped_is_run_bit_for_bit(program: dict[str, Any], burst: int) -> None:
    stepped, run = trainer(program, c()), trainer(program, c())
    while not stepped.finished:
        stepped.tape().run()
        stepped.end_update()
    run_to_the_end(run, burst)
    assert np.array_equal(stepped.network.theta, run.network.theta)
    assert np.array_equal(stepped.network.gradient, run.network.gradient)
    assert np.array_equal(stepped.history.update_losses, run.history.update_losses)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_small_numbers_are_flushed_within_a_window_as_between_bursts(optimizer: OptimizerName) -> None:
    """At the same updates, however long the bursts: L2 alone halves the weights again and again."""
    ends = []
    for burst, kernel in ((1, c()), (100, c()), (10_000, c()), (10_000, NUMPY)):
        network = Network(1, [Dense(2, l2=0.4), Dense(1)], "mean_squared_error")
        network.load({"W1": np.full((2, 1), 1e-130), "b1": np.zeros(2), "W2": np.zeros((1, 2)), "b2": np.zeros(1)})
        training = TrainingSettings(batch_size=1, learning_rate=0.5, optimizer=optimizer, epochs=1, metrics=())
        made = Trainer(network, np.zeros((600, 1)), np.zeros((600, 1)), training, kernel=kernel)
        run_to_the_end(made, burst)
        ends.append(network.theta.copy())
    for end in ends[1:3]:
        assert np.array_equal(ends[0], end)
    np.testing.assert_allclose(ends[3], ends[0], rtol=1e-12)


def test_large_networks_leave_products_to_numpy_with_the_same_bits_stepped() -> None:
    """Python makes some calls of each update then, and the kernel the rest."""

    def made() -> Trainer:
        layers: list[Layer] = [Dense(150, "tanh", l1=1e-4), Dropout(0.2), Dense(3)]
        network = scrambled(Network(60, layers, "mean_squared_error"))
        training = TrainingSettings(batch_size=9, epochs=1, optimizer="adam")
        return Trainer(network, inputs(40, 60), targets("", 40, 3), training, kernel=c())

    stepped, run = made(), made()
    while not stepped.finished:
        stepped.tape().run()
        stepped.end_update()
    run_to_the_end(run)
    assert np.array_equal(stepped.network.theta, run.network.theta)
