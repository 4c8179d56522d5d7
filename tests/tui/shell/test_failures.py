import asyncio
from functools import partial

import pytest
from textual.events import Click, MouseDown
from textual.geometry import Offset
from textual.widgets import Static

from tests.tui.pilots import press, running, settle, text_of
from tui_ann.errors import SessionError
from tui_ann.tui.dialogs.messages import CrashDialog, ErrorDialog
from tui_ann.tui.keys.remedies import remedy_action
from tui_ann.tui.screens.start import StartScreen
from tui_ann.tui.screens.train import TrainScreen
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.shell.failures import bug_report
from tui_ann.tui.shell.rebuilding import MOST_FAILURES, ScreenRebuilder
from tui_ann.tui.widgets.row_list import RowList


class BlunderError(RuntimeError):
    pass


def blunder(*_):
    raise BlunderError("two and two are [b]five[/b]")


async def test_a_mistake_in_an_action_is_shown_and_the_application_lives_on(monkeypatch):
    monkeypatch.setattr(StartScreen, "action_do", blunder)
    monkeypatch.setattr(StartScreen, "check_action", lambda *_: True)
    app = TuiAnnApp()
    async with app.run_test() as pilot:
        await press(pilot, "delete")
        assert isinstance(app.screen, CrashDialog)
        assert "BlunderError: two and two are [b]five[/b]" in text_of(app)
        await press(pilot, "f2")
        assert "Python 3" in text_of(app)
        await press(pilot, "escape", "1")
        assert app.current_mode == "data"


async def test_a_mistake_in_a_message_of_a_screen_is_shown(monkeypatch):
    monkeypatch.setattr(StartScreen, "on_row_list_moved", blunder)
    app = TuiAnnApp()
    async with app.run_test() as pilot:
        await press(pilot, "down")
        assert isinstance(app.screen, CrashDialog)
        await press(pilot, "enter")
        assert app.current_mode == "start"


async def test_going_on_shows_the_present_state_after_a_picture_that_broke(monkeypatch):
    app = TuiAnnApp("sample:iris")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        whole = TrainScreen.show_snapshot
        broken: list[bool] = []

        def show_snapshot(screen, shot):
            if shot and shot.update and not broken:
                broken.append(shot)
                blunder()
            whole(screen, shot)

        monkeypatch.setattr(TrainScreen, "show_snapshot", show_snapshot)
        await pilot.press("n")
        for _ in range(500):
            if isinstance(app.screen, CrashDialog):
                break
            await asyncio.sleep(0.01)
        await press(pilot, "escape")
        assert not isinstance(app.screen, CrashDialog)
        assert app.failures.seen
        assert app.current_mode == "train"
        assert "update 1" in text_of(app)
        assert "update 0" not in text_of(app)
        await app.runner.stop()


async def test_a_widget_that_breaks_is_made_anew(monkeypatch):
    monkeypatch.setattr(RowList, "on_click", blunder)
    app = TuiAnnApp()
    async with app.run_test() as pilot:
        app.screen.query_one(RowList).post_message(Click(None, 1, 1, 0, 0, 1, False, False, False))
        for _ in range(500):  # a pilot would wait for the broken widget
            await asyncio.sleep(0)
            if isinstance(app.screen, CrashDialog):
                break
        await settle(pilot)
        assert isinstance(app.screen, CrashDialog)
        await press(pilot, "enter")
        assert isinstance(app.screen, StartScreen)
        await press(pilot, *["down"] * 7, "enter")
        assert app.open_name == "linear-unit"


async def test_a_picture_that_cannot_be_drawn_ends_it_only_after_a_few_tries(monkeypatch):
    async def draw_again_and_again():
        app = TuiAnnApp()
        async with app.run_test() as pilot:
            monkeypatch.setattr(RowList, "render_line", blunder)
            for _ in range(20 * MOST_FAILURES):  # a screen that is being rebuilt has no list yet
                for row_list in app.screen.query(RowList):
                    row_list.refresh()
                await pilot.pause()
                app.refresh(layout=True)
                await pilot.pause()

    with pytest.raises(BlunderError):
        await draw_again_and_again()


async def test_a_mistake_in_a_thread_is_shown_and_the_run_is_safe(monkeypatch):
    app = TuiAnnApp("sample:xor")
    async with app.run_test() as pilot:
        await settle(pilot)
        monkeypatch.setattr(app.session.runs, "prepare", blunder)
        await press(pilot, "space")
        await settle(pilot, "training")
        assert isinstance(app.screen, CrashDialog)
        assert "Nothing was lost." in text_of(app)


async def test_a_refusal_is_shown_with_its_remedy_and_no_markup(monkeypatch):
    def full(*_):
        raise SessionError("No space is left on [red]disk[/].", remedy="Make room.", code="cannot_write")

    app = TuiAnnApp("sample:xor")
    async with app.run_test() as pilot:
        await settle(pilot)
        monkeypatch.setattr(app.session.store, "save", full)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ErrorDialog)
        assert "No space is left on [red]disk[/]." in text_of(app)
        assert "Make room." in text_of(app)


async def test_quit_from_the_dialog(monkeypatch):
    monkeypatch.setattr(StartScreen, "on_row_list_moved", blunder)
    app = TuiAnnApp()
    async with app.run_test() as pilot:
        await press(pilot, "down", "tab", "tab", "enter")
    assert app.return_code == 0


async def test_debugging_lets_a_mistake_through(monkeypatch):
    monkeypatch.setenv("TUI_ANN_DEBUG", "1")
    monkeypatch.setattr(StartScreen, "on_row_list_moved", blunder)

    async def go_wrong():
        async with TuiAnnApp().run_test() as pilot:
            await press(pilot, "down")

    with pytest.raises(BlunderError):
        await go_wrong()


def test_the_report_names_versions_and_place():
    try:
        blunder()
    except BlunderError as error:
        report = bug_report(error)
    assert "textual 8." in report
    assert "in blunder" in report


def test_a_training_part_of_one_class_is_cured_by_the_split():
    assert remedy_action(SessionError("", remedy='Use split = "stratified".', code="one_class")) == "data.split"
    assert remedy_action(SessionError("", remedy="Choose another target.", code="one_class")) == "data.target"
    assert remedy_action(SessionError("", code="something_else")) is None


def test_static_texts_of_the_program_are_not_read_as_markup():
    assert Static("x", markup=False)._render_markup is False


async def test_two_errors_at_once_replace_the_screen_one_after_the_other():
    async with running("sample:xor", "1") as (app, pilot):
        rebuilder, done = ScreenRebuilder(app), list[str]()
        for name in ("first", "second"):
            assert rebuilder.start(partial(done.append, name))
        await settle(pilot)
        assert done == ["first", "second"]
        assert app.current_mode == "data"
        await press(pilot, "2", "1")
        assert "Columns" in text_of(app)


async def test_a_press_on_a_widget_that_has_left_its_parent_is_dropped(monkeypatch):
    async with running(None) as (app, pilot):
        gone = Static()
        monkeypatch.setattr(app.screen, "get_widget_and_offset_at", lambda x, y: (gone, Offset(0, 0)))
        app.post_message(MouseDown(None, 5, 5, 0, 0, 1, False, False, False, 5, 5))
        await settle(pilot)
        assert not app.failures.seen
        assert app.screen._select_state is None
