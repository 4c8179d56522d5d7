"""The loss around a run: the contour with its paths, L(η) beside or below it, and the legend of other descents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_ann.text import cell_width, clean
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.contour import ContourView, draw_contour
from tui_ann.tui.draw.plane_axes import PlaneArea
from tui_ann.tui.draw.step_plot import PLOT, LandscapeInk, StepView, draw_steps, step_lines

BESIDE = 62
"""Columns from which L(η) stands beside the contour."""
_SIDE = 0.42
"""Share of the columns for it."""
_SIDE_ENDS = (30, 52)
BELOW = 24
"""Rows from which it stands below, if there is no room beside."""
_BELOW_SHARE = 0.36
_LEAST_BELOW = 11
_GAP = 2


@dataclass(frozen=True)
class LegendLine:
    """One line of the legend."""

    mark: str
    """Its mark, such as a line in the colour of a path."""
    ink: int
    """The ink of the mark."""
    text: str
    """What it is."""


@dataclass(frozen=True, eq=False)
class LandscapeView:
    """What is drawn."""

    contour: ContourView
    """The loss over a plane."""
    steps: StepView | None
    """L(η)."""
    legend: Sequence[LegendLine] = ()
    """The legend of other descents."""


@dataclass(frozen=True)
class _Places:
    """How a sheet is divided: columns of the contour, and x, y, width and height of what stands beside or below."""

    width: int
    height: int
    other: tuple[int, int, int, int]


def _divided(width: int, height: int, view: LandscapeView) -> _Places:
    wanted = view.steps is not None or bool(view.legend)
    if wanted and width >= BESIDE:
        side = max(_SIDE_ENDS[0], min(_SIDE_ENDS[1], int(_SIDE * width)))
        return _Places(width - side - _GAP, height, (width - side, 0, side, height))
    if wanted and height >= BELOW:
        lines = PLOT + (0 if view.steps is None else len(step_lines(view.steps, width)))
        rows = max(_LEAST_BELOW, min(lines, int(_BELOW_SHARE * height))) + len(view.legend) + bool(view.legend)
        return _Places(width, height - rows, (0, height - rows, width, rows))
    rows = len(view.legend) if height >= len(view.legend) + 8 else 0
    return _Places(width, height - rows, (0, height - rows, width, rows))


def draw_landscape(
    view: LandscapeView, width: int, height: int, cursor: tuple[float, float] | None, *, few: bool
) -> tuple[Cells, PlaneArea]:
    """Draw the loss around a run.

    Args:
        view: What is drawn.
        width: Width in cells.
        height: Height in cells.
        cursor: The cursor on the plane, as shares of the axes.
        few: Whether there are too few colours for shading.
    """
    cells = Cells(width, height)
    places = _divided(width, height, view)
    area = draw_contour(view.contour, cells, 0, places.width, places.height, cursor, few=few)
    x, y, wide, high = places.other
    rows = min(len(view.legend), high)
    if view.steps is not None:
        draw_steps(view.steps, cells, x, y, wide, high - rows - bool(rows), few=few)
    for row, line in enumerate(view.legend[:rows], start=y + high - rows):
        start = cells.write(x, row, line.mark, line.ink) + 1
        cells.write(start, row, clean(line.text, max(0, wide - cell_width(line.mark) - 1)), LandscapeInk.LABEL)
    return cells, area
