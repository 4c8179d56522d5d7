"""The tape read aloud: one update as the factors of its gradient, with every number.

`trace` runs the trainer's next update operation by operation, on the trainer's own arrays, and copies each result as
it appears.  What the tape does not need but a reader does (the losses of the examples, ∂L/∂ŷ where a cross-entropy is
joined with its activation) is added from the tape's results and marked as such.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS, Softmax
from tui_ann.engine.epoch_cursor import Batch
from tui_ann.engine.layers import Dense
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Operation, Phase
from tui_ann.engine.trainer import Trainer

_SUMMED = ("dW", "db", "dalpha")
"""Results that the chunks of a large batch add up; all others stand side by side, an example a column."""
_UNSPOKEN = ("masks", "dL", "dL_sum", "dR1", "dR2", "theta")
"""Operations that only keep books; θ and the penalties are spoken of parameter by parameter."""


@dataclass(frozen=True, eq=False)
class Part:
    """One row of the ledger of an update."""

    symbol: str
    """What it is: `x`, `z1`, `a1`, `l`, `L`, `da2`, `g_prime2`, `dz2`, `dW2`, `W2_new` …"""
    formula: str
    """How it comes about, in symbols."""
    operands: tuple[str, ...]
    """Symbols of what it is made from."""
    phase: Phase
    """Forward, loss, backward or update."""
    layer: int
    """Place of its layer in the list, the first is 1; 0 for the whole network."""
    value: Array
    """Its numbers: (units, examples), (neurons, inputs), (units,), 0-d, or Jacobians (examples, units, units)."""
    on_tape: bool = True
    """Whether the trainer computes it; else it is added for the reader, from results of the tape."""

    @property
    def name(self) -> str:
        """Its symbol, with `LR` and `dLR2` for the loss and a gradient with penalties, beside those without."""
        last = self.operands[-1] if self.operands else ""
        if last == "R":
            return "LR"
        return f"dLR{last[2:]}" if last.startswith("dR") else self.symbol


@dataclass(frozen=True, eq=False)
class UpdateTrace:
    """One update taken apart."""

    update: int
    """Its number in the run, the first is 1."""
    epoch: int
    """The epoch it belongs to, the first is 1."""
    update_of_epoch: int
    """Its number in that epoch, the first is 1."""
    updates_per_epoch: int
    examples: Array
    """Rows of the training data that are in the batch (b,)."""
    parts: tuple[Part, ...]
    """The ledger, in the order of the update."""
    before: Mapping[str, Array]
    """Parameters and running statistics before the update."""
    after: Mapping[str, Array]
    """The same after it."""
    gradients: Mapping[str, Array]
    """∂L/∂ of each trainable parameter, penalties included."""
    slots_before: Mapping[str, Mapping[str, Array]]
    """State of the update rule before: slot → parameter → array."""
    slots_after: Mapping[str, Mapping[str, Array]]
    """The same after."""
    losses: Array
    """Data loss of each example (b,)."""
    loss: float
    """L of the batch, penalties included."""
    penalty: float
    """The share of the penalties."""
    learning_rate: float
    """η."""
    step: int
    """The update rule's own count of steps after it, Adam's t."""
    rule: str
    """Name of the update rule in `OPTIMIZERS`."""
    momentum: float
    """m of momentum and Nesterov."""
    alone: bool = False
    """Whether its one example was taken instead of the batch that the run has here."""

    def value(self, symbol: str) -> Array:
        """The value of the last part with this symbol.

        Raises:
            KeyError: If there is none.
        """
        for part in reversed(self.parts):
            if part.symbol == symbol:
                return part.value
        raise KeyError(symbol)

    def has(self, symbol: str) -> bool:
        """Whether there is a part with this symbol."""
        return any(part.symbol == symbol for part in self.parts)


def trace(trainer: Trainer) -> UpdateTrace:
    """Do the trainer's next update, operation by operation, and tell all of it.

    The trainer stands after the update then, exactly as if it had run it.
    """
    network, optimizer = trainer.network, trainer.optimizer
    tape, batch = trainer.tape(), trainer.next_batch()
    before = network.copy_parameters()
    slots_before = {name: network.parameters.views(slot.copy()) for name, slot in optimizer.slots.items()}
    epoch, position = trainer.epoch + 1, trainer.position
    recorded: list[Part] = []
    for operation in tape.operations:
        operation.run()
        if operation.symbol not in _UNSPOKEN and operation.formula != "kept for the loss":
            _record(recorded, operation)
    gradients = {name: view.copy() for name, view in network.gradients.items()}
    slots_after = {name: network.parameters.views(slot.copy()) for name, slot in optimizer.slots.items()}
    after = network.copy_parameters()
    with np.errstate(all="ignore"):
        losses = _losses(network, recorded, batch.Y)
        penalty = _penalty(network, before)
        loss = float(losses.mean()) + penalty
        parts = _with_reading_aids(network, recorded, batch, losses, penalty)
        parts += _penalty_parts(network, before, gradients)
    parts += _update_parts(network, optimizer.rule.formula, after)
    full_batch = trainer.settings.examples_per_update(trainer.n_examples)
    told = UpdateTrace(
        update=trainer.update + 1,
        epoch=epoch,
        update_of_epoch=-(-(position + len(batch.examples)) // full_batch),
        updates_per_epoch=trainer.updates_per_epoch,
        examples=batch.examples,
        parts=tuple(parts),
        before=before,
        after=after,
        gradients=gradients,
        slots_before=slots_before,
        slots_after=slots_after,
        losses=losses,
        loss=loss,
        penalty=penalty,
        learning_rate=float(optimizer.eta),
        step=int(optimizer.steps),
        rule=optimizer.rule.name,
        momentum=float(optimizer.m),
    )
    trainer.end_update()  # may go back to an earlier moment, where the run has diverged
    return told


def _record(parts: list[Part], operation: Operation) -> None:
    """Append an operation's result, or join it to that of the chunk before."""
    value = np.array(operation.result)
    fields = (operation.symbol, operation.formula, operation.operands, operation.phase, operation.layer)
    for i, part in enumerate(parts):
        if (part.symbol, part.formula, part.operands, part.phase, part.layer) == fields:
            summed = operation.symbol.startswith(_SUMMED)
            parts[i] = replace(part, value=part.value + value if summed else np.hstack([part.value, value]))
            return
    parts.append(Part(*fields, value))


def _losses(network: Network, parts: list[Part], Y: Array) -> Array:
    number = sum(isinstance(layer, Dense) for layer in network.layers)
    loss = LOSSES[network.loss]
    wanted = f"z{number}" if loss.joined_activation else f"a{number}"
    outputs = next(part.value for part in parts if part.symbol == wanted)
    return loss.per_example(Y.T, outputs.T)


def _penalty(network: Network, before: Mapping[str, Array]) -> float:
    total = 0.0
    for name, place in _trainable(network):
        layer = network.layers[place - 1]
        if name.startswith("W") and isinstance(layer, Dense):  # not 0 · Σw²: Σw² of a diverging run is infinite
            total += layer.l1 * float(np.abs(before[name]).sum()) if layer.l1 else 0.0
            total += layer.l2 * float(np.square(before[name]).sum()) if layer.l2 else 0.0
    return total


def _with_reading_aids(network: Network, parts: list[Part], batch: Batch, losses: Array, penalty: float) -> list[Part]:
    """The ledger from the batch to the last gradient: the tape's parts with what a reader wants between them."""
    loss, place = LOSSES[network.loss], len(network.layers)
    number = sum(isinstance(layer, Dense) for layer in network.layers)
    n, output = len(batch.examples), f"a{number}"
    given = [
        Part("x", "the batch", (), Phase.FORWARD, 0, batch.X, on_tape=False),
        Part("y", "its targets", (), Phase.FORWARD, 0, batch.Y, on_tape=False),
    ]
    total = float(losses.mean())
    judged = [
        Part("l", loss.formula.replace("ŷ", output), (output, "y"), Phase.LOSS, 0, losses, on_tape=False),
        Part("L", "l" if n == 1 else f"1/{n} Σ l", ("l",), Phase.LOSS, 0, np.array(total), on_tape=False),
    ]
    if network.penalties.active:
        judged += [
            Part("R", "l1 Σ|w| + l2 Σ w²", ("W",), Phase.LOSS, 0, np.array(penalty), on_tape=False),
            Part("L", "L + R", ("L", "R"), Phase.LOSS, 0, np.array(total + penalty), on_tape=False),
        ]
    forward = [part for part in parts if part.phase is Phase.FORWARD]
    backward = [part for part in parts if part.phase is not Phase.FORWARD]
    cancelling = _cancelling(network, parts, batch.Y, place, number) if loss.joined_activation else []
    return [*given, *forward, *judged, *cancelling, *_with_derivatives(network, parts, backward)]


def _cancelling(network: Network, parts: list[Part], Y: Array, place: int, number: int) -> list[Part]:
    """∂L/∂ŷ and ∂ŷ/∂z of a joined loss, whose product cancels to ŷ − y."""
    loss = LOSSES[network.loss]
    y_hat = next(part.value for part in parts if part.symbol == f"a{number}")
    z = next(part.value for part in parts if part.symbol == f"z{number}")
    a, factor = f"a{number}", loss.factor(Y.shape[1], Y.shape[0])
    average = f"1/{Y.shape[1]} · " if Y.shape[1] > 1 else ""
    slope = factor * loss.output_gradient(Y, y_hat)
    formula = average + loss.output_gradient_formula.replace("ŷ", a)
    da = Part(f"da{number}", formula, (a, "y"), Phase.BACKWARD, place, slope, on_tape=False)
    return [da, _derivative(str(loss.joined_activation), z, number, place)]


def _with_derivatives(network: Network, parts: list[Part], backward: list[Part]) -> list[Part]:
    """Put ∂a/∂z before each ∂L/∂z where the tape needs none: 1 of a linear layer, the Jacobian of a softmax."""
    aided: list[Part] = []
    for part in backward:
        layer = network.layers[part.layer - 1] if part.layer else None
        if part.symbol.startswith("dz") and isinstance(layer, Dense) and f"da{part.symbol[2:]}" in part.operands:
            number = int(part.symbol[2:])
            if layer.activation == "linear" or isinstance(ACTIVATIONS[layer.activation], Softmax):
                z = next(other.value for other in parts if other.symbol == f"z{number}")
                aided.append(_derivative(layer.activation, z, number, part.layer))
        aided.append(part)
    return aided


def _derivative(activation: str, z: Array, number: int, place: int) -> Part:
    """∂a/∂z of a layer: g′(z), or for softmax a Jacobian for each example."""
    g = ACTIVATIONS[activation]
    value = np.stack([g.jacobian(column) for column in z.T]) if isinstance(g, Softmax) else g.g_prime(z)
    operands = (f"z{number}", f"a{number}")
    return Part(f"g_prime{number}", g.formula_prime, operands, Phase.BACKWARD, place, value, on_tape=False)


def _penalty_parts(network: Network, before: Mapping[str, Array], gradients: Mapping[str, Array]) -> list[Part]:
    """What the penalties add to ∂L/∂W, and the sum, for each dense layer that has one."""
    parts: list[Part] = []
    for name, place in _trainable(network):
        layer = network.layers[place - 1]
        if name.startswith("W") and isinstance(layer, Dense) and _penalised(layer):
            slope = np.sign(before[name]) * before[name].dtype.type(layer.l1)
            slope += before[name] * before[name].dtype.type(2.0 * layer.l2)
            shares = ((layer.l1, f"{layer.l1:g} sign({name})"), (layer.l2, f"2 · {layer.l2:g} {name}"))
            formula = " + ".join(share for factor, share in shares if factor)
            dR, dW = f"dR{name[1:]}", f"d{name}"
            parts.append(Part(dR, formula, (name,), Phase.BACKWARD, place, slope, on_tape=False))
            parts.append(Part(dW, f"{dW} + {dR}", (dW, dR), Phase.BACKWARD, place, gradients[name].copy()))
    return parts


def _update_parts(network: Network, rule: str, after: Mapping[str, Array]) -> list[Part]:
    penalised = {layer for layer, spec in enumerate(network.layers, 1) if isinstance(spec, Dense) and _penalised(spec)}
    return [
        Part(
            f"{name}_new",
            _spelled(rule, name, penalised=place in penalised),
            (name, f"d{name}"),
            Phase.UPDATE,
            place,
            after[name],
        )
        for name, place in _trainable(network)
    ]


def _trainable(network: Network) -> list[tuple[str, int]]:
    """Name and layer of every parameter that gradient descent changes."""
    return [(parameter.name, parameter.layer) for parameter in network.layout if parameter.trainable]


def _penalised(layer: Dense) -> bool:
    return bool(layer.l1 or layer.l2)


def _spelled(rule: str, name: str, *, penalised: bool) -> str:
    """An update rule written for one parameter."""
    gradient = f"dLR{name[1:]}" if penalised and name.startswith("W") else f"d{name}"
    return re.sub(r"\bg", gradient, rule).replace("θ", name)
