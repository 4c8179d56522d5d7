"""Reads Parquet files, in which every column has a type."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tui_ann import large_arrays
from tui_ann.data.phrases import listing
from tui_ann.data.read.cell_texts import SEPARATOR, Texts
from tui_ann.data.read.columns import Built, build_columns, number_column
from tui_ann.data.read.duck import as_argument, database
from tui_ann.data.read.header import unique_names
from tui_ann.data.read.options import ReadOptions
from tui_ann.data.read.plain_numbers import EXACT
from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.report import refuse_bad, with_notices
from tui_ann.data.read.source import SourceFile, fingerprint
from tui_ann.data.read.table import Column, Dialect, Issue, Kind, ReadReport, Table
from tui_ann.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "FLOAT",
    "DOUBLE",
)
_NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "LIST", "VARIANT", "GEOMETRY")
_VALUES_AT_ONCE = 1 << 22


def read_parquet(source: SourceFile, options: ReadOptions, watch: LoadProgress) -> Table:
    """Read a Parquet file.

    Args:
        source: The file.
        options: The user's options, of which only what is known of the columns matters here.
        watch: Gets the progress.

    Raises:
        DataError: DuckDB is not installed, the file is damaged or has no rows, or a column has lists or records.
    """
    watch.stage(1.0, "reading columns")
    with database(source.path, "a Parquet file") as connection:
        types = _types(connection, source.path)
        _refuse_nested(types)
        n = _rows(connection, source.path)
        refuse_bad(n, [], "The file has columns, but no rows")
        columns, built = _columns(connection, source.path, types, n, options, watch)
    lines = np.arange(1, n + 1, dtype=np.int64)
    report = ReadReport(None, "parquet", Dialect(None, None), 0, True, fingerprint(source.path), source.size)
    return with_notices(Table(source.path, columns, n, report, lines, [], built.issues), [], [], built)


def _types(connection: "DuckDBPyConnection", path: Path) -> dict[str, str]:
    """The type of each column, by its name."""
    found = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [as_argument(path)]).fetchall()
    return {name: kind for name, kind, *_ in found}


def _rows(connection: "DuckDBPyConnection", path: Path) -> int:
    found = connection.execute("SELECT count(*) FROM read_parquet(?)", [as_argument(path)]).fetchone()
    return int(found[0]) if found else 0


def _refuse_nested(types: dict[str, str]) -> None:
    nested = [name for name, kind in types.items() if kind.startswith(_NESTED) or kind.endswith("]")]
    if nested:
        raise DataError(
            f"Cells of {listing(nested)} are lists, records or bytes, but a table needs single values.",
            remedy="Split these columns into several, or leave them out, and write the file again.",
            code="nested_values",
        )


def _columns(
    connection: "DuckDBPyConnection",
    path: Path,
    types: dict[str, str],
    n: int,
    options: ReadOptions,
    watch: LoadProgress,
) -> tuple[list[Column], Built]:
    """All columns, read in groups, and what was noticed in them."""
    names = list(types)
    clear = dict(zip(names, unique_names([name.strip() for name in names])[0], strict=True))
    ready: dict[str, Column] = {}
    texts = Texts(0)
    texts.n_rows = n
    worded: list[str] = []
    infinite: list[Issue] = []
    numbered = [name for name in names if types[name] in _NUMBERS or types[name].startswith("DECIMAL")]
    # The rows of one array, so that it is in a file if they do not fit into memory together.
    room = dict(zip(numbered, large_arrays.empty((len(numbered), n)), strict=True))
    step = max(1, _VALUES_AT_ONCE // n)
    for start in range(0, len(names), step):
        some = names[start : start + step]
        chosen = ", ".join(_expression(name, types[name]) for name in some)
        found = connection.execute(f"SELECT {chosen} FROM read_parquet(?)", [as_argument(path)]).fetchnumpy()
        for name, values in zip(some, found.values(), strict=True):
            column = _typed(clear[name], values, infinite, room.get(name))
            if column is not None:
                ready[clear[name]] = column
            else:
                worded.append(clear[name])
                texts.columns.append([SEPARATOR.join(_as_texts(values))])
        watch.at(0.7 * start / len(names))
    built = build_columns(
        texts.columns,
        worded,
        np.arange(1, n + 1, dtype=np.int64),
        decimal=None,
        delimiter=None,
        unnamed=(),
        known=options.known,
        watch=LoadProgress(),
    )
    ready |= {column.name: column for column in built.columns}
    for issue in infinite:
        built.reasons[issue.column, issue.reason] += 1
    built.issues = sorted([*built.issues, *infinite], key=lambda issue: issue.line)
    return [ready[clear[name]] for name in names], built


def _expression(name: str, kind: str) -> str:
    """The expression to select: the column if NumPy has its type, else its text."""
    quoted = '"' + name.replace('"', '""') + '"'
    kept = kind in _NUMBERS or kind.startswith(("DECIMAL", "TIMESTAMP")) or kind in ("BOOLEAN", "DATE", "VARCHAR")
    return quoted if kept else f"CAST({quoted} AS VARCHAR) AS {quoted}"


def _typed(name: str, values: Any, infinite: list[Issue], room: NDArray[np.float64] | None) -> Column | None:
    """A column of numbers, booleans or dates; None if the values are texts, or whole numbers beyond 2⁵³.

    Args:
        name: Its name.
        values: Its cells as from DuckDB.
        infinite: Gets its infinite cells.
        room: (n,) where its numbers are kept, if it has numbers.
    """
    gone = np.ma.getmaskarray(values)
    plain: NDArray[Any] = np.ma.getdata(values)
    match plain.dtype.kind:
        case "b":
            codes = np.where(gone, -1, plain).astype(np.int32)
            return _coded(name, codes, ["false", "true"], "boolean")
        case "M":
            return _dates(name, plain, gone | np.isnat(plain))
        case "i" | "u" if np.any(np.abs(np.where(gone, 0, plain).astype(np.float64)) > EXACT):
            return None
        case "i" | "u" | "f":
            numbers = np.empty(len(plain)) if room is None else room
            numbers[:] = plain
            for row in np.flatnonzero(np.isinf(numbers) & ~gone).tolist():
                infinite.append(Issue(row + 1, name, str(plain[row]), "not_finite"))
            numbers[gone | np.isinf(numbers)] = np.nan
            if np.isnan(numbers).all():
                return Column.of_codes(name, np.full(len(numbers), -1, dtype=np.int32), [], kind="empty")
            return number_column(name, numbers)
    return None


def _dates(name: str, moments: NDArray[np.datetime64], gone: NDArray[np.bool_]) -> Column:
    """A column of dates, with the time of day if any has one."""
    different, codes = np.unique(moments[~gone], return_inverse=True)
    unit = next(
        unit for unit in ("D", "s", "us") if unit == "us" or np.all(different == different.astype(f"M8[{unit}]"))
    )
    labels = np.datetime_as_string(different.astype(f"M8[{unit}]")).tolist() if len(different) else []
    all_codes = np.full(len(moments), -1, dtype=np.int32)
    all_codes[~gone] = codes
    return _coded(name, all_codes, labels, "date")


def _coded(name: str, codes: NDArray[np.int32], labels: list[str], kind: Kind) -> Column:
    """A column of codes; some labels may not occur."""
    distinct = len(np.unique(codes[codes >= 0]))
    if not distinct:
        return Column.of_codes(name, codes, [], kind="empty")
    flags = ("constant",) if distinct == 1 and len(codes) > 1 else ()
    column = Column.of_codes(name, codes, labels, kind=kind, flags=flags)
    column.distinct = distinct
    return column


def _as_texts(values: Any) -> Sequence[str]:
    gone = np.ma.getmaskarray(values).tolist()
    cells = np.ma.getdata(values).tolist()
    return [
        "" if missing or cell is None else str(cell).replace(SEPARATOR, "\ufffd")
        for cell, missing in zip(cells, gone, strict=True)
    ]
