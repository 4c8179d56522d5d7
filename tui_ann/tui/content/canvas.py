"""A plane whose points can be edited: which point is in a cell, and the cells of the file at a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.table import Table
from tui_ann.session.explore.answers import AnswerKind
from tui_ann.session.explore.own_data import DRAWN_CLASSES, DRAWN_COLUMNS, Cell
from tui_ann.session.explore.plane import Floats, column_values
from tui_ann.tui.content.plane_view import PlaneOfData, class_legend
from tui_ann.tui.draw.class_marks import marks
from tui_ann.tui.draw.maps import BY_CLASS
from tui_ann.tui.draw.plane_axes import AxisView, PlaneView
from tui_ann.tui.draw.plane_picture import MapMarks, PlanePicture


@dataclass(frozen=True, eq=False)
class Canvas:
    """The plane and its points, as shares of the axes."""

    x: AxisView
    """Across."""
    y: AxisView
    """Upwards."""
    across: Floats
    """The points, (n,)."""
    upwards: Floats
    """The same, (n,)."""
    rows: NDArray[np.intp]
    """The row of the table of each, (n,)."""
    target: str
    """The target column."""
    data: PlaneOfData | None = None
    """The data; `None` while they are drawn."""
    value: float | None = None
    """The answer at the picked point, where it is a number."""

    def near(
        self, place: tuple[float, float], cells: tuple[int, int], reach: int = 0, row: int | None = None
    ) -> int | None:
        """The point in a cell, or at most `reach` cells from it; `None` if there is none.

        Args:
            place: The centre of the cell.
            cells: Cells across and upwards.
            reach: Number of cells.
            row: The row of the table that is meant where several are equally near.
        """
        if not len(self.across):
            return None
        with np.errstate(invalid="ignore"):
            dx = np.floor(self.across * cells[0]) - int(place[0] * cells[0])
            dy = np.floor(self.upwards * cells[1]) - int(place[1] * cells[1])
        distance = np.where(np.isfinite(dx) & np.isfinite(dy), np.maximum(np.abs(dx), np.abs(dy)), np.inf)
        nearest = int(distance.argmin())
        meant = np.flatnonzero((self.rows == row) & (distance == distance[nearest]))
        nearest = int(meant[0]) if len(meant) else nearest
        return nearest if distance[nearest] <= reach else None

    def axes_at(self, place: tuple[float, float]) -> dict[str, Cell]:
        """The cells of both axes at a place; of a curve, the upper one is the target."""
        upper = self.target if self.data is not None and self.data.plane.y is None else self.y.name
        return {self.x.name: _cell(self.x, place[0]), upper: _cell(self.y, place[1])}

    def row_at(self, place: tuple[float, float], label: str | None) -> dict[str, Cell]:
        """The cells of a new row at a place: the other features as they are held.

        Args:
            place: The place.
            label: Its class; `None` for a number, which is the answer there.
        """
        cells: dict[str, Cell] = {}
        if self.data is not None:
            preprocessing, base = self.data.plane.preprocessing, self.data.plane.base[None]
            for feature in preprocessing.columns:
                value = float(column_values(preprocessing, base, feature.column)[0])
                cells[feature.column] = feature.labels[int(value)] if feature.labels else value
        cells |= self.axes_at(place)
        if label is not None:
            cells[self.target] = label
        elif self.target not in cells and self.value is not None:
            cells[self.target] = self.value
        return cells


def _cell(axis: AxisView, share: float) -> Cell:
    """The value of an axis at a share, rounded to what a cell of a picture can tell."""
    value = axis.low + share * (axis.high - axis.low)
    if axis.labels:
        return axis.labels[int(min(max(0, round(value)), len(axis.labels) - 1))]
    return float(f"{value:.4g}")


def drawing(table: Table) -> tuple[Canvas, PlaneView]:
    """The empty plane of a table that is drawn, with the points it has so far, from −1 to 1."""
    x, y = (AxisView(name, -1.0, 1.0) for name in DRAWN_COLUMNS[:2])
    n = table.n_rows
    values = np.array([[float(table.column(axis.name).raw(row)) for row in range(n)] for axis in (x, y)]).reshape(2, n)
    across, upwards = (values + 1) / 2
    labels = [table.column(DRAWN_COLUMNS[-1]).raw(row) for row in range(n)]
    signs = dict(zip(DRAWN_CLASSES, marks(DRAWN_CLASSES), strict=True))
    found = MapMarks(
        across,
        upwards,
        np.array([ord(signs[label]) for label in labels], np.uint32),
        np.array([DRAWN_CLASSES.index(label) for label in labels], np.int64),
        np.zeros(n, bool),
    )
    picture = PlanePicture(np.zeros((2, 1), np.int64), np.zeros((2, 1)), BY_CLASS, found)
    view = PlaneView(x, y, picture, class_legend(DRAWN_CLASSES, AnswerKind.SHARE))
    return Canvas(x, y, across, upwards, np.arange(n), DRAWN_COLUMNS[-1]), view
