"""What one edit of an experiment changes: a label for undo, and how much must be recomputed."""

import dataclasses
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import msgspec

from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS
from tui_ann.experiment.spec import Experiment, LayerSpec

_OF_THE_DESCENT = (
    "learning_rate",
    "variant",
    "batch_size",
    "optimizer",
    "momentum",
    "epochs",
    "tolerance",
    "gradient_tolerance",
    "early_stopping",
    "early_stopping.monitor",
    "early_stopping.patience",
    "early_stopping.min_delta",
)
IN_MID_RUN = frozenset(f"training.{name}" for name in _OF_THE_DESCENT)
"""Settings that take effect at the run's next update."""

_READING = frozenset(
    f"data.{name}" for name in ("path", "delimiter", "decimal", "encoding", "header", "skip_lines", "table")
)
TYPED = " typed"
"""The end of the label after a table of weights was typed."""
_DRAWN = "start weights are drawn"
_NO_MATTER = frozenset({"name", "schema"})
# The noise is drawn by the trainer: the rows are prepared and split without it.
_NOT_PREPARING = frozenset({"data.noise"})


class Reach(IntEnum):
    """How much must be redone after an edit; each level includes those before it."""

    NOTHING = 0
    """No number changes."""
    NEXT_UPDATE = 1
    """The change takes effect at the run's next update."""
    RUN = 2
    """The network restarts."""
    DATA = 3
    """The rows are prepared and split again."""
    TABLE = 4
    """The file is read again."""


@dataclasses.dataclass(frozen=True)
class Edit:
    """One edit, described."""

    label: str
    """A short label, such as `learning rate η 0.01 → 0.1`."""
    reach: Reach
    """What must be redone."""
    loses: str = ""
    """What the edit ends, in a sentence; empty if nothing.  Undo restores it."""


def describe(before: Experiment, after: Experiment) -> Edit:
    """Describe the differences between two experiments."""
    keys = dict(_differences(before, after))
    match list(keys.values()):
        case []:
            label = "no change"
        case [only]:
            label = only
        case [first, second]:
            label = f"{first}, {second}"
        case [first, *rest]:
            label = f"{first} and {len(rest)} more"
    return Edit(label, max((_reach(key) for key in keys), default=Reach.NOTHING))


def _reach(key: str) -> Reach:
    if key in _NO_MATTER:
        return Reach.NOTHING
    if key in IN_MID_RUN:
        return Reach.NEXT_UPDATE
    if key in _READING:
        return Reach.TABLE
    return Reach.DATA if key.startswith("data.") and key not in _NOT_PREPARING else Reach.RUN


def _differences(before: Experiment, after: Experiment) -> Iterator[tuple[str, str]]:
    """Each key that differs, with its label; an added or removed section is one difference."""
    stopping = (before.training.early_stopping, after.training.early_stopping)
    for key, setting in SETTINGS.items():
        old, new = setting.get(before), setting.get(after)
        if old == new:
            continue
        if key == "network.layers":
            yield key, _layers(old, new)
        elif key == "network.weights" and not new:
            yield key, _DRAWN
        elif key == "training.early_stopping":
            if None in stopping:
                yield key, f"early stopping {'on' if new else 'off'}"
        elif not (key.startswith("training.early_stopping.") and None in stopping):
            yield key, f"{setting.label} {_value(old)} → {_value(new)}"


def taken_back(label: str, before: Experiment, after: Experiment) -> str:
    """What undoing an edit did, such as `learning rate η 0.1, now 0.01 again` or `W¹₁₂ is 0.2 again`.

    Args:
        label: The label of the edit.
        before: The experiment before the undo.
        after: The restored experiment.
    """
    if label.endswith(TYPED):
        return f"{label.removesuffix(TYPED)} is as it was before"
    if " → " in label and label != describe(after, before).label:  # one number that was typed
        what, _, _ = label.rpartition(" → ")
        symbol, _, old = what.rpartition(" ")
        return f"{symbol} is {old} again"
    if label == _DRAWN:
        return "start weights come from their file again"
    if " → " not in label:
        return label
    changed = list(_differences(before, after))
    if len(changed) > 2:
        key, text = changed[0]
        others = f"and {len(changed) - 1} more settings are as before"
        setting, _, value = text.rpartition(" → ")
        return f"{SETTINGS[key].label} is {value} again, {others}" if setting and key != "network.layers" else others
    back = describe(before, after).label
    return f"{back.replace(' → ', ', now ')} again" if back.count(" → ") == 1 else back.replace(" → ", " back to ")


def _value(value: Any) -> str:
    """A value as shortened text for a label; a word if it is empty."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    text = "unset" if value is None or value == "" else str(value)
    return text if len(text) <= 32 else f"…{text[-31:]}" if "/" in text else f"{text[:31]}…"


def layer_added(number: int, layer: LayerSpec) -> str:
    """The label of an added layer; of several that are equal, only who added it knows which it is.

    Args:
        number: Its place, counted from 1.
        layer: The layer.
    """
    return f"add layer {number}: {layer.words}"


def layer_removed(number: int, layer: LayerSpec) -> str:
    """The label of a removed layer.

    Args:
        number: The place that it had, counted from 1.
        layer: The layer.
    """
    return f"remove layer {number}: {layer.words}"


def _layers(old: tuple[LayerSpec, ...], new: tuple[LayerSpec, ...]) -> str:
    """The difference between two lists of layers, counted from 1."""
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    if len(new) == len(old) + 1 and old[head:] == new[head + 1 :]:
        return layer_added(head + 1, new[head])
    if len(old) == len(new) + 1 and old[head + 1 :] == new[head:]:
        return layer_removed(head + 1, old[head])
    if len(old) == len(new):
        return _same_number(old, new)
    return f"layers {len(old)} → {len(new)}"


def _same_number(old: tuple[LayerSpec, ...], new: tuple[LayerSpec, ...]) -> str:
    places = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    first, last = places[0], places[-1]
    if len(places) == 1:
        return _one_layer(first + 1, old[first], new[first])
    if old[first + 1 : last + 1] == new[first:last] and old[first] == new[last]:
        return f"move layer {first + 1} to {last + 1}"
    if old[first:last] == new[first + 1 : last + 1] and old[last] == new[first]:
        return f"move layer {last + 1} to {first + 1}"
    return f"{len(places)} layers"


def _one_layer(number: int, old: LayerSpec, new: LayerSpec) -> str:
    if type(old) is not type(new):
        return f"layer {number} {old.words} → {new.words}"
    labels = LAYER_SETTINGS[old.type]
    fields = [name for name in old.__struct_fields__ if getattr(old, name) != getattr(new, name)]
    if len(fields) == 1:
        name = fields[0]
        return f"layer {number} {labels[name].label} {_value(getattr(old, name))} → {_value(getattr(new, name))}"
    return f"layer {number} {old.words} → {new.words}"


def with_smaller_steps(experiment: Experiment, learning_rate: float | None = None) -> Experiment:
    """The experiment with another learning rate, by default a tenth of its own."""
    # Through text, because 0.3 / 10 is 0.030000000000000002 otherwise.
    eta = learning_rate or float(f"{experiment.training.learning_rate / 10:.12g}")
    training = msgspec.structs.replace(experiment.training, learning_rate=eta)
    return msgspec.structs.replace(experiment, training=training)


def with_new_start(experiment: Experiment) -> Experiment:
    """The experiment with new initial parameters: drawn with the next seed, even if the old ones came from a file."""
    seed = (experiment.network.seed + 1) % (1 << 63)
    network = msgspec.structs.replace(experiment.network, seed=seed, weights="")
    return msgspec.structs.replace(experiment, network=network)
