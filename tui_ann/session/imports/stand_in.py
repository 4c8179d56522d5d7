"""A made-up table for a network that comes without data, so that it can be stepped and trained at once."""

import numpy as np

from tui_ann.experiment.spec import DenseSpec
from tui_ann.importing.read_model import ReadModel

ROWS = 60
"""Rows of the table."""
FEW_INPUTS = 2
"""Features of a network that does not say how many inputs it has."""


def stand_in(read: ReadModel) -> tuple[str, tuple[str, ...], str]:
    """A table of made-up rows that suits a network.

    Args:
        read: The network.

    Returns:
        The text of a CSV file, its target columns, and the task.
    """
    output = read.layers[-1]
    assert isinstance(output, DenseSpec), "the last layer is the output"
    units = output.units
    rng = np.random.default_rng(0)
    X = rng.standard_normal((ROWS, read.inputs or FEW_INPUTS)).round(3)
    scores = X @ rng.standard_normal((X.shape[1], max(units, 2))) + 0.3 * rng.standard_normal((ROWS, max(units, 2)))
    task = _task(output, str(read.training["loss"]))
    targets: tuple[str, ...] = ("y",)
    if task == "regression":
        answers = [[f"{value:.3f}" for value in row[:units]] for row in scores]
        targets = targets if units == 1 else tuple(f"y{place}" for place in range(1, units + 1))
    else:
        classes = max(units, 2)
        labels = scores.argmax(axis=1)
        labels[:classes] = np.arange(classes)  # each class has a row
        answers = [[_label(int(label), classes)] for label in labels]
    names = [f"x{place}" for place in range(1, X.shape[1] + 1)]
    rows = [[f"{value:g}" for value in x] + answer for x, answer in zip(X.tolist(), answers, strict=True)]
    return "\n".join(",".join(row) for row in [[*names, *targets], *rows]) + "\n", targets, task


def _task(output: DenseSpec, loss: str) -> str:
    if loss == "categorical_crossentropy" or output.activation == "softmax":
        return "binary" if output.units <= 2 else "multiclass"
    if loss == "binary_crossentropy" or output.activation == "sigmoid":
        return "binary" if output.units <= 2 else "multiclass"
    return "regression"


def _label(place: int, classes: int) -> str:
    return ("no", "yes")[place] if classes == 2 else f"class {place + 1:0{len(str(classes))}}"
