"""What a network is assembled from: the descriptions of its layers and the place of their parameters.

A description is frozen and holds no numbers of a run.  `parameter_layout` gives every parameter its name, its shape
and its place in the flat vectors of the network.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE = 4096
"""From this many inputs on, a first layer keeps W and b apart: a column of ones would copy the whole data."""


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


@dataclass(frozen=True)
class Dropout:
    """Drops units at random while training (Srivastava et al. 2014)."""

    rate: float
    """Share of the units dropped, 0 ≤ rate < 1."""
    mode: str = "inverted"
    """`inverted`: kept units are divided by the keep probability while training (Keras).
    `classic`: outputs are multiplied with it at inference (the lecture)."""


@dataclass(frozen=True)
class BatchNormalization:
    """Normalises each unit over the batch, then scales by γ and shifts by β (Ioffe & Szegedy 2015; Keras)."""

    momentum: float = 0.99
    """Share of the old running statistics kept at each update."""
    epsilon: float = 1e-3
    """Added to the variance."""


Layer = Dense | Dropout | BatchNormalization


@dataclass(frozen=True)
class Parameter:
    """A named array of the network and its place."""

    name: str
    """`W1`, `b1`, `alpha1`, `gamma1`, `beta1`, `moving_mean1`, `moving_var1`; counted per kind of layer."""
    layer: int
    """Place of its layer in the list, the first is 1."""
    shape: tuple[int, ...]
    """(neurons, inputs) for W, (units,) for all others."""
    trainable: bool
    """Whether gradient descent changes it; running statistics are only averaged."""
    offset: int
    """Where it begins in the flat vector of its kind (θ, or the running statistics)."""
    stride: int
    """Numbers from one of its rows to the next; more than its columns where b stands beside W."""


def is_wide(inputs: int) -> bool:
    """Whether a first layer with this many inputs keeps its bias apart."""
    return inputs >= WIDE


def parameter_layout(inputs: int, layers: Sequence[Layer]) -> list[Parameter]:
    """Name, shape and place of every parameter, in order.

    In θ a dense layer is one block [W b] of shape (neurons, inputs + 1), so that z and ∂L/∂[W b] are one product
    each; a wide first layer is W followed by b.
    """
    layout: list[Parameter] = []
    trainable = moving = dense = normalisations = 0
    width = inputs
    for place, layer in enumerate(layers, start=1):
        if isinstance(layer, Dense):
            dense += 1
            apart = place == 1 and is_wide(width)
            stride = width if apart else width + 1
            layout.append(Parameter(f"W{dense}", place, (layer.units, width), True, trainable, stride))
            bias = trainable + (layer.units * width if apart else width)
            layout.append(Parameter(f"b{dense}", place, (layer.units,), True, bias, 1 if apart else stride))
            trainable += layer.units * (width + 1)
            if layer.activation == "prelu":
                layout.append(Parameter(f"alpha{dense}", place, (layer.units,), True, trainable, 1))
                trainable += layer.units
            width = layer.units
        elif isinstance(layer, BatchNormalization):
            normalisations += 1
            for name in ("gamma", "beta"):
                layout.append(Parameter(f"{name}{normalisations}", place, (width,), True, trainable, 1))
                trainable += width
            for name in ("moving_mean", "moving_var"):
                layout.append(Parameter(f"{name}{normalisations}", place, (width,), False, moving, 1))
                moving += width
    return layout


def parameter_shapes(inputs: int, layers: Sequence[Layer]) -> dict[str, tuple[int, ...]]:
    """Shape of every parameter by name, without building a network."""
    return {parameter.name: parameter.shape for parameter in parameter_layout(inputs, layers)}


def output_units(inputs: int, layers: Sequence[Layer]) -> int:
    """Units of the last layer that has any, else the inputs."""
    return next((layer.units for layer in reversed(layers) if isinstance(layer, Dense)), inputs)
