"""Networks of Keras and PyTorch in memory, read as their files are."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from tui_ann.errors import ModelError
from tui_ann.importing.keras_file import read_config
from tui_ann.importing.layer_chain import LayerChain
from tui_ann.importing.read_model import ReadModel
from tui_ann.importing.torch_code import add_torch_layer
from tui_ann.importing.torch_weights import with_state
from tui_ann.importing.values import Made


def read_live(model: Any) -> tuple[Callable[[], ReadModel], str]:
    """How a network in memory is read, and what made it.

    Args:
        model: A Keras model or a PyTorch module.
    """
    if hasattr(model, "state_dict"):
        return partial(read_live_torch, model), "PyTorch"
    return partial(read_live_keras, model), "Keras"


def read_live_keras(model: Any) -> ReadModel:
    """The network of a Keras model with its present weights.

    Args:
        model: A built `keras.Model`.

    Raises:
        ModelError: It is not a chain of dense layers, or not built yet.
    """
    label = str(getattr(model, "name", "model"))
    try:
        config = json.loads(model.to_json())
    except Exception as error:  # a model of one's own may refuse in any way
        raise ModelError(f"{label} cannot be read: {error}.", remedy="Watch a Sequential model.") from error

    def arrays(_: str, name: str) -> list[Any]:
        layer = next((each for each in model.layers if each.name == name), None)
        return [] if layer is None else [np.array(each) for each in layer.get_weights()]

    return read_config(label, config, config.get("compile_config"), arrays)


def read_live_torch(model: Any) -> ReadModel:
    """The network of a `torch.nn.Sequential` with its present weights.

    Args:
        model: The module.

    Raises:
        ModelError: It is no chain of linear layers.
    """
    chain = LayerChain(type(model).__name__)
    for module in _modules(model):
        add_torch_layer(chain, Made(type(module).__name__, (), _settings(module)))
    state = {name: values.detach().cpu().double().numpy().copy() for name, values in model.state_dict().items()}
    return with_state(ReadModel(chain.complete(), chain.inputs, remarks=tuple(chain.remarks)), state, chain.label)


def _modules(model: Any) -> list[Any]:
    """The modules of a Sequential, with those of inner ones in their place."""
    if type(model).__name__ != "Sequential":
        raise ModelError(
            f"{type(model).__name__} is a module of its own, whose order of layers only a run would show.",
            remedy="Watch an nn.Sequential.",
            code="no_network",
        )
    found = []
    for module in model:
        found += _modules(module) if type(module).__name__ == "Sequential" else [module]
    return found


def _settings(module: Any) -> Mapping[str, Any]:
    """What a module was made with."""
    names = ("in_features", "out_features", "negative_slope", "alpha", "p", "eps", "momentum", "num_features")
    return {name: getattr(module, name) for name in names if isinstance(getattr(module, name, None), int | float)}
