"""Rows as images, if their columns are the pixels of a square."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual.color import Color

from tui_ann.text import count
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.images import draw_images, fitting_images
from tui_ann.tui.draw.shades import SHADES
from tui_ann.tui.widgets.picture import Picture, ramp

Source = Callable[[Sequence[int]], tuple[NDArray[np.float64], Sequence[str]]]
"""Returns the images of some rows, (rows, side, side) from 0 to 1, and their captions."""


class RowImages(Picture):
    """Images of consecutive rows, set with `set_data`; as many as fit are drawn."""

    INKS = ("", "images--caption", "images--pixel")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    RowImages {
        & > .images--caption { color: $text-muted; }
        & > .images--pixel { color: $foreground; }
    }
    """

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._source: Source | None = None
        self._side = self._row = self._n_rows = 0

    def set_data(self, source: Source | None, side: int, row: int, n_rows: int) -> None:
        """Show the images from a row on.

        Args:
            source: Makes the images of the rows that fit; `None` shows nothing.
            side: Pixels in a row of an image.
            row: The first row.
            n_rows: Rows of the table.
        """
        self._source, self._side, self._row, self._n_rows = source, side, row, n_rows
        self.redraw()

    def describe(self) -> str:
        """Return what is shown, in one sentence."""
        if self._source is None:
            return "The columns are no image."
        return f"Images of {self._side} × {self._side} pixels, from row {count(self._row + 1)} on."

    def paint(self, width: int, height: int) -> Cells:
        """Draw the images that fit."""
        if self._source is None:
            return Cells(width, height)
        last = min(self._n_rows, self._row + fitting_images(self._side, width, height))
        return draw_images(*self._source(range(self._row, last)), width, height)

    def palette(self) -> list[Style]:
        """Return the inks, with a ramp for the pixels."""
        background = self.visual_style.background or Color(0, 0, 0)
        colours = ramp(background, self.ink_style("images--pixel"), len(SHADES), lowest=0.1)
        shades = [Style(color=colour.rich_color, bgcolor=background.rich_color) for colour in colours]
        return [*super().palette()[:2], *shades]
