"""What the tests of a traced update share: trainers small enough to be read, and what an update rule does, by hand."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.inspect.trace import UpdateTrace, trace
from tui_ann.engine.kernel.kernels import NUMPY
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

EVERYTHING: list[Layer] = [
    Dense(5, "prelu", alpha=0.1, l1=0.01),
    BatchNormalization(momentum=0.9),
    Dropout(0.4),
    Dense(4, "softmax", l2=0.02),
    Dropout(0.2, mode="classic"),
    Dense(3, "elu", l1=0.01, l2=0.03),
    Dense(3, "softmax"),
]
"""Every kind of layer, penalty and dropout in one network, for categorical cross-entropy."""


def small_trainer(
    layers: list[Layer], loss: str, *, n: int = 7, m: int = 3, seed: int = 0, dtype: str = "float64", **settings: Any
) -> Trainer:
    """A trainer on random data, no parameter at zero."""
    network = scrambled(Network(m, layers, loss, seed=seed, dtype=dtype), seed)
    chosen = {"batch_size": 3, "epochs": 2, "learning_rate": 0.05} | settings
    return Trainer(network, inputs(n, m, seed), targets(loss, n, network.outputs, seed), TrainingSettings(**chosen))


def traced(trainer: Trainer, update: int = 1) -> UpdateTrace:
    """The trace of this update of a run; the trainer stands after it."""
    told = trace(trainer)
    for _ in range(update - 1):
        told = trace(trainer)
    return told


KERAS_RULES = ("sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam")
"""The rules that `updated_by_hand` knows."""


def updated_by_hand(told: UpdateTrace, name: str) -> tuple[Array, Mapping[str, Array]]:
    """A parameter after the update and the state of its rule, from the trace's gradient and Keras' rules.

    The order of the calculation is the engine's, so that the last bit must agree as well.
    """
    w, g = told.before[name], told.gradients[name]
    state = {slot: values[name] for slot, values in told.slots_before.items()}
    eta, m, real = told.learning_rate, told.momentum, w.dtype.type
    eta, m, epsilon = real(eta), real(m), real(1e-7)
    if told.rule.name == "sgd":
        return w - g * eta, {}
    if told.rule.name in ("momentum", "nesterov"):
        v = state["velocity"] * m - g * eta
        return (w + v if told.rule.name == "momentum" else w + (v * m - g * eta)), {"velocity": v}
    if told.rule.name == "rmsprop":
        v = state["velocity"] * real(0.9) + g * g * real(1 - 0.9)
        return w - g * eta / np.sqrt(v + epsilon), {"velocity": v}
    if told.rule.name == "adagrad":
        s = state["accumulator"] + g * g
        return w - g * eta / np.sqrt(s + epsilon), {"accumulator": s}
    if told.rule.name != "adam":
        raise KeyError(told.rule.name)
    mean = state["m"] + (g - state["m"]) * real(1 - 0.9)
    square = state["v"] + (g * g - state["v"]) * real(1 - 0.999)
    t = told.step
    step = real(told.learning_rate * math.sqrt(1 - 0.999**t) / (1 - 0.9**t))
    return w - mean * step / (np.sqrt(square) + epsilon), {"m": mean, "v": square}


def symmetric(update: int) -> tuple[Network, UpdateTrace]:
    """Exclusive or with its centre at 0: what the examples send to the output's bias cancels."""
    X = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]])
    network = Network(2, [Dense(4, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy", seed=3)
    training = TrainingSettings(variant="batch", learning_rate=0.5)
    # Whether its rounding leaves dust depends on the order of the sums, so on the kernel.
    trainer = Trainer(network, X, np.array([[0], [1], [1], [0.0]]), training, kernel=NUMPY)
    return network, [trace(trainer) for _ in range(update)][-1]
