"""The Step screen of a run that goes on, has ended, diverged or was saved, and of every kind of network."""

from pathlib import Path

import numpy as np
from textual.widgets import TextArea

from tests.tui.pilots import press, running, settle, text_of, trained
from tests.tui.stepping import formula, step_screen
from tui_ann.engine.tape import Phase
from tui_ann.experiment.sets import apply_sets
from tui_ann.session.step.stepper import Grain
from tui_ann.tui.services.step_queue import Stepped
from tui_ann.tui.widgets.formula import FormulaView
from tui_ann.tui.widgets.ledger import LedgerView
from tui_ann.tui.widgets.part_numbers import PartNumbers


async def test_a_run_that_goes_on_is_paused_by_a_step() -> None:
    async with running("sample:spirals", "3", *"-" * 9, "space") as (app, pilot):
        await press(pilot, "4")
        assert "The run is training" in text_of(app)
        await press(pilot, "right")
        assert not app.runner.running
        assert step_screen(app).selection.place.done == 1


async def test_a_run_that_goes_on_leaves_nothing_of_an_earlier_moment() -> None:
    async with running("sample:spirals", "4", "n", "3", *"-" * 6, "space") as (app, pilot):
        await press(pilot, "4")
        screen = step_screen(app)
        assert screen.selection.place is None
        assert "The run is training." in formula(app)
        assert screen.query_one(LedgerView).count == 0
        assert screen.query_one(PartNumbers).n_rows == 0
        assert str(screen.query_one("#ledger-pane").border_title) == "Update"
        assert str(screen.query_one("#formula-pane").border_title) == "Formula"
        assert screen.query_one(PartNumbers).describe() == "The run is training."
        assert screen.query_one(LedgerView).empty == "The run is training. → pauses it."


async def test_the_key_that_is_named_does_something_in_every_pane() -> None:
    async with running("sample:worked-example", "4") as (app, pilot):
        screen = step_screen(app)
        assert "→ computes its first part" in text_of(app)
        await press(pilot, "tab", "tab")
        assert "space computes its first part" in text_of(app)
        await press(pilot, "space", "tab")
        assert isinstance(screen.focused, PartNumbers)
        assert screen.selection.place.done == 1
        await press(pilot, "right", "right", "left")
        assert screen.selection.place.done == 2


async def test_a_run_at_its_end_is_gone_back_in() -> None:
    async with running("sample:worked-example", "3", "space") as (app, pilot):
        await trained(pilot)
        theta = app.session.workspace.run.network.theta.copy()
        await press(pilot, "4")
        screen = step_screen(app)
        assert (screen.selection.place.ended, screen.selection.place.made) == (True, 20)
        await press(pilot, "b", "b", "b")
        assert screen.selection.place.made == 17
        assert len(app.session.stepper.farthest.losses) == 20
        await press(pilot, "n", "n", "n")
        np.testing.assert_array_equal(app.session.workspace.run.network.theta, theta)


async def test_a_run_that_diverges_shows_where() -> None:
    async with running("sample:worked-example") as (app, pilot):
        experiment = app.session.workspace.experiment
        app.bench.edit(apply_sets(experiment, ["training.learning_rate=5.0", "training.epochs=60"]))
        await settle(pilot)
        await press(pilot, "4", ">")
        screen = step_screen(app)
        assert screen.selection.place.broken
        text = text_of(app)
        assert "✗" in text
        assert "no longer finite" in text
        assert "Not made: it diverged · update" in text
        await press(pilot, "up")
        assert "Not made: l is not finite" in text_of(app)
        assert "Not made by the run · " in str(screen.query_one("#formula-pane").border_title)
        while str(screen.selection.part.symbol) != "l":
            await press(pilot, "up")
        assert "l is not finite" in text_of(app)


async def test_what_one_example_alone_would_change_is_not_taken_for_the_run() -> None:
    async with running("sample:xor", "4", "n") as (app, pilot):
        screen = step_screen(app)
        screen.example.show(2)
        await settle(pilot)
        text = text_of(app)
        assert "Alone, not made by the run · update 1" in text
        assert "One example alone: the run does not take this step" in text
        assert " – new W^[1]" in text


async def test_an_early_stop_tells_whose_weights_the_run_kept() -> None:
    async with running("sample:diabetes") as (app, pilot):
        sets = ["training.early_stopping.patience=1", "training.learning_rate=0.2", "training.epochs=30"]
        app.bench.edit(apply_sets(app.session.workspace.experiment, sets))
        await settle(pilot)
        await press(pilot, "4", ">")
        best = app.session.workspace.run.trainer.best_epoch
        assert best is not None
        assert best < app.session.workspace.run.trainer.epoch
        assert f"The run kept the weights of epoch {best}; this is its last update: val_loss" in text_of(app)


async def test_every_screen_says_that_a_step_back_left_the_weights_that_the_run_kept(tmp_path: Path) -> None:
    async with running("sample:diabetes") as (app, pilot):
        sets = ["training.early_stopping.patience=1", "training.learning_rate=0.2", "training.epochs=30"]
        app.bench.edit(apply_sets(app.session.workspace.experiment, sets))
        await settle(pilot)
        end = app.session.stepper.to_the_end().trace.update
        best = app.session.workspace.run.trainer.best_epoch
        saved = app.session.store.save(tmp_path / "run")
    async with running(saved, "4", "right", size=(80, 24)) as (app, pilot):
        words = f"Weights of update {end - 1}, not the kept ones of epoch {best} · $ brings them back"
        for key in "357":
            await press(pilot, key)
            assert words not in text_of(app)
        await press(pilot, "4", "left")
        app._look()
        for key in "357":
            await press(pilot, key)
            assert words in text_of(app)
        await press(pilot, "4", "greater_than_sign")
        app._look()
        for key in "357":
            await press(pilot, key)
            assert "Weights of update" not in text_of(app)
        assert app.snapshot.results is not None


async def test_the_weights_that_a_run_kept_are_one_key_away_on_every_screen_that_shows_others() -> None:
    async with running("sample:worked-example", "4", "greater_than_sign") as (app, pilot):
        end = app.session.workspace.run.network.theta.copy()
        for screen in "3457":
            await press(pilot, screen)
            assert "$ To the end" not in text_of(app)
            await press(pilot, "dollar_sign", "4", "b", "b")
            app._look()
            await press(pilot, screen)
            assert app.snapshot.left_its_end
            assert app.session.workspace.run.trainer.update == 18
            assert "$ To the end" in text_of(app)
            if screen != "4":
                assert "The run is 20 updates long, shown at update 18 · $ goes to its end" in text_of(app)
            await press(pilot, "dollar_sign")
            app._look()
            await settle(pilot)
            assert "$ To the end" not in text_of(app)
            np.testing.assert_array_equal(app.session.workspace.run.network.theta, end)
            assert app.snapshot.stop_reason is not None
        await press(pilot, "4")
        assert step_screen(app).selection.place.ended


async def test_the_picked_start_values_are_gone_to_although_they_have_no_number() -> None:
    async with running("sample:worked-example", "3", "space") as (app, pilot):
        await trained(pilot)
        await press(pilot, "home")
        await settle(pilot, "looking back")
        await press(pilot, "4")
        assert "◀ The other screens show the start values" in text_of(app)
        await press(pilot, "g")
        assert "Back at update 1: the run is 20 updates long" in text_of(app)
        assert step_screen(app).selection.place.made == step_screen(app).selection.place.done == 0


async def test_a_number_of_the_table_is_typed_where_it_is_a_parameter() -> None:
    async with running("sample:worked-example", "4", *("right",) * 3, "tab", "tab", "tab", "enter") as (app, pilot):
        assert [note.message[:17] for note in app._notifications] == ["z^[1] is computed"]
        await press(pilot, "shift+tab", "shift+tab", "shift+tab", "n", *("left",) * 2, "tab", "tab", "tab", "enter")
        field = app.screen.focused
        assert isinstance(field, TextArea)
        assert float(field.text) == app.session.stepper.place().trace.after["b1"][0]


async def test_a_saved_run_that_has_ended_keeps_its_results_whatever_is_pressed(tmp_path: Path) -> None:
    async with running("sample:worked-example", "3") as (app, pilot):
        app.session.stepper.to_the_end()
        end = app.session.runs.prepare().trainer.update
        saved = app.session.store.save(tmp_path / "run")
    async with running(saved, "3", "n") as (app, pilot):
        assert "The run has ended" in next(iter(app._notifications)).message
        assert app.snapshot.update == end
        await press(pilot, "4", "right")
        assert step_screen(app).selection.place.ended
        await press(pilot, "b")
        assert step_screen(app).selection.place.trace.update == end
        assert len(app.session.stepper.farthest.losses) == end


async def test_a_run_that_is_opened_again_is_where_it_was_left(tmp_path: Path) -> None:
    async with running("sample:worked-example", "4", "n", "n", "b", "right", "right") as (app, _):
        saved = app.session.preserve()
        app.session.close()
    async with running(saved, "4") as (app, pilot):
        assert "A saved run: → goes back to update 2, where you were." in text_of(app)
        await press(pilot, "right")
        place = step_screen(app).selection.place
        assert (place.trace.update, place.done) == (2, 2)
    async with running(None, "enter", "4") as (app, _):
        place = step_screen(app).selection.place
        assert (place.trace.update, place.done) == (2, 2)


async def test_a_saved_run_is_made_again_only_when_a_step_is_asked_for(tmp_path: Path) -> None:
    async with running("sample:worked-example", "4", "n") as (app, pilot):
        saved = app.session.store.save(tmp_path / "run")
    async with running(saved, "4") as (app, pilot):
        assert "A saved run" in text_of(app)
        assert app.session.workspace.run is None
        await press(pilot, "right")
        assert step_screen(app).selection.place.trace.update == 2
        assert app.session.workspace.run is not None


async def test_nothing_open_and_a_misfit_say_what_to_do() -> None:
    async with running(None, "4") as (app, pilot):
        assert "Nothing is open yet" in text_of(app)
        await press(pilot, "right", "n", "g", "escape", "x", "s", "+")
    async with running("sample:iris", "2", "down", "-", "4") as (app, pilot):
        assert "✗" in text_of(app)
        await press(pilot, "right")
        assert step_screen(app).selection.place is None


async def test_an_update_with_masks_normalisation_and_penalties(tmp_path: Path) -> None:
    path = tmp_path / "experiment.toml"
    path.write_text(EVERYTHING.format(path=Path("samples/iris/data.csv").resolve()), encoding="utf-8")
    async with running(path, "4", "n") as (app, pilot):
        screen, phases = step_screen(app), set()
        ledger = screen.query_one(LedgerView)
        for row in range(ledger.count):
            ledger.cursor = row
            await pilot.pause()
            phases.add(screen.selection.part.phase)
            assert len(formula(app)) > 10
            assert screen.selection.parameter is not None or screen.selection.part.layer == 0
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
        assert str(screen.selection.part.symbol) == "dW1"
        lines = app.screen.query_one(FormulaView).lines
        assert any("128×784" in line for line in lines)
        assert all(len(line) < 130 for line in lines)
        assert len(lines) < 120
        numbers = screen.query_one(PartNumbers)
        assert (numbers.n_rows, numbers.n_columns) == (128, 784)
        assert "⋮" in text_of(app)
        numbers.move_cursor(127, 783)
        assert screen.selection.cell == (127, 783)


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


async def test_a_step_of_an_experiment_that_was_edited_meanwhile_is_dropped() -> None:
    async with running("sample:xor", "4", "n") as (app, pilot):
        screen, workspace = step_screen(app), app.session.workspace
        place, edition = screen.selection.place, workspace.edition
        await press(pilot, "2", "a", "enter", "4")
        fresh = screen.selection.place
        assert fresh.trace.network is workspace.run.network
        assert place is not None
        assert edition is not None
        screen.post_message(Stepped(place, None, edition))
        await settle(pilot)
        assert screen.selection.place is fresh
        before = fresh.made
        screen.walk.forward(Grain.UPDATE)
        workspace.edit(apply_sets(workspace.experiment, ["training.epochs=7"]))
        await settle(pilot)
        assert workspace.run.trainer.update == before


async def test_what_is_shown_belongs_to_the_update_on_display() -> None:
    async with running("sample:xor", "4", "n") as (app, pilot):
        screen, workspace = step_screen(app), app.session.workspace
        shown = screen.selection.place.trace
        workspace.edit(apply_sets(workspace.experiment, ["network.layers.1.units=3"]))
        workspace.stale = False
        app.session.runs.prepare()
        for key in ("m", "escape", "O", "escape", "w", "escape", "B", "escape", "down"):
            await press(pilot, key)
        assert screen.selection.trace is None or screen.selection.trace is shown
