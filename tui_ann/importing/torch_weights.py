"""The state of a PyTorch `Sequential` in a safetensors file, for the network that its script makes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tui_ann.experiment.spec import DenseSpec, DropoutSpec
from tui_ann.experiment.weights import load_weights
from tui_ann.importing.read_model import ReadModel
from tui_ann.importing.weighted_layers import WeightedLayers

_NAMES = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "moving_mean",
    "running_var": "moving_var",
}


def with_torch_weights(read: ReadModel, path: Path) -> ReadModel:
    """A network with the weights of a `state_dict`.

    Args:
        read: The network of the script.
        path: The file of safetensors.

    Raises:
        ModelError: The arrays do not fit the network.
        SessionError: The file is damaged.
    """
    return with_state(read, load_weights(path), path.name)


def with_state(read: ReadModel, state: Mapping[str, Any], label: str) -> ReadModel:
    """A network with the arrays of a `state_dict`.

    Args:
        read: The network.
        state: The arrays by PyTorch's names.
        label: What messages call them.

    Raises:
        ModelError: The arrays do not fit the network.
    """
    modules = _modules(state)
    found = WeightedLayers(label)
    for layer in read.layers:
        found.chain.add(layer)
        if isinstance(layer, DropoutSpec):
            found.added({})
            continue
        if not modules:
            raise found.refused("it has fewer arrays than the network of the script")
        arrays = modules.pop(0)
        names = {"weight": "W", "bias": "b"} if isinstance(layer, DenseSpec) else _NAMES
        found.added({names[name]: values for name, values in arrays.items() if name in names})
        if isinstance(layer, DenseSpec) and layer.activation == "prelu" and modules and set(modules[0]) == {"weight"}:
            found.alpha(modules.pop(0)["weight"])
    if modules:
        raise found.refused("it has more arrays than the network of the script")
    done = found.complete(dict(read.training))
    return replace(done, network=read.network, data={**done.data, **read.data}, remarks=read.remarks)


def _modules(state: Mapping[str, Any]) -> list[dict[str, np.ndarray[Any, Any]]]:
    """The arrays of each module, in the order of the modules' numbers."""
    grouped: dict[str, dict[str, np.ndarray[Any, Any]]] = {}
    for name, values in state.items():
        module, _, last = name.rpartition(".")
        if last != "num_batches_tracked":
            grouped.setdefault(module, {})[last] = values
    return [grouped[module] for module in sorted(grouped, key=_order)]


def _order(module: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"[._]", module)]
