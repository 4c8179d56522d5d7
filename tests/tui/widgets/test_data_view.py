from collections.abc import Callable
from functools import partial

import pytest

from tests.tui.hosts import WidgetHost
from tui_ann.tui.widgets.data_view import DataView, TableColumn
from tui_ann.tui.widgets.grid import GridView

HOSTILE = ["plain", "\x1b[2Jwiped", "[@click=app.quit]x[/]", "日本語", "", "a\nb", "\u202eabc", "x" * 300]


def lines(view: DataView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def table() -> tuple[list[TableColumn], int]:
    return [
        TableColumn("age", lambda row: f"{row * 1.5:.1f}", right=True),
        TableColumn("note [red]", lambda row: HOSTILE[row % 8]),
        TableColumn("label", lambda row: "yes" if row % 2 else "no", role="target"),
    ], 8


async def test_a_table(golden: Callable[[str], None]) -> None:
    view = DataView()
    async with WidgetHost(view).run_test(size=(70, 10)):
        view.set_data(*table())
        golden("\n".join(lines(view)))


async def test_a_million_rows() -> None:
    view = DataView()
    asked = 0

    def cell(row: int) -> str:
        nonlocal asked
        asked += 1
        return f"row {row}"

    async with WidgetHost(view).run_test(size=(60, 20)) as pilot:
        view.set_data([TableColumn(f"c{n}", cell) for n in range(20)], 1_000_000)
        view.focus()
        await pilot.press("end")
        assert view.describe() == "Row 1 000 000 of 1 000 000, c0: row 999999"
        assert lines(view)[-1].startswith(" 1 000 000  row 999999")
        await pilot.press("pageup", "home")
        assert view.cursor == (0, 0)
    assert asked < 60_000


def product(n: int, row: int) -> str:
    return str(row * n)


async def test_five_thousand_columns() -> None:
    view = DataView()
    async with WidgetHost(view).run_test(size=(60, 6)) as pilot:
        view.set_data([TableColumn(f"column {n}", partial(product, n)) for n in range(5000)], 100)
        view.focus()
        view.move_cursor(3, 4999)
        await pilot.pause()
        assert view.describe() == "Row 4 of 100, column 4999: 14997"
        assert "column 4999" in lines(view)[0]


async def test_nothing_to_show() -> None:
    view = DataView()
    async with WidgetHost(view).run_test(size=(30, 4)) as pilot:
        assert view.describe() == "The table is empty."
        view.set_data([], 0)
        view.focus()
        await pilot.press("down", "enter", "end")
        view.set_data([TableColumn("a", str)], 0)
        await pilot.press("down", "enter", "end")
        assert view.cursor == (0, 0)


async def test_messages_and_roles() -> None:
    seen: list[tuple[str, int, int]] = []

    class Host(WidgetHost):
        def on_grid_view_cursor_moved(self, event: GridView.CursorMoved) -> None:
            seen.append(("moved", event.row, event.column))

        def on_grid_view_chosen(self, event: GridView.Chosen) -> None:
            seen.append(("chosen", event.row, event.column))

    view = DataView()
    async with Host(view).run_test(size=(70, 10)) as pilot:
        view.set_data(*table())
        view.focus()
        await pilot.press("down", "right", "enter")
        await pilot.pause()
        assert seen == [("moved", 1, 0), ("moved", 1, 1), ("chosen", 1, 1)]
        view.set_roles(["target", "", "ignored"])
        assert view.cursor == (1, 1)
        assert view.cell(0, 0, 8)[1] != view.cell(0, 2, 8)[1]


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (200, 3), (2, 2)])
async def test_any_size(size: tuple[int, int]) -> None:
    view = DataView()
    async with WidgetHost(view).run_test(size=size) as pilot:
        view.set_data(*table())
        view.focus()
        await pilot.press("down", "right", "end", "home")
        assert all(len(line) <= size[0] for line in lines(view))


async def test_a_column_cut_at_the_edge_shows_what_fits_and_no_stripe_of_ellipses() -> None:
    view = DataView()
    async with WidgetHost(view).run_test(size=(26, 6)):
        view.set_data(
            [
                TableColumn("first column", lambda row: f"{row}.25", right=True),
                TableColumn("support calls", lambda row: str(row), right=True),
            ],
            4,
        )
        shown = lines(view)
        assert "support…" in shown[0]
        assert [line.split()[-1] for line in shown[1:5]] == ["0", "1", "2", "3"]
    async with WidgetHost(view := DataView()).run_test(size=(23, 6)):
        view.set_data(
            [
                TableColumn("first column", lambda row: f"{row}.25", right=True),
                TableColumn("amount", lambda row: f"{row}234567.5", right=True),
            ],
            4,
        )
        assert not any(line.endswith("…") for line in lines(view)[1:])
