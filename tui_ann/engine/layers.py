"""The layers of a network: their settings and the parameters that they declare.

A layer is frozen and holds no numbers of a run.
"""

from dataclasses import dataclass
from functools import partial

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.initializers import initial
from tui_ann.engine.parameter_layout import ParameterSpec


@dataclass(frozen=True)
class Dense:
    """A fully connected layer, a = g(W x + b) (lecture, "Multilayer perceptron")."""

    units: int
    """Neurons."""
    activation: str = "linear"
    """A name of `ACTIVATIONS`."""
    alpha: float | None = None
    """α of leaky ReLU and ELU, start value of parametric ReLU's; None takes the activation's own default."""
    l1: float = 0.0
    """Penalty l1·Σ|w| on W."""
    l2: float = 0.0
    """Penalty l2·Σw² on W (as Keras: no ½)."""
    initializer: str = "glorot_uniform"
    """A name of `INITIALIZERS`."""

    def outputs(self, inputs: int) -> int:
        """Signals that leave the layer."""
        return self.units

    def parameters(self, inputs: int, *, bias_apart: bool) -> list[ParameterSpec]:
        """W, b and, for parametric ReLU, α.

        b is stored as one more column of W, so that z and ∂L/∂[W b] are one product each.

        Args:
            inputs: Signals that enter the layer.
            bias_apart: Whether b is stored after W instead.
        """
        draw = partial(initial, self.initializer)
        specs = [
            ParameterSpec("W", (self.units, inputs), draw, l1=self.l1, l2=self.l2),
            ParameterSpec("b", (self.units,), column_of="" if bias_apart else "W"),
        ]
        if self.activation == "prelu":
            alpha = ACTIVATIONS["prelu"].default_alpha if self.alpha is None else self.alpha
            specs.append(ParameterSpec("alpha", (self.units,), alpha or 0.0))
        return specs


@dataclass(frozen=True)
class Dropout:
    """Drops units at random while training (Srivastava et al. 2014)."""

    rate: float
    """Share of the units dropped, 0 ≤ rate < 1."""
    mode: str = "inverted"
    """`inverted`: kept units are divided by the keep probability while training (Keras).
    `classic`: outputs are multiplied with it at inference (the lecture)."""

    def outputs(self, inputs: int) -> int:
        """Signals that leave the layer."""
        return inputs

    def parameters(self, inputs: int, *, bias_apart: bool) -> list[ParameterSpec]:
        """None."""
        return []


@dataclass(frozen=True)
class BatchNormalization:
    """Normalises each unit over the batch, then scales by γ and shifts by β (Ioffe & Szegedy 2015; Keras)."""

    momentum: float = 0.99
    """Share of the old running statistics kept at each update."""
    epsilon: float = 1e-3
    """Added to the variance."""

    def outputs(self, inputs: int) -> int:
        """Signals that leave the layer."""
        return inputs

    def parameters(self, inputs: int, *, bias_apart: bool) -> list[ParameterSpec]:
        """γ, β and the running statistics."""
        return [
            ParameterSpec("gamma", (inputs,), 1.0),
            ParameterSpec("beta", (inputs,)),
            ParameterSpec("moving_mean", (inputs,), trainable=False),
            ParameterSpec("moving_var", (inputs,), 1.0, trainable=False),
        ]


Layer = Dense | Dropout | BatchNormalization
