"""Layers of Keras, as a script or the configuration of a file names them, added to a chain."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import msgspec

from tui_ann.errors import ModelError
from tui_ann.experiment.decode import nearest
from tui_ann.experiment.spec import DenseSpec, DropoutSpec
from tui_ann.importing.keras_words import ACTIVATIONS, INITIALIZERS, OTHER_ACTIVATIONS, SILENT, impossible, plain
from tui_ann.importing.layer_chain import LayerChain
from tui_ann.importing.values import Made, Name, Unknown, is_literal, is_number

_DENSE = ("units", "activation", "use_bias", "kernel_initializer", "bias_initializer", "kernel_regularizer")
_BATCH_NORMALIZATION = ("axis", "momentum", "epsilon", "center", "scale")
_HARMLESS = frozenset({"name", "dtype", "trainable", "seed", "module", "registered_name", "build_config", "sparse"})
"""Arguments that change nothing here."""


def add_layer(chain: LayerChain, layer: object) -> None:
    """Add one layer; what it has and an experiment has not becomes a remark.

    Args:
        chain: The layers so far.
        layer: The layer, as it was `Made`.

    Raises:
        ModelError: It is a layer that dense networks cannot replace.
    """
    if not isinstance(layer, Made):
        chain.remark(getattr(layer, "line", 0), f"a layer cannot be read without running the code: {_shown(layer)}.")
        return
    name = plain(layer.name)
    if name in _ADDERS:
        _input_shape(chain, layer)
        _ADDERS[name](chain, layer)
    elif name in SILENT:
        _input_shape(chain, layer)
    elif what := impossible(layer.name):
        raise ModelError(
            f"{chain.place(layer.line)}: {layer.name} is {what}; tui-ann holds networks of dense layers.",
            remedy="Take a network of Dense, Dropout and normalisation layers.",
            code="not_held",
        )
    else:
        chain.remark(layer.line, f"the layer {layer.name} is not known here; it is left out.")


def _shown(value: object) -> str:
    return value.source if isinstance(value, Unknown) and value.source else getattr(value, "path", "") or "unknown"


def _input_shape(chain: LayerChain, layer: Made) -> None:
    """What the first layer says about the inputs."""
    given = layer.bound("shape") if plain(layer.name) == "input" else layer.options
    if chain.inputs is not None or chain.layers:
        return
    for name in ("shape", "input_shape", "batch_shape", "batch_input_shape"):
        shape = given.get(name)
        if is_number(shape):
            shape = (shape,)
        if not isinstance(shape, list | tuple):
            continue
        sizes = list(shape)[1:] if name.startswith("batch") else list(shape)
        if sizes and all(isinstance(size, int) and size > 0 for size in sizes):
            chain.inputs = prod(sizes)
    if isinstance(size := given.get("input_dim"), int):
        chain.inputs = size


# ---------------------------------------------------------------------- the layers


def _dense(chain: LayerChain, layer: Made) -> None:
    given = layer.bound(*_DENSE)
    units = given.get("units")
    if not (isinstance(units, int) and not isinstance(units, bool) and 1 <= units <= 100_000):
        shown = units if is_literal(units) else _shown(units)
        why = "which only a run would tell or which is not possible"
        chain.remark(layer.line, f"the units are {shown}, {why}; 1 is taken.")
        units = 1
    l1, l2 = penalties(chain, given.get("kernel_regularizer"), layer.line)
    name, alpha = activation(chain, given.get("activation"), layer.line)
    if given.get("use_bias") is False:
        chain.remark(layer.line, "this layer has no bias there; here it has one, which starts at 0 and learns.")
    bias = given.get("bias_initializer")
    if bias is not None and plain(_name(bias)) not in ("zeros", "zero", ""):
        chain.remark(layer.line, f"biases start at 0 here, not by {_name(bias)}.")
    _left_out(
        chain,
        layer,
        given,
        {*_DENSE, "input_shape", "input_dim", "batch_input_shape", "batch_shape", "shape", "quantization_config"},
    )
    chain.add(
        DenseSpec(
            units=units,
            l1=l1,
            l2=l2,
            initializer=initializer(chain, given.get("kernel_initializer"), layer.line),  # type: ignore[arg-type]
        )
    )
    chain.activate(name, alpha, layer.line)


def _classic_dropout(chain: LayerChain, layer: Made) -> None:
    """The lecture's dropout, as scripts of this program name it."""
    _dropout(chain, layer)
    chain.layers[-1] = msgspec.structs.replace(chain.layers[-1], mode="classic")


def _dropout(chain: LayerChain, layer: Made) -> None:
    rate = layer.bound("rate").get("rate")
    if not (is_number(rate) and 0 <= rate < 1):
        chain.remark(layer.line, "the dropout rate cannot be read; 0.5 is taken.")
        rate = 0.5
    chain.add(DropoutSpec(rate=float(rate)))


def _batch_normalization(chain: LayerChain, layer: Made) -> None:
    given = layer.bound(*_BATCH_NORMALIZATION)
    values = {name: float(given[name]) for name in ("momentum", "epsilon") if is_number(given.get(name))}
    for name in ("center", "scale"):
        if given.get(name) is False:
            chain.remark(layer.line, f"{name}=False: here the normalisation has γ and β.")
    chain.normalize("batch_normalization", values)


def _layer_normalization(chain: LayerChain, layer: Made) -> None:
    given = layer.bound("axis", "epsilon")
    chain.normalize(
        "layer_normalization", {"epsilon": float(given["epsilon"])} if is_number(given.get("epsilon")) else {}
    )


def _activation(chain: LayerChain, layer: Made) -> None:
    chain.activate(*activation(chain, layer.bound("activation").get("activation"), layer.line), layer.line)


def _relu(chain: LayerChain, layer: Made) -> None:
    given = layer.bound("max_value", "negative_slope", "threshold")
    if given.get("max_value") is not None or given.get("threshold"):
        chain.remark(layer.line, "max_value and threshold of ReLU are left out.")
    slope = given.get("negative_slope")
    if is_number(slope) and slope > 0:
        chain.activate("leaky_relu", float(slope), layer.line)
    else:
        chain.activate("relu", None, layer.line)


def _leaky_relu(chain: LayerChain, layer: Made) -> None:
    given = layer.bound("negative_slope")
    slope = given.get("negative_slope", given.get("alpha", 0.3))
    chain.activate("leaky_relu", float(slope) if is_number(slope) else 0.3, layer.line)


def _elu(chain: LayerChain, layer: Made) -> None:
    alpha = layer.bound("alpha").get("alpha", 1.0)
    chain.activate("elu", float(alpha) if is_number(alpha) else 1.0, layer.line)


def _prelu(chain: LayerChain, layer: Made) -> None:
    given = layer.bound("alpha_initializer")
    start = given.get("alpha_initializer")
    alpha = 0.0
    if isinstance(start, Made) and plain(start.name) == "constant":
        value = start.bound("value").get("value", 0.0)
        alpha = float(value) if is_number(value) else 0.0
    # A slope that is not trained is that of a leaky ReLU, written so that it is exact in float64.
    chain.activate("leaky_relu" if given.get("trainable") is False else "prelu", alpha, layer.line)


def _softmax(chain: LayerChain, layer: Made) -> None:
    chain.activate("softmax", None, layer.line)


_ADDERS: Mapping[str, Callable[[LayerChain, Made], None]] = {
    "dense": _dense,
    "dropout": _dropout,
    "classicdropout": _classic_dropout,
    "batchnormalization": _batch_normalization,
    "layernormalization": _layer_normalization,
    "activation": _activation,
    "relu": _relu,
    "leakyrelu": _leaky_relu,
    "elu": _elu,
    "prelu": _prelu,
    "softmax": _softmax,
}


# ---------------------------------------------------------------------- what layers are given


def _left_out(chain: LayerChain, layer: Made, given: Mapping[str, Any], known: set[str]) -> None:
    for name, value in given.items():
        if name not in known and name not in _HARMLESS and value is not None:
            chain.remark(layer.line, f"{name} of {layer.name} is left out.")


def _name(value: object) -> str:
    """The name of something that Keras takes as a text, a function or an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, Name):
        return value.last
    return value.name if isinstance(value, Made) else ""


def activation(chain: LayerChain, value: object, line: int) -> tuple[str, float | None]:
    """The activation that an argument means, and its α."""
    if value is None:
        return "linear", None
    if isinstance(value, Made) and plain(value.name) in ("leakyrelu", "elu", "relu", "prelu", "softmax"):
        # activation=LeakyReLU(0.1): a layer as an argument
        inner = LayerChain(chain.label)
        inner.add(DenseSpec(units=1))
        _ADDERS[plain(value.name)](inner, value)
        chain.remarks += inner.remarks
        return inner.dense_layers[0].activation, inner.dense_layers[0].alpha
    name = _name(value)
    known = {plain(each): meant for each, meant in ACTIVATIONS.items()}
    if plain(name) in known:
        return known[plain(name)]
    if plain(name) not in OTHER_ACTIVATIONS and (meant := nearest(plain(name), known)):
        chain.remark(line, f"the activation {name} is not known here; it is read as {known[meant][0]}.")
        return known[meant]
    chain.remark(line, f"the activation {name or _shown(value)} is not known here; relu is taken.")
    return "relu", None


def initializer(chain: LayerChain, value: object, line: int) -> str | None:
    """The initializer that an argument means; `None` is that of the network."""
    if value is None:
        return None
    found = INITIALIZERS.get(plain(_name(value)))
    if found is None:
        chain.remark(line, f"the initializer {_name(value) or _shown(value)} is not known here; glorot_uniform.")
        return None
    if found == "small_normal" and isinstance(value, Made):
        given = value.bound("mean", "stddev")
        if given.get("stddev", 0.05) != 0.05 or given.get("mean", 0.0):
            chain.remark(line, "RandomNormal has the standard deviation 0.05 and the mean 0 here.")
    # Keras draws so by default, as an experiment does.
    return None if found == "glorot_uniform" else found


def penalties(chain: LayerChain, value: object, line: int) -> tuple[float | None, float | None]:
    """The penalties l1 and l2 that a regularizer means; `None` where it has none."""
    if value is None:
        return None, None
    name = plain(_name(value))
    given = value.bound("l1" if name in ("l1", "l1l2") else "l2", "l2") if isinstance(value, Made) else {}
    match name:
        case "l1":
            found = given.get("l1", given.get("l", 0.01)), None
        case "l2":
            found = None, given.get("l2", given.get("l", 0.01))
        case "l1l2":
            default = 0.01 if isinstance(value, str) else 0.0
            found = given.get("l1", default), given.get("l2", default)
        case _:
            chain.remark(line, f"the regularizer {_name(value) or _shown(value)} is not known here; it is left out.")
            return None, None
    l1, l2 = (float(each) if is_number(each) and each > 0 else None for each in found)
    return l1, l2
