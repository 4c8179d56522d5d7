"""Reads a file of data into a table."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tui_ann.data.table import Column, Table
from tui_ann.errors import DataError


@dataclass(frozen=True)
class ReadOptions:
    """What the user knows better than the reader; None leaves it to the reader."""

    delimiter: str | None = None
    """One character, or one of `tab`, `\\t`, ` +` (runs of blanks)."""
    decimal: str | None = None
    """`.` or `,`."""
    encoding: str | None = None
    """Any text encoding Python knows."""
    header: bool | None = None
    """Whether the first row holds names."""
    skip_lines: int | None = None
    """Physical lines before the header."""


Progress = Callable[[float, str], None]


def read_table(
    path: str | Path,
    options: ReadOptions = ReadOptions(),
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Table:
    """Read the file.

    Raises:
        DataError: The file is missing, empty or no table.
    """
    with open(path, newline="", encoding="utf-8-sig") as file:
        names, *rows = list(csv.reader(file))
    if not rows:
        raise DataError("There are no rows below the header.", code="no_rows")
    columns = []
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        try:
            columns.append(Column.of_numbers(name, np.array([float(cell or "nan") for cell in cells])))
        except ValueError:
            columns.append(Column.of_labels(name, [cell or None for cell in cells]))
    return Table.of(columns, Path(path))
