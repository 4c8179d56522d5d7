"""Help: what is under the cursor, then the keys in two columns, the signs of the pictures, then the page."""

import re

import pytest

from tests.tui.pilots import press, running, settle, text_of
from tui_ann.tui.content.colours import data_colours, own_themes
from tui_ann.tui.content.glossary import glossary, page
from tui_ann.tui.keys.actions import BY_ID
from tui_ann.tui.keys.modes import MODES


async def help_of(digit: str, size: tuple[int, int] = (120, 200)) -> str:
    async with running("sample:xor", digit, "question_mark", size=size) as (app, pilot):
        await press(pilot)
        return text_of(app)


async def test_the_cursor_comes_before_the_keys_and_the_signs_before_the_text():
    text = await help_of("3")
    assert re.search(r" n  Makes one update, then waits\. +\S+( \S+)*  [A-Z]", text)
    parts = ("Under the cursor: The loss curve", "Keys", "Signs in the pictures", "The space bar starts and pauses")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("digit", "34567")
async def test_the_first_page_explains_what_is_under_the_cursor_on_a_small_terminal_too(digit):
    text = await help_of(digit, (80, 24))
    title = re.search(r"Help · (.+?) ─", text)
    assert title is not None
    assert re.search(rf"Under the cursor: {re.escape(title[1])}.*\n", text)
    assert "Keys" in text


async def test_a_narrow_help_has_the_sentences_of_all_keys_in_one_column():
    text = await help_of("3", (80, 120))
    assert re.search(r" n  Makes one update, then waits\. +\W*\n", text)


async def test_every_key_is_shown_at_once():
    async with running("sample:xor", "2", "question_mark", size=(80, 120)) as (app, pilot):
        for width in (80, 100, 120, 200):
            await pilot.resize_terminal(width, 120)
            await settle(pilot)
            text = text_of(app)
            for key in ("a", "⏎", "C", "J", "K", "P", "^s", "q"):
                assert re.search(rf" {re.escape(key)}  [A-Z]", text), (width, key)


@pytest.mark.parametrize("mode", [mode.id for mode in MODES])
def test_pages_name_actions_that_exist(mode):
    assert {name for name in re.findall(r"\{(\w+\.\w+)\}", page(mode))} <= set(BY_ID)


async def test_a_page_shows_the_keys_of_the_user():
    async with running("sample:xor", "2") as (app, pilot):
        app._keymap = {"build.reset": "ctrl+g"}
        await press(pilot, "question_mark", "end")
        assert "^g restores the proposed value" in " ".join(text_of(app).split())


@pytest.mark.parametrize("mode", [mode.id for mode in MODES])
def test_signs_have_colours_that_exist(mode):
    known = {"", *data_colours(own_themes()[0])}
    for entry in glossary().legend(mode):
        assert entry.colour in known
        assert entry.text.endswith(".")
