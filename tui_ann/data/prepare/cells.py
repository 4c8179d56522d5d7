"""A column as numbers or as labels, whatever type the reader found.

Training and prediction may see the same column as different kinds (a file with fewer rows may hold only the labels that
look like numbers), so both views exist for every kind.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import quoted
from tui_ann.data.read.column_types import truth_of
from tui_ann.data.read.table import Column, Table, spelled
from tui_ann.errors import DataError

_TRUTH = {"false": 0.0, "true": 1.0}


def as_labels(column: Column) -> tuple[NDArray[np.integer], list[str]]:
    """Code of each row, (n,), −1 where missing, and the label of each code."""
    if column.kind != "number":
        return column.codes, column.labels
    present = ~np.isnan(column.numbers)
    values, inverse = np.unique(column.numbers[present], return_inverse=True)
    codes = np.full(len(present), -1, dtype=np.int64)
    codes[present] = inverse
    return codes, [spelled(value) for value in values.tolist()]


def as_known_labels(column: Column, known: Sequence[str], kind: str) -> tuple[NDArray[np.integer], list[str]]:
    """Codes and labels of a column, spelled as those that were fitted on another table.

    The reader takes yes, Yes and YES for one label and spells it as the first cell does; so the labels of another file
    are compared without case.  Another word for the same truth value, such as 1 or true, is the same label.

    Args:
        column: The column.
        known: The fitted labels.
        kind: The kind of the column that they were fitted on.
    """
    codes, labels = as_labels(column)
    if kind != "boolean":
        return codes, labels
    spelling = {label.casefold(): label for label in known}
    meaning = {truth: label for label in known if (truth := truth_of(label)) is not None}
    return codes, [spelling.get(label.casefold()) or _meant(label, meaning) for label in labels]


def _meant(label: str, meaning: Mapping[bool, str]) -> str:
    """The known label with the same truth value, else the label itself."""
    truth = truth_of(label)
    return label if truth is None else meaning.get(truth, label)


def folded(label: str) -> str:
    """A label without case and blanks: people take two with the same for one."""
    return "".join(label.casefold().split())


def in_order(column: Column, labels: list[str]) -> list[int]:
    """Codes of the labels in natural order: numbers by size, false before true, texts alphabetically."""
    codes = range(len(labels))
    return list(codes) if column.kind in ("number", "boolean") else sorted(codes, key=labels.__getitem__)


def as_numbers(table: Table, column: Column) -> NDArray[np.float64]:
    """The number of each row, (n,), NaN where missing; dates are counted in days, times in seconds.

    Raises:
        DataError: A cell is no number.
    """
    if column.kind == "number":
        return column.numbers
    values = np.array([*map(_number, column.labels), np.nan])
    bad = np.isnan(values[:-1])
    if bad.any() and (at := np.flatnonzero(np.append(bad, False)[column.codes])).size:
        row = int(at[0])
        raise DataError(
            f"Line {int(table.lines[row])}, column {quoted(column.name)}: {quoted(column.raw(row))} is not a number.",
            remedy="Correct the cell, or leave it empty.",
            code="not_a_number",
        )
    return values[column.codes]


def _number(label: str) -> float:
    """The number that a label means, NaN if none."""
    text = label.strip()
    if text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    for read in (_plain, _moment, _clock):
        try:
            return read(text)
        except ValueError:
            continue
    return float("nan")


def _plain(text: str) -> float:
    if not text.isascii() or "_" in text:
        raise ValueError(text)
    value = float(text)
    if not np.isfinite(value):
        raise ValueError(text)
    return value


def _moment(text: str) -> float:
    """Days since 1970-01-01."""
    moment = datetime.fromisoformat(text)
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return (moment.date() - date(1970, 1, 1)).days + seconds / 86400


def _clock(text: str) -> float:
    """Seconds since midnight."""
    clock = time.fromisoformat(text)
    return clock.hour * 3600.0 + clock.minute * 60 + clock.second
