"""Layer normalisation."""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.expression import Constant, Expression, Root, expression
from tui_ann.engine.functions import over_units
from tui_ann.engine.layers.base import Incompatibility, LayerContext, Signal
from tui_ann.engine.layers.normalization import Normalization, NormalizationPass
from tui_ann.engine.tape import Array, Call, Phase, TapeBuilder
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True)
class LayerNormalization(Normalization):
    """Normalises each example over its units, then scales by γ and shifts by β (Ba et al. 2016; Keras)."""

    type = "layer_normalization"
    noun = "layer normalisation"

    def build(self, context: LayerContext) -> "LayerNormalizationPass":
        """Its operations."""
        return LayerNormalizationPass(self, context)

    def problems(self, place: int) -> list[Incompatibility]:
        """Problems with ε."""
        return [] if self.epsilon > 0.0 else self.refusal(place, "ε > 0", "Keras' value is 0.001.")


class LayerNormalizationPass(NormalizationPass[LayerNormalization]):
    """x̂ = (x − μ)/√(σ² + ε), n = γ x̂ + β, with μ and σ² (biased) over the units of each example.

    Args:
        layer: Its description.
        context: Its position and arrays.
    """

    def __init__(self, layer: LayerNormalization, context: LayerContext) -> None:
        super().__init__(layer, context)
        self.deviation_value = Root(self.var + self.epsilon)

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
        self.emit(builder, Symbol("mu", n), value, mean, calls, "mean over the units")
        calls = [
            (np.subtract, (x.value, mean, centred)),
            (np.multiply, (centred, centred, squared)),
            (np.add.reduce, (squared, 0, None, variance, True)),
            (np.divide, (variance, count, variance)),
        ]
        value = self.share * over_units((entering - self.mu) ** 2)
        self.emit(builder, Symbol("var", n), value, variance, calls, "variance over the units")
        calls = [
            (np.add, (variance, builder.constant(self.layer.epsilon), self.deviation)),
            (np.sqrt, (self.deviation, self.deviation)),
            (np.divide, (centred, self.deviation, self.x_hat)),
        ]
        normalised = (entering - self.mu) / self.deviation_value
        self.emit(builder, Symbol("x_hat", n), normalised, self.x_hat, calls, "normalised")
        return self.emit_output(builder)

    def backward(self, builder: TapeBuilder, slope: Array, needs_dx: bool) -> Array | None:
        """∂L/∂γ = Σ ∂L/∂n ⊙ x̂, ∂L/∂β = Σ ∂L/∂n, ∂L/∂x̂ = γ ∂L/∂n, and ∂L/∂x through x̂, μ and σ²."""
        dn, units = self.emit_parameter_gradients(builder, slope), len(slope)
        if not needs_dx:
            return None
        dx_hat = builder.buffer(units)
        symbol, title = Symbol("x_hat", self.number).gradient, f"Back through the scale of {self.name}"
        calls: list[Call] = [(np.multiply, (slope, self.column("gamma"), dx_hat))]
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
        symbol, title = self.x.symbol.gradient, f"Back through {self.name}"
        return builder.emit(Phase.BACKWARD, self.place, symbol, value, dx, calls, title=title)
