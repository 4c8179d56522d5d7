from textual.app import App, ComposeResult
from textual.events import Key, Paste

from tui_ann.text import count
from tui_ann.tui.widgets.plain_input import MOST_TYPED, PlainInput, visible


class Line(App[None]):
    def compose(self) -> ComposeResult:
        yield PlainInput("55")


async def test_keys_that_come_in_one_go_act_in_their_order():
    app = Line()
    async with app.run_test() as pilot:
        for key, character in (
            ("end", None),
            ("ctrl+u", "\x15"),
            ("1", "1"),
            ("2", "2"),
            ("backspace", "\x7f"),
            ("3", "3"),
        ):
            app.post_message(Key(key, character))
        await pilot.pause()
        assert app.query_one(PlainInput).value == "13"


async def test_what_is_too_long_is_cut_with_a_note():
    app = Line()
    async with app.run_test() as pilot:
        await pilot.press("end")
        app.post_message(Paste("x" * 100_000))
        await pilot.pause()
        field = app.query_one(PlainInput)
        assert field.value == "55" + "x" * (MOST_TYPED - 2)
        assert f"{count(MOST_TYPED - 2)} characters of {count(100_000)}" in next(iter(app._notifications)).message
        await pilot.press("a")
        assert len(field.value) == MOST_TYPED


def test_what_cannot_be_seen_is_shown_as_a_glyph():
    assert visible("plain text, 漢字") == "plain text, 漢字"
    assert visible("a\x1b\u200b\ud800\n") == "a␛··␊"
