"""The fast reader of large files gives the table of the careful one, cell for cell and remark for remark.

So it does with the compiled scanner and with NumPy.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tui_ann.compiled import VARIABLE
from tui_ann.data.read import blocks, fast_rows, plain_blocks, records
from tui_ann.data.read.lines import Lines
from tui_ann.data.read.reader import ReadOptions, read_table
from tui_ann.data.read.records import FileRows
from tui_ann.data.read.scan_library import scan_library
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError

_CHUNK = 60
_AS_FOUND = ReadOptions()


class Seen:
    """What the fast reader did."""

    def __init__(self) -> None:
        self.rows: list[FileRows | None] = []
        self.split: list[bool] = []
        """Of each block whether it was split."""

    @property
    def taken(self) -> bool:
        """Whether the fast reader read the file."""
        return bool(self.rows) and self.rows[-1] is not None


@contextlib.contextmanager
def small_chunks() -> Iterator[None]:
    """Chunks, blocks and records of a few lines, so that short files have many."""
    with (
        patch.object(Lines.chunks, "__defaults__", (_CHUNK,)),
        patch.object(blocks, "CHUNK", _CHUNK),
        patch.object(blocks, "BLOCK", 3 * _CHUNK),
        patch.object(records, "_MOST_LINES_IN_A_RECORD", 4),
        patch.object(fast_rows, "_FEW_BLOCKS", 1000),
    ):
        yield


SCANNERS = ["numpy", "c"] if scan_library() else ["numpy"]


@contextlib.contextmanager
def fast_for_all(scanner: str) -> Iterator[Seen]:
    """Send files of any size through the fast reader with a scanner, and see what it does."""
    seen = Seen()
    read, split = fast_rows.FastRows.read, plain_blocks.split_block

    def watched_read(self: fast_rows.FastRows, *arguments: object) -> FileRows | None:
        seen.rows.append(read(self, *arguments))  # type: ignore[arg-type]
        return seen.rows[-1]

    def watched_split(*arguments: object) -> plain_blocks.ColumnBlock | None:
        found = split(*arguments)  # type: ignore[arg-type]
        seen.split.append(found is not None)
        return found

    with (
        patch.dict(os.environ, {VARIABLE: scanner}),
        patch.object(fast_rows, "SMALLEST", 0),
        patch.object(fast_rows.FastRows, "read", watched_read),
        patch.object(fast_rows, "split_block", watched_split),
    ):
        yield seen


def outcome(path: Path, options: ReadOptions) -> Table | tuple[str, ...]:
    """The table, or what is wrong with the file."""
    try:
        return read_table(path, options)
    except DataError as error:
        return (error.code, str(error), *error.details)


def assert_equal(careful: Table | tuple[str, ...], fast: Table | tuple[str, ...]) -> None:
    if isinstance(careful, tuple) or isinstance(fast, tuple):
        assert careful == fast
        return
    assert fast.names == careful.names
    for one, other in zip(careful.columns, fast.columns, strict=True):
        assert (one.kind, one.flags, one.unit, one.missing, one.distinct, one.labels) == (
            *(other.kind, other.flags, other.unit, other.missing, other.distinct, other.labels),
        )
        assert one.numbers.tobytes() == other.numbers.tobytes() or np.isnan(one.numbers).any()
        np.testing.assert_array_equal(one.numbers, other.numbers)
        np.testing.assert_array_equal(np.signbit(one.numbers), np.signbit(other.numbers))
        np.testing.assert_array_equal(one.codes, other.codes)
    np.testing.assert_array_equal(fast.lines, careful.lines)
    assert (fast.rejects, fast.issues) == (careful.rejects, careful.issues)
    assert (fast.warnings, fast.notes, fast.report) == (careful.warnings, careful.notes, careful.report)


def read_both(path: Path, text: str | bytes, options: ReadOptions = _AS_FOUND) -> Seen:
    """Read a text in each way, assert that the tables are equal, and return what the fast reader did."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
    with small_chunks():
        careful = outcome(path, options)
        every = []
        for scanner in SCANNERS:
            with fast_for_all(scanner) as seen:
                assert_equal(careful, outcome(path, options))
            every.append(seen)
    assert len({seen.taken for seen in every}) == 1
    return every[-1]


@pytest.fixture
def both(tmp_path: Path):
    def read(text: str | bytes, options: ReadOptions = _AS_FOUND) -> Seen:
        return read_both(tmp_path / "table.csv", text, options)

    return read


def numbers(n: int = 40, delimiter: str = ",", end: str = "\n") -> str:
    rng = np.random.default_rng(1)
    rows = (
        f"{i}{delimiter}{x:.6f}{delimiter}{x * 1e9:.3e}{delimiter}{i % 2}" for i, x in enumerate(rng.normal(size=n))
    )
    return end.join([delimiter.join(["id", "b", "c", "y"]), *rows]) + end


@pytest.mark.parametrize(
    "text",
    [
        numbers(),
        numbers(delimiter=";"),
        numbers(delimiter="\t"),
        numbers(end="\r\n"),
        numbers().rstrip(),
        numbers() + "\n\n",
        numbers().replace(",", ", "),
        "\ufeff" + numbers(),
        "Titel\n\n" + numbers(),
        numbers().split("\n", 1)[1],
        numbers().replace("id", "größe", 1).encode("cp1252"),
        numbers().replace("b", "", 1),
    ],
    ids=[
        "plain",
        "semicolon",
        "tab",
        "crlf",
        "no-end",
        "blank-end",
        "blanks",
        "mark",
        "title",
        "no-header",
        "cp1252",
        "unnamed",
    ],
)
def test_clean_files_are_split_in_blocks(both, text: str | bytes) -> None:
    seen = both(text)
    assert seen.taken
    assert sum(seen.split) >= len(seen.split) - 1


@pytest.mark.parametrize(
    ("dirt", "is_one_row"),
    [
        ("1,2,3", False),
        ("1,2,3,4,5", False),
        ("", False),
        (",,,", False),
        ("1,,3,4", True),
        ("1,x,3,4", True),
        ("01,2,3,4", True),
        ("1,nan,3,4", True),
        ("1,1e999,3,4", True),
        (f"1,{2**60},3,4", True),
        ('1,"2",3,4', False),
        ('1,"2,3,4', False),
        ("#", False),
        ("id,b,c,y", False),
        ("1,1.2.3,3,4", True),
        ("1,ä,3,4", True),
        ("1,1_000,3,4", True),
        ("1,+5,3,4", True),
        ("1,٣,3,4", True),
        ("1,−3,3,4", True),
        ("1,0x1F,3,4", True),
        ("1,inf,3,4", True),
    ],
)
def test_only_the_block_with_dirt_is_read_line_by_line(both, dirt: str, is_one_row: bool) -> None:
    lines = numbers(200).split("\n")
    lines.insert(150, dirt)
    seen = both("\n".join(lines))
    assert seen.taken
    assert seen.split.count(False) <= (0 if is_one_row else 2)


@pytest.mark.parametrize("dirt", ["1,\0,3,4", "1,2,3,4\r", "1,\x01,3,4", b"1,\xff,3,4"])
def test_files_that_are_not_all_text_go_the_careful_way(both, dirt: str | bytes) -> None:
    dirt = dirt if isinstance(dirt, bytes) else dirt.encode()
    lines = numbers(200).encode().split(b"\n")
    assert not both(b"\n".join([*lines[:150], dirt + b"\r" * dirt.endswith(b"\r"), *lines[150:]])).taken


def test_a_named_decimal_comma_goes_the_careful_way(both) -> None:
    assert not both(numbers(delimiter=";"), ReadOptions(decimal=",")).rows


def test_thousands_that_another_column_proves_are_read_as_such(both) -> None:
    rows = "".join(f"{i}.{i:03};{i},5\n" for i in range(100, 200))
    seen = both("a;b\n" + rows)
    assert seen.taken
    assert len(seen.rows) == 2


def test_a_file_with_quotes_everywhere_goes_the_careful_way(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + '1,"x"\n' * 400, encoding="utf-8")
    with small_chunks(), patch.object(fast_rows, "_FEW_BLOCKS", 4), fast_for_all("numpy") as seen:
        assert read_table(path).n_rows == 400
    assert not seen.taken
    assert len(seen.split) < 10


def test_more_rows_than_guessed_find_room(both) -> None:
    seen = both("a,b\n" + "1.000000000000,2.000000000000\n" * 30 + "1,2\n" * 3000)
    assert seen.taken


def test_each_nasty_file_is_the_same_either_way() -> None:
    for path in sorted((Path(__file__).parent / "nasty").iterdir()):
        with small_chunks():
            careful = outcome(path, _AS_FOUND)
            for scanner in SCANNERS:
                with fast_for_all(scanner):
                    assert_equal(careful, outcome(path, _AS_FOUND))


CELLS = {
    "float": st.floats(allow_nan=False, allow_infinity=False).map(repr),
    "short": st.floats(-1e4, 1e4).map("{:.6g}".format),
    "whole": st.integers(-(10**4), 10**4).map(str),
    "doubtful": st.integers(100, 999).map("1.{}".format),
    "odd number": st.sampled_from(
        [
            "1_000",
            "1e999",
            "nan",
            "inf",
            "-inf",
            "+5",
            "+.5",
            "5.",
            ".5",
            ".",
            "-",
            "-0",
            "0.0",
            "-0.0",
            "1e5",
            "1E-05",
            "1e+300",
            "00",
            "007",
            "0x1F",
            "1,234",
            "1.234.567",
            "12%",
            "3€",
            "٣",
            "−4",
            "1e-400",
            "9007199254740993",
            "9007199254740993.0",
            "0.1e0001",
            "1e",
            "1e+",
            "--1",
            "+-1",
            "1-2",
            "1.5e3.2",
            "2.5kg",
            "1e5e5",
        ]
    ),
    "date": st.dates().map(str),
    "word": st.sampled_from(["red", "dark blue", "größe", "a.b.c", "", "NA", "?", "ja", "#", "\u2028", " x ", "\xa0"]),
    "any": st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=6),
    "digits": st.text("0123456789.+-eE ", max_size=24),
}


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A table with whatever may be in one."""
    delimiter = draw(st.sampled_from(",,,;\t|"))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=2, max_size=4))
    header = [f"x{place}" for place in range(len(kinds))]
    common = [CELLS[kind] for kind in kinds]
    rare = st.one_of(*CELLS.values(), st.sampled_from(["", " ", '"a"', '"a\nb"', '"', "'", "NA", "n.a."]))
    lines = draw(st.sampled_from([[], [delimiter.join(header)], ["title", "", delimiter.join(header)]]))
    for _ in range(draw(st.integers(1, 40))):
        match draw(st.integers(0, 30)):
            case 0:
                lines.append(delimiter.join(draw(st.lists(rare, max_size=6))))
            case 1:
                place = draw(st.integers(0, len(kinds) - 1))
                cells = [draw(rare if place == other else cell) for other, cell in enumerate(common)]
                lines.append(delimiter.join(cells))
            case 2:
                lines.append(draw(st.sampled_from([delimiter.join(header), "# comment", "", delimiter * len(kinds)])))
            case _:
                lines.append(delimiter.join(map(draw, common)))
    raw = (end.join(lines) + draw(st.sampled_from(["", end, end + end]))).encode()
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(raw)))
        raw = raw[:place] + draw(st.sampled_from([b"\0", b"\x01", b"\r", b"\xff", b"\xe4", b"\t"])) + raw[place:]
    return draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf"])) + raw


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(text=b"\xef\xbb\xbf,,1.100\n\n\n\n", options=ReadOptions(encoding="cp1252"))
@given(
    text=texts(),
    options=st.sampled_from([_AS_FOUND, _AS_FOUND, ReadOptions(header=True), ReadOptions(encoding="utf-8")]),
)
def test_any_file_is_the_same_either_way(tmp_path: Path, text: bytes, options: ReadOptions) -> None:
    read_both(tmp_path / "table.csv", text, options)
