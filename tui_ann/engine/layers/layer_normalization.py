"""Layer normalisation."""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.expression import Constant, Expression, Root, expression
from tui_ann.engine.functions import over_examples, over_units
from tui_ann.engine.layers.base import (
    Incompatibility,
    Layer,
    LayerContext,
    LayerPass,
    Signal,
    new_signal,
)
from tui_ann.engine.parameter_layout import ParameterSpec
from tui_ann.engine.tape import Array, Call, Phase, TapeBuilder, quantity
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True)
class LayerNormalization(Layer):
    """Normalises each example over its units, then scales by γ and shifts by β (Ba et al. 2016; Keras)."""

    type = "layer_normalization"
    counter = "normalization"
    letter = "n"
    noun = "layer normalisation"

    epsilon: float = 1e-3
    """Added to the variance."""

    def parameters(self, inputs: int, *, separate_bias: bool) -> list[ParameterSpec]:
        """γ and β."""
        return [ParameterSpec("gamma", (inputs,), "γ", 1.0), ParameterSpec("beta", (inputs,), "β")]

    def build(self, context: LayerContext) -> "LayerNormalizationPass":
        """Its operations."""
        return LayerNormalizationPass(self, context)

    def problems(self, place: int) -> list[Incompatibility]:
        """An ε that cannot be."""
        if self.epsilon > 0.0:
            return []
        message = f"Layer {place}: layer normalisation needs ε > 0."
        return [Incompatibility(place, "bad_normalisation", message, "Keras' value is 0.001.")]

    def count(self, inputs: int) -> str:
        """γ and β."""
        return f"2·{inputs}"

    @property
    def label(self) -> str:
        """With its ε."""
        return f"layer normalisation (ε = {self.epsilon:g})"


class LayerNormalizationPass(LayerPass[LayerNormalization]):
    """x̂ = (x − μ)/√(σ² + ε), n = γ x̂ + β, with μ and σ² (biased) over the units of each example.

    Args:
        layer: Its description.
        context: Its place and arrays.
    """

    def __init__(self, layer: LayerNormalization, context: LayerContext) -> None:
        super().__init__(layer, context)
        n = self.number
        self.mu, self.var, self.x_hat_value = (quantity(letter, n) for letter in ("mu", "var", "x_hat"))
        self.gamma, self.beta = quantity("gamma", n), quantity("beta", n)
        self.deviation_value = Root(self.var + Constant(Symbol("epsilon"), layer.epsilon))

    @property
    def _name(self) -> str:
        return f"layer normalisation {self.number}"

    def _emit(
        self, builder: TapeBuilder, symbol: Symbol, value: Expression, result: Array, calls: list[Call], title: str
    ) -> None:
        phase = Phase.FORWARD
        builder.emit(phase, self.place, symbol, value, result, calls, title=f"{self._name.capitalize()}: {title}")

    def forward_inference(self, builder: TapeBuilder, x: Signal) -> Signal:
        """The same as in training."""
        return self.forward(builder, x)

    def forward(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit μ, σ², x̂ and the output."""
        n, units, entering = self.number, x.value.shape[0], expression(x.symbol)
        self.x, count = x, builder.constant(units)
        self.share = 1 / Constant(Symbol("units"), float(units), literal=True)
        mean, variance, self.deviation = (np.zeros((1, builder.batch_size), builder.dtype) for _ in range(3))
        centred, squared, self.x_hat = (builder.buffer(units) for _ in range(3))
        calls: list[Call] = [(np.add.reduce, (x.value, 0, None, mean, True)), (np.divide, (mean, count, mean))]
        value = self.share * over_units(entering)
        self._emit(builder, Symbol("mu", n), value, mean, calls, "mean over the units")
        calls = [
            (np.subtract, (x.value, mean, centred)),
            (np.multiply, (centred, centred, squared)),
            (np.add.reduce, (squared, 0, None, variance, True)),
            (np.divide, (variance, count, variance)),
        ]
        value = self.share * over_units((entering - self.mu) ** 2)
        self._emit(builder, Symbol("var", n), value, variance, calls, "variance over the units")
        calls = [
            (np.add, (variance, builder.constant(self.layer.epsilon), self.deviation)),
            (np.sqrt, (self.deviation, self.deviation)),
            (np.divide, (centred, self.deviation, self.x_hat)),
        ]
        normalised = (entering - self.mu) / self.deviation_value
        self._emit(builder, Symbol("x_hat", n), normalised, self.x_hat, calls, "normalised")
        out = new_signal(builder, Symbol("n", n), units)
        calls = [
            (np.multiply, (self.x_hat, self.column("gamma"), out.value)),
            (np.add, (out.value, self.column("beta"), out.value)),
        ]
        self._emit(builder, out.symbol, self.gamma * self.x_hat_value + self.beta, out.value, calls, "output")
        return out

    def backward(self, builder: TapeBuilder, slope: Array, needs_dx: bool) -> Array | None:
        """∂L/∂γ = Σ ∂L/∂n ⊙ x̂, ∂L/∂β = Σ ∂L/∂n, ∂L/∂x̂ = γ ∂L/∂n, and ∂L/∂x through x̂, μ and σ²."""
        n, dgamma, dbeta = self.number, self.gradient_column("gamma"), self.gradient_column("beta")
        dn, units = expression(Symbol("n", n).gradient), slope.shape[0]
        product = builder.buffer(units)
        calls: list[Call] = [
            (np.multiply, (slope, self.x_hat, product)),
            (np.add.reduce, (product, 1, None, dgamma, True)),
        ]
        symbol, title = Symbol("gamma", n).gradient, f"Gradient of γ of {self._name}"
        value: Expression = over_examples(dn * self.x_hat_value)
        builder.emit(Phase.BACKWARD, self.place, symbol, value, dgamma, calls, title=title)
        calls = [(np.add.reduce, (slope, 1, None, dbeta, True))]
        symbol, title = Symbol("beta", n).gradient, f"Gradient of β of {self._name}"
        builder.emit(Phase.BACKWARD, self.place, symbol, over_examples(dn), dbeta, calls, title=title)
        if not needs_dx:
            return None
        dx_hat = builder.buffer(units)
        symbol, title = Symbol("x_hat", n).gradient, f"Back through the scale of {self._name}"
        calls = [(np.multiply, (slope, self.column("gamma"), dx_hat))]
        builder.emit(Phase.BACKWARD, self.place, symbol, self.gamma * dn, dx_hat, calls, title=title)
        return self._emit_dx(builder, expression(symbol), dx_hat)

    def _emit_dx(self, builder: TapeBuilder, dx_hat_value: Expression, dx_hat: Array) -> Array:
        """∂L/∂x = (∂L/∂x̂ − mean(∂L/∂x̂) − x̂ mean(∂L/∂x̂ ⊙ x̂))/√(σ² + ε), means over the units."""
        dx, product = builder.buffer(len(dx_hat)), builder.buffer(len(dx_hat))
        mean, one_over_units = np.zeros((1, builder.batch_size), builder.dtype), builder.constant(1.0 / len(dx_hat))
        calls: list[Call] = [
            (np.multiply, (dx_hat, self.x_hat, product)),
            (np.add.reduce, (product, 0, None, mean, True)),
            (np.multiply, (mean, one_over_units, mean)),
            (np.multiply, (self.x_hat, mean, dx)),
            (np.subtract, (dx_hat, dx, dx)),
            (np.add.reduce, (dx_hat, 0, None, mean, True)),
            (np.multiply, (mean, one_over_units, mean)),
            (np.subtract, (dx, mean, dx)),
            (np.divide, (dx, self.deviation, dx)),
        ]
        along = self.x_hat_value * (self.share * over_units(dx_hat_value * self.x_hat_value))
        value = 1 / self.deviation_value * (dx_hat_value - self.share * over_units(dx_hat_value) - along)
        symbol, title = self.x.symbol.gradient, f"Back through {self._name}"
        return builder.emit(Phase.BACKWARD, self.place, symbol, value, dx, calls, title=title)
