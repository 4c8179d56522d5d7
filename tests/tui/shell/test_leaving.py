"""Leaving the application: at once, safely, and with what runs kept."""

import math
import shutil
from functools import partial
from types import SimpleNamespace

from tests.tui.pilots import press, running, settle, shown, text_of, trained, type_text, updates, updates_some
from tui_ann.errors import SessionError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.compare.forking import ForkWish
from tui_ann.session.store.unfinished import left_in
from tui_ann.tui.dialogs.messages import ConfirmDialog, NotSavedDialog
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.dialogs.progress import WaitDialog
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
            await press(pilot, "e", "e")
            await trained(pilot)
            await press(pilot, "space")
            await updates_some(app, pilot)
            await pilot.press("ctrl+q")
        left = app.session.workspace.run.trainer.update
        assert left > 0
        async with running() as (again, pilot):
            assert "Unfinished" in text_of(again)
            lines = [line for line in text_of(again).splitlines() if "◐ iris" in line or "   iris " in line]
            assert len(lines) == 1
            assert "just now · epoch " in lines[0]
            assert set("▁▂▃▄▅▆▇█") & set(lines[0])
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
            assert "Enter opens it, paused; Space continues." in text_of(again)
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
            monkeypatch.setattr(app.session, "preserve", full)
            await press(pilot, "q")
            assert isinstance(app.screen, NotSavedDialog)
            assert "No space is left. Make room." in text_of(app)
            assert all(words in text_of(app) for words in ("Save to …", "Quit and lose the run", "Stay"))
            await press(pilot, "escape")
            assert app.current_mode == "train"
            await press(pilot, "0", *["down"] * 6, "enter")
            assert isinstance(app.screen, ConfirmDialog)
            await press(pilot, "enter")
            assert app.session.workspace.experiment.name == "linear-by-hand"

    async def test_forks_are_asked_about_and_can_be_saved(self, tmp_path):
        app = TuiAnnApp("sample:xor")
        async with app.run_test() as pilot:
            await settle(pilot)
            session = app.session
            session.runs.one_update()
            for update in (0, 1):
                made = session.forking.fork(ForkWish(session.runs.prepare(), update, "training.learning_rate", 0.3))
                made.owner.call(partial(made.advance, updates=3))
            await press(pilot, "q")
            assert isinstance(app.screen, NotSavedDialog)
            assert "2 runs on Compare are not saved: B xor, C xor." in " ".join(text_of(app).replace("│", " ").split())
            await press(pilot, "escape")
            assert app.current_mode == "train"
            await press(pilot, "q")
            await pilot.press("enter")
        assert app.return_code == 0
        saved = [RunFolder.open(folder) for folder in session.store.root.iterdir()]
        assert sorted(folder.record().updates for folder in saved) == [1, 3, 4]
        assert [left.update for left in left_in(session.paths.recovery)] == [1], "the forks are runs on the list"

    async def test_forks_that_cannot_be_saved_are_asked_about_again(self, monkeypatch):
        async with running("sample:xor") as (app, pilot):
            session = app.session
            session.runs.one_update()
            made = session.forking.fork(ForkWish(session.runs.prepare(), 0, "training.learning_rate", 0.3))
            made.owner.call(lambda: made.advance(updates=1))
            monkeypatch.setattr(session.store, "save", lambda *_: full())
            await press(pilot, "q", "enter")
            assert "The runs cannot be saved. No space is left. Make room." in " ".join(text_of(app).split())
            await press(pilot, "escape")
            assert app.current_mode == "train"
            assert not isinstance(app.screen, WaitDialog | NotSavedDialog)

    async def test_forks_are_lost_only_if_that_is_chosen(self):
        app = TuiAnnApp("sample:xor")
        async with app.run_test() as pilot:
            await settle(pilot)
            session = app.session
            session.runs.one_update()
            made = session.forking.fork(ForkWish(session.runs.prepare(), 0, "training.learning_rate", 0.3))
            made.owner.call(lambda: made.advance(updates=1))
            await press(pilot, "q", "tab")
            await pilot.press("enter")
        assert app.return_code == 0
        assert len(list(session.store.root.iterdir())) == 1
        assert [left.update for left in left_in(session.paths.recovery)] == [1]

    async def test_a_fork_is_offered_after_a_signal(self):
        async with running("sample:xor") as (app, pilot):
            await press(pilot, "n")
            await updates(app, pilot, 1)
            session = app.session
            made = session.forking.fork(ForkWish(session.runs.prepare(), 1, "training.learning_rate", 0.3))
            made.owner.one_update(6).result(10)
            session.preserve()
            session.close()
        async with running() as (again, pilot):
            assert text_of(again).count("◐ xor") == 2
            assert sorted(left.update for left in again.unfinished()) == [1, 7]
            await press(pilot, "enter")
            assert again.session.workspace.run.trainer.update in (1, 7)

    async def test_points_that_were_drawn_are_kept_without_asking(self):
        app = TuiAnnApp()
        async with app.run_test() as pilot:
            await settle(pilot)
            await app.opener.open_drawing()
            await settle(pilot)
            await press(pilot, "a", "right", "right", "right", "a")
            assert app.session.own_data.drawn.n_rows == 2
            await pilot.press("q")
        assert app.return_code == 0
        async with running() as (again, pilot):
            assert shown(again).entry.name == "drawn"
            await press(pilot, "enter")
            assert again.current_mode == "explore"
            assert again.session.own_data.drawn.n_rows == 2

    async def test_it_can_be_saved_elsewhere(self, monkeypatch, tmp_path):
        app = TuiAnnApp("sample:xor")
        async with app.run_test() as pilot:
            await settle(pilot)
            await press(pilot, "n")
            await updates(app, pilot, 1)
            monkeypatch.setattr(app.session, "preserve", full)
            await press(pilot, "q", "enter")
            assert isinstance(app.screen, OpenDialog)
            await type_text(pilot, str(tmp_path / "elsewhere"))
            await pilot.press("enter")
        assert RunFolder.open(tmp_path / "elsewhere").record().updates == 1
        assert app.return_code == 0

    async def test_it_can_be_lost(self, monkeypatch):
        app = TuiAnnApp("sample:xor")
        async with app.run_test() as pilot:
            await settle(pilot)
            monkeypatch.setattr(app.session, "preserve", full)
            await press(pilot, "q", "tab")
            await pilot.press("enter")
        assert app.return_code == 0


class TestAHomeThatCannotBeWritten:
    async def test_a_full_disk_is_told_at_the_start_and_stays_visible(self, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0, total=1))
        async with running("sample:xor") as (app, pilot):
            assert any("Runs are not kept in" in note.message for note in app._notifications)
            for screen in "01234":
                await press(pilot, screen)
                assert "not being kept: disk full" in text_of(app)

    async def test_what_was_told_at_the_start_is_not_told_again_in_other_words(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0, total=0))
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "recovery").write_text("in the way", encoding="utf-8")
        async with running("sample:xor", "n") as (app, pilot):
            await updates(app, pilot, 1)
            assert "not being kept: folder not writable" in text_of(app)
            (told,) = [note.message for note in app._notifications if "kept" in note.message]
            assert told.endswith("folder not writable. S saves a run into another folder.")

    async def test_a_run_that_is_not_kept_says_so_until_it_is(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "recovery").write_text("in the way", encoding="utf-8")
        async with running("sample:xor") as (app, pilot):
            assert "not being kept" not in text_of(app)
            await press(pilot, "space")
            await trained(pilot)
            assert "✗ not being kept: folder not writable" in text_of(app)
            assert any("The run is not being kept. Cannot write" in note.message for note in app._notifications)
            (tmp_path / "home" / "recovery").unlink()
            app.session.store._kept._open._aside._last = -math.inf  # the next attempt is due
            await press(pilot, "4")
            while "✗ not being kept" in text_of(app):
                await press(pilot, "left")
                app._look()
                await settle(pilot)


def full():
    raise SessionError("No space is left.", remedy="Make room.", code="cannot_write")
