"""The loss curve: batches as a faint band, over it validation dashed, over that training drawn through.

Everything is told apart without colour: the band is dotted, validation dashed, training solid, the best epoch a ◆.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.text import cell_width, clean, count, number
from tui_ann.tui.draw.axes import PlotAxis, count_ticks, linear_axis, log_axis
from tui_ann.tui.draw.cells import BLANK, Cells
from tui_ann.tui.draw.trace import filled, joined, polyline

Array = NDArray[np.float64]


class CurveInk(IntEnum):
    """What a cell of the picture is."""

    PLAIN = 0
    AXIS = 1
    GRID = 2
    BAND = 3
    VALIDATION = 4
    TRAINING = 5
    BEST = 6
    CURSOR = 7
    LEGEND = 8
    MARK = 9


@dataclass(frozen=True, eq=False)
class Losses:
    """Everything the curve shows."""

    updates: UpdateLosses
    """Loss of each update's batch."""
    ends: Array = field(default_factory=lambda: np.zeros(0))
    """Updates done at the end of each epoch, (epochs,)."""
    training: Array = field(default_factory=lambda: np.zeros(0))
    """Loss of each epoch, (epochs,)."""
    validation: Array = field(default_factory=lambda: np.zeros(0))
    """Validation loss of each epoch, nan where there is none, (epochs,)."""
    best_epoch: int | None = None
    """The first is 1."""
    updates_per_epoch: int = 1
    """How long the epoch in hand is, for the axis in epochs."""
    marks: Sequence[tuple[int, str]] = ()
    """Updates at which something was changed, and what."""

    def epoch_of(self, updates: Array) -> Array:
        """Return where in epochs a number of updates stands."""
        knots, epochs = self._knots()
        return np.interp(updates, knots, epochs)

    def update_of(self, epochs: Array) -> Array:
        """Return how many updates a number of epochs took."""
        knots, numbers = self._knots()
        return np.interp(epochs, numbers, knots)

    def _knots(self) -> tuple[Array, Array]:
        knots = np.concatenate(([0.0], self.ends))
        last = knots[-1] + self.updates_per_epoch
        return np.append(knots, last), np.arange(len(knots) + 1, dtype=np.float64)


@dataclass(frozen=True)
class View:
    """How the curve is looked at."""

    log: bool = True
    epochs: bool = True
    """Whether the lower axis counts epochs; else updates."""
    recent: bool = False
    """Whether only the last part is shown."""
    cursor: float | None = None
    """Update at which the values are read off."""
    batches: bool = True
    """Whether single batches are shown where there are epochs to show."""


@dataclass(frozen=True, eq=False)
class Plot:
    """The picture and its scale."""

    cells: Cells
    left: int
    """First column of the curve."""
    width: int
    """Columns of the curve."""
    first: float
    """Updates at its left end."""
    last: float
    """Updates at its right end."""

    def update_at(self, x: int) -> float:
        """Return the update under a column."""
        share = (x - self.left + 0.5) / max(1, self.width)
        return self.first + min(max(share, 0.0), 1.0) * (self.last - self.first)


def draw_losses(losses: Losses, view: View, width: int, height: int) -> Plot:
    """Draw the curve.

    Args:
        losses: What there is to show.
        view: How to look at it.
        width: Cells across; from 20 there are axes.
        height: Cells down; from 4.
    """
    cells = Cells(width, height)
    total = max(float(len(losses.updates)), float(losses.ends[-1]) if len(losses.ends) else 0.0)
    if total == 0 or width < 8 or height < 2:
        text = "no update yet" if total == 0 else "too small"
        cells.write_centred(width // 2, height // 2, clean(text, width), CurveInk.AXIS)
        return Plot(cells, 0, width, 0.0, max(1.0, total))
    first, last = _extent(view, total)
    top = 1 if height >= 6 else 0
    bottom = 2 if height >= 8 else 1 if height >= 4 else 0
    tall = height - top - bottom
    axis = _value_axis(losses, view, first, last, tall)
    if axis is None:
        finite = np.isfinite(losses.updates.columns(np.array([0, len(losses.updates)]))[0]).any()
        text = "no loss above 0, as a log axis needs" if finite else "no finite loss to draw"
        cells.write_centred(width // 2, height // 2, clean(text, width), CurveInk.AXIS)
        return Plot(cells, 0, width, first, last)
    left = _left_axis(cells, axis, top, tall) if width >= 20 else 0
    plot = Plot(cells, left, width - left, first, last)
    _below(plot, losses, view, top + tall, bottom)
    _curves(plot, losses, view, axis, top, tall)
    _signs(plot, losses, view, axis, top, tall)
    if top:
        _head(plot, losses, view)
    return plot


def _extent(view: View, total: float) -> tuple[float, float]:
    """Return the first and the last update in sight."""
    first = 0.0
    if view.recent:
        first = max(0.0, total - max(total / 10, min(total, 100.0)))
    return first, max(total, first + 1)


def _value_axis(losses: Losses, view: View, first: float, last: float, tall: int) -> PlotAxis | None:
    """Return an axis for all values in sight; single batches far off may leave it, the lines never."""
    seen = (losses.ends >= first) & (losses.ends <= last)
    lines = np.concatenate((losses.training[seen], losses.validation[seen]))
    low, high = losses.updates.columns(np.linspace(first, last, 201).astype(np.int64))
    if view.log:
        lines = lines[lines > 0]
        low, high = low[low > 0], high[high > 0]
    lines, low, high = lines[np.isfinite(lines)], low[np.isfinite(low)], high[np.isfinite(high)]
    if lines.size > 2:
        smallest, largest = _with_air(float(lines.min()), float(lines.max()), view.log)
        if low.size:  # no further than the batches reach
            smallest = min(float(lines.min()), max(smallest, float(low.min())))
            largest = max(float(lines.max()), min(largest, float(high.max())))
    elif lines.size or low.size:
        both = np.concatenate((lines, low, high))
        smallest, largest = float(both.min()), float(both.max())
    else:
        return None
    return log_axis(smallest, largest) if view.log else linear_axis(smallest, largest, max(2, tall // 3))


def _with_air(low: float, high: float, log: bool) -> tuple[float, float]:
    """Return a range with a quarter of its height of air above and below, for the batches around the lines."""
    if log:
        ratio = max(high / low, 2.0) ** 0.25 if low > 0 and high / low < 1e300 else 1.0
        return low / ratio, min(high * ratio, 1.7e308)
    air = 0.25 * (high / 2 - low / 2) * 2 if high < 1e300 else 0.0
    return max(low - air, min(low, 0.0)), high + air


def _left_axis(cells: Cells, axis: PlotAxis, top: int, tall: int) -> int:
    """Draw the axis of values; return the column where the curve begins."""
    ticks = axis.ticks(max(2, tall // 3))
    left = max((cell_width(label) for _, label in ticks), default=0) + 1
    for row in range(top, top + tall):
        cells.write(left - 1, row, "│", CurveInk.AXIS)
    taken = -2
    for value, label in reversed(ticks):
        place = axis.places(np.array([value]), 4 * tall)[0]
        row = top + tall - 1 - int(min(max(place, 0), 4 * tall - 1)) // 4
        if row - taken < 2:
            continue
        taken = row
        cells.write_right(left - 1, row, label, CurveInk.AXIS)
        cells.write(left - 1, row, "┤", CurveInk.AXIS)
        cells.write(left, row, "┈" * (cells.width - left), CurveInk.GRID)
    return left


def _below(plot: Plot, losses: Losses, view: View, row: int, rows: int) -> None:
    """Draw the lower axis with its ticks."""
    if rows == 0:
        return
    cells = plot.cells
    ends = np.array([plot.first, plot.last])
    low, high = losses.epoch_of(ends) if view.epochs else ends
    unit = "epoch" if view.epochs else "update"
    limit = cells.width
    if rows == 2:
        cells.write(max(0, plot.left - 1), row, ("└" if plot.left else "") + "─" * plot.width, CurveInk.AXIS)
        cells.write_right(cells.width, row, f" {unit}", CurveInk.AXIS)
    else:
        cells.write_right(cells.width, row, unit, CurveInk.AXIS)
        limit -= len(unit) + 1
    taken = plot.left - 2
    most = max(2, plot.width // (cell_width(count(int(high))) + 6))
    for value, label in count_ticks(float(low), float(high), most):
        update = float(losses.update_of(np.array([value]))[0]) if view.epochs else value
        x = plot.left + round((update - plot.first) / (plot.last - plot.first) * (plot.width - 1))
        begin = max(plot.left, min(x - cell_width(label) // 2, limit - cell_width(label)))
        if begin <= taken + 1 or begin + cell_width(label) > limit or not plot.left <= x < cells.width:
            continue
        taken = cells.write(begin, row + rows - 1, label, CurveInk.AXIS)
        if rows == 2 and x < cells.width - len(unit) - 1:
            cells.write(x, row, "┬", CurveInk.AXIS)


def _curves(plot: Plot, losses: Losses, view: View, axis: PlotAxis, top: int, tall: int) -> None:
    """Draw the band of batches, then validation, then training, both clear of the band."""
    columns, dots = 2 * plot.width, 4 * tall
    edges = np.linspace(plot.first, plot.last, columns + 1)
    x_of = (losses.ends - plot.first) / (plot.last - plot.first) * (columns - 1)
    few = len(losses.training) < 2
    updates = losses.updates
    if plot.last - plot.first <= 2 * columns and plot.first >= updates.start:
        first = int(plot.first)
        values: Array = updates.values[first - updates.start : int(np.ceil(plot.last)) - updates.start]
        x = (np.arange(1.0, len(values) + 1) + first - plot.first) / (plot.last - plot.first) * (columns - 1)
        low, high = joined(*polyline(x, axis.places(values, dots), columns))
    else:
        least, greatest = updates.columns(np.rint(edges).astype(np.int64))
        low, high = joined(axis.places(least, dots), axis.places(greatest, dots))
    band = filled(low, high, dots)
    if not few:
        band[1::2] = band[:, 1::2] = False
    if few or view.batches:
        plot.cells.dots(band, CurveInk.TRAINING if few else CurveInk.BAND, plot.left, top)
    dashes = np.arange(columns) % 6 < 4
    validation = filled(*joined(*polyline(x_of, axis.places(losses.validation, dots), columns)), dots)
    plot.cells.dots(validation & dashes, CurveInk.VALIDATION, plot.left, top)
    training = filled(*joined(*polyline(x_of, axis.places(losses.training, dots), columns)), dots)
    plot.cells.dots(training, CurveInk.TRAINING, plot.left, top)
    _clear_band(plot.cells)


def _clear_band(cells: Cells) -> None:
    """Take the band away right beside the lines and in the gaps of the dashed one: they are read without colour."""
    lines = (cells.inks == CurveInk.VALIDATION) | (cells.inks == CurveInk.TRAINING)
    near = np.zeros_like(lines)
    near[1:] |= lines[:-1]
    near[:-1] |= lines[1:]
    near[:, 1:] |= lines[:, :-1]
    near[:, :-1] |= lines[:, 1:]
    near &= cells.inks == CurveInk.BAND
    cells.codes[near] = BLANK
    cells.inks[near] = CurveInk.PLAIN


def _signs(plot: Plot, losses: Losses, view: View, axis: PlotAxis, top: int, tall: int) -> None:
    """Draw changes in mid-run, the best epoch and the cursor."""
    cells = plot.cells
    for update, _ in losses.marks:
        x = _column(plot, update)
        if x is not None:
            cells.write(x, top, "▾", CurveInk.MARK)
    best = losses.best_epoch
    if best is not None and 0 < best <= len(losses.ends):
        value = losses.validation[best - 1]
        value = losses.training[best - 1] if not np.isfinite(value) else value
        x, place = _column(plot, float(losses.ends[best - 1])), axis.places(np.array([value]), 4 * tall)[0]
        if x is not None and np.isfinite(place):
            cells.write(x, top + tall - 1 - int(min(max(round(place), 0), 4 * tall - 1)) // 4, "◆", CurveInk.BEST)
    if view.cursor is not None:
        x = _column(plot, view.cursor)
        if x is not None:
            for row in range(top, top + tall):
                free = cells.inks[row, x] in (CurveInk.PLAIN, CurveInk.GRID)
                cells.inks[row, x] = CurveInk.CURSOR
                if free:
                    cells.codes[row, x] = ord("│")


def _column(plot: Plot, update: float) -> int | None:
    if not plot.first <= update <= plot.last:
        return None
    return plot.left + round((update - plot.first) / (plot.last - plot.first) * (plot.width - 1))


def _head(plot: Plot, losses: Losses, view: View) -> None:
    """Write the legend, or what the cursor reads off."""
    cells = plot.cells
    if view.cursor is not None:
        cells.write(plot.left, 0, clean(read_off(losses, view.cursor), plot.width), CurveInk.CURSOR)
        return
    parts: list[tuple[str, str, int]] = [("━", "train", CurveInk.TRAINING)]
    if np.isfinite(losses.validation).any():
        parts.append(("┅", "val", CurveInk.VALIDATION))
    if losses.best_epoch is not None:
        parts.append(("◆", f"best epoch {count(losses.best_epoch)}", CurveInk.BEST))
    if view.batches and len(losses.training) >= 2 and len(losses.updates) > len(losses.training):
        parts.append(("░", "batches", CurveInk.BAND))
    if losses.marks:
        parts.append(("▾", "changed", CurveInk.MARK))
    while parts and sum(cell_width(word) + 4 for _, word, _ in parts) > plot.width:
        parts.pop()
    x = cells.width - sum(cell_width(word) + 4 for _, word, _ in parts) + 2
    for glyph, word, ink in parts:
        cells.write(x, 0, glyph, ink)
        x = cells.write(x + 2, 0, word, CurveInk.LEGEND) + 2


def read_off(losses: Losses, update: float) -> str:
    """Return the values at an update in words: "update 12 · batch 0.31 · epoch 2 · train 0.29 · val 0.3"."""
    index = int(min(max(round(update), 1), max(1, len(losses.updates))))
    parts = [f"update {count(index)}"]
    if len(losses.updates) >= index:
        least, greatest = losses.updates.at(index - 1)
        spread = f" to {number(greatest)}" if least < greatest else ""
        parts.append(f"batch {number(least)}{spread}")
    epoch = int(np.searchsorted(losses.ends, index - 0.5))  # the epoch that the update belongs to, from 0
    if epoch < len(losses.training):
        parts += [f"epoch {count(epoch + 1)}", f"train {number(losses.training[epoch])}"]
        if np.isfinite(losses.validation[epoch]):
            parts.append(f"val {number(losses.validation[epoch])}")
    near = [text for at, text in losses.marks if abs(at - index) <= max(1, len(losses.updates) // 200)]
    return " · ".join([*parts, *near[:1]])
