"""The table of layers: what each of them takes, gives and learns, and what an update costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui_ann.engine.architecture import place_layers
from tui_ann.engine.layers import BatchNormalization, Dense, Layer


@dataclass(frozen=True)
class LayerSummary:
    """One line of the table of layers."""

    index: int
    """Place in the list, the first is 1."""
    type: str
    """`dense`, `dropout` or `batch_normalization`."""
    inputs: int
    outputs: int
    activation: str
    """Empty for layers without one."""
    parameters: int
    """Trainable ones."""
    formula: str
    """How they are counted: `16·30 + 16 = 496`."""


def summary(inputs: int, layers: Sequence[Layer]) -> list[LayerSummary]:
    """A line for each layer, without building the network."""
    lines = []
    for placed in place_layers(inputs, layers):
        layer, width, outputs = placed.layer, placed.inputs, placed.outputs
        if isinstance(layer, Dense):
            count = layer.units * (width + 1) + (layer.units if layer.activation == "prelu" else 0)
            alphas = f" + {layer.units}" if layer.activation == "prelu" else ""
            formula = f"{layer.units}·{width} + {layer.units}{alphas} = {count}"
            line = LayerSummary(placed.place, "dense", width, outputs, layer.activation, count, formula)
        elif isinstance(layer, BatchNormalization):
            formula = f"2·{width} = {2 * width}"
            line = LayerSummary(placed.place, "batch_normalization", width, outputs, "", 2 * width, formula)
        else:
            line = LayerSummary(placed.place, "dropout", width, outputs, "", 0, "0")
        lines.append(line)
    return lines


def multiplications(lines: Sequence[LayerSummary], batch_size: int) -> int:
    """Multiplications of one plain update of a network with these layers, without building it.

    z, ∂L/∂W and (except for the first dense layer) ∂L/∂x are products for each example; then comes η·∂L/∂θ.
    """
    dense = [line for line in lines if line.type == "dense"]
    products = sum(line.outputs * line.inputs * (3 if place else 2) for place, line in enumerate(dense))
    return products * batch_size + sum(line.parameters for line in lines)
