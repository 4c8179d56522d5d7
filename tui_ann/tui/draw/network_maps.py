"""The network whose units draw what they answer over two features, and the decision with the data points.

Each unit is a small map of its activation, −1 to 1 in the colours of the signs; the inputs are the axes themselves; the
output is a large map.  The edges are those of `network_edges`.  If there is not enough room for all units of a layer,
evenly spaced ones are shown, and how many.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, count
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.maps import DIVERGING, STEPS
from tui_ann.tui.draw.network_drawing import LEVELS, Drawing, NetworkInk, unit_code
from tui_ann.tui.draw.network_edges import draw_edges
from tui_ann.tui.draw.network_layout import LayerView, NetworkLayout, UnitColumn, labels
from tui_ann.tui.draw.plane_picture import PlanePicture, draw_plane, unit_picture

_TALLEST, _SHORTEST = 12, 4
"""Height of a unit's map in half rows."""
_WIDEST_EDGES, _NARROWEST_EDGES = 14, 6
"""Cells between two layers: preferred, and least."""
_BESIDE = 3
"""Cells between several outputs and the decision, which have no edges between them."""
_SMALLEST, _LARGEST = 12, 44
"""Width of the large map in cells."""


@dataclass(frozen=True, eq=False)
class NetworkMaps:
    """What the units answer."""

    inputs: Mapping[int, NDArray[np.float64]]
    """By feature, the maps of the axes from −1 to 1, (half rows, columns)."""
    units: Mapping[int, NDArray[np.float64]]
    """By layer, counted from 1, the maps of all its units from −1 to 1, (units, half rows, columns)."""
    answer: PlanePicture
    """The decision or the fitted surface, with the data points."""
    legend: Sequence[tuple[str, int]] = ()
    """What the points are: texts, each with the tint of its map; −1 for plain text."""
    notes: Sequence[str] = ()
    """Lines below the large map, such as "398 of 400 right"."""
    heading: str = "decision"
    """What the large map is, where it is not the map of a single output."""

    def are_of(self, layers: Sequence[LayerView], axes: Sequence[int]) -> bool:
        """Whether these are maps of a network with such layers, over such features.

        Args:
            layers: Inputs first, output last.
            axes: The two features.
        """
        last = len(layers) - 1
        drawn = {n: layer.units for n, layer in enumerate(layers) if n and (n < last or layer.units > 1)}
        return set(axes) <= set(self.inputs) and drawn.items() <= {n: len(m) for n, m in self.units.items()}.items()


@dataclass(frozen=True)
class MapSizes:
    """The places of all maps."""

    columns: tuple[UnitColumn, ...]
    """The layers with their units."""
    tops: tuple[tuple[int, ...], ...]
    """For each layer the upper half row of each unit."""
    tile: tuple[int, int]
    """Width in cells and height in half rows of a unit's map."""
    answer: tuple[int, int, int, int]
    """The large map: left column, upper half row, width in cells, height in half rows."""
    thinned: bool
    """Whether some units are not shown."""


def place_maps(layers: Sequence[LayerView], axes: Sequence[int], width: int, height: int) -> MapSizes | None:
    """Place the maps of all layers.

    Args:
        layers: Inputs first, output last.
        axes: The features that are the axes.
        width: Width in cells.
        height: Height in cells.

    Returns:
        `None` if there is no room, or no layer.
    """
    if len(layers) < 2:
        return None
    several = layers[-1].units > 1  # then the outputs are units of their own, before the decision
    tiled = list(layers if several else layers[:-1])
    names = labels(replace(layers[0], units=max(2, layers[0].units)), axes, 10)
    left = max(map(cell_width, names), default=0) + 1
    if height < 9 or width < 40:
        return None
    rows = height - 2  # symbols, legend
    if max(layer.units for layer in tiled[1:] or tiled[:1]) > (2 * rows + 1) // (_SHORTEST + 1):
        rows -= 1  # numbers of units
    most = max((layer.units for layer in tiled[1:]), default=2)
    tall = max(_SHORTEST, min(_TALLEST, (2 * rows + 1) // max(2, most) - 1)) // 2 * 2
    gaps = len(tiled) - several
    for wide in range(tall + 2, 5, -1):
        room = width - left - 1 - wide * len(tiled) - _BESIDE * several
        for between in (_WIDEST_EDGES, 10, 8, _NARROWEST_EDGES):
            least = max(_SMALLEST, width // 4 if between > _NARROWEST_EDGES else width // 6)
            if room - gaps * between >= least:
                return _placed(layers, tiled, axes, (wide, tall), (left, room, rows), between)
    return None


def _placed(
    layers: Sequence[LayerView],
    tiled: Sequence[LayerView],
    axes: Sequence[int],
    tile: tuple[int, int],
    room: tuple[int, int, int],
    between: int,
) -> MapSizes:
    """Place the maps: a tile's size, and the left margin, the width beside the tiles and the rows."""
    (wide, tall), (left, free, rows) = tile, room
    several = layers[-1].units > 1
    gaps = len(tiled) - several
    size = min(_LARGEST, free - gaps * between, 2 * rows - 6, max(_SMALLEST, 2 * rows * 2 // 3))
    step, x = (free - size) / gaps, float(left)
    columns, tops, thinned = [], [], False
    for index, layer in enumerate(tiled):
        every = list(axes) if index == 0 else list(range(layer.units))
        fit = max(1, (2 * rows + 1) // (tall + 1))
        shown = every
        if len(every) > fit:
            thinned = True
            shown = [every[round(place)] for place in np.linspace(0, len(every) - 1, fit)]
        pitch = max(tall + 1, min(2 * rows // len(shown), 3 * tall))
        first = 2 + (2 * rows - (len(shown) - 1) * pitch - tall) // 2
        at = tuple(first + place * pitch for place in range(len(shown)))
        column = round(x)
        middles = tuple(2 * (top + tall / 2) - 0.5 for top in at)
        centres = [int(middle // 4) for middle in middles]
        columns.append(
            UnitColumn(index, column + wide // 2, column, column + wide - 1, shown, centres, middles=middles)
        )
        tops.append(at)
        x += wide + (_BESIDE if several and layer is layers[-1] else step)
    high = max(2, min(size, 2 * rows - 6)) // 2 * 2
    top = 2 + (2 * rows - high - 4) // 2 // 2 * 2
    place = round(x)
    if layers[-1].units == 1:
        middle = 2 * (top + high / 2) - 0.5
        columns.append(
            UnitColumn(
                len(layers) - 1, place + size // 2, place, place + size - 1, [0], [int(middle // 4)], middles=(middle,)
            )
        )
        tops.append((top,))
    return MapSizes(tuple(columns), tuple(tops), tile, (place, top, size, high), thinned)


def draw_network_maps(
    layers: Sequence[LayerView],
    weights: Sequence[NDArray[np.floating] | None],
    maps: NetworkMaps,
    sizes: MapSizes,
    width: int,
    height: int,
    *,
    selected: tuple[int, int] | None = None,
    few: bool = False,
) -> Drawing:
    """Draw the network with maps as units.

    Args:
        layers: Inputs first, output last.
        weights: W¹, W², … one for each layer after the inputs, (units, previous units).
        maps: What the units answer.
        sizes: The places, from `place_maps` for the same layers and size.
        width: Width in cells.
        height: Height in cells.
        selected: Layer and unit with highlighted edges.
        few: Whether there are too few colours for maps.
    """
    cells = Cells(width, height)
    nothing = np.full((cells.height, cells.width), -1)
    columns = list(sizes.columns)
    layout = NetworkLayout(columns, "map", 1, 2, None, 0, sizes.columns[0].left, 0)
    drawing = Drawing(cells, nothing.astype(np.int32), nothing.astype(np.int64), layout)
    drawn = whole = 0
    for left, right in pairwise(columns):
        drawn += draw_edges(drawing, left, right, weights[right.layer - 1], selected, "map", faded=False)
        whole += layers[left.layer].units * layers[right.layer].units
    for column, tops in zip(columns, sizes.tops, strict=True):
        if column.layer < len(layers) - 1 or layers[-1].units > 1:
            _tiles(drawing, column, tops, maps, sizes.tile, selected, few)
        _captions(cells, layers, column, sizes)
    _names(cells, layers[0], columns[0], selected)
    _answer(drawing, layers, maps, sizes, few)
    _legend(cells, drawn, whole, few)
    return drawing


def _tiles(
    drawing: Drawing,
    column: UnitColumn,
    tops: Sequence[int],
    maps: NetworkMaps,
    tile: tuple[int, int],
    selected: tuple[int, int] | None,
    few: bool,
) -> None:
    """Draw the maps of the units of a layer."""
    cells, (wide, tall) = drawing.cells, tile
    for unit, top in zip(column.shown, tops, strict=True):
        values = maps.inputs[unit] if column.layer == 0 else maps.units[column.layer][unit]
        start = top // 2 * 2 if few else top
        draw_plane(cells, column.left, start, wide, tall, unit_picture(values), few=few, ink=NetworkInk.LABEL)
        first, last = start // 2, (start + tall - 1) // 2
        if few:
            for row in range(first, last + 1):
                cells.write(column.left - 1, row, "│", NetworkInk.DETAIL)
                cells.write(column.right + 1, row, "│", NetworkInk.DETAIL)
        drawing.units[first : last + 1, column.left : column.right + 1] = unit_code(column.layer, unit)
        if selected == (column.layer, unit):
            cells.write(column.left - 1, (first + last) // 2, "▶", NetworkInk.LIT)
            cells.write(column.right + 1, (first + last) // 2, "◀", NetworkInk.LIT)


def _captions(cells: Cells, layers: Sequence[LayerView], column: UnitColumn, sizes: MapSizes) -> None:
    """Write symbol and activation above a layer, and below it how many of its units are shown."""
    layer = layers[column.layer]
    room = column.right - column.left + 1 + _NARROWEST_EDGES
    both = f"{layer.symbol} {layer.activation}".rstrip()
    cells.write_centred(column.centre, 0, both if cell_width(both) <= room else layer.symbol, NetworkInk.SYMBOL)
    if len(column.shown) < layer.units:
        text = f"{count(len(column.shown))} of {count(layer.units)}"
        cells.write_centred(column.centre, cells.height - 2, text, NetworkInk.DETAIL)


def _names(cells: Cells, inputs: LayerView, column: UnitColumn, selected: tuple[int, int] | None) -> None:
    """Write the names of the axes beside their maps."""
    room = column.left - 1
    names = labels(replace(inputs, units=max(2, inputs.units)), column.shown, room)
    for unit, row, name in zip(column.shown, column.rows, names, strict=True):
        ink = NetworkInk.SELECTED if selected == (0, unit) else NetworkInk.LABEL
        cells.write_right(room, row, name, ink)


def _answer(drawing: Drawing, layers: Sequence[LayerView], maps: NetworkMaps, sizes: MapSizes, few: bool) -> None:
    """Draw the large map with its legend and notes below."""
    cells, (x, top, wide, high) = drawing.cells, sizes.answer
    draw_plane(cells, x, top, wide, high, maps.answer, few=few, ink=NetworkInk.LABEL)
    row = (top + high) // 2
    if layers[-1].units == 1:
        drawing.units[top // 2 : row, x : x + wide] = unit_code(len(layers) - 1, 0)
    else:
        cells.write_centred(x + wide // 2, 0, clean(maps.heading, wide), NetworkInk.SYMBOL)
    at, room = x, min(cells.width - x, max(wide, 24))
    for text, tint in maps.legend:
        if at > x and at + cell_width(text.rstrip()) > x + room:
            row, at = row + 1, x
        shown = clean(text.rstrip(), room)
        if row < cells.height - 1:
            ink = NetworkInk.DETAIL if tint < 0 or few else int(maps.answer.scale.mark(np.asarray(0), tint))
            cells.write(at, row, shown, ink)
        at += cell_width(shown) + 2
    for text in maps.notes:
        for line in textwrap.wrap(clean(text, 200), cells.width - x):
            row += 1
            if row < cells.height - 1:
                cells.write(x, row, line, NetworkInk.LABEL)


def _legend(cells: Cells, drawn: int, whole: int, few: bool) -> None:
    """Write in the last row what edges and colours mean, as far as there is room."""
    strong = LEVELS - 1
    low, high = (int(DIVERGING.halves(np.asarray(level), np.asarray(level))) for level in (1, STEPS))
    edges = f"all {count(whole)} edges" if drawn == whole else f"{count(drawn)} strongest of {count(whole)} edges"
    parts: list[tuple[str, str, int]] = [
        ("⠒⠒", "w > 0", NetworkInk.POSITIVE + strong),
        ("⠒ ⠒", "w < 0", NetworkInk.NEGATIVE + strong),
        ("⠶", "large", NetworkInk.POSITIVE + strong),
        *([("░▓", "a low, high", NetworkInk.LABEL)] if few else [("  ", "a low", low), ("  ", "a high", high)]),
        ("", edges, NetworkInk.DETAIL),
    ]
    while parts and _wide(parts) > cells.width:
        parts.pop()
    x = max(0, (cells.width - _wide(parts)) // 2)
    for sign, word, ink in parts:
        if sign:
            x = cells.write(x, cells.height - 1, sign, ink) + 1
        x = cells.write(x, cells.height - 1, word, NetworkInk.DETAIL) + 2


def _wide(parts: Sequence[tuple[str, str, int]]) -> int:
    return sum(cell_width(sign) + bool(sign) + cell_width(word) + 2 for sign, word, _ in parts) - 2
