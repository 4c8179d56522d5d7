"""The network as a picture: units in columns, weights as edges; colour shows the sign, line weight the size.

Positive edges are solid, negative ones dashed, the strongest double, so that it is readable without colour.
Sizes are relative to the largest |w| of their own layer. A unit's circle fills with |a|, relative to its layer; the
sign of its bias stands before it, or the bias itself on its box. Below are the numbers of edges drawn, and a legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, count, number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.network_drawing import Drawing, Lit, NetworkInk, unit_code
from tui_ann.tui.draw.network_edges import draw_arrow, draw_edges
from tui_ann.tui.draw.network_layout import BOX_WIDTH, VALUE_WIDTH, LayerView, NetworkLayout, UnitColumn, labels, place
from tui_ann.tui.draw.network_notes import draw_bias, draw_count, draw_legend, draw_omitted

_FILLS = "○◔◑◕●"
_LEGEND_FROM = 11
"""Minimum height in cells for a legend."""


def draw_network(
    layers: Sequence[LayerView],
    weights: Sequence[NDArray[np.floating] | None],
    width: int,
    height: int,
    *,
    selected: tuple[int, int] | None = None,
    lit: Lit | None = None,
) -> Drawing:
    """Draw a network, with a legend below if there is room.

    Args:
        layers: Inputs first, output last.
        weights: W¹, W², … one for each layer after the inputs, (units, previous units); None draws plain edges.
        width: Width in cells; with less than 20, a line of text is drawn instead.
        height: Height in cells; the picture needs at least 5.
        selected: Layer and unit with highlighted edges; the other edges fade.
        lit: Highlighted units and edges, with an arrow in the direction of the data flow.
    """
    known = any(matrix is not None for matrix in weights)
    if not layers or not known or height < _LEGEND_FROM or width < 20:
        return _draw(layers, weights, width, height, selected, lit)
    drawing = _draw(layers, weights, width, height - 1, selected, lit)
    whole = Cells(width, height)
    whole.codes[:-1], whole.inks[:-1] = drawing.cells.codes, drawing.cells.inks
    draw_legend(whole, drawing.layout)
    below = ((0, 1), (0, 0))
    units = np.pad(drawing.units, below, constant_values=-1)
    edges = np.pad(drawing.edges, below, constant_values=-1)
    return Drawing(whole, units, edges, drawing.layout)


def _draw(
    layers: Sequence[LayerView],
    weights: Sequence[NDArray[np.floating] | None],
    width: int,
    height: int,
    selected: tuple[int, int] | None,
    lit: Lit | None,
) -> Drawing:
    """Draw a network without its legend."""
    cells = Cells(width, height)
    nothing = np.full((cells.height, cells.width), -1)
    drawing = Drawing(cells, nothing.astype(np.int32), nothing.astype(np.int64), None)
    if not layers:
        return drawing
    if width < 20 or height < 5:
        cells.write(0, height // 2, clean(" → ".join(count(layer.units) for layer in layers), width), NetworkInk.DETAIL)
        return drawing
    layout = place(layers, width, height)
    for left, right in zip(layout.columns[:-1], layout.columns[1:], strict=True):
        if right.layer == left.layer + 1:
            faded = lit is not None and lit.edges not in (0, right.layer) and selected is None
            drawn = draw_edges(drawing, left, right, weights[right.layer - 1], selected, layout.style, faded=faded)
            draw_count(cells, drawn, left, right, layers, layout)
            if lit is not None and lit.edges == right.layer:
                draw_arrow(cells, left, right, layers, lit.backward)
    for column in layout.columns:
        meant = None if lit is None else column.layer in lit.layers
        _units(drawing, layers[column.layer], column, layout, selected, meant)
        _captions(cells, layers[column.layer], column, layout, meant)
    if layout.gap_column is not None:
        draw_omitted(cells, layout, (layout.top + height - layout.bottom) // 2)
    return Drawing(cells, drawing.units, drawing.edges, layout)


def _units(
    drawing: Drawing,
    layer: LayerView,
    column: UnitColumn,
    layout: NetworkLayout,
    selected: tuple[int, int] | None,
    meant: bool | None,
) -> None:
    """Draw the units of a layer with their names and values."""
    cells, values = drawing.cells, layer.values
    finite = np.abs(values[np.isfinite(values)]) if values is not None else np.zeros(0)
    largest = float(finite.max()) if finite.size else 0.0
    is_last = column is layout.columns[-1]
    room = layout.left_labels if column.layer == 0 else layout.right_labels if is_last else 0
    names = labels(layer, column.shown, room - 1) if room else [""] * len(column.shown)
    for unit, row, name in zip(column.shown, column.rows, names, strict=True):
        value = float(values[unit]) if values is not None and unit < len(values) else float("nan")
        ink = (
            NetworkInk.UNIT
            if not np.isfinite(value)
            else NetworkInk.NEGATIVE_UNIT
            if value < 0
            else NetworkInk.POSITIVE_UNIT
        )
        lit = selected == (column.layer, unit)
        if meant is not None:
            ink = NetworkInk.LIT if meant else NetworkInk.DETAIL
        if layout.style == "box":
            _box(cells, column.left, row, value, NetworkInk.SELECTED if lit else ink, heavy=meant is True)
            draw_bias(cells, layer, unit, column.left + 1, row + 1, BOX_WIDTH - 2)
            drawing.units[row - 1 : row + 2, column.left : column.right + 1] = unit_code(column.layer, unit)
        else:
            cells.write(column.centre, row, _fill(value, largest), NetworkInk.SELECTED if lit else ink)
            draw_bias(cells, layer, unit, column.centre - 1, row, 1)
            if layout.style == "value":
                shown = number(value, 3, sign=value < 0, width=VALUE_WIDTH - 1).strip() if value == value else ""
                cells.write(column.centre + 2, row, shown, NetworkInk.SELECTED if lit else NetworkInk.LABEL)
            drawing.units[row, column.left : column.right + 1] = unit_code(column.layer, unit)
        if column.layer == 0:
            cells.write_right(room - 1, row, name, NetworkInk.SELECTED if lit else NetworkInk.LABEL)
        else:
            cells.write(cells.width - room + 1, row, name, NetworkInk.SELECTED if lit else NetworkInk.LABEL)
    if column.gap_row is not None:
        cells.write(column.centre, column.gap_row, "⋮", NetworkInk.DETAIL)


def _box(cells: Cells, left: int, row: int, value: float, ink: int, *, heavy: bool) -> None:
    inside = BOX_WIDTH - 2
    corners, across, side = ("┏┓┗┛", "━", "┃") if heavy else ("╭╮╰╯", "─", "│")
    cells.write(left, row - 1, corners[0] + across * inside + corners[1], ink)
    shown = number(value, 3, width=inside).strip() if value == value else ""
    cells.write(left, row, side + shown.center(inside) + side, ink)
    cells.write(left, row + 1, corners[2] + across * inside + corners[3], ink)


def _fill(value: float, largest: float) -> str:
    """Return a circle filled in proportion to |value|, relative to the largest of its layer."""
    if not np.isfinite(value) or largest == 0:
        return _FILLS[0]
    return _FILLS[min(len(_FILLS) - 1, round(abs(value) / largest * (len(_FILLS) - 1)))]


def _captions(cells: Cells, layer: LayerView, column: UnitColumn, layout: NetworkLayout, meant: bool | None) -> None:
    """Write the symbol and the activation above a layer, its size and its other layers below."""
    first, end = _caption_room(cells.width, column, layout)
    room = end - first

    def write(row: int, text: str, ink: int) -> None:
        shown = clean(text, room)
        wide = cell_width(shown)
        cells.write(max(first, min(column.centre - wide // 2, end - wide)), row, shown, ink)

    symbol = NetworkInk.LIT if meant else NetworkInk.SYMBOL
    if layout.top == 1:
        both = f"{layer.symbol} {layer.heading}"
        tight = layer.symbol if layout.bottom else f"{layer.symbol} {count(layer.units)}"
        write(0, both if cell_width(both) <= room and layout.bottom else tight, symbol)
    else:
        write(0, layer.symbol, symbol)
        write(1, layer.heading, NetworkInk.DETAIL)
    if layout.bottom:
        write(cells.height - layout.bottom, count(layer.units), NetworkInk.SYMBOL)
    if layout.bottom == 2:
        note = layer.note if cell_width(layer.note) <= room or not layer.short_note else layer.short_note
        write(cells.height - 1, note, NetworkInk.DETAIL)


def _caption_room(width: int, column: UnitColumn, layout: NetworkLayout) -> tuple[int, int]:
    """Return the columns available for a layer's captions: halfway to its neighbours, or to the edge."""
    stops = [other.centre for other in layout.columns]
    borders = [(left + right) // 2 for left, right in pairwise(stops)]
    if layout.gap_column is not None:
        borders.append(layout.gap_column)
    first = max((border + 1 for border in borders if border < column.centre), default=0)
    end = min((border for border in borders if border >= column.centre), default=width)
    return first, max(end, first + 2)
