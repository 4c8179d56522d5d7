"""The layers of a network as those of Keras: class, arguments and weights, for the script and for the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer, LayerNormalization, numbered
from tui_ann.engine.network import Network

SAME_NAME = ("linear", "sigmoid", "tanh", "relu", "softplus", "gelu", "softmax")
"""Activations that Keras knows by the same name, with the same formula."""
SMALL_NORMAL = {"mean": 0.0, "stddev": 0.05}
"""The arguments of `RandomNormal` for our `small_normal`."""


@dataclass(frozen=True)
class KerasLayer:
    """One layer of Keras."""

    kind: str
    """Its class; `ClassicDropout` is none of Keras."""
    name: str
    """Its name in the model."""
    arguments: dict[str, Any]
    """Its arguments in Keras' words."""
    weights: tuple[str, ...] = ()
    """Our names of its weights, in Keras' order; W is transposed there."""
    place: int = 0
    """The position of our layer, counted from 1."""
    width: int = 0
    """Units that it gets."""
    penalty: tuple[float, float] = (0.0, 0.0)
    """l1 and l2 of its kernel."""
    initializer: str = "glorot_uniform"
    """Our name of its initializer."""


def keras_layers(network: Network) -> list[KerasLayer]:
    """The layers of a network in order.

    Raises:
        TypeError: A layer or activation has no counterpart here.
    """
    found: list[KerasLayer] = []
    width = network.inputs
    for place, layer, number in numbered(network.layers):
        found += _of(layer, place, number, width)
        width = layer.outputs(width)
    return found


def _of(layer: Layer, place: int, number: int, width: int) -> Iterator[KerasLayer]:
    match layer:
        case Dense():
            yield from _dense(layer, place, number, width)
        case Dropout(rate, mode):
            kind = "Dropout" if mode == "inverted" else "ClassicDropout"
            yield KerasLayer(kind, f"dropout_{number}", {"rate": rate}, (), place, width)
        case BatchNormalization(epsilon, momentum):
            weights = tuple(f"{name}{number}" for name in ("gamma", "beta", "moving_mean", "moving_var"))
            arguments = {"momentum": momentum, "epsilon": epsilon}
            yield KerasLayer("BatchNormalization", f"normalization_{number}", arguments, weights, place, width)
        case LayerNormalization(epsilon):
            weights = (f"gamma{number}", f"beta{number}")
            yield KerasLayer(
                "LayerNormalization", f"normalization_{number}", {"epsilon": epsilon}, weights, place, width
            )
        case _:
            raise TypeError(f"{type(layer).__name__} has no counterpart in Keras")


def _dense(layer: Dense, place: int, number: int, width: int) -> Iterator[KerasLayer]:
    alpha = layer.g.alpha(layer.alpha)
    named = layer.activation in SAME_NAME or (layer.activation == "elu" and alpha == 1.0)
    arguments: dict[str, Any] = {"units": layer.units}
    if layer.activation != "linear":
        arguments["activation"] = layer.activation if named else None
    weights = (f"W{number}", f"b{number}")
    penalty = (layer.l1, layer.l2)
    yield KerasLayer("Dense", f"dense_{number}", arguments, weights, place, width, penalty, layer.initializer)
    if named:
        return
    name = f"activation_{number}"
    match layer.activation:
        case "leaky_relu":
            yield KerasLayer("LeakyReLU", name, {"negative_slope": alpha}, (), place, layer.units)
        case "elu":
            yield KerasLayer("ELU", name, {"alpha": alpha}, (), place, layer.units)
        case "prelu":
            yield KerasLayer("PReLU", name, {"alpha_initializer": alpha}, (f"alpha{number}",), place, layer.units)
        case other:
            raise TypeError(f"the activation {other} has no counterpart in Keras")
