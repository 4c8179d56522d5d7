"""One weight under the microscope: its gradient as the product of the chain rule, factor by factor.

The chain of a weight w in layer l is ∂L/∂w = ∂L/∂a^[L] · ∂a^[L]/∂z^[L] · ∂z^[L]/∂a^[L−1] · … · ∂z^[l]/∂w (lecture,
"Backpropagation and gradient descent for a single neuron", "One hidden layer network").  It is multiplied out from the
right: the change of one number of a parameter is propagated forwards to the output and multiplied by ∂L/∂a^[L].  The
tape goes the other way, so this is an independent check.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.expression import Expression, expression
from tui_ann.engine.inspect.chain import Chain, Link, LinkAction
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.reading_aids import output_symbol
from tui_ann.engine.inspect.trace import UpdateTrace, as_operand
from tui_ann.engine.network import Network
from tui_ann.engine.parameter_layout import Parameter
from tui_ann.text.symbols import Symbol

MOST_PATHS = 256
"""With more single paths than this from a weight to the outputs, paths are not listed."""
MOST_NUMBERS = 1 << 20
"""A factor is not expanded to matrices with more numbers than this."""


@dataclass(frozen=True, eq=False)
class Factor:
    """One factor of the chain."""

    top: Symbol
    """The numerator: L, `a2`, `z2` …"""
    bottom: Symbol
    """The denominator: `a2`, `z2`, `a1`, at the end the parameter."""
    expression: Expression
    """Its symbol: `g_prime2`, `W2`, `r1`."""
    matrices: Array | None
    """The factor for each example (b, rows, columns); None if the examples of a batch affect each other, or if it would
    be too large."""
    so_far: Array
    """The product of this factor and all to its right (rows, b)."""
    between: tuple[Symbol, ...] = ()
    """Quantities between bottom and top; if any, `expression` is the whole change of `top`."""
    mixes_examples: bool = False
    """Whether the examples of a batch affect each other in it."""

    @property
    def symbol(self) -> str:
        """`∂L/∂a2`, `∂a2/∂z2`, `∂z2/∂a1` … with plain letters and numbers."""
        return f"∂{self.top}/∂{self.bottom}"

    @property
    def formula(self) -> str:
        """Its description in one line."""
        return str(self.expression)


@dataclass(frozen=True)
class Path:
    """One path from a number of a parameter to an output, for one example."""

    symbols: tuple[Symbol, ...]
    """The quantities on the path: `z1`, `z2`."""
    units: tuple[int, ...]
    """The unit in each, from that of the parameter to the output, counted from 0."""
    factors: tuple[float, ...]
    """∂z/∂w, then alternately ∂a/∂z (and mask) and the weight to the next neuron, last ∂L/∂z of the output."""
    value: float
    """Their product: this path's share of the example's term."""


@dataclass(frozen=True, eq=False)
class Microscope:
    """The gradient of one number of the network, factor by factor."""

    name: str
    """Its parameter: `W1`."""
    index: tuple[int, ...]
    """Its index, counted from 0: (neuron, input) or (neuron,)."""
    factors: tuple[Factor, ...]
    """The chain from ∂L/∂a of the output (left) to ∂z/∂w (right)."""
    per_example: Array
    """The product for each example, 1/n included (b,); their sum is the gradient of the data loss."""
    penalty: float
    """The contribution of the penalties."""
    gradient: float
    """The engine's ∂L/∂w, penalties included."""

    @property
    def product(self) -> float:
        """The chain multiplied out and summed over the batch, penalties included."""
        return float(self.per_example.sum()) + self.penalty

    @property
    def mixes_examples(self) -> bool:
        """Whether the examples of the batch affect each other anywhere in the chain."""
        return any(factor.mixes_examples for factor in self.factors)


def microscope(network: Network, trace: UpdateTrace, name: str, index: tuple[int, ...]) -> Microscope:
    """Divide ∂L/∂w of one number of a trainable parameter into the factors of the chain rule.

    Args:
        network: The network that was traced.
        trace: The update.
        name: A trainable parameter: `W1`, `b2`, `alpha1`, `gamma1`, `beta1`.
        index: Its index, counted from 0.

    Raises:
        KeyError: If there is no such parameter.
        IndexError: If it has no such index.
    """
    parameter = _parameter(network, name)
    change = _one_hot(trace, parameter, index)
    chain = Chain(trace, parameter.symbol, output_symbol(network))
    factors: list[Factor] = []
    for link in chain.links:
        change = chain.carried(link, change)
        matrices = chain.matrices(link, MOST_NUMBERS) if factors else change.T[:, :, None]
        what = _factor(trace, link)
        factors.append(Factor(link.top, link.bottom, what, matrices, change, link.between, link.mixes_examples))
    last = chain.links[-1]
    loss, terms = _outermost(trace, last.top, change)
    if not np.isfinite(terms).all() and len(factors) > 1 and _is_joined(trace, last):
        factors.pop()  # ŷ has reached 0 or 1, where ∂L/∂ŷ and ∂ŷ/∂z exist only together
        loss, terms = _outermost(trace, last.bottom, factors[-1].so_far)
    dR = parameter.symbol.penalty_gradient
    penalty = float(trace.value(dR)[index]) if trace.has(dR) else 0.0
    gradient = float(trace.gradients[name][index])
    return Microscope(name, index, (loss, *reversed(factors)), terms, penalty, gradient)


def _parameter(network: Network, name: str) -> Parameter:
    for parameter in network.layout:
        if parameter.name == name and parameter.trainable:
            return parameter
    raise KeyError(name)


def _one_hot(trace: UpdateTrace, parameter: Parameter, index: tuple[int, ...]) -> Array:
    """The change of one number of a parameter by 1, as an operand."""
    change = np.zeros_like(trace.before[parameter.name])
    change[index] = 1.0
    return as_operand(parameter.symbol, change)


def _factor(trace: UpdateTrace, link: Link) -> Expression:
    """The factor of a link; ∂a/∂z has its own symbol."""
    derivative = link.top.derivative
    is_activation = link.top == Symbol("a", link.top.number) and link.bottom == Symbol("z", link.top.number)
    return expression(derivative) if is_activation and trace.has(derivative) else link.factor


def _is_joined(trace: UpdateTrace, link: Link) -> bool:
    """Whether ∂L/∂ of the bottom of the last link is computed without ∂L/∂ of its top."""
    bottom = link.bottom.gradient
    return trace.has(bottom) and link.top.gradient not in trace.part(bottom).operands


def _outermost(trace: UpdateTrace, output: Symbol, change: Array) -> tuple[Factor, Array]:
    """∂L/∂(output), with its product with everything to its right, for each example."""
    slope: Part = trace.part(output.gradient)
    terms = np.einsum("ij,ij->j", slope.value, change)
    return Factor(Symbol("L"), output, slope.expression, slope.value.T[:, None, :], terms[None, :]), terms


def numeric_gradient(
    loss: Callable[[Mapping[str, Array]], float], trace: UpdateTrace, name: str, index: tuple[int, ...]
) -> float:
    """∂L/∂w by central differences, (L(w + h) − L(w − h))/2h.

    Args:
        loss: L of the traced batch for any parameters; see `loss_of_batch`.
        trace: The update.
        name: The parameter.
        index: Its index.
    """
    w = float(trace.before[name][index])
    h = 1e-6 * max(1.0, abs(w))
    values = []
    for shifted in (w + h, w - h):
        changed = np.array(trace.before[name], float)
        changed[index] = shifted
        values.append(loss({**trace.before, name: changed}))
    return (values[0] - values[1]) / (2 * h)


def loss_of_batch(network: Network, trace: UpdateTrace) -> Callable[[Mapping[str, Array]], float]:
    """L of the traced batch as a function of the parameters, in training mode with the update's own masks.

    It uses a copy of the network in float64, so the run is not changed and small differences are visible.
    """
    twin = Network(network.inputs, network.layers, network.loss, seed=network.seed)
    X, Y = trace.value("x").T, trace.value("y").T

    def loss(parameters: Mapping[str, Array]) -> float:
        for name, view in twin.parameters.items():
            view[:] = parameters[name]
        return twin.loss_and_gradient(X, Y, update=trace.update - 1)[0]

    return loss


def paths(network: Network, trace: UpdateTrace, name: str, index: tuple[int, ...], example: int) -> list[Path]:
    """Every single path from a number of a parameter to the loss, for one example of the batch; largest share first.

    Their values add up to `Microscope.per_example[example]`.  Empty where there are more than `MOST_PATHS`, or if units
    affect each other in other ways than by weights, as in a normalisation or a hidden softmax.

    Raises:
        KeyError: If there is no such parameter.
        IndexError: If it has no such index.
    """
    parameter = _parameter(network, name)
    change = _one_hot(trace, parameter, index)
    chain = Chain(trace, parameter.symbol, output_symbol(network))
    first = chain.carried(chain.links[0], change)
    onward = chain.links[1:]
    weighted = [i for i, link in enumerate(onward) if link.action is LinkAction.MATRIX]
    onward = onward[: weighted[-1] + 1] if weighted else []  # everything after the last weights is part of ∂L/∂z
    if any(link.action is LinkAction.OTHER for link in onward):
        return []
    steps = _steps(chain, onward, example)
    if np.prod([len(weights) for _, weights in steps]) > MOST_PATHS:
        return []
    last = onward[-1].top if onward else chain.links[0].top
    slopes = trace.value(last.gradient)[:, example]
    symbols = (chain.links[0].top, *(link.top for link in onward if link.action is LinkAction.MATRIX))
    found = []
    for further in product(*(range(len(weights)) for _, weights in steps)):
        units = (index[0], *further)
        factors = [float(first[index[0], example])]
        for (within, weights), unit, following in zip(steps, units, further, strict=False):
            factors += [float(within[unit]), float(weights[following, unit])]
        factors.append(float(slopes[units[-1]]))
        found.append(Path(symbols, units, tuple(factors), float(np.prod(factors))))
    return sorted(found, key=lambda path: -abs(path.value))


def _steps(chain: Chain, links: list[Link], example: int) -> list[tuple[Array, Array]]:
    """From one layer of neurons to the next: a factor of each unit, and the weights (neurons, units)."""
    steps: list[tuple[Array, Array]] = []
    within: Array | None = None
    for link in links:
        if link.action is LinkAction.MATRIX:
            matrices = chain.matrices(link, MOST_NUMBERS)
            assert matrices is not None
            steps.append((np.ones(matrices.shape[2]) if within is None else within, matrices[example]))
            within = None
        else:
            factors = chain.factors(link)[:, example]
            within = factors if within is None else within * factors
    return steps
