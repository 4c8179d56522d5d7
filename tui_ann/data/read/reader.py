"""Reads a data file into a table: CSV in all its forms, Parquet or JSON lines, compressed or not.

Nothing is done silently.  Unusable rows and cells are listed with their lines, everything else worth knowing is in the
table's warnings and notes, and a file without a table is rejected with a reason.
"""

import os
from collections.abc import Callable
from pathlib import Path

from tui_ann.data.read.delimited import read_delimited
from tui_ann.data.read.json_lines import is_json, read_json
from tui_ann.data.read.options import ReadOptions
from tui_ann.data.read.parquet import read_parquet
from tui_ann.data.read.progress import LoadProgress, Progress
from tui_ann.data.read.source import find
from tui_ann.data.read.table import Table

__all__ = ["Progress", "ReadOptions", "read_table"]

_AS_FOUND = ReadOptions()


def read_table(
    path: str | Path,
    options: ReadOptions = _AS_FOUND,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Table:
    """Read the file.

    Args:
        path: Its path.
        options: Options that override detection.
        progress: Called about ten times a second with the share done, 0 to 1, and a few words.
        cancelled: Polled as often; true ends the reading.

    Raises:
        DataError: The file is missing or unreadable, is not a table, has no rows, or an option is invalid; or reading
            was cancelled (code `cancelled`).
    """
    options = options.checked()
    watch = LoadProgress(progress, cancelled)
    source, head = find(Path(os.path.expanduser(path)), options.table)
    if source.container == "parquet":
        table = read_parquet(source, options, watch)
    elif is_json(source.path, head):
        table = read_json(source, head, options, watch)
    else:
        table = read_delimited(source, head, options, watch)
    watch.done()
    return table
