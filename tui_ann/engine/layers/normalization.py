"""What batch and layer normalisation share: γ and β, and the output n = γ x̂ + β."""

from abc import ABC
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from tui_ann.engine.expression import Constant, Expression, expression
from tui_ann.engine.functions import over_batch
from tui_ann.engine.layers.base import Incompatibility, Layer, LayerContext, LayerPass, Signal, new_signal
from tui_ann.engine.parameter_layout import ParameterSpec
from tui_ann.engine.tape import Array, Call, Phase, TapeBuilder, quantity
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True)
class Normalization(Layer, ABC):
    """A layer that scales its input to mean 0 and variance 1, then scales by γ and shifts by β."""

    counter = "normalization"
    letter = "n"

    epsilon: float = 1e-3
    """Added to the variance."""

    def parameters(self, inputs: int, *, separate_bias: bool) -> list[ParameterSpec]:
        """γ and β."""
        return [ParameterSpec("gamma", (inputs,), "γ", 1.0), ParameterSpec("beta", (inputs,), "β")]

    def count(self, inputs: int) -> str:
        """γ and β."""
        return f"2·{inputs}"

    @property
    def label(self) -> str:
        """With its ε."""
        return f"{self.noun} (ε = {self.epsilon:g})"

    def refusal(self, place: int, needs: str, remedy: str) -> list[Incompatibility]:
        """The one thing to say about a setting that cannot be."""
        return [Incompatibility(place, "bad_normalisation", f"Layer {place}: {self.noun} needs {needs}.", remedy)]


N = TypeVar("N", bound=Normalization, covariant=True)


class NormalizationPass(LayerPass[N], ABC, Generic[N]):
    """The operations around x̂: the output forwards, ∂L/∂γ and ∂L/∂β backwards.

    Args:
        layer: Its description.
        context: Its place and arrays.
    """

    x: Signal
    """What entered."""
    x_hat: Array
    """The normalised input (units, batch)."""

    def __init__(self, layer: N, context: LayerContext) -> None:
        super().__init__(layer, context)
        n = self.number
        self.mu, self.var, self.x_hat_value = (quantity(letter, n) for letter in ("mu", "var", "x_hat"))
        self.gamma, self.beta = quantity("gamma", n), quantity("beta", n)
        self.epsilon = Constant(Symbol("epsilon"), layer.epsilon)
        self.name = f"{layer.noun} {n}"

    def emit(
        self, builder: TapeBuilder, symbol: Symbol, value: Expression, result: Array, calls: list[Call], title: str
    ) -> None:
        """Emit a part of the forward pass."""
        title = f"{self.name.capitalize()}: {title}"
        builder.emit(Phase.FORWARD, self.place, symbol, value, result, calls, title=title)

    def emit_output(self, builder: TapeBuilder) -> Signal:
        """Emit n = γ x̂ + β."""
        out = new_signal(builder, Symbol("n", self.number), len(self.x_hat))
        calls: list[Call] = [
            (np.multiply, (self.x_hat, self.column("gamma"), out.value)),
            (np.add, (out.value, self.column("beta"), out.value)),
        ]
        self.emit(builder, out.symbol, self.gamma * self.x_hat_value + self.beta, out.value, calls, "output")
        return out

    def emit_parameter_gradients(self, builder: TapeBuilder, slope: Array) -> Expression:
        """Emit ∂L/∂γ = Σ ∂L/∂n ⊙ x̂ and ∂L/∂β = Σ ∂L/∂n.

        Args:
            builder: The tape being written.
            slope: ∂L/∂n (units, batch).

        Returns:
            ∂L/∂n as an expression.
        """
        dn = expression(Symbol("n", self.number).gradient)
        dgamma, dbeta = self.gradient_column("gamma"), self.gradient_column("beta")
        product = builder.buffer(len(slope))
        calls: list[Call] = [
            (np.multiply, (slope, self.x_hat, product)),
            (np.add.reduce, (product, 1, None, dgamma, True)),
        ]
        symbol, title = Symbol("gamma", self.number).gradient, f"Gradient of γ of {self.name}"
        value: Expression = over_batch(dn * self.x_hat_value, builder.batch_size)
        builder.emit(Phase.BACKWARD, self.place, symbol, value, dgamma, calls, title=title)
        calls = [(np.add.reduce, (slope, 1, None, dbeta, True))]
        symbol, title = Symbol("beta", self.number).gradient, f"Gradient of β of {self.name}"
        value = over_batch(dn, builder.batch_size)
        builder.emit(Phase.BACKWARD, self.place, symbol, value, dbeta, calls, title=title)
        return dn
