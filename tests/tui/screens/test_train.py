"""The Train screen: every state in words and pictures, its keys, and sizes."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace as replace_spec
from textual.pilot import Pilot

from tests.tui.hosts import TrainHost
from tests.tui.pilots import steady
from tests.tui.runs import plan, snapshot, trainer
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.experiment.run_record import Baseline, EndVerdict, Trouble
from tui_ann.session.run.results import Results
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.content.glossary import glossary
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.screens.train import TrainScreen
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import Pane, Panes
from tui_ann.tui.widgets.parameters import ParameterTable
from tui_ann.tui.widgets.run_lines import MetricsTable, ProgressLine


def state(name: str) -> tuple[Plan | None, Snapshot | None]:
    match name:
        case "empty":
            return None, None
        case "loaded":
            return plan(), snapshot(0, "ready")
        case "training":
            return plan(), snapshot(217)
        case "paused":
            return plan(), snapshot(217, "paused")
        case "diverged":
            run = trainer(learning_rate=1e308)
            for _ in run.run():
                pass
            return plan(), snapshot(0, of=run)
        case _:
            run = trainer(epochs=12)
            for _ in run.run():
                pass
            return plan(), snapshot(0, of=run)


STATES = ["empty", "loaded", "training", "paused", "diverged", "completed"]
SIZES = [(80, 24), (120, 36)]


def words(host: TrainHost) -> str:
    return "\n".join(strip.text.rstrip() for strip in host.screen._compositor.render_strips())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", STATES)
async def test_states(name: str, size: tuple[int, int], golden: Callable[[str], None]) -> None:
    host = TrainHost(*state(name))
    async with host.run_test(size=size) as pilot:
        await settled(pilot)
        golden(words(host))


async def test_flat_out_the_panes_show_one_snapshot_or_are_not_drawn_and_the_line_goes_on() -> None:
    run, affordable = trainer(), [True]
    host = TrainHost(plan(), snapshot(10, of=run))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        screen = host.screen
        assert isinstance(screen, TrainScreen)
        screen.body.budget.affords = lambda: affordable[0]  # type: ignore[method-assign]

        def next_frame(status: str = "running") -> list[str]:
            host.snapshot = snapshot(run.update + 20, status, of=run)
            return [screen.query_one(kind).sheet.plain() for kind in (LossCurve, NetworkPicture, ProgressLine)]

        frames = [next_frame() for _ in range(3)]
        affordable[0] = False
        frames += [next_frame(), next_frame("paused")]
    curve_network_line = [[a != b for a, b in zip(*two, strict=True)] for two in pairwise(frames)]
    assert curve_network_line == [[True] * 3, [True] * 3, [False, False, True], [True] * 3]


async def settled(pilot: Pilot[None]) -> None:
    """The sentences on the frames come as messages."""
    await pilot.pause()


@pytest.mark.parametrize("theme", ["dusk", "dawn"])
def test_picture(theme: str, snap_compare: Any) -> None:
    host = TrainHost(*state("training"), theme=theme)
    assert snap_compare(host, terminal_size=(120, 36), run_before=settled)


async def test_keys_change_how_the_run_is_looked_at() -> None:
    host = TrainHost(*state("paused"))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        curve, numbers = host.screen.query_one(LossCurve), host.screen.query_one(ParameterTable)
        await pilot.press("l", "X", "H")
        assert (curve.log_axis, curve.epochs_axis, curve.recent) == (False, False, True)
        title = host.screen.query_one("#loss-pane", Pane).border_title
        assert str(title) == "Loss: binary cross-entropy · linear · recent"
        await pilot.press("right_square_bracket", "right_square_bracket", "v")
        assert numbers.matrix.describe().startswith("∂L/∂W²")
        await pilot.press("left_square_bracket")
        assert numbers.chosen == "b1"


async def test_the_newest_snapshot_is_shown_and_a_rewound_run_starts_afresh() -> None:
    run = trainer()
    host = TrainHost(plan(), snapshot(50, of=run))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        curve = host.screen.query_one(LossCurve)
        host.snapshot = snapshot(150, of=run)
        await pilot.pause()
        assert "epoch 15/40" in words(host)
        host.snapshot = snapshot(0, "ready")
        await pilot.pause()
        assert curve.describe() == ""
        assert "epoch 0/40" in words(host)


async def test_the_units_show_what_an_example_makes_of_them() -> None:
    shown, shot = state("paused")
    host = TrainHost(shown, shot)
    async with host.run_test(size=(200, 50)) as pilot:
        await pilot.pause()
        picture = host.screen.query_one(NetworkPicture)
        picture.focus()
        await pilot.press("right")
        assert picture.describe() == "x₁ (angle) = 0.4"
        assert "x [red]" in words(host)


async def test_large_parameters_are_named_though_not_shown() -> None:
    shown, shot = state("paused")
    assert shot is not None
    small = {name: array for name, array in shot.parameters.items() if name != "W1"}
    host = TrainHost(shown, replace(shot, parameters=small, signals={}, omitted=frozenset({"W1"})))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        host.screen.query_one(ParameterTable).choose("W1")
        await pilot.pause()
        assert "W¹ is too large to be shown live" in words(host)


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (200, 3), (40, 12), (79, 23), (99, 30), (300, 80)], ids=str)
async def test_alive_at_any_size(size: tuple[int, int]) -> None:
    host = TrainHost(*state("training"))
    async with host.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("l", "z", "tab", "v", "z")
        await pilot.resize_terminal(120, 36)
        await steady(host, pilot)
        assert "epoch 21/40" in words(host)


async def test_another_experiment_is_shown_from_the_start() -> None:
    shown, shot = state("paused")
    host = TrainHost(shown, shot)
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await pilot.press("tab", "tab", "right_square_bracket", "v", "v", "z")
        await settled(pilot)
        assert "Δb¹₁" in words(host)
        assert "z all panes" in words(host)
        host.snapshot = None
        host.open_name = "moons"
        host.openings += 1
        host.revision += 1
        await settled(pilot)
        assert "[value]" in words(host)
        assert "Δb¹₁" not in words(host)
        assert not host.screen.query_one(Panes).zoomed


async def test_every_pane_has_its_own_help() -> None:
    host = TrainHost(*state("paused"))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        for pane in host.screen.query(Pane):
            assert glossary().term(pane.help_topic) is not None


async def test_restored_weights_are_told_from_the_figures_of_the_last_epoch() -> None:
    shown, shot = state("paused")
    assert shown is not None
    assert shot is not None
    training = replace_spec(shown.experiment.training, early_stopping=EarlyStopping())
    shown = replace(shown, experiment=replace_spec(shown.experiment, training=training))
    reason = StopReason(Status.EARLY_STOPPED, "val_loss has not improved for 5 epochs; the best was epoch 13")
    host = TrainHost(shown, replace(shot, status="early_stopped", stop_reason=reason))
    async with host.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        assert "early stopping: val_loss best at epoch 13, its weights restored" in words(host)
        assert "Numbers · of epoch 13, restored" in words(host)
        assert "Metrics · of epoch 21 · train: mean while learning" in words(host)
        await pilot.press("tab", "tab", "tab", "tab", "z")
        await pilot.pause()
        assert "train ◆ 13" in words(host)


async def test_a_divergence_is_said_with_its_update() -> None:
    host = TrainHost(*state("diverged"))
    async with host.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        assert "→ not finite after update" in words(host)


async def test_hints_are_whole_and_those_of_the_pane_that_stands_alone() -> None:
    host = TrainHost(*state("paused"))
    async with host.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "l log · X updates · H recent · h batches · tab next pane" in words(host)
        await pilot.press("tab", "tab")
        await pilot.pause()
        assert "[ ] table · v value/∂L/Δ · tab next pane" in words(host)


async def test_the_batches_can_be_left_out() -> None:
    host = TrainHost(*state("paused"))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert "⠐ batches" in words(host)
        await pilot.press("h")
        await pilot.pause()
        assert "⠐ batches" not in words(host)


async def test_a_long_epoch_has_a_bar_of_its_own() -> None:
    shown, shot = state("training")
    assert shot is not None
    host = TrainHost(shown, replace(shot, updates_per_epoch=10_000, updates_per_second=500.0, position=40))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert "40 of 100 examples" in words(host)


async def test_keys_in_quick_succession_end_in_the_pane_they_name() -> None:
    host = TrainHost(*state("paused"))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        screen = host.screen
        assert isinstance(screen, TrainScreen)
        for _ in range(2):
            screen.action_move_pane("next")  # the second before the first has given the focus on
        screen.action_move_pane("zoom")
        await pilot.pause()
        await pilot.pause()
        assert host.screen.query_one(Panes).active == "numbers-pane"
        assert isinstance(host.screen.focused, MatrixView)


def result(kept: str = "epoch 40, the last") -> Results:
    figures = {"loss": 0.1, "accuracy": 0.95, "auc": 0.99, "precision": 0.9, "recall": 1.0, "f1": 0.947}
    parts = {part: {**figures, "loss": loss} for part, loss in (("train", 0.1), ("validation", 0.2), ("test", 0.3))}
    baselines = {
        "constant": Baseline("always 'inner [red]'", {"test": {**figures, "loss": 0.69, "accuracy": 0.6, "auc": 0.5}}),
        "linear": Baseline("a linear model", {"test": {**figures, "loss": 0.25, "r2": None}}),
    }
    return Results(parts, baselines, kept)


def test_of_a_network_with_penalties_the_data_loss_is_compared() -> None:
    table = MetricsTable()
    table.set_data({}, None, replace(result(), penalty=0.05))
    head, train, *_ = table.paint(70, 6).plain().splitlines()
    assert head.split()[:3] == ["data", "loss", "acc."]
    assert train.split()[:2] == ["train", "0.05"]


def ended(**changes: Any) -> Snapshot:
    run = trainer(epochs=12)
    for _ in run.run():
        pass
    return snapshot(0, of=run, **changes)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_result_of_the_weights_kept(size: tuple[int, int], golden: Callable[[str], None]) -> None:
    host = TrainHost(plan(), ended(results=result()))
    async with host.run_test(size=size) as pilot:
        await settled(pilot)
        if size[0] < 100:
            await pilot.press("tab", "tab", "tab", "tab")
            await settled(pilot)
        golden(words(host))


@pytest.mark.parametrize(
    ("height", "labels"),
    [(1, ["test"]), (2, ["test"]), (3, ["test", "linear model"]), (6, ["train", "val", "test", "class", "linear"])],
)
def test_of_a_result_the_unseen_part_is_left_out_last(height: int, labels: list[str]) -> None:
    table = MetricsTable()
    table.set_data({}, None, result())
    shown = table.paint(70, height).plain().splitlines()
    rows = shown if height == 1 else shown[1:]
    assert len(rows) == len(labels)
    assert all(row.startswith(label) for row, label in zip(rows, labels, strict=True))


@pytest.mark.parametrize(
    ("verdict", "says", "kind"),
    [
        (
            EndVerdict(Trouble.WORSE, "the loss was 0.7 at the start and is 26 now"),
            "is 26 now · _ trains",
            "-warn",
        ),
        (
            EndVerdict(Trouble.DEAD, "the same answer", smaller_steps=False),
            "! dead: the same answer · R draws",
            "-warn",
        ),
        (EndVerdict(Trouble.DIVERGED, "not finite after update 3"), "✗ not finite after update 3 · _ trains", "-bad"),
    ],
)
async def test_a_bad_end_says_why_and_which_key_helps(verdict: EndVerdict, says: str, kind: str) -> None:
    host = TrainHost(plan(), ended(verdict=verdict))
    async with host.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        assert says in words(host)
        assert "✓" not in words(host)
        assert host.screen.query_one("#status-text").has_class(kind)


async def test_a_bad_end_is_whole_at_80_columns() -> None:
    verdict = EndVerdict(Trouble.WORSE, "the loss was 0.6931 at the start and is 26.51 now")
    host = TrainHost(plan(), ended(verdict=verdict))
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "! worse than at the start · _ trains again from the same start with η 0.03" in words(host)


@pytest.mark.parametrize("width", [120, 80])
async def test_a_network_that_lost_to_a_baseline_says_so(width: int) -> None:
    better = Baseline("a linear model", {"test": {"loss": 0.2, "accuracy": 0.97}})
    host = TrainHost(plan(), ended(results=replace(result(), baselines={"linear": better})))
    async with host.run_test(size=(width, 30)) as pilot:
        await settled(pilot)
        line = next(line for line in words(host).splitlines() if "is better" in line)
        assert "all 12 epochs done · a linear model is better · Space plays it again" in line
        assert host.screen.query_one("#status-text").has_class("-warn")


async def test_an_end_is_one_line_at_80_columns() -> None:
    reason = StopReason(Status.CONVERGED, "the loss changed by less than the tolerance of 0.000001 in an epoch")
    host = TrainHost(plan(), ended(stop_reason=reason))
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert words(host).splitlines()[-3].strip() == reason.text


async def test_train_is_named_as_a_mean_while_the_weights_change() -> None:
    host = TrainHost(*state("paused"))
    async with host.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        assert "Metrics · train: mean while learning" in words(host)


async def test_one_column_shows_curve_metrics_and_numbers_together_and_the_speed_keys() -> None:
    host = TrainHost(*state("paused"))
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        text = words(host)
        assert "━ train" in text
        assert "n₃" in text, "rows of numbers"
        assert any("train" in line and "loss" in line and "accuracy" in line for line in text.splitlines())
        assert "+ Faster" in text
        assert "- Slower" in text
        await pilot.press("z")
        await settled(pilot)
        assert "n₁" not in words(host)
        await pilot.press("z", "tab")
        await settled(pilot)
        assert "━ train" not in words(host), "the network has the column alone"
        assert "positive" in words(host)


@pytest.mark.parametrize(("size", "tables"), [((80, 24), 3), ((120, 36), 2), ((200, 50), 4)], ids=str)
async def test_tables_stand_side_by_side_where_they_fit(size: tuple[int, int], tables: int) -> None:
    host = TrainHost(*state("paused"))
    async with host.run_test(size=size) as pilot:
        await settled(pilot)
        shown = [table for table in host.screen.query(MatrixView) if table.display]
        assert len(shown) == tables
        assert all(table.region.right <= host.size.width for table in shown)
