"""The declaration of an activation function: its value and slope as expressions, and the calls that compute them."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tui_ann.engine.expression import Constant, Expression
from tui_ann.engine.tape import CHANGE, Array, Call, quantity, run_calls
from tui_ann.text.symbols import Symbol

_ALPHA = Constant(Symbol("alpha"), math.nan)
"""α in formulas that belong to no layer."""


@dataclass(frozen=True)
class Activation(ABC):
    """An activation function."""

    name: str
    """Keras' name."""
    default_alpha: float | None = None
    """The default α; None if the function has no α."""
    learns_alpha: bool = False
    """Whether every neuron learns its own α."""

    elementwise: ClassVar[bool] = True
    """Whether it acts elementwise."""
    outputs_in_words: ClassVar[str] = ""
    """A description of the outputs if they are probabilities, else empty."""
    shares_buffer: ClassVar[bool] = False
    """Whether a is z itself, so that no call is made for it."""

    @abstractmethod
    def value(self, z: Expression, alpha: Expression) -> Expression:
        """g(z)."""

    def safe_value(self, z: Expression, alpha: Expression) -> Expression | None:
        """g(z) written so that large z do not overflow; None if `value` never does."""
        return None

    @abstractmethod
    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """g′(z), from z and a = g(z); a Jacobian for each example if it acts on all units together."""

    @abstractmethod
    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """Calls that put g(z) into a.

        Args:
            z: Net inputs (units, batch).
            a: Buffer for the outputs, same shape; may be z itself only for the linear function.
            alpha: 0-d, or (units, 1) if every neuron has its own; ignored by functions without α.
        """

    @abstractmethod
    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """Calls that put g′(z) into g_prime, from z and a = g(z); shapes as in `g_calls`."""

    @property
    def formula(self) -> str:
        """G in symbols."""
        return str(self.value(quantity("z"), _ALPHA))

    @property
    def formula_prime(self) -> str:
        """g′ in symbols."""
        return str(self.derivative(quantity("z"), quantity("a"), _ALPHA))

    def tangent(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """How a changes with z: an expression of `CHANGE`."""
        return self.derivative(z, a, alpha) * CHANGE

    def alpha(self, chosen: float | None) -> float:
        """The given α of a layer, else the default."""
        return (self.default_alpha or 0.0) if chosen is None else chosen

    def g(self, z: Array, alpha: float | Array | None = None) -> Array:
        """Outputs for z of shape (units, batch), or any shape where g acts element by element."""
        z = _as_float(z)
        a = np.empty_like(z)
        run_calls(self.g_calls(z, a, self._alpha_array(alpha, z)))
        return a

    def g_prime(self, z: Array, alpha: float | Array | None = None) -> Array:
        """g′(z), same shape as z."""
        z = _as_float(z)
        a, g_prime = np.empty_like(z), np.empty_like(z)
        coefficient = self._alpha_array(alpha, z)
        run_calls(self.g_calls(z, a, coefficient) + self.g_prime_calls(z, a, g_prime, coefficient))
        return g_prime

    def _alpha_array(self, alpha: float | Array | None, z: Array) -> Array:
        return np.asarray((self.default_alpha or 0.0) if alpha is None else alpha, z.dtype)


def _as_float(z: Array) -> Array:
    z = np.asarray(z)
    return z if z.dtype.kind == "f" else z.astype(np.float64)
