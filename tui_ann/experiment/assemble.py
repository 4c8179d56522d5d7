"""Converts the layers of an experiment to those of the engine; unset layer values come from the network."""

from msgspec import structs

from tui_ann.engine.layers import LAYERS, Dense, Layer
from tui_ann.experiment.spec import DenseSpec, Experiment, LayerSpec


def engine_layers(experiment: Experiment) -> list[Layer]:
    """The layers for the engine, with the penalties and the initializer of the network if a layer has none."""
    return [_engine_layer(experiment, layer) for layer in experiment.network.layers]


def _engine_layer(experiment: Experiment, layer: LayerSpec) -> Layer:
    if isinstance(layer, DenseSpec):
        return Dense(
            units=layer.units,
            activation=layer.activation,
            alpha=layer.alpha,
            l1=experiment.training.l1 if layer.l1 is None else layer.l1,
            l2=experiment.training.l2 if layer.l2 is None else layer.l2,
            initializer=layer.initializer or experiment.network.initializer,
        )
    return LAYERS[layer.type](**structs.asdict(layer))
