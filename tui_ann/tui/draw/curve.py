"""The loss curve: batches as a faint band, then validation dashed, then training solid on top.

It is readable without colour: the band is dotted, validation dashed, training solid, the best epoch a ◆.
"""

from __future__ import annotations

import numpy as np

from tui_ann.text import cell_width, clean, count
from tui_ann.tui.draw.axes import PlotAxis
from tui_ann.tui.draw.cells import BLANK, Cells
from tui_ann.tui.draw.curve_axes import draw_left_axis, draw_lower_axis, extent, value_axis
from tui_ann.tui.draw.curve_data import Array, CurveInk, Losses, Plot, View, read_off
from tui_ann.tui.draw.trace import filled, joined, polyline


def draw_losses(losses: Losses, view: View, width: int, height: int) -> Plot:
    """Draw the curve.

    Args:
        losses: The data of the curve.
        view: The view settings.
        width: Width in cells; with 20 or more there are axes.
        height: Height in cells; at least 4.
    """
    cells = Cells(width, height)
    total = max(float(len(losses.updates)), float(losses.ends[-1]) if len(losses.ends) else 0.0)
    if total == 0 or width < 8 or height < 2:
        text = "no update yet" if total == 0 else "too small"
        cells.write_centred(width // 2, height // 2, clean(text, width), CurveInk.AXIS)
        return Plot(cells, 0, width, 0.0, max(1.0, total))
    first, last = extent(view, total)
    top = 1 if height >= 6 else 0
    bottom = 2 if height >= 8 else 1 if height >= 4 else 0
    tall = height - top - bottom
    axis = value_axis(losses, view, first, last, tall)
    if axis is None:
        finite = np.isfinite(losses.updates.columns(np.array([0, len(losses.updates)]))[0]).any()
        text = "no loss above 0 for a log axis" if finite else "no finite loss to draw"
        cells.write_centred(width // 2, height // 2, clean(text, width), CurveInk.AXIS)
        return Plot(cells, 0, width, first, last)
    left = draw_left_axis(cells, axis, top, tall) if width >= 20 else 0
    plot = Plot(cells, left, width - left, first, last)
    draw_lower_axis(plot, losses, view, top + tall, bottom)
    _curves(plot, losses, view, axis, top, tall)
    _signs(plot, losses, view, axis, top, tall)
    if top:
        _head(plot, losses, view)
    return plot


def _curves(plot: Plot, losses: Losses, view: View, axis: PlotAxis, top: int, tall: int) -> None:
    """Draw the band of batches, then validation, then training, with a gap to the band."""
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
    """Remove the band next to the lines and in the gaps of the dashed one, so that they are readable without colour."""
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
    """Draw the changes during the run, the best epoch and the cursor."""
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
    """Write the legend, or the values at the cursor."""
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
