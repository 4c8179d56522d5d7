"""A run as a script that fills a Pipeline of scikit-learn: preparation, then a multilayer perceptron.

Scikit-learn knows one activation for all hidden layers, and no normalisation.  Classic dropout and the scaling of a
target are put into the weights.
"""

from collections.abc import Sequence

import numpy as np

from tui_ann.engine.layers import Dense, Dropout, numbered
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.export.runs.limits import check_size
from tui_ann.export.runs.python_text import heading, main, numbers, prepare, template
from tui_ann.export.runs.source import ExportedRun, Files, refusal

_ACTIVATIONS = {"linear": "identity", "sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}


def to_sklearn(run: ExportedRun) -> Files:
    """The script.

    Raises:
        SessionError: Scikit-learn cannot hold the network.
    """
    check_size("A scikit-learn script", run.pipeline)
    weights, biases = _weights(run)
    target, activation = run.preprocessing.target, _hidden(run)
    output = _output(run)
    lines = [
        *heading(
            run,
            "A trained network of tui-ann as a Pipeline of scikit-learn.",
            "",
            "Install:  pip install scikit-learn",
            "Use:      python this_file.py data.csv",
            "          or  from this_file import pipeline, with a list of dicts of cells, one for each row",
        ),
        *template("sklearn_head.py.txt"),
        *prepare(run),
        *template("sklearn_prepare.py.txt"),
        "weights, biases = [], []",
    ]
    for W, b in zip(weights, biases, strict=True):
        lines += [*numbers("W", W.T, numpy=True), "weights.append(W)", *numbers("b", b, numpy=True), "biases.append(b)"]
    hidden = tuple(len(b) for b in biases[:-1])
    lines += [f"TARGETS = {list(target.names)!r}"]
    if target.classes:
        lines += [
            f"CLASSES = {sorted(target.classes)!r}",
            f"THRESHOLD = {_threshold(run)!r}",
            f'model = MLPClassifier(hidden_layer_sizes={hidden!r}, activation="{activation}")',
            *template("sklearn_classifier.py.txt"),
        ]
    else:
        lines += [
            f'model = MLPRegressor(hidden_layer_sizes={hidden!r}, activation="{activation}")',
            *template("sklearn_regressor.py.txt"),
        ]
    lines += [f'model.out_activation_ = "{output}"', *template("sklearn_filled.py.txt"), *main(run)]
    return {".py": "\n".join(lines) + "\n"}


def _refuse(why: str) -> SessionError:
    return refusal("scikit-learn", why, "Take python, onnx or pytorch, which hold any network.")


def _dense(run: ExportedRun) -> list[Dense]:
    return [layer for layer in run.network.layers if isinstance(layer, Dense)]


def _hidden(run: ExportedRun) -> str:
    """Scikit-learn's name of the activation of all hidden layers."""
    names = {layer.activation for layer in _dense(run)[:-1]} or {"linear"}
    if strange := sorted(names - set(_ACTIVATIONS)):
        raise _refuse(f"it has no activation {strange[0].replace('_', ' ')}")
    if len(names) > 1:
        raise _refuse("its hidden layers have different activations")
    return _ACTIVATIONS[names.pop()]


def _output(run: ExportedRun) -> str:
    """Scikit-learn's name of the output activation."""
    target, activation = run.preprocessing.target, _dense(run)[-1].activation
    if not target.classes:
        if activation != "linear":
            raise _refuse(f"it predicts numbers with a linear output, not {activation.replace('_', ' ')}")
        return "identity"
    if activation == "sigmoid" and run.pipeline.is_threshold:
        return "logistic"
    if activation == "softmax":
        return "logistic" if len(target.classes) == 2 else "softmax"
    raise _refuse(f"it predicts classes with sigmoid or softmax, not {activation.replace('_', ' ')}")


def _weights(run: ExportedRun) -> tuple[list[Array], list[Array]]:
    """W (neurons, inputs) and b of each layer, with everything that scikit-learn has no layer for put into them."""
    weights: list[Array] = []
    biases: list[Array] = []
    factor = 1.0
    for _, layer, number in numbered(run.network.layers):
        if isinstance(layer, Dense):
            W, b = (np.asarray(run.network.parameters[f"{letter}{number}"], np.float64) for letter in "Wb")
            weights.append(W * factor)
            biases.append(b)
            factor = 1.0
        elif isinstance(layer, Dropout):
            factor *= layer.keep if layer.mode == "classic" else 1.0
        else:
            raise _refuse(f"it has no {layer.noun}")
    target = run.preprocessing.target
    if not target.classes:
        scale, offset = np.array(target.scale), np.array(target.offset)
        weights[-1], biases[-1] = weights[-1] * scale[:, None], biases[-1] * scale + offset
    else:
        weights[-1], biases[-1] = _in_order(target.classes, weights[-1], biases[-1])
    return weights, biases


def _in_order(classes: Sequence[str], W: Array, b: Array) -> tuple[Array, Array]:
    """The output layer for sorted classes; of two classes there is one output, for the second."""
    if len(b) == 1:
        return (W, b) if list(classes) == sorted(classes) else (-W, -b)
    order = [list(classes).index(label) for label in sorted(classes)]
    W, b = W[order], b[order]
    return (W[1:] - W[:1], b[1:] - b[:1]) if len(classes) == 2 else (W, b)


def _threshold(run: ExportedRun) -> float:
    """The threshold of the second of the sorted classes."""
    classes = run.preprocessing.target.classes
    return run.threshold if list(classes) == sorted(classes) else 1.0 - run.threshold
