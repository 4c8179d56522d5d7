"""Cutting lines into records: several lines in quotes, quotes never closed, chunks that end anywhere."""

import pytest

from tui_ann.data.read.records import RecordReader, Sieve, TextRecord
from tui_ann.data.read.sniff import Cut


def records(text: str, chunk: int = 1000, width: int | None = 3) -> list[tuple[int, list[str] | None]]:
    reader = RecordReader(Cut(","), width)
    lines = text.splitlines(keepends=True)
    found: list[TextRecord] = []
    for start in range(0, len(lines), chunk):
        found += reader.feed(lines[start : start + chunk], start + 1)
    found += reader.end()
    return [(record.line, record.cells) for record in found]


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_cells_over_several_lines_in_chunks_of_any_size(chunk: int) -> None:
    text = 'a,b,c\n1,"x\ny\r\n\nz",3\n4,"5 ""zoll""",6\n"7\n","8","9\n"\n'
    assert records(text, chunk) == [
        (1, ["a", "b", "c"]),
        (2, ["1", "x\ny\r\n\nz", "3"]),
        (6, ["4", '5 "zoll"', "6"]),
        (7, ["7\n", "8", "9\n"]),
    ]


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_a_quote_never_closed_gives_up_its_own_line_only(chunk: int) -> None:
    text = '1,2,3\n4,"5,6\n7,8,9\n10,"11",12\n13,14,"15\n16,17,18\n'
    assert records(text, chunk) == [
        (1, ["1", "2", "3"]),
        (2, None),
        (3, ["7", "8", "9"]),
        (4, ["10", "11", "12"]),
        (5, None),
        (6, ["16", "17", "18"]),
    ]


def test_text_behind_a_closing_quote_is_taken_with_good_will() -> None:
    assert records('1,"2"x,3\n4,5,6\n') == [(1, ["1", "2x", "3"]), (2, ["4", "5", "6"])]


def test_a_quote_inside_a_cell_is_a_letter() -> None:
    assert records('1,5" Rohr,3\n4,5,6\n') == [(1, ["1", '5" Rohr', "3"]), (2, ["4", "5", "6"])]


def test_a_quote_that_would_swallow_thousands_of_lines_is_given_up() -> None:
    text = '1,"2,3\n' + "4,5,6\n" * 5000
    found = records(text, 700)
    assert found[0] == (1, None)
    assert len(found) == 5001


def sift(text: str, **settings) -> tuple[list[list[str]], list[int], Sieve]:
    sieve = Sieve(Cut(","), 3, ["a", "b", "c"], **settings)
    kept = sieve.feed(text.splitlines(keepends=True), 2)
    rest = sieve.end()
    return kept.cells + rest.cells, [*kept.lines, *rest.lines], sieve


def test_rows_that_do_not_fit_are_listed_with_line_reason_and_text() -> None:
    cells, lines, sieve = sift("1,2,3\n1,2\n\n1,2,3,4\n a ,b,c\n , ,\n4,,6\n,8,9\n")
    assert cells == [["1", "2", "3"], ["4", "", "6"], ["", "8", "9"]]
    assert lines == [2, 8, 9]
    assert [(reject.line, reject.reason, reject.expected, reject.found, reject.text) for reject in sieve.rejects] == [
        (3, "too_few_fields", 3, 2, "1,2"),
        (5, "too_many_fields", 3, 4, "1,2,3,4"),
        (6, "repeated_header", 3, 3, " a ,b,c"),
    ]
    assert sieve.blank == 1
    assert sieve.empty == [7]


def test_comments_are_counted_not_kept() -> None:
    cells, _, sieve = sift("1,2,3\n# a,b,c\n4,5,6\n", comment="#")
    assert (cells, sieve.comments) == ([["1", "2", "3"], ["4", "5", "6"]], 1)


def test_the_text_of_a_reject_is_cut() -> None:
    _, _, sieve = sift("x" * 5000 + "\n")
    assert len(sieve.rejects[0].text) == 200
