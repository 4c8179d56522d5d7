"""PyTorch code as a network and its training, read from its syntax tree; the code is never run."""

import re
from collections.abc import Sequence
from typing import Any, Literal

from tui_ann.errors import ModelError
from tui_ann.experiment.spec import DenseSpec, DropoutSpec
from tui_ann.importing.exported_script import said_of_rows
from tui_ann.importing.interpreter import Interpreter
from tui_ann.importing.keras_code import no_network
from tui_ann.importing.keras_words import impossible, plain
from tui_ann.importing.layer_chain import LayerChain
from tui_ann.importing.python_source import parsed
from tui_ann.importing.read_model import ReadModel
from tui_ann.importing.values import Made, is_number

_ACTIVATIONS = {
    "relu": ("relu", None),
    "sigmoid": ("sigmoid", None),
    "tanh": ("tanh", None),
    "softplus": ("softplus", None),
    "gelu": ("gelu", None),
    "softmax": ("softmax", None),
}
_LOSSES = {
    "mseloss": ("mean_squared_error", ""),
    "l1loss": ("mean_absolute_error", ""),
    "huberloss": ("huber", ""),
    "smoothl1loss": ("huber", ""),
    "bceloss": ("binary_crossentropy", ""),
    "bcewithlogitsloss": ("binary_crossentropy", "sigmoid"),
    "crossentropyloss": ("categorical_crossentropy", "softmax"),
}
"""Losses by name, and the activation of the output that is inside of the loss there."""
_OPTIMIZERS = {
    "sgd": ("sgd", 0.001),
    "adam": ("adam", 0.001),
    "rmsprop": ("rmsprop", 0.01),
    "adagrad": ("adagrad", 0.01),
}
_SILENT = frozenset({"flatten", "identity"})


def is_torch(text: str) -> bool:
    """Whether a script is of PyTorch."""
    return bool(re.search(r"^\s*(import|from)\s+torch\b", text, re.MULTILINE) or "nn.Linear(" in text)


def read_torch(text: str, label: str) -> ReadModel:
    """Read the network that a script makes by `nn.Sequential`.

    Args:
        text: The script.
        label: What messages call it.

    Raises:
        ModelError: It is not Python, has no network, or one that is not a chain of linear layers.
    """
    tree, remarks = parsed(text, label)
    script = Interpreter(label)
    script.follow(tree)
    found = [chain for chain in script.networks.chains if chain.layers]
    if not found:
        raise no_network(label, script)
    used = found[-1]
    chain = LayerChain(label)
    chain.remarks += remarks
    for layer in used.layers:
        add_torch_layer(chain, layer)
    training = _training(chain, script.networks.calls)
    files = [call.args[0] for call in script.networks.calls if call.name == "load_file" and call.args]
    named = next((name for name in files if isinstance(name, str)), "")
    data = said_of_rows(script.names)
    return ReadModel(chain.complete(), chain.inputs, {}, training, data, {}, named, tuple(sorted(set(chain.remarks))))


def add_torch_layer(chain: LayerChain, layer: object) -> None:
    """Add one module of a `Sequential`.

    Raises:
        ModelError: It is a layer that dense networks cannot replace.
    """
    if not isinstance(layer, Made):
        chain.remark(0, "a layer cannot be read without running the code; it is left out.")
        return
    name = plain(layer.name)
    if name == "linear":
        given = layer.bound("in_features", "out_features", "bias")
        units, inputs = given.get("out_features"), given.get("in_features")
        if not isinstance(units, int) or not 1 <= units <= 100_000:
            chain.remark(layer.line, "out_features cannot be read without running the code; 1.")
            units = 1
        if not chain.layers and isinstance(inputs, int):
            chain.inputs = inputs
        if given.get("bias") is False:
            chain.remark(layer.line, "this layer has no bias there; here it has one, which starts at 0 and learns.")
        chain.add(DenseSpec(units=units))
    elif name in _ACTIVATIONS:
        chain.activate(*_ACTIVATIONS[name], layer.line)
    elif name in ("leakyrelu", "elu", "prelu"):
        option, default = {"leakyrelu": ("negative_slope", 0.01), "elu": ("alpha", 1.0), "prelu": ("init", 0.25)}[name]
        names = ("num_parameters", "init") if name == "prelu" else (option,)
        alpha = layer.bound(*names).get(option, default)
        word = {"leakyrelu": "leaky_relu"}.get(name, name)
        chain.activate(word, float(alpha) if is_number(alpha) else default, layer.line)
    elif name in ("dropout", "classicdropout"):
        rate = layer.bound("p").get("p", 0.5)
        mode: Literal["classic", "inverted"] = "classic" if name == "classicdropout" else "inverted"
        chain.add(DropoutSpec(rate=float(rate) if is_number(rate) and 0 <= rate < 1 else 0.5, mode=mode))
    elif name == "batchnorm1d":
        given = layer.bound("num_features", "eps", "momentum")
        momentum, epsilon = given.get("momentum", 0.1), given.get("eps", 1e-5)
        chain.normalize(
            "batch_normalization",
            {
                # PyTorch's momentum is the share of the new value.
                "momentum": 1.0 - momentum if is_number(momentum) else 0.9,
                "epsilon": float(epsilon) if is_number(epsilon) else 1e-5,
            },
        )
    elif name == "layernorm":
        epsilon = layer.bound("normalized_shape", "eps").get("eps", 1e-5)
        chain.normalize("layer_normalization", {"epsilon": float(epsilon) if is_number(epsilon) else 1e-5})
    elif what := impossible(layer.name):
        raise ModelError(
            f"{chain.place(layer.line)}: {layer.name} is {what}; tui-ann holds networks of dense layers.",
            remedy="Take a network of Linear, Dropout and normalisation layers.",
            code="not_held",
        )
    elif name not in _SILENT:
        chain.remark(layer.line, f"the layer {layer.name} is not known here; it is left out.")


def _training(chain: LayerChain, calls: Sequence[Made]) -> dict[str, Any]:
    """Loss, update rule and seed, as far as the script names them; the loop of epochs is not read."""
    training: dict[str, Any] = {}
    for call in calls:
        name = plain(call.name)
        if name in _LOSSES:
            training["loss"], output = _LOSSES[name]
            if output:
                chain.activate(output, None, call.line)
        elif name in _OPTIMIZERS and "optim" in call.path:
            training |= _rule(chain, call)
        elif name == "dataloader" and isinstance(size := call.bound("dataset", "batch_size").get("batch_size"), int):
            training |= {"variant": "mini-batch", "batch_size": size} if size > 1 else {"variant": "stochastic"}
    if "loss" not in training:
        output = chain.dense_layers[-1].activation if chain.dense_layers else "linear"
        losses = {"sigmoid": "binary_crossentropy", "softmax": "categorical_crossentropy"}
        training["loss"] = losses.get(output, "mean_squared_error")
    return training


def _rule(chain: LayerChain, call: Made) -> dict[str, Any]:
    given = call.bound("params", "lr", "momentum") if plain(call.name) == "sgd" else call.bound("params", "lr")
    rule, default = _OPTIMIZERS[plain(call.name)]
    rate = given.get("lr", default)
    found: dict[str, Any] = {
        "optimizer": rule,
        "learning_rate": float(rate) if is_number(rate) and rate > 0 else default,
    }
    momentum = given.get("momentum", 0.0)
    if rule == "sgd" and is_number(momentum) and 0 < momentum < 1:
        found |= {"optimizer": "nesterov" if given.get("nesterov") is True else "momentum", "momentum": float(momentum)}
    if given.get("weight_decay"):
        chain.remark(call.line, f"weight_decay of {call.name} is left out.")
    return found
