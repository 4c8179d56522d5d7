"""The loss after one step of any size, L(η), with today's η and what the sizes are good for."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, number
from tui_ann.tui.draw.axes import PlotAxis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.trace import filled, joined, polyline

Floats = NDArray[np.float64]

_ABOVE = 0.6
"""How far the plot goes above the loss before the step, of the best gain; a diverging step leaves it."""
FLAT = 0.02
"""A gain of less than this share of the loss is drawn as small as it is."""
_BAR = "▀"
_SHADED_BAR = "░█▒▓"
"""The bar of each zone with few colours: good is full."""
_TODAY = "┊"
_GAP = 1
PLOT = 9
"""Lines for the plot without the sentences below it."""
_SIDE = 6
"""Columns for the losses at the side."""


class LandscapeInk(IntEnum):
    """Ink of a cell; those up to `CROSS` are those of `plane_axes.PlaneInk`."""

    PLAIN = 0
    AXIS = 1
    LABEL = 2
    CROSS = 6
    ZONE = 7
    """First of the inks of the four zones, from too small to diverging."""
    TODAY = 11
    DESCENT = 12
    """First of the inks of the three descents."""


@dataclass(frozen=True, eq=False)
class StepView:
    """What is drawn."""

    etas: Floats
    """Step sizes (n,), evenly spaced in their logarithm."""
    losses: Floats
    """Loss after each (n,)."""
    before: float
    """Loss before the step."""
    eta: float | None
    """Today's learning rate; `None` if it is no step along this line."""
    ends: Sequence[float]
    """Where the second, third and fourth zone begin."""
    zones: Sequence[str]
    """The names of the four zones."""
    words: Sequence[str] = ()
    """Sentences below; each takes a line."""


def step_lines(view: StepView, width: int) -> list[str]:
    """The sentences below the plot as lines of a width."""
    return [line for text in view.words for line in textwrap.wrap(clean(text), max(8, width))]


def draw_steps(view: StepView, cells: Cells, x: int, y: int, width: int, height: int, *, few: bool = False) -> None:
    """Draw L(η); where there is little room, the sentences go first, then the names of the zones.

    Args:
        view: What is drawn.
        cells: The sheet; its inks are `LandscapeInk`.
        x: Left column.
        y: Upper row.
        width: Width in cells.
        height: Height in cells.
        few: Whether there are too few colours to tell the zones apart by them alone.
    """
    words = step_lines(view, width)[: max(0, height - PLOT)]
    below = 3 + len(words)
    room, rows = width - _SIDE, height - 1 - below
    if room < 12 or rows < 2:
        return
    left, top = x + _SIDE, y + 1
    axis = PlotAxis(float(view.etas[0]), float(view.etas[-1]), log=True)
    columns = np.searchsorted(view.ends, np.geomspace(view.etas[0], view.etas[-1], room), "right")
    _curve(view, cells, (left, top, room, rows), columns)
    bar = top + rows
    for column, zone in enumerate(columns.tolist()):
        cells.write(left + column, bar, _SHADED_BAR[zone] if few else _BAR, LandscapeInk.ZONE + zone)
    if view.eta is not None:
        here = left + round(float(axis.places(np.array([view.eta]), room)[0]))
        for row in range(top, bar + 1):
            cells.write(here, row, _TODAY, LandscapeInk.TODAY)
        label = f"η {number(view.eta, 3)}"
        start = max(left, min(here - cell_width(label) // 2, x + width - cell_width(label)))
        cells.write(start, y, label, LandscapeInk.TODAY)
    _names(view, cells, (left, bar + 1, room), columns)
    end = -1
    for value, text in axis.ticks(max(2, room // 8)):
        at = left + round(float(axis.places(np.array([value]), room)[0])) - cell_width(text) // 2
        if at > end and at >= left and at + cell_width(text) <= x + width:
            end = cells.write(at, bar + 2, text, LandscapeInk.AXIS)
    cells.write_right(left - _GAP, bar + 2, "η", LandscapeInk.LABEL)
    for line, text in enumerate(words, start=bar + 3):
        cells.write(x, line, clean(text, width), LandscapeInk.LABEL)


def _curve(view: StepView, cells: Cells, at: tuple[int, int, int, int], zones: NDArray[np.intp]) -> None:
    """Draw the curve in the colours of the zones, with the loss before the step and the lowest one at the side."""
    left, top, room, rows = at
    lowest = float(view.losses.min())
    gain = max(view.before - lowest, FLAT * abs(view.before), 1e-300)
    low, high = view.before - gain, view.before + _ABOVE * gain
    span = high - low
    x = np.linspace(0, 2 * room - 1, len(view.etas))
    with np.errstate(all="ignore"):
        heights = (view.losses - low) / span * (4 * rows - 1)
        heights = np.where(np.isfinite(heights), np.clip(heights, 0, 8 * rows), 8 * rows)
    lower, upper = joined(*polyline(x, heights, 2 * room))
    upper = np.where(lower > 4 * rows - 1, np.nan, upper)
    inks = np.broadcast_to(LandscapeInk.ZONE + zones.astype(np.uint16), (rows, room))
    cells.dots(filled(lower, upper, 4 * rows), inks.astype(np.uint16), left, top)
    taken: set[int] = set()
    for loss, text in zip((view.before, lowest), _side_texts(view.before, lowest), strict=True):
        row = top + rows - 1 - min(rows - 1, max(0, math.floor((loss - low) / span * rows)))
        if row not in taken:
            taken.add(row)
            cells.write_right(left - _GAP, row, text, LandscapeInk.AXIS)


def _side_texts(before: float, lowest: float) -> tuple[str, str]:
    """Two losses with as many digits as tell them apart, if they fit; the second is empty if they look the same."""
    for digits in (2, 3, 4):
        texts = number(before, digits), number(lowest, digits)
        if texts[0] != texts[1] and max(map(len, texts)) < _SIDE:
            return texts
    return number(before, 2, width=_SIDE - 1), ""


def _names(view: StepView, cells: Cells, at: tuple[int, int, int], zones: NDArray[np.intp]) -> None:
    """Write the name of each zone under it, as far as they fit side by side."""
    left, row, room = at
    spans = {zone: np.flatnonzero(zones == zone) for zone in range(len(view.zones))}
    shown = [zone for zone, span in spans.items() if len(span)]
    sizes = {zone: cell_width(view.zones[zone]) for zone in shown}
    while sum(sizes[zone] + 1 for zone in shown) > room + 1:
        shown.remove(min(shown, key=lambda zone: len(spans[zone])))
    end = left
    for place, zone in enumerate(shown):
        after = sum(sizes[other] + 1 for other in shown[place + 1 :])
        middle = left + (int(spans[zone][0]) + int(spans[zone][-1]) + 1 - sizes[zone]) // 2
        start = max(end, min(middle, left + room - sizes[zone] - after))
        end = cells.write(start, row, view.zones[zone], LandscapeInk.ZONE + zone) + 1
