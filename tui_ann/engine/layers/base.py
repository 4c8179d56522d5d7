"""The interface of every layer: description, parameters, operations, validation, and its line in a summary.

A description is frozen and holds no state of a run.  It declares the layer's parameters and makes the `LayerPass` that
writes its operations on a tape.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import numpy as np

from tui_ann.engine.masks import MaskStream
from tui_ann.engine.parameter_layout import ParameterSpec
from tui_ann.engine.tape import Array, TapeBuilder
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True)
class Fix:
    """A change that fixes an incompatibility."""

    layer: int | None
    """Position of the layer to change, counted from 1; None for the network's loss."""
    field: str
    """Which of its fields."""
    value: str | int | float
    """What to set it to."""


@dataclass(frozen=True)
class Incompatibility:
    """A reason why a network cannot be trained."""

    layer: int | None
    """Position of the layer it concerns, counted from 1; None for the whole network."""
    code: str
    """A stable word."""
    message: str
    """What is wrong, one sentence."""
    remedy: str
    """The remedy."""
    fix: Fix | None = None
    """A change that fixes it, if one is obvious."""


@dataclass(frozen=True, eq=False)
class Signal:
    """The signal from one layer to the next."""

    symbol: Symbol
    """Its name on the tape: `x`, `a1`, `d1`, `n1`."""
    value: Array
    """(units, batch)."""
    with_ones: Array
    """The same with a row of ones below it, (units + 1, batch), so that W x + b is one product; where the bias is
    separate, `value` itself."""
    transposed: Array
    """`with_ones` transposed, made once."""


def new_signal(builder: TapeBuilder, symbol: Symbol, units: int) -> Signal:
    """A signal with buffers of its own."""
    with_ones = np.ones((units + 1, builder.batch_size), builder.dtype)
    value = with_ones[:-1]
    value.fill(0.0)
    return Signal(symbol, value, with_ones, with_ones.T)


@dataclass(frozen=True, eq=False)
class LayerContext:
    """The position of a layer in a network, and the arrays that its operations read and write."""

    place: int
    """Position in the list of layers, counted from 1."""
    number: int
    """Its number among the layers of its kind: the index of its symbols."""
    parameters: Mapping[str, Array]
    """Its parameters by letter, views into θ and the running statistics."""
    gradients: Mapping[str, Array]
    """∂L/∂ of the trainable ones."""
    masks: MaskStream | None = None
    """Uniform numbers from [0, 1) for this layer, specific to each update; None if it draws none."""


@dataclass(frozen=True)
class Layer(ABC):
    """The description of a layer."""

    type: ClassVar[str]
    """Its word in an experiment file."""
    counter: ClassVar[str]
    """Layers with the same word here are numbered together."""
    letter: ClassVar[str]
    """Letter of its output: `a`, `d`, `n`."""
    noun: ClassVar[str]
    """Its name without its number: `dense layer`."""
    draws: ClassVar[bool] = False
    """Whether it draws random numbers while training."""
    mixes_examples: ClassVar[bool] = False
    """Whether the examples of a batch affect each other, so that a batch cannot be split into chunks."""

    @abstractmethod
    def parameters(self, inputs: int, *, separate_bias: bool) -> list[ParameterSpec]:
        """Its parameters for this number of inputs.

        Args:
            inputs: Number of inputs.
            separate_bias: Whether b is stored after W instead of as an extra column of it.
        """

    @abstractmethod
    def build(self, context: LayerContext) -> "LayerPass[Layer]":
        """The object that writes its operations."""

    @abstractmethod
    def problems(self, place: int) -> list[Incompatibility]:
        """The problems that prevent training, for the layer at this position."""

    @abstractmethod
    def count(self, inputs: int) -> str:
        """How the number of its trainable parameters is calculated: `16·30 + 16`; "0" without any."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The layer in a few words, for headings: `16 relu`."""

    def outputs(self, inputs: int) -> int:
        """Number of outputs."""
        return inputs

    def output(self, number: int) -> Symbol:
        """The symbol of its output."""
        return Symbol(self.letter, number)


L = TypeVar("L", bound=Layer, covariant=True)


class LayerPass(ABC, Generic[L]):
    """How a layer runs on one tape: the operations it contributes forwards and backwards.

    Args:
        layer: Its description.
        context: Its position and arrays.
    """

    def __init__(self, layer: L, context: LayerContext) -> None:
        self.layer, self.context = layer, context
        self.place, self.number = context.place, context.number

    @abstractmethod
    def forward(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit the forward pass in training, from the input signal to the output signal."""

    @abstractmethod
    def forward_inference(self, builder: TapeBuilder, x: Signal) -> Signal:
        """Emit the forward pass in inference."""

    @abstractmethod
    def backward(self, builder: TapeBuilder, slope: Array, needs_dx: bool) -> Array | None:
        """Emit the backward pass.

        Args:
            builder: The tape being written.
            slope: ∂L/∂ of the layer's output (units, batch).
            needs_dx: Whether any earlier layer has trainable parameters.

        Returns:
            ∂L/∂ of its input, or None if not needed.
        """

    def column(self, letter: str) -> Array:
        """A parameter with one number per unit, as a column (units, 1)."""
        return self.context.parameters[letter][:, None]

    def gradient_column(self, letter: str) -> Array:
        """Its ∂L/∂, as a column (units, 1)."""
        return self.context.gradients[letter][:, None]
