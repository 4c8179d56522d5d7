"""Update rules: how θ moves along the gradient.  Keras 3's rules to the letter, as operations on the flat vector.

Every rule leaves the change of its last step in a buffer, so that it can be shown.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.tape import Array, Call, Operation, Phase
from tui_ann.engine.threads import LARGE, threaded_elementwise

EPSILON = 1e-7
"""Keras' ε."""
FLUSH_EVERY = 256
"""Updates between two searches for numbers close to underflow."""


@dataclass(frozen=True)
class UpdateRule:
    """The description of an update rule."""

    name: str
    """Name in the experiment file."""
    label: str
    """Name on the screen."""
    formula: str
    """The rule in symbols, g for ∂L/∂θ."""
    default_learning_rate: float
    """Keras' default η."""
    build: Callable[["Optimizer"], list[Call]]
    """Writes the calls of one step."""
    slots: tuple[str, ...]
    """Names of the state it keeps for each parameter."""


@dataclass(frozen=True, eq=False)
class OptimizerState:
    """What an update rule remembers between two updates."""

    slots: dict[str, Array]
    """Velocities, moments, accumulators, each (P,)."""
    steps: int
    """Steps taken."""
    change: Array
    """Δθ of the last step, up to its sign (P,)."""


class Optimizer:
    """An update rule at work on a parameter vector.

    Args:
        rule: A name of `OPTIMIZERS`.
        theta: Parameters (P,), changed in place.
        gradient: ∂L/∂θ (P,), read.
        learning_rate: η.
        momentum: m of momentum and Nesterov.
    """

    def __init__(self, rule: str, theta: Array, gradient: Array, learning_rate: float, momentum: float = 0.9) -> None:
        self.rule = OPTIMIZERS[rule]
        self.theta, self.gradient = theta, gradient
        self.eta = self.constant(learning_rate)
        """η as a 0-d array that the calls read, so that a change takes effect at the next update."""
        self.m = self.constant(momentum)
        """The momentum, likewise."""
        self.slots: dict[str, Array] = {name: np.zeros_like(theta) for name in self.rule.slots}
        """The rule's state: velocities, moments, accumulators, each (P,)."""
        self.steps = np.zeros((), np.int64)
        """Steps taken, for Adam's bias correction."""
        self.change = np.zeros_like(theta)
        """Δθ of the last step, up to `change_sign`."""
        self.change_sign = -1.0
        self._least = math.sqrt(np.finfo(theta.dtype).tiny)
        if rule == "adagrad":
            self.slots["accumulator"].fill(0.1)
        calls = self.rule.build(self)
        if theta.size >= LARGE:
            calls = threaded_elementwise(calls, theta.size)
        self.operations = [
            Operation("theta", self.rule.formula, ("theta", "dL", "eta"), theta, tuple(calls), Phase.UPDATE)
        ]
        """One step as operations of a tape."""
        self.calls: tuple[Call, ...] = tuple(calls)

    def constant(self, value: float) -> Array:
        """A 0-d array of θ's precision."""
        return np.array(value, self.theta.dtype)

    def scratch(self) -> Array:
        """A buffer of θ's shape."""
        return np.zeros_like(self.theta)

    def state(self) -> OptimizerState:
        """What it remembers, copied."""
        slots = {name: slot.copy() for name, slot in self.slots.items()}
        return OptimizerState(slots, int(self.steps), self.change.copy())

    def restore(self, state: OptimizerState) -> None:
        """Take up what a rule of the same kind remembered."""
        for name, slot in state.slots.items():
            self.slots[name][:] = slot
        self.steps[()] = state.steps
        self.change[:] = state.change

    def flush_underflow(self, update: int) -> None:
        """At every `FLUSH_EVERY`th update set parameters and state below √tiny to zero.

        Weights under a penalty and the moments of dead units halve again and again.  Long before they are zero they
        become denormal numbers, with which processors are ten times slower.  √tiny is 1e-154 in float64 and 1e-19 in
        float32, so that squares and products do not become denormal either, and no digit of a loss changes.  The
        updates are fixed, so that a run is the same whatever the size of its bursts.
        """
        if update % FLUSH_EVERY == 0:
            for array in (self.theta, *self.slots.values()):
                array[np.abs(array) < self._least] = 0.0

    def last_change(self) -> Array:
        """Δθ (P,) of the last step, copied."""
        return self.change_sign * self.change


def _sgd(o: Optimizer) -> list[Call]:
    return [(np.multiply, (o.gradient, o.eta, o.change)), (np.subtract, (o.theta, o.change, o.theta))]


def _velocity(o: Optimizer, step: Array) -> list[Call]:
    v = o.slots["velocity"]
    return [
        (np.multiply, (o.gradient, o.eta, step)),
        (np.multiply, (v, o.m, v)),
        (np.subtract, (v, step, v)),
    ]


def _momentum(o: Optimizer) -> list[Call]:
    o.change_sign, o.change = 1.0, o.slots["velocity"]
    return [*_velocity(o, o.scratch()), (np.add, (o.theta, o.change, o.theta))]


def _nesterov(o: Optimizer) -> list[Call]:
    o.change_sign = 1.0
    step, v = o.scratch(), o.slots["velocity"]
    ahead: list[Call] = [
        (np.multiply, (v, o.m, o.change)),
        (np.subtract, (o.change, step, o.change)),
        (np.add, (o.theta, o.change, o.theta)),
    ]
    return [*_velocity(o, step), *ahead]


def _scaled_step(o: Optimizer, root: Array) -> list[Call]:
    """θ ← θ − η g / root."""
    return [
        (np.multiply, (o.gradient, o.eta, o.change)),
        (np.divide, (o.change, root, o.change)),
        (np.subtract, (o.theta, o.change, o.theta)),
    ]


def _rmsprop(o: Optimizer) -> list[Call]:
    v, squared, root = o.slots["velocity"], o.scratch(), o.scratch()
    rho, rest, epsilon = o.constant(0.9), o.constant(1.0 - 0.9), o.constant(EPSILON)
    return [
        (np.multiply, (o.gradient, o.gradient, squared)),
        (np.multiply, (squared, rest, squared)),
        (np.multiply, (v, rho, v)),
        (np.add, (v, squared, v)),
        (np.add, (v, epsilon, root)),
        (np.sqrt, (root, root)),
        *_scaled_step(o, root),
    ]


def _adagrad(o: Optimizer) -> list[Call]:
    accumulator, squared, root = o.slots["accumulator"], o.scratch(), o.scratch()
    return [
        (np.multiply, (o.gradient, o.gradient, squared)),
        (np.add, (accumulator, squared, accumulator)),
        (np.add, (accumulator, o.constant(EPSILON), root)),
        (np.sqrt, (root, root)),
        *_scaled_step(o, root),
    ]


def _adam(o: Optimizer) -> list[Call]:
    m, v, scratch, root = o.slots["m"], o.slots["v"], o.scratch(), o.scratch()
    beta1, beta2 = 0.9, 0.999
    corrected = o.constant(0.0)
    rest1, rest2, epsilon = o.constant(1.0 - beta1), o.constant(1.0 - beta2), o.constant(EPSILON)

    def correct_bias() -> None:
        """One more step, and η √(1 − β₂ᵗ)/(1 − β₁ᵗ)."""
        o.steps[()] += 1
        t = int(o.steps)
        corrected[()] = float(o.eta) * math.sqrt(1.0 - beta2**t) / (1.0 - beta1**t)

    return [
        (correct_bias, ()),
        (np.subtract, (o.gradient, m, scratch)),
        (np.multiply, (scratch, rest1, scratch)),
        (np.add, (m, scratch, m)),
        (np.multiply, (o.gradient, o.gradient, scratch)),
        (np.subtract, (scratch, v, scratch)),
        (np.multiply, (scratch, rest2, scratch)),
        (np.add, (v, scratch, v)),
        (np.sqrt, (v, root)),
        (np.add, (root, epsilon, root)),
        (np.multiply, (m, corrected, o.change)),
        (np.divide, (o.change, root, o.change)),
        (np.subtract, (o.theta, o.change, o.theta)),
    ]


OPTIMIZERS: dict[str, UpdateRule] = {
    rule.name: rule
    for rule in (
        UpdateRule("sgd", "SGD", "θ ← θ − η g", 0.01, _sgd, ()),
        UpdateRule("momentum", "Momentum", "v ← m v − η g,  θ ← θ + v", 0.01, _momentum, ("velocity",)),
        UpdateRule("nesterov", "Nesterov", "v ← m v − η g,  θ ← θ + m v − η g", 0.01, _nesterov, ("velocity",)),
        UpdateRule("rmsprop", "RMSprop", "v ← ρ v + (1 − ρ) g²,  θ ← θ − η g/√(v + ε)", 0.001, _rmsprop, ("velocity",)),
        UpdateRule("adagrad", "Adagrad", "s ← s + g²,  θ ← θ − η g/√(s + ε)", 0.001, _adagrad, ("accumulator",)),
        UpdateRule(
            "adam",
            "Adam",
            "m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − η √(1 − β₂ᵗ)/(1 − β₁ᵗ) m/(√v + ε)",
            0.001,
            _adam,
            ("m", "v"),
        ),
    )
}
"""Every update rule by name."""
