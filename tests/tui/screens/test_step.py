"""The Step screen: one update by keys alone, forwards and exactly back, in every state and at every size."""

from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.pilots import press, running, settle, text_of, trained, type_text
from tui_ann.engine.tape import Phase
from tui_ann.experiment.sets import apply_sets
from tui_ann.tui.app import TuiAnnApp
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.screens.step import StepScreen
from tui_ann.tui.widgets.formula import FormulaView
from tui_ann.tui.widgets.ledger import Ledger
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.part_numbers import PartNumbers
from tui_ann.tui.widgets.row_list import RowList

WORKED = {
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


def step_screen(app: TuiAnnApp) -> StepScreen:
    screen = app.screen
    assert isinstance(screen, StepScreen)
    return screen


def formula(app: TuiAnnApp) -> str:
    return "\n".join(app.screen.query_one(FormulaView).lines)


async def test_the_worked_example_from_start_to_the_last_update_by_keys_alone() -> None:
    async with running() as (app, pilot):
        for _ in range(20):
            entry = app.screen.entry
            if entry.source == "sample:worked-example":
                break
            await press(pilot, "down")
        await press(pilot, "enter", "4")
        screen, seen = step_screen(app), {}
        while screen.place is None or not screen.place.complete:
            await press(pilot, "right")
            assert screen.part is not None
            seen[screen.part.symbol] = screen.part.value
        for symbol, numbers in WORKED.items():
            np.testing.assert_allclose(seen[symbol], numbers, rtol=0, atol=1e-14, err_msg=symbol)
        assert seen["L"] == pytest.approx(0.08, abs=1e-14)
        await press(pilot, "n", "e", ">")
        assert screen.place.ended
        assert screen.place.trace.update == app.session.experiment.training.epochs
        assert "The run ends here" in text_of(app)
        theta = app.session.run.network.theta.copy()
        await press(pilot, "<", ">")
        np.testing.assert_array_equal(app.session.run.network.theta, theta)


async def test_any_walk_by_keys_meets_the_same_numbers() -> None:
    rng, seen = np.random.default_rng(5), {}
    async with running("sample:iris", "4") as (app, pilot):
        for key in rng.choice(["right", "left", "]", "[", "n", "n", "b", "e", "E"], 16):
            await press(pilot, key)
            place, network = step_screen(app).place, app.session.run.network
            theta = seen.setdefault(place.made, network.theta.copy())
            np.testing.assert_array_equal(network.theta, theta)
            assert app.session.run.trainer.update == place.made
    assert len(seen) > 3


async def test_words_in_each_phase(golden) -> None:
    texts = []
    async with running("sample:worked-example", "4") as (app, pilot):
        for name, keys in STATES.items():
            await press(pilot, "<", *keys)
            for width, height in SIZES:
                await pilot.resize_terminal(width, height)
                await pilot.pause()
                texts.append(f"── {name}, {width}×{height}\n{text_of(app)}")
    golden("\n".join(texts))


def stepping(*keys: str, theme: str = "dusk"):
    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.theme = theme
        await press(pilot, "4", *keys)

    return run


PICTURES = [
    ("start", (120, 36)),
    ("forward", (80, 24)),
    ("loss", (200, 50)),
    ("backward", (120, 36)),
    ("update", (80, 24)),
]


@pytest.mark.parametrize(("state", "size"), PICTURES, ids=[state for state, _ in PICTURES])
def test_pictures(snap_compare, state, size) -> None:
    sample = "sample:xor" if state == "loss" else "sample:worked-example"
    assert snap_compare(TuiAnnApp(sample), terminal_size=size, run_before=stepping(*STATES[state]))


def test_picture_on_a_light_theme(snap_compare) -> None:
    before = stepping(*STATES["backward"], theme="dawn")
    assert snap_compare(TuiAnnApp("sample:iris"), terminal_size=(120, 36), run_before=before)


async def test_the_cursor_looks_at_any_part_with_its_lights_and_enter_goes_there() -> None:
    async with running("sample:worked-example", "4", "n") as (app, pilot):
        screen = step_screen(app)
        await press(pilot, "home", "down", "down")
        assert screen.part.symbol == "z1"
        assert "z¹₁ = 0.5 · 1 + 0.2 · 2 + 0.1 = 1" in formula(app)
        assert screen.place.complete
        await press(pilot, "enter")
        assert (screen.place.done, screen.place.made) == (3, 0)
        picture = screen.query_one(NetworkPicture)
        assert (picture.lit.layers, picture.lit.edges, picture.lit.backward) == ({0, 1}, 1, False)
        assert "▶" in picture.sheet.plain().splitlines()[0]
        await press(pilot, "down")
        assert "numbers" not in formula(app)
        assert screen.query_one(PartNumbers).n_rows == 0
        await press(pilot, "n")
        while screen.part.symbol != "da1":
            await press(pilot, "up")
        assert (picture.lit.layers, picture.lit.edges, picture.lit.backward) == ({1, 2}, 2, True)
        assert "◀" in picture.sheet.plain().splitlines()[0]


async def test_numbers_in_full_with_as_many_decimals_as_wished() -> None:
    async with running("sample:worked-example", "4", "n") as (app, pilot):
        screen = step_screen(app)
        assert "new b² = 0.05999999999999999" in formula(app)
        await press(pilot, "up", "up", *"-" * 3)
        assert screen.part.symbol == "b1_new"
        assert "⎡0.2 ⎤" in formula(app)
        await press(pilot, *"+" * 9)
        assert screen.decimals == 10
        numbers = screen.query_one(PartNumbers)
        numbers.move_cursor(2, 0)
        await pilot.pause()
        assert screen.cell == (2,)
        assert screen.parameter == ("b1", (2,))
        assert "new b¹₃ = 0.092" in formula(app)


async def test_one_example_of_a_batch_alone() -> None:
    async with running("sample:xor", "4", "n", "x", "down", "down", "enter") as (app, pilot):
        screen = step_screen(app)
        assert screen.example == 1
        assert len(screen.trace.examples) == 1
        assert len(screen.place.trace.examples) == 4
        assert "example 2 (line 3) alone" in text_of(app)
        await press(pilot, "n")
        assert screen.trace.update == screen.place.trace.update == 2
        await press(pilot, "x", "home", "enter")
        assert screen.trace is screen.place.trace
        await press(pilot, "x", "end", "enter")
        await type_text(pilot, "9")
        await press(pilot, "enter", "escape")
        assert screen.example is None


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
        app.screen.query_one(Input).value = str(tmp_path / "no" / "where.txt")
        await press(pilot, "enter")
        assert "Cannot write" in text_of(app)


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
        assert (screen.place.made, screen.place.complete) == (40, True)
        await press(pilot, "g")
        app.screen.query_one(Input).value = "10"
        await press(pilot, "enter")
        assert screen.place.made == 10
        curve = screen.query_one(LossCurve)
        assert len(app.session.course.losses) == 40
        curve.focus()
        await press(pilot, "end", "enter")
        assert screen.place.made == 40
        await pilot.click(curve, offset=(curve.size.width // 2, 2))
        await settle(pilot)
        assert 10 < screen.place.made < 35
        app.session.go_to(1)


async def test_the_steps_are_seen_on_train_and_its_updates_here() -> None:
    async with running("sample:iris", "4", "n", "n", "3") as (app, pilot):
        app._look()
        await pilot.pause()
        assert "update 2" in text_of(app)
        await press(pilot, "n")
        while app.session.run.trainer.update < 3:
            await pilot.pause(0.01)
        await press(pilot, "4")
        assert step_screen(app).place.made == 3
        assert step_screen(app).place.done == 0


async def test_a_run_that_goes_on_is_paused_by_a_step() -> None:
    async with running("sample:spirals", "3", *"-" * 9, "space") as (app, pilot):
        await press(pilot, "4")
        assert "The run goes on" in text_of(app)
        await press(pilot, "right")
        assert not app.runner.running
        assert step_screen(app).place.done == 1


async def test_a_run_at_its_end_is_gone_back_in() -> None:
    async with running("sample:worked-example", "3", "space") as (app, pilot):
        await trained(pilot)
        theta = app.session.run.network.theta.copy()
        await press(pilot, "4")
        screen = step_screen(app)
        assert (screen.place.ended, screen.place.made) == (True, 20)
        await press(pilot, "b", "b", "b")
        assert screen.place.made == 17
        assert len(app.session.course.losses) == 20
        await press(pilot, "n", "n", "n")
        np.testing.assert_array_equal(app.session.run.network.theta, theta)


async def test_a_run_that_diverges_shows_where() -> None:
    async with running("sample:worked-example") as (app, pilot):
        experiment = app.session.experiment
        app.bench.edit(apply_sets(experiment, ["training.learning_rate=5.0", "training.epochs=60"]))
        await settle(pilot)
        await press(pilot, "4", ">")
        screen = step_screen(app)
        assert screen.place.broken
        text = text_of(app)
        assert "✗" in text
        assert "no longer finite" in text
        while screen.part.symbol != "L":
            await press(pilot, "up")
        assert "L is not finite" in text_of(app)


async def test_a_saved_run_is_made_again_only_when_a_step_is_asked_for(tmp_path: Path) -> None:
    async with running("sample:worked-example", "4", "n") as (app, pilot):
        saved = app.session.save(tmp_path / "run")
    async with running(saved, "4") as (app, pilot):
        assert "A saved run" in text_of(app)
        assert app.session.run is None
        await press(pilot, "right")
        assert step_screen(app).place.done == 1
        assert app.session.run is not None


async def test_nothing_open_and_a_misfit_say_what_to_do() -> None:
    async with running(None, "4") as (app, pilot):
        assert "Nothing is open yet" in text_of(app)
        await press(pilot, "right", "n", "g", "escape", "x", "s", "+")
    async with running("sample:iris", "2", "down", "-", "4") as (app, pilot):
        assert "✗" in text_of(app)
        await press(pilot, "right")
        assert step_screen(app).place is None


async def test_an_update_with_masks_normalisation_and_penalties(tmp_path: Path) -> None:
    path = tmp_path / "experiment.toml"
    path.write_text(EVERYTHING.format(path=Path("samples/iris/data.csv").resolve()), encoding="utf-8")
    async with running(path, "4", "n") as (app, pilot):
        screen, phases = step_screen(app), set()
        ledger = screen.query_one(Ledger)
        for row in range(ledger.count):
            ledger.cursor = row
            await pilot.pause()
            phases.add(screen.part.phase)
            assert len(formula(app)) > 10
            assert screen.parameter is not None or screen.part.layer == 0
        assert phases == set(Phase)


EVERYTHING = """schema = 1
name = "everything"
[data]
path = "{path}"
target = "species"
[network]
layers = [
    {{ type = "dense", units = 3, activation = "prelu", l2 = 0.01 }},
    {{ type = "dropout", rate = 0.5 }},
    {{ type = "batch_normalization" }},
    {{ type = "dense", units = 3, activation = "softmax" }},
]
[training]
loss = "categorical_crossentropy"
batch_size = 5
optimizer = "adam"
epochs = 2
"""


async def test_a_large_network_is_shown_in_part(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table = np.column_stack([rng.normal(size=(40, 784)).round(2), rng.integers(0, 10, 40)])
    header = ",".join([*(f"p{i}" for i in range(784)), "digit"])
    np.savetxt(tmp_path / "digits.csv", table, delimiter=",", header=header, comments="", fmt="%g")
    path = tmp_path / "experiment.toml"
    path.write_text(LARGE, encoding="utf-8")
    async with running(path, "4", "n", *("left",) * 5) as (app, _):
        screen = step_screen(app)
        assert screen.part.symbol == "dW1"
        lines = app.screen.query_one(FormulaView).lines
        assert any("128×784" in line for line in lines)
        assert all(len(line) < 130 for line in lines)
        assert len(lines) < 120
        numbers = screen.query_one(PartNumbers)
        assert (numbers.n_rows, numbers.n_columns) == (128, 784)
        assert "⋮" in text_of(app)
        numbers.move_cursor(127, 783)
        assert screen.cell == (127, 783)


LARGE = """schema = 1
name = "large"
[data]
path = "digits.csv"
target = "digit"
task = "multiclass"
validation_split = 0.0
[network]
layers = [
    { type = "dense", units = 128, activation = "relu" },
    { type = "dense", units = 10, activation = "softmax" },
]
[training]
loss = "categorical_crossentropy"
batch_size = 32
epochs = 2
"""


@pytest.mark.parametrize("size", [(1, 1), (60, 15)], ids=str)
async def test_alive_at_any_size(size) -> None:
    async with running("sample:xor", "4", size=size) as (app, pilot):
        await press(pilot, "n", "left", "z", "tab", "z", "+")
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert "∂L/∂W¹" in text_of(app)


async def test_the_rows_of_the_ledger_can_be_read_by_keys_in_one_column() -> None:
    async with running("sample:worked-example", "4", "n", size=(80, 24)) as (app, pilot):
        assert "new b² = b² − η ∂L/∂b²" in text_of(app)
        await press(pilot, "tab", "tab")
        assert isinstance(app.focused, NetworkPicture)
        await press(pilot, "tab")
        assert isinstance(app.focused, PartNumbers)
        await press(pilot, "shift+tab", "shift+tab", "shift+tab")
        assert isinstance(app.focused, RowList)
