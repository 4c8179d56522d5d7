"""What if: repeats an update with other settings on a copy of the network; the run is not changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from tui_ann.engine.epoch_cursor import Batch
from tui_ann.engine.expression import Constant, expression
from tui_ann.engine.inspect.microscope import loss_of_batch
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace, trace
from tui_ann.engine.layers import Dense, Layer
from tui_ann.engine.losses import without_average
from tui_ann.engine.network import Network
from tui_ann.engine.tape import GRADIENT, Operation, Phase, Tape
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import OptimizerName, TrainingSettings
from tui_ann.text.symbols import Role, Symbol

REDUCTIONS = ("mean", "sum")
"""How the losses of a batch are combined into L: 1/n Σ l, as everywhere else, or Σ l."""


@dataclass(frozen=True)
class Changes:
    """The settings to change; omitted ones stay the same."""

    learning_rate: float | None = None
    """Another η."""
    loss: str | None = None
    """Another loss."""
    reduction: str = "mean"
    """One of `REDUCTIONS`."""
    activations: Mapping[int, str] = field(default_factory=dict)
    """New activations by the position of the layer, counted from 1."""
    optimizer: str | None = None
    """Another update rule, with fresh state; the same rule continues with its state."""


@dataclass(frozen=True, eq=False)
class Imagined:
    """An update, real or not, and the loss after it."""

    trace: UpdateTrace
    """The update."""
    network: Network
    """Its layers and loss."""
    loss_after: float
    """L of the same batch, with the same dropout masks, after the update."""

    @classmethod
    def of(cls, network: Network, taken: UpdateTrace) -> "Imagined":
        """The actual update."""
        return cls(taken, network, loss_of_batch(network, taken)(taken.after))


def imagine(trainer: Trainer, taken: UpdateTrace, changes: Changes) -> Imagined:
    """The update with other settings, and the loss after it.

    Args:
        trainer: The run's trainer; only its settings are read.
        taken: The update.
        changes: The settings to change.

    Raises:
        EngineError: The combination is invalid.
    """
    again, twin = _again(trainer, taken, changes, Batch(taken.examples, taken.value("x"), taken.value("y")))
    after = loss_of_batch(twin, again)(again.after)
    return Imagined(again, twin, after * len(again.examples) if changes.reduction == "sum" else after)


def what_if(
    trainer: Trainer,
    taken: UpdateTrace,
    *,
    learning_rate: float | None = None,
    loss: str | None = None,
    activations: dict[int, str] | None = None,
    optimizer: str | None = None,
    batch: Batch | None = None,
) -> UpdateTrace:
    """The same update from the same parameters with another η, loss, activation, update rule or batch.

    Args:
        trainer: The run's trainer; only its settings are read.
        taken: The update.
        learning_rate: Another η.
        loss: Another loss.
        activations: New activations by the position of the layer, counted from 1.
        optimizer: Another update rule, with fresh state; the same rule continues with its state.
        batch: Other examples.

    Raises:
        EngineError: The combination is invalid.
    """
    changes = Changes(learning_rate, loss, activations=activations or {}, optimizer=optimizer)
    return _again(trainer, taken, changes, batch or Batch(taken.examples, taken.value("x"), taken.value("y")))[0]


class _Summing(Trainer):
    """A trainer whose L is the sum over the examples of a batch: ∂L/∂θ is n times that of the average."""

    def tape(self) -> Tape:
        """The next update; its gradient is multiplied by n before the update rule reads it."""
        operations, gradient = list(super().tape().operations), self.network.gradient
        n = np.asarray(self.n_examples, gradient.dtype)
        value = Constant(Symbol("n"), float(n)) * expression(GRADIENT)
        calls = ((np.multiply, (gradient, n, gradient)),)
        times = Operation(GRADIENT, value, gradient, calls, Phase.BACKWARD)
        first = next(i for i, operation in enumerate(operations) if operation.phase is Phase.UPDATE)
        return Tape([*operations[:first], times, *operations[first:]])


def _again(trainer: Trainer, taken: UpdateTrace, changes: Changes, batch: Batch) -> tuple[UpdateTrace, Network]:
    """The repeated update, and its network."""
    network, settings, n = trainer.network, trainer.settings, len(batch.examples)
    summed = changes.reduction == "sum"
    layers = [_changed(layer, changes.activations.get(place)) for place, layer in enumerate(network.layers, start=1)]
    if summed:
        # The penalties are not summed over the examples; multiplying by n later restores their value.
        layers = [replace(x, l1=x.l1 / n, l2=x.l2 / n) if isinstance(x, Dense) else x for x in layers]
    twin = Network(network.inputs, layers, changes.loss or network.loss, seed=network.seed, dtype=str(network.dtype))
    for name, view in twin.parameters.items():
        if name in taken.before:
            view[:] = taken.before[name]
    training = TrainingSettings(
        variant="batch",
        optimizer=cast(OptimizerName, changes.optimizer or settings.optimizer),
        learning_rate=taken.learning_rate if changes.learning_rate is None else changes.learning_rate,
        momentum=settings.momentum,
        epochs=1,
        metrics=(),
    )
    alone = (_Summing if summed else Trainer)(twin, batch.X.T, batch.Y.T, training, kernel=trainer.kernel)
    if training.optimizer == settings.optimizer and twin.theta.shape == network.theta.shape:
        for name, slots in taken.slots_before.items():
            for parameter, view in twin.parameters.views(alone.optimizer.slots[name]).items():
                view[:] = slots[parameter]
        alone.optimizer.steps[()] = taken.step - 1
    twin.seek_masks(taken.update - 1)
    again = replace(
        trace(alone),
        update=taken.update,
        epoch=taken.epoch,
        update_of_epoch=taken.update_of_epoch,
        updates_per_epoch=taken.updates_per_epoch,
        examples=batch.examples,
    )
    return (_summed(again, n) if summed else again), twin


def _summed(again: UpdateTrace, n: int) -> UpdateTrace:
    """The ledger of an update for the summed loss: the values of the average, times n."""
    parts = tuple(_times(part, n) for part in again.parts)
    return replace(again, parts=parts, loss=again.loss * n, penalty=again.penalty * n)


def _times(part: Part, n: int) -> Part:
    """One row of the ledger; the sum of a gradient and its penalty was copied after the multiplication."""
    slope = part.symbol.role in (Role.GRADIENT, Role.PENALTY_GRADIENT) and part.phase is Phase.BACKWARD
    is_sum = part.symbol.role is Role.GRADIENT and part.with_penalty
    if not (slope or part.symbol in (Symbol("L"), Symbol("R"))) or is_sum:
        return part
    return replace(part, value=part.value * n, noise=part.noise * n, expression=without_average(part.expression))


def _changed(layer: Layer, activation: str | None) -> Layer:
    if not isinstance(layer, Dense) or not activation or activation == layer.activation:
        return layer
    return replace(layer, activation=activation, alpha=None)
