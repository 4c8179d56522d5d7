"""Functions that need DuckDB, which comes with the extra `data`."""

import contextlib
import glob
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui_ann.data.phrases import quoted
from tui_ann.errors import DataError
from tui_ann.gate import allowed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextlib.contextmanager
def database(path: Path, what: str) -> "Iterator[DuckDBPyConnection]":
    """A DuckDB connection to read a file; its errors become messages.

    Args:
        path: The file.
        what: Its description, as in "A Parquet file".

    Raises:
        DataError: DuckDB is not installed (`needs_extra`), or cannot read the file (`broken_file`).
    """
    try:
        duckdb = importlib.import_module("duckdb")
    except ImportError as error:
        raise DataError(
            f"Reading {what} needs DuckDB, which is not installed.",
            remedy="Install it with: pip install 'tui-ann[data]', or save the table as CSV.",
            code="needs_extra",
        ) from error
    settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    try:
        with duckdb.connect(":memory:", config=settings) as connection:
            yield connection
    except duckdb.Error as error:
        raise DataError(
            f"{quoted(path.name)} cannot be read: {str(error).splitlines()[0].rstrip('.')}.",
            remedy="Download or copy the file again, or save the table as CSV.",
            code="broken_file",
        ) from error


def as_argument(path: Path) -> str:
    """A path for DuckDB, with * and ? escaped, so that they do not match other files.

    Raises:
        SessionError: This program may not use it.
    """
    return glob.escape(str(allowed(path)))
