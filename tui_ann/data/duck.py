"""What needs DuckDB: Parquet files, and zstd on a Python that cannot unpack it.  It comes with the extra `data`."""

import contextlib
import glob
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui_ann.data.frames import is_whole
from tui_ann.data.source import Source
from tui_ann.data.watch import Watch
from tui_ann.data.wording import quoted
from tui_ann.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LINES_AT_ONCE = 10_000
_LONGEST_LINE = 16 << 20
# Bytes pass unchanged: read as Latin-1, each is one character.  No line of a text holds the delimiter given here.
_LINES = f"""
    SELECT line FROM read_csv(?, compression = 'zstd', columns = {{'line': 'VARCHAR'}}, header = false,
    delim = '\x01', quote = '', escape = '', auto_detect = false, strict_mode = false, encoding = 'latin-1',
    max_line_size = {_LONGEST_LINE})
"""


@contextlib.contextmanager
def database(path: Path, what: str) -> "Iterator[DuckDBPyConnection]":
    """A DuckDB to read a file with, whose errors are told in a sentence.

    Args:
        path: The file.
        what: What it is, as in "A Parquet file".

    Raises:
        DataError: DuckDB is not installed (`needs_extra`), or cannot read the file (`broken_file`).
    """
    try:
        duckdb = importlib.import_module("duckdb")
    except ImportError as error:
        raise DataError(
            f"{what} needs DuckDB to be read, which is not installed.",
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
    """A path as DuckDB takes it: * and ? in a file's name must not stand for other files."""
    return glob.escape(str(path))


def unpack_zstd(source: Source, folder: Path, watch: Watch) -> Source:
    """The source with its bytes unpacked into a file in the folder.

    Raises:
        DataError: The file is cut off or damaged, DuckDB is not installed, or there is no room for the unpacked bytes.
    """
    if not is_whole(source.path):
        raise DataError(
            f"{quoted(source.path.name)} is packed, but damaged or cut off.",
            remedy="Download or copy the file again.",
            code="broken_file",
        )
    unpacked = folder / "unpacked"
    watch.stage(0.1, "unpacking")
    try:
        with database(source.path, "A file packed with zstd") as connection, unpacked.open("wb") as file:
            result = connection.execute(_LINES, [as_argument(source.path)])
            while lines := result.fetchmany(_LINES_AT_ONCE):
                file.write("".join(f"{line or ''}\n" for (line,) in lines).encode("latin-1"))
                watch.at(0.0)
    except OSError as error:
        raise DataError(
            f"There is no room to unpack {quoted(source.path.name)}: {error.strerror or error}.",
            remedy="Make room in the folder for temporary files, or unpack the file yourself.",
            code="no_room",
        ) from error
    return Source(source.path, source.size, source.container, unpacked)
