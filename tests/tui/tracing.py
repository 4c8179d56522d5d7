"""Traced updates of small networks, for what shows them."""

import numpy as np

from tui_ann.engine.inspect.trace import UpdateTrace, trace
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings


def traced(kind: str = "plain") -> tuple[Network, UpdateTrace]:
    """The first update of a network: `plain` 2-3-1 on one example, `mixed` with every kind of layer on four."""
    rng = np.random.default_rng(1)
    if kind == "plain":
        network = Network(2, [Dense(3, "tanh"), Dense(1)], "half_squared_error")
        return network, trace(
            Trainer(network, np.array([[1.0, 2.0]]), np.array([[1.0]]), TrainingSettings(batch_size=1))
        )
    layers: list[Layer] = [Dense(4, "prelu", l2=0.01), Dropout(0.5), BatchNormalization(), Dense(3, "softmax")]
    network = Network(5, layers, "categorical_crossentropy")
    X, Y = rng.normal(size=(4, 5)), np.eye(3)[[0, 1, 2, 1]]
    return network, trace(Trainer(network, X, Y, TrainingSettings(batch_size=4, optimizer="adam")))
