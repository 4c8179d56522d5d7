"""Opening a database with several tables: the user chooses one."""

import sqlite3
from pathlib import Path

from tests.tui.pilots import press, running, settle, text_of
from tui_ann.tui.dialogs.choose import ChooseDialog


def database(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("create table notes (x)")
        connection.execute("create table points (a real, b real, y text)")
        rows = [(i / 40, (i * 7 % 40) / 40, "uv"[i > 19]) for i in range(40)]
        connection.executemany("insert into points values (?, ?, ?)", rows)
    return path


async def test_the_tables_are_offered_and_the_choice_is_part_of_the_experiment(tmp_path: Path) -> None:
    async with running(database(tmp_path / "two.db")) as (app, pilot):
        await pilot.pause()
        assert isinstance(app.screen, ChooseDialog)
        text = text_of(app)
        assert "notes" in text
        assert "points" in text
        await press(pilot, "down", "enter")
        await settle(pilot)
        assert app.session.workspace.experiment.data.table == "points"
        assert app.session.workspace.table is not None
        assert app.session.workspace.table.n_rows == 40
