"""`.keras` files, and the older `.h5` files of Keras: the network, its training and its weights."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tui_ann.errors import ModelError
from tui_ann.importing.keras_layers import add_layer
from tui_ann.importing.keras_training import compiled
from tui_ann.importing.keras_words import plain
from tui_ann.importing.packed import MOST_UNPACKED, check_packed
from tui_ann.importing.read_model import ReadModel
from tui_ann.importing.safe_h5 import MOST_TEXT, SafeH5, h5py_module, json_of
from tui_ann.importing.values import Made, Name, as_written
from tui_ann.importing.weighted_layers import WeightedLayers

CONFIG, WEIGHTS = "config.json", "model.weights.h5"

_DENSE = ("kernel", "bias")
_ACTIVATIONS = frozenset({"activation", "relu", "leakyrelu", "elu", "prelu", "softmax"})
ArraysOf = Callable[[str, str], Sequence[Any]]
"""The arrays of a layer, from its class and its name, in Keras' order."""


def read_keras_file(path: Path) -> ReadModel:
    """Read a `.keras` or `.h5` file.

    Raises:
        ModelError: It is damaged, would unpack to too much, or holds a network that is not a chain of dense layers.
    """
    if not zipfile.is_zipfile(path):
        return _read_h5(path)
    config, weights = _unpacked(path)
    file = SafeH5(path.name, io.BytesIO(weights))
    try:
        return read_config(path.name, config, config.get("compile_config"), _ArraysInOrder(file))
    finally:
        file.close()


def _unpacked(path: Path) -> tuple[dict[str, Any], bytes]:
    h5py_module(path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            check_packed(path, archive.infolist())
            return (
                _mapping(json_of(_content(archive, CONFIG, MOST_TEXT), path.name), path.name),
                _content(archive, WEIGHTS, MOST_UNPACKED),
            )
    except (KeyError, OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ModelError(
            f"{path} is not a .keras file, or it is damaged.",
            remedy="Save it again with model.save('model.keras').",
            code="damaged",
        ) from error


def _content(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The content of an entry; what it says about its size may be wrong."""
    with archive.open(name) as entry:
        content = entry.read(most + 1)
    if len(content) > most:
        raise ModelError(f"{name} has more than {most:,} bytes.", remedy="Save the model again.", code="too_large")
    return content


def _read_h5(path: Path) -> ReadModel:
    file = SafeH5(path.name, path)
    try:
        text = file.text("model_config")
        if not text:
            raise ModelError(
                f"{path} has weights only, and no network.",
                remedy="Save the whole model: model.save('model.keras').",
                code="no_network",
            )
        config = _mapping(json_of(text, path.name), path.name)
        training = file.text("training_config")
        compile_config = _mapping(json_of(training, path.name), path.name) if training else None
        if compile_config is not None and "optimizer" not in compile_config:
            compile_config["optimizer"] = compile_config.get("optimizer_config")

        def arrays(_: str, name: str) -> Sequence[Any]:
            return [file.numbers(path) for path in sorted(file.arrays(f"model_weights/{name}"), key=_place)]

        return read_config(path.name, config, compile_config, arrays)
    finally:
        file.close()


_ORDER = ("kernel", "gamma", "alpha", "mean", "bias", "beta", "variance", "moving_mean", "count", "moving_variance")
"""The arrays of a layer in Keras' order: no layer has two of them in another."""


def _place(path: str) -> int:
    """The place of an array among those of its layer."""
    name = path.rpartition("/")[2].partition(":")[0]
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


class _ArraysInOrder:
    """The arrays of a `.keras` file: its groups are named by the class of the layer and counted.

    Args:
        file: The weights.
    """

    def __init__(self, file: SafeH5) -> None:
        self._file = file
        self._seen: dict[str, int] = {}
        roots = ("layers", "_layer_checkpoint_dependencies")
        self._root = next((root for root in roots if file.names(root)), "layers")

    def __call__(self, kind: str, name: str) -> Sequence[Any]:
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind).lower()
        number = self._seen.get(snake, 0)
        self._seen[snake] = number + 1
        for group in (f"{snake}_{number}" if number else snake, name):
            if places := sorted(self._file.names(f"{self._root}/{group}/vars"), key=_number):
                return [self._file.numbers(f"{self._root}/{group}/vars/{place}") for place in places]
        return []


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _mapping(value: Any, label: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ModelError(f"{label}: its configuration is damaged.", remedy="Save the model again.", code="damaged")
    return value


# ---------------------------------------------------------------------- the configuration


def made_of(value: Any) -> Any:
    """A part of a configuration as if a script had made it."""
    if isinstance(value, list):
        return [made_of(each) for each in value]
    if isinstance(value, float):
        return as_written(value)
    if not isinstance(value, dict):
        return value
    config = value.get("config")
    if isinstance(value.get("class_name"), str) and isinstance(config, dict):
        return Made(value["class_name"], (), {name: made_of(each) for name, each in config.items()})
    if isinstance(config, str):  # a function
        return Name(config)
    return {name: made_of(each) for name, each in value.items()}


def read_config(label: str, config: Mapping[str, Any], compile_config: Any, arrays_of: ArraysOf) -> ReadModel:
    """The network of a configuration, with its weights.

    Args:
        label: What messages call it.
        config: What `model.to_json()` says.
        compile_config: What it says about `compile`; `None` if the model was not compiled.
        arrays_of: Gives the arrays of a layer.

    Raises:
        ModelError: It is not a chain of dense layers, or the arrays do not fit.
    """
    found = WeightedLayers(label)
    for layer in _chain(label, config):
        kind, name = str(layer.get("class_name")), str(_config(layer).get("name"))
        made = made_of(layer)
        if not isinstance(made, Made):
            raise found.refused(f"the layer {name} has no configuration")
        _add(found, made, arrays_of(kind, name))
    training: dict[str, Any] = {}
    if isinstance(compile_config, dict):
        training = compiled(found.chain, Made("compile", (), _known(compile_config)))
        if not training["metrics"]:
            del training["metrics"]
    return found.complete(training)


def _known(config: Mapping[str, Any]) -> dict[str, Any]:
    names = ("optimizer", "loss", "metrics", "loss_weights", "weighted_metrics")
    given = {name: made_of(config[name]) for name in names if config.get(name) is not None}
    for name in ("metrics", "weighted_metrics"):  # a list for each output
        if isinstance(listed := given.get(name), list):
            given[name] = [part for each in listed for part in (each if isinstance(each, list) else [each])]
    return given


def _config(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    config = layer.get("config")
    return config if isinstance(config, dict) else {}


def _chain(label: str, config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The layers in their order.

    Raises:
        ModelError: They do not follow one another.
    """
    inner = config.get("config")
    layers = inner if isinstance(inner, list) else inner.get("layers") if isinstance(inner, dict) else None
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise ModelError(
            f"{label} holds a {config.get('class_name', 'network')} of its own class, whose layers it does not list.",
            remedy="Save a Sequential or Functional model.",
            code="no_network",
        )
    within = next((layer for layer in layers if layer.get("class_name") in ("Sequential", "Functional", "Model")), None)
    parts = [layer for layer in layers if layer.get("class_name") != "InputLayer"]
    if within is not None:
        raise _no_chain(label, "a network is inside of another one")
    if config.get("class_name") != "Sequential":
        sources = [str(_config(layer).get("name")) for layer in layers if layer.get("class_name") == "InputLayer"]
        for layer in parts:
            if len(sources) != 1 or _befores(layer.get("inbound_nodes")) != sources:
                raise _no_chain(label, f"{_config(layer).get('name')} does not follow the layer before it")
            sources = [str(_config(layer).get("name"))]
    return layers


def _no_chain(label: str, why: str) -> ModelError:
    return ModelError(
        f"{label}: {why}; tui-ann holds networks whose layers follow one another.",
        remedy="Take a network without branches.",
        code="not_a_chain",
    )


def _befores(nodes: Any) -> list[str]:
    """The names of the layers whose outputs a layer takes, in the form of Keras 3 and of Keras 2."""
    found: list[str] = []
    waiting = [nodes]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, dict) and isinstance(history := each.get("keras_history"), list) and history:
            found.append(str(history[0]))
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list) and len(each) >= 3 and isinstance(each[0], str):
            found.append(each[0])
        elif isinstance(each, list):
            waiting += each
    return found


# ---------------------------------------------------------------------- layers with arrays


def _add(found: WeightedLayers, made: Made, arrays: Sequence[Any]) -> None:
    """Add a layer and its arrays."""
    name, options = plain(made.name), made.options
    match name:
        case "normalization":
            found.scale(*_statistics(found, options, arrays))
            return
        case "rescaling":
            found.scale(options.get("scale", 1.0), options.get("offset", 0.0))
            return
        case "gaussiannoise" | "gaussiandropout":
            found.chain.remark(0, f"{made.name} acts only in training; it is left out.")
            return
    if name in _ACTIVATIONS:
        found.fold_normalization()
    add_layer(found.chain, made)
    match name:
        case "dense":
            kernel = np.asarray(arrays[0]).T if arrays else None
            found.added({"W": kernel, **({"b": arrays[1]} if len(arrays) > 1 else {})} if kernel is not None else {})
        case "batchnormalization":
            names = [each for each, used in _NORMALIZATION.items() if not used or options.get(used) is not False]
            found.added(dict(zip(names, arrays, strict=False)))
        case "layernormalization":
            found.added(dict(zip(("gamma", "beta"), arrays, strict=False)))
        case "prelu" if arrays and options.get("trainable") is not False:
            found.alpha(arrays[0])
        case "prelu" if arrays:
            found.set_alpha(float(np.asarray(arrays[0]).reshape(-1)[0]))
        case _:
            found.added({})


_NORMALIZATION = {"gamma": "scale", "beta": "center", "moving_mean": "", "moving_var": ""}
"""The arrays of a batch normalisation, and the argument that takes each away."""


def _statistics(found: WeightedLayers, options: Mapping[str, Any], arrays: Sequence[Any]) -> tuple[Any, Any]:
    """The factor and the shift of a `Normalization`: (x − μ)/σ."""
    mean, variance = options.get("mean"), options.get("variance")
    if mean is None and len(arrays) >= 2:
        mean, variance = arrays[0], arrays[1]
    try:
        mean, variance = np.asarray(mean, np.float64).reshape(-1), np.asarray(variance, np.float64).reshape(-1)
    except (TypeError, ValueError) as error:
        raise found.refused("the mean and the variance of a Normalization cannot be read") from error
    deviation = np.maximum(np.sqrt(np.maximum(variance, 0.0)), 1e-7)
    return (deviation, mean) if options.get("invert") else (1 / deviation, -mean / deviation)
