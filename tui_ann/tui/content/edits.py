"""What the keys of Data and Build do to an experiment: each function takes one and returns the next.

They are independent of the screens; the session checks the result and keeps the previous experiment for undo.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, convert
from msgspec.structs import replace

from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.experiment.checks import Answer, proposed_output
from tui_ann.experiment.proposal import usual_metrics
from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS, Setting
from tui_ann.experiment.spec import LAYER_TYPES, DenseSpec, DropoutSpec, Experiment, LayerSpec
from tui_ann.tui.content.setting_text import DIALECT

EARLY_STOPPING = "training.early_stopping"
"""Key of the optional section."""
_NICE = (1.0, 2.0, 5.0)
_FINE = 40
"""Whole numbers up to this one are all on the ladder."""
_TENTHS = (*range(10, 20), *range(20, 50, 2), *range(50, 100, 5))
"""Two digits of the larger ones: about a tenth apart."""
_WHOLE = tuple(
    sorted(
        {*range(_FINE)}
        | {tenth * 10**power for tenth in _TENTHS for power in range(8) if tenth * 10**power >= _FINE}
        | {2**power for power in range(21)}
    )
)
"""The ladder of whole numbers: up and down it are inverse steps, and the sizes that are powers of two are on it."""


def put(experiment: Experiment, key: str, value: Any) -> Experiment:
    """The experiment with one setting changed.

    Args:
        experiment: The experiment before.
        key: Dotted key, such as `training.epochs`; `training.early_stopping` takes true or false.
        value: The new value.
    """
    if key == EARLY_STOPPING:
        stopping = EarlyStopping() if value else None
        return replace(experiment, training=replace(experiment.training, early_stopping=stopping))
    return SETTINGS[key].put(experiment, value)


def stepped(setting: Setting, value: Any, step: int) -> Any:
    """The value before or after this one, for a key that steps a setting up or down.

    Choices wrap around; seeds and small whole numbers change by 1, numbers from 40 on by about a tenth; other numbers
    follow 1, 2, 5, 10; booleans toggle.  A number without a step, or at its limit, does not change.

    Args:
        setting: The setting.
        value: Its current value.
        step: 1 or −1.
    """
    if setting.kind == "bool":
        return not value
    if setting.kind == "choice":
        choices = (None, *setting.choices) if setting.optional else setting.choices
        return choices[(choices.index(value) + step) % len(choices)]
    if setting.kind == "int":
        whole = (value or 0) + step if setting.is_seed else int(_neighbour(_WHOLE, value or 0, step))
        whole = whole if setting.minimum is None else max(int(setting.minimum), whole)
        return whole if setting.fault(whole) is None else value
    if setting.kind == "float":
        share = setting.below == 1 or setting.maximum == 1
        candidate = round((value or 0.0) + 0.05 * step, 10) if share else _nice_neighbour(value or 0.0, step)
        return candidate if setting.fault(candidate) is None else value
    return value


def _nice_neighbour(value: float, step: int) -> float:
    """The next of … 0.1, 0.2, 0.5, 1, 2, 5 … above or below a value; 0 leads to 0.0001, and back."""
    return _neighbour([0.0] + [float(f"{nice:g}e{power}") for power in range(-4, 4) for nice in _NICE], value, step)


def _neighbour(ladder: Sequence[float], value: float, step: int) -> float:
    """The next rung above or below a value; the value itself beyond the last one."""
    if step > 0:
        return next((rung for rung in ladder if rung > value * (1 + 1e-9)), value)
    return next((rung for rung in reversed(ladder) if rung < value * (1 - 1e-9)), value)


# Columns


def use_column(experiment: Experiment, name: str, excluded: Mapping[str, str], use: bool) -> Experiment:
    """Use a column as a feature, or leave it out.

    Args:
        experiment: The experiment before.
        name: The column.
        excluded: Columns that `*` leaves out by default, with the reason.
        use: Whether to use it.
    """
    data = experiment.data
    features = tuple(feature for feature in data.features if feature != name)
    ignore = tuple(other for other in data.ignore if other != name)
    if use and ("*" not in features or name in excluded):
        features = (*features, name)
    if not use and "*" in features and name not in excluded:
        ignore = (*ignore, name)
    return replace(experiment, data=replace(data, features=features or ("*",), ignore=ignore))


def uses_column(experiment: Experiment, name: str, excluded: Mapping[str, str]) -> bool:
    """Whether a column is a feature.

    Args:
        experiment: The experiment.
        name: The column.
        excluded: Columns that `*` leaves out by default, with the reason.
    """
    data = experiment.data
    if name in data.ignore or name in targets(experiment):
        return False
    return name in data.features or ("*" in data.features and name not in excluded)


def targets(experiment: Experiment) -> tuple[str, ...]:
    """Names of the target columns."""
    target = experiment.data.target
    return (target,) if isinstance(target, str) else tuple(target)


def set_target(experiment: Experiment, name: str) -> Experiment:
    """Predict another column; task and classes of the old target are dropped.

    Args:
        experiment: The experiment before.
        name: The column.
    """
    data = experiment.data
    features = tuple(feature for feature in data.features if feature != name) or ("*",)
    ignore = tuple(other for other in data.ignore if other != name)
    return replace(
        experiment,
        data=replace(data, target=name, task="auto", classes=(), features=features, ignore=ignore),
    )


def suit_output(experiment: Experiment, answer: Answer) -> Experiment:
    """Give the network the output layer, loss and metrics that fit the target.

    Args:
        experiment: The experiment before.
        answer: What the data require.
    """
    units, activation, loss = proposed_output(answer)
    layers = experiment.network.layers
    last = layers[-1]
    if not isinstance(last, DenseSpec) or units is None:
        return experiment
    output = replace(last, units=units, activation=activation, alpha=None)
    metrics = usual_metrics(answer.task, answer.targets)
    return replace(
        experiment,
        network=replace(experiment.network, layers=(*layers[:-1], output)),
        training=replace(experiment.training, loss=loss, metrics=metrics),
    )


def take_proposal(experiment: Experiment, proposal: Experiment) -> Experiment:
    """The experiment with the proposed network and training; data and name stay.

    Args:
        experiment: The experiment before.
        proposal: The proposal for its data.
    """
    return replace(experiment, network=proposal.network, training=proposal.training)


_OF_THE_FILE = frozenset({"path", "target", "features", "ignore", "classes", *DIALECT})
"""Data settings that do not come from a proposal."""


def follow_proposal(experiment: Experiment, old: Experiment, new: Experiment) -> Experiment:
    """The experiment with the values of a new proposal, except for the settings that differed from the old proposal.

    Args:
        experiment: The experiment before, with its new target.
        old: The proposal for the old target.
        new: The proposal for the new target.
    """
    data = {name: value for name, value in _unedited(experiment.data, old.data, new.data) if name not in _OF_THE_FILE}
    return replace(
        experiment,
        data=replace(experiment.data, **{**data, "task": new.data.task}),
        network=replace(experiment.network, **dict(_unedited(experiment.network, old.network, new.network))),
        training=replace(experiment.training, **dict(_unedited(experiment.training, old.training, new.training))),
    )


def _unedited(section: Struct, old: Struct, new: Struct) -> Iterator[tuple[str, Any]]:
    """The new values of the fields that have their old value."""
    for name in section.__struct_fields__:
        if getattr(section, name) == getattr(old, name):
            yield name, getattr(new, name)


# Layers


def with_layers(experiment: Experiment, layers: tuple[LayerSpec, ...]) -> Experiment:
    """The experiment with other layers."""
    return replace(experiment, network=replace(experiment.network, layers=layers))


def new_layer(experiment: Experiment, kind: str, place: int) -> LayerSpec:
    """A new layer, with values like those of its neighbours.

    Args:
        experiment: The experiment that gets the layer.
        kind: One of the keys of `LAYER_TYPES`.
        place: Its index.
    """
    if kind == DropoutSpec.type:
        return DropoutSpec(rate=0.2)
    if kind != DenseSpec.type:
        layer: LayerSpec = convert({"type": kind}, LayerSpec)
        return layer
    before = [layer for layer in experiment.network.layers[:place] if isinstance(layer, DenseSpec)]
    hidden = [layer for layer in experiment.network.layers[:-1] if isinstance(layer, DenseSpec)]
    like = before[-1] if before else hidden[0] if hidden else None
    return DenseSpec(units=like.units, activation=like.activation) if like else DenseSpec(units=16, activation="relu")


def insert_layer(experiment: Experiment, place: int, layer: LayerSpec) -> Experiment:
    """Insert a layer, always before the output layer.

    Args:
        experiment: The experiment before.
        place: Its index afterwards.
        layer: The layer.
    """
    layers = experiment.network.layers
    place = max(0, min(place, len(layers) - 1))
    return with_layers(experiment, (*layers[:place], layer, *layers[place:]))


def remove_layer(experiment: Experiment, place: int) -> Experiment:
    """Remove a layer; the only layer stays."""
    layers = experiment.network.layers
    if len(layers) == 1:
        return experiment
    return with_layers(experiment, (*layers[:place], *layers[place + 1 :]))


def move_layer(experiment: Experiment, place: int, step: int) -> Experiment:
    """Move a layer; at either end it stays."""
    layers = list(experiment.network.layers)
    other = place + step
    if not 0 <= other < len(layers):
        return experiment
    layers[place], layers[other] = layers[other], layers[place]
    return with_layers(experiment, tuple(layers))


def put_layer(experiment: Experiment, place: int, layer: LayerSpec) -> Experiment:
    """The experiment with one layer replaced."""
    layers = experiment.network.layers
    return with_layers(experiment, (*layers[:place], layer, *layers[place + 1 :]))


def step_layer(layer: LayerSpec, step: int) -> LayerSpec:
    """A layer with its first setting stepped up or down: units, rate or momentum."""
    setting = next(iter(LAYER_SETTINGS[layer.type].values()))
    return setting.put(layer, stepped(setting, setting.get(layer), step))


KINDS = tuple(LAYER_TYPES)
"""The kinds of layers that can be added."""
