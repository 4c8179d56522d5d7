"""A choice is found by its first letters."""

import pytest

from tests.tui.pilots import press, running
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.widgets.row_list import RowList
from tui_ann.tui.widgets.typed_start import TypedStart

NAMES = ["SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "Leaky ReLU"]


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["a"], "Adagrad"),
        ([*"adam"], "Adam"),
        ([*"adag"], "Adagrad"),
        (["a", "a"], "Adam"),
        (["a", "a", "a"], "Adagrad"),
        ([*"leak"], "Leaky ReLU"),
        (["j", "j", "k"], "Momentum"),
        (["x"], "SGD"),
        (["r", "g"], "SGD"),
    ],
)
async def test_letters_go_to_the_next_choice_that_begins_with_them(keys, chosen):
    answers = []
    async with running("sample:xor") as (app, pilot):
        app.push_screen(
            ChooseDialog("Rule", [Choice(name, name) for name in NAMES], "SGD"), lambda answer: answers.append(answer)
        )
        await press(pilot, *keys)
        assert NAMES[app.screen.query_one(RowList).cursor] == chosen
        await press(pilot, "enter")
    assert answers[0].value == chosen


def test_a_pause_begins_anew():
    now = [0.0]
    typed = TypedStart(lambda: now[0])
    assert typed.row("a", NAMES, 0) == 3
    now[0] = 2.0
    assert typed.row("d", NAMES, 3) is None
    assert typed.row("s", NAMES, 3) == 0
