"""Compare by keys alone: forks, races, the table, runs from disk, and what each says."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from textual.widgets import Button, Input

from tests.tui.pilots import press, running, settle, steady, text_of, trained, type_text
from tui_ann.experiment.keys import put
from tui_ann.session.session import Session
from tui_ann.tui.dialogs.add_runs import AddRunsDialog
from tui_ann.tui.dialogs.fork import ForkDialog
from tui_ann.tui.screens.compare import CompareScreen
from tui_ann.tui.services.racing import GROUP as RACING
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.overlay_chart import OverlayChart
from tui_ann.tui.widgets.run_table import RunTable


def compare(app) -> CompareScreen:
    assert isinstance(app.screen, CompareScreen)
    return app.screen


def etas(app) -> dict[str, float]:
    return {run.run.letter: run.run.source.experiment.training.learning_rate for run in compare(app).body.board.runs}


async def raced(pilot, *keys: str) -> None:
    """Press keys that begin a race, and wait for its end."""
    await press(pilot, *keys)
    await settle(pilot, RACING)
    compare(pilot.app).look()
    await settle(pilot)


async def added(pilot, folder: Path) -> None:
    """Add saved runs, and wait until they are shown."""
    pilot.app.session.comparison.open([folder])
    compare(pilot.app).look()
    await settle(pilot)


def told(app) -> str:
    """Every message so far."""
    return " ".join(" ".join(note.message.split()) for note in app._notifications)


async def forked(pilot, steps: str, *keys: str) -> None:
    """Fork the run at the cursor with another η, and race to the end."""
    await press(pilot, "w")
    assert isinstance(pilot.app.screen, ForkDialog)
    await raced(pilot, *steps, *keys, "ctrl+s")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three short runs of one experiment with different η."""
    for eta in (0.01, 0.1, 1.0):
        session = Session(clock=lambda: 0.0)
        session.workspace.open("sample:xor")
        changed = put(put(session.workspace.experiment, "training.learning_rate", eta), "training.epochs", 30)
        session.workspace.edit(changed)
        session.train(tmp_path / "some" / f"eta-{eta}")
        session.close()
    return tmp_path / "some"


class TestLearningRates:
    """C8 and C10 as a comparison: the same start with other settings, told apart on one chart."""

    async def test_a_person_compares_three_learning_rates_by_keys_alone(self, golden: Callable[[str], None]):
        async with running("sample:xor", size=(120, 36)) as (app, pilot):
            app.runner.change_speed(20)
            await press(pilot, "space")
            await trained(pilot)
            await press(pilot, "6")
            assert "forks it with one setting changed" in await steady(app, pilot)
            await forked(pilot, "----")
            await forked(pilot, "++++")
            assert len(etas(app)) == 3
            assert len(set(etas(app).values())) == 3
            board = compare(app).body.board
            assert all(run.facts.ended for run in board.runs)
            assert " wins: loss " in text_of(app)
            starts = [run.run.source.parameters_at(0)["W1"] for run in board.runs]
            assert all(np.array_equal(start, starts[0]) for start in starts)
            text = await steady(app, pilot)
            assert all(mark in text for mark in ("▣ A○", "▣ B●", "▣ C△"))

    async def test_batch_against_stochastic_by_epochs_and_by_seconds(self):
        async with running("sample:xor", "6", size=(120, 36)) as (app, pilot):
            await press(pilot, "w", "down", "down", "enter", "down", "enter")
            await raced(pilot, "ctrl+s")
            variants = {run.run.source.experiment.training.variant for run in compare(app).body.board.runs}
            assert len(variants) == 2
            titles = []
            for _ in range(4):
                titles.append(str(compare(app).body.board.wish.along))
                await press(pilot, "x")
            assert titles == ["epochs", "updates", "examples", "seconds"]

    async def test_a_fork_begins_where_the_cursor_is(self):
        async with running("sample:xor", "3", "e", "e", "e", "e", "6") as (app, pilot):
            await press(pilot, "shift+tab", "end", "left")
            chart = app.screen.query_one(OverlayChart)
            assert chart.cursor == pytest.approx(3.0, abs=0.2)
            assert "epoch 3" in await steady(app, pilot)
            await press(pilot, "w")
            dialog = app.screen
            assert isinstance(dialog, ForkDialog)
            assert dialog.query_one("#update", Input).value == str(3 * app.snapshot.updates_per_epoch)


class TestForkDialog:
    async def test_only_one_setting_changes(self):
        async with running("sample:xor", "6", "w") as (app, pilot):
            await press(pilot, "+")
            assert "What changes: learning rate η" in text_of(app)
            await press(pilot, "down", "down", "down", "+")
            assert "What changes: " in text_of(app)
            assert "learning rate η" not in text_of(app).split("What changes")[1]

    async def test_an_update_that_the_run_does_not_have_is_named(self):
        async with running("sample:xor", "3", "e", "6", "w", "shift+tab") as (app, pilot):
            await type_text(pilot, "99999")
            await press(pilot)
            assert "The run has the updates 0 to" in text_of(app)
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, ForkDialog)

    async def test_what_needs_the_start_is_refused_in_a_sentence(self):
        async with running("sample:xor", "3", "e", "e", "6", "w", "shift+tab") as (app, pilot):
            await type_text(pilot, "1")
            await press(pilot, "tab")
            rows = app.screen.focused
            keys = [line.setting.key for line in rows._lines]
            rows.cursor = keys.index("network.layers.1.units")
            await press(pilot, "+")
            await press(pilot, "ctrl+s")
            await settle(pilot, RACING)
            await settle(pilot)
            text = " ".join(text_of(app).split())
            assert "changes the shapes of the parameters" in text
            assert "Fork it at update 0." in text

    async def test_only_a_fork_waits_where_it_was_made(self):
        async with running("sample:xor", "6", "w", "+") as (app, pilot):
            app.screen.query_one("#only", Button).press()
            await settle(pilot, RACING)
            compare(app).look()
            await settle(pilot)
            assert [run.facts.status for run in compare(app).body.board.runs] == ["ready", "ready"]
            await raced(pilot, "L")
            assert all(run.facts.ended for run in compare(app).body.board.runs)


class TestRace:
    @pytest.mark.parametrize("end", ["escape", "L"])
    async def test_it_stops_at_once_and_goes_on(self, end):
        async with running("sample:xor") as (app, pilot):
            app.bench.edit(put(app.session.workspace.experiment, "training.epochs", 100_000_000))
            await press(pilot, "6", "w", "+", "ctrl+s")
            assert compare(app).racer.running
            assert "In lockstep of epochs" in text_of(app)
            await raced(pilot, end)
            assert not compare(app).racer.running
            first = [run.facts.epochs for run in compare(app).body.board.runs]
            await press(pilot, "L")
            await raced(pilot, "L")
            assert compare(app).body.board.runs[1].facts.epochs >= first[1]
            assert not compare(app).body.board.runs[1].facts.ended

    async def test_the_program_is_left_during_a_race(self):
        async with running("sample:xor") as (app, pilot):
            app.bench.edit(put(app.session.workspace.experiment, "training.epochs", 100_000_000))
            await press(pilot, "6", "w", "+", "ctrl+s")
            racer = compare(app).racer
            assert racer.running
        assert racer._stopped.is_set()


class TestRunsFromDisk:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
    async def test_a_folder_of_runs_opens_on_compare(self, folder, golden, size):
        app = TuiAnnApp(runs=[folder])
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            assert etas(app) == {"A": 0.01, "B": 0.1, "C": 1.0}
            compare(app).body.table.move_cursor(0, 0)
            text = await steady(app, pilot)
            assert "▸ xor" in text
            golden(text)
            assert not app.failures.seen

    async def test_runs_are_added_by_a_path_with_completion_and_by_a_pattern(self, folder, monkeypatch):
        monkeypatch.chdir(folder.parent)
        async with running("sample:xor", "6", "a") as (app, pilot):
            assert isinstance(app.screen, AddRunsDialog)
            await type_text(pilot, "so")
            await press(pilot, "tab")
            await type_text(pilot, "eta-0.1")
            await press(pilot, "enter")
            await settle(pilot)
            assert len(etas(app)) == 2
            await press(pilot, "a")
            await type_text(pilot, "some/eta-*")
            await press(pilot, "enter")
            assert len(etas(app)) == 4
            assert "1 of them is in the comparison already" in told(app)

    async def test_one_run_of_a_folder_is_chosen_and_all_only_where_the_row_says_so(self, folder, monkeypatch):
        monkeypatch.chdir(folder.parent)
        async with running("sample:xor", "6", "a") as (app, pilot):
            await type_text(pilot, folder.name)
            await press(pilot, "enter")
            assert isinstance(app.screen, AddRunsDialog)
            assert "all 3 runs in here" in text_of(app)
            await press(pilot, "enter")
            assert etas(app).keys() == {"A", "B"}
            await press(pilot, "a")
            await type_text(pilot, f"{folder.name}/")
            await press(pilot, "up", "up", "enter")
            assert etas(app).keys() == {"A", "B", "C", "D"}

    async def test_runs_of_the_application_are_offered_where_the_working_folder_has_none(
        self, folder, tmp_path, monkeypatch
    ):
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        async with running("sample:xor", "6") as (app, pilot):
            shutil.copytree(folder / "eta-0.1", app.session.paths.runs / "xor-1")
            await press(pilot, "a")
            await type_text(pilot, "xor-1")
            await press(pilot, "enter")
            await settle(pilot)
            assert 0.1 in etas(app).values()

    async def test_runs_can_be_added_before_anything_is_open(self, folder, monkeypatch):
        monkeypatch.chdir(folder)
        async with running(None, "6", "a") as (app, pilot):
            await type_text(pilot, "eta-0.1")
            await press(pilot, "enter")
            assert etas(app) == {"A": 0.1}
            assert app.open_name == "xor"

    async def test_a_damaged_run_is_skipped_with_a_sentence(self, folder):
        (folder / "eta-0.1" / "run.json").write_text("{", encoding="utf-8")
        app = TuiAnnApp(runs=[folder])
        async with app.run_test(size=(120, 36)) as pilot:
            await settle(pilot)
            assert etas(app) == {"A": 0.01, "B": 1.0}
            assert "run.json is damaged" in told(app)

    async def test_a_saved_run_is_opened_on_every_screen_and_the_old_one_stays(self, folder):
        async with running(folder / "eta-0.1", "6") as (app, pilot):
            await added(pilot, folder / "eta-1.0")
            await press(pilot, "down", "enter")
            assert app.session.workspace.experiment.training.learning_rate == 1.0
            assert app.current_mode == "train"
            await press(pilot, "6")
            assert etas(app) == {"A": 0.1, "B": 1.0}


class TestTable:
    async def test_a_run_is_hidden_and_shown(self, folder):
        async with running(folder / "eta-0.1", "6") as (app, pilot):
            await added(pilot, folder)
            await press(pilot, "down", "space")
            assert "▢ B●" in await steady(app, pilot)
            assert len(compare(app).body.chart._lines) == 2
            await press(pilot, "space")
            assert len(compare(app).body.chart._lines) == 3

    async def test_a_column_sorts_up_down_and_no_more(self, folder):
        async with running(folder / "eta-0.1", "6") as (app, pilot):
            await added(pilot, folder)
            await press(pilot, "right")
            orders = []
            for _ in range(3):
                await press(pilot, ">")
                orders.append([row.values[1] for row in compare(app).body.rows])
            assert orders == [[0.01, 0.1, 1.0], [1.0, 0.1, 0.01], [0.1, 0.01, 1.0]]

    async def test_the_goal_is_set_and_taken_back(self, folder):
        async with running(folder / "eta-0.1", "6") as (app, pilot):
            await added(pilot, folder)
            await press(pilot, "=")
            await type_text(pilot, "0.65")
            await press(pilot, "enter")
            assert compare(app).body.board.goal.value == 0.65
            assert "to 0.65" in await steady(app, pilot)
            await press(pilot, "=")
            await type_text(pilot, "nonsense")
            await press(pilot, "enter")
            assert "not a number" in text_of(app)
            await press(pilot, "escape", "=")
            app.screen.query_one("#entry", Input).value = ""
            await press(pilot, "enter")
            assert compare(app)._wanted.wish.goal is None

    async def test_another_quantity_the_axis_and_smoothing(self, folder):
        async with running(folder / "eta-0.1", "6") as (app, pilot):
            await press(pilot, "v", "down", "enter")
            assert "Accuracy" in (await steady(app, pilot)).splitlines()[1]
            await press(pilot, "l", "+", "+")
            title = (await steady(app, pilot)).splitlines()[1]
            assert "smoothed, β 0.9" in title
            assert "log" not in title
            await press(pilot, "-", "-", "-")
            assert "smoothed" not in (await steady(app, pilot)).splitlines()[1]

    async def test_a_run_is_kept_when_another_takes_its_place(self):
        async with running("sample:xor", "3", "e", "6", ".") as (app, pilot):
            assert "stays here" in told(app)
            await press(pilot, "3", "r", "6")
            assert len(etas(app)) == 2

    async def test_a_saved_run_is_removed_with_its_folder_after_a_question(self, folder):
        async with running(folder / "eta-0.1", "6") as (app, pilot):
            await added(pilot, folder)
            await press(pilot, "down", "delete")
            assert "Take it off the list" in text_of(app)
            await press(pilot, "enter")
            assert len(etas(app)) == 2
            assert (folder / "eta-0.01" / "run.json").exists()
            await press(pilot, "delete", "down", "enter")
            assert len(etas(app)) == 1
            assert not (folder / "eta-1.0").exists()

    async def test_the_open_run_is_not_removed(self):
        async with running("sample:xor", "6", "delete") as (app, _):
            assert "is the run of the open experiment" in " ".join(text_of(app).split())

    async def test_a_live_run_is_removed_after_a_question(self):
        async with running("sample:xor", "6") as (app, pilot):
            await forked(pilot, "+")
            await press(pilot, "down", "delete")
            assert "It is not saved" in " ".join(text_of(app).split())
            app.screen.query_one("#yes", Button).press()
            await settle(pilot)
            assert len(etas(app)) == 1

    async def test_the_table_is_copied_and_written(self, folder, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        async with running(folder / "eta-0.1", "6") as (app, pilot):
            await added(pilot, folder)
            said = []
            for _ in range(5):
                await press(pilot, "y")
                said.append(app.clipboard.partition("\n")[0])
            assert said[2].startswith("|  | run | η")
            assert said[3].startswith("run,name,training.learning_rate")
            assert said[4] == r"\begin{tabular}{llrrrrrrrr}" or said[4].startswith(r"\begin{tabular}")
            await press(pilot, "s", "down", "enter", "enter")
            assert (tmp_path / "xor-runs.csv").read_text(encoding="utf-8").startswith("run,name,training.learning_rate")

    async def test_weights_are_compared_cell_by_cell(self, folder):
        async with running(folder / "eta-0.1", "6") as (app, pilot):
            await added(pilot, folder / "eta-1.0")
            await press(pilot, "|")
            text = await steady(app, pilot)
            assert "Weights, A − B" in text
            assert "‖Δ‖" in text
            await press(pilot, "]")
            assert "Δb¹" in await steady(app, pilot)


async def test_the_keys_that_need_a_run_are_not_offered_on_an_empty_screen():
    async with running(None, "6", size=(160, 24)) as (app, pilot):
        assert (await steady(app, pilot)).splitlines()[-1].split() == ["?", "Help", "^p", "Keys", "q", "Quit"]


async def test_without_colours_glyphs_lie_on_the_curves(folder, monkeypatch):
    monkeypatch.setattr("tui_ann.tui.widgets.overlay_chart.few_colours", lambda app: True)
    async with running(folder / "eta-0.1", "6") as (app, pilot):
        await added(pilot, folder)
        text = await steady(app, pilot)
        chart = "\n".join(text.splitlines()[2:18])
        assert all(chart.count(glyph) >= 3 for glyph in "○●△")


async def test_the_chart_says_what_it_shows(folder):
    async with running(folder / "eta-0.1", "6") as (app, pilot):
        await added(pilot, folder)
        chart, table = app.screen.query_one(OverlayChart), app.screen.query_one(RunTable)
        assert " wins: loss " in chart.describe()
        assert table.describe().startswith("A · η 0.1 · completed after")
        chart.focus()
        await press(pilot, "home")
        assert chart.describe().startswith("epoch 0 · A –")
