"""Keras code as a network and its training, read from its syntax tree; the code is never run."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import ModelError
from tui_ann.importing.exported_script import as_exported, is_exported
from tui_ann.importing.interpreter import Interpreter
from tui_ann.importing.keras_layers import add_layer
from tui_ann.importing.keras_training import compiled, completed, fitted
from tui_ann.importing.keras_words import plain
from tui_ann.importing.layer_chain import LayerChain
from tui_ann.importing.python_source import parsed
from tui_ann.importing.read_model import ReadModel, Remark
from tui_ann.importing.script_networks import ScriptChain
from tui_ann.importing.values import Made, is_literal, is_number

_READERS = ("read_csv", "read_table", "read_parquet")
_LOSS_OF = {"linear": "mean_squared_error", "sigmoid": "binary_crossentropy", "softmax": "categorical_crossentropy"}


def read_keras(text: str, label: str) -> ReadModel:
    """Read the network that a Keras script makes: `Sequential`, or a chain of the functional API.

    Args:
        text: The script.
        label: What messages call it.

    Returns:
        What it says; what an experiment cannot have is in its remarks, with lines.

    Raises:
        ModelError: It is not Python, has no network, or one that is not a chain of dense layers.
    """
    tree, remarks = parsed(text, label)
    script = Interpreter(label)
    script.follow(tree)
    if not script.networks.chains:
        script.call_functions()
    found = [chain for chain in script.networks.chains if chain.layers]
    if not found:
        raise no_network(label, script)
    used = max(found, key=lambda chain: (chain.fitted is not None, chain.compiled is not None, chain.number))
    chain = LayerChain(label)
    chain.remarks += remarks
    if len(found) > 1:
        chain.remark(used.line, f"the code has {len(found)} networks; the one made here is taken.")
    read = _read(used, chain, script.networks.calls)
    if not is_exported(text):
        return read
    tolerances = [call for call in script.networks.calls if call.name == "Tolerance" and call.args]
    return as_exported(read, {**script.names, "callbacks": tolerances})


def no_network(label: str, script: Interpreter) -> ModelError:
    """The error for a script without a network that can be read."""
    own = next((each for each in script.classes if any("Model" in _base(base) for base in each.bases)), None)
    if own is not None:
        return ModelError(
            f"{label}, line {own.lineno}: {own.name} is a class of its own, whose network only a run would show.",
            remedy="Write it as keras.Sequential([...]).",
            code="no_network",
        )
    return ModelError(
        f"{label} has no network.",
        remedy="A network is keras.Sequential([...]) with Dense layers, or keras.Model(inputs, outputs).",
        code="no_network",
    )


def _base(node: object) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _read(used: ScriptChain, chain: LayerChain, calls: Sequence[Made]) -> ReadModel:
    training: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for layer in used.layers:
        if isinstance(layer, Made) and plain(layer.name) == "normalization":
            data["scaling"] = "standard"
        elif isinstance(layer, Made) and plain(layer.name) == "gaussiannoise" and not chain.layers:
            noise = layer.bound("stddev").get("stddev")
            training |= {"noise": float(noise)} if is_number(noise) and noise >= 0 else {}
        else:
            add_layer(chain, layer)
    if used.compiled is not None:
        training |= compiled(chain, used.compiled)
    if used.fitted is not None:
        fit, of_data = fitted(chain, used.fitted)
        training |= fit
        data |= of_data
    network = _surroundings(calls, training, data)
    training = completed(training, data, chain)
    layers = chain.complete()
    if "loss" not in training:
        training["loss"] = _LOSS_OF.get(chain.dense_layers[-1].activation, TrainingSettings().loss)
    remarks = tuple(sorted({each: None for each in chain.remarks}, key=_order))
    return ReadModel(layers, chain.inputs, network, training, data, {}, "", remarks)


def _order(remark: Remark) -> tuple[float, str]:
    return remark.line or math.inf, remark.text


def _surroundings(calls: Iterable[Made], training: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """What the rest of a script says about seeds, precision, table, target and split."""
    network: dict[str, Any] = {}
    columns: list[str] = []
    left_out: list[str] = []
    for call in calls:
        name = plain(call.name)
        first = call.args[0] if call.args else None
        match name:
            case "setrandomseed" | "setseed" if isinstance(first, int) and first >= 0:
                network["seed"] = training["shuffle_seed"] = first
            case "setfloatx" if first in ("float32", "float64"):
                training["dtype"] = first
            case "standardscaler":
                data["scaling"] = "standard"
            case "minmaxscaler":
                data["scaling"] = "minmax"
            case "traintestsplit":
                data |= _split(call)
            case "column" if isinstance(first, str):
                columns.append(first)
            case "pop" if isinstance(first, str):
                left_out.append(first)
                columns.append(first)
            case "drop":
                left_out += _dropped(call)
            case _ if call.name in _READERS and isinstance(first, str):
                data["path"] = first
    targets = [name for name in dict.fromkeys(columns) if name in left_out]
    if len(targets) == 1:
        data["target"] = targets[0]
        ignored = tuple(dict.fromkeys(name for name in left_out if name != targets[0]))
        data |= {"ignore": ignored} if ignored else {}
    return network


def _split(call: Made) -> dict[str, Any]:
    share = call.options.get("test_size", 0.25)
    found: dict[str, Any] = {"test_split": float(share)} if is_number(share) and 0 <= share < 1 else {}
    stratified = call.options.get("stratify") is not None
    found["split"] = "stratified" if stratified else "shuffled" if call.options.get("shuffle", True) else "ordered"
    seed = call.options.get("random_state")
    return found | ({"split_seed": seed} if isinstance(seed, int) and seed >= 0 else {})


def _dropped(call: Made) -> list[str]:
    """The columns that `drop` takes away."""
    given = call.options.get("columns", call.args[0] if call.args else call.options.get("labels"))
    names = given if isinstance(given, list | tuple) else [given]
    return [name for name in names if isinstance(name, str)] if is_literal(names) else []
