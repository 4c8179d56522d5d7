"""Packed files: read as if they were not, and refused when they were cut off."""

import bz2
import gzip
import lzma
import sys
import zipfile
from pathlib import Path

import pytest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from tui_ann.data.read.reader import read_table
from tui_ann.errors import DataError

TEXT = "größe,y\n" + "".join(f"{i * 0.37:.2f},{'ab'[i % 2]}\n" for i in range(5000))


def write(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("pack", "container", "encoding"),
    [
        (gzip.compress, "gzip", "utf-8"),
        (bz2.compress, "bzip2", "cp1252"),
        (lzma.compress, "xz", "utf-16"),
        (zstd.compress, "zstd", "utf-8"),
    ],
)
def test_packed_files_are_read_in_any_encoding(tmp_path: Path, pack, container: str, encoding: str) -> None:
    table = read_table(write(tmp_path, pack(TEXT.encode(encoding)), "t.csv.packed"))
    assert table.names == ["größe", "y"]
    assert (table.n_rows, table.report.container, table.report.encoding) == (5000, container, encoding)


def test_json_lines_in_gzip(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, gzip.compress(b'{"x": 1}\n{"x": 2}\n'), "t.jsonl.gz"))
    assert table.column("x").values() == [1, 2]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_file_cut_off_is_refused(tmp_path: Path, pack, kept: float) -> None:
    packed = pack(TEXT.encode())
    path = write(tmp_path, packed[: int(kept * len(packed))], "t.csv.gz")
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert caught.value.code == "broken_file"


def test_an_empty_packed_file(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_table(write(tmp_path, gzip.compress(b""), "t.csv.gz"))
    assert caught.value.code == "empty_file"


def test_a_workbook_in_gzip_is_still_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_table(write(tmp_path, gzip.compress(b"PK\x03\x04xl/workbook"), "t.csv.gz"))
    assert caught.value.code == "not_text"


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "not_text", "image"),
        (b"%PDF-1.7\n", "not_text", "PDF"),
        (b"SQLite format 3\0", "not_text", "SQLite"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument", "not_text", "OpenDocument"),
        (b"PK\x03\x04stuff", "not_text", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_text", "Excel"),
        (b"\x93NUMPY\x01", "not_text", "NumPy"),
        (b"  <!DOCTYPE HTML>\n<html>", "html", "web page"),
        (b"<html><table>", "html", "web page"),
        (b'<?xml version="1.0"?>', "xml", "XML"),
        (b"% comment\n@RELATION iris\n@ATTRIBUTE a NUMERIC\n@DATA\n1\n", "arff", "Weka"),
        (bytes(range(1, 32)) * 20, "not_text", "binary"),
        (b"a,b\n1,2\n" + b"3,\0\n", "not_text", "Line 3"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes, code: str, word: str) -> None:
    with pytest.raises(DataError) as caught:
        read_table(write(tmp_path, content, "t.csv"))
    assert caught.value.code == code
    assert word in caught.value.message
    assert caught.value.remedy


def zipped(folder: Path, damage: tuple[bytes, bytes]) -> Path:
    path = folder / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("table.csv", TEXT)
    content = path.read_bytes()
    assert damage[0] in content
    path.write_bytes(content.replace(*damage, 1))
    return path


@pytest.mark.parametrize(
    "damage",
    [(b"PK\x03\x04", b"PK\x03\x05"), (b"0.37", b"0.38"), (b"table.csv", b"Table.csv")],
    ids=["head", "crc", "name"],
)
def test_a_damaged_zip_archive_is_refused(tmp_path: Path, damage) -> None:
    path = zipped(tmp_path, damage)
    with pytest.raises(DataError):
        read_table(path)


def test_a_zip_archive_may_have_a_file_without_a_name(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("table.csv", TEXT)
        archive.writestr(zipfile.ZipInfo("."), "")
        archive.writestr(zipfile.ZipInfo(""), "")
    assert read_table(path).n_rows == 5000
