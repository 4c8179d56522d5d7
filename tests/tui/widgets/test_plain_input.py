from textual.app import App, ComposeResult
from textual.events import Key

from tui_ann.tui.widgets.plain_input import PlainInput


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
