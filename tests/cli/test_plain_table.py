"""Tables as plain lines: as rich lays them out, only quicker."""

import io
import random

import pytest
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tui_ann.cli import terminal
from tui_ann.cli.plain_table import blocks
from tui_ann.text import clean


def laid_out_by_rich(titles, rows, right, widest):
    out = io.StringIO()
    console = Console(file=out, width=10_000, highlight=False, markup=False, emoji=False)
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, title in enumerate(titles):
        table.add_column(Text(clean(title)), justify="right" if index in right else "left")
    for row in rows:
        table.add_row(*(Text(clean(cell, widest)) for cell in row))
    console.print(table)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_table_of_any_text_looks_as_rich_would_have_it():
    draw = random.Random(1)

    def text(length):
        return "".join(draw.choices("ab c0日é\u0301\x1b\n-.∇", k=draw.randint(0, length))).strip()

    for _ in range(40):
        titles = [text(9) for _ in range(draw.randint(1, 4))]
        rows = [[text(20) for _ in titles] for _ in range(draw.randint(0, 5))]
        right = {index for index in range(len(titles)) if draw.random() < 0.5}
        lines = "".join(blocks(titles, rows, right=right, widest=12)).splitlines()
        assert lines == laid_out_by_rich(titles, rows, right, 12)


def test_many_rows_come_in_blocks_under_one_head():
    rows = [[str(index), f"{index / 7:.3f}"] for index in range(10_000)]
    several = list(blocks(["row", "share"], rows, right=(0, 1), widest=60))
    assert len(several) == 4
    lines = "".join(several).splitlines()
    assert lines[0] == " row      share"
    assert {len(line) for line in lines} == {len(lines[0])}
    assert [line.split() for line in lines[2:]] == rows


def test_lines_are_cut_to_the_room_there_is():
    rows = [["1", "a long label indeed", "2.5"]]
    lines = "".join(blocks(["row", "predicted", "y"], rows, right=(0, 2), widest=60, room=24)).splitlines()
    assert lines == ["row   predicted        y", "─" * 24, "  1   a long labe…   2.5"]
    cramped = "".join(blocks(["row", "predicted", "y"], rows, right=(0, 2), widest=60, room=2)).splitlines()
    assert cramped[2] == "1   …   …"  # a cell of each column stays, however little room there is


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("times", [10, 600])
def test_on_a_terminal_neither_few_nor_many_rows_are_wider_than_it(monkeypatch, times):
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr("sys.stdout", screen := Screen())
    terminal.show_table(["row", "label"], [["1", "a label of many words that do not fit"]] * times, right=(0,))
    lines = screen.getvalue().splitlines()
    assert max(len(line.rstrip()) for line in lines if "\x1b" not in line) <= 30
    assert (len(lines) == times + 2) == (times == 600)  # few are wrapped instead of cut


def test_many_rows_never_meet_rich(monkeypatch, capsys):
    monkeypatch.setattr("rich.table.Table.__init__", lambda *_, **__: pytest.fail("laid out by rich"))
    terminal.show_table(["row"], [[str(index)] for index in range(5_000)], right=(0,))
    assert len(capsys.readouterr().out.splitlines()) == 5_002
