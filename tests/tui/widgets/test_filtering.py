"""The filter of lists and tables: `&` and a text; Escape shows all rows."""

from tests.tui.hosts import WidgetHost
from tests.tui.pilots import press, running, table, text_of
from tests.tui.pilots import shown as shown_screen
from tui_ann.tui.widgets.data_view import DataView, TableColumn
from tui_ann.tui.widgets.filtering import FilterLine
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.row_list import Row, RowList

NAMES = ["Fruit", "apple", "pear", "Trees", "oak", "Animals", "ape", "Ox"]
HEADINGS = frozenset({0, 3, 5})


def row(index: int, width: int) -> Row:
    return Row(((NAMES[index], ""),), heading=index in HEADINGS)


def lines(view: RowList | DataView) -> list[str]:
    return [line for y in range(view.size.height) if (line := view.render_line(y).text.rstrip())]


async def test_a_list_shows_rows_with_a_text_under_their_headings() -> None:
    rows = RowList(id="rows")
    async with WidgetHost(rows).run_test(size=(70, 12)) as pilot:
        rows.show(len(NAMES), row, headings=HEADINGS, cursor=6)
        rows.focus()
        assert rows.filter.keep("AP", 1.0) == ""
        await pilot.pause()
        assert lines(rows) == ["Fruit", "apple", "Animals", "ape"]
        assert rows.cursor == 6
        assert str(rows.border_subtitle) == "filter “AP”: 2 of 5 rows · & or esc shows all"
        await pilot.press("up")
        assert rows.cursor == 1
        await pilot.press("end")
        assert rows.cursor == 6
        assert rows.filter.keep("no such", 1.0) == "no row contains it"
        assert len(lines(rows)) == 4
        rows.filter.keep("o", 1.0)  # hides the row of the cursor
        await pilot.pause()
        assert lines(rows) == ["Trees", "oak", "Animals", "Ox"]
        assert rows.cursor == 7
        rows.show(len(NAMES), row, headings=HEADINGS)  # the same list once more
        assert len(lines(rows)) == 4
        rows.show(3, row, headings=frozenset({0}))
        assert lines(rows) == ["Fruit", "apple", "pear"]
        assert not rows.has_class("-filtered")


async def test_a_table_keeps_the_row_numbers_of_the_file() -> None:
    view = DataView()
    async with WidgetHost(view).run_test(size=(70, 12)) as pilot:
        view.set_data([TableColumn("n", str), TableColumn("name", lambda row: f"x{row % 7}")], 800)
        view.focus()
        view.move_cursor(16, 1)
        assert view.filter.keep("X2", 1.0) == ""
        await pilot.pause()
        assert [line.split() for line in lines(view)[1:4]] == [["3", "2", "x2"], ["10", "9", "x2"], ["17", "16", "x2"]]
        assert view.cursor == (2, 1)
        assert view.row == 16
        assert view.describe() == "Row 17 of 800, name: x2"
        assert view.text_at(1, 0) == "9"
        assert str(view.border_subtitle) == "filter “X2”: 114 of 800 rows · & or esc shows all"
        await pilot.press("escape")
        assert view.cursor == (16, 1)
        assert view.n_rows == 800
        view.filter.keep("x2", 1.0)
        view.set_data([TableColumn("n", str)], 5)
        assert view.n_rows == 5
        assert not view.filter.wanted


async def test_a_minus_sign_can_be_typed() -> None:
    view = DataView()
    async with WidgetHost(view).run_test(size=(70, 12)):
        view.set_data([TableColumn("n", lambda row: f"{row - 2}".replace("-", "−"))], 5)
        assert view.filter.keep("-", 1.0) == ""
        assert list(view.filter.shown) == [0, 1]


async def test_a_filter_of_a_long_table_stops_when_its_time_is_over() -> None:
    view = DataView()
    async with WidgetHost(view).run_test(size=(70, 12)):
        view.set_data([TableColumn("n", str)], 10**8)
        assert view.filter.keep("7", 0.01) == ""
        assert " of the first " in str(view.border_subtitle)
        assert view.filter.keep("z", 0.01).startswith("not in the first ")


async def test_keys_filter_a_table_and_show_it_all_again(tmp_path) -> None:
    async with running(table(tmp_path)) as (app, pilot):
        view = app.screen.query_one(DataView)
        view.focus()
        await press(pilot, "&", *"square")
        assert view.n_rows == 4
        await press(pilot, "enter")
        assert app.screen.focused is view
        assert not app.screen.query(FilterLine)
        assert "filter “square”: 4 of 8 rows · & or esc shows all" in text_of(app)
        await press(pilot, ":", "6", "enter")
        assert view.row == 5
        await press(pilot, ":", "7", "enter")
        assert "the filter hides this row" in text_of(app)
        await press(pilot, "escape", "&", *"zzz", "enter")
        assert "no row contains it" in text_of(app)
        await press(pilot, "escape")
        assert view.n_rows == 8
        await press(pilot, "&", *"gus", "enter", "&", "enter")
        assert view.n_rows == 8
        assert "filter" not in text_of(app)


async def test_keys_filter_the_entries_of_the_start_screen() -> None:
    async with running(None) as (app, pilot):
        rows = app.screen.query_one(RowList)
        await press(pilot, "&", *"spiral", "enter")
        assert 0 < len(rows.filter.shown) < rows.count
        assert "spiral" in rows.reading.line(rows.cursor).casefold()
        assert "& or esc shows all" in text_of(app)
        await press(pilot, "escape")
        assert len(rows.filter.shown) == rows.count


async def test_a_matrix_of_numbers_has_no_filter() -> None:
    async with running("sample:xor", "3") as (app, pilot):
        app.screen.query_one(MatrixView).focus()
        await press(pilot, "&")
        assert not app.screen.query(FilterLine)


async def test_the_images_follow_the_filter(monkeypatch) -> None:
    async with running("sample:digits", "1") as (app, pilot):
        view = app.screen.query_one(DataView)
        view.focus()
        shown: list[int] = []
        monkeypatch.setattr(shown_screen(app).body.pictures, "_show_images", shown.append)
        wanted = view.text_at(5, view.n_columns - 1)
        await press(pilot, "&", *wanted)
        assert shown
        assert shown[-1] == view.row
