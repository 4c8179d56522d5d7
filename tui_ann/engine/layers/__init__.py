"""The layers of a network, one file each.

Here belongs what one kind of layer is: its settings, parameters, operations forwards and backwards, and refusals.
How a whole network is compiled, trained or explained does not.
"""

from tui_ann.engine.layers.base import Fix, Incompatibility, Layer, LayerContext, LayerPass, Signal
from tui_ann.engine.layers.batch_normalization import BatchNormalization
from tui_ann.engine.layers.dense import Dense, DensePass
from tui_ann.engine.layers.dropout import Dropout
from tui_ann.engine.layers.layer_normalization import LayerNormalization
from tui_ann.engine.layers.numbering import numbered, signals

LAYERS: dict[str, type[Layer]] = {
    layer.type: layer for layer in (Dense, Dropout, BatchNormalization, LayerNormalization)
}
"""Every layer by its word in an experiment file."""

__all__ = [
    "LAYERS",
    "BatchNormalization",
    "Dense",
    "DensePass",
    "Dropout",
    "Fix",
    "Incompatibility",
    "Layer",
    "LayerContext",
    "LayerNormalization",
    "LayerPass",
    "Signal",
    "numbered",
    "signals",
]
