"""One weight under the microscope: its gradient as the product of the chain rule, factor by factor.

The chain of a weight w in layer l is ∂L/∂w = ∂L/∂a^[L] · ∂a^[L]/∂z^[L] · ∂z^[L]/∂a^[L−1] · … · ∂z^[l]/∂w (lecture,
"Backpropagation and gradient descent for a single neuron", "One hidden layer network").  It is multiplied out from the
right: ∂z^[l]/∂w is carried through the layers above with the numbers that the tape left, and meets ∂L/∂a^[L] at the
end.  So the product is reached on another way than the tape's, and must equal its gradient.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense, Dropout
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.parameter_layout import Parameter
from tui_ann.engine.signals import Signals
from tui_ann.engine.tape import Array

MOST_PATHS = 256
"""A network with more single paths than this from a weight to its outputs is not taken apart into them."""
MOST_NUMBERS = 1 << 20
"""A factor that acts on each unit by itself is not spread out to matrices of more numbers than this."""


@dataclass(frozen=True, eq=False)
class Factor:
    """One factor of the chain."""

    symbol: str
    """`∂L/∂a2`, `∂a2/∂z2`, `∂z2/∂a1` … with plain letters and numbers."""
    formula: str
    """What it is: `g_prime(z2)`, `W2`, `x_hat`."""
    matrices: Array | None
    """The factor for each example (b, rows, columns); None where the examples of a batch act on each other, and where
    it would be a matrix too large to be looked at."""
    so_far: Array
    """The product of this factor and all to its right (rows, b)."""


@dataclass(frozen=True)
class Path:
    """One way from a weight to an output, for one example."""

    units: tuple[int, ...]
    """The neurons passed, from the weight's own to the output, counted from 0."""
    factors: tuple[float, ...]
    """∂z/∂w, then alternately ∂a/∂z (and mask) and the weight to the next neuron, last ∂L/∂z of the output."""
    value: float
    """Their product: this path's share of the example's term."""


@dataclass(frozen=True, eq=False)
class Microscope:
    """The gradient of one number of the network, taken apart."""

    name: str
    """Its parameter: `W1`."""
    index: tuple[int, ...]
    """Its place in it, counted from 0: (neuron, input) or (neuron,)."""
    factors: tuple[Factor, ...]
    """The chain from ∂L/∂a of the output (left) to ∂z/∂w (right)."""
    per_example: Array
    """The product for each example, 1/n included (b,); their sum is the gradient of the data loss."""
    penalty: float
    """What the penalties add."""
    gradient: float
    """The engine's ∂L/∂w, penalties included."""

    @property
    def product(self) -> float:
        """The chain multiplied out and summed over the batch, penalties included."""
        return float(self.per_example.sum()) + self.penalty


def microscope(network: Network, trace: UpdateTrace, name: str, index: tuple[int, ...]) -> Microscope:
    """Take ∂L/∂w apart for one number of a trainable parameter.

    Args:
        network: The network that was traced.
        trace: The update.
        name: A trainable parameter: `W1`, `b2`, `alpha1`, `gamma1`, `beta1`.
        index: Its place, counted from 0.

    Raises:
        KeyError: If there is no such parameter.
        IndexError: If it has no such place.
    """
    parameter = _parameter(network, name)
    _ = trace.before[name][index]
    signal = Signals(network, trace)
    factors = [_innermost(signal, parameter, index)]
    for step in _steps_above(network, parameter):
        factors.append(step(signal, factors[-1].so_far))
    loss, terms = _outermost(trace, f"a{signal.n_dense}", factors[-1].so_far)
    if LOSSES[network.loss].joined_activation and not np.isfinite(terms).all():
        factors.pop()  # ŷ has reached 0 or 1, where ∂L/∂ŷ and ∂ŷ/∂z exist only together
        loss, terms = _outermost(trace, f"z{signal.n_dense}", factors[-1].so_far)
    gradient = float(trace.gradients[name][index])
    penalty = _penalty_slope(network, parameter, float(trace.before[name][index]))
    return Microscope(name, index, (loss, *reversed(factors)), terms, penalty, gradient)


def _parameter(network: Network, name: str) -> Parameter:
    for parameter in network.layout:
        if parameter.name == name and parameter.trainable:
            return parameter
    raise KeyError(name)


def _outermost(trace: UpdateTrace, output: str, tangent: Array) -> tuple[Factor, Array]:
    """∂L/∂(output) with what it makes of all to its right, for each example."""
    slope = trace.value(f"d{output}")
    terms = np.einsum("ij,ij->j", slope, tangent)
    return Factor(f"∂L/∂{output}", _formula(trace, f"d{output}"), slope.T[:, None, :], terms[None, :]), terms


def numeric_gradient(
    loss: Callable[[Mapping[str, Array]], float], trace: UpdateTrace, name: str, index: tuple[int, ...]
) -> float:
    """∂L/∂w by central differences, (L(w + h) − L(w − h))/2h.

    Args:
        loss: L of the traced batch for any parameters; see `loss_of_batch`.
        trace: The update.
        name: The parameter.
        index: Its place.
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

    It works on a network of its own, in float64, so nothing of the run is touched and small differences are seen.
    """
    twin = Network(network.inputs, network.layers, network.loss, seed=network.seed)
    X, Y = trace.value("x").T, trace.value("y").T

    def loss(parameters: Mapping[str, Array]) -> float:
        for name, view in twin.parameters.items():
            view[:] = parameters[name]
        return twin.loss_and_gradient(X, Y, update=trace.update - 1)[0]

    return loss


def paths(network: Network, trace: UpdateTrace, name: str, index: tuple[int, ...], example: int) -> list[Path]:
    """Every single path from a weight or bias to the loss, for one example of the batch; largest share first.

    Their values add up to `Microscope.per_example[example]`.  Empty where there are more than `MOST_PATHS`, or where
    batch normalisation or a hidden softmax lets units act on each other.
    """
    parameter = _parameter(network, name)
    dense = [(place, layer) for place, layer in enumerate(network.layers, 1) if isinstance(layer, Dense)]
    start = next((i for i, (place, _) in enumerate(dense) if place == parameter.layer), None)
    if start is None or name[0] not in "Wb" or name.startswith("beta"):
        return []
    above = dense[start + 1 :]
    plain = all(isinstance(layer, Dense | Dropout) for layer in network.layers[parameter.layer :])
    hidden_softmax = any(layer.activation == "softmax" for _, layer in dense[start:-1])
    if not plain or hidden_softmax or np.prod([layer.units for _, layer in above]) > MOST_PATHS:
        return []
    signal = Signals(network, trace)
    first = 1.0 if name.startswith("b") else float(signal.into(dense[start][0])[index[1], example])
    found = []
    for onward in product(*(range(layer.units) for _, layer in above)):
        units = (index[0], *onward)
        factors = [first]
        for k, unit in enumerate(units[:-1]):
            number = start + 1 + k
            factors.append(signal.slope(number, unit, example) * signal.mask_after(dense[start + k][0], unit, example))
            factors.append(float(trace.before[f"W{number + 1}"][units[k + 1], unit]))
        factors.append(float(trace.value(f"dz{len(dense)}")[units[-1], example]))
        found.append(Path(units, tuple(factors), float(np.prod(factors))))
    return sorted(found, key=lambda path: -abs(path.value))


def _innermost(signal: Signals, parameter: Parameter, index: tuple[int, ...]) -> Factor:
    """∂z/∂w, ∂z/∂b, or what α, γ and β act on first."""
    n, unit, kind = signal.numbers[parameter.layer], index[0], parameter.name.rstrip("0123456789")
    entering = signal.into(parameter.layer)
    trace, examples = signal.trace, entering.shape[1]
    if kind == "W":
        out, formula, row = f"z{n}", f"{signal.symbol(parameter.layer - 1)}", entering[index[1]]
    elif kind == "b":
        out, formula, row = f"z{n}", "1", np.ones(examples)
    elif kind == "alpha":
        out, formula, row = f"a{n}", f"min(0, z{n})", np.minimum(0.0, trace.value(f"z{n}")[unit])
    elif kind == "gamma":
        out, formula, row = f"n{n}", f"x_hat{n}", trace.value(f"x_hat{n}")[unit]
    else:
        out, formula, row = f"n{n}", "1", np.ones(examples)
    tangent = np.zeros((len(trace.value(out)), examples))
    tangent[unit] = row
    return Factor(f"∂{out}/∂{parameter.name}", formula, tangent.T[:, :, None], tangent)


_Step = Callable[[Signals, Array], Factor]


def _steps_above(network: Network, parameter: Parameter) -> list[_Step]:
    """How ∂z/∂w is carried on to the output, one factor a step."""
    steps: list[_Step] = []
    kind = parameter.name.rstrip("0123456789")
    if kind in ("W", "b"):
        steps.append(_through_activation(parameter.layer))
    for place in range(parameter.layer + 1, len(network.layers) + 1):
        layer = network.layers[place - 1]
        if isinstance(layer, Dense):
            steps += [_through_weights(place), _through_activation(place)]
        elif isinstance(layer, Dropout):
            steps.append(_through_mask(place))
        else:
            steps.append(_through_normalisation(place, layer.epsilon))
    return steps


def _through_activation(place: int) -> _Step:
    def step(signal: Signals, tangent: Array) -> Factor:
        n = signal.numbers[place]
        slopes = signal.slopes(n)
        jacobians = slopes if slopes.ndim == 3 else _diagonal(slopes)
        onward = np.einsum("eij,je->ie", slopes, tangent) if slopes.ndim == 3 else slopes * tangent
        return Factor(f"∂a{n}/∂z{n}", f"g_prime(z{n})", jacobians, onward)

    return step


def _through_weights(place: int) -> _Step:
    def step(signal: Signals, tangent: Array) -> Factor:
        n, before = signal.numbers[place], signal.symbol(place - 1)
        W = signal.trace.before[f"W{n}"]
        matrices = np.broadcast_to(W, (tangent.shape[1], *W.shape))
        return Factor(f"∂z{n}/∂{before}", f"W{n}", matrices, W @ tangent)

    return step


def _through_mask(place: int) -> _Step:
    def step(signal: Signals, tangent: Array) -> Factor:
        n, before = signal.numbers[place], signal.symbol(place - 1)
        mask = signal.trace.value(f"r{n}")
        return Factor(f"∂d{n}/∂{before}", f"r{n}", _diagonal(mask), mask * tangent)

    return step


def _through_normalisation(place: int, epsilon: float) -> _Step:
    def step(signal: Signals, tangent: Array) -> Factor:
        n, before, trace = signal.numbers[place], signal.symbol(place - 1), signal.trace
        x_hat, gamma = trace.value(f"x_hat{n}"), trace.before[f"gamma{n}"][:, None]
        deviation = np.sqrt(trace.value(f"var{n}") + epsilon)
        centred = tangent - tangent.mean(axis=1, keepdims=True)
        along = (x_hat * tangent).mean(axis=1, keepdims=True)
        onward = gamma / deviation * (centred - x_hat * along)
        formula = f"gamma{n}/√(var{n} + ε) (1 − 1/n − 1/n x_hat{n} x_hat{n}ᵀ), over the batch"
        return Factor(f"∂n{n}/∂{before}", formula, None, onward)

    return step


def _diagonal(factors: Array) -> Array | None:
    """Factors of each unit (units, b) as diagonal matrices (b, units, units)."""
    if factors.size * len(factors) > MOST_NUMBERS:
        return None
    matrices: Array = factors.T[:, :, None] * np.eye(len(factors))
    return matrices


def _formula(trace: UpdateTrace, symbol: str) -> str:
    return next(part.formula for part in reversed(trace.parts) if part.symbol == symbol)


def _penalty_slope(network: Network, parameter: Parameter, value: float) -> float:
    layer = network.layers[parameter.layer - 1]
    if not isinstance(layer, Dense) or not parameter.name.startswith("W"):
        return 0.0
    return layer.l1 * float(np.sign(value)) + 2.0 * layer.l2 * value
