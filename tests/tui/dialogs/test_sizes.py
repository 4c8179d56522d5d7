"""Dialogs on a large screen: wider and higher where their content gains from it."""

import pytest

from tests.tui.pilots import press, running, settle, steady, text_of
from tui_ann.session.labs.words import lab_words
from tui_ann.tui.widgets.whole_note import WholeNote

LARGE, USUAL = (200, 50), (120, 36)
DIALOGS = {
    "microscope": ("sample:worked-example", ("4", "n", "m")),
    "what if": ("sample:worked-example", ("4", "n", "w")),
    "help": ("sample:xor", ("3", "question_mark")),
    "palette": ("sample:xor", ("3", "ctrl+p")),
    "open": ("sample:xor", ("ctrl+o",)),
}


@pytest.mark.parametrize("name", DIALOGS)
async def test_a_dialog_grows_with_the_screen(name):
    source, keys = DIALOGS[name]
    async with running(source, *keys, size=USUAL) as (app, pilot):
        usual = app.screen.query_one(".dialog").region.width
        await pilot.resize_terminal(*LARGE)
        await settle(pilot)
        assert app.screen.query_one(".dialog").region.width > usual


async def test_help_stays_inside_the_screen_and_is_used_to_its_end():
    async with running("sample:xor", "4", "question_mark", size=LARGE) as (app, _):
        box = app.screen.query_one(".dialog").region
        assert box.right <= 200
        assert box.height > 30


async def test_a_list_is_as_wide_as_its_longest_choice_and_shows_all_themes():
    async with running("sample:xor", "ctrl+t", size=LARGE) as (app, pilot):
        assert app.screen.query_one("#choices").size.height == len(app.available_themes)
        assert app.screen.query_one(".dialog").region.width == 72
        await press(pilot, "escape", "2", "tab", "tab", "home", "enter")
        assert "…" not in "\n".join(
            line for line in text_of(app).splitlines() if "│" in line and "crossentropy" in line
        )


async def test_the_note_of_a_choice_is_whole_below_a_list_without_room_for_it():
    async with running("sample:xor", "6", "number_sign", "down", size=(80, 24)) as (app, pilot):
        note = app.screen.query_one(WholeNote)
        assert str(note.content).strip() == lab_words()["variant"].shows
        assert "Batch, mini-batch and stochastic from one start: epochs against" in await steady(app, pilot)
        await press(pilot, "escape", "ctrl+t")
        assert not app.screen.query_one(WholeNote).size.height
