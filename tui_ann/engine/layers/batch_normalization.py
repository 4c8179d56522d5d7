"""Batch normalisation."""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.expression import Constant, Expression, Root, expression
from tui_ann.engine.functions import over_examples
from tui_ann.engine.layers.base import Incompatibility, LayerContext, Signal
from tui_ann.engine.layers.normalization import Normalization, NormalizationPass
from tui_ann.engine.parameter_layout import ParameterSpec
from tui_ann.engine.tape import Array, Call, Phase, TapeBuilder, quantity
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True)
class BatchNormalization(Normalization):
    """Normalises each unit over the batch, then scales by γ and shifts by β (Ioffe & Szegedy 2015; Keras)."""

    type = "batch_normalization"
    noun = "batch normalisation"
    mixes_examples = True

    momentum: float = 0.99
    """Share of the old running statistics kept at each update."""

    def parameters(self, inputs: int, *, separate_bias: bool) -> list[ParameterSpec]:
        """γ and β, and the running mean and variance."""
        return [
            *super().parameters(inputs, separate_bias=separate_bias),
            ParameterSpec("moving_mean", (inputs,), "running means", trainable=False),
            ParameterSpec("moving_var", (inputs,), "running variances", 1.0, trainable=False),
        ]

    def build(self, context: LayerContext) -> "BatchNormalizationPass":
        """Its operations."""
        return BatchNormalizationPass(self, context)

    def problems(self, place: int) -> list[Incompatibility]:
        """Problems with momentum and ε."""
        if 0.0 <= self.momentum < 1.0 and self.epsilon > 0.0:
            return []
        return self.refusal(place, "0 ≤ momentum < 1 and ε > 0", "Keras' values are 0.99 and 0.001.")


class BatchNormalizationPass(NormalizationPass[BatchNormalization]):
    """x̂ = (x − μ)/√(σ² + ε), n = γ x̂ + β, with μ and σ² (biased) of the batch; running statistics at inference.

    Args:
        layer: Its description.
        context: Its position and arrays.
    """

    def forward(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit μ, σ², x̂, the output and the running statistics."""
        n, units, entering = self.number, x.value.shape[0], expression(x.symbol)
        examples = builder.constant(builder.batch_size)
        self.share = 1 / Constant(Symbol("n"), float(builder.batch_size))
        mean, variance = (np.zeros((units, 1), builder.dtype) for _ in range(2))
        centred, squared = builder.buffer(units), builder.buffer(units)
        calls: list[Call] = [
            (np.add.reduce, (x.value, 1, None, mean, True)),
            (np.divide, (mean, examples, mean)),
        ]
        value = self.share * over_examples(entering)
        self.emit(builder, Symbol("mu", n), value, mean, calls, "mean over the batch")
        calls = [
            (np.subtract, (x.value, mean, centred)),
            (np.multiply, (centred, centred, squared)),
            (np.add.reduce, (squared, 1, None, variance, True)),
            (np.divide, (variance, examples, variance)),
        ]
        value = self.share * over_examples((entering - self.mu) ** 2)
        self.emit(builder, Symbol("var", n), value, variance, calls, "variance over the batch")
        out = self._emit_normalised(builder, x, centred, variance, [], self.mu, self.var)
        for name, batch, statistic in (("moving_mean", mean, self.mu), ("moving_var", variance, self.var)):
            self._emit_running(builder, name, batch, statistic)
        return out

    def _emit_running(self, builder: TapeBuilder, name: str, batch: Array, statistic: Expression) -> None:
        running, share = self.column(name), np.zeros(batch.shape, builder.dtype)
        m = self.layer.momentum
        calls: list[Call] = [
            (np.multiply, (running, builder.constant(m), running)),
            (np.multiply, (batch, builder.constant(1.0 - m), share)),
            (np.add, (running, share, running)),
        ]
        symbol = Symbol(name, self.number)
        old, new = (Constant(Symbol("momentum"), value, literal=True) for value in (m, 1.0 - m))
        title = "running mean" if name == "moving_mean" else "running variance"
        value = old * expression(symbol) + new * statistic
        self.emit(builder, symbol.after, value, running, calls, title)

    def forward_inference(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit x̂ from the running statistics, and the output."""
        n, centred = self.number, builder.buffer(x.value.shape[0])
        calls: list[Call] = [(np.subtract, (x.value, self.column("moving_mean"), centred))]
        mean, variance = quantity("moving_mean", n), quantity("moving_var", n)
        return self._emit_normalised(builder, x, centred, self.column("moving_var"), calls, mean, variance)

    def _emit_normalised(
        self,
        builder: TapeBuilder,
        x: Signal,
        centred: Array,
        variance: Array,
        before: list[Call],
        mu: Expression,
        var: Expression,
    ) -> Signal:
        self.x, self.deviation = x, np.zeros(variance.shape, builder.dtype)
        self.x_hat = builder.buffer(x.value.shape[0])
        calls: list[Call] = [
            *before,
            (np.add, (variance, builder.constant(self.layer.epsilon), self.deviation)),
            (np.sqrt, (self.deviation, self.deviation)),
            (np.divide, (centred, self.deviation, self.x_hat)),
        ]
        value: Expression = (expression(x.symbol) - mu) / Root(var + self.epsilon)
        self.emit(builder, Symbol("x_hat", self.number), value, self.x_hat, calls, "normalised")
        return self.emit_output(builder)

    def backward(self, builder: TapeBuilder, slope: Array, needs_dx: bool) -> Array | None:
        """∂L/∂γ = Σ ∂L/∂n ⊙ x̂, ∂L/∂β = Σ ∂L/∂n, ∂L/∂x = γ/√(σ²+ε) (∂L/∂n − 1/n ∂L/∂β − 1/n x̂ ∂L/∂γ)."""
        dn = self.emit_parameter_gradients(builder, slope)
        if not needs_dx:
            return None
        dgamma, dbeta = self.gradient_column("gamma"), self.gradient_column("beta")
        share = np.zeros(dgamma.shape, builder.dtype)
        dx, one_over_n = builder.buffer(slope.shape[0]), builder.constant(1.0 / builder.batch_size)
        calls: list[Call] = [
            (np.multiply, (dgamma, one_over_n, share)),
            (np.multiply, (self.x_hat, share, dx)),
            (np.subtract, (slope, dx, dx)),
            (np.multiply, (dbeta, one_over_n, share)),
            (np.subtract, (dx, share, dx)),
            (np.divide, (self.column("gamma"), self.deviation, share)),
            (np.multiply, (dx, share, dx)),
        ]
        dgamma_value, dbeta_value = (expression(Symbol(name, self.number).gradient) for name in ("gamma", "beta"))
        inside = dn - self.share * dbeta_value - self.share * (self.x_hat_value * dgamma_value)
        value = self.gamma / Root(self.var + self.epsilon) * inside
        title = f"Back through {self.name}"
        return builder.emit(Phase.BACKWARD, self.place, self.x.symbol.gradient, value, dx, calls, title=title)
