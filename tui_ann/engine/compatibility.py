"""Which layers, activations and losses fit each other; each refusal is one sentence with its remedy."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.initializers import INITIALIZERS
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.losses import LOSSES


@dataclass(frozen=True)
class Fix:
    """A change that removes an incompatibility."""

    layer: int | None
    """Place of the layer to change, the first is 1; None for the network's loss."""
    field: str
    """Which of its fields."""
    value: str | int | float
    """What to set it to."""


@dataclass(frozen=True)
class Incompatibility:
    """Settings of layers or loss that cannot work, or do not fit each other."""

    layer: int | None
    """Place of the layer it concerns, the first is 1; None for the whole network."""
    code: str
    """A stable word for programs."""
    message: str
    """What is wrong, one sentence."""
    remedy: str
    """What would be right."""
    fix: Fix | None = None
    """A change that removes it, if one is obvious."""


def incompatibilities(layers: Sequence[Layer], loss: str) -> list[Incompatibility]:
    """All reasons why these layers cannot be trained with this loss, in the order of the layers."""
    found = [problem for place, layer in enumerate(layers, start=1) for problem in _layer_problems(place, layer)]
    if loss not in LOSSES:
        found.append(
            Incompatibility(None, "unknown_loss", f"There is no loss “{loss}”.", f"Take one of {', '.join(LOSSES)}.")
        )
    if not layers or not isinstance(layers[-1], Dense):
        message = "The last layer must be a dense layer: its units are the outputs of the network."
        found.append(Incompatibility(len(layers) or None, "no_output_layer", message, "Add a dense layer at the end."))
    elif not found:
        found.extend(_output_problems(len(layers), layers[-1], loss))
    return found


def _layer_problems(place: int, layer: Layer) -> list[Incompatibility]:
    if isinstance(layer, Dense):
        return _dense_problems(place, layer)
    if isinstance(layer, Dropout):
        return _dropout_problems(place, layer)
    if isinstance(layer, BatchNormalization) and not (0.0 <= layer.momentum < 1.0 and layer.epsilon > 0.0):
        message = f"Layer {place}: batch normalisation needs 0 ≤ momentum < 1 and ε > 0."
        return [Incompatibility(place, "bad_normalisation", message, "Keras' values are 0.99 and 0.001.")]
    return []


def _dense_problems(place: int, layer: Dense) -> list[Incompatibility]:
    found = []
    if layer.units < 1:
        message = f"Layer {place} has {layer.units} units; a layer needs at least 1."
        found.append(Incompatibility(place, "no_units", message, "Set units to 1 or more.", Fix(place, "units", 1)))
    if layer.activation not in ACTIVATIONS:
        message = f"Layer {place}: there is no activation “{layer.activation}”."
        found.append(Incompatibility(place, "unknown_activation", message, f"Take one of {', '.join(ACTIVATIONS)}."))
    if layer.activation == "softmax" and layer.units == 1:
        message = f"Layer {place}: softmax needs 2 or more units; with 1 unit its output is always 1."
        remedy = "Use sigmoid for one output, or give the layer one unit for each class."
        found.append(Incompatibility(place, "softmax_one_unit", message, remedy, Fix(place, "activation", "sigmoid")))
    if layer.initializer not in INITIALIZERS:
        message = f"Layer {place}: there is no initializer “{layer.initializer}”."
        found.append(Incompatibility(place, "unknown_initializer", message, f"Take one of {', '.join(INITIALIZERS)}."))
    for name, value in (("l1", layer.l1), ("l2", layer.l2)):
        if not 0.0 <= value < float("inf"):
            message = f"Layer {place}: the penalty {name} is {value:g}; it must be 0 or more."
            found.append(Incompatibility(place, "bad_penalty", message, "0 means no penalty.", Fix(place, name, 0.0)))
    return found


def _dropout_problems(place: int, layer: Dropout) -> list[Incompatibility]:
    found = []
    if not 0.0 <= layer.rate < 1.0:
        message = f"Layer {place}: a dropout rate of {layer.rate:g} leaves no sense; it must be 0 or more and below 1."
        remedy = "0.5 drops every second unit."
        found.append(Incompatibility(place, "bad_rate", message, remedy, Fix(place, "rate", 0.5)))
    if layer.mode not in ("inverted", "classic"):
        message = f"Layer {place}: there is no dropout mode “{layer.mode}”."
        found.append(Incompatibility(place, "bad_mode", message, "Take inverted (Keras) or classic (the lecture)."))
    return found


def _output_problems(place: int, output: Dense, loss: str) -> list[Incompatibility]:
    needed = LOSSES[loss].joined_activation
    if needed is None or output.activation == needed:
        return []
    if loss == "categorical_crossentropy" and output.units == 1:
        message = "Categorical cross-entropy compares classes; a network with one output has only one."
        remedy = "Use binary cross-entropy with a sigmoid output, or one output unit for each class."
        return [Incompatibility(place, "cce_one_output", message, remedy, Fix(None, "loss", "binary_crossentropy"))]
    kind = "probabilities that sum to 1" if needed == "softmax" else "a probability"
    name = "Categorical" if needed == "softmax" else "Binary"
    message = f"{name} cross-entropy needs {kind}, but the output layer is {output.activation}."
    if needed == "sigmoid" and output.activation == "softmax":
        fix: Fix = Fix(None, "loss", "categorical_crossentropy")
        remedy = "Use categorical cross-entropy with softmax, or a sigmoid output."
    else:
        fix = Fix(place, "activation", needed)
        remedy = f"Make the output {needed}, or use mean squared error."
    return [Incompatibility(place, "loss_activation", message, remedy, fix)]
