"""The loss over a plane, on a grid: coarse first, then refined a slice at a time; a picture is there at once."""

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tui_ann.engine.inspect.directions import ParameterPlane
from tui_ann.engine.inspect.loss_function import LossFunction
from tui_ann.engine.tape import Array
from tui_ann.session.run.build import Cancelled

SIZES = ((14, 21), (27, 41), (53, 81))
"""Rows and columns of each refinement; each holds the nodes of the one before."""
SLOW = 2.0
"""A refinement that would take longer, in seconds, is left out."""
_MARGIN = 0.35
"""Room around the path, of its extent."""
_FLATTEST = 0.25
"""The least extent, of that of the other axis."""
_SMALLEST = 1e-12
"""A path this much shorter than its coordinates are large is a point."""


class Box(NamedTuple):
    """A rectangle of the plane."""

    left: float
    right: float
    bottom: float
    top: float

    def holds(self, points: Array) -> bool:
        """Whether all finite points (n, 2) lie in it."""
        points = points[np.isfinite(points).all(axis=1)]
        low, high = np.array([self.left, self.bottom]), np.array([self.right, self.top])
        return bool(((points >= low) & (points <= high)).all())

    def zoomed(self, factor: float, centre: tuple[float, float]) -> "Box":
        """The rectangle of another size around a point.

        Args:
            factor: Below 1 shows less.
            centre: The new centre.
        """
        half = factor * (self.right - self.left) / 2, factor * (self.top - self.bottom) / 2
        return Box(centre[0] - half[0], centre[0] + half[0], centre[1] - half[1], centre[1] + half[1])


def box_around(points: Array, least: float = 0.0) -> Box:
    """A rectangle around the points of a path, with room on every side.

    Args:
        points: Coordinates (n, 2), at least one finite point.
        least: The least distance from the last point to each side, if the path is shorter.
    """
    points = points[np.isfinite(points).all(axis=1)]
    low, high = points.min(axis=0), points.max(axis=0)
    extent = high - low
    if extent.max() <= max(_SMALLEST * np.abs(points).max(), np.finfo(float).tiny):
        extent = np.full(2, 2.0 * max(1.0, float(np.abs(points[-1]).max())))
        low, high = points[-1] - extent / 2, points[-1] + extent / 2
    extent = np.maximum(extent, _FLATTEST * extent.max())
    centre, half = (low + high) / 2, (0.5 + _MARGIN) * extent
    low, high = np.minimum(centre - half, points[-1] - least), np.maximum(centre + half, points[-1] + least)
    return Box(float(low[0]), float(high[0]), float(low[1]), float(high[1]))


@dataclass(frozen=True, eq=False)
class LossGrid:
    """Losses at the nodes of a grid over a rectangle."""

    box: Box
    """The rectangle; its corners are nodes."""
    losses: Array
    """(rows, columns), the first row at the bottom; infinite where the loss is not finite."""

    @property
    def lowest(self) -> tuple[float, float, float]:
        """The node with the lowest loss: its coordinates and the loss."""
        row, column = np.unravel_index(int(np.argmin(self.losses)), self.losses.shape)
        a, b = _nodes(self.box, self.losses.shape)
        return float(a[column]), float(b[row]), float(self.losses[row, column])

    def at(self, a: Array, b: Array) -> Array:
        """Losses between the nodes: linear in the logarithm, as the picture is.

        Args:
            a: Coordinates across (w,), inside the rectangle.
            b: Coordinates upwards (h,).

        Returns:
            (h, w).
        """
        rows, columns = self.losses.shape
        left, right, bottom, top = self.box
        with np.errstate(all="ignore"):
            logs = np.log(np.maximum(self.losses, np.finfo(float).tiny))
            logs = np.where(np.isfinite(logs), logs, np.finfo(float).max / 4)
            i, down = _split((np.asarray(b) - bottom) / (top - bottom) * (rows - 1), rows)
            j, along = _split((np.asarray(a) - left) / (right - left) * (columns - 1), columns)
            lower = logs[i][:, j] * (1 - along) + logs[i][:, j + 1] * along
            upper = logs[i + 1][:, j] * (1 - along) + logs[i + 1][:, j + 1] * along
            losses: Array = np.exp(lower * (1 - down)[:, None] + upper * down[:, None])
        return losses


def _split(places: Array, count: int) -> tuple[Array, Array]:
    """Places along an axis as the node before and the share of the way to the next."""
    before = np.clip(np.floor(places), 0, count - 2).astype(int)
    return before, np.clip(places - before, 0.0, 1.0)


def _nodes(box: Box, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Coordinates of the columns and the rows of a grid."""
    return np.linspace(box.left, box.right, shape[1]), np.linspace(box.bottom, box.top, shape[0])


class GridWork:
    """Computes the losses over a rectangle of a plane; used by one thread at a time.

    Args:
        loss: The loss.
        plane: The plane.
        box: The rectangle.
    """

    def __init__(self, loss: LossFunction, plane: ParameterPlane, box: Box) -> None:
        self.plane, self.box = plane, box
        self._loss = loss
        self._level = 0
        self._losses = np.full(SIZES[0], np.nan)
        self._left = self._missing()
        self._seconds = 0.0
        self._evaluations = 0
        self.grid: LossGrid | None = None
        """The finest complete grid so far."""
        self.done = False
        """Whether it will not become finer."""

    def go_on(self, cancelled: Cancelled, seconds: float) -> None:
        """Compute for so many seconds, a few nodes at least, or until the first grid is complete.

        Args:
            cancelled: Called every few nodes; returns whether to stop.
            seconds: How long.
        """
        begun = time.perf_counter()
        a, b = _nodes(self.box, self._losses.shape)
        while not self.done and not cancelled():
            now = time.perf_counter()
            for _ in range(min(len(self._left), 16)):
                row, column = self._left.pop()
                value = self._loss.value(self.plane.point(a[column], b[row]))
                self._losses[row, column] = value if np.isfinite(value) else np.inf
                self._evaluations += 1
            spent = time.perf_counter()
            self._seconds += spent - now
            if not self._left:
                self._next_level()
                a, b = _nodes(self.box, self._losses.shape)
            if self.grid is not None and spent - begun >= seconds:
                return

    def _next_level(self) -> None:
        self.grid = LossGrid(self.box, self._losses)
        self._level += 1
        if self._level == len(SIZES):
            self.done = True
            return
        finer = np.full(SIZES[self._level], np.nan)
        finer[::2, ::2] = self._losses
        self._losses = finer
        self._left = self._missing()
        self.done = self._seconds / self._evaluations * len(self._left) > SLOW

    def _missing(self) -> list[tuple[int, int]]:
        rows, columns = np.nonzero(np.isnan(self._losses))
        return list(zip(rows.tolist(), columns.tolist(), strict=True))
