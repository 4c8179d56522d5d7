"""What the engine's tests share: small data, networks from plain descriptions, and runs brought to their end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.compatibility import incompatibilities
from tui_ann.engine.layers import LAYERS, Dense, Layer
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Event, Trainer
from tui_ann.engine.training_settings import TrainingSettings

GOLDEN = Path(__file__).parent / "golden"


def layer(description: dict[str, Any]) -> Layer:
    """A layer from the keys of an experiment file."""
    options = dict(description)
    made: Layer = LAYERS[options.pop("type")](**options)
    return made


def golden_cases(group: str) -> list[dict[str, Any]]:
    """What Keras made of a group of cases, with arrays for nested lists."""
    cases: list[dict[str, Any]] = json.loads((GOLDEN / f"{group}.json").read_text(encoding="utf-8"))["cases"]
    for case in cases:
        for key in ("X", "Y", "X_val", "Y_val"):
            case[key] = np.array(case[key], float)
        for key in ("start", "final"):
            case[key] = {name: np.array(values) for name, values in case[key].items()}
    return cases


def targets(loss: str, n: int, k: int, seed: int = 0) -> np.ndarray:
    """Targets (n, k) that the loss can be asked about."""
    rng = np.random.default_rng([seed, 1])
    if loss == "categorical_crossentropy":
        return np.eye(k)[rng.integers(0, k, n)]
    if loss == "binary_crossentropy":
        return rng.integers(0, 2, (n, k)).astype(float)
    return rng.normal(size=(n, k))


def inputs(n: int, m: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng([seed, 2]).normal(size=(n, m))


def scrambled(network: Network, seed: int = 0) -> Network:
    """The network with no parameter left at zero or one, so that no term of a formula can hide."""
    rng = np.random.default_rng([seed, 3])
    values = {name: rng.normal(0.0, 0.5, view.shape) for name, view in network.parameters.items()}
    for name in values:
        if name.startswith(("moving_var", "gamma", "alpha")):
            values[name] = rng.uniform(0.2, 1.5, values[name].shape)
    network.load(values)
    return network


def output_combinations() -> Iterator[tuple[str, int, str]]:
    """Every output activation × units × loss that may be combined."""
    for activation in ACTIVATIONS:
        for loss in LOSSES:
            for units in (1, 3):
                if not incompatibilities([Dense(units, activation)], loss):
                    yield activation, units, loss


def run_to_the_end(trainer: Trainer, burst: int = 1000) -> list[Event]:
    """Every event of a run, in bursts of so many updates."""
    trainer.burst = burst
    return list(trainer.run())


WORKED_START = {
    "W1": np.array([[0.5, 0.2], [0.3, 0.8], [0.6, 0.4]]),
    "b1": np.array([0.1, 0.1, 0.1]),
    "W2": np.array([[0.4, 0.3, 0.2]]),
    "b2": np.array([0.1]),
}
"""Start weights of the lecture's 2-3-1 example (C15)."""


def worked_trainer(dtype: str = "float64") -> Trainer:
    """The lecture's example: all linear, ½(ŷ − y)², x = (1, 2), y = 1, η = 0.1."""
    network = Network(2, [Dense(3), Dense(1)], "half_squared_error", dtype=dtype)
    network.load(WORKED_START)
    training = TrainingSettings(variant="stochastic", learning_rate=0.1, epochs=1)
    return Trainer(network, np.array([[1.0, 2.0]]), np.array([[1.0]]), training)
