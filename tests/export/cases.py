"""Traced updates that the tests of the formats share: every layer, activation, loss, rule, penalty and batch size."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.engine.helpers import output_combinations, worked_trainer
from tests.engine.tracing import EVERYTHING, small_trainer, traced
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.trainer import Trainer

Case = tuple[Network, UpdateTrace]


def case(layers: list[Layer], loss: str, update: int = 2, **settings: Any) -> Case:
    """A traced update of a small network."""
    return of(small_trainer(layers, loss, **settings), update)


def of(trainer: Trainer, update: int = 1) -> Case:
    """A traced update of this trainer."""
    told = traced(trainer, update)
    return trainer.network, told


def worked() -> Case:
    """The lecture's example."""
    return of(worked_trainer())


def everything(**settings: Any) -> Case:
    """A network with every kind of layer and penalty."""
    return case(EVERYTHING, "categorical_crossentropy", **settings)


def descriptions() -> Iterator[tuple[str, list[Layer], str, dict[str, Any]]]:
    """A name, layers, loss and settings for each thing that an update may hold."""
    for rule in OPTIMIZERS:
        yield f"rule {rule}", [Dense(3, "tanh"), Dense(2)], "mean_squared_error", {"optimizer": rule}
    for activation, units, loss in output_combinations():
        for variant in ("stochastic", "mini-batch"):
            layers: list[Layer] = [Dense(3, "tanh"), Dense(units, activation)]
            yield f"{units} {activation} {loss} {variant}", layers, loss, {"variant": variant}
    for activation in ACTIVATIONS:
        yield f"hidden {activation}", [Dense(3, activation), Dense(1)], "half_squared_error", {}
        yield f"hidden {activation} alone", [Dense(3, activation), Dense(1)], "half_squared_error", {"batch_size": 1}
    for mode in ("inverted", "classic"):
        layers = [Dropout(0.3, mode), Dense(3, "relu"), Dropout(0.5, mode), Dense(2)]
        yield f"dropout {mode}", layers, "mean_squared_error", {}
        yield f"dropout {mode} alone", layers, "mean_squared_error", {"batch_size": 1}
    yield "penalties", [Dense(2, l1=0.1), Dense(2, l2=0.2), Dense(1, l1=0.1, l2=0.2)], "half_squared_error", {}
    yield (
        "normalised",
        [BatchNormalization(), Dense(2), BatchNormalization(epsilon=0.1), Dense(1)],
        "half_squared_error",
        {},
    )
    yield "normalised alone", [Dense(2), BatchNormalization(), Dense(1)], "half_squared_error", {"batch_size": 1}
    yield "everything", EVERYTHING, "categorical_crossentropy", {"optimizer": "adam"}
    yield (
        "everything in one batch",
        EVERYTHING,
        "categorical_crossentropy",
        {"variant": "batch", "optimizer": "nesterov"},
    )
    yield "noise", [Dense(1, "sigmoid")], "binary_crossentropy", {"noise": 0.3}


DESCRIPTIONS = {name: (layers, loss, settings) for name, layers, loss, settings in descriptions()}
NAMES = list(DESCRIPTIONS)


@cache
def described(name: str) -> Case:
    """The traced update with this name; tests only read it."""
    layers, loss, settings = DESCRIPTIONS[name]
    return case(layers, loss, **settings)
