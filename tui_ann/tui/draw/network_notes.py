"""The notes in a drawn network: biases at the units, the number of edges drawn, and the legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_ann.text import cell_width, count, number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.network_drawing import LEVELS, NetworkInk
from tui_ann.tui.draw.network_layout import LayerView, NetworkLayout, UnitColumn


def draw_bias(cells: Cells, layer: LayerView, unit: int, x: int, row: int, width: int) -> None:
    """Write the bias of a unit, if it is not 0: its value in a wide room, its sign in a single cell.

    Args:
        cells: The sheet.
        layer: The layer, with its biases.
        unit: The unit.
        x: First column of the room.
        row: Its row.
        width: Cells of the room.
    """
    if layer.biases is None or unit >= len(layer.biases):
        return
    bias = float(layer.biases[unit])
    if not bias:
        return
    finite = np.abs(layer.biases[np.isfinite(layer.biases)])
    strength = abs(bias) / (float(finite.max()) or 1.0) if finite.size and np.isfinite(bias) else 1.0
    level = min(LEVELS - 1, int(strength * LEVELS))
    ink = (NetworkInk.NEGATIVE if bias < 0 else NetworkInk.POSITIVE) + level
    if width == 1:
        cells.write(x, row, "−" if bias < 0 else "+", ink)
    else:
        shown = number(bias, 2, sign=True, width=width - 1).strip()
        cells.write(x, row, f"b{shown}", ink)


def draw_count(
    cells: Cells, drawn: int, left: UnitColumn, right: UnitColumn, layers: Sequence[LayerView], layout: NetworkLayout
) -> None:
    """Write below the edges of a layer how many are drawn, if some are left out.

    Args:
        cells: The sheet.
        drawn: How many.
        left: The column in front of them.
        right: The column behind them.
        layers: The layers.
        layout: The layout, with a row for the numbers of units.
    """
    before, after = layers[left.layer].units, layers[right.layer].units
    if not layout.bottom or drawn == before * after:
        return
    whole = len(left.shown) == before and len(right.shown) == after
    text = f"{count(drawn)} of {count(before * after)}"
    widths = len(count(before)), len(count(after))
    first = left.centre + widths[0] - widths[0] // 2 + 1
    room = right.centre - widths[1] // 2 - 1 - first
    for shown in ([f"strongest {text}"] if whole else [f"{text} edges"]) + [text]:
        if cell_width(shown) <= room:
            cells.write(first + (room - cell_width(shown)) // 2, cells.height - layout.bottom, shown, NetworkInk.DETAIL)
            return


def draw_omitted(cells: Cells, layout: NetworkLayout, row: int) -> None:
    """Write ⋯ where layers are left out, and how many.

    Args:
        cells: The sheet.
        layout: The layout, with a column of the ⋯.
        row: The row of the ⋯.
    """
    if layout.gap_column is None:
        return
    for line, text in enumerate(("⋯", f"{layout.omitted} more")):
        cells.write_centred(layout.gap_column, row + line, text, NetworkInk.DETAIL)


def draw_legend(cells: Cells, layout: NetworkLayout | None) -> None:
    """Write in the last row what sign, thickness and fill mean, as far as there is room.

    Args:
        cells: The sheet.
        layout: The layout of the picture above.
    """
    strong = LEVELS - 1
    parts = [
        ("⠒⠒", "positive", NetworkInk.POSITIVE + strong),
        ("⠒ ⠒", "negative", NetworkInk.NEGATIVE + strong),
        ("⠶", "strong", NetworkInk.POSITIVE + strong),
    ]
    if layout is not None and layout.style == "box":
        parts.append(("b", "bias", NetworkInk.DETAIL))
    else:
        parts += [("○◑●", "|a|", NetworkInk.UNIT), ("+−", "bias", NetworkInk.DETAIL)]
    gap = 2
    while parts and sum(cell_width(sign + word) + 1 + gap for sign, word, _ in parts) - gap > cells.width:
        parts.pop()
    wide = sum(cell_width(sign + word) + 1 + gap for sign, word, _ in parts) - gap
    x = max(0, (cells.width - wide) // 2)
    for sign, word, ink in parts:
        x = cells.write(x, cells.height - 1, sign, ink) + 1
        x = cells.write(x, cells.height - 1, word, NetworkInk.DETAIL) + gap
