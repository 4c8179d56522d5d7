"""The table of layers: inputs, outputs and parameters of each, and the cost of an update."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from tui_ann.engine.architecture import place_layers
from tui_ann.engine.layers import Dense, Layer


@dataclass(frozen=True)
class LayerSummary:
    """One line of the table of layers."""

    index: int
    """Position in the list, counted from 1."""
    type: str
    """Its word in an experiment file: `dense`, `dropout` …"""
    inputs: int
    outputs: int
    activation: str
    """Empty for layers without one."""
    parameters: int
    """Trainable ones."""
    formula: str
    """How they are calculated: `16·30 + 16 = 496`."""


def summary(inputs: int, layers: Sequence[Layer]) -> list[LayerSummary]:
    """A line for each layer, without building the network."""
    lines = []
    for placed in place_layers(inputs, layers):
        layer = placed.layer
        count = sum(prod(spec.shape) for spec in placed.parameters if spec.trainable)
        formula = layer.count(placed.inputs)
        activation = layer.activation if isinstance(layer, Dense) else ""
        formula = f"{formula} = {count}" if count else formula
        line = LayerSummary(placed.place, layer.type, placed.inputs, placed.outputs, activation, count, formula)
        lines.append(line)
    return lines


def multiplications(lines: Sequence[LayerSummary], batch_size: int) -> int:
    """Multiplications of one plain update of a network with these layers, without building it.

    z, ∂L/∂W and (except for the first dense layer) ∂L/∂x are products for each example; then comes η·∂L/∂θ.
    """
    dense = [line for line in lines if line.type == "dense"]
    products = sum(line.outputs * line.inputs * (3 if place else 2) for place, line in enumerate(dense))
    return products * batch_size + sum(line.parameters for line in lines)
