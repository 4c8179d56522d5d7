"""An update taken apart: every operation of the tape with its number, and what a reader wants between them.

`trace` runs the trainer's next update operation by operation, on the trainer's own arrays, and copies each result as
it appears.  What the tape does not need but a reader does (the losses of the examples, ∂L/∂ŷ where a cross-entropy is
joined with its activation) is evaluated from its expression and marked as such.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from tui_ann.engine.calculus import Value, evaluate
from tui_ann.engine.epoch_cursor import Batch
from tui_ann.engine.expression import (
    Constant,
    Expression,
    Function,
    Given,
    Total,
    expression,
    is_per_example,
    over_examples,
    substituted,
)
from tui_ann.engine.layers import Dense, numbered
from tui_ann.engine.losses import LOSSES, averaged
from tui_ann.engine.network import Network
from tui_ann.engine.notation import Axis
from tui_ann.engine.optimizers import THETA, G, UpdateRule
from tui_ann.engine.parameter_layout import Parameter
from tui_ann.engine.tape import Array, Operation, Phase, quantity
from tui_ann.engine.trainer import Trainer
from tui_ann.text.symbols import Role, Symbol

_LOSSES, _LOSS, _PENALTY = Symbol("l"), Symbol("L"), Symbol("R")


@dataclass(frozen=True, eq=False)
class Part:
    """One row of the ledger of an update."""

    symbol: Symbol
    """What it is: `x`, `z1`, `a1`, `l`, `L`, `da2`, `g_prime2`, `dz2`, `dW2`, `W2_new` …"""
    expression: Expression
    """What it is made from, and how."""
    phase: Phase
    """Forward, loss, backward or update."""
    layer: int
    """Place of its layer in the list, the first is 1; 0 for the whole network."""
    value: Array
    """Its numbers: (units, examples), (neurons, inputs), (units,), 0-d, or Jacobians (examples, units, units)."""
    title: str
    """What it is, in words."""
    on_tape: bool = True
    """Whether the trainer computes it; else it is added for the reader, from results of the tape."""
    tangents: Mapping[Symbol, Expression] = field(default_factory=dict)
    """How it changes with an operand; see `Operation.tangents`."""
    safe: Expression | None = None
    """The same without overflow; see `Operation.safe`."""

    @property
    def formula(self) -> str:
        """How it comes about, in symbols."""
        return str(self.expression)

    @property
    def operands(self) -> tuple[Symbol, ...]:
        """Symbols of what it is made from."""
        return self.expression.symbols

    @property
    def with_penalty(self) -> bool:
        """Whether it is the sum of a loss or a gradient and its penalty, and so has the symbol of another part."""
        return any(s.role is Role.PENALTY_GRADIENT or s == _PENALTY for s in self.operands)

    @property
    def name(self) -> Symbol:
        """Its symbol, with `LR` and `dLR2` for the loss and a gradient with penalties, unlike those without."""
        if not self.with_penalty:
            return self.symbol
        return Symbol("LR") if self.symbol == _LOSS else self.symbol.value.total_gradient


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
    rule: UpdateRule
    """The update rule."""
    momentum: float
    """m of momentum and Nesterov."""
    alone: bool = False
    """Whether its one example was taken instead of the batch that the run has here."""

    def part(self, symbol: Symbol | str) -> Part:
        """The last part with this symbol.

        Raises:
            KeyError: If there is none.
        """
        meant = Symbol.parse(symbol) if isinstance(symbol, str) else symbol
        for part in reversed(self.parts):
            if part.symbol == meant:
                return part
        raise KeyError(str(symbol))

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
        """The arrays that the expression of a part is evaluated with, as `engine.calculus.evaluate` takes them.

        Args:
            index: Its place among the parts; a symbol means its last value before that.
        """
        values: dict[Symbol, Value] = {**self.settings, **self.given}
        values |= {part.name: as_operand(part.symbol, part.value) for part in self.parts[:index]}
        values |= {part.symbol: as_operand(part.symbol, part.value) for part in self.parts[:index]}
        return {symbol: values[symbol] for symbol in self.parts[index].operands}

    @property
    def settings(self) -> dict[Symbol, float]:
        """The single numbers that formulas of the update name: η, m, Adam's t and η_t."""
        settings = {Symbol("eta"): self.learning_rate, Symbol("m"): self.momentum, Symbol("t"): float(self.step)}
        if self.rule.step_size is not None:
            settings[Symbol("eta_t")] = float(evaluate(self.rule.step_size, settings))
        return settings

    @property
    def given(self) -> dict[Symbol, Array]:
        """Parameters, running statistics and what the update rule remembers, before the update, as operands."""
        values = {Symbol.parse(name): values for name, values in self.before.items()}
        for slot in self.rule.slots:
            for name, state in self.slots_before[slot.name].items():
                values[Symbol.parse(name).of_rule(slot.letter)] = state
        return {symbol: as_operand(symbol, value) for symbol, value in values.items()}


def as_operand(symbol: Symbol, value: Array) -> Array:
    """A value as expressions take it: one number a unit as a column, one number an example as a row."""
    if value.ndim == 1:
        return value[None] if symbol == _LOSSES else value[:, None]
    return value


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
        if operation.title:
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
    parts += _update_parts(network, optimizer.rule, after, slots_after)
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
        rule=optimizer.rule,
        momentum=float(optimizer.m),
    )
    trainer.end_update()  # may go back to an earlier moment, where the run has diverged
    return told


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
    """Whether the chunks of a large batch add up to it; all else has a column for each example."""
    return part.symbol.role is Role.GRADIENT and not is_per_example(part.symbol)


def _losses(network: Network, parts: list[Part], Y: Array) -> Array:
    loss = LOSSES[network.loss]
    output = output_symbol(network)
    wanted = Symbol("z", output.number) if loss.joined_activation else output
    outputs = next(part.value for part in parts if part.symbol == wanted)
    return loss.per_example(Y.T, outputs.T)


def output_symbol(network: Network) -> Symbol:
    """The symbol of the outputs ŷ: the a of the last layer."""
    *_, (_, layer, number) = numbered(network.layers)
    return layer.output(number)


def penalized(network: Network) -> Iterator[tuple[Parameter, Dense]]:
    """The weights that have a penalty, with their layers."""
    for parameter in network.layout:
        layer = network.layers[parameter.layer - 1]
        if parameter.symbol.kind == "W" and isinstance(layer, Dense) and layer.is_penalized:
            yield parameter, layer


def _penalty_of(parameter: Parameter, layer: Dense) -> list[Expression]:
    """λ₁ Σ|w| and λ₂ Σw², those there are."""
    W = expression(parameter.symbol)
    shares: list[tuple[Constant, Expression]] = [
        (Constant(Symbol("lambda_1"), layer.l1, literal=True), Function("abs", (W,))),
        (Constant(Symbol("lambda_2"), layer.l2, literal=True), W**2),
    ]
    return [factor * Total(term, Axis.ENTRIES) for factor, term in shares if factor.value]


def _penalty(network: Network, before: Mapping[str, Array]) -> float:
    total = 0.0
    for parameter, layer in penalized(network):
        values = {parameter.symbol: before[parameter.name]}
        # Term by term: Σw² of a diverging run is infinite, and must not meet a factor of 0.
        total += sum(np.asarray(evaluate(term, values)).item() for term in _penalty_of(parameter, layer))
    return total


def _with_reading_aids(network: Network, parts: list[Part], batch: Batch, losses: Array, penalty: float) -> list[Part]:
    """The ledger from the batch to the last gradient: the tape's parts with what a reader wants between them."""
    loss, n, output = LOSSES[network.loss], len(batch.examples), output_symbol(network)
    given = [
        Part(Symbol("x"), Given("the batch"), Phase.FORWARD, 0, batch.X, "The batch", on_tape=False),
        Part(Symbol("y"), Given("its targets"), Phase.FORWARD, 0, batch.Y, "Its targets", on_tape=False),
    ]
    value = loss.value(expression(output), quantity("y"), network.outputs)
    safe = loss.safe_value(quantity("z", output.number), quantity("y"), network.outputs)
    each = "Loss of each example" if n > 1 else "Loss of the example"
    total = float(losses.mean())
    average: Expression = expression(_LOSSES) if n == 1 else averaged(over_examples(expression(_LOSSES)), n)
    title = "Loss of the batch" if n == 1 else "Loss of the batch, the average"
    judged = [
        Part(_LOSSES, value, Phase.LOSS, 0, losses, f"{each}, {loss.label}", on_tape=False, safe=safe),
        Part(_LOSS, average, Phase.LOSS, 0, np.array(total), title, on_tape=False),
    ]
    if network.penalties.active:
        terms = [term for parameter, layer in penalized(network) for term in _penalty_of(parameter, layer)]
        shares, summed = terms[0], expression(_LOSS) + expression(_PENALTY)
        for term in terms[1:]:
            shares = shares + term
        judged += [
            Part(_PENALTY, shares, Phase.LOSS, 0, np.array(penalty), "Penalties on the weights", on_tape=False),
            Part(_LOSS, summed, Phase.LOSS, 0, np.array(total + penalty), "Loss with its penalties", on_tape=False),
        ]
    forward = [part for part in parts if part.phase is Phase.FORWARD]
    backward = [part for part in parts if part.phase is not Phase.FORWARD]
    cancelling = _cancelling(network, parts, batch.Y) if loss.joined_activation else []
    return [*given, *forward, *judged, *cancelling, *_with_derivatives(network, parts, backward)]


def _cancelling(network: Network, parts: list[Part], Y: Array) -> list[Part]:
    """∂L/∂ŷ and ∂ŷ/∂z of a joined loss, whose product cancels to ŷ − y."""
    loss, output = LOSSES[network.loss], output_symbol(network)
    slope = averaged(loss.slope(expression(output), quantity("y"), network.outputs), Y.shape[1])
    y_hat = next(part.value for part in parts if part.symbol == output)
    value = np.asarray(evaluate(slope, {output: y_hat, Symbol("y"): Y}))
    title = "How the loss changes with the output"
    da = Part(output.gradient, slope, Phase.BACKWARD, len(network.layers), value, title, on_tape=False)
    return [da, _derivative(network, parts, output)]


def _with_derivatives(network: Network, parts: list[Part], backward: list[Part]) -> list[Part]:
    """Put ∂a/∂z before each ∂L/∂z where the tape needs none: 1 of a linear layer, the Jacobian of a softmax."""
    told = {part.symbol for part in backward}
    aided: list[Part] = []
    for part in backward:
        a = Symbol("a", part.symbol.number)
        is_dz = part.symbol == Symbol("z", part.symbol.number).gradient
        if is_dz and a.gradient in part.operands and a.derivative not in told:
            aided.append(_derivative(network, parts, a))
        aided.append(part)
    return aided


def _derivative(network: Network, parts: list[Part], a: Symbol) -> Part:
    """∂a/∂z of a layer: g′(z), or for softmax a Jacobian for each example."""
    place, layer = next(
        (place, layer)
        for place, layer, number in numbered(network.layers)
        if isinstance(layer, Dense) and number == a.number
    )
    z = Symbol("z", a.number)
    values = {part.symbol: part.value for part in parts if part.symbol in (z, a)}
    alpha = Constant(Symbol("alpha"), layer.g.alpha(layer.alpha), literal=True)
    slope = layer.g.derivative(expression(z), expression(a), alpha)
    value = np.asarray(evaluate(slope, values), values[z].dtype)
    if value.ndim == 0:
        value = np.full_like(values[z], value)
    title = f"Slope of the activation of dense layer {a.number}"
    title += "" if layer.g.elementwise else ", the Jacobian"
    return Part(a.derivative, slope, Phase.BACKWARD, place, value, title, on_tape=False)


def _penalty_parts(network: Network, before: Mapping[str, Array], gradients: Mapping[str, Array]) -> list[Part]:
    """What the penalties add to ∂L/∂W, and the sum, for each dense layer that has one."""
    parts: list[Part] = []
    for parameter, layer in penalized(network):
        symbol, W = parameter.symbol, expression(parameter.symbol)
        shares = [
            (layer.l1, Constant(Symbol("lambda_1"), layer.l1, literal=True) * Function("sign", (W,))),
            (layer.l2, 2 * Constant(Symbol("lambda_2"), layer.l2, literal=True) * W),
        ]
        terms = [term for factor, term in shares if factor]
        slope: Expression = terms[0] if len(terms) == 1 else terms[0] + terms[1]
        value = np.asarray(evaluate(slope, {symbol: before[parameter.name]}))
        name = f"weights of dense layer {symbol.number}"
        dR, dW = expression(symbol.penalty_gradient), expression(symbol.gradient)
        phase, place = Phase.BACKWARD, parameter.layer
        title = f"Gradient of the penalty on the {name}"
        parts.append(Part(symbol.penalty_gradient, slope, phase, place, value, title, on_tape=False))
        title = f"Gradient of the {name} with its penalty"
        parts.append(Part(symbol.gradient, dW + dR, phase, place, gradients[parameter.name].copy(), title))
    return parts


def _update_parts(
    network: Network, rule: UpdateRule, after: Mapping[str, Array], slots: Mapping[str, Mapping[str, Array]]
) -> list[Part]:
    """The new value of each parameter, and what the rule remembers of it."""
    with_penalty = {parameter.name for parameter, _ in penalized(network)}
    parts: list[Part] = []
    for parameter in network.layout:
        if not parameter.trainable:
            continue
        symbol = parameter.symbol
        gradient = symbol.total_gradient if parameter.name in with_penalty else symbol.gradient
        meant = {THETA.symbols[0]: expression(symbol), G.symbols[0]: expression(gradient)}
        for slot in rule.slots:
            state = symbol.of_rule(slot.letter)
            meant |= {slot.old.symbols[0]: expression(state), slot.after.symbols[0]: expression(state.after)}
        for slot in rule.slots:
            state, title = symbol.of_rule(slot.letter).after, f"{slot.title} for the {parameter.title}"
            value = substituted(slot.new, meant)
            parts.append(Part(state, value, Phase.UPDATE, parameter.layer, slots[slot.name][parameter.name], title))
        value = substituted(rule.new, meant)
        parts.append(
            Part(symbol.after, value, Phase.UPDATE, parameter.layer, after[parameter.name], f"New {parameter.title}")
        )
    return parts
