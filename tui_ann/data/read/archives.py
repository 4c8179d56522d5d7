"""Tables inside other files: a file of a zip archive, a table of an SQLite database."""

import csv
import difflib
import io
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from tui_ann.data.phrases import quoted
from tui_ann.errors import DataError
from tui_ann.gate import allowed

SQLITE = b"SQLite format 3\0"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")

_TABLES = frozenset({".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".json", ".jsonl", ".ndjson"})
_OFFICE = "In the spreadsheet choose Save As, CSV UTF-8, or run: soffice --headless --convert-to csv WORKBOOK"


def office_document(names: list[str]) -> DataError | None:
    """The refusal of a workbook, according to the names in its zip archive; `None` for an ordinary archive."""
    if any(name.startswith("xl/") for name in names) or "[Content_Types].xml" in names:
        what = "an Excel workbook (xlsx)" if any(name.startswith("xl/") for name in names) else "an Office document"
    elif "content.xml" in names and "mimetype" in names:
        what = "an OpenDocument file"
    else:
        return None
    return DataError(f"This is {what}, a binary file and not a text table.", remedy=_OFFICE, code="not_text")


def check_zip(path: Path, table: str | None = None) -> None:
    """Refuse a zip archive that does not hold one table, or the given one.

    Raises:
        DataError: It is a workbook, or has no table; it has several, or not this one.
    """
    with path.open("rb") as file, _unpacked(file) as archive:
        _table_in(archive, table)


def open_zip(file: BinaryIO, table: str | None = None) -> BinaryIO:
    """A table in a zip archive, as a stream of bytes.

    Args:
        file: The archive.
        table: The name of a file in it; `None` is the only one.

    Raises:
        DataError: The archive does not hold one table, or not this one.
    """
    archive = _unpacked(file)
    entry = _table_in(archive, table)
    try:
        return io.BufferedReader(archive.open(entry))  # type: ignore[type-var]
    except (NotImplementedError, RuntimeError) as error:
        raise DataError(
            f"{quoted(entry.filename)} in the archive cannot be unpacked here: {error}.",
            remedy="Unpack the archive and open the file inside.",
            code="unreadable",
        ) from error


def _unpacked(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError) as error:
        raise DataError(
            "This is a zip archive, a binary file, but damaged or incomplete.",
            remedy="Download or copy the file again.",
            code="not_text",
        ) from error


def _table_in(archive: zipfile.ZipFile, table: str | None) -> zipfile.ZipInfo:
    named = [entry for entry in archive.infolist() if entry.filename]
    entries = [entry for entry in named if not entry.is_dir() and _is_own(entry.filename)]
    refusal = office_document([entry.filename for entry in entries])
    if refusal is not None:
        raise refusal
    tables = [entry for entry in entries if PurePosixPath(entry.filename).suffix.lower() in _TABLES] or entries
    if not tables:
        raise DataError("This zip archive, a binary file, is empty.", remedy="Check the archive.", code="not_text")
    name = chosen_table([entry.filename for entry in tables], table, "zip archive")
    entry = next(entry for entry in tables if entry.filename == name)
    if entry.flag_bits & 1:
        raise DataError(
            f"{quoted(name)} in the zip archive is encrypted.",
            remedy="Unpack it with its password and open the file inside.",
            code="unreadable",
        )
    return entry


def chosen_table(names: list[str], table: str | None, what: str) -> str:
    """The table to read.

    Args:
        names: All tables, at least one.
        table: The chosen one; `None` is the only one.
        what: What holds them.

    Raises:
        DataError: There is no such table, or there are several and none was chosen; the tables are its details.
    """
    if table is None and len(names) == 1:
        return names[0]
    if table is None:
        raise DataError(
            f"This {what} holds {len(names)} tables:",
            remedy="Choose one: --table NAME on the command line, data.table in an experiment file.",
            code="several_tables",
            details=names,
        )
    if table not in names:
        near = difflib.get_close_matches(table, names, n=1)
        raise DataError(
            f"This {what} holds no table {quoted(table)}{f'; perhaps {quoted(near[0])}' if near else ''}. It holds:",
            remedy="Name one of them.",
            code="no_such_table",
            details=names,
        )
    return table


def _is_own(name: str) -> bool:
    """Whether a file was packed by a person: macOS adds files of its own."""
    parts = PurePosixPath(name).parts
    return bool(parts) and "__MACOSX" not in parts and not parts[-1].startswith(".")


def open_sqlite(path: Path, table: str | None = None) -> BinaryIO:
    """A table of an SQLite database as CSV.

    Args:
        path: The database.
        table: A table or a view; `None` is the only one.

    Raises:
        DataError: It is damaged or has no table; it has several, or not this one.
    """
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{allowed(path.absolute()).as_uri()}?mode=ro", uri=True)) as database:
            tables = [
                name
                for (name,) in database.execute(
                    "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'"
                )
            ]
            if not tables:
                raise DataError("This SQLite database has no table.", remedy="Check the path.", code="not_text")
            name = chosen_table(tables, table, "SQLite database")
            rows = database.execute(f'select * from "{name.replace(chr(34), chr(34) * 2)}"')
            return _as_csv([column[0] for column in rows.description], rows)
    except (sqlite3.Error, UnicodeError) as error:
        why = "a name in it is not UTF-8" if isinstance(error, UnicodeError) else error
        raise DataError(
            f"This is an SQLite database, a binary file, that cannot be read: {why}.",
            remedy="Export the table as CSV and open that file.",
            code="not_text",
        ) from error


def _as_csv(names: list[str], rows: object) -> BinaryIO:
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - the reader closes it
    text = io.TextIOWrapper(unpacked, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)  # type: ignore[arg-type]
    text.flush()
    text.detach()
    unpacked.seek(0)
    return unpacked
