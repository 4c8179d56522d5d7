"""Values of an experiment by their dotted keys, layers included: `training.epochs`, `network.layers.1.units`.

The first layer is 1, as on every screen.
"""

from typing import Any

import msgspec

from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS, Setting
from tui_ann.experiment.spec import Experiment

LAYERS = "network.layers"


def layer_key(place: int, name: str = "") -> str:
    """The key of a layer, or of one of its settings.

    Args:
        place: Its index in `network.layers`, from 0.
        name: The name of a setting.
    """
    return ".".join(filter(None, (LAYERS, str(place + 1), name)))


def setting_of(experiment: Experiment, key: str) -> Setting:
    """The setting of a key; a layer's depends on the type of that layer.

    Raises:
        KeyError: There is no such setting or layer.
    """
    if key in SETTINGS:
        return SETTINGS[key]
    index, name = _layer_part(experiment, key)
    return LAYER_SETTINGS[experiment.network.layers[index].type][name]


def get(experiment: Experiment, key: str) -> Any:
    """The value of a key.

    Raises:
        KeyError: There is no such setting or layer.
    """
    if key in SETTINGS:
        return SETTINGS[key].get(experiment)
    index, _ = _layer_part(experiment, key)
    return setting_of(experiment, key).get(experiment.network.layers[index])


def put(experiment: Experiment, key: str, value: Any) -> Experiment:
    """The experiment with another value of a key; nothing is checked, because a form may have wrong values for a while.

    Raises:
        KeyError: There is no such setting or layer.
    """
    if key in SETTINGS:
        return SETTINGS[key].put(experiment, value)
    index, _ = _layer_part(experiment, key)
    layers = list(experiment.network.layers)
    layers[index] = setting_of(experiment, key).put(layers[index], value)
    return msgspec.structs.replace(
        experiment, network=msgspec.structs.replace(experiment.network, layers=tuple(layers))
    )


def _layer_part(experiment: Experiment, key: str) -> tuple[int, str]:
    rest = key.removeprefix(f"{LAYERS}.").split(".")
    if not key.startswith(f"{LAYERS}.") or len(rest) != 2 or not rest[0].isdecimal():
        raise KeyError(key)
    if not 1 <= int(rest[0]) <= len(experiment.network.layers):
        raise KeyError(key)
    return int(rest[0]) - 1, rest[1]
