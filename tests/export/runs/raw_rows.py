"""Raw rows for the readers of exported files, and what the program itself answers to them."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.export.runs.cases import Runs
from tui_ann.data.prepare.cells import as_labels, as_numbers
from tui_ann.data.prepare.features import CategoryFeature


class Expected(NamedTuple):
    """The raw cells of some rows, and the answers."""

    columns: list[list[Any]]
    """The cells of each column: floats (NaN: missing) or texts (empty: missing)."""
    answers: list[Any]
    """The label or the number (a tuple for several) of each row."""
    values: NDArray[np.float64]
    """The probabilities, or the numbers in the units of the targets, or ŷ (n, k)."""


def expected(runs: Runs, name: str, most: int = 50) -> Expected:
    """The first rows of the run's own table that it can answer, and its answers."""
    session = runs.session(name)
    table = session.workspace.table
    assert table is not None
    run = runs.run(name)
    found = session.runs.predict(table)
    rows = found.rows[:most]
    columns: list[list[Any]] = []
    for feature in run.preprocessing.columns:
        column = table.column(feature.column)
        if isinstance(feature, CategoryFeature):
            codes, labels = as_labels(column)
            columns.append([labels[code] if code >= 0 else "" for code in codes[rows].tolist()])
        else:
            columns.append(as_numbers(table, column)[rows].tolist())
    answers = found.predicted[:most]
    if found.probabilities is not None:
        values = found.probabilities[:most]
    elif not found.classes:
        values = np.array(answers, float).reshape(len(answers), -1)
    else:
        applied = run.preprocessing.apply(table)
        y_hat = np.asarray(run.network.predict(applied.X[:most]), np.float64)
        values = np.hstack([1.0 - y_hat, y_hat]) if y_hat.shape[1] == 1 else y_hat
    return Expected(columns, answers, values)
