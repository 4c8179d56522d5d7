"""The fast way for large files of numbers gives the table that the slow way gives, or steps aside."""

from pathlib import Path

import numpy as np
import pytest

from tui_ann.data.read import delimited, matrix
from tui_ann.data.read.reader import ReadOptions, read_table
from tui_ann.data.read.table import Table


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Reads a text either way, and says whether the fast one took it."""

    def read(text: str | bytes, options: ReadOptions | None = None) -> tuple[Table, Table, bool]:
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        slow = read_table(path, options or ReadOptions())
        taken = []
        real = matrix.read_matrix

        def watched(*arguments: object) -> matrix.Matrix | None:
            taken.append(real(*arguments))  # type: ignore[arg-type]
            return taken[-1]

        with monkeypatch.context() as patch:
            patch.setattr(matrix, "SMALLEST", 0)
            patch.setattr(delimited, "SMALLEST", 0)
            patch.setattr(matrix, "_BLOCK", 50)
            patch.setattr(delimited, "read_matrix", watched)
            fast = read_table(path, options or ReadOptions())
        return slow, fast, bool(taken) and taken[0] is not None

    return read


def assert_equal(slow: Table, fast: Table) -> None:
    assert fast.report == slow.report
    assert fast.names == slow.names
    assert fast.warnings == slow.warnings
    np.testing.assert_array_equal(fast.lines, slow.lines)
    for one, other in zip(slow.columns, fast.columns, strict=True):
        assert (one.kind, one.flags, one.missing, one.distinct) == (
            other.kind,
            other.flags,
            other.missing,
            other.distinct,
        )
        np.testing.assert_array_equal(one.numbers, other.numbers)


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
def test_both_ways_agree(both, text: str | bytes) -> None:
    slow, fast, taken = both(text)
    assert taken
    assert_equal(slow, fast)


@pytest.mark.parametrize(
    "dirt",
    [
        "1,2,3",
        "1,2,3,4,5",
        "",
        "1,,3,4",
        "1,x,3,4",
        "01,2,3,4",
        "1,nan,3,4",
        "1,1e999,3,4",
        f"1,{2**60},3,4",
        '1,"2",3,4',
        "#",
        "id,b,c,y",
        "1,1.2.3,3,4",
        "1,ä,3,4",
    ],
)
def test_whatever_is_not_plain_goes_the_slow_way(both, dirt: str) -> None:
    lines = numbers(200).split("\n")
    lines.insert(150, dirt)
    slow, fast, taken = both("\n".join(lines))
    assert not taken
    assert [column.values() for column in fast.columns] == [column.values() for column in slow.columns]
    assert (fast.rejects, fast.issues, fast.warnings) == (slow.rejects, slow.issues, slow.warnings)


def test_a_named_decimal_comma_goes_the_slow_way(both) -> None:
    assert not both(numbers(delimiter=";"), ReadOptions(decimal=","))[2]


def test_more_rows_than_guessed_find_room(both) -> None:
    text = "a,b\n" + "1.000000000000,2.000000000000\n" * 30 + "1,2\n" * 3000
    slow, fast, taken = both(text)
    assert taken
    assert_equal(slow, fast)


def test_distinct_values_are_counted_over_all_rows() -> None:
    values = np.array([[1.0, 2.0, 1.0], [3.0, 3.0, 3.0], [1.0, 2.0, 3.0]])
    assert matrix.distinct_in(values).tolist() == [2, 1, 3]
