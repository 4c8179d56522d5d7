"""A run as an ONNX model: an input for each raw column, plain operators, labels and probabilities out.

Everything is computed in float64.  The only exception is erf of GELU, which runtimes have in float32 alone.
"""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tui_ann.data.prepare.features import CategoryFeature, Feature
from tui_ann.engine.expression import (
    Constant,
    Expression,
    MatrixProduct,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Quotient,
    Root,
    Sum,
)
from tui_ann.engine.functions import Cases, Function, Total
from tui_ann.engine.notation import Axis
from tui_ann.export.runs.pipeline import Pipeline
from tui_ann.export.runs.source import ExportedRun, Files
from tui_ann.text.symbols import Symbol

OPSET, IR_VERSION = 19, 9
"""Old enough for every runtime in use; Equal takes texts from opset 19 on."""
_FUNCTIONS = {
    "exp": "Exp",
    "ln": "Log",
    "abs": "Abs",
    "sign": "Sign",
    "tanh": "Tanh",
    "max": "Max",
    "min": "Min",
}


def to_onnx(run: ExportedRun) -> Files:
    """The model, checked."""
    pipeline = run.pipeline
    graph = _Graph(feature.column for feature in pipeline.features)
    x = graph.node("Concat", *(graph.feature(feature) for feature in pipeline.features), axis=1)
    y_hat = _Network(graph, pipeline).output(x)
    outputs = _answers(graph, pipeline, y_hat)
    made = helper.make_graph(graph.nodes, "tui-ann", graph.inputs, outputs, graph.constants)
    made.doc_string = run.name
    model = helper.make_model(
        made, producer_name="tui-ann", ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPSET)]
    )
    helper.set_model_props(model, _properties(run))
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return {".onnx": content}


def _properties(run: ExportedRun) -> dict[str, str]:
    target = run.preprocessing.target
    units = {"date": "days since 1970-01-01", "time": "seconds since midnight"}
    inputs = {feature.column: units.get(feature.kind, feature.kind) for feature in run.preprocessing.columns}
    about: dict[str, object] = {"inputs": inputs, "targets": target.names, "classes": target.classes}
    if run.pipeline.is_threshold:
        about["threshold"] = run.threshold
    if run.remarks:
        about["remarks"] = run.remarks
    return {name: json.dumps(value) for name, value in about.items()}


class _Graph:
    """Collects the nodes of a graph.

    Args:
        names: The names of its inputs; no other value gets one of them.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._known: dict[tuple[str, bytes, tuple[int, ...]], str] = {}
        self._used = set(names)

    def name(self, wanted: str) -> str:
        """A name that no other value has."""
        found, number = wanted, 1
        while found in self._used or not found:
            number += 1
            found = f"{wanted}_{number}"
        self._used.add(found)
        return found

    def node(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        """An operator; returns the name of its result."""
        result = out or self.name(kind.lower())
        self.nodes.append(helper.make_node(kind, list(inputs), [result], **attributes))
        return result

    def constant(self, values: NDArray[Any] | float) -> str:
        """A constant, float64 unless it has another type."""
        array = np.asarray(values, None if isinstance(values, np.ndarray) else np.float64)
        key = (str(array.dtype), array.tobytes(), array.shape)
        if array.dtype == object or key not in self._known:
            name = self.name("constant")
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array).reshape(array.shape), name))
            if array.dtype == object:
                return name
            self._known[key] = name
        return self._known[key]

    def texts(self, values: Iterable[str]) -> str:
        """A constant of texts (n,)."""
        return self.constant(np.array([value.encode("utf-8", "replace") for value in values], object))

    def feature(self, feature: Feature) -> str:
        """The features (n, k) of a raw column, which becomes an input (n, 1)."""
        is_category = isinstance(feature, CategoryFeature)
        kind = TensorProto.STRING if is_category else TensorProto.DOUBLE
        column = feature.column.encode("utf-8", "replace").decode()
        self.inputs.append(helper.make_tensor_value_info(column, kind, ["n", 1]))
        if isinstance(feature, CategoryFeature):
            return self._labels(feature, column)
        if feature.fill is not None:
            column = self.node("Where", self.node("IsNaN", column), self.constant(feature.fill), column)
        centred = self.node("Sub", column, self.constant(feature.offset))
        return self.node("Div", centred, self.constant(feature.scale))

    def _labels(self, feature: CategoryFeature, column: str) -> str:
        if feature.fill is not None:
            missing = self.node("Equal", column, self.texts([""]))
            column = self.node("Where", missing, self.texts([feature.fill]), column)
        equal = self.node("Equal", column, self.texts(feature.shown))
        if feature.kind == "boolean":  # whatever the case of its letters
            (shown,) = feature.shown
            for other in sorted({shown.lower(), shown.upper(), shown.capitalize()} - {shown}):
                equal = self.node("Or", equal, self.node("Equal", column, self.texts([other])))
        return self.node("Cast", equal, to=TensorProto.DOUBLE)


class _Network:
    """Writes the formulas of a network as nodes; examples are rows.

    Args:
        graph: Where they go.
        pipeline: The formulas.
    """

    def __init__(self, graph: _Graph, pipeline: Pipeline) -> None:
        self._graph, self._pipeline = graph, pipeline
        self._values: dict[Symbol, str] = {}

    def output(self, x: str) -> str:
        """The name of ŷ, from that of x."""
        self._values[self._pipeline.x] = x
        for formula in self._pipeline.formulas:
            self._values[formula.symbol] = self._of(formula.expression)
        return self._values[self._pipeline.output]

    def _of(self, tree: Expression) -> str:
        node = self._graph.node
        match tree:
            case Number(value) | Constant(_, value, _):
                return self._graph.constant(value)
            case Quantity(symbol, ()):
                known = self._values.get(symbol)
                return known if known is not None else self._graph.constant(self._pipeline.parameters[symbol])
            case Sum(terms):
                return self._sum(terms)
            case Negative(inside):
                return node("Neg", self._of(inside))
            case Product(left, right):
                return node("Mul", self._of(left), self._of(right))
            case Quotient(left, right):
                return node("Div", self._of(left), self._of(right))
            case Power(left, right):
                return node("Pow", self._of(left), self._of(right))
            case Root(inside):
                return node("Sqrt", self._of(inside))
            case MatrixProduct(Quantity(matrix, ()), vector):
                weights = np.ascontiguousarray(self._pipeline.parameters[matrix].T)
                return node("MatMul", self._of(vector), self._graph.constant(weights))
            case Total(inside, Axis.UNITS):
                return node("ReduceSum", self._of(inside), self._graph.constant(np.array([1])), keepdims=1)
            case Cases(positive, then, otherwise):
                above = node("Greater", self._of(positive), self._graph.constant(0.0))
                return node("Where", above, self._of(then), self._of(otherwise))
            case Function("largest", (inside,)):
                return node("ReduceMax", self._of(inside), self._graph.constant(np.array([1])), keepdims=1)
            case Function("erf", (inside,)):
                single = node("Cast", self._of(inside), to=TensorProto.FLOAT)
                return node("Cast", node("Erf", single), to=TensorProto.DOUBLE)
            case Function(name, arguments) if name in _FUNCTIONS:
                return node(_FUNCTIONS[name], *map(self._of, arguments))
        raise TypeError(f"{tree!r} cannot be written as ONNX")

    def _sum(self, terms: tuple[Expression, ...]) -> str:
        found = self._of(terms[0])
        for term in terms[1:]:
            if isinstance(term, Negative):
                found = self._graph.node("Sub", found, self._of(term.inside))
            else:
                found = self._graph.node("Add", found, self._of(term))
        return found


def _answers(graph: _Graph, pipeline: Pipeline, y_hat: str) -> list[onnx.ValueInfoProto]:
    target = pipeline.target
    if not target.classes:
        scaled = graph.node("Mul", y_hat, graph.constant(np.array(target.scale)))
        name = graph.name("prediction")
        graph.node("Add", scaled, graph.constant(np.array(target.offset)), out=name)
        return [helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["n", len(target.names)])]
    values = graph.name("probabilities" if pipeline.gives_probabilities else "outputs")
    label = graph.name("label")
    if pipeline.is_threshold:
        above = graph.node("GreaterOrEqual", y_hat, graph.constant(pipeline.threshold))
        column = graph.node("Cast", above, to=TensorProto.INT64)
        codes = graph.node("Squeeze", column, graph.constant(np.array([1])))
        other = graph.node("Sub", graph.constant(1.0), y_hat)
        graph.node("Concat", other, y_hat, out=values, axis=1)
    else:
        codes = graph.node("ArgMax", y_hat, axis=1, keepdims=0)
        graph.node("Identity", y_hat, out=values)
    graph.node("Gather", graph.texts(target.classes), codes, out=label, axis=0)
    return [
        helper.make_tensor_value_info(label, TensorProto.STRING, ["n"]),
        helper.make_tensor_value_info(values, TensorProto.DOUBLE, ["n", len(target.classes)]),
    ]
