"""Saving from the application."""

import errno

from textual.widgets import Input

from tests.tui.pilots import press, running, settle, text_of, type_text
from tui_ann.experiment import atomic
from tui_ann.session.store import storage
from tui_ann.tui.dialogs.messages import ErrorDialog


class TestSaving:
    async def test_save_writes_a_run_folder_and_remembers_it(self):
        async with running("sample:xor", "ctrl+s") as (app, _):
            assert "Saved in" in str([note.message for note in app._notifications])
            assert app.recents.entries()[0].kind == "run"

    async def test_save_as_asks_for_the_folder(self, tmp_path):
        async with running("sample:xor", "S") as (_, pilot):
            await type_text(pilot, str(tmp_path / "mine"))
            await press(pilot, "enter")
            assert (tmp_path / "mine" / "experiment.toml").is_file()

    async def test_a_folder_that_is_in_use_is_refused_and_nothing_lost(self, tmp_path):
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "run.json").write_text("{}", encoding="utf-8")
        (tmp_path / "mine" / "experiment.toml").write_text("", encoding="utf-8")
        async with running("sample:xor", "S") as (app, pilot):
            await type_text(pilot, str(tmp_path / "mine"))
            await press(pilot, "enter")
            assert isinstance(app.screen, ErrorDialog)
            assert (tmp_path / "mine" / "run.json").read_text(encoding="utf-8") == "{}"

    async def test_a_home_that_cannot_be_written_offers_another_folder(self, tmp_path, monkeypatch):
        def refuse(run, folder):
            raise atomic.cannot_write(folder, PermissionError(errno.EACCES, "Permission denied"))

        async with running("sample:xor") as (app, pilot):
            with monkeypatch.context() as patched:
                patched.setattr(storage, "save", refuse)
                await press(pilot, "ctrl+s")
            assert "Save to …" in text_of(app)
            await pilot.click("#remedy")
            await settle(pilot)
            assert "folder to save into" in text_of(app)
            assert "data.csv" not in app.screen.query_one("#path", Input).placeholder
            await type_text(pilot, str(tmp_path / "mine"))
            await press(pilot, "enter")
            assert (tmp_path / "mine" / "experiment.toml").is_file()
