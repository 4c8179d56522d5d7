"""Notes that disappear by themselves, and Ctrl+C."""

from tests.tui.pilots import press, running, trained
from tui_ann.tui.services.host import BRIEF


class TestCopyingByKey:
    async def test_without_a_selection_it_copies_what_the_cursor_is_on_and_says_how_to_quit(self):
        async with running("sample:worked-example", "4", "right", "ctrl+c", size=(80, 24)) as (app, _):
            (note,) = app._notifications
            assert note.message == "Copied the row: ▶ x (1, 2); ^c again copies all 26 lines · q quits"

    async def test_without_anything_to_copy_it_says_how_to_quit(self):
        async with running(None, "1", "ctrl+c", size=(80, 24)) as (app, _):
            assert [note.message for note in app._notifications] == ["There is nothing to copy here · q quits"]

    async def test_a_selection_is_copied(self):
        async with running("sample:xor") as (app, pilot):
            app.screen.text_select_all()
            await press(pilot, "ctrl+c")
            assert not app._notifications
            assert app.clipboard


async def test_that_nothing_can_be_undone_is_not_said_any_longer_than_it_is_so():
    async with running("sample:xor", "2") as (app, pilot):
        await press(pilot, "u")
        assert [note.message for note in app._notifications] == ["There is nothing to undo."]
        await press(pilot, "tab", "tab", "down", "down", "+")
        assert "There is nothing to undo." not in [note.message for note in app._notifications]


async def test_what_the_status_line_says_too_is_shown_briefly():
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        await press(pilot, "n")
        notes = [note for note in app._notifications if "The run has ended" in note.message]
        assert [note.timeout for note in notes] == [BRIEF]
