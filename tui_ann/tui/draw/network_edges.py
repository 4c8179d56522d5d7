"""The edges of a drawn network: their selection, paths, inks and numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.network_drawing import LEVELS, Drawing, NetworkInk
from tui_ann.tui.draw.network_layout import LayerView, UnitColumn

_FEW_EDGES = 12
"""Maximum number of edges to label with their weights, if there is room."""
_INKED = 0.2
"""Maximum share of the dots between two layers used by edges: beyond it, single edges are indistinguishable."""


def draw_edges(
    drawing: Drawing,
    left: UnitColumn,
    right: UnitColumn,
    weights: NDArray[np.floating] | None,
    selected: tuple[int, int] | None,
    style: str,
    *,
    faded: bool,
) -> int:
    """Draw the edges between two columns, the strongest last, so that they are on top; return how many."""
    start, end = left.right + 1, right.left - 1
    across = end - start + 1
    if across < 2:
        return 0
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
    y_from, y_to = left.dots[source[order]], right.dots[to[order]]
    paths = _Paths(2 * start, 2 * end + 1, y_from, y_to, signed[order] < 0, strength[order] > 0.8)
    codes = ((right.layer << 20) + np.array(right.shown)[to[order]].astype(np.int64) << 20) + np.array(left.shown)[
        source[order]
    ]
    paths.draw(drawing, inks[order], codes)
    if shown is not None and not faded and len(to) <= _FEW_EDGES and across >= 16 and style == "box":
        _edge_numbers(drawing.cells, start, across, y_from, y_to, shown[order], inks[order])
    return len(order)


def draw_arrow(cells: Cells, left: UnitColumn, right: UnitColumn, layers: Sequence[LayerView], backward: bool) -> None:
    """Draw an arrow between the symbols of two layers, in the direction of the data flow."""
    start = left.centre + cell_width(layers[left.layer].symbol) // 2 + 2
    end = right.centre - cell_width(layers[right.layer].symbol) // 2 - 2
    if end - start < 2:
        return
    line = "━" * (end - start)
    cells.write(start, 0, f"◀{line}" if backward else f"{line}▶", NetworkInk.LIT)


def _worth_drawing(rank: NDArray[np.float64], n_to: int, n_source: int, height: int) -> NDArray[np.int64]:
    """Return the edges to draw, weakest first: the strongest of each unit, then as many as stay readable.

    Equally strong edges are chosen evenly from all of them, always the same.
    """
    most = max(16, int(_INKED * 4 * height))  # an edge takes about as many dots as the gap is wide
    to, source = np.divmod(np.arange(len(rank)), n_source)
    evenly = (to * 0.7548776662466927 + source * 0.5698402909980532) % 1.0  # a sequence that fills a square evenly
    order = np.lexsort((evenly, rank))
    if len(order) <= most:
        return order
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    by_pair = place.reshape(n_to, n_source)
    kept = np.zeros(len(rank), dtype=bool)
    kept[np.arange(n_to) * n_source + by_pair.argmax(axis=1)] = True
    kept[by_pair.argmax(axis=0) * n_source + np.arange(n_source)] = True
    kept[order[-max(1, most - int(kept.sum())) :]] = True
    return order[kept[order]]


class _Paths:
    """Edges as dots: gentle S-curves that start and end horizontally."""

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
        """Draw the dots on the sheet, each with the ink and the code of its edge."""
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
    """Write each weight on its edge, at the first free position along it."""
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
