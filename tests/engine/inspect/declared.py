"""An activation that the program does not have, declared as a new one would be."""

import numpy as np

from tui_ann.engine.activation import Activation
from tui_ann.engine.expression import Expression
from tui_ann.engine.functions import exp
from tui_ann.engine.kernel.opcodes import python_only
from tui_ann.engine.tape import Array, Call


class Declared(Activation):
    """g(z) = z/(1 + e⁻ᶻ)."""

    def value(self, z: Expression, alpha: Expression) -> Expression:
        return z / (1 + exp(-z))

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        return a + (1 - a) / (1 + exp(-z))

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        return [(_g, (z, a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        return [(_g_prime, (z, a, g_prime))]


@python_only
def _g(z: Array, a: Array) -> None:
    a[:] = z / (1 + np.exp(-z))


@python_only
def _g_prime(z: Array, a: Array, g_prime: Array) -> None:
    g_prime[:] = a + (1 - a) / (1 + np.exp(-z))
