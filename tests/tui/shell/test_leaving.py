"""Leaving the application: at once, safely, and with what runs kept."""

from tests.tui.pilots import press, running, settle, text_of, type_text, updates, updates_some
from tui_ann.errors import SessionError
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.shell.app import TuiAnnApp


class TestLeaving:
    async def test_it_is_said_that_the_run_is_being_saved(self, monkeypatch):
        seen = []
        app = TuiAnnApp("sample:iris")
        async with app.run_test() as pilot:
            await settle(pilot)
            await press(pilot, "n")
            await updates(app, pilot, 1)
            preserve = app.session.preserve
            monkeypatch.setattr(app.session, "preserve", lambda: (seen.append(text_of(app)), preserve())[1])
            await pilot.press("q")
        assert "Saving" in seen[0]

    async def test_quitting_with_nothing_open_asks_nothing(self):
        app = TuiAnnApp()
        async with app.run_test() as pilot:
            await pilot.press("q")
        assert app.return_code == 0

    async def test_a_run_in_progress_is_kept_and_offered_again(self, tmp_path):
        app = TuiAnnApp("sample:iris")
        async with app.run_test() as pilot:
            await settle(pilot)
            app.runner.change_speed(-99)
            await press(pilot, "space")
            await updates_some(app, pilot)
            await pilot.press("ctrl+q")
        left = app.session.workspace.run.trainer.update
        assert left > 0
        async with running() as (again, pilot):
            assert "Unfinished" in text_of(again)
            await press(pilot, "enter")
            assert again.current_mode == "train"
            assert again.session.workspace.run.trainer.update == left
            assert again.snapshot.update == left

    async def test_an_unfinished_run_can_be_forgotten(self):
        app = TuiAnnApp("sample:iris")
        async with app.run_test() as pilot:
            await settle(pilot)
            await press(pilot, "n")
            await updates(app, pilot, 1)
            await pilot.press("q")
        async with running() as (again, pilot):
            await press(pilot, "delete")
            assert isinstance(again.screen, ConfirmDialog)
            await press(pilot, "enter")
            assert "Unfinished" not in text_of(again)

    async def test_quitting_works_while_a_text_is_typed(self):
        app = TuiAnnApp()
        async with app.run_test() as pilot:
            await pilot.press("o")
            await type_text(pilot, "q")
            assert isinstance(app.screen, OpenDialog)
            await pilot.press("ctrl+q")
        assert app.return_code == 0

    async def test_a_run_that_cannot_be_saved_is_asked_about(self, monkeypatch):
        async with running("sample:xor") as (app, pilot):

            def full():
                raise SessionError("No space is left.", remedy="Make room.", code="cannot_write")

            monkeypatch.setattr(app.session, "preserve", full)
            await press(pilot, "q")
            assert isinstance(app.screen, ConfirmDialog)
            assert "No space is left. Make room." in text_of(app)
            await press(pilot, "escape")
            assert app.current_mode == "train"
            await press(pilot, "0", *["down"] * 5, "enter")
            assert isinstance(app.screen, ConfirmDialog)
            await press(pilot, "enter")
            assert app.session.workspace.experiment.name == "linear-by-hand"
