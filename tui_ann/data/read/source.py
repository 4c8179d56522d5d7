"""Finds a file, detects its format by its first bytes, and opens it as a stream of uncompressed bytes."""

import bz2
import contextlib
import difflib
import gzip
import hashlib
import importlib
import io
import lzma
import os
import re
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

from tui_ann.data.phrases import quoted, whole
from tui_ann.data.read.archives import SQLITE, ZIP, check_zip, office_document, open_sqlite, open_zip
from tui_ann.errors import DataError
from tui_ann.gate import allowed

HEAD = 4096
"""Number of bytes read to detect the format."""

_TEXT_REMEDY = "Save the table as CSV and open that file."
_UNPACK_REMEDY = "Unpack it and open the CSV file inside."

# First bytes, format, remedy.
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel or other Office file (xls, binary)", _TEXT_REMEDY),
    (b"\x89PNG\r\n", "a PNG image, a binary file", _TEXT_REMEDY),
    (b"\xff\xd8\xff", "a JPEG image, a binary file", _TEXT_REMEDY),
    (b"GIF8", "a GIF image, a binary file", _TEXT_REMEDY),
    (b"%PDF-", "a PDF document, a binary file", _TEXT_REMEDY),
    (b"\x89HDF\r\n", "an HDF5 file, a binary file", _TEXT_REMEDY),
    (b"\x93NUMPY", "a NumPy array (npy), a binary file", "Write it with numpy.savetxt and open that file."),
    (b"ARROW1", "an Arrow file, a binary file", "Write it as Parquet or CSV and open that file."),
    (b"FEA1", "a Feather file, a binary file", "Write it as Parquet or CSV and open that file."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive, a binary file", _UNPACK_REMEDY),
    (b"Rar!", "a RAR archive, a binary file", _UNPACK_REMEDY),
    (b"\x7fELF", "a program, a binary file", _TEXT_REMEDY),
    (b"RIFF", "a sound, film or image, a binary file", _TEXT_REMEDY),
)
_ARFF = re.compile(rb"^\s*@relation\b.*^\s*@attribute\b", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    **dict.fromkeys(ZIP, "zip"),
    SQLITE: "sqlite",
}
_OPENERS: dict[str, Callable[..., object]] = {
    "gzip": gzip.open,
    "bzip2": bz2.open,
    "xz": lzma.open,
    "zstd": lambda raw: _zstd().open(raw),
}
_OF_SEVERAL: dict[str | None, Callable[[BinaryIO, str | None], BinaryIO]] = {
    "zip": open_zip,
    "sqlite": lambda raw, table: open_sqlite(Path(raw.name), table),
}


@dataclass(frozen=True)
class SourceFile:
    """A file, and how it is compressed."""

    path: Path
    """Its path."""
    size: int
    """Bytes on disk."""
    container: str | None
    """`gzip`, `bzip2`, `xz`, `zstd`, `zip`, `sqlite`, `parquet`, or None for plain bytes."""
    table: str | None = None
    """Which table of a database or an archive; None is the only one."""

    @contextlib.contextmanager
    def open(self) -> "Iterator[Stream]":
        """The uncompressed bytes, from the start.

        Raises:
            DataError: The file cannot be read, its compression is broken, or the decompressor is not installed.
        """
        with reading(self.path), open(self.path, "rb", buffering=0) as raw:
            if self.container in _OF_SEVERAL:
                unpacked = _OF_SEVERAL[self.container](cast("BinaryIO", raw), self.table)
            else:
                unpacked = cast("BinaryIO", _OPENERS.get(self.container or "", io.BufferedReader)(raw))
            yield Stream(unpacked, raw, self.size)


class Stream:
    """Uncompressed bytes, with the position in the file."""

    def __init__(self, unpacked: BinaryIO, raw: io.RawIOBase, size: int) -> None:
        self.bytes = unpacked
        self._raw = raw
        self._size = size

    @property
    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._raw.tell() / self._size if self._size else 1.0

    def blocks(self, size: int) -> Iterator[bytes]:
        """The bytes in blocks of about this size."""
        while block := self.bytes.read(size):
            yield block


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn errors of the system while reading a file into messages."""
    try:
        yield
    except _packing_errors() as error:
        raise DataError(
            f"{quoted(path.name)} is compressed, but damaged or incomplete: {error}.",
            remedy="Download or copy the file again.",
            code="broken_file",
        ) from error
    except FileNotFoundError as error:
        raise DataError(f"There is no file {whole(path)}.", remedy=_near_files(path), code="no_such_file") from error
    except IsADirectoryError as error:
        raise _folder(path) from error
    except PermissionError as error:
        raise DataError(
            f"{whole(path)} cannot be read: permission denied.",
            remedy="Change the file's permissions, or copy it to another folder.",
            code="unreadable",
        ) from error
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and "\0" not in str(path):
            raise
        raise DataError(
            f"{whole(path)} cannot be read: {getattr(error, 'strerror', '') or error}.",
            remedy="Check the path.",
            code="unreadable",
        ) from error


def find(path: Path, table: str | None = None) -> tuple[SourceFile, bytes]:
    """The file at that path and its first uncompressed bytes.

    Args:
        path: Its path.
        table: Which table of a database or an archive.

    Raises:
        DataError: There is no such file, it cannot be read, is empty, or does not contain a table as text; or it
            contains several tables, or not this one.
    """
    with reading(allowed(path)):
        status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        raise _folder(path)
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"{whole(path)} is not a file.", remedy="Give the path of a file.", code="unreadable")
    if not status.st_size:
        raise _empty()
    with reading(path), open(path, "rb") as file:
        head = file.read(HEAD)
    container = next((name for magic, name in _PACKED.items() if head.startswith(magic)), None)
    if container == "zip":
        refuse_workbook(head)
        with reading(path):
            check_zip(path, table)
    if table is not None and container not in _OF_SEVERAL:
        raise DataError(
            f"{quoted(path.name)} is one table, so there is no table {quoted(table)} to choose.",
            remedy="Leave out --table, or data.table in an experiment file.",
            code="no_such_table",
        )
    if head.startswith(b"PAR1"):
        return SourceFile(path, status.st_size, "parquet"), head
    source = SourceFile(path, status.st_size, container, table)
    with source.open() as stream:
        head = stream.bytes.read(HEAD)
    if not head:
        raise _empty()
    refuse_foreign(head)
    return source, head


def refuse_foreign(head: bytes) -> None:
    """Refuse formats that are not tables in text form.

    Raises:
        DataError: With the code `not_text`, `html`, `xml` or `arff`.
    """
    refuse_workbook(head)
    if head.startswith(ZIP):  # in another archive
        raise DataError(
            "This is a zip archive, a binary file and not a text table.", remedy=_UNPACK_REMEDY, code="not_text"
        )
    for magic, what, remedy in _FOREIGN:
        if head.startswith(magic):
            raise DataError(f"This is {what}, not a text table.", remedy=remedy, code="not_text")
    beginning = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip()[:200].lower()
    if beginning.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<script", b"<!--")):
        raise DataError(
            "This is a web page (HTML), not a table in text form.",
            remedy="The download was a web page: use the link to the CSV file itself.",
            code="html",
        )
    if _ARFF.search(head):
        raise DataError(
            "This is an ARFF file of Weka, not a CSV table.",
            remedy="In Weka save it as CSV, or replace all lines up to @data by one line of names with commas.",
            code="arff",
        )
    if beginning.startswith((b"<?xml", b"<svg")):
        raise DataError("This is an XML file, not a CSV table.", remedy=_TEXT_REMEDY, code="xml")


def refuse_workbook(head: bytes) -> None:
    """Refuse the workbook of a spreadsheet by its first bytes, even if it is damaged.

    Raises:
        DataError: It is one (`not_text`).
    """
    if not head.startswith(ZIP):
        return
    names = [name for name in ("xl/", "[Content_Types].xml") if name.encode() in head]
    if b"opendocument" in head:
        names += ["content.xml", "mimetype"]
    refusal = office_document(names)
    if refusal is not None:
        raise refusal


def fingerprint(path: Path) -> str:
    """The sha256 of the file's bytes."""
    with reading(allowed(path)), open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _zstd() -> ModuleType:
    """The module for zstd: part of Python since 3.14, before that an extra."""
    for name in ("compression.zstd", "backports.zstd"):
        with contextlib.suppress(ImportError):
            return importlib.import_module(name)
    raise DataError(
        "A file packed with zstd needs backports.zstd to be read, which is not installed.",
        remedy="Install it with: pip install 'tui-ann[data]', or decompress the file.",
        code="needs_extra",
    )


def _packing_errors() -> tuple[type[Exception], ...]:
    """The errors for broken compressed bytes; those of zstd only if it has been imported."""
    modules = (sys.modules.get(name) for name in ("compression.zstd", "backports.zstd"))
    return (
        *(gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError),
        *(module.ZstdError for module in modules if module is not None),
    )


def _empty() -> DataError:
    return DataError("The file is empty: 0 bytes, no data.", remedy="Check the path or the export.", code="empty_file")


def _folder(path: Path) -> DataError:
    inside = sorted(entry.name for entry in _entries(path) if entry.suffix.lower() in (".csv", ".tsv", ".parquet"))
    remedy = f"Give the path of a file in it, such as {whole(path / inside[0])}." if inside else "Give a file's path."
    return DataError(f"{whole(path)} is a folder, not a file.", remedy=remedy, code="is_a_folder")


def _near_files(path: Path) -> str:
    if not path.parent.is_dir():
        return f"The folder {whole(path.parent)} does not exist either. Check the path."
    names = [entry.name for entry in _entries(path.parent)]
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.75)
    if not near:
        return "Check the path."
    return "Did you mean " + " or ".join(whole(path.parent / name) for name in near) + "?"


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
