"""Histograms of the layers of a network as strips of one line, and of one layer over the epochs as a ridge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.session.explore.histograms import LayerHistograms, NetworkHistograms, Ridge, Spread
from tui_ann.text import cell_width, count, counted, number
from tui_ann.text.symbols import spelled
from tui_ann.tui.draw.bars import EIGHTHS
from tui_ann.tui.draw.cells import Cells

_LABEL = 8
"""Columns before a strip, at least; a longer symbol, as ∂l/∂z^[2], gets its own width."""
_TAIL = 9
_TALLEST = 4
_FLAT = 0.5
"""From this share of flat slopes on, a layer is pointed out."""
_WIDE = 44
"""From this many columns on, a layer has a heading, and its numbers beside the strips."""


class SpreadInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    AXIS = 1
    POSITIVE = 2
    NEGATIVE = 3
    OLD_POSITIVE = 4
    OLD_NEGATIVE = 5
    LABEL = 6
    WARNING = 7


Curves = Mapping[str, Sequence[tuple[int, float]]]
"""By the name of the weights, (update, ‖ΔW‖/‖W‖)."""


def draw_layers(found: NetworkHistograms, ratios: Curves, chosen: int, width: int, height: int) -> Cells:
    """Draw the layers: in large blocks around the chosen one, or in a narrow picture a line for each quantity.

    The histograms of the start are left out if they leave no room for another layer, and before the first update.

    Args:
        found: The histograms.
        ratios: ‖ΔW‖/‖W‖ over the run.
        chosen: Number of the chosen layer.
        width: Width in cells.
        height: Height in cells.
    """
    cells = Cells(width, height)
    if width < _WIDE:
        _compact(cells, found, ratios)
        return cells
    layers = found.layers
    started = found.update > 0 and all(layer.start for layer in layers)
    strips = max(len(layer.now) for layer in layers)
    old = started and (len(layers) == 1 or len(layers) * (3 + 2 * strips) <= height + 1)
    lines = strips * (2 if old else 1)
    tall = max(1, min(_TALLEST, ((height + 1) // len(layers) - 3) // lines))
    fitting = max(1, (height + 1) // (3 + lines * tall))
    row, first = 0, max(0, min(chosen - 1, len(layers) - fitting)) if len(layers) > fitting else 0
    for layer in layers[first:]:
        if row + 2 >= height:
            break
        warns = layer is found.flattest and layer.flat > _FLAT
        row = _block(cells, row, layer, ratios.get(f"W{layer.number}", ()), layer.number == chosen, old, tall, warns)
    return cells


def _block(
    cells: Cells,
    row: int,
    layer: LayerHistograms,
    ratios: Sequence[tuple[int, float]],
    chosen: bool,
    old: bool,
    tall: int,
    warns: bool,
) -> int:
    """Draw one layer with its numbers; return the row after it."""
    mark, ink = ("▸", SpreadInk.LABEL) if chosen else (" ", SpreadInk.AXIS)
    x = cells.write(0, row, f"{mark}layer {layer.number} · {layer.activation} · {counted(layer.units, 'unit')}", ink)
    flat = f"slope < 0.1: {number(100 * layer.flat, 2)} %"
    since = f", at the start {number(100 * layer.flat_start, 2)} %" if np.isfinite(layer.flat_start) and old else ""
    for text in (flat + since, flat):
        if x + 2 + cell_width(text) <= cells.width:
            cells.write_right(cells.width, row, text, SpreadInk.WARNING if warns else SpreadInk.AXIS)
            break
    row += 1
    names = {quantity: spelled(f"{quantity}{layer.number}") for quantity in layer.now}
    left = _left(names.values())
    for quantity, spread in layer.now.items():
        _labelled(cells, row, names[quantity], left, spread, tall)
        row += tall
        if old and quantity in layer.start:
            cells.write(1, row + tall - 1, " start", SpreadInk.AXIS)
            _strip(cells, row, left, layer.start[quantity], tall, dim=True)
            row += tall
    name = spelled(f"W{layer.number}")
    x = cells.write(1, row, f"‖Δ{name}‖/‖{name}‖ ", SpreadInk.LABEL)
    x = cells.write(x, row, number(ratios[-1][1], 2) + " " if ratios else "–", SpreadInk.PLAIN)
    tail = f" rms {spelled(f'dlz{layer.number}')} {number(layer.gradient, 2)}"
    room = cells.width - x - cell_width(tail) - 1
    if ratios and room >= 4:
        _spark(cells, x, row, [value for _, value in ratios], room)
    cells.write_right(cells.width, row, tail, SpreadInk.AXIS)
    return row + 2


def _left(labels: Iterable[str]) -> int:
    """Return the column where strips with these labels begin."""
    return max(_LABEL, 2 + max(map(cell_width, labels), default=0))


def _compact(cells: Cells, found: NetworkHistograms, ratios: Curves) -> None:
    """Draw a line for z and a of each layer, then the sizes of the gradients and the flat shares."""
    row, lines = 0, 2 * len(found.layers)
    footer = 0 if cells.height < 6 else min(1 + len(found.layers), max(3, cells.height - lines))
    left = _left(spelled(f"z{layer.number}") for layer in found.layers)
    for layer in found.layers:
        for quantity in ("z", "a"):
            if quantity in layer.now and row < cells.height - footer:
                name = "ŷ" if quantity == "a" and layer is found.layers[-1] else spelled(f"{quantity}{layer.number}")
                _labelled(cells, row, name, left, layer.now[quantity], 1)
                row += 1
    if footer:
        _bars(cells, row, found, footer - 1)
        flattest = found.flattest
        text = f"slope < 0.1: {spelled(f'z{flattest.number}')} {number(100 * flattest.flat, 2)} %"
        ink = SpreadInk.WARNING if flattest.flat > _FLAT else SpreadInk.AXIS
        cells.write(1, row + footer - 1, text, ink)


def _bars(cells: Cells, row: int, found: NetworkHistograms, lines: int) -> None:
    """Draw the size of ∂l/∂z of each layer as a bar on a common scale; of the first and the last if not all fit."""
    largest = max((layer.gradient for layer in found.layers if np.isfinite(layer.gradient)), default=0.0)
    for layer in found.layers if len(found.layers) <= lines else (found.layers[0], *found.layers[1 - lines or None :]):
        label = f"rms {spelled(f'dlz{layer.number}')} "
        x = cells.write(1, row, label, SpreadInk.LABEL)
        room = max(1, cells.width - x - 9)
        length = round(layer.gradient / largest * room) if largest and np.isfinite(layer.gradient) else 0
        x = cells.write(x, row, "▇" * length or "▏", SpreadInk.POSITIVE)
        cells.write(x + 1, row, number(layer.gradient, 2), SpreadInk.AXIS)
        row += 1


def _labelled(cells: Cells, row: int, label: str, left: int, spread: Spread, tall: int) -> None:
    """Draw a strip with its symbol before it and the ends of its axis after it."""
    cells.write(1, row + tall - 1, label, SpreadInk.LABEL)
    _strip(cells, row, left, spread, tall, dim=False)
    ends = f"0…{number(spread.high, 2)}" if spread.low == 0 else f"±{number(spread.high, 2)}"
    if (spread.low, spread.high) == (0.0, 1.0) and spread.counts.any() and not spread.counts[1:].any():
        ends = "all 0"  # whose axis is any
    if not spread.counts.any():
        ends = "∞ or NaN"
    cells.write(cells.width - _TAIL + 1, row + tall - 1, ends, SpreadInk.AXIS)


def _strip(cells: Cells, row: int, left: int, spread: Spread, tall: int, *, dim: bool) -> None:
    """Draw a histogram in a strip from a row and a column on."""
    room = cells.width - left - _TAIL
    if room >= 4:
        draw_spread(cells, left, row + tall - 1, spread, room, tall, 2 if dim else 0)


def draw_spread(cells: Cells, x: int, bottom: int, spread: Spread, room: int, tall: int, shift: int = 0) -> None:
    """Draw a histogram with vertical bars.

    Args:
        cells: The sheet.
        x: Left column.
        bottom: Lowest row.
        spread: The histogram.
        room: Columns.
        tall: Rows.
        shift: Added to the inks.
    """
    counts = rebinned(spread.counts, room)
    largest = max(1, int(counts.max()))
    middle = 0 if spread.low == 0 else room / 2
    for column, many in enumerate(counts.tolist()):
        if many <= 0:
            continue
        ink = (SpreadInk.POSITIVE if column + 0.5 > middle else SpreadInk.NEGATIVE) + shift
        level = max(1, round(8 * tall * many / largest))
        for step in range(-(-level // 8)):
            cells.write(x + column, bottom - step, EIGHTHS[min(8, level - 8 * step)], ink)


def rebinned(counts: NDArray[np.int64], bins: int) -> NDArray[np.int64]:
    """Return a histogram with another number of bins; each takes whole bins, those whose middle it contains.

    So what was counted in one bin is not smeared over two, and equal counts stay equal.

    Args:
        counts: (n,).
        bins: The wanted number.
    """
    places = (2 * np.arange(len(counts)) + 1) * bins // (2 * len(counts))
    found = np.zeros(bins, np.int64)
    np.add.at(found, places, counts)
    return found


def _spark(cells: Cells, x: int, row: int, values: Sequence[float], room: int) -> None:
    """Draw a small curve of positive values on a log scale."""
    kept = np.array([values[place] for place in np.linspace(0, len(values) - 1, min(room, len(values))).astype(int)])
    with np.errstate(all="ignore"):
        heights = np.log10(np.where(np.isfinite(kept) & (kept > 0), kept, np.nan))
    if np.isnan(heights).all():
        return
    low, high = np.nanmin(heights), np.nanmax(heights)
    for column, height in enumerate(heights.tolist()):
        if np.isfinite(height):
            level = 4 if high <= low else 1 + round(7 * (height - low) / (high - low))
            cells.write(x + column, row, EIGHTHS[level], SpreadInk.OLD_POSITIVE)


def draw_ridge(found: Ridge, width: int, height: int) -> Cells:
    """Draw one quantity of a layer at several moments, the earliest at the top.

    Args:
        found: The histograms.
        width: Width in cells.
        height: Height in cells, the last line for the axis.
    """
    cells = Cells(width, height)
    label = max(cell_width(text) for text in _moments(found)) + 2
    room = width - label
    if room < 8 or height < 3:
        return cells
    lines = len(found.spreads)
    tall = max(1, (height - 1) // lines)
    for place, (spread, text) in enumerate(zip(found.spreads, _moments(found), strict=True)):
        bottom = place * tall + tall - 1
        if bottom >= height - 1:
            break
        last = place == lines - 1
        cells.write_right(label - 1, bottom, text, SpreadInk.PLAIN if last else SpreadInk.AXIS)
        draw_spread(cells, label, bottom, spread, room, tall)
    spread = found.spreads[0]
    cells.write(label, height - 1, number(spread.low, 3), SpreadInk.AXIS)
    cells.write_right(width, height - 1, f"{spelled(f'{found.quantity}{found.number}')} {number(spread.high, 3)}", 1)
    if spread.low < 0:
        cells.write_centred(label + room // 2, height - 1, "0", SpreadInk.AXIS)
    return cells


def _moments(found: Ridge) -> list[str]:
    """Return a name for each moment: its epoch, or its update if several are in one epoch."""
    if len(set(found.epochs)) == len(found.epochs):
        return [f"epoch {count(epoch)}" for epoch in found.epochs]
    return [f"update {count(update)}" for update in found.updates]
