"""Judged rows as a CSV file: where they are, what is true, what is predicted, and their columns."""

import csv
import io
from typing import Any

import numpy as np

from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.run.judging import PARTS
from tui_ann.text.spreadsheets import harmless


def judged_csv(rows: JudgedRows, threshold: float = 0.5) -> str:
    """Every row as a line of CSV, in the order of the file; what is not known is empty.

    Args:
        rows: The rows.
        threshold: The second of two classes is predicted where ŷ is at least this.
    """
    columns = _answers(rows, threshold)
    if (rows.parts >= 0).any():
        names = np.array([*PARTS, ""], object)
        columns.append(("part", names[rows.parts].tolist()))
    for feature in rows.preprocessing.columns:
        column = rows.table.column(feature.column)
        columns.append((feature.column, [column.raw(int(place)) for place in rows.places]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless(title) for title, _ in columns])
    writer.writerows([harmless(cell) for cell in line] for line in zip(*(cells for _, cells in columns), strict=True))
    return text.getvalue()


def _answers(rows: JudgedRows, threshold: float) -> list[tuple[str, list[Any]]]:
    columns: list[tuple[str, list[Any]]] = [("line", rows.lines.tolist())]
    names = rows.preprocessing.target.names
    if rows.task == "regression":
        for j, name in enumerate(names):
            of = "" if len(names) == 1 else f" {name}"
            columns.append((f"predicted{of}", _numbers(rows.predicted[:, j])))
            columns.append((f"actual{of}", _numbers(rows.actual[:, j])))
        return columns
    classes = np.array([*rows.preprocessing.classes, ""], object)
    columns.append(("predicted", classes[rows.decided(threshold)].tolist()))
    columns.append(("actual", classes[rows.codes].tolist()))
    for j, name in enumerate(rows.preprocessing.classes):
        columns.append((f"P({name})", _numbers(rows.probabilities[:, j])))
    return columns


def _numbers(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[Any]:
    return [value if np.isfinite(value) else "" for value in values.tolist()]
