"""Rows in the order of time: a random split judges them between training rows, which is easier than what comes next."""

from collections.abc import Collection
from itertools import pairwise

import numpy as np

from tui_ann.data.phrases import quoted
from tui_ann.data.read.table import Column, Table

FEWEST_ROWS = 30
"""Fewer dates may be in order by chance, or are an exercise."""
MOSTLY_DISTINCT = 0.9
"""Share of the rows with a date of their own: where many rows share a date, they are no series."""
MOST_ROWS = 2_000
"""About how many rows are looked at, evenly spaced."""


def order_notes(table: Table, targets: Collection[str]) -> list[str]:
    """A note on the first column of dates or times that the rows are in the order of, if there is one.

    Args:
        table: The table.
        targets: The columns to predict, which are not looked at.
    """
    for column in table.columns:
        if column.kind not in ("date", "time") or column.name in targets:
            continue
        direction = _direction(column)
        if direction:
            newest = 'split = "ordered" judges the newest'
            last = f"sorted the other way round, {newest}"
            return [
                f"Rows are in the order of {quoted(column.name)}{'' if direction > 0 else ', the newest first'}: "
                f"a random split judges rows between training rows; {newest if direction > 0 else last}."
            ]
    return []


def _direction(column: Column) -> int:
    """1 if the cells of a column rise from row to row, −1 if they fall, else 0."""
    rows = np.flatnonzero(~column.is_missing)
    if len(rows) < FEWEST_ROWS or column.distinct < MOSTLY_DISTINCT * len(column):
        return 0
    # Dates and times are in the format of ISO 8601, so their order is that of their texts.
    seen = [column.labels[code] for code in column.codes[rows[:: max(1, len(rows) // MOST_ROWS)]].tolist()]
    if all(before <= after for before, after in pairwise(seen)):
        return 1
    return -1 if all(before >= after for before, after in pairwise(seen)) else 0
