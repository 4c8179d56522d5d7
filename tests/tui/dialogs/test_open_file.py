from textual.widgets import Input

from tests.tui.pilots import press, running, table, text_of, type_text


async def test_a_path_is_completed_and_opened(tmp_path):
    (tmp_path / "folder").mkdir()
    table(tmp_path / "folder")
    async with running(None, "o") as (app, pilot):
        await type_text(pilot, f"{tmp_path}/fo")
        await press(pilot, "tab")
        assert app.screen.query_one("#path", Input).value == f"{tmp_path}/folder/"
        await type_text(pilot, "sh")
        await press(pilot, "tab", "enter")
        assert app.current_mode == "data"
        assert app.open_name == "shapes"


async def test_folders_are_walked_with_the_arrows(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    table(tmp_path / "folder")
    monkeypatch.chdir(tmp_path)
    async with running(None, "o") as (app, pilot):
        await press(pilot, "down", "enter")
        assert app.screen.query_one("#path", Input).value == "folder/"
        assert "shapes.csv" in text_of(app)
        await press(pilot, "up", "enter")
        assert app.screen.query_one("#path", Input).value == ""
        await press(pilot, "down", "enter", "down", "enter")
        assert app.current_mode == "data"


async def test_blanks_before_a_path_hide_nothing(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    table(tmp_path / "folder")
    monkeypatch.chdir(tmp_path)
    async with running(None, "o", "space") as (app, pilot):
        assert "nothing matches" not in text_of(app)
        await type_text(pilot, "fo")
        await press(pilot, "tab")
        assert app.screen.query_one("#path", Input).value == "folder/"


async def test_a_path_that_is_not_there_is_refused_with_another_try(tmp_path):
    async with running(None, "o") as (app, pilot):
        await type_text(pilot, f"{tmp_path}/nowhere.csv")
        assert "nothing matches" in text_of(app)
        await press(pilot, "enter")
        assert "Cannot open this" in text_of(app)
        await press(pilot, "enter")
        assert "Open a file" in text_of(app)


async def test_a_folder_that_cannot_be_read_is_said(tmp_path):
    async with running(None, "o") as (app, pilot):
        await type_text(pilot, f"{tmp_path}/nowhere/x")
        assert "There is no such folder." in text_of(app)


async def test_an_entry_is_taken_with_a_click(tmp_path, monkeypatch):
    table(tmp_path)
    monkeypatch.chdir(tmp_path)
    async with running(None, "o") as (app, pilot):
        await pilot.click("#entries", offset=(6, 1), times=2)
        await press(pilot)
        assert app.current_mode == "data"


async def test_the_home_of_nobody_is_refused(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    async with running(None, "o") as (app, pilot):
        await type_text(pilot, "~nobody-of-this-name/data.csv")
        await press(pilot, "enter")
        assert "Cannot open this" in text_of(app)
