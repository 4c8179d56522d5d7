"""The dialogs of the Step screen, by keys and by mouse: numbers of the lecture, stops, typed weights, words, pictures."""

import numpy as np
import pytest
from textual import events
from textual.pilot import Pilot

from tests.session.conftest import training
from tests.tui.pilots import running, settle, shown, text_of, type_text
from tui_ann.session.session import Session
from tui_ann.session.step.breakpoints import LossBelow, NotFinite, SignChange
from tui_ann.text import cell_width
from tui_ann.tui.dialogs.breakpoints import BreakpointsDialog
from tui_ann.tui.dialogs.matrix_entry import MatrixEntryDialog, PlainArea
from tui_ann.tui.dialogs.microscope import MicroscopeDialog
from tui_ann.tui.dialogs.neuron import NeuronDialog
from tui_ann.tui.dialogs.what_if import WhatIfDialog
from tui_ann.tui.screens.step import StepScreen
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.lines_view import LinesView
from tui_ann.tui.widgets.part_numbers import PartNumbers
from tui_ann.tui.widgets.tabs_line import TabsLine

EXAMPLE = "sample:worked-example"


async def stepped(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot, "loading", "preparing", "stepping")


def words(app: TuiAnnApp) -> str:
    return app.screen.query_one(LinesView).plain


async def test_the_microscope_shows_the_chain_of_the_lecture_without_colours_too(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4", "n", "m", "]", "right")
        assert isinstance(app.screen, MicroscopeDialog)
        await pilot.pause()
        shown = words(app)
        assert "W^[1]₁₂ = 0.2" in shown
        assert "∂L/∂W^[1]₁₂ = 0.32" in shown
        assert shown.count("✓") == 2
        assert "∂L/∂a^[2] · ∂a^[2]/∂z^[2] · ∂z^[2]/∂a^[1] · ∂a^[1]/∂z^[1] · ∂z^[1]/∂W^[1]₁₂" in shown
        assert "(1×1) · (1×1) · (1×3) · (3×3) · (3×1) → 1×1" in shown
        await stepped(pilot, "down", "down", "down")
        assert app.screen.index == (2, 1)
        await pilot.click(TabsLine, offset=(9, 0))
        assert app.screen.parameter == "b1"
        await stepped(pilot, "escape")
        assert isinstance(app.screen, StepScreen)


def test_the_microscope_begins_where_something_is_to_be_seen():
    session = Session()
    session.workspace.open("sample:digits")
    taken = session.stepper.trace_of(1)
    taken.gradients["W1"][0, 0] = 0.0
    dialog = MicroscopeDialog(session.runs.prepare().network, taken)
    assert taken.gradients["W1"][dialog.index] != 0
    lines = dialog.lines(76, 40)
    assert all(sum(cell_width(text) for text, _ in line) <= 76 for line in lines[:1])


async def test_the_microscope_adds_the_examples_of_a_batch_and_the_paths_up():
    async with running("sample:xor") as (app, pilot):
        await stepped(pilot, "4", "n", "m", "]", "comma")
        shown = words(app)
        assert "1/n Σ = 1/4" in shown
        assert "diag(1 − (a^[1])²)" in shown
        assert "▶  example 4" in shown
        assert "∂l⁽⁴⁾/∂" in shown
        await stepped(pilot, "full_stop")
        assert "▶  example 1" in words(app)


async def test_a_neuron_is_opened_term_by_term():
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4", "n", "O", "[")
        assert isinstance(app.screen, NeuronDialog)
        assert "W^[1]₁₂ · x₂" in words(app)
        assert "Σ + b = z^[1]₁" in words(app)
        await stepped(pilot, "down")
        assert "Neuron 2 of 3" in words(app)


async def test_many_inputs_show_the_largest_first():
    async with running("sample:digits") as (app, pilot):
        await stepped(pilot, "4", "n", "O")
        shown(app).choose_tab(0)
        shown(app).write()
        assert "largest first" in words(app)
        assert "together" in words(app)


async def test_what_if_stands_beside_the_update_and_is_discarded():
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4", "n")
        theta = app.session.workspace.run.network.theta.copy()
        await stepped(pilot, "w", "+")
        assert isinstance(app.screen, WhatIfDialog)
        assert app.screen.changes.learning_rate == pytest.approx(0.2)
        await stepped(pilot, "backspace", "enter")
        await type_text(pilot, "1/5")
        await stepped(pilot, "enter", "down", "+")
        assert app.screen.changes.learning_rate == pytest.approx(0.2)
        assert app.screen.changes.loss == "mean_squared_error"
        assert "× 2" in words(app)
        await stepped(pilot, "+", "+", "+")
        assert "✗" in words(app)
        await stepped(pilot, "escape")
        np.testing.assert_array_equal(app.session.workspace.run.network.theta, theta)


async def test_breakpoints_are_added_kept_met_and_taken_away():
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4", "B", "a", "enter")
        await type_text(pilot, "1/100")
        await stepped(pilot, "enter", "a", "end", "enter", "escape")
        screen = shown(app)
        assert screen.run_until.breakpoints == (LossBelow(0.01), NotFinite())
        await stepped(pilot, "F")
        assert app.session.workspace.run.trainer.update > 1
        assert app.session.workspace.run.trainer.history.update_losses[-1] < 0.01
        assert any("Stopped after update" in note.message for note in app._notifications)
        await stepped(pilot, "B", "delete", "escape")
        assert screen.run_until.breakpoints == (NotFinite(),)


async def test_the_list_of_breakpoints_by_mouse_and_a_weight_to_watch_by_name():
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4", "B")
        assert isinstance(app.screen, BreakpointsDialog)
        await pilot.click("#add")
        await settle(pilot)
        await pilot.click("#choices", offset=(4, 2))
        await settle(pilot)
        assert app.screen.points == [SignChange()]
        await pilot.click("#remove")
        assert app.screen.points == []
        await stepped(pilot, "a", "down", "down", "down", "enter")
        await type_text(pilot, "W1 9 9")
        await stepped(pilot, "enter")
        assert "has no place" in text_of(app)
        field = app.screen.focused
        field.value = "W¹₂₁"
        await stepped(pilot, "enter")
        assert app.screen.points == [SignChange("W1", (1, 0))]


async def test_a_table_is_pasted_and_undone():
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4")
        await stepped(pilot, "W")
        assert isinstance(app.screen, MatrixEntryDialog)
        area = app.screen.query_one(PlainArea)
        await stepped(pilot, "enter")
        assert area.text == "0.5 0.2\n0.3 0.8\n0.6 0.4"
        area.text = "1 2 3; 4 5 6"
        await stepped(pilot, "ctrl+s")
        assert "swapped: give each neuron a row" in text_of(app)
        area.text = "[[1/3, 0.4*0.2],\n [3, 4],\n [5, 6]]"
        await stepped(pilot, "ctrl+s")
        assert app.session.runs.prepare().start["W1"][0].tolist() == [1 / 3, 0.4 * 0.2]
        await stepped(pilot, "u")
        assert app.session.runs.prepare().start["W1"][0].tolist() == [0.5, 0.2]


async def test_the_help_of_a_single_number_is_in_the_singular():
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4", "n", "W")
        assert "1 number;" in text_of(app)
        assert "1 numbers" not in text_of(app)


async def test_what_is_typed_right_after_accepting_goes_to_what_comes_next():
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4", "W")
        area = app.screen.query_one(PlainArea)
        area.text = "[[1, 2],\n [3, 4],\n [5, 6]]"
        for key, character in (("ctrl+s", None), ("2", "2")):  # faster than anything is shown
            app.post_message(events.Key(key, character))
        await settle(pilot)
        assert area.text == "[[1, 2],\n [3, 4],\n [5, 6]]"
        assert app.session.runs.prepare().start["W1"][0].tolist() == [1, 2]
        assert app.current_mode == "build"


async def test_one_weight_is_typed_in_mid_run_and_what_a_terminal_obeys_is_a_glyph():
    async with running(EXAMPLE) as (app, pilot):
        await stepped(pilot, "4", "n")
        app.screen.query_one(PartNumbers).focus()
        await stepped(pilot, "enter")
        assert isinstance(app.screen, MatrixEntryDialog)
        assert app.screen.query_one(PlainArea).text == "0.06", "not the digits that rounding left"
        app.screen.query_one(PlainArea).text = "\x1b[31m1"
        await pilot.pause()
        assert "\x1b" not in text_of(app)
        app.screen.query_one(PlainArea).text = "1/3"
        await stepped(pilot, "enter")
        assert any("b^[2]₁ 0.06 → 0.3333. A new run starts" in note.message for note in app._notifications)
        run = app.session.runs.prepare()
        assert run.trainer.update == 0
        assert run.start["b2"][0] == 1 / 3
        np.testing.assert_allclose(run.start["W2"], [[0.36, 0.22, 0.14]])
        await stepped(pilot, "u")
        assert app.session.workspace.run.trainer.update == 1
        assert any("Undone: b^[2]₁ is 0.06 again." in note.message for note in app._notifications)


async def test_escape_stops_what_goes_on():
    async with running("sample:xor") as (app, pilot):
        app.bench.edit(training(app.session.workspace.experiment, epochs=10_000_000))
        await stepped(pilot, "4")
        shown(app).run_until.breakpoints = (NotFinite(),)
        await pilot.press("F")
        await pilot.pause()
        await stepped(pilot, "escape")
        assert not shown(app).walk.busy
        assert any("Stopped by you" in note.message for note in app._notifications)


STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "microscope": (EXAMPLE, ("4", "n", "m", "]", "right")),
    "microscope-batch": ("sample:xor", ("4", "n", "m", "]")),
    "neuron": (EXAMPLE, ("4", "n", "O", "[")),
    "what-if": (EXAMPLE, ("4", "n", "w", "+")),
    "breakpoints": (EXAMPLE, ("4", "B", "a", "down", "down", "enter")),
    "typed": (EXAMPLE, ("4", "W")),
}


WORDS = [
    *((state, (80, 24)) for state in STATES if state != "microscope-batch"),
    *((state, (120, 36)) for state in ("microscope-batch", "neuron", "what-if")),
]


@pytest.mark.parametrize(
    ("state", "size"), WORDS, ids=lambda part: part if isinstance(part, str) else "x".join(map(str, part))
)
async def test_words(golden, state, size):
    source, keys = STATES[state]
    async with running(source, size=size) as (app, pilot):
        await stepped(pilot, *keys)
        golden(text_of(app))


@pytest.mark.parametrize(("size", "beside"), [((80, 24), False), ((120, 36), True), ((200, 50), True)])
async def test_the_curve_of_g_has_the_point_of_the_neuron(size, beside):
    async with running("sample:xor", size=size) as (app, pilot):
        await stepped(pilot, "4", "n", "O")
        text = words(app)
        assert "g is sigmoid" in text
        assert "g(0) = 0.5" in text
        assert any("Net input" in line and "g is sigmoid" in line for line in text.splitlines()) is beside
        assert max(map(cell_width, text.splitlines())) <= app.screen.query_one(LinesView).size.width


@pytest.mark.parametrize("key", ["m", "w"])
@pytest.mark.parametrize("size", [(120, 36), (200, 50)])
async def test_microscope_and_what_if_are_as_high_as_their_content(key, size):
    async with running(EXAMPLE, size=size) as (app, pilot):
        await stepped(pilot, "4", "n", key)
        await pilot.pause()
        view, frame = app.screen.query_one(LinesView), app.screen.query_one(".dialog")
        lines = len(view.plain.splitlines())
        assert view.size.height <= max(lines, view.virtual_size.height)
        if lines > view.size.height:
            assert frame.outer_size.height >= int(size[1] * 0.85), "as high as it may be, and scrolled"
        else:
            assert size != (200, 50) or frame.outer_size.height < 40


async def test_a_wide_screen_has_wide_dialogs():
    async with running("sample:xor", size=(200, 50)) as (app, pilot):
        await stepped(pilot, "4", "n", "O")
        assert app.screen.query_one(".dialog").size.width > 140
