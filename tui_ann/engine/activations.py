"""Activation functions g(z) and their derivatives g′(z).

Each is written once, as the NumPy calls that the tape runs; `g` and `g_prime` run the same calls into fresh arrays.
All are finite and warning-free for |z| of 1000 and beyond.  Formulas: lecture, "Activation functions and their
derivatives"; parametric ReLU: He et al. 2015; softmax as in Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.tape import Array, Call, maximum, minimum, run_calls

FEW = 1 << 11
"""Numbers up to which a function is quicker that does more work on each but is called with less ado."""


@dataclass(frozen=True)
class Activation:
    """An activation function that acts on each net input by itself."""

    name: str
    """Keras' name."""
    formula: str
    """g in symbols."""
    formula_prime: str
    """g′ in symbols."""
    default_alpha: float | None = None
    """The α used when a layer names none; None where the function has no α."""

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """Calls that put g(z) into a.

        Args:
            z: Net inputs (units, batch).
            a: Where the outputs go, same shape; may be z itself only for the linear function.
            alpha: 0-d, or (units, 1) where every neuron has its own; ignored by functions without α.
        """
        raise TypeError(f"{type(self).__name__} must say how it computes g")

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """Calls that put g′(z) into g_prime, from z and a = g(z); shapes as in `g_calls`."""
        raise TypeError(f"{type(self).__name__} must say how it computes g_prime")

    def g(self, z: Array, alpha: float | Array | None = None) -> Array:
        """Outputs for z of shape (units, batch), or any shape where g acts element by element."""
        z = _as_float(z)
        a = np.empty_like(z)
        run_calls(self.g_calls(z, a, self._alpha(alpha, z)))
        return a

    def g_prime(self, z: Array, alpha: float | Array | None = None) -> Array:
        """g′(z), same shape as z."""
        z = _as_float(z)
        a, g_prime = np.empty_like(z), np.empty_like(z)
        coefficient = self._alpha(alpha, z)
        run_calls(self.g_calls(z, a, coefficient) + self.g_prime_calls(z, a, g_prime, coefficient))
        return g_prime

    def _alpha(self, alpha: float | Array | None, z: Array) -> Array:
        return np.asarray((self.default_alpha or 0.0) if alpha is None else alpha, z.dtype)


class Linear(Activation):
    """g(z) = z, so a shares z's buffer on a tape and no call is made for it."""

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """A copy where a is not z itself, else nothing."""
        return [] if a is z else [(np.copyto, (a, z))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """g′ = 1."""
        return [(g_prime.fill, (1.0,))]


class Sigmoid(Activation):
    """g(z) = 1/(1 + e⁻ᶻ): e⁻ᶻ may overflow to infinity, whose reciprocal is the right 0."""

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """1/(1 + e⁻ᶻ)."""
        one = np.asarray(1.0, z.dtype)
        return [(np.negative, (z, a)), (np.exp, (a, a)), (np.add, (a, one, a)), (np.reciprocal, (a, a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """g′ = a(1 − a)."""
        one = np.asarray(1.0, z.dtype)
        return [(np.subtract, (one, a, g_prime)), (np.multiply, (g_prime, a, g_prime))]


class Tanh(Activation):
    """The hyperbolic tangent."""

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """Tanh z."""
        return [(np.tanh, (z, a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """g′ = 1 − a²."""
        one = np.asarray(1.0, z.dtype)
        return [(np.multiply, (a, a, g_prime)), (np.subtract, (one, g_prime, g_prime))]


class ReLU(Activation):
    """g(z) = max(0, z)."""

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """max(0, z)."""
        return [(maximum, (z, np.asarray(0.0, z.dtype), a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """1 where z > 0, else 0: the sign of a where there are few, which then costs half as much as a comparison."""
        return [(np.sign, (a, g_prime)) if a.size < FEW else (np.greater, (a, np.asarray(0.0, a.dtype), g_prime))]


class LeakyReLU(Activation):
    """g(z) = max(0, z) + α·min(0, z); leaky and parametric ReLU differ only in who chooses α."""

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """max(0, z) + α·min(0, z)."""
        zero, below = np.asarray(0.0, z.dtype), np.zeros_like(z)
        return [
            (minimum, (z, zero, below)),
            (np.multiply, (below, alpha, below)),
            (maximum, (z, zero, a)),
            (np.add, (a, below, a)),
        ]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """1 where z > 0, else α."""
        return [(np.copyto, (g_prime, alpha)), *_one_where_positive(z, g_prime)]


class ELU(Activation):
    """g(z) = z where z > 0, else α(eᶻ − 1)."""

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """max(0, z) + α·(e^min(0, z) − 1): the exponent is never positive, so nothing overflows."""
        zero, below = np.asarray(0.0, z.dtype), np.zeros_like(z)
        return [
            (minimum, (z, zero, below)),
            (np.expm1, (below, below)),
            (np.multiply, (below, alpha, below)),
            (maximum, (z, zero, a)),
            (np.add, (a, below, a)),
        ]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """1 where z > 0, else a + α."""
        return [(np.add, (a, alpha, g_prime)), *_one_where_positive(z, g_prime)]


class Softmax(Activation):
    """g(z)_i = e^{z_i} / Σ_j e^{z_j} over the units of a layer, shifted by the largest z so that nothing overflows.

    Its derivative is the Jacobian ∂a_i/∂z_j = a_i(δ_ij − a_j), so it acts on ∂L/∂a as a whole: see `backward_calls`.
    """

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """e^(z − max z) divided by its sum over the units."""
        largest, total = np.zeros(z.shape[1:], z.dtype), np.zeros(z.shape[1:], z.dtype)
        return [
            (np.maximum.reduce, (z, 0, None, largest)),
            (np.subtract, (z, largest, a)),
            (np.exp, (a, a)),
            (np.add.reduce, (a, 0, None, total)),
            (np.divide, (a, total, a)),
        ]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """The Jacobian's diagonal a_i(1 − a_i), for display."""
        one = np.asarray(1.0, z.dtype)
        return [(np.subtract, (one, a, g_prime)), (np.multiply, (g_prime, a, g_prime))]

    def jacobian(self, z: Array) -> Array:
        """∂a/∂z for one example: z (units,) → (units, units)."""
        a = self.g(np.asarray(z)[:, None])[:, 0]
        jacobian: Array = np.diag(a) - np.outer(a, a)
        return jacobian

    def backward_calls(self, a: Array, da: Array, dz: Array) -> list[Call]:
        """Calls that put (∂a/∂z)ᵀ ∂L/∂a = a ⊙ (∂L/∂a − Σ_j a_j ∂L/∂a_j) into dz."""
        weighted, total = np.zeros_like(a), np.zeros(a.shape[1:], a.dtype)
        return [
            (np.multiply, (a, da, weighted)),
            (np.add.reduce, (weighted, 0, None, total)),
            (np.subtract, (da, total, dz)),
            (np.multiply, (dz, a, dz)),
        ]


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Linear("linear", "z", "1"),
        Sigmoid("sigmoid", "1/(1 + e⁻ᶻ)", "a(1 − a)"),
        Tanh("tanh", "(eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ)", "1 − a²"),
        ReLU("relu", "max(0, z)", "1 if z > 0 else 0"),
        LeakyReLU("leaky_relu", "z if z > 0 else α z", "1 if z > 0 else α", 0.05),
        ELU("elu", "z if z > 0 else α(eᶻ − 1)", "1 if z > 0 else a + α", 1.0),
        LeakyReLU("prelu", "z if z > 0 else α z, α learned", "1 if z > 0 else α", 0.05),
        Softmax("softmax", "eᶻⁱ / Σⱼ eᶻʲ", "aᵢ(δᵢⱼ − aⱼ)"),
    )
}
"""Every activation by Keras' name."""


def _one_where_positive(z: Array, g_prime: Array) -> Sequence[Call]:
    """Overwrite g_prime with 1 where z > 0."""
    mask = np.zeros(z.shape, np.bool_)
    return (
        (np.greater, (z, np.asarray(0.0, z.dtype), mask)),
        (np.copyto, (g_prime, np.asarray(1.0, z.dtype), "same_kind", mask)),
    )


def _as_float(z: Array) -> Array:
    z = np.asarray(z)
    return z if z.dtype.kind == "f" else z.astype(np.float64)
