"""The fully connected layer."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from tui_ann.engine.activation import Activation
from tui_ann.engine.activations import ACTIVATIONS, Softmax
from tui_ann.engine.expression import Constant, Expression, expression
from tui_ann.engine.functions import negative_part, over_batch
from tui_ann.engine.initializers import INITIALIZERS, initial
from tui_ann.engine.layers.base import (
    Fix,
    Incompatibility,
    Layer,
    LayerContext,
    LayerPass,
    Signal,
    new_signal,
)
from tui_ann.engine.parameter_layout import ParameterSpec
from tui_ann.engine.tape import CHANGE, Array, Call, Phase, TapeBuilder, minimum, quantity
from tui_ann.engine.threads import LARGE, product_scratch, threaded_gradient, threaded_product
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True)
class Dense(Layer):
    """A fully connected layer, a = g(W x + b) (lecture, "Multilayer perceptron")."""

    type = "dense"
    counter = "dense"
    letter = "a"
    noun = "dense layer"

    units: int
    """Neurons."""
    activation: str = "linear"
    """A name of `ACTIVATIONS`."""
    alpha: float | None = None
    """α of leaky ReLU and ELU, initial α of parametric ReLU; None means the activation's default."""
    l1: float = 0.0
    """Penalty l1·Σ|w| on W."""
    l2: float = 0.0
    """Penalty l2·Σw² on W (as Keras: no ½)."""
    initializer: str = "glorot_uniform"
    """A name of `INITIALIZERS`."""

    @property
    def g(self) -> Activation:
        """Its activation function."""
        return ACTIVATIONS[self.activation]

    @property
    def is_penalized(self) -> bool:
        """Whether its weights have a penalty."""
        return bool(self.l1 or self.l2)

    def outputs(self, inputs: int) -> int:
        """Its units."""
        return self.units

    def parameters(self, inputs: int, *, separate_bias: bool) -> list[ParameterSpec]:
        """W, b and the learned α; b is an extra column of W, so that z and ∂L/∂[W b] are one product each."""
        draw = partial(initial, self.initializer)
        specs = [
            ParameterSpec("W", (self.units, inputs), "weights", draw, l1=self.l1, l2=self.l2),
            ParameterSpec("b", (self.units,), "biases", column_of="" if separate_bias else "W"),
        ]
        if self.g.learns_alpha:
            specs.append(ParameterSpec("alpha", (self.units,), "α", self.g.alpha(self.alpha)))
        return specs

    def build(self, context: LayerContext) -> "DensePass":
        """Its operations."""
        return DensePass(self, context)

    def problems(self, place: int) -> list[Incompatibility]:
        """Problems with units, activation, initializer and penalties."""
        found = []
        if self.units < 1:
            message = f"Layer {place} has {self.units} units; a layer needs at least 1."
            found.append(Incompatibility(place, "no_units", message, "Set units to 1 or more.", Fix(place, "units", 1)))
        if self.activation not in ACTIVATIONS:
            message = f"Layer {place}: there is no activation “{self.activation}”."
            remedy = f"Take one of {', '.join(ACTIVATIONS)}."
            found.append(Incompatibility(place, "unknown_activation", message, remedy))
        elif not self.g.elementwise and self.units == 1:
            message = f"Layer {place}: {self.activation} needs 2 or more units; with 1 unit its output is always 1."
            remedy = "Use sigmoid for one output, or give the layer one unit for each class."
            fix = Fix(place, "activation", "sigmoid")
            found.append(Incompatibility(place, "softmax_one_unit", message, remedy, fix))
        if self.initializer not in INITIALIZERS:
            message = f"Layer {place}: there is no initializer “{self.initializer}”."
            remedy = f"Take one of {', '.join(INITIALIZERS)}."
            found.append(Incompatibility(place, "unknown_initializer", message, remedy))
        for name, value in (("l1", self.l1), ("l2", self.l2)):
            if not 0.0 <= value < float("inf"):
                message = f"Layer {place}: the penalty {name} is {value:g}; it must be 0 or more."
                fix = Fix(place, name, 0.0)
                found.append(Incompatibility(place, "bad_penalty", message, "0 means no penalty.", fix))
        return found

    def count(self, inputs: int) -> str:
        """Weights, biases and learned α."""
        alphas = f" + {self.units}" if self.g.learns_alpha else ""
        return f"{self.units}·{inputs} + {self.units}{alphas}"

    @property
    def label(self) -> str:
        """Units, activation, and settings that differ from the default."""
        shows_alpha = self.g.default_alpha is not None and not self.g.learns_alpha
        options = [f"α = {self.g.alpha(self.alpha):g}"] if shows_alpha else []
        options += [f"{name} = {value:g}" for name, value in (("l1", self.l1), ("l2", self.l2)) if value]
        name = f"{self.units} {self.activation.replace('_', ' ')}"
        return f"{name} ({', '.join(options)})" if options else name


class DensePass(LayerPass[Dense]):
    """z = W x + b, a = g(z); ∂L/∂z = ∂L/∂a ⊙ g′(z), ∂L/∂W = ∂L/∂z xᵀ, ∂L/∂b = Σ ∂L/∂z, ∂L/∂x = Wᵀ ∂L/∂z.

    Args:
        layer: Its description.
        context: Its position and arrays.
    """

    def __init__(self, layer: Dense, context: LayerContext) -> None:
        super().__init__(layer, context)
        n = self.number
        self.W, self.dW = context.parameters["W"], context.gradients["W"]
        self.b, self.db = context.parameters["b"], context.gradients["b"]
        self.A, self.dA = _block(self.W), _block(self.dW)
        self.separate_bias = self.A.shape == self.W.shape
        """Whether b is stored separately from W."""
        self.z_symbol, self.a_symbol = Symbol("z", n), Symbol("a", n)
        self.weights, self.bias = quantity("W", n), quantity("b", n)

    @property
    def _name(self) -> str:
        return f"dense layer {self.number}"

    def forward(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit z and a."""
        return self.forward_into(builder, x)

    def forward_inference(self, builder: TapeBuilder, x: Signal) -> Signal:
        """The same as in training."""
        return self.forward_into(builder, x)

    def forward_into(self, builder: TapeBuilder, x: Signal, z: Array | None = None, a: Array | None = None) -> Signal:
        """Emit z and a, into the caller's buffers if given.

        Args:
            builder: The tape being written.
            x: The input signal.
            z: Buffer for the net input (units, batch), C-contiguous.
            a: Buffer for the output, likewise; for an output layer, so without a row of ones below it.
        """
        units, g = self.layer.units, self.layer.g
        out = new_signal(builder, self.a_symbol, units) if a is None else Signal(self.a_symbol, a, a, a.T)
        if z is None:
            shared = g.shares_buffer and out.value.flags.c_contiguous
            z = out.value if shared else builder.buffer(units)
        self.x, self.z, self.out = x, z, out
        self._emit_net_input(builder, x, z)
        alpha = self._alpha(builder)
        value = g.value(quantity("z", self.number), self._alpha_expression)
        title = f"Output of {self._name}, {self.layer.activation.replace('_', ' ')}"
        calls = g.g_calls(z, out.value, alpha)
        safe = g.safe_value(quantity("z", self.number), self._alpha_expression)
        phase, tangents = Phase.FORWARD, self._tangents()
        builder.emit(
            phase, self.place, self.a_symbol, value, out.value, calls, title=title, tangents=tangents, safe=safe
        )
        return out

    def _emit_net_input(self, builder: TapeBuilder, x: Signal, z: Array) -> None:
        calls: list[Call] = [(self.A.dot, (x.with_ones, z))]
        self.on_threads = self.separate_bias and max(self.W.size, x.value.size) >= LARGE
        if self.on_threads:
            calls = [(threaded_product, (self.W, x.value, z, product_scratch(z)))]
        if self.separate_bias:
            calls.append((np.add, (z, self.b[:, None], z)))
        value = self.weights @ expression(x.symbol) + self.bias
        builder.emit(Phase.FORWARD, self.place, self.z_symbol, value, z, calls, title=f"Net input of {self._name}")

    @property
    def _alpha_expression(self) -> Expression:
        """α in the formulas of this layer: learned, or its number."""
        if self.layer.g.learns_alpha:
            return quantity("alpha", self.number)
        return Constant(Symbol("alpha"), self.layer.g.alpha(self.layer.alpha), literal=True)

    def _alpha(self, builder: TapeBuilder) -> Array:
        if self.layer.g.learns_alpha:
            return self.column("alpha")
        return builder.constant(self.layer.g.alpha(self.layer.alpha))

    def _tangents(self) -> dict[Symbol, Expression]:
        """The change of a with z, and with a learned α."""
        z, a = quantity("z", self.number), quantity("a", self.number)
        tangents = {self.z_symbol: self.layer.g.tangent(z, a, self._alpha_expression)}
        if self.layer.g.learns_alpha:
            tangents[Symbol("alpha", self.number)] = negative_part(z) * CHANGE
        return tangents

    def backward(self, builder: TapeBuilder, slope: Array, needs_dx: bool) -> Array | None:
        """Emit ∂L/∂z, ∂L/∂W, ∂L/∂b and, if needed, ∂L/∂x; `slope` is ∂L/∂a."""
        return self.backward_from_dz(builder, self._dz(builder, slope), needs_dx)

    def _dz(self, builder: TapeBuilder, da: Array) -> Array:
        g, a = self.layer.g, self.out.value
        da_value, a_value = expression(self.a_symbol.gradient), expression(self.a_symbol)
        dz_symbol, title = self.z_symbol.gradient, f"Back through the activation of {self._name}"
        if g.shares_buffer:
            return builder.emit(Phase.BACKWARD, self.place, dz_symbol, da_value * 1.0, da, title=title)
        dz = builder.buffer(self.layer.units)
        if isinstance(g, Softmax):
            value, calls = g.backward(a_value, da_value), g.backward_calls(a, da, dz)
            return builder.emit(Phase.BACKWARD, self.place, dz_symbol, value, dz, calls, title=title)
        self._emit_g_prime(builder, builder.buffer(self.layer.units))
        if g.learns_alpha:
            self._emit_dalpha(builder, da)
        product: list[Call] = [(np.multiply, (da, self.g_prime, dz))]
        value = da_value * expression(self.a_symbol.derivative)
        return builder.emit(Phase.BACKWARD, self.place, dz_symbol, value, dz, product, title=title)

    def _emit_g_prime(self, builder: TapeBuilder, g_prime: Array) -> None:
        self.g_prime = g_prime
        z, a = quantity("z", self.number), quantity("a", self.number)
        value = self.layer.g.derivative(z, a, self._alpha_expression)
        calls = self.layer.g.g_prime_calls(self.z, self.out.value, g_prime, self._alpha(builder))
        title = f"Slope of the activation of {self._name}"
        builder.emit(Phase.BACKWARD, self.place, self.a_symbol.derivative, value, g_prime, calls, title=title)

    def _emit_dalpha(self, builder: TapeBuilder, da: Array) -> None:
        below, dalpha = builder.buffer(self.layer.units), self.gradient_column("alpha")
        calls: list[Call] = [
            (minimum, (self.z, builder.constant(0.0), below)),
            (np.multiply, (below, da, below)),
            (np.add.reduce, (below, 1, None, dalpha, True)),
        ]
        value = over_batch(
            expression(self.a_symbol.gradient) * negative_part(quantity("z", self.number)), builder.batch_size
        )
        symbol, title = Symbol("alpha", self.number).gradient, f"Gradient of the learned α of {self._name}"
        builder.emit(Phase.BACKWARD, self.place, symbol, value, dalpha, calls, title=title)

    def backward_from_dz(self, builder: TapeBuilder, dz: Array, needs_dx: bool) -> Array | None:
        """Emit the operations after ∂L/∂z (units, batch); a joined loss starts here."""
        n, x, dz_value = self.number, expression(self.x.symbol), expression(self.z_symbol.gradient)
        calls: list[Call] = [(dz.dot, (self.x.transposed, self.dA))]
        if self.on_threads:
            calls = [(threaded_gradient, (dz, self.x.transposed, self.dW))]
        title = f"Gradient of the weights of {self._name}"
        symbol = Symbol("W", n).gradient
        builder.emit(Phase.BACKWARD, self.place, symbol, dz_value @ x.T, self.dW, calls, title=title)
        calls = [(np.add.reduce, (dz, 1, None, self.db))] if self.separate_bias else []
        value = over_batch(dz_value * 1.0, builder.batch_size)
        symbol, title = Symbol("b", n).gradient, f"Gradient of the biases of {self._name}"
        builder.emit(Phase.BACKWARD, self.place, symbol, value, self.db, calls, title=title)
        if not needs_dx:
            return None
        dx = builder.buffer(self.x.value.shape[0])
        calls = [(self.W.T.dot, (dz, dx))]
        symbol, title = self.x.symbol.gradient, f"Back through the weights of {self._name}"
        return builder.emit(Phase.BACKWARD, self.place, symbol, self.weights.T @ dz_value, dx, calls, title=title)


def _block(W: Array) -> Array:
    """[W b] as one (neurons, inputs + 1) view where b is stored next to W, else W."""
    units, inputs = W.shape
    if W.strides[0] == inputs * W.itemsize:
        return W
    return np.lib.stride_tricks.as_strided(W, (units, inputs + 1), W.strides)
