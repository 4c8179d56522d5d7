"""The pictures of the Data screen: the distribution of a column, a scatter of two, images of rows.

There is room for one of them beside the columns, in a wide window for all. `front` is the one that is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isqrt

import numpy as np
from numpy.typing import NDArray
from textual.content import Content
from textual.widgets import Static

from tui_ann.data.prepare.distribution import Histogram, distribution
from tui_ann.data.prepare.grouping import (
    Groups,
    axis_of,
    group_rows,
    image_columns,
    images,
    most_telling,
    pixel_range,
)
from tui_ann.data.read.table import Column, Table
from tui_ann.text import clean, count
from tui_ann.tui.content.column_text import column_figures, column_title
from tui_ann.tui.draw.scatter import PointClasses, ScatterAxis
from tui_ann.tui.widgets.distribution import Distribution
from tui_ann.tui.widgets.panes import Pane
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_images import RowImages
from tui_ann.tui.widgets.scatter import Scatter

_BINS = 24
_MOST_POINTS = 50_000
"""Of more rows, evenly spaced ones are drawn: the picture is the same, and moving the cursor stays quick."""
_MOST_COMPARED = 500
"""Columns that are compared for the proposed axes of the scatter."""


class DataPictures:
    """The panes with pictures, set with `show_table` and `show_column`.

    Args:
        key_of: The key of an action, as displayed to the user.
    """

    def __init__(self, key_of: Callable[[str], str]) -> None:
        self._key_of = key_of
        self._distribution = Distribution(id="distribution")
        self._figures = Static(id="distribution-summary", markup=False)
        self._scatter = Scatter(id="scatter")
        self._images = RowImages(id="row-images")
        self.panes = (
            Pane(self._distribution, self._figures, title="Distribution", id="distribution-pane", topic="distribution"),
            Pane(self._scatter, title="Scatter", id="scatter-pane", topic="scatter"),
            Pane(self._images, title="Images", id="images-pane", topic="images"),
        )
        """The panes, in the order of the Tab key."""
        for pane in self.panes:
            pane.add_class("picture-pane")
        self.front = "distribution-pane"
        """Id of the pane that is shown if there is room for one."""
        self.all_shown = False
        """Whether all panes are shown at once, so that there is no next one."""
        self.held: str | None = None
        """Name of the column that the user chose as the scatter's x axis."""
        self._table: Table | None = None
        self._roles: Mapping[str, str] = {}
        self._groups: Groups | None = None
        self._target: Column | None = None
        self._telling: list[Column] | None = None
        self._pixels: list[Column] = []
        self._limits = (0.0, 1.0)
        self.bring(self.front)

    @property
    def has_images(self) -> bool:
        """Whether the rows can be shown as images."""
        return bool(self._pixels)

    def bring(self, pane_id: str) -> None:
        """Show one of the panes where there is room for one.

        Args:
            pane_id: Its id.
        """
        self.front = pane_id
        for pane in self.panes:
            pane.set_class(pane.id == pane_id, "-front")

    def following(self) -> str:
        """Id of the pane after the one that is shown."""
        offered = [pane.id or "" for pane in self.panes if pane.id != "images-pane" or self.has_images]
        return offered[(offered.index(self.front) + 1) % len(offered)]

    def show_table(self, table: Table | None, roles: Mapping[str, str], *, classes: bool) -> None:
        """Use a table for the pictures.

        Args:
            table: The table.
            roles: `target`, `ignored` or empty, by column name.
            classes: Whether the target has classes.
        """
        if table is not self._table:
            self.held = None
        self._roles, self._telling = roles, None
        columns = table.columns if table is not None else []
        targets = [column for column in columns if roles.get(column.name) == "target"]
        target = targets[0] if targets else None
        if table is self._table and target is self._target and classes == (self._groups is not None):
            return
        self._table, self._target = table, target
        self._groups = group_rows(target) if classes and target is not None else None
        self._pixels = image_columns([column for column in columns if column is not target])
        self._limits = pixel_range(self._pixels)
        if not self.has_images and self.front == "images-pane":
            self.bring("distribution-pane")

    def hold(self, column: Column) -> bool:
        """Make a column the x axis of the scatter, or give the choice back to the program.

        Args:
            column: The column.

        Returns:
            Whether it is the x axis now.
        """
        self.held = None if self.held == column.name and self.front == "scatter-pane" else column.name
        self.bring("scatter-pane" if self.held else "distribution-pane")
        return self.held is not None

    def show_column(self, column: Column | None, reason: str | None, row: int, *, proposed: bool) -> None:
        """Show a column in all pictures.

        Args:
            column: The column under the cursor.
            reason: Code of the reason for leaving it out; `None` if it is used.
            row: The row under the cursor of the table.
            proposed: Whether the target is the proposed one.
        """
        self._show_images(row)
        if column is None:
            self._distribution.clear()
            self._figures.update(Content(""))
            self._scatter.clear()
            return
        role = self._roles.get(column.name, "")
        self._show_distribution(column)
        self._figures.update(plain(column_figures(column, reason)))
        self._say("distribution-pane", column_title(column, role, proposed=proposed), "scatter")
        self._show_scatter(column)

    def _say(self, pane_id: str, title: str, other: str, more: str = "") -> None:
        """Write the title of a pane, and on its lower border the key for the next picture, if one is hidden."""
        pane = next(pane for pane in self.panes if pane.id == pane_id)
        pane.border_title = plain(title)
        keys = (more, "" if self.all_shown else f"{self._key_of('data.picture')} {other}")
        pane.tell(plain(" · ".join(filter(None, keys))))

    def _show_distribution(self, column: Column) -> None:
        groups = self._groups
        if groups is not None and column is self._target:
            self._distribution.set_target(groups.labels, groups.sizes)
            return
        bars = _BINS if column.is_number else max(8, self._distribution.size.height)
        spread = distribution(column, bars, groups)
        split = None if groups is None or spread.by_class is None else (groups.labels, spread.by_class)
        if isinstance(spread, Histogram):
            self._distribution.set_histogram(spread.edges, spread.counts, split)
        else:
            others = (column.distinct - len(spread.labels), spread.others)
            self._distribution.set_counts(spread.labels, spread.counts, others, split)

    def _show_scatter(self, column: Column) -> None:
        pair = self._pair(column)
        if pair is None:
            self._scatter.clear()
            self._say("scatter-pane", "Scatter", "next picture")
            return
        x, y = pair
        target, groups = self._target, self._groups
        step = max(1, -(-len(x) // _MOST_POINTS))
        classes = PointClasses(groups.labels, groups.codes[::step]) if groups is not None else None
        by_number = groups is None and target is not None and target.is_number and target not in (x, y)
        shade = _axis(target, step) if by_number and target is not None else None
        self._scatter.set_data(_axis(x, step), _axis(y, step), classes, shade)
        other = "images" if self.has_images else "distribution"
        hold = f"{self._key_of('data.against')} holds the column as x"
        self._say("scatter-pane", f"Scatter · {clean(x.name, 24)} × {clean(y.name, 24)}", other, hold)

    def _pair(self, column: Column) -> tuple[Column, Column] | None:
        """The columns of both axes: the held or most telling one across, that under the cursor upwards."""
        assert self._table is not None
        shown = [other for other in self._table.columns if other.kind != "empty"]
        ranked = [*self._ranked(), *(other for other in shown if self._roles.get(other.name) == ""), *shown]
        held = next((other for other in shown if other.name == self.held), None)
        x = held or next((other for other in ranked if other is not self._target), None)
        if x is None:
            return None
        is_class = column is self._target and self._groups is not None and held is None
        wanted = column if column.kind != "empty" and column is not x and not is_class else None
        y = wanted or next((other for other in ranked if other is not x), None)
        return None if y is None else (x, y)

    def _ranked(self) -> list[Column]:
        """The number features, those that tell most about the target first."""
        if self._telling is None:
            assert self._table is not None
            used = [column for column in self._table.columns if self._roles.get(column.name) == ""]
            target = self._target
            self._telling = most_telling(used[:_MOST_COMPARED], target, self._groups) if target is not None else []
        return self._telling

    def _show_images(self, row: int) -> None:
        table, pixels = self._table, self._pixels
        if table is None or not pixels:
            self._images.set_data(None, 0, 0, 0)
            return
        target, limits = self._target, self._limits

        def source(rows: Sequence[int]) -> tuple[NDArray[np.float64], list[str]]:
            label = [clean(target.raw(each), 12) if target is not None else count(each + 1) for each in rows]
            return images(pixels, rows, limits), label

        self._images.set_data(source, isqrt(len(pixels)), row, table.n_rows)
        caption = f" with {clean(target.name, 24)}" if target is not None else ""
        self._say("images-pane", f"Images · from row {count(row + 1)}{caption}", "distribution")


def _axis(column: Column, step: int) -> ScatterAxis:
    axis = axis_of(column)
    return ScatterAxis(column.name, axis.values[::step], axis.labels)
