"""Small real runs, frozen as snapshots, for screens and widgets to show."""

from dataclasses import replace
from typing import Any

import numpy as np

from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.run.snapshot import Snapshot, live_snapshot
from tui_ann.tui.content.plan import Plan


def experiment(units: int = 8, **training: Any) -> Experiment:
    layers = (DenseSpec(units=units, activation="tanh"), DenseSpec(units=1, activation="sigmoid"))
    return Experiment(
        name="rings",
        data=DataSpec(path="rings.csv", target="ring"),
        network=NetworkSpec(layers=layers),
        training=TrainingSettings(**{"loss": "binary_crossentropy", "epochs": 40, **training}),
    )


def plan(units: int = 8) -> Plan:
    return Plan(experiment(units), 4, ("angle", "radius", "x [red]", "y"), ("inner or outer",), 120, ())


class Clock:
    """A clock that goes on by a thousandth of a second each time it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


def trainer(units: int = 8, epochs: int = 40, learning_rate: float = 0.3) -> Trainer:
    rng = np.random.default_rng(7)
    X = rng.normal(size=(120, 4))
    Y = (np.hypot(X[:, 0], X[:, 1]) > 1.1).astype(float)[:, None]
    network = Network(4, [Dense(units, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy", seed=3)
    training = TrainingSettings(batch_size=10, epochs=epochs, learning_rate=learning_rate, metrics=("accuracy", "auc"))
    return Trainer(network, X[:100], Y[:100], training, X_val=X[100:], Y_val=Y[100:], clock=Clock())


def snapshot(updates: int, status: str = "running", of: Trainer | None = None, **changes: Any) -> Snapshot:
    """A run after so many updates; `changes` replace what a test wants otherwise."""
    run = of or trainer()
    while run.update < updates and not run.finished:
        next(run.run())
    shot = live_snapshot(1, run, np.array([0.4, -1.2, 0.05, 0.7]), status, (5_100.0, 51_000.0))
    return replace(shot, **changes)
