"""One update, operation by operation: every result of the tape, with additions for the reader.

`trace` runs the trainer's next update operation by operation, on the trainer's own arrays, and copies each result as
it appears.  What the tape does not need but a reader does (the losses of the examples, ∂L/∂ŷ where a cross-entropy is
joined with its activation) is evaluated from its expression and marked as such.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from tui_ann.engine.calculus import Value, evaluate
from tui_ann.engine.expression import is_per_example
from tui_ann.engine.inspect.noise import Noise, is_dust, noise_of, without_dust
from tui_ann.engine.inspect.part import LOSSES_SYMBOL, Part
from tui_ann.engine.inspect.reading_aids import losses_of, penalty_of, penalty_parts, update_parts, with_reading_aids
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import UpdateRule
from tui_ann.engine.tape import Array, Operation
from tui_ann.engine.trainer import Trainer
from tui_ann.text.symbols import Role, Symbol, last_named


@dataclass(frozen=True, eq=False)
class UpdateTrace:
    """One update, operation by operation."""

    network: Network
    """The network that it was computed with, for its layers and its loss; its parameters may have changed since."""
    update: int
    """Its number in the run, counted from 1."""
    epoch: int
    """Its epoch, counted from 1."""
    update_of_epoch: int
    """Its number in that epoch, counted from 1."""
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
    """The contribution of the penalties."""
    learning_rate: float
    """η."""
    step: int
    """The update rule's own count of steps after it, Adam's t."""
    rule: UpdateRule
    """The update rule."""
    momentum: float
    """m of momentum and Nesterov."""
    alone: bool = False
    """Whether it uses one example instead of the run's batch."""
    row: str = ""
    """What that example is called, if it is none of the training rows."""
    noises: Mapping[Symbol, Noise] = field(default_factory=dict)
    """How much of the parameters and the state before the update may be the rounding of the updates before it."""

    def part(self, symbol: Symbol | str) -> Part:
        """The last part with this symbol.

        Raises:
            KeyError: If there is none.
        """
        return last_named(self.parts, symbol)

    def value(self, symbol: Symbol | str) -> Array:
        """The value of the last part with this symbol.

        Raises:
            KeyError: If there is none.
        """
        return self.part(symbol).value

    def has(self, symbol: Symbol | str) -> bool:
        """Whether there is a part with this symbol."""
        meant = Symbol.parse(symbol) if isinstance(symbol, str) else symbol
        return any(part.symbol == meant for part in self.parts)

    def operands(self, index: int) -> dict[Symbol, Value]:
        """The arrays for evaluating the expression of a part, as `engine.calculus.evaluate` takes them.

        Args:
            index: Its index among the parts; a symbol means its last value before that part.
        """
        made = {symbol: as_operand(part.symbol, part.value) for symbol, part in self._earlier(index).items()}
        return self._operands(index, {**self.given, **made})

    def clean_operands(self, index: int) -> dict[Symbol, Value]:
        """The same for display: with 0 instead of what is only rounding."""
        made = {symbol: as_operand(part.symbol, part.clean) for symbol, part in self._earlier(index).items()}
        return self._operands(index, {**self.clean_given, **made})

    def _earlier(self, index: int) -> dict[Symbol, Part]:
        """The parts before a part that its expression means, by the symbols in it."""
        earlier = self.parts[:index]
        meant = {part.name: part for part in earlier} | {part.symbol: part for part in earlier}
        return {symbol: meant[symbol] for symbol in self.parts[index].operands if symbol in meant}

    def _operands(self, index: int, arrays: Mapping[Symbol, Array]) -> dict[Symbol, Value]:
        values: Mapping[Symbol, Value] = {**self.settings, **arrays}
        return {symbol: values[symbol] for symbol in self.parts[index].operands}

    def clean_before(self, name: str) -> Array:
        """A parameter or running statistic before the update, for display."""
        return without_dust(self.before[name], self.noises.get(Symbol.parse(name), 0.0))

    @cached_property
    def clean_given(self) -> dict[Symbol, Array]:
        """`given` for display."""
        return {symbol: without_dust(value, self.noises.get(symbol, 0.0)) for symbol, value in self.given.items()}

    @cached_property
    def settings(self) -> dict[Symbol, float]:
        """The scalars in the formulas of the update: η, m, Adam's t and η_t."""
        settings = {Symbol("eta"): self.learning_rate, Symbol("m"): self.momentum, Symbol("t"): float(self.step)}
        if self.rule.step_size is not None:
            settings[Symbol("eta_t")] = float(evaluate(self.rule.step_size, settings))
        return settings

    @cached_property
    def given(self) -> dict[Symbol, Array]:
        """Parameters, running statistics and the state of the update rule before the update, as operands."""
        values = {Symbol.parse(name): values for name, values in self.before.items()}
        for slot in self.rule.slots:
            for name, state in self.slots_before[slot.name].items():
                values[Symbol.parse(name).of_rule(slot.letter)] = state
        return {symbol: as_operand(symbol, value) for symbol, value in values.items()}


def as_operand(symbol: Symbol, value: Array) -> Array:
    """A value as an operand: one number per unit as a column, one number per example as a row."""
    if value.ndim == 1:
        return value[None] if symbol == LOSSES_SYMBOL else value[:, None]
    return value


def trace(trainer: Trainer) -> UpdateTrace:
    """Do the trainer's next update, operation by operation, and record all of it.

    Afterwards the trainer is in exactly the state after running the update.
    """
    network, optimizer = trainer.network, trainer.optimizer
    tape, batch = trainer.tape(), trainer.next_batch()
    before = network.copy_parameters()
    slots_before = {name: network.parameters.views(slot.copy()) for name, slot in optimizer.slots.items()}
    epoch, position = trainer.epoch + 1, trainer.position
    recorded: list[Part] = []
    for operation in tape.operations:
        operation.run()
        if operation.title:
            _record(recorded, operation)
    gradients = {name: view.copy() for name, view in network.gradients.items()}
    slots_after = {name: network.parameters.views(slot.copy()) for name, slot in optimizer.slots.items()}
    after = network.copy_parameters()
    with np.errstate(all="ignore"):
        losses = losses_of(network, recorded, batch.Y)
        penalty = penalty_of(network, before)
        loss = float(losses.mean()) + penalty
        parts = with_reading_aids(network, recorded, batch, losses, penalty)
        parts += penalty_parts(network, before, gradients)
    parts += update_parts(network, optimizer.rule, after, slots_after)
    full_batch = trainer.settings.examples_per_update(trainer.n_examples)
    told = UpdateTrace(
        network=network,
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
        rule=optimizer.rule,
        momentum=float(optimizer.m),
    )
    trainer.end_update()  # may go back to an earlier state if the run has diverged
    return _with_noise(told)


def _with_noise(told: UpdateTrace) -> UpdateTrace:
    """The same with the noise of every part that has dust, and of what was given, if updates before left some."""
    given, before = told.given, told.update - 1
    new = [
        index
        for index, part in enumerate(told.parts)
        if before and part.symbol.new and replace(part.symbol, new=False) in given
    ]
    parts, known = _with_noise_of_parts(told, {symbol for index in new for symbol in told.parts[index].operands})
    noises: dict[Symbol, Noise] = {}
    for index in new:
        part, old = told.parts[index], replace(told.parts[index].symbol, new=False)
        # A parameter adds up the rounding of every update; the state of a rule forgets it.
        left = noise_of(part.expression, told.operands(index), known) * (1 if old.state else before)
        if (mask := is_dust(given[old], left)).any():
            noises[old] = np.where(mask, left, 0.0)
    if noises:
        told = replace(told, noises=noises)
        parts, _ = _with_noise_of_parts(told, set())
    return replace(told, parts=parts)


def _with_noise_of_parts(told: UpdateTrace, wanted: Set[Symbol]) -> tuple[tuple[Part, ...], dict[Symbol, Noise]]:
    """The parts with the noise of those that have dust, and that of each wanted symbol, of exact zeros too."""
    noises: dict[Symbol, Noise] = dict(told.noises)
    parts: list[Part] = []
    known: dict[Symbol, Noise] = {}
    for index, part in enumerate(told.parts):
        noise = noise_of(part.expression, told.operands(index), noises)
        mask = is_dust(part.value, noise)
        has_dust = bool(mask.any())
        parts.append(replace(part, noise=noise) if has_dust else part)
        names = {part.symbol, part.name}
        level = _level(noise, part)
        noises |= dict.fromkeys(names, as_operand(part.symbol, np.where(mask, level, 0.0)) if has_dust else 0.0)
        if names & wanted:
            known |= dict.fromkeys(names, as_operand(part.symbol, level))
    return tuple(parts), known


def _level(noise: Noise, part: Part) -> Array:
    """The noise of a part, in the shape of its value."""
    level = np.asarray(noise, float)
    return (
        level.reshape(part.value.shape) if level.size == part.value.size else np.broadcast_to(level, part.value.shape)
    )


def _record(parts: list[Part], operation: Operation) -> None:
    """Append an operation's result, or join it to that of the chunk before."""
    value = np.array(operation.result)
    fields = (operation.symbol, operation.expression, operation.phase, operation.layer)
    for i, part in enumerate(parts):
        if (part.symbol, part.expression, part.phase, part.layer) == fields:
            parts[i] = replace(part, value=part.value + value if _is_summed(part) else np.hstack([part.value, value]))
            return
    parts.append(Part(*fields, value, operation.title, tangents=operation.tangents, safe=operation.safe))


def _is_summed(part: Part) -> bool:
    """Whether it is the sum over the chunks of a large batch; everything else has a column for each example."""
    return part.symbol.role is Role.GRADIENT and not is_per_example(part.symbol)
