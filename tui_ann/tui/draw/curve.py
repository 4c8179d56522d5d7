"""The loss curve: batches as a shaded band with edges or as dots, then validation dashed, then training solid on top.

It is readable without colour: the band is shaded, validation dashed, training solid, the best epoch a ◆, and ▲ ▼ mark
where losses are beyond the axis.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, count
from tui_ann.tui.draw.axes import PlotAxis
from tui_ann.tui.draw.cells import Cells, braille
from tui_ann.tui.draw.curve_axes import draw_left_axis, draw_lower_axis, extent, value_axis
from tui_ann.tui.draw.curve_data import Array, CurveInk, Losses, Plot, View, read_off
from tui_ann.tui.draw.fitting import first_parts
from tui_ann.tui.draw.trace import cell_row, dot_rows, filled, joined, polyline

_SHADE, _EDGE = "░▒"
"""The band of batches: inside, and at its edges."""
_DOTTED = "⠐ ⠐"
"""The validation without colours, in the legend: dashes beside a solid line of dots would look alike."""
_SINGLE = "⠐"
"""A single batch, in the legend."""
_EVERY = 3
"""One cell in so many has the ink of validation where it shares them with training; its dashes are as long."""
_SEVERAL = 8
"""Updates in a column of cells from which on their range is a band; fewer are a dot each."""


def draw_losses(losses: Losses, view: View, width: int, height: int) -> Plot:
    """Draw the curve.

    Args:
        losses: The data of the curve.
        view: The view settings.
        width: Width in cells; with 20 or more there are axes.
        height: Height in cells; at least 4.
    """
    cells = Cells(width, height)
    total = float(losses.made)
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
    """Draw the batches, then validation, then training."""
    columns, dots = 2 * plot.width, 4 * tall
    x_of = (losses.ends - plot.first) / (plot.last - plot.first) * (columns - 1)
    if len(losses.training) < 2:
        low, high = _line_of_batches(plot, losses, axis, dots)
        plot.cells.dots(filled(low, high, dots), CurveInk.TRAINING, plot.left, top)
        _beyond(plot, low, high, top, tall)
    elif view.batches:
        low, high = _batches(plot, losses, axis, dots)
        if _has_band(plot, losses):
            _band(plot, low, high, top, tall)
        elif losses.has_batches:
            x, y = _single_batches(plot, losses, axis, dots)
            mask = np.zeros((dots, columns), np.bool_)
            seen = np.isfinite(y) & (y >= -0.5) & (y < dots - 0.5)
            mask[dot_rows(y[seen], dots).astype(int), np.rint(x[seen]).astype(int)] = True
            plot.cells.dots(mask, CurveInk.BAND, plot.left, top)
        _beyond(plot, low, high, top, tall)
    dashes = np.arange(columns) % 4 < 1 if view.few_colours else np.arange(columns) % 6 < 4
    validation = filled(*joined(*polyline(x_of, axis.places(losses.validation, dots), columns)), dots)
    validation &= dashes
    training = filled(*joined(*polyline(x_of, axis.places(losses.training, dots), columns)), dots)
    plot.cells.dots(validation, CurveInk.VALIDATION, plot.left, top)
    plot.cells.dots(*_over(training, validation), plot.left, top)


def _over(training: NDArray[np.bool_], validation: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.uint16]]:
    """The dots of training with those of validation in the same cells, which would be lost, and the ink of each cell.

    A cell has one ink: where both go through the same cells, now and then one has that of validation.
    """
    shared = (braille(training) > 0) & (braille(validation & ~training) > 0)
    inks = np.full(shared.shape, CurveInk.TRAINING, np.uint16)
    inks[shared & (np.arange(shared.shape[1]) % _EVERY == 0)] = CurveInk.VALIDATION
    return training | (validation & shared.repeat(4, 0).repeat(2, 1)), inks


def _has_band(plot: Plot, losses: Losses) -> bool:
    """Whether each column has several updates, so that their range is worth a band."""
    return losses.has_batches and plot.last - plot.first >= _SEVERAL * plot.width


def _line_of_batches(plot: Plot, losses: Losses, axis: PlotAxis, dots: int) -> tuple[Array, Array]:
    """The line through the batches, (columns of dots,) each."""
    columns = 2 * plot.width
    if plot.last - plot.first <= 2 * columns and plot.first >= losses.updates.start:
        return joined(*polyline(*_single_batches(plot, losses, axis, dots), columns))
    return joined(*_batches(plot, losses, axis, dots))


def _batches(plot: Plot, losses: Losses, axis: PlotAxis, dots: int) -> tuple[Array, Array]:
    """The smallest and the largest batch loss of each column of dots, and of no other."""
    edges = np.linspace(plot.first, plot.last, 2 * plot.width + 1)
    least, greatest = losses.updates.columns(np.rint(edges).astype(np.int64))
    return axis.places(least, dots), axis.places(greatest, dots)


def _single_batches(plot: Plot, losses: Losses, axis: PlotAxis, dots: int) -> tuple[Array, Array]:
    """Where each batch belongs: its column of dots and its height, (updates,)."""
    updates, first = losses.updates, max(int(plot.first), losses.updates.start)
    values: Array = updates.values[first - updates.start : int(np.ceil(plot.last)) - updates.start]
    at = np.arange(1.0, len(values) + 1) + first
    return (at - plot.first) / (plot.last - plot.first) * (2 * plot.width - 1), axis.places(values, dots)


def _band(plot: Plot, low: Array, high: Array, top: int, tall: int) -> None:
    """Shade the range of the batches, with darker edges."""
    low, high = _by_cell(low, high)
    rows = np.arange(tall)[:, None]
    with np.errstate(invalid="ignore"):
        upper = tall - 1 - np.clip(np.floor((high + 0.5) / 4), -1, tall)
        lower = tall - 1 - np.clip(np.floor((low + 0.5) / 4), -1, tall)
        inside = (rows >= upper) & (rows <= lower)
        edge = inside & ((rows == upper) | (rows == lower))
    window = (slice(top, top + tall), slice(plot.left, plot.left + plot.width))
    plot.cells.codes[window][inside] = ord(_SHADE)
    plot.cells.codes[window][edge] = ord(_EDGE)
    plot.cells.inks[window][inside] = CurveInk.BAND


def _beyond(plot: Plot, low: Array, high: Array, top: int, tall: int) -> None:
    """Mark the columns with losses above or below the axis."""
    low, high = _by_cell(low, high)
    with np.errstate(invalid="ignore"):
        above, below = high > 4 * tall - 0.5, low < -0.5
    for row, glyph, columns in ((top, "▲", above), (top + tall - 1, "▼", below)):
        window = (row, slice(plot.left, plot.left + plot.width))
        plot.cells.codes[window][columns] = ord(glyph)
        plot.cells.inks[window][columns] = CurveInk.BAND


def _by_cell(low: Array, high: Array) -> tuple[Array, Array]:
    """The range in each column of cells, from that in each column of dots."""
    return np.fmin(low[::2], low[1::2]), np.fmax(high[::2], high[1::2])


def _signs(plot: Plot, losses: Losses, view: View, axis: PlotAxis, top: int, tall: int) -> None:
    """Draw the changes during the run, the best epoch and the cursor."""
    cells = plot.cells
    for update, _ in losses.marks:
        x = _column(plot, update)
        if x is not None:
            cells.write(x, top, "▾", CurveInk.MARK)
    best = losses.place(losses.best_epoch)
    if best is not None:
        value = losses.validation[best]
        value = losses.training[best] if not np.isfinite(value) else value
        x, row = _column(plot, float(losses.ends[best])), cell_row(axis, float(value), tall)
        if x is not None and row is not None:
            cells.write(x, top + row, "◆", CurveInk.BEST)
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
        text = first_parts(read_off(losses, view.cursor), plot.width)
        cells.write(plot.left, 0, clean(text, plot.width), CurveInk.CURSOR)
        return
    parts: list[tuple[str, str, int]] = [("━", "train", CurveInk.TRAINING)]
    if np.isfinite(losses.validation).any():
        parts.append((_DOTTED if view.few_colours else "┅", "val", CurveInk.VALIDATION))
    if losses.best_epoch is not None:
        parts.append(("◆", f"best epoch {count(losses.best_epoch)}", CurveInk.BEST))
    if view.batches and losses.has_batches:
        parts.append((_EDGE + _SHADE + _EDGE if _has_band(plot, losses) else _SINGLE, "batches", CurveInk.BAND))
    if losses.marks:
        parts.append(("▾", "changed", CurveInk.MARK))
    arrows = [glyph for glyph in "▲▼" if (cells.codes == ord(glyph)).any()]
    if arrows:
        parts.append(("".join(arrows), "beyond the axis", CurveInk.BAND))
    if view.log and ((losses.training <= 0).any() or (losses.updates.values <= 0).any()):
        parts.insert(1, ("≤ 0", "is off the log axis", CurveInk.LEGEND))
    if _legend_width(parts) > plot.width:
        short = {"beyond the axis": "beyond"}
        parts = [(glyph, short.get(word, word).replace("best epoch", "best"), ink) for glyph, word, ink in parts]
    while parts and _legend_width(parts) > plot.width:
        parts.pop()
    x = cells.width - _legend_width(parts)
    for glyph, word, ink in parts:
        x = cells.write(x, 0, glyph, ink) + 1
        x = cells.write(x, 0, word, CurveInk.LEGEND) + 2


def _legend_width(parts: list[tuple[str, str, int]]) -> int:
    return sum(cell_width(glyph) + 1 + cell_width(word) + 2 for glyph, word, _ in parts) - 2
