"""The network as a picture: units in columns, every weight an edge whose colour is its sign and whose weight its size.

Positive edges are drawn through, negative ones dashed, the strongest double, so that the picture reads without colour.
Sizes are relative to the largest |w| of their own layer. A unit's circle fills with |a|, relative to its layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, count, number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.network_layout import BOX_WIDTH, VALUE_WIDTH, LayerView, NetworkLayout, UnitColumn, labels, place

LEVELS = 5
"""Steps of strength an edge's colour has on each side of zero."""
_FILLS = "○◔◑◕●"
_FEW_EDGES = 12
"""Edges whose weights are written on them, where there is room."""
_INKED = 0.2
"""Share of the dots between two layers that edges may take; above it, edges cannot be distinguished."""


class NetworkInk(IntEnum):
    """What a cell of the picture is."""

    PLAIN = 0
    SYMBOL = 1
    DETAIL = 2
    LABEL = 3
    UNIT = 4
    POSITIVE_UNIT = 5
    NEGATIVE_UNIT = 6
    SELECTED = 7
    EDGE = 8
    FADED = 9
    LIT = 10
    POSITIVE = 11
    """First of `LEVELS` inks, weak to strong."""
    NEGATIVE = 11 + LEVELS
    """First of `LEVELS` inks, weak to strong."""


@dataclass(frozen=True)
class Lit:
    """What is highlighted; everything else fades."""

    layers: frozenset[int] = frozenset()
    """Layers whose units are highlighted, 0 for the inputs."""
    edges: int = 0
    """The layer whose incoming edges are highlighted; 0 for none."""
    backward: bool = False
    """Whether the arrow points backward, as errors go, or forward, as signals go."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """The picture, and which unit and edge is where."""

    cells: Cells
    units: NDArray[np.int32]
    """Unit under each cell as layer·2²⁰ + unit, −1 where none is, (height, width)."""
    edges: NDArray[np.int64]
    """Edge under each cell as (layer·2²⁰ + to)·2²⁰ + from, −1 where none is, (height, width)."""
    layout: NetworkLayout | None


def unit_code(layer: int, unit: int) -> int:
    """Return the code of a unit in `Drawing.units`."""
    return (layer << 20) + unit


def draw_network(
    layers: Sequence[LayerView],
    weights: Sequence[NDArray[np.floating] | None],
    width: int,
    height: int,
    *,
    selected: tuple[int, int] | None = None,
    lit: Lit | None = None,
) -> Drawing:
    """Draw a network.

    Args:
        layers: Inputs first, output last.
        weights: W¹, W², … one for each layer after the inputs, (units, units before); None draws plain edges.
        width: Cells across; from 20 it is a picture, below a line of text.
        height: Cells down; from 5 it is a picture.
        selected: Layer and unit whose edges stand out, the others fading.
        lit: Units and edges that are highlighted, with an arrow in the direction of the numbers.
    """
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
            faded = lit is not None and lit.edges != right.layer and selected is None
            _edges(drawing, left, right, weights[right.layer - 1], selected, layout.style, faded=faded)
            if lit is not None and lit.edges == right.layer:
                _arrow(cells, left, right, layers, lit.backward)
    for column in layout.columns:
        meant = None if lit is None else column.layer in lit.layers
        _units(drawing, layers[column.layer], column, layout, selected, meant)
        _captions(cells, layers[column.layer], column, layout, meant)
    if layout.gap_column is not None:
        cells.write_centred(layout.gap_column, (layout.top + height - layout.bottom) // 2, "⋯", NetworkInk.DETAIL)
    return Drawing(cells, drawing.units, drawing.edges, layout)


def _edges(
    drawing: Drawing,
    left: UnitColumn,
    right: UnitColumn,
    weights: NDArray[np.floating] | None,
    selected: tuple[int, int] | None,
    style: str,
    *,
    faded: bool,
) -> None:
    """Draw the edges between two columns, the strongest last so that they are on top."""
    start, end = left.right + 1, right.left - 1
    across = end - start + 1
    if across < 2:
        return
    to, source = (grid.ravel() for grid in np.meshgrid(range(len(right.shown)), range(len(left.shown)), indexing="ij"))
    shown = None if weights is None else weights[np.ix_(right.shown, left.shown)].ravel().astype(np.float64)
    if shown is None:
        signed = strength = np.zeros(len(to))
        inks = np.full(len(to), NetworkInk.EDGE, dtype=np.uint16)
    else:
        signed = np.nan_to_num(shown, nan=0.0, posinf=1e300, neginf=-1e300)
        strength = np.abs(signed) / (np.abs(signed).max() or 1.0)
        level = np.minimum(LEVELS - 1, (strength * LEVELS).astype(int))
        inks = np.where(signed < 0, NetworkInk.NEGATIVE, NetworkInk.POSITIVE).astype(np.uint16) + level.astype(
            np.uint16
        )
    if faded:
        inks[:] = NetworkInk.FADED
    rank = strength.copy()
    if selected is not None:
        touching = np.zeros(len(to), dtype=bool)
        if selected[0] == left.layer:
            touching = np.array(left.shown)[source] == selected[1]
        elif selected[0] == right.layer:
            touching = np.array(right.shown)[to] == selected[1]
        if selected[0] in (left.layer, right.layer):
            inks[~touching] = NetworkInk.FADED
            rank += 2.0 * touching
    order = _worth_drawing(rank, len(right.shown), len(left.shown), drawing.cells.height)
    y_from = 4 * np.array(left.rows)[source[order]] + 1.5
    y_to = 4 * np.array(right.rows)[to[order]] + 1.5
    paths = _Paths(2 * start, 2 * end + 1, y_from, y_to, signed[order] < 0, strength[order] > 0.8)
    codes = ((right.layer << 20) + np.array(right.shown)[to[order]].astype(np.int64) << 20) + np.array(left.shown)[
        source[order]
    ]
    paths.draw(drawing, inks[order], codes)
    if shown is not None and not faded and len(to) <= _FEW_EDGES and across >= 16 and style == "box":
        _edge_numbers(drawing.cells, start, across, y_from, y_to, shown[order], inks[order])


def _arrow(cells: Cells, left: UnitColumn, right: UnitColumn, layers: Sequence[LayerView], backward: bool) -> None:
    """Draw an arrow between the symbols of two layers, the way the numbers go."""
    start = left.centre + cell_width(layers[left.layer].symbol) // 2 + 2
    end = right.centre - cell_width(layers[right.layer].symbol) // 2 - 2
    if end - start < 2:
        return
    line = "─" * (end - start)
    cells.write(start, 0, f"◀{line}" if backward else f"{line}▶", NetworkInk.LIT)


def _worth_drawing(rank: NDArray[np.float64], n_to: int, n_source: int, height: int) -> NDArray[np.int64]:
    """Return the edges to draw, weakest first: the strongest of each unit, then as many as leave the picture clear."""
    most = max(16, int(_INKED * 4 * height))  # an edge takes about as many dots as the gap is wide
    order = np.argsort(rank, kind="stable")
    if len(order) <= most:
        return order
    by_pair = rank.reshape(n_to, n_source)
    kept = np.zeros(len(rank), dtype=bool)
    kept[np.arange(n_to) * n_source + by_pair.argmax(axis=1)] = True
    kept[by_pair.argmax(axis=0) * n_source + np.arange(n_source)] = True
    kept[order[-max(1, most - int(kept.sum())) :]] = True
    return order[kept[order]]


class _Paths:
    """Edges as dots: gentle S-curves that leave and reach their units level."""

    def __init__(
        self,
        x_from: int,
        x_to: int,
        y_from: NDArray[np.float64],
        y_to: NDArray[np.float64],
        dashed: NDArray[np.bool_],
        double: NDArray[np.bool_],
    ) -> None:
        steepest = float(np.abs(y_to - y_from).max()) if len(y_from) else 0.0
        samples = int(max(x_to - x_from + 1, 2 * steepest)) + 1
        t = np.linspace(0.0, 1.0, samples)
        curve = t + 0.6 * (t * t * (3 - 2 * t) - t)
        self.x = np.rint(x_from + (x_to - x_from) * t).astype(int)
        self.y = y_from[:, None] + (y_to - y_from)[:, None] * curve
        length = np.hypot(x_to - x_from, y_to - y_from)[:, None] * t
        self.drawn = ~dashed[:, None] | (length % 6 < 3.2)
        self.double = double

    def draw(self, drawing: Drawing, inks: NDArray[np.uint16], codes: NDArray[np.int64]) -> None:
        """Put the dots on the sheet, each with the ink and the code of its edge."""
        cells = drawing.cells
        mask = np.zeros((4 * cells.height, 2 * cells.width), dtype=bool)
        ink_of = np.zeros((cells.height, cells.width), dtype=np.uint16)
        rows = np.clip(np.rint(self.y).astype(int), 0, 4 * cells.height - 1)
        edge, sample = np.nonzero(self.drawn)
        y, x = rows[edge, sample], self.x[sample]
        mask[y, x] = True
        ink_of[y // 4, x // 2] = inks[edge]
        twice = self.double[edge]
        mask[np.minimum(y[twice] + 1, 4 * cells.height - 1), x[twice]] = True
        below = np.minimum(y[twice] + 1, 4 * cells.height - 1) // 4
        ink_of[below, x[twice] // 2] = inks[edge[twice]]
        cells.dots(mask, ink_of)
        drawing.edges[rows // 4, np.broadcast_to(self.x // 2, rows.shape)] = codes[:, None]


def _edge_numbers(
    cells: Cells,
    start: int,
    across: int,
    y_from: NDArray[np.float64],
    y_to: NDArray[np.float64],
    weights: NDArray[np.float64],
    inks: NDArray[np.uint16],
) -> None:
    """Write each weight on its edge, at the first place where it does not overlap others."""
    taken: list[tuple[int, int, int]] = []
    for index in np.argsort(y_from * 1000 + y_to, kind="stable"):
        text = number(weights[index], 2)
        wide = cell_width(text)
        for t in (0.3, 0.36, 0.24, 0.64, 0.7, 0.58, 0.42, 0.5):
            curve = t + 0.6 * (t * t * (3 - 2 * t) - t)
            row = round((y_from[index] + (y_to[index] - y_from[index]) * curve - 1.5) / 4)
            x = start + round(across * t) - wide // 2
            if all(row != other or x + wide < left or right < x for other, left, right in taken):
                taken.append((row, x, x + wide))
                cells.write(x, row, text, int(inks[index]))
                break


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
            drawing.units[row - 1 : row + 2, column.left : column.right + 1] = unit_code(column.layer, unit)
        else:
            cells.write(column.centre, row, _fill(value, largest), NetworkInk.SELECTED if lit else ink)
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
    """Return a circle that is filled as far as |value| reaches towards the largest of its layer."""
    if not np.isfinite(value) or largest == 0:
        return _FILLS[0]
    return _FILLS[min(len(_FILLS) - 1, round(abs(value) / largest * (len(_FILLS) - 1)))]


def _captions(cells: Cells, layer: LayerView, column: UnitColumn, layout: NetworkLayout, meant: bool | None) -> None:
    """Write the symbol and the activation above a layer, its size and what else acts on it below."""
    first, end = _caption_room(cells.width, column, layout)
    room = end - first

    def write(row: int, text: str, ink: int) -> None:
        shown = clean(text, room)
        wide = cell_width(shown)
        cells.write(max(first, min(column.centre - wide // 2, end - wide)), row, shown, ink)

    symbol = NetworkInk.LIT if meant else NetworkInk.SYMBOL
    if layout.top == 1:
        both = f"{layer.symbol} {layer.activation}"
        tight = layer.symbol if layout.bottom else f"{layer.symbol} {layer.units}"
        write(0, both if cell_width(both) <= room and layout.bottom else tight, symbol)
    else:
        write(0, layer.symbol, symbol)
        write(1, layer.activation, NetworkInk.DETAIL)
    if layout.bottom:
        write(cells.height - layout.bottom, count(layer.units), NetworkInk.SYMBOL)
    if layout.bottom == 2:
        write(cells.height - 1, layer.note, NetworkInk.DETAIL)


def _caption_room(width: int, column: UnitColumn, layout: NetworkLayout) -> tuple[int, int]:
    """Return the columns that belong to a layer's captions: half the way to its neighbours, or to the edge."""
    stops = [other.centre for other in layout.columns]
    borders = [(left + right) // 2 for left, right in pairwise(stops)]
    if layout.gap_column is not None:
        borders.append(layout.gap_column)
    first = max((border + 1 for border in borders if border < column.centre), default=0)
    end = min((border for border in borders if border >= column.centre), default=width)
    return first, max(end, first + 2)
