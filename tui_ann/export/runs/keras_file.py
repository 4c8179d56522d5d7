"""A run as a `.keras` file: the scaling as a layer, the weights, and for a number its units; it can be trained on.

The file is a zip archive of the model's configuration and its weights, as Keras 3 writes it.  What it cannot hold,
filling gaps and encoding labels, is in its metadata for the reader.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from tui_ann.data.prepare.features import CategoryFeature
from tui_ann.engine.tape import Array
from tui_ann.export.runs.archive import zipped
from tui_ann.export.runs.keras_layers import SMALL_NORMAL, KerasLayer, keras_layers
from tui_ann.export.runs.source import ExportedRun, Files

KERAS_VERSION = "3.0.0"
"""The version that the file says it is from: the first with this format."""
_LEAST_SCALE = 1e-6
"""The layer `Normalization` takes no smaller standard deviation."""
_LARGEST_SCALE = 1e18
"""The square of a larger one is infinite in float32."""
_INVERTIBLE = 1e-300
"""The reciprocal of a much smaller number is infinite, so what is divided by it is first made larger."""
_LIFT = 2.0**100
_Config = dict[str, Any]


def to_keras_file(run: ExportedRun) -> Files:
    """The file."""
    parts: dict[str, str | bytes] = {
        "metadata.json": json.dumps({"keras_version": KERAS_VERSION, "tui_ann": _about(run)}),
        "config.json": json.dumps(_model(run)),
        "model.weights.h5": _weights(run),
    }
    return {".keras": zipped(parts)}


def _about(run: ExportedRun) -> dict[str, Any]:
    """The inputs and outputs, for who reads the file."""
    target = run.preprocessing.target
    return {
        "name": run.name,
        "inputs": list(run.preprocessing.feature_names),
        "fills": {feature.column: feature.fill for feature in run.preprocessing.columns if feature.fill is not None},
        "targets": list(target.names),
        "classes": list(target.classes),
        "threshold": run.threshold if run.pipeline.is_threshold else None,
        "remarks": list(run.remarks),
    }


def _model(run: ExportedRun) -> _Config:
    dtype = str(run.network.dtype)
    inputs = run.network.inputs
    shape = {"batch_shape": [None, inputs], "dtype": dtype, "name": "input_layer"}
    layers = [_config("InputLayer", shape), *(_layer(layer, dtype) for layer in _layers(run))]
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {
            "name": "tui_ann",
            "trainable": True,
            "dtype": _policy(dtype),
            "layers": layers,
            "build_input_shape": [None, inputs],
        },
        "registered_name": None,
    }


def _layers(run: ExportedRun) -> Iterator[KerasLayer]:
    """The scaling, the layers of the network, and the scaling of a target."""
    offset, scale = _scaling(run)
    if np.any(offset != 0.0) or np.any(scale != 1.0):
        if scale.min() < _LEAST_SCALE or scale.max() > _LARGEST_SCALE:
            lift = np.where(scale < _INVERTIBLE, _LIFT, 1.0)
            if np.any(lift != 1.0):
                arguments = {"scale": lift.tolist(), "offset": [0.0] * len(lift)}
                yield KerasLayer("Rescaling", "lift", arguments)
            offset, scale = offset * lift, scale * lift
            arguments = {"scale": (1.0 / scale).tolist(), "offset": (-offset / scale).tolist()}
            yield KerasLayer("Rescaling", "scaling", arguments)
        else:
            arguments = {"axis": [-1], "mean": offset.tolist(), "variance": np.square(scale).tolist()}
            yield KerasLayer("Normalization", "scaling", arguments)
    yield from keras_layers(run.network)
    target = run.preprocessing.target
    if run.preprocessing.target_scaling != "none" and not target.classes:
        yield KerasLayer("Rescaling", "units", {"scale": list(target.scale), "offset": list(target.offset)})


def _scaling(run: ExportedRun) -> tuple[Array, Array]:
    """What is subtracted from each feature, and what it is divided by: (m,) each."""
    offset, scale = [], []
    for feature in run.preprocessing.columns:
        if isinstance(feature, CategoryFeature):
            offset += [0.0] * len(feature.names)
            scale += [1.0] * len(feature.names)
        else:
            offset.append(feature.offset)
            scale.append(feature.scale)
    return np.array(offset), np.array(scale)


def _layer(layer: KerasLayer, dtype: str) -> _Config:
    arguments = dict(layer.arguments)
    kind = layer.kind
    if kind == "Dense":
        arguments["activation"] = arguments.get("activation") or "linear"
        arguments["kernel_initializer"] = _initializer(layer.initializer)
        if any(layer.penalty):
            l1, l2 = layer.penalty
            arguments["kernel_regularizer"] = _object("keras.regularizers", "L1L2", {"l1": l1, "l2": l2})
    elif kind == "PReLU":
        start = {"value": arguments["alpha_initializer"]}
        arguments["alpha_initializer"] = _object("keras.initializers", "Constant", start)
    elif kind == "ClassicDropout":  # as it predicts: the outputs times the keep probability
        kind, arguments = "Rescaling", {"scale": 1.0 - arguments["rate"], "offset": 0.0}
    elif kind == "LayerNormalization":
        arguments["axis"] = [-1]
    return _config(kind, {"name": layer.name, "trainable": True, "dtype": _policy(dtype), **arguments})


def _initializer(name: str) -> _Config:
    if name == "small_normal":
        return _object("keras.initializers", "RandomNormal", dict(SMALL_NORMAL))
    return _object("keras.initializers", "".join(part.capitalize() for part in name.split("_")), {})


def _config(kind: str, config: _Config) -> _Config:
    return _object("keras.layers", kind, config)


def _object(module: str, kind: str, config: _Config) -> _Config:
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


def _policy(dtype: str) -> _Config:
    return _object("keras", "DTypePolicy", {"name": dtype})


def _weights(run: ExportedRun) -> bytes:
    """The weights at the places where Keras looks for them: by class and number, not by name."""
    buffer, counts = io.BytesIO(), Counter[str]()
    with h5py.File(buffer, "w") as file:
        for layer in _layers(run):
            kind = "Rescaling" if layer.kind == "ClassicDropout" else layer.kind
            snake = _snake(kind)
            number = counts[snake]
            counts[snake] += 1
            group = file.create_group(f"layers/{snake}{f'_{number}' if number else ''}/vars")
            for place, name in enumerate(layer.weights):
                values = run.network.parameters[name]
                group[str(place)] = values.T if name.startswith("W") else values
    return buffer.getvalue()


def _snake(kind: str) -> str:
    """The name of a class as Keras writes it in its files: p_re_lu."""
    words = re.sub(r"\W+", "", kind)
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", words)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
