"""A plane with its axes in the units of the file, the cross of the picked point, a legend and its numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean
from tui_ann.tui.draw.axes import PlotAxis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.maps import BY_CLASS, Levels, cell_levels
from tui_ann.tui.draw.plane_picture import PlanePicture, draw_plane

CROSS = "╋"
_LONGEST_TICK = 9
_LONGEST_NAME = 10
_MOST_NAME_LINES = 3
_NAME_AT = (0.75, 0.9, 0.6, 0.4)
"""Where the name of the lower axis may stand, as shares of it, the usual place first."""


class PlaneInk(IntEnum):
    """Ink of a cell: what it belongs to."""

    PLAIN = 0
    AXIS = 1
    LABEL = 2
    NEGATIVE = 3
    POSITIVE = 4
    CURVE = 5
    CROSS = 6
    CLASS = 7
    """First of the inks of the classes."""


@dataclass(frozen=True)
class AxisView:
    """One axis."""

    name: str
    """The column."""
    low: float
    """Its lower edge."""
    high: float
    """Its upper edge."""
    labels: Sequence[str] = ()
    """The labels of a category, in order."""
    least: int = 0
    """How many ticks it has at least, where they have room; round numbers may be fewer otherwise."""

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Ticks as shares of the axis, with their texts."""
        if self.labels:
            step = max(1, -(-len(self.labels) // max(1, most)))
            ticks = [(float(place), clean(label, _LONGEST_TICK)) for place, label in enumerate(self.labels)][::step]
        else:
            axis = PlotAxis(self.low, self.high)
            tries = (axis.ticks(each) for each in densities(most, self.least))
            ticks = next((ticks for ticks in tries if len(ticks) >= self.least), axis.ticks(max(2, most)))
        span = (self.high - self.low) or 1.0
        return [((value - self.low) / span, text) for value, text in ticks]


def densities(most: int, least: int) -> range:
    """For how many ticks an axis is asked in turn, until it has enough of them.

    Args:
        most: How many have room at their usual distance.
        least: How many are enough.
    """
    return range(max(2, most), 3 * max(2, most) + 2 * least + 1)


@dataclass(frozen=True)
class PlaneArea:
    """Where the plane itself is."""

    x: int
    """Left column."""
    y: int
    """Upper row."""
    width: int
    """Cells across."""
    height: int
    """Rows."""

    def cell(self, across: float, upwards: float) -> tuple[int, int]:
        """Column and row of a place, given as shares, on the sheet; the nearest one if it is outside."""
        column = self.x + min(self.width - 1, max(0, int(across * self.width)))
        return column, self.y + min(self.height - 1, max(0, int((1 - upwards) * self.height)))

    def place(self, column: int, row: int) -> tuple[float, float] | None:
        """The centre of a cell of the sheet as shares; `None` if it is outside."""
        if not (self.x <= column < self.x + self.width and self.y <= row < self.y + self.height):
            return None
        return (column - self.x + 0.5) / self.width, 1 - (row - self.y + 0.5) / self.height


@dataclass(frozen=True, eq=False)
class PlaneView:
    """What is drawn."""

    x: AxisView
    """Across."""
    y: AxisView
    """Upwards."""
    picture: PlanePicture
    """The map, and the points."""
    legend: Sequence[tuple[str, int]] = ()
    """Texts, each with the number of its class, −1 for plain text."""
    numbers: str = ""
    """The line below: the numbers of the picked point."""
    curve: NDArray[np.float64] | None = None
    """Instead of a map, the value of y as a share for evenly spaced x, (n,)."""


def area_of(x: AxisView, y: AxisView, width: int, height: int, numbers: bool) -> PlaneArea:
    """Where the plane is on a sheet of this size.

    Args:
        x: Across.
        y: Upwards.
        width: Width in cells.
        height: Height in cells.
        numbers: Whether there is a line of numbers below the legend.
    """
    below = (3 if numbers else 2) if height >= 8 else 0
    ticks = [cell_width(text) for _, text in y.ticks(max(2, height // 6))]
    names = [cell_width(line) for line in _name_lines(y.name)]
    side = max([*ticks, *names]) + 1 if height >= 8 and width >= 24 else 0
    return PlaneArea(side, 0, max(1, width - side), max(1, height - below))


def _name_lines(name: str) -> list[str]:
    """A name beside the plane, word by word in lines of at most ten cells."""
    lines = textwrap.wrap(clean(name), _LONGEST_NAME, break_long_words=False)[:_MOST_NAME_LINES]
    return [clean(line, _LONGEST_NAME) for line in lines]


def draw_plane_view(
    view: PlaneView, width: int, height: int, cross: tuple[float, float] | None, *, few: bool
) -> tuple[Cells, PlaneArea]:
    """Draw a plane with its axes.

    Args:
        view: What is drawn.
        width: Width in cells.
        height: Height in cells.
        cross: The picked point, as shares of the axes.
        few: Whether there are too few colours for a map.
    """
    cells = Cells(width, height)
    area = area_of(view.x, view.y, width, height, bool(view.numbers))
    if view.curve is None:
        draw_plane(cells, area.x, 2 * area.y, area.width, 2 * area.height, view.picture, few=few, ink=PlaneInk.LABEL)
    else:
        _curve(cells, area, view.curve)
        _points(cells, area, view)
    if cross is not None:
        column, row = area.cell(*cross)
        ink: int = PlaneInk.CROSS
        if view.curve is None and not few:
            ink = view.picture.scale.cross(_level(view.picture, area, column, row))
        cells.write(column, row, CROSS, ink)
    if area.x:
        draw_axes(cells, view.x, view.y, area)
        _legend(cells, view, area)
        if view.numbers:
            cells.write(0, height - 1, clean(view.numbers, width), PlaneInk.LABEL)
    return cells, area


def _level(picture: PlanePicture, area: PlaneArea, column: int, row: int) -> int:
    """The level below a cell."""
    high, wide = picture.levels.shape
    x = min(wide - 1, int((column - area.x + 0.5) / area.width * wide))
    upper = min(high - 1, int((2 * (row - area.y) + 0.5) / (2 * area.height) * high))
    lower = min(high - 1, int((2 * (row - area.y) + 1.5) / (2 * area.height) * high))
    pair = picture.levels[[upper, lower], x : x + 1]
    return int(cell_levels(pair, picture.scale)[0, 0])


def draw_axes(cells: Cells, x: AxisView, y: AxisView, area: PlaneArea, room: int = 12) -> None:
    """Write the ticks and names of both axes.

    Args:
        cells: The sheet; its inks are those of `PlaneInk`.
        x: Across.
        y: Upwards.
        area: Where the plane is, with room at the left and below.
        room: Columns for each tick across, at least.
    """
    taken = set()
    for share, text in y.ticks(max(2, area.height // 6)):
        row = area.y + area.height - 1 - min(area.height - 1, max(0, int(share * area.height)))
        if -1e-9 <= share <= 1 + 1e-9 and row not in taken:
            taken.add(row)
            cells.write_right(area.x - 1, row, text, PlaneInk.AXIS)
    lines = _name_lines(y.name)
    tops = range(area.y + area.height // 4, area.y + area.height - len(lines) + 1)
    top = next((top for top in tops if not taken & {*range(top, top + len(lines))}), area.y)
    for row, line in enumerate(lines, start=top):
        cells.write_right(area.x - 1, row, clean(line, area.x - 1), PlaneInk.LABEL)
    name, below = clean(x.name, area.width * 2 // 3), area.y + area.height
    start, placed = _across(x, area, cells.width, room, cell_width(name))
    cells.write(start, below, name, PlaneInk.LABEL)
    for first, text in placed:
        cells.write(first, below, text, PlaneInk.AXIS)


def _across(x: AxisView, area: PlaneArea, right: int, room: int, wide: int) -> tuple[int, list[tuple[int, str]]]:
    """The first column of the name of the lower axis, and its ticks with theirs.

    The name makes room if there were too few ticks beside it, and ticks are closer than usual only if they are even.
    """
    places = [min(area.x + int(area.width * share) - wide // 2, right - wide) for share in _NAME_AT]
    usual = places[0], _beside(x.ticks(max(2, area.width // room)), area, right, (places[0], places[0] + wide))[0]
    for each in densities(area.width // room, x.least) if x.least else ():
        for start in places:
            placed, crowded = _beside(x.ticks(each), area, right, (start, start + wide))
            if len(placed) >= x.least and not crowded:
                return start, placed
    return usual


def _beside(
    ticks: Sequence[tuple[float, str]], area: PlaneArea, right: int, name: tuple[int, int]
) -> tuple[list[tuple[int, str]], bool]:
    """The ticks across for which there is room, each with its first column, and whether some were too close."""
    placed, end, crowded = list[tuple[int, str]](), -1, False
    for share, text in ticks:
        size = cell_width(text)
        first = max(area.x, min(area.x + round(share * area.width) - size // 2, right - size))
        free = first + size < name[0] or first > name[1]
        if -1e-9 <= share <= 1 + 1e-9 and free:
            if first > end:
                placed.append((first, text))
                end = first + size
            else:
                crowded = True
    return placed, crowded


def _legend(cells: Cells, view: PlaneView, area: PlaneArea) -> None:
    """Write the legend below the plane, or below its numbers too; parts for which there is no room are left out."""
    row = area.y + area.height + 1
    sizes = [cell_width(text.rstrip()) for text, _ in view.legend]
    gaps = [1 if size == 1 else 2 for size in sizes]  # classes that are their own marks stand closer
    x = area.x if area.x + sum(sizes) + sum(gaps[:-1]) <= cells.width else 0
    for (text, kind), size, gap in zip(view.legend, sizes, gaps, strict=True):
        if x + size > cells.width:
            if kind >= 0:
                cells.write(min(x, cells.width - 1), row, "…", PlaneInk.AXIS)
                return
            continue
        ink = PlaneInk.AXIS if kind < 0 else PlaneInk.CLASS + kind
        x = cells.write(x, row, text.rstrip(), ink) + gap


def _curve(cells: Cells, area: PlaneArea, curve: NDArray[np.float64]) -> None:
    """Draw y over x as dots."""
    mask = np.zeros((4 * area.height, 2 * area.width), bool)
    x = (np.arange(len(curve)) + 0.5) / len(curve) * 2 * area.width
    fine = np.linspace(0, 2 * area.width - 1, 16 * area.width)
    with np.errstate(all="ignore"):
        y = np.interp(fine, x, curve)
        rows = np.floor((1 - y) * 4 * area.height)
        inside = (rows >= 0) & (rows < 4 * area.height)
    mask[rows[inside].astype(int), fine[inside].astype(int)] = True
    cells.dots(mask, PlaneInk.CURVE, area.x, area.y)


def _points(cells: Cells, area: PlaneArea, view: PlaneView) -> None:
    """Draw the points without a map below."""
    marks = view.picture.marks
    rows, columns, inside = marks.cells(area.width, area.height)
    tints: Levels = marks.tints[inside] if view.picture.scale is BY_CLASS else np.zeros(int(inside.sum()), np.int64)
    at = rows[inside] + area.y, columns[inside] + area.x
    cells.codes[at] = marks.signs[inside]
    cells.inks[at] = np.where(marks.faint[inside], PlaneInk.AXIS, PlaneInk.CLASS + tints)


def blank_plane(x: AxisView, y: AxisView, picture: PlanePicture | None = None) -> PlaneView:
    """A plane with nothing on it."""
    empty = PlanePicture(np.zeros((2, 1), np.int64), np.zeros((2, 1)), BY_CLASS)
    return PlaneView(x, y, picture or empty)
