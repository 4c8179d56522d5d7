"""The judged rows as a list: the worst first, or sorted by any column, and only those of one cell of the matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.cells import as_numbers
from tui_ann.data.read.table import Column
from tui_ann.errors import DataError
from tui_ann.session.evaluate.rows import JudgedRows

WORST, LINE, ACTUAL, ANSWER = "worst", "line", "actual", "answer"
"""What rows are sorted by, besides the columns of the table."""


@dataclass(frozen=True)
class ListWish:
    """Which rows are listed, and in which order."""

    sort: str = WORST
    """`WORST`, `LINE`, `ACTUAL`, `ANSWER`, or `column:` and a name."""
    falling: bool = True
    """Whether the largest come first."""
    cell: tuple[int, int] | None = None
    """Only rows of this true and this predicted class, counted from 0; `None` for all."""


def listed(rows: JudgedRows, wish: ListWish, threshold: float = 0.5) -> NDArray[np.intp]:
    """The places of the rows in the wanted order; rows whose value is not known come last.

    Args:
        rows: The rows.
        wish: Which, and in which order.
        threshold: The second of two classes is predicted where ŷ is at least this.

    Raises:
        DataError: There is no such column.
    """
    keys = _keys(rows, wish.sort)
    order: NDArray[np.intp] = np.argsort(
        np.where(np.isnan(keys), np.inf, -keys if wish.falling else keys), kind="stable"
    )
    if wish.cell is None or rows.task == "regression":
        return order
    actual, predicted = wish.cell
    wanted = (rows.codes == actual) & (rows.decided(threshold) == predicted)
    chosen: NDArray[np.intp] = order[wanted[order]]
    return chosen


def _keys(rows: JudgedRows, sort: str) -> NDArray[np.float64]:
    if sort == WORST:
        return rows.badness
    if sort == LINE:
        return rows.lines.astype(np.float64)
    if sort == ACTUAL:
        return rows.actual[:, 0] if rows.task == "regression" else np.where(rows.codes < 0, np.nan, rows.codes)
    if sort == ANSWER:
        return rows.predicted[:, 0] if rows.task == "regression" else answer_of(rows)
    kind, _, name = sort.partition(":")
    if kind != "column":
        raise ValueError(f"rows cannot be sorted by {sort!r}")
    return _values(rows, rows.table.column(name))[rows.places]


def answer_of(rows: JudgedRows) -> NDArray[np.float64]:
    """ŷ (n,) of a classification as it is listed: the probability of the second of two classes, else the largest."""
    return rows.probabilities[:, 1] if rows.probabilities.shape[1] == 2 else rows.probabilities.max(axis=1)


def _values(rows: JudgedRows, column: Column) -> NDArray[np.float64]:
    """What a column is sorted by (rows of the table,): its numbers, or the place of its label in the alphabet."""
    try:
        return np.asarray(as_numbers(rows.table, column), np.float64)
    except DataError:
        places = np.argsort(np.argsort(np.array(column.labels, object), kind="stable"), kind="stable")
        return np.append(places.astype(np.float64), np.nan)[column.codes]
