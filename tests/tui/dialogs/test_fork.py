"""The dialog that forks a run, by keys alone."""

from textual.widgets import Input

from tests.tui.pilots import press, running
from tui_ann.tui.dialogs.settings_form import SettingsForm


async def test_the_arrow_keys_go_between_the_update_and_the_settings():
    async with running("sample:xor", "3", "e", "e", "6", "w") as (app, pilot):
        form, update = app.screen.query_one(SettingsForm), app.screen.query_one("#update", Input)
        await press(pilot, "down", "up")
        assert app.focused is form
        await press(pilot, "up")
        assert app.focused is update
        await press(pilot, "up", "down")
        assert app.focused is form
        assert form.cursor == 0


async def test_digits_typed_first_are_the_update():
    async with running("sample:xor", "3", *"eeee", "6", "w", "down") as (app, pilot):
        update = app.screen.query_one("#update", Input)
        await press(pilot, "1", "2")
        assert app.focused is update
        assert update.value == "12"
        await press(pilot, "down", "up", "3")
        assert update.value == "3", "a field that is entered by its key begins anew"
