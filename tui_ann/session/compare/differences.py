"""What differs in the settings of several runs, and what is the same, in a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tui_ann.experiment.keys import LAYERS
from tui_ann.experiment.settings import SETTINGS, Setting
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.compare.all_settings import LayerFieldSetting, all_settings
from tui_ann.text import count, counted, number

_NO_MATTER = frozenset({"data.path", "training.early_stopping"})
"""Whether the data are the same is said by their fingerprint; early stopping has settings of its own."""
_SYMBOLS = {
    "training.learning_rate": "η",
    "training.momentum": "m",
    "training.batch_size": "batch",
    "training.loss": "loss function",
}
"""What a column is called where the label of the setting is longer than the lecture's letter."""


_MOST_OF_LAYERS = 2
"""More settings of layers than that are told as one network."""
_SECTIONS = ("training", "network", "data")


@dataclass(frozen=True)
class Difference:
    """A setting in which runs differ."""

    key: str
    """Its dotted key, as for `--set`."""
    title: str
    """A word or two."""
    values: tuple[Any, ...]
    """The value of each run; `None` where it does not apply."""

    def text(self, place: int) -> str:
        """The value of one run as text; a dash where the setting does not apply."""
        return value_in_words(self.values[place])


def differences(experiments: Sequence[Experiment]) -> list[Difference]:
    """The settings in which experiments differ: those of the training first, then of the network, then of the data.

    Layers of the same kinds are compared setting by setting; if they differ in many, the network is one difference.
    """
    if len(experiments) < 2:
        return []
    alike = len({tuple(layer.type for layer in each.network.layers) for each in experiments}) == 1
    found = []
    for key, setting in all_settings(experiments[0]).items():
        if key in _NO_MATTER or (key.startswith(LAYERS) and not alike):
            continue
        values = tuple(setting.get(each) if setting.applies(each) else None for each in experiments)
        if any(value != values[0] for value in values[1:]):
            found.append(Difference(key, title_of(key, setting), values))
    of_layers = [each for each in found if each.key.startswith(LAYERS)]
    if not alike or len(of_layers) > _MOST_OF_LAYERS:
        shapes = tuple(" → ".join(_layer_words(each)) for each in experiments)
        found = [each for each in found if each not in of_layers] + [Difference(LAYERS, "network", shapes)]
    return sorted(found, key=lambda each: _SECTIONS.index(each.key.partition(".")[0]))


def title_of(key: str, setting: Setting) -> str:
    """A word or two for a setting: η, update rule, units 1 for those of layer 1."""
    if isinstance(setting, LayerFieldSetting):
        return f"{setting.name} {setting.place + 1}".replace("_", " ")
    return _SYMBOLS.get(key, setting.label)


def value_in_words(value: Any) -> str:
    """A value in a table or a sentence."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return count(value)
    if isinstance(value, float):
        return number(value, 6)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "—"
    return str(value)


def same_in_words(experiments: Sequence[Experiment], *, same_data: bool) -> str:
    """What all runs share, in a line: "same data, split, network 30 → 16 → 1, seed 0, adam, η 0.01".

    Args:
        experiments: Those of the runs.
        same_data: Whether they have read the same data.
    """
    if not experiments:
        return ""
    first = experiments[0]
    differing = {each.key for each in differences(experiments)}
    split = {key for key in differing if "split" in key}
    parts = ["data"] if same_data and not any(key.startswith("data.") for key in differing - split) else []
    parts += [] if split else ["split"]
    if not any(key.startswith(LAYERS) for key in differing):
        parts.append("network " + " → ".join(_layer_words(first)))
    for key, words in (
        ("network.seed", f"seed {count(first.network.seed)}"),
        ("training.optimizer", first.training.optimizer),
        ("training.learning_rate", f"η {number(first.training.learning_rate, 6)}"),
        ("training.variant", first.training.variant),
        ("training.batch_size", f"batch {count(first.training.batch_size)}"),
        ("training.epochs", counted(first.training.epochs, "epoch")),
    ):
        if key not in differing and SETTINGS[key].applies(first):
            parts.append(words)
    return f"same {', '.join(parts)}" if parts else ""


def _layer_words(experiment: Experiment) -> list[str]:
    """The layers of a network, shortly; the activation of the output follows from the loss."""
    layers = experiment.network.layers
    words = [
        f"{count(layer.units)} {layer.activation}" if isinstance(layer, DenseSpec) else layer.words for layer in layers
    ]
    last = layers[-1]
    return [*words[:-1], count(last.units) if isinstance(last, DenseSpec) else words[-1]]
