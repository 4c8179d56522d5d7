"""Tables inside other files: the one file of a zip archive, the one table of an SQLite database."""

import csv
import io
import shlex
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from tui_ann.data.phrases import listing, quoted
from tui_ann.errors import DataError

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


def check_zip(path: Path) -> None:
    """Refuse a zip archive that does not hold one table.

    Raises:
        DataError: It is a workbook, or has no table or several.
    """
    with path.open("rb") as file, _unpacked(file) as archive:
        _table_in(archive)


def open_zip(file: BinaryIO) -> BinaryIO:
    """The table in a zip archive, as a stream of bytes.

    Raises:
        DataError: The archive does not hold one table.
    """
    archive = _unpacked(file)
    entry = _table_in(archive)
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


def _table_in(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and _is_own(entry.filename)]
    refusal = office_document([entry.filename for entry in entries])
    if refusal is not None:
        raise refusal
    tables = [entry for entry in entries if PurePosixPath(entry.filename).suffix.lower() in _TABLES] or entries
    if not tables:
        raise DataError("This zip archive, a binary file, is empty.", remedy="Check the archive.", code="not_text")
    if len(tables) > 1:
        names = [entry.filename for entry in tables]
        command = f"unzip -p {_word(archive.filename)} {_word(names[0])} | tui-ann train -"
        raise DataError(
            f"This is a zip archive, a binary file, with {len(names)} files in it: {listing(names)}.",
            remedy=f"Unpack it and open one of them, or run: {command}",
            code="not_text",
        )
    if tables[0].flag_bits & 1:
        raise DataError(
            f"{quoted(tables[0].filename)} in the zip archive is encrypted.",
            remedy="Unpack it with its password and open the file inside.",
            code="unreadable",
        )
    return tables[0]


def _is_own(name: str) -> bool:
    """Whether a file was packed by a person: macOS adds files of its own."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" not in parts and not parts[-1].startswith(".")


def open_sqlite(path: Path) -> BinaryIO:
    """The only table of an SQLite database as CSV.

    Raises:
        DataError: It is damaged, or has no table or several.
    """
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            tables = [
                name
                for (name,) in database.execute(
                    "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'"
                )
            ]
            if len(tables) != 1:
                raise _not_one(path, tables)
            rows = database.execute(f'select * from "{tables[0].replace(chr(34), chr(34) * 2)}"')
            return _as_csv([column[0] for column in rows.description], rows)
    except sqlite3.Error as error:
        raise DataError(
            f"This is an SQLite database, a binary file, that cannot be read: {error}.",
            remedy="Export the table as CSV and open that file.",
            code="not_text",
        ) from error


def _not_one(path: Path, tables: list[str]) -> DataError:
    if not tables:
        return DataError("This SQLite database has no table.", remedy="Check the path.", code="not_text")
    command = f"sqlite3 -header -csv {_word(path)} {_word(f'select * from {tables[0]}')} | tui-ann train -"
    return DataError(
        f"This is an SQLite database, a binary file, with {len(tables)} tables: {listing(tables)}.",
        remedy=f"Export one of them: {command}",
        code="not_text",
    )


def _word(text: object) -> str:
    """A word of a command line."""
    return shlex.quote(str(text))


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
