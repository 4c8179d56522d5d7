"""ONNX files of plain multilayer perceptrons: the network and its weights."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tui_ann.errors import ModelError
from tui_ann.experiment.spec import DenseSpec, DropoutSpec
from tui_ann.gate import allowed
from tui_ann.importing.keras_words import impossible
from tui_ann.importing.read_model import ReadModel
from tui_ann.importing.values import as_written
from tui_ann.importing.weighted_layers import WeightedLayers

_PASSING = frozenset({"Identity", "Flatten", "Cast", "Reshape", "Squeeze", "Unsqueeze"})
"""Operators that do nothing to rows of numbers."""
_ENDING = frozenset({"ArgMax", "ZipMap", "TopK", "ArrayFeatureExtractor"})
"""Operators that make labels of probabilities."""
_ACTIVATIONS: Mapping[str, tuple[str, str, float | None]] = {
    "Relu": ("relu", "", None),
    "Sigmoid": ("sigmoid", "", None),
    "Tanh": ("tanh", "", None),
    "Softmax": ("softmax", "", None),
    "Softplus": ("softplus", "", None),
    "Gelu": ("gelu", "", None),
    "LeakyRelu": ("leaky_relu", "alpha", 0.01),
    "Elu": ("elu", "alpha", 1.0),
}
MOST_NUMBERS = 2**28


def read_onnx(path: Path) -> ReadModel:
    """Read the multilayer perceptron in an ONNX file.

    Raises:
        ModelError: It is damaged, has its weights in other files, or is not a chain of dense layers.
    """
    try:
        import onnx
        from onnx import helper, numpy_helper
    except ImportError as error:
        raise ModelError(
            f"{path.name} needs the package onnx.",
            remedy="Install it: pip install 'tui-ann[onnx]'",
            code="needs_package",
        ) from error
    try:
        graph = onnx.load(allowed(path), load_external_data=False).graph
        constants: dict[str, Any] = {}
        for each in graph.initializer:
            constants[each.name] = _array(path, each, numpy_helper)
        nodes = [
            (node.op_type, list(node.input), list(node.output), _attributes(path, node, helper, numpy_helper))
            for node in graph.node
        ]
    except ModelError:
        raise
    except Exception as error:  # what the parser of protobuf raises depends on its version
        raise _damaged(path) from error
    inputs = [each.name for each in graph.input if each.name not in constants]
    if len(inputs) != 1:
        raise ModelError(
            f"{path.name} takes {len(inputs)} inputs; tui-ann reads networks that take one table of numbers.",
            remedy="Export the network without its preprocessing.",
            code="not_a_chain",
        )
    try:
        return _Graph(path.name, constants).read(inputs[0], nodes)
    except (LookupError, ValueError, TypeError, AttributeError) as error:  # operators without what they need
        raise _damaged(path) from error


def _damaged(path: Path) -> ModelError:
    return ModelError(
        f"{path} is not an ONNX file, or it is damaged.", remedy="Export the model again.", code="damaged"
    )


def _array(path: Path, tensor: Any, numpy_helper: Any) -> Any:
    if tensor.external_data:
        raise ModelError(
            f"{path.name} has its weights in another file.",
            remedy="Export it with the weights inside.",
            code="outside",
        )
    if np.prod([int(size) for size in tensor.dims], dtype=float) > MOST_NUMBERS:
        raise ModelError(f"{path.name} is too large.", remedy="Name a smaller network.", code="too_large")
    return numpy_helper.to_array(tensor)


def _attributes(path: Path, node: Any, helper: Any, numpy_helper: Any) -> dict[str, Any]:
    found = {}
    for each in node.attribute:
        value = helper.get_attribute_value(each)
        found[each.name] = _array(path, value, numpy_helper) if hasattr(value, "external_data") else value
    return found


class _Graph:
    """The operators from the input to the output.

    Args:
        label: The name of the file.
        constants: Its arrays by name.
    """

    def __init__(self, label: str, constants: dict[str, Any]) -> None:
        self._label, self._constants = label, constants
        self._found = WeightedLayers(label)
        self._kernel: Any = None

    def read(self, name: str, nodes: Sequence[tuple[str, list[str], list[str], dict[str, Any]]]) -> ReadModel:
        """Follow the nodes from the input of a name."""
        remaining = list(nodes)
        for kind, inputs, outputs, options in nodes:
            if kind == "Constant" and "value" in options:
                self._constants[outputs[0]] = options["value"]
            elif kind in ("Identity", "Cast", "Transpose") and inputs[0] in self._constants:
                known = self._constants[inputs[0]]
                self._constants[outputs[0]] = known.T if kind == "Transpose" else known
        while True:
            users = [node for node in remaining if name in node[1] and node[0] not in _ENDING]
            if not users:
                break
            if len(users) > 1:
                if any(node[0] in _ENDING for node in remaining if name in node[1]):
                    break
                raise self._refused(f"{name} goes to several operators")
            kind, inputs, outputs, options = users[0]
            remaining.remove(users[0])
            others = [self._constants.get(each) for each in inputs if each and each != name]
            if any(each is None for each in others):
                raise self._refused(f"{kind} joins two branches")
            self._take(kind, others, options, first=inputs[0] == name)
            name = outputs[0]
        if self._kernel is not None:
            self._dense(self._kernel, None)
        return self._found.complete({})

    def _refused(self, why: str) -> ModelError:
        return ModelError(
            f"{self._label}: {why}; tui-ann holds networks of dense layers that follow one another.",
            remedy="Export a network of dense layers.",
            code="not_held",
        )

    def _dense(self, W: Any, b: Any) -> None:
        self._kernel = None
        self._found.chain.add(DenseSpec(units=int(W.shape[0])))
        self._found.added({"W": W} if b is None else {"W": W, "b": np.asarray(b).reshape(-1)})

    def _take(self, kind: str, others: list[Any], options: dict[str, Any], *, first: bool) -> None:
        if self._kernel is not None:
            bias = others[0].reshape(-1) if kind == "Add" and others else None
            fits = bias is not None and bias.size == self._kernel.shape[0]
            self._dense(self._kernel, bias if fits else None)
            if fits:
                return
        if kind == "Gemm":
            self._gemm(others, options, first=first)
        elif kind == "MatMul":
            if not first or others[0].ndim != 2:
                raise self._refused("a MatMul is not a dense layer")
            self._kernel = others[0].T
        elif kind in _ACTIVATIONS:
            name, option, default = _ACTIVATIONS[kind]
            self._found.fold_normalization()
            self._found.chain.activate(name, default if option not in options else as_written(options[option]), 0)
        elif kind == "PRelu":
            self._found.fold_normalization()
            self._found.chain.activate("prelu", 0.0, 0)
            self._found.alpha(others[0])
        elif kind == "Dropout":
            rate = float(others[0]) if others else float(options.get("ratio", 0.5))
            self._found.chain.add(DropoutSpec(rate=rate if 0 <= rate < 1 else 0.5))
            self._found.added({})
        elif kind in ("BatchNormalization", "LayerNormalization"):
            self._normalize(kind, others, options)
        elif kind in ("Add", "Sub", "Mul", "Div"):
            self._scale(kind, others[0], first=first)
        elif kind not in _PASSING:
            raise self._refused(f"{kind} is {impossible(kind) or 'an operator that no dense network has'}")

    def _gemm(self, others: list[Any], options: dict[str, Any], *, first: bool) -> None:
        if not first or options.get("transA") or others[0].ndim != 2:
            raise self._refused("a Gemm is not a dense layer")
        W = others[0] if options.get("transB") else others[0].T
        b = None if len(others) < 2 else np.asarray(others[1]) * options.get("beta", 1.0)
        if b is not None and b.size == 1:
            b = np.broadcast_to(b.reshape(-1), W.shape[0])
        self._dense(np.asarray(W) * options.get("alpha", 1.0), b)

    def _normalize(self, kind: str, others: list[Any], options: dict[str, Any]) -> None:
        names = ("gamma", "beta", "moving_mean", "moving_var")
        values = {"epsilon": as_written(options.get("epsilon", 1e-5))}
        if kind == "BatchNormalization":
            self._found.chain.normalize(
                "batch_normalization", {**values, "momentum": as_written(options.get("momentum", 0.9))}
            )
        else:
            self._found.chain.normalize("layer_normalization", values)
        self._found.added(dict(zip(names, others, strict=False)))

    def _scale(self, kind: str, value: Any, *, first: bool) -> None:
        number = np.asarray(value, np.float64).reshape(-1)
        if kind in ("Sub", "Div") and not first:
            raise self._refused(f"{kind} has its constant first")
        with np.errstate(divide="ignore"):
            factor, shift = {
                "Add": (np.ones(1), number),
                "Sub": (np.ones(1), -number),
                "Mul": (number, np.zeros(1)),
                "Div": (1 / number, np.zeros(1)),
            }[kind]
        self._found.scale(factor, shift)
