"""Reading as a whole: wrong paths, options that win over detection, progress, cancelling, harm from hostile bytes."""

import csv
import io
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.data.prepare.describe import to_json
from tui_ann.data.read.reader import ReadOptions, read_table
from tui_ann.errors import DataError

NASTY = Path(__file__).parent / "nasty"


def write(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path, options: ReadOptions | None = None) -> DataError:
    with pytest.raises(DataError) as caught:
        read_table(path, options or ReadOptions())
    assert caught.value.remedy
    return caught.value


def test_a_missing_file_suggests_near_names(tmp_path: Path) -> None:
    write(tmp_path, "x,y\n1,2\n", "iris.csv")
    error = refusal(tmp_path / "irsi.csv")
    assert error.code == "no_such_file"
    assert "iris.csv" in error.remedy


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path / "nowhere" / "iris.csv")
    assert error.code == "no_such_file"
    assert "nowhere" in error.remedy


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    write(tmp_path, "x\n1\n", "inside.csv")
    error = refusal(tmp_path)
    assert error.code == "is_a_folder"
    assert "inside.csv" in error.remedy


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "x\n1\n")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", refuse)
    assert refusal(path).code == "unreadable"


def test_a_path_with_a_nul() -> None:
    assert refusal(Path("a\0b.csv")).code == "unreadable"


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes here")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe").code == "unreadable"


def test_a_path_under_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "x,y\n1,2\n", "a.csv")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert read_table("~/a.csv").n_rows == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (ReadOptions(delimiter="ab"), "bad_delimiter"),
        (ReadOptions(delimiter=""), "bad_delimiter"),
        (ReadOptions(delimiter='"'), "bad_delimiter"),
        (ReadOptions(delimiter="5"), "bad_delimiter"),
        (ReadOptions(decimal=";"), "bad_decimal"),  # type: ignore[arg-type]
        (ReadOptions(encoding="utf-9"), "bad_encoding"),
        (ReadOptions(encoding="base64"), "bad_encoding"),
        (ReadOptions(encoding="rot13"), "bad_encoding"),
        (ReadOptions(skip_lines=-1), "bad_skip_lines"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: ReadOptions, code: str) -> None:
    assert refusal(write(tmp_path, "x,y\n1,2\n"), options).code == code


@pytest.mark.parametrize(
    ("given_as", "delimiter"),
    [("\t", "\t"), ("tab", "\t"), ("\\t", "\t"), (" +", " +"), ("space", " +"), ("semicolon", ";")],
)
def test_the_delimiter_can_be_named(tmp_path: Path, given_as: str, delimiter: str) -> None:
    text = "a,b c,d\n" + "1,5 2,5\n" * 5
    path = write(tmp_path, text.replace(" ", " " if delimiter == " +" else delimiter))
    table = read_table(path, ReadOptions(delimiter=given_as))
    assert table.report.dialect.delimiter == delimiter
    assert table.column("c,d").values() == [2.5] * 5


def test_the_decimal_mark_wins_over_the_evidence(tmp_path: Path) -> None:
    path = write(tmp_path, "a;b\n1.234;5,5\n2.345;6,5\n")
    assert read_table(path).column("a").values() == [1234, 2345]
    assert read_table(path, ReadOptions(decimal=".")).column("a").values() == [1.234, 2.345]
    table = read_table(write(tmp_path, 'a,b\n"1,234",x\n"2,345",y\n'), ReadOptions(decimal=","))
    assert table.column("a").values() == [1.234, 2.345]


def test_the_encoding_wins_and_must_fit(tmp_path: Path) -> None:
    path = write(tmp_path, "k,x\nö,1\nä,2\n".encode("cp1252"))
    assert read_table(path, ReadOptions(encoding="cp437")).column("k").values() == ["÷", "Σ"]
    error = refusal(path, ReadOptions(encoding="utf-8"))
    assert error.code == "wrong_encoding"


def test_the_header_can_be_denied_and_demanded(tmp_path: Path) -> None:
    path = write(tmp_path, "x,y\n1,2\n3,4\n")
    table = read_table(path, ReadOptions(header=False))
    assert (table.n_rows, table.report.has_header, table.lines.tolist()) == (3, False, [1, 2, 3])
    path = write(tmp_path, "1,2\n3,4\n5,6\n")
    table = read_table(path, ReadOptions(header=True))
    assert (table.names, table.n_rows) == (["1", "2"], 2)


def test_lines_can_be_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, "x,y\n1,2\na,b\n3,4\n5,6\n")
    table = read_table(path, ReadOptions(skip_lines=2))
    assert (table.names, table.report.skip_lines, table.lines.tolist()) == (["a", "b"], 2, [4, 5])
    assert refusal(path, ReadOptions(skip_lines=50)).code == "empty_file"


def test_progress_goes_up_to_the_end_and_says_what_is_done(tmp_path: Path) -> None:
    path = write(tmp_path, "x,y\n" + "1.5,a\n" * 300_000)
    told: list[tuple[float, str]] = []
    read_table(path, progress=lambda share, words: told.append((share, words)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert all(0 <= share <= 1 and words for share, words in told)
    assert len({words for _, words in told}) >= 3


@pytest.mark.parametrize("text", ["1.5,2.5\n", "1.5,a\n", '1.5,"a"\n'])
def test_reading_can_be_stopped_on_the_way(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "x,y\n" + text * 1_200_000)
    looks = iter(range(1000))
    with pytest.raises(DataError) as caught:
        read_table(path, cancelled=lambda: next(looks) > 6)
    assert caught.value.code == "cancelled"


def test_without_clevercsv_the_own_sniffer_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for path in sorted(NASTY.glob("*.csv")):
        try:
            found[path] = read_table(path).report.dialect
        except DataError:
            continue
    monkeypatch.setitem(sys.modules, "clevercsv", None)
    assert len(found) > 20
    for path, dialect in found.items():
        assert read_table(path).report.dialect == dialect


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=3, max_size=20),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_the_csv_module_writes_comes_back(tmp_path_factory, rows, delimiter: str, end: str) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["eins", "zwei", "drei"])
    writer.writerows([[f"w{cell}w" for cell in row] for row in rows])
    path = write(tmp_path_factory.mktemp("csv"), file.getvalue())
    table = read_table(path, ReadOptions(delimiter=delimiter, encoding="utf-8", header=True))
    read = [[str(column.value(i)) for column in table.columns] for i in range(table.n_rows)]
    assert read == [[f"w{cell}w" for cell in row] for row in rows]


SCRAPS = [
    b",",
    b";",
    b"\t",
    b'"',
    b"'",
    b"\n",
    b"\r",
    b" ",
    b"|",
    b"1.5",
    b"1,5",
    b"nan",
    b"inf",
    b"1e999",
    b"#",
    b"\xff",
]
SCRAPS += [
    b"\xc3\xa4",
    b"-",
    b"9" * 30,
    b"007",
    b"12:30",
    b"01.02.2024",
    b"kg",
    b"%",
    b"sep=;\n",
    b"\\",
    b"{",
    b"[",
    b"\0",
    b"x",
]


@settings(max_examples=150, deadline=None)
@given(
    scraps=st.lists(st.sampled_from(SCRAPS), min_size=1, max_size=60),
    options=st.builds(
        ReadOptions,
        delimiter=st.sampled_from([None, None, ",", " +"]),
        decimal=st.sampled_from([None, None, ","]),
        encoding=st.sampled_from([None, None, "latin-1", "utf-16"]),
        header=st.sampled_from([None, True, False]),
        skip_lines=st.sampled_from([None, None, 1]),
    ),
)
def test_any_bytes_give_a_table_or_a_clear_refusal(tmp_path_factory, scraps: list[bytes], options: ReadOptions) -> None:
    path = write(tmp_path_factory.mktemp("scraps"), b"".join(scraps))
    try:
        table = read_table(path, options)
    except DataError:
        return
    json.dumps(to_json(table, values=True), allow_nan=False)
    assert len(set(table.names)) == len(table.names)
    assert all(table.names)
    assert table.n_rows == len(table.lines) > 0
    assert np.all(np.diff(table.lines) > 0)
    for column in table.columns:
        values = column.values()
        assert len(values) == table.n_rows
        assert values == [column.value(i) for i in range(len(values))]
        assert column.missing == values.count(None)
        assert column.distinct == len({value for value in values if value is not None})


def test_a_row_of_empty_cells_is_told_with_its_line_and_a_blank_line_is_a_note(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "a,b,c\n1,2,3\n4,5,6\n,,\n7,8,9\n\n3,4,1\n , ,\n2,2,5\n"))
    assert table.n_rows == 5
    told = {notice.code: notice.message for notice in table.warnings}
    assert told["empty_rows"] == "2 rows without a value in any cell left out: lines 4, 8."
    assert "1 blank line left out." in [notice.message for notice in table.notes]
    assert "empty_rows" in [warning["code"] for warning in to_json(table)["warnings"]]
