"""The architecture of a network: its inputs, layers and loss, and the position of each layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tui_ann.engine.compatibility import incompatibilities
from tui_ann.engine.layers import Dense, Layer, numbered
from tui_ann.engine.parameter_layout import Parameter, ParameterSpec, place_parameters
from tui_ann.engine.schedule import is_wide
from tui_ann.errors import EngineError


@dataclass(frozen=True)
class PlacedLayer:
    """A layer and its position in the network."""

    layer: Layer
    place: int
    """Position in the list of layers, counted from 1."""
    number: int
    """Number among the layers of its kind, counted from 1: the index of W, b, z and a, of r, of gamma."""
    inputs: int
    """Number of inputs."""
    separate_bias: bool
    """Whether its bias is stored after W, as in a dense first layer with very many inputs."""

    @property
    def outputs(self) -> int:
        """Number of outputs."""
        return self.layer.outputs(self.inputs)

    @property
    def name(self) -> str:
        """Its name: `dense layer 2`."""
        return f"{self.layer.noun} {self.number}"

    @property
    def parameters(self) -> list[ParameterSpec]:
        """The parameters that it declares."""
        return self.layer.parameters(self.inputs, separate_bias=self.separate_bias)


def place_layers(inputs: int, layers: Sequence[Layer]) -> list[PlacedLayer]:
    """Assign each layer its position, its number and its inputs."""
    placed: list[PlacedLayer] = []
    width = inputs
    for place, layer, number in numbered(layers):
        separate = place == 1 and isinstance(layer, Dense) and is_wide(width)
        placed.append(PlacedLayer(layer, place, number, width, separate))
        width = placed[-1].outputs
    return placed


def parameter_layout(inputs: int, layers: Sequence[Layer]) -> list[Parameter]:
    """Every parameter of the layers with its position in the flat vectors, without building a network."""
    return place_parameters((p.place, p.number, p.name, p.parameters) for p in place_layers(inputs, layers))


def parameter_shapes(inputs: int, layers: Sequence[Layer]) -> dict[str, tuple[int, ...]]:
    """Shape of every parameter by name, without building a network."""
    return {parameter.name: parameter.shape for parameter in parameter_layout(inputs, layers)}


class Architecture:
    """The inputs, layers, loss and precision of a network.

    Args:
        inputs: Features m of an example.
        layers: The layers in order; the last is dense.
        loss: A name of `LOSSES`.
        dtype: `float64` or `float32`.

    Raises:
        EngineError: If layers and loss do not fit each other, or a value is not allowed.
    """

    def __init__(self, inputs: int, layers: Sequence[Layer], loss: str, dtype: str = "float64") -> None:
        if inputs < 1:
            raise EngineError(
                "A network needs at least one input.", remedy="Use one feature or more.", code="no_inputs"
            )
        if dtype not in ("float64", "float32"):
            raise EngineError(f"There is no precision “{dtype}”.", remedy="Take float64 or float32.", code="bad_dtype")
        for problem in incompatibilities(layers, loss):
            raise EngineError(problem.message, remedy=problem.remedy, code=problem.code)
        self.inputs = inputs
        self.layers = tuple(layers)
        self.loss = loss
        self.dtype: np.dtype[Any] = np.dtype(dtype)

    @cached_property
    def placed(self) -> tuple[PlacedLayer, ...]:
        """The layers with their positions and numbers."""
        return tuple(place_layers(self.inputs, self.layers))

    @property
    def outputs(self) -> int:
        """Outputs k of the network."""
        return self.placed[-1].outputs

    @property
    def separate_bias(self) -> bool:
        """Whether the first layer reads the inputs without a column of ones, because there are very many."""
        return self.placed[0].separate_bias
