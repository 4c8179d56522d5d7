"""Activation functions g(z) and their derivatives g′(z).

Each declares in one class what it computes, as expressions, and the NumPy calls that the tape runs; `g` and `g_prime`
run the same calls into new arrays.  All are finite and warning-free for |z| of 1000 and beyond.  Formulas: lecture,
"Activation functions and their derivatives"; parametric ReLU: He et al. 2015; the others as in `keras.activations`.
"""

import math
from collections.abc import Sequence

import numpy as np

from tui_ann.engine.activation import Activation
from tui_ann.engine.calculus import erf
from tui_ann.engine.expression import Constant, Expression, Number, Root
from tui_ann.engine.functions import Cases, Function, exp, largest, ln, negative_part, over_units, positive_part
from tui_ann.engine.kernel.opcodes import IN_PLACE, Opcode, computes
from tui_ann.engine.tape import CHANGE, Array, Call, maximum, minimum
from tui_ann.text.symbols import Symbol

FEW = 1 << 11
"""Up to this many numbers, a function with more work per number but less call overhead is faster."""


class Linear(Activation):
    """g(z) = z, so on a tape a shares z's buffer and needs no call."""

    shares_buffer = True

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """Z."""
        return z

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """1."""
        return Number(1.0)

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """A copy if a is not z itself, else nothing."""
        return [] if a is z else [(np.copyto, (a, z))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """g′ = 1."""
        return [(g_prime.fill, (1.0,))]


class Sigmoid(Activation):
    """g(z) = 1/(1 + e⁻ᶻ): e⁻ᶻ may overflow to infinity, whose reciprocal is the right 0."""

    outputs_in_words = "a probability"

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """1/(1 + e⁻ᶻ)."""
        return 1 / (1 + exp(-z))

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """a(1 − a)."""
        return a * (1 - a)

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """1/(1 + e⁻ᶻ)."""
        one = np.asarray(1.0, z.dtype)
        return [(np.negative, (z, a)), (np.exp, (a, a)), (np.add, (a, one, a)), (np.reciprocal, (a, a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """g′ = a(1 − a)."""
        return _times_rest(a, g_prime)


class Tanh(Activation):
    """The hyperbolic tangent."""

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """(eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ)."""
        return (exp(z) - exp(-z)) / (exp(z) + exp(-z))

    def safe_value(self, z: Expression, alpha: Expression) -> Expression:
        """tanh(z)."""
        return Function("tanh", (z,))

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """1 − a²."""
        return 1 - a**2

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """Tanh z, which, unlike the quotient, does not overflow."""
        return [(np.tanh, (z, a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """g′ = 1 − a²."""
        one = np.asarray(1.0, z.dtype)
        return [(np.multiply, (a, a, g_prime)), (np.subtract, (one, g_prime, g_prime))]


class ReLU(Activation):
    """g(z) = max(0, z)."""

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """max(0, z)."""
        return positive_part(z)

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """1 where z > 0, else 0."""
        return Cases(z, Number(1.0), Number(0.0))

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """max(0, z)."""
        return [(maximum, (z, np.asarray(0.0, z.dtype), a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """1 where z > 0, else 0: for few numbers the sign of a, which costs half as much as a comparison."""
        return [(np.sign, (a, g_prime)) if a.size < FEW else (np.greater, (a, np.asarray(0.0, a.dtype), g_prime))]


class LeakyReLU(Activation):
    """g(z) = max(0, z) + α·min(0, z); leaky and parametric ReLU differ only in how α is chosen."""

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """Z where z > 0, else α z."""
        return Cases(z, z, alpha * z)

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """1 where z > 0, else α."""
        return Cases(z, Number(1.0), alpha)

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

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """Z where z > 0, else α(eᶻ − 1)."""
        return Cases(z, z, alpha * (exp(z) - 1))

    def safe_value(self, z: Expression, alpha: Expression) -> Expression:
        """The same, whose exponent is never positive."""
        return Cases(z, z, alpha * (exp(negative_part(z)) - 1))

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """1 where z > 0, else a + α."""
        return Cases(z, Number(1.0), a + alpha)

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


class Softplus(Activation):
    """g(z) = ln(1 + eᶻ), a smooth ReLU."""

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """ln(1 + eᶻ)."""
        return ln(1 + exp(z))

    def safe_value(self, z: Expression, alpha: Expression) -> Expression:
        """max(0, z) + ln(1 + e^−|z|)."""
        return positive_part(z) + ln(1 + exp(-Function("abs", (z,))))

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """1/(1 + e⁻ᶻ)."""
        return 1 / (1 + exp(-z))

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """ln(e⁰ + eᶻ), which does not overflow."""
        return [(np.logaddexp, (np.asarray(0.0, z.dtype), z, a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """1/(1 + e⁻ᶻ)."""
        one = np.asarray(1.0, z.dtype)
        return [
            (np.negative, (z, g_prime)),
            (np.exp, (g_prime, g_prime)),
            (np.add, (g_prime, one, g_prime)),
            (np.reciprocal, (g_prime, g_prime)),
        ]


_PI = Constant(Symbol("pi"), math.pi)


class GELU(Activation):
    """g(z) = z Φ(z) with the normal distribution Φ(z) = ½ (1 + erf(z/√2)), exactly (Hendrycks & Gimpel 2016)."""

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """½ z (1 + erf(z/√2))."""
        return 0.5 * z * (1 + Function("erf", (z / Root(Number(2.0)),)))

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """Φ(z) + z φ(z), with φ(z) = e^(−z²/2)/√(2π)."""
        normal = 0.5 * (1 + Function("erf", (z / Root(Number(2.0)),)))
        return normal + z * (exp(-(z**2) / 2) / Root(2 * _PI))

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        """½ z (1 + erf(z/√2))."""
        phi = np.zeros_like(z)
        return [*_normal_distribution(z, phi), (np.multiply, (z, phi, a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        """Φ(z) + z φ(z)."""
        phi = np.zeros_like(z)
        half, scale = np.asarray(-0.5, z.dtype), np.asarray(1.0 / math.sqrt(2.0 * math.pi), z.dtype)
        return [
            *_normal_distribution(z, phi),
            (np.multiply, (z, z, g_prime)),
            (np.multiply, (g_prime, half, g_prime)),
            (np.exp, (g_prime, g_prime)),
            (np.multiply, (g_prime, scale, g_prime)),
            (np.multiply, (g_prime, z, g_prime)),
            (np.add, (g_prime, phi, g_prime)),
        ]


def _normal_distribution(z: Array, phi: Array) -> list[Call]:
    """Calls that put Φ(z) into phi."""
    root, one, half = (np.asarray(value, z.dtype) for value in (1.0 / math.sqrt(2.0), 1.0, 0.5))
    return [
        (np.multiply, (z, root, phi)),
        (_erf_into, (phi,)),
        (np.add, (phi, one, phi)),
        (np.multiply, (phi, half, phi)),
    ]


@computes(Opcode.ERF, IN_PLACE)
def _erf_into(x: Array) -> None:
    """The error function in place; NumPy has none."""
    erf(x, out=x, casting="unsafe")


class Softmax(Activation):
    """g(z)_i = e^{z_i} / Σ_j e^{z_j} over the units of a layer, shifted by the largest z so that nothing overflows.

    Its derivative is the Jacobian ∂a_i/∂z_j = a_i(δ_ij − a_j), so it acts on the whole ∂L/∂a: see `backward_calls`.
    """

    elementwise = False
    outputs_in_words = "probabilities that sum to 1"

    def value(self, z: Expression, alpha: Expression) -> Expression:
        """eᶻ over its sum over the units."""
        return exp(z) / over_units(exp(z))

    def safe_value(self, z: Expression, alpha: Expression) -> Expression:
        """The same of z less the largest z of the example."""
        return self.value(z - largest(z), alpha)

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """The Jacobian diag(a) − a aᵀ of each example."""
        return Function("diag", (a,)) - Function("outer", (a, a))

    def tangent(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        """The Jacobian times the change, without writing it out."""
        return self.backward(a, CHANGE)

    def backward(self, a: Expression, da: Expression) -> Expression:
        """∂L/∂z: the Jacobian, which is symmetric, times ∂L/∂a."""
        return a * (da - over_units(a * da))

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
        return _times_rest(a, g_prime)

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
        Linear("linear"),
        Sigmoid("sigmoid"),
        Tanh("tanh"),
        ReLU("relu"),
        LeakyReLU("leaky_relu", 0.05),
        ELU("elu", 1.0),
        LeakyReLU("prelu", 0.05, learns_alpha=True),
        Softplus("softplus"),
        GELU("gelu"),
        Softmax("softmax"),
    )
}
"""Every activation by Keras' name."""


def _times_rest(a: Array, g_prime: Array) -> list[Call]:
    """a(1 − a), into g_prime."""
    return [(np.subtract, (np.asarray(1.0, a.dtype), a, g_prime)), (np.multiply, (g_prime, a, g_prime))]


def _one_where_positive(z: Array, g_prime: Array) -> Sequence[Call]:
    """Overwrite g_prime with 1 where z > 0."""
    mask = np.zeros(z.shape, np.bool_)
    return (
        (np.greater, (z, np.asarray(0.0, z.dtype), mask)),
        (np.copyto, (g_prime, np.asarray(1.0, z.dtype), "same_kind", mask)),
    )
