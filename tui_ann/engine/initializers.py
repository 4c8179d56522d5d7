"""Start weights: each rule draws W, of shape (neurons, inputs), from a seeded generator.

The rules are those of Keras 3.  Glorot, He and LeCun keep the variance of the signals equal from layer to layer: they
choose Var[w] = scale / fan, where fan is the number of inputs, or for Glorot the mean of inputs and neurons.  Their
normal distributions are truncated at two standard deviations and widened so that the variance is still scale / fan.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tui_ann.errors import EngineError

_Shape: TypeAlias = tuple[int, int]
_Draw: TypeAlias = Callable[[Generator, _Shape], NDArray[np.float64]]

_TRUNCATED_DEVIATION = 0.87962566103423978
"""Standard deviation of a standard normal variable that is truncated at ±2."""


@dataclass(frozen=True)
class Initializer:
    """A rule for start weights."""

    name: str
    """Its name in an experiment file."""
    label: str
    """Its display name."""
    formula: str
    """The distribution each weight is drawn from."""
    draw: _Draw
    """Draws W (neurons, inputs) in float64."""


def initial(name: str, rng: Generator, shape: _Shape) -> NDArray[np.float64]:
    """Draw the start weights of one layer.

    Args:
        name: A key of `INITIALIZERS`.
        rng: The random generator; equal generators give equal weights.
        shape: (neurons, inputs).

    Returns:
        W of that shape, float64.

    Raises:
        EngineError: There is no rule with this name.
    """
    if name not in INITIALIZERS:
        raise EngineError(
            f"There is no initializer “{name}”.",
            remedy=f"Choose one of {', '.join(INITIALIZERS)}.",
            code="unknown_initializer",
        )
    return INITIALIZERS[name].draw(rng, shape)


def _truncated_normal(rng: Generator, shape: _Shape) -> NDArray[np.float64]:
    """A standard normal sample; values beyond ±2 are drawn again."""
    values = rng.standard_normal(shape)
    outside = np.abs(values) > 2.0
    while outside.any():
        values[outside] = rng.standard_normal(int(outside.sum()))
        outside = np.abs(values) > 2.0
    return values


def _fan_in(shape: _Shape) -> float:
    return float(max(1, shape[1]))


def _fan_average(shape: _Shape) -> float:
    return max(1.0, (shape[0] + shape[1]) / 2)


def _uniform(scale: float, fan: Callable[[_Shape], float]) -> _Draw:
    """Draw from U(−√(3·scale/fan), +√(3·scale/fan)), whose variance is scale / fan."""

    def draw(rng: Generator, shape: _Shape) -> NDArray[np.float64]:
        limit = np.sqrt(3.0 * scale / fan(shape))
        return rng.uniform(-limit, limit, shape)

    return draw


def _normal(scale: float, fan: Callable[[_Shape], float]) -> _Draw:
    """Draw from N(0, scale/fan), truncated at two standard deviations with the same variance."""

    def draw(rng: Generator, shape: _Shape) -> NDArray[np.float64]:
        deviation = float(np.sqrt(scale / fan(shape))) / _TRUNCATED_DEVIATION
        return _truncated_normal(rng, shape) * deviation

    return draw


INITIALIZERS: dict[str, Initializer] = {
    rule.name: rule
    for rule in (
        Initializer("zeros", "Zeros", "w = 0", lambda rng, shape: np.zeros(shape)),
        Initializer("small_normal", "Small normal", "w ~ N(0, 0.05²)", lambda rng, shape: rng.normal(0.0, 0.05, shape)),
        Initializer("glorot_uniform", "Glorot uniform", "w ~ U(±√(6/(inputs + neurons)))", _uniform(1.0, _fan_average)),
        Initializer(
            "glorot_normal", "Glorot normal", "w ~ N(0, 2/(inputs + neurons)), cut at 2σ", _normal(1.0, _fan_average)
        ),
        Initializer("he_uniform", "He uniform", "w ~ U(±√(6/inputs))", _uniform(2.0, _fan_in)),
        Initializer("he_normal", "He normal", "w ~ N(0, 2/inputs), cut at 2σ", _normal(2.0, _fan_in)),
        Initializer("lecun_uniform", "LeCun uniform", "w ~ U(±√(3/inputs))", _uniform(1.0, _fan_in)),
        Initializer("lecun_normal", "LeCun normal", "w ~ N(0, 1/inputs), cut at 2σ", _normal(1.0, _fan_in)),
    )
}
"""Every rule by name, in the order they are offered."""
