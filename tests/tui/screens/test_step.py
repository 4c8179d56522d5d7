"""The Step screen: one update by keys alone, forwards and exactly back, in every state and at every size."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.pilots import press, running, settle, shown, steady, text_of, trained, type_text
from tests.tui.stepping import formula, step_screen
from tui_ann.text.symbols import use_terminal_style
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.keys.actions import ACTIONS
from tui_ann.tui.screens.step import StepScreen
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.formula import FormulaView
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.part_numbers import PartNumbers
from tui_ann.tui.widgets.row_list import RowList

WORKED: dict[str, Any] = {
    "z1": [[1], [2], [1.5]],
    "a2": [[1.4]],
    "l": [0.08],
    "da2": [[0.4]],
    "dW2": [[0.4, 0.8, 0.6]],
    "db2": [0.4],
    "dW1": [[0.16, 0.32], [0.12, 0.24], [0.08, 0.16]],
    "db1": [0.16, 0.12, 0.08],
    "W1_new": [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]],
    "b1_new": [0.084, 0.088, 0.092],
    "W2_new": [[0.36, 0.22, 0.14]],
    "b2_new": [0.06],
}
"""The lecture's numbers of the worked example's first update."""
STATES = {
    "start": (),
    "forward": ("right",) * 3,
    "loss": ("]", "]"),
    "backward": ("n", *("left",) * 5),
    "update": ("n",),
}
SIZES = [(80, 24), (120, 36), (200, 50)]


async def test_the_worked_example_from_start_to_the_last_update_by_keys_alone() -> None:
    async with running() as (app, pilot):
        for _ in range(20):
            entry = shown(app).entry
            if entry.source == "sample:worked-example":
                break
            await press(pilot, "down")
        await press(pilot, "enter", "4")
        screen, seen = step_screen(app), {}
        while screen.selection.place is None or not screen.selection.place.complete:
            await press(pilot, "right")
            assert screen.selection.part is not None
            seen[str(screen.selection.part.symbol)] = screen.selection.part.value
        for symbol, numbers in WORKED.items():
            np.testing.assert_allclose(seen[symbol], numbers, rtol=0, atol=1e-14, err_msg=symbol)
        assert seen["L"] == pytest.approx(0.08, abs=1e-14)
        await press(pilot, "n", "e", ">")
        assert screen.selection.place.ended
        assert screen.selection.place.trace.update == app.session.workspace.experiment.training.epochs
        assert "The run ends here" in text_of(app)
        theta = app.session.workspace.run.network.theta.copy()
        await press(pilot, "<", ">")
        np.testing.assert_array_equal(app.session.workspace.run.network.theta, theta)


async def test_every_action_of_the_screen_has_a_verb() -> None:
    async with running("sample:worked-example", "4") as (app, _):
        names = {action.id.partition(".")[2] for action in ACTIONS if action.scope == "step"}
        assert set(step_screen(app).verbs) == names


async def test_any_walk_by_keys_meets_the_same_numbers() -> None:
    rng = np.random.default_rng(5)
    seen: dict[Any, Any] = {}
    async with running("sample:iris", "4") as (app, pilot):
        for key in rng.choice(["right", "left", "]", "[", "n", "n", "b", "e", "E"], 16):
            await press(pilot, key)
            place, network = step_screen(app).selection.place, app.session.workspace.run.network
            theta = seen.setdefault(place.made, network.theta.copy())
            np.testing.assert_array_equal(network.theta, theta)
            assert app.session.workspace.run.trainer.update == place.made
    assert len(seen) > 3


@pytest.mark.usefixtures("on_numpy")
async def test_words_in_each_phase(golden) -> None:
    texts = []
    async with running("sample:worked-example", "4") as (app, pilot):
        for name, keys in STATES.items():
            await press(pilot, "<", *keys)
            for width, height in SIZES:
                await pilot.resize_terminal(width, height)
                texts.append(f"── {name}, {width}×{height}\n{await steady(app, pilot)}")
    golden("\n".join(texts))


def stepping(*keys: str, theme: str):
    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.theme = theme
        await press(pilot, "4", *keys)
        pilot.app.clear_notifications()  # how layers are written from there on: it goes by itself
        await pilot.pause()

    return run


@pytest.mark.parametrize("theme", ["dusk", "dawn"])
def test_picture(snap_compare, theme) -> None:
    before = stepping(*STATES["backward"], theme=theme)
    assert snap_compare(TuiAnnApp("sample:iris"), terminal_size=(120, 36), run_before=before)


async def test_the_cursor_looks_at_any_part_with_its_lights_and_enter_goes_there() -> None:
    async with running("sample:worked-example", "4", "n") as (app, pilot):
        screen = step_screen(app)
        await press(pilot, "home", "down", "down")
        assert str(screen.selection.part.symbol) == "z1"
        assert "z^[1]₁ = 0.5 · 1 + 0.2 · 2 + 0.1 = 1" in formula(app)
        assert screen.selection.place.complete
        await press(pilot, "enter")
        assert (screen.selection.place.done, screen.selection.place.made) == (3, 0)
        picture = screen.query_one(NetworkPicture)
        assert (picture.lit.layers, picture.lit.edges, picture.lit.backward) == ({0, 1}, 1, False)
        assert "▶" in picture.sheet.plain().splitlines()[0]
        await press(pilot, "down")
        assert "numbers" not in formula(app)
        assert screen.query_one(PartNumbers).n_rows == 0
        await press(pilot, "n")
        while str(screen.selection.part.symbol) != "da1":
            await press(pilot, "up")
        assert (picture.lit.layers, picture.lit.edges, picture.lit.backward) == ({1, 2}, 2, True)
        assert "◀" in picture.sheet.plain().splitlines()[0]


@pytest.mark.usefixtures("on_numpy")
async def test_numbers_in_full_with_as_many_decimals_as_wished() -> None:
    async with running("sample:worked-example", "4", "n") as (app, pilot):
        screen = step_screen(app)
        assert "new b^[2] = 0.05999999999999999" in formula(app)
        await press(pilot, "up", "up", *"-" * 3)
        assert str(screen.selection.part.symbol) == "b1_new"
        assert "⎡0.2 ⎤" in formula(app)
        await press(pilot, *"+" * 9)
        assert screen.selection.decimals == 10
        numbers = screen.query_one(PartNumbers)
        numbers.move_cursor(2, 0)
        await pilot.pause()
        assert screen.selection.cell == (2,)
        assert screen.selection.parameter == ("b1", (2,))
        assert "new b^[1]₃ = 0.092" in formula(app)


async def test_one_example_of_a_batch_alone() -> None:
    async with running("sample:xor", "4", "n", "I", "down", "down", "enter") as (app, pilot):
        screen = step_screen(app)
        assert screen.selection.example == 1
        assert len(screen.selection.trace.examples) == 1
        assert len(screen.selection.place.trace.examples) == 4
        assert "alone: example 2 (line 3)" in text_of(app)
        await press(pilot, "n")
        assert screen.selection.trace.update == screen.selection.place.trace.update == 2
        await press(pilot, "I", "home", "enter")
        assert screen.selection.trace is screen.selection.place.trace
        await press(pilot, "I", "end", "enter")
        await type_text(pilot, "9")
        await press(pilot, "enter", "escape")
        assert screen.selection.example is None


async def test_the_solution_is_written_where_the_person_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running("sample:worked-example", "4", "n", "s", "enter", "enter") as (app, pilot):
        path = tmp_path / "worked-example-update-1.txt"
        assert "0.484" in path.read_text(encoding="utf-8")
        path.write_text("mine", encoding="utf-8")
        await press(pilot, "s", "enter", "enter")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "escape")
        assert path.read_text(encoding="utf-8") == "mine"
        await press(pilot, "s", "down", "down", "enter", "enter")
        assert "\\frac" in (tmp_path / "worked-example-update-1.tex").read_text(encoding="utf-8")
        await press(pilot, "s", "enter")
        app.screen.query_one(Input).value = str(path / "where.txt")  # a file is no folder
        await press(pilot, "enter")
        assert "Cannot write" in text_of(app)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_formula_of_a_part_begins_at_the_top_and_stays_where_it_was_scrolled(size: tuple[int, int]) -> None:
    async with running("sample:spirals", "4", "n", "n", size=size) as (app, pilot):
        title = str(step_screen(app).query_one("#formula-pane").border_title)
        assert title == "New biases of dense layer 3"
        view = app.screen.query_one(FormulaView)
        assert "new b^[3] =" in text_of(app)
        assert view.scroll_offset.y == 0
        view.focus()
        await press(pilot, "home", "down")
        assert view.scroll_offset.y == min(1, view.max_scroll_y)
        await press(pilot, "1", "4")
        assert view.scroll_offset.y == min(1, view.max_scroll_y)
        await press(pilot, "left")
        assert view.scroll_offset.y == 0


async def test_going_back_in_a_run_says_how_far_it_had_been() -> None:
    async with running("sample:worked-example", "4", "g") as (app, pilot):
        assert "The run has 0 updates so far, and 20 at most." in text_of(app)
        assert "a number from 1 to 20" in text_of(app)
        await press(pilot, "escape", "greater_than_sign", "g")
        assert "The run has 20 updates." in text_of(app)
        app.screen.query_one(Input).value = "9999"
        await press(pilot, "enter")
        assert "is not the number of an update" in text_of(app)
        app.screen.query_one(Input).value = "5"
        await press(pilot, "enter")
        words = "Back at update 5: the run is 20 updates long; g 20 goes back there."
        assert words in text_of(app)
        app._look()
        await settle(pilot)
        assert words in text_of(app)
        await press(pilot, "up")
        assert words not in text_of(app)
        await press(pilot, "right", "g")
        field = app.screen.query_one(Input)
        assert field.value == "20", "back to where the run had been"
        assert "The run has 20 updates." in text_of(app)
        await press(pilot, "enter")
        assert step_screen(app).selection.place.ended
        assert "the run is" not in text_of(app)
        await press(pilot, "g", "enter")
        assert [note.message for note in app._notifications] == ["Update 20 is shown already."]


async def test_a_step_at_either_end_of_the_run_is_answered_whatever_else_the_line_says() -> None:
    async with running("sample:worked-example", "3", "space") as (app, pilot):
        await trained(pilot)
        await press(pilot, "left")
        await settle(pilot, "looking back")
        await press(pilot, "left")
        await settle(pilot, "looking back")
        assert app.picked is not None
        await press(pilot, "4")
        assert "◀ The other screens show update" in text_of(app)
        ends = "The run ends here: all"
        for key in ("right", "n", "greater_than_sign"):
            assert ends not in text_of(app)
            await press(pilot, key)
            assert ends in text_of(app)
            await press(pilot, "up")
            assert "◀ The other screens show update" in text_of(app)
        begins = "The run begins here. → computes its first part."
        await press(pilot, "less_than_sign", "down")
        for key in ("left", "b", "less_than_sign"):
            assert begins not in text_of(app)
            await press(pilot, key)
            assert begins in text_of(app)
            await press(pilot, "down")
        await press(pilot, "left", "right")
        assert begins not in text_of(app)


async def test_any_update_is_asked_for_or_picked_on_the_curve() -> None:
    async with running("sample:xor", "4", "g") as (app, pilot):
        screen = step_screen(app) if isinstance(app.screen, StepScreen) else None
        assert screen is None
        await type_text(pilot, "0")
        await press(pilot, "enter")
        assert "is not the number of an update" in text_of(app)
        app.screen.query_one(Input).value = "40"
        await press(pilot, "enter")
        screen = step_screen(app)
        assert (screen.selection.place.made, screen.selection.place.complete) == (40, True)
        await press(pilot, "g")
        app.screen.query_one(Input).value = "10"
        await press(pilot, "enter")
        assert screen.selection.place.made == 10
        curve = screen.query_one(LossCurve)
        assert len(app.session.stepper.farthest.losses) == 40
        curve.focus()
        await press(pilot, "end", "enter")
        assert screen.selection.place.made == 40
        await pilot.click(curve, offset=(curve.size.width // 2, 2))
        await settle(pilot)
        assert 10 < screen.selection.place.made < 35
        app.session.stepper.go_to(1)


async def test_the_steps_are_seen_on_train_and_its_updates_here() -> None:
    async with running("sample:iris", "4", "n", "n", "3") as (app, pilot):
        app._look()
        await pilot.pause()
        assert "update 2" in text_of(app)
        await press(pilot, "n")
        while app.session.workspace.run.trainer.update < 3:
            await pilot.pause(0.01)
        await press(pilot, "4")
        assert step_screen(app).selection.place.made == 3
        assert step_screen(app).selection.place.done == 0


@pytest.mark.parametrize("size", [(1, 1), (60, 15)], ids=str)
async def test_alive_at_any_size(size) -> None:
    async with running("sample:xor", "4", size=size) as (app, pilot):
        await press(pilot, "n", "left", "z", "tab", "z", "+")
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert "∂L/∂W^[1]" in text_of(app)


async def test_the_rows_of_the_ledger_can_be_read_by_keys_in_one_column() -> None:
    async with running("sample:worked-example", "4", "n", size=(80, 24)) as (app, pilot):
        assert "new b^[2] = b^[2] − η ∂L/∂b^[2]" in text_of(app)
        await press(pilot, "tab", "tab")
        assert isinstance(app.focused, NetworkPicture)
        await press(pilot, "tab")
        assert isinstance(app.focused, PartNumbers)
        await press(pilot, "shift+tab", "shift+tab", "shift+tab")
        assert isinstance(app.focused, RowList)


async def test_the_formula_begins_with_its_sentence_and_says_how_much_lies_below():
    async with running("sample:xor", size=(80, 24)) as (app, pilot):
        await press(pilot, "4", "n", "right", "right", "right", "right", "right", "right")
        text = text_of(app)
        assert "│ Each neuron of layer 2 sums inputs times" in text
        assert "Part 5 of 22, z^[2]: forward." in text
        await press(pilot, "left")
        hidden = re.search(r"▾ (\d+) more lines", text_of(app))
        assert hidden is not None
        await press(pilot, "shift+down")
        left = re.search(r"▾ (\d+) more line", text_of(app))
        assert left is None or int(left[1]) == int(hidden[1]) - 4


async def test_a_key_writes_layers_as_in_the_lecture_and_the_choice_is_remembered():
    try:
        async with running("sample:xor", size=(120, 36)) as (app, pilot):
            await press(pilot, "3", "n")
            assert "W¹" in text_of(app)
            await press(pilot, "N")
            assert "W^[1]" in text_of(app)
            assert "W¹" not in text_of(app)
            assert 'notation = "brackets"' in app.paths.settings.read_text(encoding="utf-8")
        async with running("sample:xor", size=(120, 36)) as (app, pilot):
            await press(pilot, "3", "n", "N")
            assert "W¹" in text_of(app)
    finally:
        use_terminal_style("raised")


async def test_another_notation_is_told_once_to_whoever_saw_the_first():
    def told() -> list[str]:
        return [note.message for note in app._notifications if "Layers are written" in note.message]

    words = "Layers are written as W^[2] and a^[2] from here on: in a formula of this update a² could be a square."
    async with running("sample:xor", "3") as (app, pilot):
        assert "W¹" in text_of(app)
        await press(pilot, "4")
        assert told() == [words]
        app.clear_notifications()
        await press(pilot, "3", "4", "n")
        assert told() == []
        app.notation.begin()  # as for another run
        app.notation.saw()
        app.notation.require_brackets(True)
        assert told() == [], "another run is no reason to say it again"
    async with running("sample:worked-example") as (app, pilot):
        assert app.current_mode == "step"
        assert "W^[2]" in text_of(app)
        assert told() == []


@pytest.mark.parametrize("sample", ["worked-example", "xor", "iris"])
async def test_where_a_digit_could_be_a_power_the_whole_screen_writes_brackets(sample):
    async with running(f"sample:{sample}", size=(120, 36)) as (app, pilot):
        await press(pilot, "4", "n", *["right"] * 7)
        assert "a^[2]" in text_of(app)
        assert not re.search("[Wzabx][¹²³]", text_of(app))
        await press(pilot, "3")
        assert not re.search("[Wzabx][¹²³]", text_of(app)), "the same on every screen"
        await press(pilot, "4", "N", "N")
        assert any("could be a square" in note.message for note in app._notifications)
    use_terminal_style("raised")
