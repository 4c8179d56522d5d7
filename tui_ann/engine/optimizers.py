"""Update rules: how θ moves along the gradient.  The exact rules of Keras 3, as operations on the flat vector.

A rule declares what it computes for one parameter, as expressions of θ, of its gradient g and of the state it keeps,
and the calls that compute it for all parameters at once.

Every rule stores the change of its last step in a buffer for display.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.arrays import cast_to
from tui_ann.engine.expression import Constant, Expression, Root, expression, substituted
from tui_ann.engine.kernel.opcodes import IN_PLACE, Opcode, computes
from tui_ann.engine.kernel.per_update import PerUpdate
from tui_ann.engine.kernel.updates import FLUSH_EVERY
from tui_ann.engine.tape import Array, Call, Operation, Phase, quantity, run_calls
from tui_ann.engine.threads import LARGE, threaded_elementwise
from tui_ann.text.symbols import Symbol

EPSILON = 1e-7
"""Keras' ε."""

THETA, G, ETA, M = (quantity(letter) for letter in ("theta", "g", "eta", "m"))
"""A parameter, its gradient, the learning rate η and the momentum m, in the formulas of the rules."""
_EPSILON = Constant(Symbol("epsilon"), EPSILON)
_RHO = Constant(Symbol("rho"), 0.9)
_BETA_1, _BETA_2 = Constant(Symbol("beta_1"), 0.9), Constant(Symbol("beta_2"), 0.999)
_STEP = quantity("t")
"""Adam's step count t, including this step."""


@dataclass(frozen=True)
class Slot:
    """State that an update rule keeps for each parameter."""

    name: str
    """Keras' word: `velocity`, `accumulator`, `m`."""
    letter: str
    """Its letter in formulas."""
    title: str
    """Its description in words."""
    new: Expression
    """Its new value, from its old value, written with its letter, and g."""
    start: float = 0.0
    """Its value before the first update."""

    @property
    def old(self) -> Expression:
        """Its old value in formulas."""
        return quantity(self.letter)

    @property
    def after(self) -> Expression:
        """Its new value in formulas."""
        return expression(Symbol(self.letter, new=True))


@dataclass(frozen=True)
class UpdateRule:
    """The description of an update rule."""

    name: str
    """Name in the experiment file."""
    label: str
    """Name on the screen."""
    new: Expression
    """The new value of a parameter, from θ, g, η, m and the new values of the slots."""
    build: Callable[["Optimizer"], list[Call]]
    """Writes the calls of one step."""
    default_learning_rate: float = 0.01
    """Keras' default η."""
    slots: tuple[Slot, ...] = ()
    """The state it keeps for each parameter."""
    step_size: Expression | None = None
    """η_t, if the step size depends on the step number."""

    @property
    def formula(self) -> str:
        """The rule in symbols, a line for each slot and for θ, in an order in which they can be computed."""
        old = {slot.after.symbols[0]: slot.old for slot in self.slots}
        new = self.new if self.step_size is None else substituted(self.new, {Symbol("eta_t"): self.step_size})
        theta, slots = ("θ", substituted(new, old)), [(slot.letter, slot.new) for slot in self.slots]
        uses_old = any(slot.old.symbols[0] in new.symbols for slot in self.slots)
        rules = [theta, *slots] if uses_old else [*slots, theta]
        return ",  ".join(f"{letter} ← {rule}" for letter, rule in rules)

    @property
    def constants(self) -> dict[Symbol, float]:
        """The named numbers in its formulas."""
        trees = [self.new, *(slot.new for slot in self.slots), *([self.step_size] if self.step_size else [])]
        nodes = [node for tree in trees for node in tree.walk() if isinstance(node, Constant)]
        return {node.symbol: node.value for node in nodes}

    @property
    def uses_momentum(self) -> bool:
        """Whether m is one of its settings."""
        trees = (self.new, *(slot.new for slot in self.slots))
        own = {slot.letter for slot in self.slots}
        return "m" not in own and any(M.symbols[0] in tree.symbols for tree in trees)


@dataclass(frozen=True, eq=False)
class OptimizerState:
    """The state of an update rule between two updates."""

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
        self.slots: dict[str, Array] = {slot.name: np.full_like(theta, slot.start) for slot in self.rule.slots}
        """The rule's state: velocities, moments, accumulators, each (P,)."""
        self.steps = np.zeros((), np.int64)
        """Steps taken, for Adam's bias correction."""
        self.change = np.zeros_like(theta)
        """Δθ of the last step, up to `change_sign`."""
        self.change_sign = -1.0
        calls = self.rule.build(self)
        if theta.size >= LARGE:
            calls = threaded_elementwise(calls, theta.size)
        self.operations = [Operation(Symbol("theta", new=True), self.rule.new, theta, tuple(calls), Phase.UPDATE)]
        """One step as operations of a tape."""
        self.calls: tuple[Call, ...] = tuple(calls)
        least = self.constant(math.sqrt(np.finfo(theta.dtype).tiny))
        self.flush_calls: tuple[Call, ...] = tuple((flush, (x, least)) for x in (theta, *self.slots.values()))
        """What `flush_underflow` does every `FLUSH_EVERY` updates."""

    def constant(self, value: float) -> Array:
        """A 0-d array of θ's precision."""
        return cast_to(value, self.theta.dtype)

    def scratch(self) -> Array:
        """A buffer of θ's shape."""
        return np.zeros_like(self.theta)

    def state(self) -> OptimizerState:
        """A copy of its state."""
        slots = {name: slot.copy() for name, slot in self.slots.items()}
        return OptimizerState(slots, int(self.steps), self.change.copy())

    def restore(self, state: OptimizerState) -> None:
        """Restore the state of a rule of the same kind."""
        for name, slot in state.slots.items():
            self.slots[name][:] = slot
        self.steps[()] = state.steps
        self.change[:] = state.change

    def flush_underflow(self, update: int) -> None:
        """At every `FLUSH_EVERY`th update set parameters and state below √tiny to zero.

        Weights under a penalty and the moments of dead units halve again and again.  Long before they are zero they
        become denormal numbers, which make processors ten times slower.  √tiny is 1e-154 in float64 and 1e-19 in
        float32, so that squares and products do not become denormal either, and no digit of a loss changes.  The
        updates are fixed, so that a run is the same whatever the size of its bursts.
        """
        if update % FLUSH_EVERY == 0:
            run_calls(self.flush_calls)

    def last_change(self) -> Array:
        """Δθ (P,) of the last step, copied."""
        return self.change_sign * self.change


@computes(Opcode.FLUSH, IN_PLACE)
def flush(values: Array, least: Array) -> None:
    """Set values whose magnitude is below `least` to 0."""
    values[np.abs(values) < least] = 0.0


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
    rho, rest, epsilon = o.constant(_RHO.value), o.constant(1.0 - _RHO.value), o.constant(EPSILON)
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
    beta1, beta2 = _BETA_1.value, _BETA_2.value
    step_size = _AdamStep(o)
    rest1, rest2, epsilon = o.constant(1.0 - beta1), o.constant(1.0 - beta2), o.constant(EPSILON)
    return [
        (step_size, ()),
        (np.subtract, (o.gradient, m, scratch)),
        (np.multiply, (scratch, rest1, scratch)),
        (np.add, (m, scratch, m)),
        (np.multiply, (o.gradient, o.gradient, scratch)),
        (np.subtract, (scratch, v, scratch)),
        (np.multiply, (scratch, rest2, scratch)),
        (np.add, (v, scratch, v)),
        (np.sqrt, (v, root)),
        (np.add, (root, epsilon, root)),
        (np.multiply, (m, step_size.result, o.change)),
        (np.divide, (o.change, root, o.change)),
        (np.subtract, (o.theta, o.change, o.theta)),
    ]


class _AdamStep(PerUpdate):
    """The call that counts Adam's steps, and computes its step size η √(1 − β₂ᵗ)/(1 − β₁ᵗ).

    Args:
        o: The rule at work.
    """

    def __init__(self, o: Optimizer) -> None:
        self._optimizer, self.result = o, o.constant(0.0)

    def __call__(self) -> None:
        """One more step."""
        self.ahead(self.result[None])

    def ahead(self, results: Array) -> None:
        """So many more steps."""
        o, eta, beta1, beta2 = self._optimizer, float(self._optimizer.eta), _BETA_1.value, _BETA_2.value
        first = int(o.steps) + 1
        for place, t in enumerate(range(first, first + len(results))):
            results[place] = eta * math.sqrt(1.0 - beta2**t) / (1.0 - beta1**t)
        o.steps[()] += len(results)


_V = quantity("v")
_VELOCITY = Slot("velocity", "v", "Velocity", M * _V - ETA * G)
_MEAN_SQUARE = Slot("velocity", "v", "Mean square", _RHO * _V + (1 - _RHO) * G**2)
_SUM_OF_SQUARES = Slot("accumulator", "s", "Sum of squares", quantity("s") + G**2, start=0.1)
_FIRST_MOMENT = Slot("m", "m", "Mean", _BETA_1 * M + (1 - _BETA_1) * G)
_SECOND_MOMENT = Slot("v", "v", "Mean square", _BETA_2 * _V + (1 - _BETA_2) * G**2)
_CORRECTED = ETA * (Root(1 - _BETA_2**_STEP) / (1 - _BETA_1**_STEP))

OPTIMIZERS: dict[str, UpdateRule] = {
    rule.name: rule
    for rule in (
        UpdateRule("sgd", "SGD", THETA - ETA * G, _sgd),
        UpdateRule("momentum", "Momentum", THETA + _VELOCITY.after, _momentum, slots=(_VELOCITY,)),
        UpdateRule("nesterov", "Nesterov", THETA + M * _VELOCITY.after - ETA * G, _nesterov, slots=(_VELOCITY,)),
        UpdateRule(
            "rmsprop",
            "RMSprop",
            THETA - ETA * (G / Root(_MEAN_SQUARE.after + _EPSILON)),
            _rmsprop,
            default_learning_rate=0.001,
            slots=(_MEAN_SQUARE,),
        ),
        UpdateRule(
            "adagrad",
            "Adagrad",
            THETA - ETA * (G / Root(_SUM_OF_SQUARES.after + _EPSILON)),
            _adagrad,
            default_learning_rate=0.001,
            slots=(_SUM_OF_SQUARES,),
        ),
        UpdateRule(
            "adam",
            "Adam",
            THETA - quantity("eta_t") * (_FIRST_MOMENT.after / (Root(_SECOND_MOMENT.after) + _EPSILON)),
            _adam,
            default_learning_rate=0.001,
            slots=(_FIRST_MOMENT, _SECOND_MOMENT),
            step_size=_CORRECTED,
        ),
    )
}
"""Every update rule by name."""
