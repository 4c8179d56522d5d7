"""Keys that are pressed faster than the application can follow act as if they were pressed one by one."""

import asyncio
import threading

from textual.events import Key, Paste
from textual.widgets import Input

from tests.tui.pilots import press, press_at_once, running, settle, table
from tui_ann.errors import SessionError
from tui_ann.tui.dialogs.messages import ErrorDialog
from tui_ann.tui.dialogs.progress import ProgressDialog
from tui_ann.tui.shell.app import TuiAnnApp


def layers(app):
    return len(app.session.workspace.experiment.network.layers)


async def slow_opening(app, pilot, monkeypatch):
    """Start to open something that fails, once the event is set; its progress is shown."""
    begun, release = threading.Event(), threading.Event()

    def slow(source, **_):
        begun.set()
        release.wait(10)
        raise SessionError("It cannot be read.")

    monkeypatch.setattr(app.session.workspace, "open", slow)
    await app.opener.open("sample:iris", patience=0)
    await asyncio.to_thread(begun.wait, 10)
    await pilot.pause()
    return release


class TestDialogs:
    async def test_a_dialog_gets_the_keys_that_follow_the_one_that_opens_it(self):
        async with running("sample:iris", "2") as (app, pilot):
            first = layers(app)
            await press_at_once(pilot, *["a", "enter"] * 4)
            assert layers(app) == first + 4
            assert len(app.screen_stack) == 1

    async def test_text_is_typed_into_the_field_that_a_key_opens(self):
        async with running("sample:iris", "2") as (app, pilot):
            await press_at_once(pilot, "enter", "enter", "ctrl+u", "1", "7", "enter", "4")
            assert app.session.workspace.experiment.network.layers[0].units == 17
            assert app.current_mode == "step"

    async def test_keys_after_the_answer_are_for_the_screen_below(self):
        async with running("sample:iris") as (app, pilot):
            await press_at_once(pilot, "question_mark", "escape", "2", "ctrl+p", "escape", "5")
            assert app.current_mode == "explore"


async def test_a_line_feed_is_the_enter_that_was_typed_before_the_program_ran():
    async with running("sample:iris", "2") as (app, pilot):
        first = layers(app)
        await press_at_once(pilot, "a", "ctrl+j")
        assert layers(app) == first + 1


class TestOpening:
    async def test_a_key_pressed_while_a_file_is_opened_is_for_the_screen_that_shows_it(self):
        async with running() as (app, pilot):
            await press_at_once(pilot, "enter", "5")
            assert app.open_name == "spirals"
            assert app.current_mode == "explore"

    async def test_keys_typed_before_the_program_is_there_are_for_the_file_it_was_started_with(self, tmp_path):
        app = TuiAnnApp(table(tmp_path))
        async with app.run_test(size=(120, 36)) as pilot:
            await press_at_once(pilot, "2", "a", "enter", "4")
            assert layers(app) == 3
            assert app.current_mode == "step"

    async def test_what_was_typed_for_a_file_that_cannot_be_read_is_forgotten(self, monkeypatch):
        async with running() as (app, pilot):
            release = await slow_opening(app, pilot, monkeypatch)
            for key in ("5", "enter"):
                app.post_message(Key(key, None))
            await pilot.pause()
            release.set()
            await settle(pilot)
            assert isinstance(app.screen, ErrorDialog)
            assert app.current_mode == "start"

    async def test_escape_still_cancels_whatever_was_typed_before_it(self, monkeypatch):
        async with running() as (app, pilot):
            release = await slow_opening(app, pilot, monkeypatch)
            dialog = app.screen
            assert isinstance(dialog, ProgressDialog)
            for key in ("5", "escape"):
                app.post_message(Key(key, None))
            assert await asyncio.to_thread(dialog.cancelled.wait, 10)
            release.set()
            await settle(pilot)
            assert app.screen_stack == [app.screen]
            assert app.current_mode == "start"


async def test_a_key_is_not_held_up_by_a_widget_that_never_answers(monkeypatch):
    monkeypatch.setattr("tui_ann.tui.shell.key_order._PATIENCE", 0.1)
    async with running("sample:iris") as (app, pilot):
        with monkeypatch.context() as deaf:
            deaf.setattr(app.focused, "call_later", lambda *_: True)
            app.post_message(Key("2", "2"))
            while app.current_mode != "build":
                await asyncio.sleep(0)
        await press(pilot, "4")
        assert app.current_mode == "step"


async def test_a_paste_stays_between_the_keys_around_it():
    async with running("sample:iris") as (app, pilot):
        app.post_message(Key("ctrl+o", None))
        app.post_message(Paste("some/pa"))
        app.post_message(Key("t", "t"))
        await settle(pilot)
        assert app.screen.query_one(Input).value.endswith("some/pat")
