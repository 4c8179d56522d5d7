from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.tui.draw.curve import draw_losses
from tui_ann.tui.draw.curve_data import CurveInk, Losses, Plot, View, read_off


def losses(epochs: int = 20, per_epoch: int = 10, **changes: Any) -> Losses:
    """A run that overfits after two thirds."""
    rng = np.random.default_rng(5)
    share = np.arange(1, epochs * per_epoch + 1) / (epochs * per_epoch)
    batches = (0.7 * np.exp(-5 * share) + 0.01) * np.exp(rng.normal(0, 0.3, share.size))
    training = batches.reshape(epochs, per_epoch).mean(axis=1)
    validation = training * (1 + 0.8 * np.linspace(0, 1, epochs) ** 2) + 0.01
    fields: dict[str, Any] = {
        "ends": np.arange(1.0, epochs + 1) * per_epoch,
        "training": training,
        "validation": validation,
        "best_epoch": int(validation.argmin()) + 1,
        "updates_per_epoch": per_epoch,
    }
    return Losses(UpdateLosses(batches), **{**fields, **changes})


def of(batches: list[float], **fields: Any) -> Losses:
    return Losses(UpdateLosses(np.array(batches)), **fields)


@pytest.mark.parametrize(("width", "height"), [(20, 6), (40, 15), (78, 20), (120, 30), (12, 4), (8, 2)])
@pytest.mark.parametrize("log", [True, False], ids=["log", "linear"])
def test_sizes(width: int, height: int, log: bool, golden: Callable[[str], None]) -> None:
    golden(draw_losses(losses(), View(log=log), width, height).cells.plain())


def test_validation_is_seen_in_the_cells_it_shares_with_training() -> None:
    training = np.array([2.02, *np.linspace(0.55, 0.477, 19)])
    run = losses(training=training, validation=np.array([0.97, *np.linspace(0.66, 0.625, 19)]), best_epoch=20)
    drawn = draw_losses(run, View(batches=False), 78, 8).cells
    shared = (drawn.inks == CurveInk.VALIDATION).any(axis=0)
    assert shared[20:70].sum() >= 12
    alone = draw_losses(losses(training=training, validation=training, best_epoch=None), View(batches=False), 78, 8)
    assert (alone.cells.inks == CurveInk.VALIDATION).sum() <= 1  # the legend: it lies under training


@pytest.mark.parametrize("height", [4, 5, 6, 7, 8, 12])
@pytest.mark.parametrize("width", [40, 42, 60])
def test_labels_stand_at_their_places(width: int, height: int) -> None:
    plot = draw_losses(losses(epochs=4, per_epoch=1, best_epoch=None), View(), width, height)
    line = plot.cells.plain().split("\n")[-1]
    for epoch in range(5):
        at = line.find(str(epoch), plot.left)
        x = plot.left + round(epoch / 4 * (plot.width - 1))
        assert at < 0 or abs(at - x) <= 1


@pytest.mark.parametrize("height", [5, 6, 7, 8, 10])
@pytest.mark.parametrize("loss", [0.08, 0.0831, 0.3, 1.7, 24.0])
def test_the_losses_have_two_labels_after_one_update(height: int, loss: float) -> None:
    for log in (True, False):
        cells = draw_losses(of([loss]), View(log=log), 42, height).cells
        assert cells.plain().count("┤") >= 2


VIEWS = {
    "updates": View(epochs=False),
    "recent": View(recent=True),
    "cursor": View(cursor=75.0),
}


@pytest.mark.parametrize("view", VIEWS)
def test_views(view: str, golden: Callable[[str], None]) -> None:
    run = losses(marks=[(80, "learning rate 0.1 → 0.05")])
    golden(draw_losses(run, VIEWS[view], 60, 14).cells.plain())


CASES = {
    "nothing": of([]),
    "one-update": of([0.5]),
    "first-epoch": of([0.9, 0.8, 0.85, 0.7, 0.6]),
    "constant": of([0.5] * 30),
    "gap": of([0.9, 0.8, np.nan, np.inf, 0.5, 0.4]),
    "diverged": of([1.0, 30.0, 1e5, 1e40, 1e200, np.inf]),
    "not-finite": of([np.nan, np.inf]),
    "zero": of([0.0, 0.0]),
    "negative-on-log": of([-1.0, 0.0, 0.5, 0.25]),
}


@pytest.mark.parametrize("case", CASES)
def test_runs_that_are_not_ordinary(case: str, golden: Callable[[str], None]) -> None:
    golden(draw_losses(CASES[case], View(), 50, 12).cells.plain())


@given(
    width=st.integers(0, 30) | st.integers(0, 300),
    height=st.integers(0, 12) | st.integers(0, 100),
    run=st.builds(losses, st.integers(1, 30), st.integers(1, 12)),
    log=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_draws_in_any_room(width: int, height: int, run: Losses, log: bool) -> None:
    cells = draw_losses(run, View(log=log), width, height).cells
    assert (cells.width, cells.height) == (width, height)


def test_the_lines_are_told_apart_without_colour() -> None:
    cells = draw_losses(losses(), View(), 78, 20).cells
    validation, training = (cells.inks == CurveInk.VALIDATION).sum(), (cells.inks == CurveInk.TRAINING).sum()
    assert 0 < validation < training  # dashed, against drawn through
    assert "━ train" in cells.plain()
    assert "┅ val" in cells.plain()


def test_a_million_updates_show_their_extremes() -> None:
    batches = np.full(1_000_000, 1.0)
    batches[777_777] = 100.0
    plot = draw_losses(Losses(UpdateLosses(batches)), View(log=False), 80, 20)
    top = [x for x in range(plot.left, 80) if plot.cells.inks[2, x] == CurveInk.TRAINING]
    assert len(top) == 1
    assert plot.update_at(top[0]) == pytest.approx(777_777, abs=15_000)


def test_reads_values_off() -> None:
    run = losses(2, 2)
    batches = run.updates.values
    text = read_off(run, 3.0)
    assert text.startswith("update 3 · batch ")
    assert f"epoch 1 done · train {run.training[0]:.4f}"[:26] in text, "epoch 2 is not finished by then"
    assert f"epoch 2 done · train {run.training[1]:.4f}"[:26] in read_off(run, 4.0)
    assert "train" not in read_off(run, 1.0)
    assert read_off(run, 1e9).startswith("update 4")
    assert read_off(of([]), 5.0) == "update 1"
    assert batches.size == 4


def test_epochs_of_different_length_keep_their_place() -> None:
    run = losses(3, 1, ends=np.array([10.0, 20.0, 25.0]), updates_per_epoch=5)
    np.testing.assert_allclose(run.epoch_of(np.array([5.0, 20, 22.5, 27.5])), [0.5, 2, 2.5, 3.5])
    np.testing.assert_allclose(run.update_of(np.array([0.5, 2, 2.5])), [5, 20, 22.5])


def test_the_band_of_batches_reaches_the_lines_and_has_edges() -> None:
    """No halo is cut into it: next to a line there is either the band or nothing outside of its range."""
    plot = draw_losses(losses(60, 10), View(), 78, 20)
    cells = plot.cells
    band, lines = cells.inks == CurveInk.BAND, np.isin(cells.inks, (CurveInk.TRAINING, CurveInk.VALIDATION))
    touching = band[1:-1] & (lines[2:] | lines[:-2])
    assert touching.sum() > 20
    for x in range(plot.left, cells.width):
        column = np.flatnonzero(band[:, x] & (np.arange(cells.height) > 0))
        assert all(chr(cells.codes[row, x]) in "░▒" for row in column)
        gaps = [row for row in range(column[0], column[-1]) if not band[row, x]] if column.size else []
        assert all(cells.inks[row, x] != CurveInk.PLAIN for row in gaps), "only lines and signs interrupt it"
    assert "▒░▒ batches" in cells.plain()


def test_losses_beyond_the_axis_leave_a_sign() -> None:
    run = losses(20, 10)
    batches = run.updates.values.copy()
    batches[100], batches[150] = 1e4, 1e-9
    plot = draw_losses(losses(20, 10, **{}), View(), 78, 20)
    assert "beyond the axis" not in plot.cells.plain()
    far = Losses(UpdateLosses(batches), run.ends, run.training, run.validation, None, 10)
    text = draw_losses(far, View(), 78, 20).cells.plain()
    assert "▲▼ beyond the axis" in text
    lines = text.splitlines()
    assert "▲" in lines[1]
    assert "▼" in lines[-3]
    assert "▲" not in draw_losses(far, View(batches=False), 78, 20).cells.plain()


def test_a_narrow_legend_uses_shorter_words_before_it_leaves_any_out() -> None:
    batches = losses(20, 10).updates.values.copy()
    batches[100] = 1e4
    run = losses(20, 10)
    far = Losses(UpdateLosses(batches), run.ends, run.training, run.validation, 7, 10)
    legend = draw_losses(far, View(), 54, 20).cells.plain().splitlines()[0]
    assert legend.endswith("━ train  ┅ val  ◆ best 7  ⠐ batches  ▲ beyond")


def batch_rows(plot: Plot) -> dict[int, set[int]]:
    """Rows of the cells with batches, by update at the centre of the column."""
    cells = plot.cells
    rows: dict[int, set[int]] = {}
    for row, x in np.argwhere(cells.inks == CurveInk.BAND):
        if row > 0:
            rows.setdefault(int(x), set()).add(int(row))
    return rows


@pytest.mark.parametrize("log", [True, False], ids=["log", "linear"])
@pytest.mark.parametrize("epochs", [2, 20])
def test_one_update_an_epoch_has_only_its_line(epochs: int, log: bool) -> None:
    plot = draw_losses(losses(epochs, 1), View(log=log), 78, 20)
    assert not batch_rows(plot)
    assert "batches" not in plot.cells.plain()


def test_few_updates_are_a_dot_each_at_their_update() -> None:
    """Nothing is drawn between them: no loss that did not occur."""
    per_epoch = 4
    values = np.array([1.0, 0.1, 0.1, 0.1] * 3)
    ends = np.arange(1.0, 4) * per_epoch
    run = Losses(UpdateLosses(values), ends, values.reshape(3, -1).mean(axis=1), np.full(3, np.nan), None, per_epoch)
    plot = draw_losses(run, View(log=False), 60, 20)
    shown = batch_rows(plot)
    assert all(len(rows) == 1 for rows in shown.values())
    assert 9 <= len(shown) <= 12
    assert len({row for rows in shown.values() for row in rows}) == 2, "two different losses, two heights"
    assert "⠐ batches" in plot.cells.plain()
    assert not set("▒░") & set(plot.cells.plain())


def test_the_band_of_a_column_is_the_range_of_its_own_updates() -> None:
    values = np.concatenate((np.full(1000, 1.0), np.full(1000, 0.1)))
    ends = np.array([1000.0, 2000.0])
    run = Losses(UpdateLosses(values), ends, np.array([1.0, 0.1]), np.full(2, np.nan), None, 1000)
    plot = draw_losses(run, View(log=False), 60, 20)
    between = [x for x, rows in batch_rows(plot).items() if len(rows) > 1]
    assert len(between) <= 1, "only the column in which the loss falls"


@pytest.mark.parametrize("few", [True, False])
def test_without_colours_validation_is_dotted_so_that_it_is_no_second_solid_line(few: bool) -> None:
    run = losses(training=np.full(20, 1.0), validation=np.full(20, 0.1), best_epoch=None)
    plot = draw_losses(run, View(batches=False, few_colours=few), 60, 16)
    cells = plot.cells.inks == CurveInk.VALIDATION
    row = next(row for row in range(2, 14) if cells[row].sum() > 5)
    dots = sum(bin(int(code) - 0x2800).count("1") for code in plot.cells.codes[row][cells[row]])
    share = dots / (2 * plot.width)
    assert share < 0.35 if few else share > 0.6
    assert ("⠐ ⠐ val" if few else "┅ val") in plot.cells.plain()


def test_a_loss_of_0_is_said_to_be_off_the_log_axis() -> None:
    run = losses(training=np.append(np.full(10, 0.5), np.zeros(10)), best_epoch=None)
    assert "≤ 0 is off the log axis" in draw_losses(run, View(), 80, 16).cells.plain()
    assert "log axis" not in draw_losses(run, View(log=False), 80, 16).cells.plain()
    assert "log axis" not in draw_losses(losses(), View(), 80, 16).cells.plain()
