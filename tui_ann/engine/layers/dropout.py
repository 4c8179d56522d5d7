"""Dropout."""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.expression import Constant, Number, expression
from tui_ann.engine.functions import Drawn
from tui_ann.engine.layers.base import (
    Fix,
    Incompatibility,
    Layer,
    LayerContext,
    LayerPass,
    Signal,
    new_signal,
)
from tui_ann.engine.masks import Draw
from tui_ann.engine.parameter_layout import ParameterSpec
from tui_ann.engine.tape import Array, Call, Phase, TapeBuilder
from tui_ann.text.symbols import Symbol

MODES = ("inverted", "classic")
"""Keras' way and the lecture's."""


@dataclass(frozen=True)
class Dropout(Layer):
    """Drops units at random while training (Srivastava et al. 2014)."""

    type = "dropout"
    counter = "dropout"
    letter = "d"
    noun = "dropout layer"
    draws = True

    rate: float
    """Share of the units dropped, 0 ≤ rate < 1."""
    mode: str = "inverted"
    """`inverted`: kept units are divided by the keep probability while training (Keras).
    `classic`: outputs are multiplied by it at inference (the lecture)."""

    @property
    def keep(self) -> float:
        """The keep probability p = 1 − rate."""
        return 1.0 - self.rate

    def parameters(self, inputs: int, *, separate_bias: bool) -> list[ParameterSpec]:
        """None."""
        return []

    def build(self, context: LayerContext) -> "DropoutPass":
        """Its operations."""
        return DropoutPass(self, context)

    def problems(self, place: int) -> list[Incompatibility]:
        """Problems with rate and mode."""
        found = []
        if not 0.0 <= self.rate < 1.0:
            message = f"Layer {place}: the dropout rate is {self.rate:g}; it must be 0 or more and below 1."
            fix = Fix(place, "rate", 0.5)
            found.append(Incompatibility(place, "bad_rate", message, "0.5 drops every second unit.", fix))
        if self.mode not in MODES:
            message = f"Layer {place}: there is no dropout mode “{self.mode}”."
            remedy = "Take inverted (Keras) or classic (the lecture)."
            found.append(Incompatibility(place, "bad_mode", message, remedy))
        return found

    def count(self, inputs: int) -> str:
        """No parameters."""
        return "0"

    @property
    def label(self) -> str:
        """Its rate."""
        return f"dropout {self.rate:g}"


class DropoutPass(LayerPass[Dropout]):
    """Training: d = r ⊙ x with a random mask r; inference: d = x (inverted) or d = p x (classic)."""

    def forward(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit the mask and the masked signal."""
        n, keep, masks = self.number, self.layer.keep, self.context.masks
        assert masks is not None
        out = new_signal(builder, Symbol("d", n), x.value.shape[0])
        uniform = np.zeros(x.value.shape)
        self.mask = mask = builder.buffer(x.value.shape[0])
        calls: list[Call] = [(Draw(masks, uniform), ()), (np.less, (uniform, np.asarray(keep), mask))]
        drawn = Drawn(Number(1.0), keep)
        if self.layer.mode == "inverted":
            calls.append((np.multiply, (mask, builder.constant(1.0 / keep), mask)))
            drawn = Drawn(1 / Number(keep), keep)
        self.r, self.d = Symbol("r", n), out.symbol
        title = f"Mask of dropout layer {n}, drawn for this update"
        builder.emit(Phase.FORWARD, self.place, self.r, drawn, mask, calls, title=title)
        calls = [(np.multiply, (x.value, mask, out.value))]
        value, title = expression(self.r) * expression(x.symbol), f"Output of dropout layer {n}"
        builder.emit(Phase.FORWARD, self.place, out.symbol, value, out.value, calls, title=title)
        self.x = x
        return out

    def forward_inference(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Nothing for inverted dropout; classic multiplies by p, which equals scaling the next weights."""
        if self.layer.mode == "inverted":
            return x
        keep = self.layer.keep
        out = new_signal(builder, Symbol("d", self.number), x.value.shape[0])
        calls: list[Call] = [(np.multiply, (x.value, builder.constant(keep), out.value))]
        value = Constant(Symbol("p"), keep, literal=True) * expression(x.symbol)
        title = f"Output of dropout layer {self.number}"
        builder.emit(Phase.FORWARD, self.place, out.symbol, value, out.value, calls, title=title)
        return out

    def backward(self, builder: TapeBuilder, slope: Array, needs_dx: bool) -> Array | None:
        """∂L/∂x = r ⊙ ∂L/∂d."""
        if not needs_dx:
            return None
        dx = builder.buffer(slope.shape[0])
        calls: list[Call] = [(np.multiply, (slope, self.mask, dx))]
        value, title = expression(self.r) * expression(self.d.gradient), f"Back through dropout layer {self.number}"
        return builder.emit(Phase.BACKWARD, self.place, self.x.symbol.gradient, value, dx, calls, title=title)
