"""How each kind of layer runs: the operations it contributes forwards and backwards.

A pass is made once per tape.  `forward` takes the signal that enters the layer and returns the one that leaves it;
`backward` takes ∂L/∂(output) and returns ∂L/∂(input), or None where nothing before the layer learns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS, Softmax
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout
from tui_ann.engine.tape import Array, Call, Phase, TapeBuilder, minimum
from tui_ann.engine.threads import LARGE, product_scratch, threaded_gradient, threaded_product


@dataclass(frozen=True, eq=False)
class Signal:
    """What one layer hands to the next."""

    symbol: str
    """Its name on the tape: `x`, `a1`, `d1`, `n1`."""
    value: Array
    """(units, batch)."""
    with_ones: Array
    """The same with a row of ones below it, (units + 1, batch), so that W x + b is one product; where the bias stands
    apart, `value` itself."""
    transposed: Array
    """`with_ones` transposed, made once."""


def new_signal(builder: TapeBuilder, symbol: str, units: int) -> Signal:
    """A signal with buffers of its own."""
    with_ones = np.ones((units + 1, builder.batch_size), builder.dtype)
    value = with_ones[:-1]
    value.fill(0.0)
    return Signal(symbol, value, with_ones, with_ones.T)


@dataclass(frozen=True, eq=False)
class Block:
    """The parameters of a dense layer with their gradients, as the products need them."""

    A: Array
    """[W b] of shape (neurons, inputs + 1), or W alone where the bias stands apart."""
    W: Array
    b: Array
    dA: Array
    dW: Array
    db: Array

    @property
    def apart(self) -> bool:
        """Whether the bias stands apart from W."""
        return self.A.shape == self.W.shape


class DensePass:
    """z = W x + b, a = g(z); ∂L/∂z = ∂L/∂a ⊙ g′(z), ∂L/∂W = ∂L/∂z xᵀ, ∂L/∂b = Σ ∂L/∂z, ∂L/∂x = Wᵀ ∂L/∂z.

    Args:
        layer: Its description.
        place: Place in the list of layers, the first is 1.
        number: Its number among the dense layers, the index of W, b, z and a.
        block: Its parameters and gradients.
        alpha: (units, 1) learned α and its gradient, for parametric ReLU.
    """

    def __init__(
        self, layer: Dense, place: int, number: int, block: Block, alpha: tuple[Array, Array] | None = None
    ) -> None:
        self.layer, self.place, self.number, self.block = layer, place, number, block
        self.activation = ACTIVATIONS[layer.activation]
        self.learned_alpha = alpha

    def forward(self, builder: TapeBuilder, x: Signal, z: Array | None = None, a: Array | None = None) -> Signal:
        """Emit z and a.

        Args:
            builder: The tape being written.
            x: What enters.
            z: Buffer for the net input (units, batch), C-contiguous, where the caller has one.
            a: Buffer for the output, likewise; an output layer's, so no row of ones is kept below it.
        """
        n, units = self.number, self.layer.units
        out = new_signal(builder, f"a{n}", units) if a is None else Signal(f"a{n}", a, a, a.T)
        linear = self.activation.name == "linear"
        if z is None:
            shared = linear and out.value.flags.c_contiguous
            z = out.value if shared else builder.buffer(units)
        self.x, self.z, self.out = x, z, out
        calls: list[Call] = [(self.block.A.dot, (x.with_ones, z))]
        self.on_threads = self.block.apart and max(self.block.W.size, x.value.size) >= LARGE
        if self.on_threads:
            calls = [(threaded_product, (self.block.W, x.value, z, product_scratch(z)))]
        if self.block.apart:
            calls.append((np.add, (z, self.block.b[:, None], z)))
        operands = (f"W{n}", x.symbol, f"b{n}")
        builder.emit(Phase.FORWARD, self.place, f"z{n}", f"W{n} {x.symbol} + b{n}", operands, z, calls)
        self.alpha = self._alpha(builder)
        calls = self.activation.g_calls(z, out.value, self.alpha)
        builder.emit(Phase.FORWARD, self.place, f"a{n}", self.activation.formula, (f"z{n}",), out.value, calls)
        return out

    def _alpha(self, builder: TapeBuilder) -> Array:
        if self.learned_alpha is not None:
            return self.learned_alpha[0]
        chosen = self.activation.default_alpha if self.layer.alpha is None else self.layer.alpha
        return builder.constant(chosen or 0.0)

    def backward(self, builder: TapeBuilder, da: Array, needs_dx: bool) -> Array | None:
        """Emit ∂L/∂z, ∂L/∂W, ∂L/∂b and, where asked for, ∂L/∂x; `da` is ∂L/∂a (units, batch)."""
        return self.backward_from_dz(builder, self._dz(builder, da), needs_dx)

    def _dz(self, builder: TapeBuilder, da: Array) -> Array:
        n, a, z = self.number, self.out.value, self.z
        if self.activation.name == "linear":
            return builder.emit(Phase.BACKWARD, self.place, f"dz{n}", f"da{n} · 1", (f"da{n}",), da)
        dz = builder.buffer(self.layer.units)
        if isinstance(self.activation, Softmax):
            formula = f"Jᵀ da{n},  Jᵢⱼ = {self.activation.formula_prime}"
            calls = self.activation.backward_calls(a, da, dz)
            return builder.emit(Phase.BACKWARD, self.place, f"dz{n}", formula, (f"a{n}", f"da{n}"), dz, calls)
        g_prime = builder.buffer(self.layer.units)
        calls = self.activation.g_prime_calls(z, a, g_prime, self.alpha)
        formula = self.activation.formula_prime
        builder.emit(Phase.BACKWARD, self.place, f"g_prime{n}", formula, (f"z{n}", f"a{n}"), g_prime, calls)
        if self.learned_alpha is not None:
            self._emit_dalpha(builder, da, self.learned_alpha[1])
        product: list[Call] = [(np.multiply, (da, g_prime, dz))]
        operands = (f"da{n}", f"g_prime{n}")
        return builder.emit(Phase.BACKWARD, self.place, f"dz{n}", f"da{n} ⊙ g_prime{n}", operands, dz, product)

    def _emit_dalpha(self, builder: TapeBuilder, da: Array, dalpha: Array) -> None:
        n = self.number
        below = builder.buffer(self.layer.units)
        calls: list[Call] = [
            (minimum, (self.z, builder.constant(0.0), below)),
            (np.multiply, (below, da, below)),
            (np.add.reduce, (below, 1, None, dalpha, True)),
        ]
        operands = (f"da{n}", f"z{n}")
        builder.emit(Phase.BACKWARD, self.place, f"dalpha{n}", f"Σ da{n} ⊙ min(0, z{n})", operands, dalpha, calls)

    def backward_from_dz(self, builder: TapeBuilder, dz: Array, needs_dx: bool) -> Array | None:
        """Emit what follows from ∂L/∂z (units, batch); a joined loss enters here."""
        n, block, x = self.number, self.block, self.x.symbol
        calls: list[Call] = [(dz.dot, (self.x.transposed, block.dA))]
        if self.on_threads:
            calls = [(threaded_gradient, (dz, self.x.transposed, block.dW))]
        builder.emit(Phase.BACKWARD, self.place, f"dW{n}", f"dz{n} {x}ᵀ", (f"dz{n}", x), block.dW, calls)
        calls = [(np.add.reduce, (dz, 1, None, block.db))] if block.apart else []
        builder.emit(Phase.BACKWARD, self.place, f"db{n}", f"dz{n} · 1", (f"dz{n}",), block.db, calls)
        if not needs_dx:
            return None
        dx = builder.buffer(self.x.value.shape[0])
        calls = [(block.W.T.dot, (dz, dx))]
        return builder.emit(Phase.BACKWARD, self.place, f"d{x}", f"W{n}ᵀ dz{n}", (f"W{n}", f"dz{n}"), dx, calls)


class DropoutPass:
    """Training: d = r ⊙ x with a random mask r; inference: d = x (inverted) or d = p x (classic).

    Args:
        layer: Its description.
        place: Place in the list of layers.
        number: Its number among the dropout layers.
        draw: Fills a float64 buffer with uniform numbers from [0, 1), this update's and this layer's own.
    """

    def __init__(self, layer: Dropout, place: int, number: int, draw: Any) -> None:
        self.layer, self.place, self.number, self.draw = layer, place, number, draw

    @property
    def keep(self) -> float:
        """The keep probability p = 1 − rate."""
        return 1.0 - self.layer.rate

    def forward(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit the mask and the masked signal."""
        n = self.number
        out = new_signal(builder, f"d{n}", x.value.shape[0])
        uniform = np.zeros(x.value.shape)
        self.mask = mask = builder.buffer(x.value.shape[0])
        calls: list[Call] = [(self.draw, (uniform,)), (np.less, (uniform, np.asarray(self.keep), mask))]
        formula = f"1 with probability {self.keep:g}, else 0"
        if self.layer.mode == "inverted":
            calls.append((np.multiply, (mask, builder.constant(1.0 / self.keep), mask)))
            formula = f"1/{self.keep:g} with probability {self.keep:g}, else 0"
        builder.emit(Phase.FORWARD, self.place, f"r{n}", formula, (), mask, calls)
        calls = [(np.multiply, (x.value, mask, out.value))]
        operands = (f"r{n}", x.symbol)
        builder.emit(Phase.FORWARD, self.place, out.symbol, f"r{n} ⊙ {x.symbol}", operands, out.value, calls)
        self.x = x
        return out

    def forward_inference(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Nothing for inverted dropout; classic multiplies with p, as if the next weights were multiplied."""
        if self.layer.mode == "inverted":
            return x
        out = new_signal(builder, f"d{self.number}", x.value.shape[0])
        calls: list[Call] = [(np.multiply, (x.value, builder.constant(self.keep), out.value))]
        formula = f"{self.keep:g} · {x.symbol}"
        builder.emit(Phase.FORWARD, self.place, out.symbol, formula, (x.symbol,), out.value, calls)
        return out

    def backward(self, builder: TapeBuilder, dd: Array, needs_dx: bool) -> Array | None:
        """∂L/∂x = r ⊙ ∂L/∂d."""
        if not needs_dx:
            return None
        n, x = self.number, self.x.symbol
        dx = builder.buffer(dd.shape[0])
        calls: list[Call] = [(np.multiply, (dd, self.mask, dx))]
        return builder.emit(Phase.BACKWARD, self.place, f"d{x}", f"r{n} ⊙ dd{n}", (f"r{n}", f"dd{n}"), dx, calls)


class BatchNormalizationPass:
    """x̂ = (x − μ)/√(σ² + ε), n = γ x̂ + β, with μ and σ² (biased) of the batch; running statistics at inference.

    Args:
        layer: Its description.
        place: Place in the list of layers.
        number: Its number among the batch normalisations.
        parameters: `gamma beta moving_mean moving_var dgamma dbeta`, each (units, 1).
    """

    def __init__(self, layer: BatchNormalization, place: int, number: int, parameters: Mapping[str, Array]) -> None:
        self.layer, self.place, self.number, self.parameters = layer, place, number, parameters

    def forward(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit μ, σ², x̂, the output and the running statistics."""
        n, units, p = self.number, x.value.shape[0], self.parameters
        examples = builder.constant(builder.batch_size)
        mean, variance = (np.zeros((units, 1), builder.dtype) for _ in range(2))
        centred, squared = builder.buffer(units), builder.buffer(units)

        def emit(symbol: str, formula: str, operands: tuple[str, ...], result: Array, calls: list[Call]) -> None:
            builder.emit(Phase.FORWARD, self.place, symbol, formula, operands, result, calls)

        over_examples: list[Call] = [
            (np.add.reduce, (x.value, 1, None, mean, True)),
            (np.divide, (mean, examples, mean)),
        ]
        emit(f"mu{n}", f"1/n Σ {x.symbol}", (x.symbol,), mean, over_examples)
        squares: list[Call] = [
            (np.subtract, (x.value, mean, centred)),
            (np.multiply, (centred, centred, squared)),
            (np.add.reduce, (squared, 1, None, variance, True)),
            (np.divide, (variance, examples, variance)),
        ]
        emit(f"var{n}", f"1/n Σ ({x.symbol} − mu{n})²", (x.symbol, f"mu{n}"), variance, squares)
        out = self._emit_normalised(builder, x, centred, variance, [])
        for name, batch, symbol in (("moving_mean", mean, f"mu{n}"), ("moving_var", variance, f"var{n}")):
            share = np.zeros((units, 1), builder.dtype)
            m = self.layer.momentum
            average: list[Call] = [
                (np.multiply, (p[name], builder.constant(m), p[name])),
                (np.multiply, (batch, builder.constant(1.0 - m), share)),
                (np.add, (p[name], share, p[name])),
            ]
            formula = f"{m:g} {name}{n} + {1.0 - m:g} {symbol}"
            emit(f"{name}{n}", formula, (f"{name}{n}", symbol), p[name], average)
        return out

    def forward_inference(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit x̂ from the running statistics, and the output."""
        p, centred = self.parameters, builder.buffer(x.value.shape[0])
        calls: list[Call] = [(np.subtract, (x.value, p["moving_mean"], centred))]
        return self._emit_normalised(builder, x, centred, p["moving_var"], calls)

    def _emit_normalised(
        self, builder: TapeBuilder, x: Signal, centred: Array, variance: Array, before: list[Call]
    ) -> Signal:
        n, p = self.number, self.parameters
        out = new_signal(builder, f"n{n}", x.value.shape[0])
        self.x, self.deviation = x, np.zeros(variance.shape, builder.dtype)
        self.x_hat = builder.buffer(x.value.shape[0])
        calls: list[Call] = [
            *before,
            (np.add, (variance, builder.constant(self.layer.epsilon), self.deviation)),
            (np.sqrt, (self.deviation, self.deviation)),
            (np.divide, (centred, self.deviation, self.x_hat)),
        ]
        formula = f"({x.symbol} − mu{n})/√(var{n} + ε)"
        operands = (x.symbol, f"mu{n}", f"var{n}")
        builder.emit(Phase.FORWARD, self.place, f"x_hat{n}", formula, operands, self.x_hat, calls)
        calls = [(np.multiply, (self.x_hat, p["gamma"], out.value)), (np.add, (out.value, p["beta"], out.value))]
        formula, operands = f"gamma{n} ⊙ x_hat{n} + beta{n}", (f"gamma{n}", f"x_hat{n}", f"beta{n}")
        builder.emit(Phase.FORWARD, self.place, out.symbol, formula, operands, out.value, calls)
        return out

    def backward(self, builder: TapeBuilder, dn: Array, needs_dx: bool) -> Array | None:
        """∂L/∂γ = Σ ∂L/∂n ⊙ x̂, ∂L/∂β = Σ ∂L/∂n, ∂L/∂x = γ/√(σ²+ε) (∂L/∂n − 1/n ∂L/∂β − 1/n x̂ ∂L/∂γ)."""
        n, p = self.number, self.parameters
        product, dout = builder.buffer(dn.shape[0]), f"dn{n}"
        calls: list[Call] = [
            (np.multiply, (dn, self.x_hat, product)),
            (np.add.reduce, (product, 1, None, p["dgamma"], True)),
        ]
        formula = f"Σ {dout} ⊙ x_hat{n}"
        builder.emit(Phase.BACKWARD, self.place, f"dgamma{n}", formula, (dout, f"x_hat{n}"), p["dgamma"], calls)
        calls = [(np.add.reduce, (dn, 1, None, p["dbeta"], True))]
        builder.emit(Phase.BACKWARD, self.place, f"dbeta{n}", f"Σ {dout}", (dout,), p["dbeta"], calls)
        if not needs_dx:
            return None
        share = np.zeros(p["gamma"].shape, builder.dtype)
        dx, one_over_n = builder.buffer(dn.shape[0]), builder.constant(1.0 / builder.batch_size)
        calls = [
            (np.multiply, (p["dgamma"], one_over_n, share)),
            (np.multiply, (self.x_hat, share, dx)),
            (np.subtract, (dn, dx, dx)),
            (np.multiply, (p["dbeta"], one_over_n, share)),
            (np.subtract, (dx, share, dx)),
            (np.divide, (p["gamma"], self.deviation, share)),
            (np.multiply, (dx, share, dx)),
        ]
        formula = f"gamma{n}/√(var{n} + ε) ({dout} − 1/n dbeta{n} − 1/n x_hat{n} dgamma{n})"
        operands = (f"gamma{n}", f"var{n}", dout, f"dbeta{n}", f"x_hat{n}", f"dgamma{n}")
        builder.emit(Phase.BACKWARD, self.place, f"d{self.x.symbol}", formula, operands, dx, calls)
        return dx


LayerPass = DensePass | DropoutPass | BatchNormalizationPass
