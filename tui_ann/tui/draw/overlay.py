"""The curves of several runs in one picture: training solid, validation dotted, letter and glyph at the end of each.

Repeats are one curve: their mean ± its standard error is as thick as that is, thin bars go from the lowest to the
highest.  It is readable without colour: the letters are at the ends, and glyphs lie on the curves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.session.compare.bands import Band
from tui_ann.session.compare.thinning import RunCurve
from tui_ann.text import cell_width, clean
from tui_ann.tui.draw.axes import PlotAxis
from tui_ann.tui.draw.cells import BLANK, Cells
from tui_ann.tui.draw.overlay_axes import draw_along, draw_values, value_range
from tui_ann.tui.draw.overlay_data import OverlayInk, OverlayLine, OverlayPlot, OverlayView
from tui_ann.tui.draw.overlay_ends import draw_ends, end_words, line_ink
from tui_ann.tui.draw.run_marks import run_glyph
from tui_ann.tui.draw.trace import Array, cell_row, dot_rows, filled, joined, polyline

_DOTTED = 3
"""One column of dots in so many has a dot of a dotted curve."""
_BARS = 16
"""One column of dots in so many has a bar from the lowest to the highest of several runs."""
_GLYPHS_ON_A_LINE = 4
"""Glyphs on a curve where colours do not tell the runs apart."""


def draw_overlay(lines: Sequence[OverlayLine], view: OverlayView, width: int, height: int) -> OverlayPlot:
    """Draw the curves; a later line lies on top of the earlier ones.

    Args:
        lines: The runs.
        view: The view settings.
        width: Width in cells; with 20 or more there are axes.
        height: Height in cells.
    """
    cells = Cells(width, height)
    last = max((float(curve.x[-1]) for line in lines for curve in line.curves if len(curve.x)), default=0.0)
    bottom = 1 if height >= 4 else 0
    tall = height - bottom
    axis = value_range(lines, view.log, tall)
    if axis is None or width < 12 or height < 2:
        text = view.empty if axis is None else "too small"
        cells.write_centred(width // 2, height // 2, clean(text, width), OverlayInk.AXIS)
        return OverlayPlot(cells, 0, width, max(1.0, last))
    left = draw_values(cells, axis, tall) if width >= 20 else 0
    right = max((cell_width(end_words(line, width)) for line in lines), default=0)
    plot = OverlayPlot(cells, left, width - left - right, last or 1.0)
    draw_along(plot, view.unit, tall, bottom)
    for line in lines:
        _draw_line(plot, line, axis, tall)
    if view.few_colours:
        for line in lines:
            _draw_glyphs(plot, line, axis, tall)
    draw_ends(plot, lines, axis, tall)
    if view.cursor is not None:
        _draw_cursor(plot, view.cursor, tall)
        _draw_values(plot, lines, view)
    return plot


def _positions(plot: OverlayPlot, curve: RunCurve) -> Array:
    """Columns of dots of the points of a curve."""
    positions: Array = curve.x / plot.last * (2 * plot.width - 1)
    return positions


def _draw_band(plot: OverlayPlot, line: OverlayLine, band: Band, axis: PlotAxis, tall: int) -> None:
    """Draw thin bars from the lowest to the highest value, and the mean ± its standard error as thick as that is."""
    columns, dots = 2 * plot.width, 4 * tall
    x = _positions(plot, band.curve)

    def area(low: Array, high: Array) -> tuple[Array, Array]:
        return polyline(x, axis.places(low, dots), columns)[0], polyline(x, axis.places(high, dots), columns)[1]

    bars = filled(*area(band.low, band.high), dots)
    bars[:, np.arange(columns) % _BARS != 2 * line.place % _BARS] = False
    thick = filled(
        *area(np.maximum(band.mean - band.error, band.low), np.minimum(band.mean + band.error, band.high)), dots
    )
    plot.cells.dots(bars | thick, line_ink(line), plot.left)


def _draw_line(plot: OverlayPlot, line: OverlayLine, axis: PlotAxis, tall: int) -> None:
    """Draw the validation dotted, then the training solid."""
    columns, dots = 2 * plot.width, 4 * tall
    if line.band is not None and len(line.band.x):
        _draw_band(plot, line, line.band, axis, tall)
    for curve, dotted in ((line.validation, True), (line.train, False)):
        x, y = _positions(plot, curve), axis.places(curve.y, dots)
        if not np.isfinite(y).any():
            continue
        low, high = polyline(x, y, columns)
        mask = _dotted(low, high, dots) if dotted else filled(*joined(low, high), dots)
        plot.cells.dots(mask, line_ink(line), plot.left)
        for row, glyph, beyond in ((0, "▲", y > dots - 0.5), (tall - 1, "▼", y < -0.5)):
            if beyond.any():
                places = plot.left + np.unique(np.clip(np.rint(x[beyond] / 2), 0, plot.width - 1).astype(int))
                plot.cells.codes[row, places] = ord(glyph)
                plot.cells.inks[row, places] = line_ink(line)


def _dotted(low: Array, high: Array, dots: int) -> NDArray[np.bool_]:
    """A bitmap of single dots in the middle of a curve: its stretches, where it is jagged, would look like bars."""
    mask = np.zeros((dots, len(low)), np.bool_)
    columns = np.arange(0, len(low), _DOTTED)
    middle = (low[columns] + high[columns]) / 2
    seen = np.isfinite(middle) & (middle >= -0.5) & (middle < dots - 0.5)
    mask[dot_rows(middle[seen], dots).astype(int), columns[seen]] = True
    return mask


def _draw_glyphs(plot: OverlayPlot, line: OverlayLine, axis: PlotAxis, tall: int) -> None:
    """Put the glyph of a run on its curve, at other places than those of its neighbours."""
    curve = line.main
    for index in range(_GLYPHS_ON_A_LINE):
        share = (index + 0.2 + (line.place % 5) / 7) / _GLYPHS_ON_A_LINE
        at = int(np.searchsorted(curve.x, share * plot.last))
        if at < len(curve.x) and (row := cell_row(axis, float(curve.y[at]), tall)) is not None:
            plot.cells.write(plot.column(float(curve.x[at])), row, run_glyph(line.place), line_ink(line))


def _draw_cursor(plot: OverlayPlot, at: float, tall: int) -> None:
    x = plot.column(at)
    for row in range(tall):
        free = plot.cells.codes[row, x] == BLANK or plot.cells.inks[row, x] == OverlayInk.GRID
        plot.cells.inks[row, x] = OverlayInk.CURSOR
        if free:
            plot.cells.codes[row, x] = ord("│")


def _draw_values(plot: OverlayPlot, lines: Sequence[OverlayLine], view: OverlayView) -> None:
    """Write the values of all runs at the cursor, over the top of the picture."""
    assert view.cursor is not None
    cells = plot.cells
    cells.write(plot.left, 0, " " * (cells.width - plot.left))
    x = cells.write(plot.left, 0, view.cursor_words, OverlayInk.CURSOR)
    for place, line in enumerate(sorted(lines, key=lambda line: line.place)):
        text = f"  {line.mark} {line.read(view.cursor)}"
        more = f"  +{len(lines) - place}"
        last = place == len(lines) - 1
        if x + cell_width(text) + (0 if last else len(more)) > cells.width:
            cells.write(x, 0, more, OverlayInk.LEGEND)
            return
        x = cells.write(x, 0, text, line_ink(line))
