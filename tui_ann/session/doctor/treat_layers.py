"""Remedies of the network: layers, units, start weights, output.

Each looks at the case and proposes one edit, or none where it would change nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import structs

from tui_ann.experiment.checks import Answer, proposed_output
from tui_ann.experiment.spec import BatchNormalizationSpec, DenseSpec, DropoutSpec, Experiment, LayerSpec
from tui_ann.session.doctor.remedy import Case
from tui_ann.session.doctor.treatment import Treatment, layer_edits


def _drawn(experiment: Experiment) -> tuple[tuple[str, Any], ...]:
    """No file of start weights: it fits no other layers."""
    return (("network.weights", ""),) if experiment.network.weights else ()


def _layers(
    case: Case, layers: Sequence[LayerSpec], *, same_start: bool = False, **numbers: float | str
) -> Treatment | None:
    """Other layers; with `same_start` the same parameters fit, so that a file of start weights stays."""
    before = case.experiment.network.layers
    if tuple(layers) == before:
        return None
    return Treatment((*layer_edits(before, layers), *(() if same_start else _drawn(case.experiment))), numbers)


def _hidden(experiment: Experiment, change: Callable[[DenseSpec], DenseSpec]) -> list[LayerSpec]:
    *hidden, output = experiment.network.layers
    return [*(change(layer) if isinstance(layer, DenseSpec) else layer for layer in hidden), output]


def relu(case: Case) -> Treatment | None:
    """ReLU in every hidden layer that has a saturating activation, with He weights."""

    def changed(layer: DenseSpec) -> DenseSpec:
        if layer.activation in ("sigmoid", "tanh", "linear", "softplus"):
            return structs.replace(layer, activation="relu", initializer="he_normal")
        return layer

    return _layers(case, _hidden(case.experiment, changed))


def bent(case: Case) -> Treatment | None:
    """Tanh in every hidden layer, if all of them are linear."""
    layers = case.experiment.network.layers
    if {layer.activation for layer in layers[:-1] if isinstance(layer, DenseSpec)} != {"linear"}:
        return None
    made = _hidden(case.experiment, lambda layer: structs.replace(layer, activation="tanh"))
    return _layers(case, made, same_start=True, activation="tanh")


def leaky(case: Case) -> Treatment | None:
    """Leaky ReLU for ReLU."""

    def changed(layer: DenseSpec) -> DenseSpec:
        return structs.replace(layer, activation="leaky_relu") if layer.activation == "relu" else layer

    return _layers(case, _hidden(case.experiment, changed), same_start=True)


def batch_normalization(case: Case) -> Treatment | None:
    """Batch normalisation after every hidden dense layer; of one row in a batch every normalised value is 0."""
    if case.experiment.training.examples_per_update(case.evidence.data.rows) < 2:
        return None
    layers: list[LayerSpec] = []
    *hidden, output = case.experiment.network.layers
    for place, layer in enumerate(hidden):
        layers.append(layer)
        following = hidden[place + 1] if place + 1 < len(hidden) else output
        if isinstance(layer, DenseSpec) and not isinstance(following, BatchNormalizationSpec):
            layers.append(BatchNormalizationSpec())
    return _layers(case, [*layers, output])


def fewer_layers(case: Case) -> Treatment | None:
    """Only the first hidden layer."""
    *hidden, output = case.experiment.network.layers
    dense = [layer for layer in hidden if isinstance(layer, DenseSpec)]
    if len(dense) < 2:
        return None
    return _layers(case, [dense[0], output], old=len(dense) + 1, new=2)


def hidden_layer(case: Case) -> Treatment | None:
    """A hidden layer of tanh units, if there is none."""
    layers = case.experiment.network.layers
    if any(isinstance(layer, DenseSpec) for layer in layers[:-1]):
        return None
    units = min(64, max(16, 2 * case.evidence.data.inputs))
    new = DenseSpec(units=units, activation="tanh")
    return _layers(case, [*layers[:-1], new, layers[-1]], new=units, activation="tanh")


def more_units(case: Case) -> Treatment | None:
    """At least 16 units, and four times as many, in each hidden layer."""
    return _units(case, lambda units: max(16, 4 * units))


def fewer_units(case: Case) -> Treatment | None:
    """A quarter of the units in each hidden layer."""
    return _units(case, lambda units: max(2, units // 4))


def _units(case: Case, change: Callable[[int], int]) -> Treatment | None:
    hidden = [layer for layer in case.experiment.network.layers[:-1] if isinstance(layer, DenseSpec)]
    if not hidden:
        return None
    new = change(max(layer.units for layer in hidden))
    return _layers(case, _hidden(case.experiment, lambda layer: structs.replace(layer, units=new)), new=new)


def start(case: Case) -> Treatment | None:
    """Start weights drawn in a size that suits the activations."""
    experiment = case.experiment
    names = {layer.activation for layer in experiment.network.layers[:-1] if isinstance(layer, DenseSpec)}
    hidden = [layer for layer in experiment.network.layers[:-1] if isinstance(layer, DenseSpec)]
    new = "he_normal" if names & {"relu", "leaky_relu", "prelu", "elu", "gelu"} else "glorot_uniform"
    drawn = {layer.initializer or experiment.network.initializer for layer in hidden}
    if drawn == {new} and not experiment.network.weights:
        return None  # only the output layer would change
    layers = [
        structs.replace(layer, initializer=None) if isinstance(layer, DenseSpec) else layer
        for layer in experiment.network.layers
    ]
    edits: tuple[tuple[str, Any], ...] = (("network.initializer", new), *_drawn(experiment))
    if tuple(layers) != experiment.network.layers:
        edits += layer_edits(experiment.network.layers, layers)
    elif experiment.network.initializer == new and not experiment.network.weights:
        return None
    return Treatment(edits, {"new": new.split("_")[0].title()})


def suited_output(case: Case) -> Treatment | None:
    """The output layer and loss of the lecture's table."""
    experiment, classes = case.experiment, case.classes
    if not classes:
        return None
    answer = Answer("binary" if classes == 2 else "multiclass", classes)
    _, activation, loss = proposed_output(answer)
    output = experiment.network.layers[-1]
    if not isinstance(output, DenseSpec):
        return None
    if output.units > 1:
        activation, loss = "softmax", "categorical_crossentropy"
    layers = (*experiment.network.layers[:-1], structs.replace(output, activation=activation))
    edits = (*layer_edits(experiment.network.layers, layers), ("training.loss", loss))
    return Treatment(edits, {"activation": activation, "loss": loss})


def linear_output(case: Case) -> Treatment | None:
    """A linear output."""
    output = case.experiment.network.layers[-1]
    if not isinstance(output, DenseSpec) or output.activation == "linear":
        return None
    layers = (*case.experiment.network.layers[:-1], structs.replace(output, activation="linear"))
    return _layers(case, layers, same_start=True)


def less_dropout(case: Case) -> Treatment | None:
    """A rate of 0.2 where it is above 0.5."""
    old = case.evidence.dropout
    layers = [
        structs.replace(layer, rate=0.2) if isinstance(layer, DropoutSpec) and layer.rate > 0.5 else layer
        for layer in case.experiment.network.layers
    ]
    return _layers(case, layers, same_start=True, old=old, new=0.2)


def dropout(case: Case) -> Treatment | None:
    """Dropout after every hidden dense layer, if there is none."""
    if case.evidence.dropout:
        return None
    *hidden, output = case.experiment.network.layers
    layers = [part for layer in hidden for part in ((layer, DropoutSpec(rate=0.3)) if _is_dense(layer) else (layer,))]
    return _layers(case, [*layers, output], new=0.3)


def _is_dense(layer: LayerSpec) -> bool:
    return isinstance(layer, DenseSpec)
