"""Vim's keys in lists and tables: j k gg G, search and "go to row"."""

from tests.tui.pilots import press, running, settle, table, text_of, type_text
from tui_ann.experiment.keys import put
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.widgets.data_view import DataView
from tui_ann.tui.widgets.finding import PromptLine, search
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.row_list import RowList


def test_a_search_goes_round_once_and_ignores_case():
    texts = ["Anna", "ben", "anna", "cleo"]
    assert search(texts.__getitem__, 4, 1, "ANNA", 1.0) == (2, 2)
    assert search(texts.__getitem__, 4, 3, "anna", 1.0) == (0, 2)
    assert search(texts.__getitem__, 4, 0, "dan", 1.0) == (None, 4)


def test_a_search_in_a_long_table_stops_when_its_time_is_over():
    place, looked = search(lambda place: "", 10**9, 0, "x", 0.01)
    assert place is None
    assert 0 < looked < 10**9


async def test_letters_move_in_a_list():
    async with running(None) as (app, pilot):
        rows = app.screen.query_one(RowList)
        first = rows.cursor
        await press(pilot, "j", "j")
        assert rows.cursor > first + 1
        await press(pilot, "k")
        assert first < rows.cursor
        await press(pilot, "G")
        assert rows.cursor == rows.count - 1
        await press(pilot, "g", "g")
        assert rows.cursor == first


async def test_a_text_is_found_in_a_list_and_found_again():
    async with running(None) as (app, pilot):
        rows = app.screen.query_one(RowList)
        await press(pilot, "/", *"worked")
        assert "worked" in rows.reading.line(rows.cursor).casefold()
        await press(pilot, "enter")
        assert not app.screen.query(PromptLine)
        assert app.screen.focused is rows
        found = rows.cursor
        await press(pilot, "/", "enter")
        assert rows.cursor == found or "worked" in rows.reading.line(rows.cursor).casefold()
        await press(pilot, "/", *"no such thing", "enter")
        assert "not found" in text_of(app)
        await press(pilot, "escape")
        assert not app.screen.query(PromptLine)


async def test_the_hint_names_the_last_search_without_its_control_characters(monkeypatch):
    monkeypatch.setattr(PromptLine, "last", "")
    async with running(None, "/") as (app, pilot):
        await type_text(pilot, "\x9b31m[red]x")
        await press(pilot, "enter", "escape", "/")
        assert PromptLine.last == "\x9b31m[red]x"
        assert "text; Enter finds ·31m[red]x" in text_of(app)


async def test_a_list_that_has_become_shorter_is_searched_as_it_is_now():
    async with running("sample:xor", "2", "/") as (app, pilot):
        rows = app.screen.query_one(RowList)
        before = rows.count
        network = app.session.workspace.experiment.network
        app.session.workspace.edit(put(app.session.workspace.experiment, "network.layers", network.layers[-1:]))
        app.bench.changed()
        await settle(pilot)
        assert rows.count < before
        await press(pilot, *"no such layer", "enter")
        assert "not found" in text_of(app)


async def test_a_table_is_searched_cell_by_cell_and_has_row_numbers(tmp_path):
    async with running(table(tmp_path)) as (app, pilot):
        view = app.screen.query_one(DataView)
        view.focus()
        await press(pilot, "/", *"cleo", "enter")
        assert view.cursor == (2, 3)
        await press(pilot, ":", "7", "enter")
        assert view.cursor == (6, 3)
        await press(pilot, ":", "9", "9", "enter")
        assert "a number from 1 to 8" in text_of(app)
        await press(pilot, "escape", "g", "g")
        assert view.cursor == (0, 3)
        await press(pilot, "G")
        assert view.cursor == (7, 3)


async def test_a_letter_that_the_screen_uses_stays_with_the_screen():
    async with running("sample:xor", "4", "g") as (app, _):
        assert isinstance(app.screen, EntryDialog)


async def test_the_search_line_closes_when_something_else_is_used():
    async with running("sample:xor", "3") as (app, pilot):
        app.screen.query_one(MatrixView).focus()
        await press(pilot, ":")
        assert app.screen.query(PromptLine)
        await press(pilot, "tab")
        assert not app.screen.query(PromptLine)
