"""Missing cells: refuse them, drop their rows, or keep them to be filled in."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.split import Rows
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError
from tui_ann.text import clean, count, counted

RULES = ("error", "drop", "mean", "median", "most_frequent")
"""The rules for missing cells, as named in the experiment file."""

REMEDY = (
    'Set missing = "median", "mean" or "most_frequent" to fill them in, "drop" to leave out the rows, '
    "or ignore the column."
)
"""The remedy for missing cells if the experiment can be changed."""

_MOST_NAMED = 10
"""Maximum rows left out of which each is named."""
_FILLINGS = {
    "mean": "mean (categories: most frequent label)",
    "median": "median (categories: most frequent label)",
    "most_frequent": "most frequent value",
}


def usable_rows(
    table: Table, features: Sequence[Column], rule: str, targets: Sequence[Column] = (), *, remedy: str = REMEDY
) -> tuple[Rows, list[str]]:
    """The rows that can be used under a rule, and notes about them.

    Rows without a target are always left out (`error` refuses them), because a target is never filled in.

    Args:
        table: The table.
        features: Columns to learn from.
        rule: One of `RULES`.
        targets: Columns to predict; none for predictions.
        remedy: The remedy if missing cells are refused.

    Raises:
        DataError: A cell is missing and the rule is `error`, or no row is left.
    """
    if rule not in RULES:
        raise bad_rule(rule)
    gaps = [column for column in features if column.missing]
    target_gaps = [column for column in targets if column.missing]
    if rule == "error" and (gaps or target_gaps):
        raise _missing_cells(table, gaps + target_gaps, remedy)
    notes = []
    keep = np.ones(table.n_rows, dtype=bool)
    for column in target_gaps:
        keep &= ~column.is_missing
    if target_gaps:
        notes.append(_left_out(table, ~keep, "without a target value"))
    if rule == "drop" and gaps:
        before = keep.copy()
        for column in gaps:
            keep &= ~column.is_missing
        if (before & ~keep).any():
            lacking = _tally(_missing_in(gaps, before))
            notes.append(_left_out(table, before & ~keep, f"with missing cells ({lacking})"))
    elif filled := _missing_in(gaps, keep):
        notes.append(
            f"Filled {counted(sum(filled.values()), 'missing cell')} with the {_FILLINGS[rule]} of the training rows: "
            f"{_tally(filled)}."
        )
    rows = np.flatnonzero(keep)
    if not rows.size:
        raise DataError(
            f"No row is left: each of the {counted(table.n_rows, 'row')} has a missing cell.",
            remedy='Ignore the columns with the most missing cells, or set missing = "median".',
            code="all_missing",
        )
    return rows, notes


def bad_rule(rule: str) -> DataError:
    """The error for a rule that does not exist."""
    return DataError(
        f"There is no rule {rule!r} for missing cells.", remedy=f"Use {', '.join(RULES)}.", code="bad_missing"
    )


def _missing_cells(table: Table, columns: Sequence[Column], remedy: str) -> DataError:
    """The error for missing cells: how many, and the content of the first in the file."""
    row, _, column = min((int(np.argmax(column.is_missing)), i, column) for i, column in enumerate(columns))
    line = int(table.lines[row])
    cells = sum(column.missing for column in columns)
    where = "" if len(columns) == 1 else f" in {len(columns)} columns"
    read_as = next((issue for issue in table.issues if (issue.line, issue.column) == (line, column.name)), None)
    why = f" ({quoted(read_as.value)} is not a finite number)" if read_as else ""
    head = "One cell is missing" if cells == 1 else f"{count(cells)} cells are missing{where}, the first"
    return DataError(
        f"{head} in line {line}, column {quoted(column.name)}{why}.",
        remedy=remedy,
        code="missing_cells",
    )


def _left_out(table: Table, rows: np.ndarray[tuple[int], np.dtype[np.bool_]], why: str) -> str:
    lines = table.lines[rows].tolist()
    if 1 < len(lines) <= _MOST_NAMED:
        where = f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}"
    else:
        where = f"line {lines[0]}" if len(lines) == 1 else f"the first is line {lines[0]}"
    return f"Left out {counted(len(lines), 'row')} {why}: {where}."


def _missing_in(columns: Sequence[Column], rows: NDArray[np.bool_]) -> dict[str, int]:
    """The missing cells of the columns in these rows (n,); columns without any are left out."""
    cells = {column.name: int(np.count_nonzero(column.is_missing & rows)) for column in columns}
    return {name: missing for name, missing in cells.items() if missing}


def _tally(missing: Mapping[str, int]) -> str:
    """The columns with the most missing cells, and their numbers."""
    most = sorted(missing.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{clean(name, 40)} {count(cells)}" for name, cells in most[:5])
    return shown if len(most) <= 5 else f"{shown} and {counted(len(most) - 5, 'more column')}"
