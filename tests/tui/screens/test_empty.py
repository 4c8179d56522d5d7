"""A screen before anything is open: one card with three keys."""

import pytest

from tests.tui.pilots import press, running, settle, steady, text_of
from tui_ann.tui.widgets.panes import Panes


@pytest.mark.parametrize("digit", ["1", "2", "3", "4", "5", "6"])
async def test_an_empty_screen_is_one_card_with_three_keys(digit):
    async with running(None, digit, size=(80, 24)) as (app, pilot):
        text = text_of(app)
        for words in ("Nothing is open yet", "0   examples and recent work", "^o   a file of your own", "?   help"):
            assert words in text
        assert not any(panes.is_on_screen for panes in app.screen.query(Panes))
        await app.opener.open("sample:xor")
        await settle(pilot)
        await press(pilot, digit)
        assert "Nothing is open yet" not in text_of(app)
        assert app.screen.query_one(Panes).is_on_screen


@pytest.mark.parametrize(("digit", "key"), [("1", "f Picture"), ("2", "a Add"), ("3", "space Run"), ("4", "→ Part")])
async def test_an_empty_screen_lists_no_action_that_needs_something_open(digit, key):
    async with running(None, digit, size=(160, 24)) as (app, pilot):
        assert (await steady(app, pilot)).splitlines()[-1].split() == ["?", "Help", "^p", "Keys", "q", "Quit"]
        await app.opener.open("sample:xor")
        await settle(pilot)
        await press(pilot, digit)
        assert key in (await steady(app, pilot)).splitlines()[-1]


async def test_an_error_names_the_key_that_helps(tmp_path):
    path = tmp_path / "gaps.csv"
    path.write_text("a,b,y\n" + "1,2,0\n3,,1\n5,6,0\n7,8,1\n2,3,0\n3,4,1\n" * 3, encoding="utf-8")
    async with running(path, "M", "home", "enter", "enter") as (app, _):
        text = " ".join(text_of(app).split())
        assert "M on Data: Chooses what happens to rows with missing cells." in text
        assert "Set missing cells: median" in text
