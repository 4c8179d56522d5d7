"""Additions to a tape for the reader: the losses, the penalties, and ∂a/∂z where the tape does not compute it.

Every part here has an expression, which gives its value.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from tui_ann.engine.calculus import evaluate
from tui_ann.engine.epoch_cursor import Batch
from tui_ann.engine.expression import Constant, Expression, expression, substituted
from tui_ann.engine.functions import Function, Given, Total, over_examples
from tui_ann.engine.inspect.part import LOSS_SYMBOL, LOSSES_SYMBOL, PENALTY_SYMBOL, Part
from tui_ann.engine.layers import Dense, numbered
from tui_ann.engine.losses import LOSSES, averaged
from tui_ann.engine.network import Network
from tui_ann.engine.notation import Axis
from tui_ann.engine.optimizers import THETA, G, UpdateRule
from tui_ann.engine.parameter_layout import Parameter
from tui_ann.engine.tape import Array, Phase, quantity
from tui_ann.text.symbols import Symbol


def losses_of(network: Network, parts: list[Part], Y: Array) -> Array:
    """Data loss of each example (b,), of targets (k, b), from the numerically stable form of the loss."""
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


def _shares(parameter: Parameter, layer: Dense) -> list[Expression]:
    """λ₁ Σ|w| and λ₂ Σw², as far as present."""
    W = expression(parameter.symbol)
    shares: list[tuple[Constant, Expression]] = [
        (Constant(Symbol("lambda_1"), layer.l1, literal=True), Function("abs", (W,))),
        (Constant(Symbol("lambda_2"), layer.l2, literal=True), W**2),
    ]
    return [factor * Total(term, Axis.ENTRIES) for factor, term in shares if factor.value]


def penalty_of(network: Network, before: Mapping[str, Array]) -> float:
    """Σ λ₁|w| + λ₂w² of the parameters before the update."""
    total = 0.0
    for parameter, layer in penalized(network):
        values = {parameter.symbol: before[parameter.name]}
        # Term by term: Σw² of a diverging run is infinite, and must not be multiplied by 0.
        total += sum(np.asarray(evaluate(term, values)).item() for term in _shares(parameter, layer))
    return total


def with_reading_aids(network: Network, parts: list[Part], batch: Batch, losses: Array, penalty: float) -> list[Part]:
    """The ledger from the batch to the last gradient: the tape's parts, with additions for the reader."""
    loss, n, output = LOSSES[network.loss], len(batch.examples), output_symbol(network)
    given = [
        Part(Symbol("x"), Given("the batch"), Phase.FORWARD, 0, batch.X, "The batch", on_tape=False),
        Part(Symbol("y"), Given("its targets"), Phase.FORWARD, 0, batch.Y, "Its targets", on_tape=False),
    ]
    value = loss.value(expression(output), quantity("y"), network.outputs)
    safe = loss.safe_value(quantity("z", output.number), quantity("y"), network.outputs)
    each = "Loss of each example" if n > 1 else "Loss of the example"
    total = float(losses.mean())
    average: Expression = expression(LOSSES_SYMBOL) if n == 1 else averaged(over_examples(expression(LOSSES_SYMBOL)), n)
    title = "Loss of the batch" if n == 1 else "Loss of the batch, the average"
    judged = [
        Part(LOSSES_SYMBOL, value, Phase.LOSS, 0, losses, f"{each}, {loss.label}", on_tape=False, safe=safe),
        Part(LOSS_SYMBOL, average, Phase.LOSS, 0, np.array(total), title, on_tape=False),
    ]
    if network.penalties.active:
        terms = [term for parameter, layer in penalized(network) for term in _shares(parameter, layer)]
        shares, summed = terms[0], expression(LOSS_SYMBOL) + expression(PENALTY_SYMBOL)
        for term in terms[1:]:
            shares = shares + term
        judged += [
            Part(PENALTY_SYMBOL, shares, Phase.LOSS, 0, np.array(penalty), "Penalties on the weights", on_tape=False),
            Part(
                LOSS_SYMBOL, summed, Phase.LOSS, 0, np.array(total + penalty), "Loss with its penalties", on_tape=False
            ),
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
    """Insert the ∂a/∂z that the tape does not compute: 1 of a linear layer, the Jacobian of a softmax."""
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


def penalty_parts(network: Network, before: Mapping[str, Array], gradients: Mapping[str, Array]) -> list[Part]:
    """The contribution of the penalties to ∂L/∂W, and the sum, for each dense layer with a penalty."""
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


def update_parts(
    network: Network, rule: UpdateRule, after: Mapping[str, Array], slots: Mapping[str, Mapping[str, Array]]
) -> list[Part]:
    """The new value of each parameter, and the rule's state for it."""
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
