"""Predict, then reveal on the Step screen, by keys alone."""

import re
from typing import Any

import numpy as np
import pytest
from textual import events
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, text_of, type_text
from tests.tui.stepping import formula, step_screen
from tui_ann.session.session import Session
from tui_ann.session.step.reveal import Practice
from tui_ann.text import cell_width
from tui_ann.text.entry import parse_number
from tui_ann.text.rounding import shown
from tui_ann.tui.dialogs.practice import AnswerInput, PracticeDialog
from tui_ann.tui.draw.ledger import short_value
from tui_ann.tui.draw.network_drawing import Lit
from tui_ann.tui.draw.practice import example, hint, how
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.ledger import LedgerView
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.part_numbers import PartNumbers

SMALL = (80, 24)
GROUPS = ("loading", "preparing", "stepping")


async def keys(pilot: Pilot[None], *names: str) -> None:
    """Press keys one by one, each with the steps it brings about."""
    for name in names:
        await pilot.press(name)
        await settle(pilot, *GROUPS)


async def answer(pilot: Pilot[None], text: str) -> None:
    """Type an answer and enter it."""
    await type_text(pilot, text)
    await keys(pilot, "enter")


def sheet(app: TuiAnnApp) -> PracticeDialog:
    """The sheet that asks."""
    assert isinstance(app.screen, PracticeDialog)
    return app.screen


def exact(app: TuiAnnApp) -> str:
    """What is asked for, to its last digit."""
    practice = sheet(app).practice
    assert practice.part is not None
    value = practice.part.value
    table = value if value.ndim == 2 else value.reshape(-1, 1)
    rows = table.tolist() if practice.entry is None else [[table[practice.entry]]]
    return "; ".join(" ".join(map(repr, row)) for row in rows)


async def until(app: TuiAnnApp, pilot: Pilot[None], symbol: str) -> None:
    """Answer rightly until this is asked."""
    while sheet(app).practice.part is not None and str(sheet(app).practice.part.symbol) != symbol:
        await answer(pilot, exact(app))


async def test_the_worked_example_with_the_new_weights_and_then_the_old_ones():
    async with running("sample:worked-example", size=SMALL) as (app, pilot):
        await keys(pilot, "4", "p")
        await answer(pilot, "1 2 1.65")
        assert "✗ z^[1]₃, in row 3, is not right. All else is right." in text_of(app)
        await keys(pilot, "ctrl+u")
        await answer(pilot, "2.5 twice")
        assert "2.5 twice" in text_of(app)
        assert sheet(app).practice.tries == 1
        await keys(pilot, "ctrl+u")
        await answer(pilot, "1; 2; 0.5+1")
        assert "✓ Right: z^[1] = (1, 2, 1.5)" in text_of(app)
        assert "What is z^[2]?  one number" in text_of(app)
        assert "⎣0.6 0.4⎦" in text_of(app)  # how z^[1] comes out, until something is typed
        await answer(pilot, "1.4")
        assert "✓ Right at the first try: z^[2]" in text_of(app)
        await keys(pilot, "enter")
        assert "⎣0.6 0.4⎦" not in text_of(app)
        await until(app, pilot, "dW1")
        assert "What is ∂L/∂W^[1]?  3 rows of 2 numbers" in text_of(app)
        await answer(pilot, "[[.144,.288],[.088,.176],[.056,.112]]")
        text = " ".join(re.sub(r"[│╭╮╰╯─]", " ", text_of(app)).split())
        assert "✗ ∂L/∂W^[1]₁₁ is the first wrong entry. You used the new W^[2]." in text
        assert "use the old W^[2]" in text
        assert under(app).selection.place.done == sheet(app).practice.index
        await keys(pilot, "ctrl+u")
        await answer(pilot, ".4*.4 .32; 3/25 .24; .08 .16")
        await until(app, pilot, "nothing")
        asked = len(sheet(app).practice.answered)
        assert f"Update 1: {asked - 2} of {asked} at the first try, {asked} in the end, 2 wrong answers." in text_of(
            app
        )
        assert "Mistakes: miscalculated, used the new weights." in text_of(app)
        assert app.session.stepper.place().complete
        await keys(pilot, "enter")
        assert sheet(app).practice.trace.update == 2
        assert "What is z^[1]?" in text_of(app)
        await keys(pilot, "escape")
        assert "The practice:" in text_of(app)
        await keys(pilot, "enter")
        assert app.screen.has_class("-practising") is False
        assert app.current_mode == "step"


async def test_hint_reveal_and_skip():
    async with running("sample:worked-example", size=SMALL) as (app, pilot):
        await keys(pilot, "4", "p", "f2")
        assert "Hint: The numbers are filled in; compute z^[1]." in text_of(app)
        assert "numbers" in text_of(app)
        assert "1.5)" not in text_of(app)
        await keys(pilot, "f3")
        assert "It is z^[1] = (1, 2, 1.5)" in text_of(app)
        assert "0 of 1 at the first try" in text_of(app)
        await keys(pilot, "ctrl+n")
        assert "Skipped: z^[2] = 1.4" in text_of(app)
        await keys(pilot, "ctrl+g")
        assert "l = 1/2 · (1.4 − 1)²" in text_of(app)
        await keys(pilot, "escape")
        assert "Hint" not in text_of(app)  # with nothing asked the keys of help go
        await keys(pilot, "f3", "x", "enter")
        assert app.current_mode == "step"
        assert app.session.stepper.place().done == 6


async def test_what_is_asked_stands_nowhere_on_the_screen():
    async with running("sample:logistic-unit", size=(200, 50)) as (app, pilot):
        await keys(pilot, "4", "n", "n", "n", "b", "b", "p")
        assert sheet(app).practice.trace.update == 2
        checked = 0
        while (part := sheet(app).practice.part) is not None:
            lines = text_of(app)
            texts = {shown(float(number), 4).lstrip("−") for number in part.value.ravel()}
            telling = {text for text in texts if len(text) > 5}
            assert not [text for text in telling if text in lines], part.symbol
            checked += bool(telling)
            await keys(pilot, "f3")
        assert checked > 10


def under(app: TuiAnnApp) -> Any:
    """The Step screen below the dialog."""
    return app.screen_stack[0]


async def test_practice_begins_where_the_update_stands():
    async with running("sample:worked-example") as (app, pilot):
        await keys(pilot, "4", "]", "p")
        assert str(sheet(app).practice.part.symbol) == "l"
        screen = under(app)
        assert str(screen.selection.part.symbol) == "l"
        before = screen.query_one(LedgerView).scroll_offset.y
        await keys(pilot, "pagedown", "down", "up", "pageup", "pageup", "pageup")
        assert screen.query_one(LedgerView).scroll_offset.y <= before
        await keys(pilot, "escape")
        assert app.screen is screen
        await keys(pilot, "n", "p")
        assert sheet(app).practice.trace.update == 2
        await keys(pilot, "escape")


async def test_at_the_end_of_the_run_its_last_update_is_asked():
    async with running("sample:linear-by-hand") as (app, pilot):
        await keys(pilot, "4", ">", "p")
        assert (sheet(app).practice.trace.update, sheet(app).practice.symbol) == (50, "z¹")
        await keys(pilot, "escape", ">", "[", "p", "f4", "f4")
        assert "Update 50: 0 of 2 at the first try." in text_of(app)
        await keys(pilot, "enter")
        assert sheet(app).practice.part is None


async def test_a_pasted_matrix_keeps_its_rows():
    async with running("sample:worked-example") as (app, pilot):
        await keys(pilot, "4", "p")
        app.screen.query_one(AnswerInput).post_message(events.Paste("1,\n2,\n1.5\n"))
        await pilot.pause()
        assert app.screen.query_one(AnswerInput).value == "1; 2; 1.5"
        assert "read as 3 numbers" in text_of(app)


async def test_the_loss_that_is_asked_is_not_in_the_loss_pane():
    async with running("sample:worked-example") as (app, pilot):
        await keys(pilot, "4", "n", "n", "b", "b")
        curve = under(app).query_one(LossCurve)
        known = curve.describe()
        assert "→" in known
        await keys(pilot, "p")
        assert curve.describe() == ""
        assert known not in text_of(app)
        await keys(pilot, "escape")
        assert curve.describe() == known


async def test_a_wrong_answer_counts_in_the_border():
    async with running("sample:worked-example") as (app, pilot):
        await keys(pilot, "4", "p")
        assert "nothing answered yet" in text_of(app)
        await answer(pilot, "7 8 9")
        assert "nothing answered yet" not in text_of(app)
        assert "0 of 1 at the first try, 1 wrong answer ─╯" in text_of(app)


async def test_a_wrong_answer_counts_in_the_summary_too():
    async with running("sample:worked-example", size=SMALL) as (app, pilot):
        await keys(pilot, "4", *["right"] * 6, "p")
        await answer(pilot, "0.16")
        await keys(pilot, "escape")
        text = text_of(app)
        assert "nothing answered" not in text
        assert "The practice: 0 of 1 at the first try, 1 wrong answer." in text
        assert "Mistakes: forgot the ½." in text
        assert "0 of 1 at the first try, 1 wrong answer ─╯" in text


async def test_all_panes_speak_of_one_part_while_it_is_asked_and_afterwards():
    async with running("sample:worked-example") as (app, pilot):
        await keys(pilot, "4", *["right"] * 4)
        screen = step_screen(app)
        picture, numbers = screen.query_one(NetworkPicture), screen.query_one(PartNumbers)
        before = screen.selection.index, formula(app), picture.lit, numbers.describe()
        await keys(pilot, "p")
        assert str(screen.selection.part.symbol) == "z2"
        assert picture.lit == Lit(frozenset({1, 2}), 2)
        await keys(pilot, "escape")
        assert (screen.selection.index, formula(app), picture.lit, numbers.describe()) == before
        await keys(pilot, "down")
        assert "z^[2]" in formula(app)
        assert picture.lit == Lit(frozenset({1, 2}), 2)


async def test_a_run_that_goes_on_is_paused_and_its_next_update_is_asked():
    async with running("sample:spirals") as (app, pilot):
        await keys(pilot, "3", "space", "4", "p")
        assert sheet(app).practice.trace.update == app.session.stepper.place().trace.update > 1
        assert not app.runner.running


async def test_without_an_update_nothing_is_asked():
    async with running(None, "4", "p") as (app, _):
        assert not isinstance(app.screen, PracticeDialog)


@pytest.mark.parametrize("sample", ["xor", "iris", "digits", "diabetes"])
async def test_what_an_answer_is_made_from_stands_beside_the_question(sample):
    session = Session()
    session.workspace.open(f"sample:{sample}")
    trace = session.stepper.trace_of(2)
    practice = Practice.begin(session.runs.prepare().network, trace)
    symbols = []
    while practice.part is not None:
        lines = how(practice, 76, 4, 4)
        assert 1 < len(lines) <= 4 or str(practice.part.symbol) == "L"
        assert all(cell_width(line) <= 76 for line in (*lines, *hint(practice, 76, 4)))
        written = " ".join(lines)
        assert all(f"{given.name} = " in written for given in practice.operands)
        assert written.endswith(short_value(practice.operands[-1].value, 6, 999))
        symbols.append(str(practice.part.symbol))
        practice = practice.give_up()
    assert "W1_new" in symbols
    assert ("L" in symbols) == (sample != "digits")  # 32 losses are too many to add up by hand


@pytest.mark.parametrize(
    ("size", "before", "symbol", "wrong"),
    [
        (SMALL, ("]", "]"), "dW1", "[[.144,.288],[.088,.176],[.056,.112]]"),
        ((120, 36), (), "z1", "0.9 1.9 1.4"),
        ((120, 36), (), "z1", "1 2 1.5"),
    ],
    ids=["80x24", "120x36", "worked"],
)
async def test_words_after_an_answer(golden, size, before, symbol, wrong):
    async with running("sample:worked-example", size=size) as (app, pilot):
        await keys(pilot, "4", *before, "p")
        await until(app, pilot, symbol)
        await answer(pilot, wrong)
        golden(text_of(app))


@pytest.mark.parametrize("sample", ["worked-example", "xor", "iris"])
async def test_the_example_of_an_answer_fits_and_is_never_the_answer(sample):
    async with running(f"sample:{sample}", size=SMALL) as (app, pilot):
        await keys(pilot, "4", "p")
        while (part := sheet(app).practice.part) is not None:
            field = sheet(app).query_one(AnswerInput)
            assert cell_width(field.placeholder) <= field.size.width
            typed = re.findall(r"[\d./*]*\d", field.placeholder)
            for number in (
                each for text in typed for each in (parse_number(text), *map(float, re.split("[*/]", text)))
            ):
                assert not np.isclose(part.value, number, rtol=1e-3).any(), part.symbol
            await keys(pilot, "f3")


def test_an_answer_of_all_numbers_has_an_example_without_any():
    assert example(np.array([0.4])) == "such as 1/3 or 2*0.7"
    assert example(np.array([1.4])) == "such as 5/7 or 9*0.6"
    assert example(np.array([[1.4, 5.4], [1.95, 0.0]])) == "a number, fraction or product"


async def test_the_result_of_the_last_question_is_named_as_such():
    async with running("sample:worked-example", size=SMALL) as (app, pilot):
        await keys(pilot, "4", "p")
        await answer(pilot, "1 2 1.5")
        assert "What is z^[2]?" in text_of(app)
        assert "Before: ✓ Right at the first try: z^[1] = (1, 2, 1.5)" in text_of(app)
        assert "│ before     " in text_of(app)
        await keys(pilot, "enter")
        assert "│ symbols    z^[2]" in text_of(app)
        await keys(pilot, "enter")
        assert "Nothing has been entered. Type a number, a fraction or a product." in text_of(app)


async def test_words_of_the_score(golden):
    async with running("sample:worked-example", size=SMALL) as (app, pilot):
        await keys(pilot, "4", "p")
        await answer(pilot, "1 2 1.5")
        await press(pilot, "escape")
        golden(text_of(app))


async def test_a_wrong_answer_is_selected_and_the_same_one_counts_once():
    async with running("sample:worked-example", size=SMALL) as (app, pilot):
        await keys(pilot, "4", "p")
        await answer(pilot, "1 2 1.65")
        await keys(pilot, "enter")
        assert "counts once" in " ".join(text_of(app).split())
        assert sheet(app).practice.tries == 1
        await pilot.press("1", "space", "2", "space", "1", "full_stop", "5")
        assert sheet(app).query_one(AnswerInput).value == "1 2 1.5"
        await keys(pilot, "enter")
        assert sheet(app).practice.answered[-1].tries == 2


async def test_an_answer_after_a_hint_is_told_as_such():
    async with running("sample:worked-example", size=SMALL) as (app, pilot):
        await keys(pilot, "4", "p", "f2")
        await answer(pilot, "1 2 1.5")
        assert "✓ Right after a hint: z^[1] = (1, 2, 1.5)" in text_of(app)
        assert "0 of 1 at the first try, 1 in the end" in text_of(app)


async def test_the_hint_has_the_digits_of_the_operands():
    async with running("sample:worked-example", size=SMALL) as (app, pilot):
        await keys(pilot, "4", "n", "p")
        await until(app, pilot, "l")
        practice = sheet(app).practice
        assert "a^[2] = 1.01288" in " ".join(how(practice, 76, 9, 4))
        assert "(1.01288 − 1)²" in " ".join(hint(practice, 76, 4))
