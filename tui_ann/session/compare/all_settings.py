"""Every setting of an experiment, those of its layers included, each under its dotted key."""

from dataclasses import dataclass
from typing import Any

from tui_ann.experiment import keys
from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS, S, Setting
from tui_ann.experiment.spec import Experiment, LayerSpec

_WITHOUT_EFFECT = frozenset({"name", "schema"})


@dataclass(frozen=True, kw_only=True)
class LayerFieldSetting(Setting):
    """A setting of one layer, as a setting of the experiment: `network.layers.2.units`."""

    place: int
    """Index of the layer, counted from 0."""

    def applies(self, owner: Experiment | LayerSpec) -> bool:
        """Whether the layer exists and the setting has an effect in it."""
        layers = owner.network.layers if isinstance(owner, Experiment) else ()
        return self.place < len(layers) and self.condition(layers[self.place])

    def get(self, owner: Experiment | LayerSpec) -> Any:
        """Its value in the layer of an experiment; `None` if there is no such layer."""
        try:
            return keys.get(owner, self.key) if isinstance(owner, Experiment) else None
        except KeyError:
            return None

    def put(self, owner: S, value: Any) -> S:
        """The experiment with this setting of the layer changed."""
        assert isinstance(owner, Experiment)
        changed = keys.put(owner, self.key, value)
        assert isinstance(changed, type(owner))
        return changed


def layer_settings(experiment: Experiment) -> list[LayerFieldSetting]:
    """The settings of every layer, in order, under the keys that `--set` knows."""
    found = []
    for place, layer in enumerate(experiment.network.layers):
        for name, setting in LAYER_SETTINGS[layer.type].items():
            label = f"layer {place + 1} {setting.label}"
            fields = {**vars(setting), "key": keys.layer_key(place, name), "label": label}
            found.append(LayerFieldSetting(**fields, place=place))
    return found


def all_settings(experiment: Experiment) -> dict[str, Setting]:
    """Every setting that can make a difference, by its key, in the order of the file."""
    found: dict[str, Setting] = {}
    for key, setting in SETTINGS.items():
        if key == keys.LAYERS:
            found |= {layer.key: layer for layer in layer_settings(experiment)}
        elif key not in _WITHOUT_EFFECT:
            found[key] = setting
    return found
