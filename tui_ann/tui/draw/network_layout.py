"""The layout of a drawn network: columns of units, shortened if they do not fit.

All positions are in cells. A layer is a column; its units are evenly spaced around the middle. A layer
with more units than rows shows its first ones, a ⋮, and its last one. Names give way to layers. A network with more
layers than columns shows its first and last layers, with ⋯ between and how many are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, count, ends
from tui_ann.text.symbols import subscript

BOX_WIDTH = 8
BOX_HEIGHT = 3
VALUE_WIDTH = 7
_NARROWEST_PITCH = 5
"""Cells from one layer to the next: a circle with the sign of its bias, and the edges."""
_WIDEST_NAME = 16


@dataclass(frozen=True, eq=False)
class LayerView:
    """One column of the picture: the inputs, or a dense layer's outputs."""

    symbol: str
    """Its symbol in the lecture: x, a¹, ŷ."""
    units: int
    activation: str = ""
    note: str = ""
    """Other layers that act on it: "dropout 50%", "batch norm"."""
    values: NDArray[np.float64] | None = None
    """Current values of the units, (units,); nan if unknown, None before anything is computed."""
    biases: NDArray[np.floating] | None = None
    """Biases of the units, (units,); None if there are none yet, and for the inputs."""
    names: Sequence[str] = ()
    """Names of the units: features for inputs, classes or targets for outputs."""
    short_note: str = ""
    """The note in a few letters, for a narrow column: "drop", "BN"."""
    caption: str = ""
    """What is written above the units instead of their activation, if they show something else than its outputs."""

    @property
    def heading(self) -> str:
        """What is written above the units, below their symbol."""
        return self.caption or self.activation


@dataclass(frozen=True, eq=False)
class UnitColumn:
    """The position of a layer."""

    layer: int
    """Index among the layers; 0 is the input."""
    centre: int
    """Column of the centre of the units."""
    left: int
    """First cell of a unit; edges end before it."""
    right: int
    """Last cell of a unit with its value; edges start after it."""
    shown: list[int] = field(default_factory=list)
    """Indices of the drawn units."""
    rows: list[int] = field(default_factory=list)
    """Row of each drawn unit."""
    gap_row: int | None = None
    """Row of the ⋮ for omitted units."""
    middles: Sequence[float] = ()
    """Middle of each drawn unit in dots, four to a row, where it is not that of its row."""

    @property
    def dots(self) -> NDArray[np.float64]:
        """The middle of each drawn unit in dots, four to a row."""
        return np.array(self.middles, float) if len(self.middles) else 4 * np.array(self.rows) + 1.5


@dataclass(frozen=True, eq=False)
class NetworkLayout:
    """The layout of the whole picture."""

    columns: list[UnitColumn]
    style: str
    """How a unit looks: "box" with its value inside, "value" for a circle and its value, "glyph" for a circle."""
    top: int
    """Rows above the units: symbols, then activations."""
    bottom: int
    """Rows below the units: counts, then notes."""
    gap_column: int | None
    """Column of the ⋯ for omitted layers."""
    omitted: int
    """Number of layers that are not drawn."""
    left_labels: int
    """Cells reserved for the names of the inputs."""
    right_labels: int
    """Cells reserved for the names of the outputs."""


def place(layers: Sequence[LayerView], width: int, height: int) -> NetworkLayout:
    """Place the layers on a sheet.

    Args:
        layers: Inputs first, output last.
        width: Width in cells.
        height: Height in cells.
    """
    top = 2 if height >= 12 else 1
    bottom = (2 if any(layer.note for layer in layers) and height >= 14 else 1) if height >= 7 else 0
    rows = max(1, height - top - bottom)
    left_labels, right_labels = _label_rooms(layers, rows, width)
    inner = max(1, width - left_labels - right_labels)
    indices, elided = _shown_layers(len(layers), _fitting(layers[-1], width, left_labels, right_labels))
    gaps = max(1, len(indices) - 1 + elided)
    style = _style([layers[index] for index in indices], rows, inner, gaps)
    half = {"box": BOX_WIDTH // 2, "value": 1, "glyph": 1}[style]
    tail = {"box": BOX_WIDTH - half - 1, "value": 1 + VALUE_WIDTH, "glyph": 1}[style]
    first, last = left_labels + half, width - 1 - max(right_labels + tail, _half_caption(layers[-1], width))
    columns, gap_column = [], None
    for place_number, index in enumerate(indices):
        step = place_number + (1 if elided and place_number >= _before_gap(len(indices)) else 0)
        centre = first + round((last - first) * step / gaps) if len(indices) > 1 else width // 2
        shown, at, gap_row = _stack(layers[index].units, rows, BOX_HEIGHT + 1 if style == "box" else 2)
        columns.append(
            UnitColumn(index, centre, centre - half, centre + tail, shown, [top + row for row in at],
                   None if gap_row is None else top + gap_row)
        )  # fmt: skip
    if elided:
        before = _before_gap(len(indices))
        gap_column = (columns[before - 1].right + columns[before].left) // 2
    omitted = len(layers) - len(indices)
    return NetworkLayout(columns, style, top, bottom, gap_column, omitted, left_labels, right_labels)


def _label_rooms(layers: Sequence[LayerView], rows: int, width: int) -> tuple[int, int]:
    """Return the widths of the names of inputs and outputs: narrower ones if layers would not fit beside them."""
    left = right = 0
    for share in (1.0, 0.75, 0.5, 0.0):
        most = int(width // 4 * share)
        left = _label_room(layers[0], rows, most)
        spared = max(0, most - left)  # cells that the names of the inputs do not need
        right = _label_room(layers[-1], rows, int(width // 5 * share) + spared) if layers[-1].names else 0
        if len(layers) <= _fitting(layers[-1], width, left, right):
            break
    return left, right


def _half_caption(output: LayerView, width: int) -> int:
    """Return the room that the captions of the output need at its right."""
    return min(max(cell_width(output.heading), cell_width(count(output.units))) // 2, width // 10)


def _fitting(output: LayerView, width: int, left: int, right: int) -> int:
    """Return how many layers fit side by side as circles, next to labels of these widths."""
    span = width - 2 - left - max(right + 1, _half_caption(output, width))
    return max(2, span // _NARROWEST_PITCH + 1)


def _label_room(layer: LayerView, rows: int, most: int) -> int:
    """Return the width of the names next to a layer's units, with a blank; symbols replace names that do not fit."""
    shown, _, _ = _stack(layer.units, rows, 2)
    return max(map(cell_width, labels(layer, shown, most - 1)), default=0) + 1


def labels(layer: LayerView, shown: Sequence[int], width: int) -> list[str]:
    """Return the names of units, each at most `width` cells; symbols with an index if names do not fit.

    If names would be the same when cut at the end, the words that all share are shortened to their initials; if that
    is still too long, they are cut in the middle.
    """
    width = min(width, _WIDEST_NAME)
    symbols = [layer.symbol + (subscript(unit + 1) if layer.units > 1 else "") for unit in shown]
    if not shown or max(shown) >= len(layer.names):
        return symbols
    whole = [clean(layer.names[unit], 400) for unit in shown]
    if len({clean(name, width) for name in whole}) < len(set(whole)):
        whole = _without_shared_words(whole)
    if width < 6 and any(cell_width(name) > width for name in whole):
        return symbols
    names = [clean(name, width) for name in whole]
    return names if len(set(names)) == len(set(whole)) else [ends(name, width) for name in whole]


def _without_shared_words(names: Sequence[str]) -> list[str]:
    """Return names such as "row 1 column 2" as "r1 c2", if all have the same words around the part that differs."""
    split = [name.split() for name in names]
    if len({len(words) for words in split}) != 1:
        return list(names)
    shared = [len(set(words)) == 1 and words[0].isalpha() for words in zip(*split, strict=True)]
    short = []
    for words in split:
        text = " ".join(word[0] if same else word for word, same in zip(words, shared, strict=True))
        short.append(re.sub(r"(?<![^ ])(\w) (?=\d)", r"\1", text))
    return short


def _shown_layers(count: int, fit: int) -> tuple[list[int], int]:
    """Return the layers that are drawn if so many fit side by side, and 1 if some in between are left out."""
    if count <= fit:
        return list(range(count)), 0
    kept = max(2, fit - 1)
    before = _before_gap(kept)
    return [*range(before), *range(count - (kept - before), count)], 1


def _before_gap(kept: int) -> int:
    return (kept + 1) // 2


def _style(layers: Sequence[LayerView], rows: int, inner: int, gaps: int) -> str:
    """Return the most detailed unit style that fits."""
    tallest = max(layer.units for layer in layers)
    if tallest * (BOX_HEIGHT + 1) - 1 <= rows and inner - BOX_WIDTH >= gaps * (BOX_WIDTH + 6):
        return "box"
    if any(layer.values is not None for layer in layers) and inner - VALUE_WIDTH >= gaps * (VALUE_WIDTH + 14):
        return "value"
    return "glyph"


def _stack(units: int, rows: int, pitch: int) -> tuple[list[int], list[int], int | None]:
    """Return which units of a layer are drawn, in which rows, and the row of the ⋮."""
    half = (pitch - 1) // 2 if pitch > 2 else 0  # rows of a unit above and below its centre
    fit = max(1, (rows - 1 - 2 * half) // pitch + 1)
    if units <= fit:
        step = min(max(pitch, (rows - 1 - 2 * half) // max(1, units - 1)), 3 * pitch) if units > 1 else pitch
        start = (rows - 1 - (units - 1) * step) // 2
        return list(range(units)), [start + unit * step for unit in range(units)], None
    if pitch == 2 and fit <= 5 < rows:
        return _stack(units, rows, 1)  # too few rows for a larger pitch
    if units <= rows and pitch <= 2:
        start = (rows - units) // 2
        return list(range(units)), [start + unit for unit in range(units)], None
    start = (rows - 1 - (fit - 1) * pitch) // 2
    if fit < 3:
        return [0], [start], start + pitch if start + pitch < rows else None
    shown = [*range(fit - 2), units - 1]
    return shown, [start + slot * pitch for slot in (*range(fit - 2), fit - 1)], start + (fit - 2) * pitch
