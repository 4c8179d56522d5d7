"""Names or values: what the first row is, and how names become unique."""

import pytest

from tui_ann.data.read.header import is_header, is_second_header, is_sparse, unique_names


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        (["x", "y"], [["1", "2"]]),
        (["x", "y"], []),
        (["farbe", "form"], [["rot", "rund"], ["blau", "eckig"]]),
        (["x", "farbe"], [["?", "rot"], ["2", "rot"]]),
        (["land", "2019", "2020"], [["A", "5", "6"], ["B", "7", "8"]]),
        (["id", "2020", "2019"], [["1", "5", "6"], ["2", "7", "8"]]),
        (["0", "1", "2", "3"], [["5.1", "3.5", "1.4", "a"]]),
        (["", "x"], [["0", "1.5"], ["1", "2.5"]]),
        (["name", "100m", "400m"], [["A", "10.5", "50.1"], ["B", "11", "51"]]),
        (["datum", "v"], [["01.02.2024", "x"], ["02.02.2024", "y"]]),
    ],
)
def test_names(first: list[str], rows: list[list[str]]) -> None:
    assert is_header(first, rows)


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        (["5.1", "rot"], [["4.9", "rot"], ["4.7", "blau"]]),
        (["1", "2", "3"], []),
        (["rot", "rund"], [["blau", "rund"], ["rot", "eckig"]]),
        (["", ""], [["1", "2"]]),
        (["50 kg", "A"], [["60 kg", "B"], ["70 kg", "A"]]),
        (["x", "0.5", "1.5"], [["1", "0.7", "2.5"], ["2", "0.9", "3.5"]]),
        (["01.02.2024", "a"], [["02.02.2024", "b"], ["03.02.2024", "c"]]),
    ],
)
def test_values(first: list[str], rows: list[list[str]]) -> None:
    assert not is_header(first, rows)


def test_a_header_again_further_down_is_still_one() -> None:
    assert is_header(["a", "b"], [["x", "y"], ["a", "b"], ["z", "w"]])


def test_second_header() -> None:
    rows = [["1", "2", "rot"], ["3", "4", "blau"]]
    assert is_second_header(["kg", "m", ""], rows)
    assert not is_second_header(["5", "m", "rot"], rows)
    assert not is_second_header(["x", "", "rot"], rows)


def test_sparse_rows_are_titles() -> None:
    assert is_sparse(["Titel", "", "", ""])
    assert not is_sparse(["a", "b", ""])
    assert not is_sparse(["a", ""])


def test_unique_names() -> None:
    names, twice, blank = unique_names(["x", "", "x", "x_2", "x", "column_2", ""])
    assert names[0] == "x"
    assert len(set(names)) == len(names)
    assert all(name.startswith("x") for name in (names[2], names[4]))
    assert names[3] == "x_2"
    assert names[5] == "column_2"
    assert (twice, blank) == (["x"], [1, 6])
