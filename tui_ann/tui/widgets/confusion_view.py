"""The confusion matrix with a cursor, and the figures below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui_ann.text import clean, count
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.confusion import (
    LEVELS,
    ConfusionPicture,
    FigureLine,
    MatrixPlaces,
    draw_confusion,
    draw_figures,
)
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.picture import Picture

_SHADES = (10, 20, 30, 40)


class ConfusionView(Picture):
    """The matrix, set with `set_picture`; Enter on a cell chooses it."""

    INKS = (
        "", "confusion--axis", "confusion--label", "confusion--cursor", "confusion--chosen",
        *(f"confusion--right-{level}" for level in range(LEVELS)),
        *(f"confusion--wrong-{level}" for level in range(LEVELS)),
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = (
        """
    ConfusionView {
        & > .confusion--axis { color: $dim-text; }
        & > .confusion--label { color: $foreground; }
        & > .confusion--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
        & > .confusion--chosen { color: $data-key; text-style: bold; }
    """
        + " ".join(
            f"& > .confusion--{name}-{level} {{ color: $foreground; background: $data-{colour} {shade}%; }}"
            for name, colour in (("right", "positive"), ("wrong", "negative"))
            for level, shade in enumerate(_SHADES)
        )
        + "}"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("list", "up", "down", "left", "right", "first", "last", "choose")
    ]

    class Chosen(Message):
        """A cell was chosen: its rows are wanted."""

        def __init__(self, cell: tuple[int, int]) -> None:
            super().__init__()
            self.cell = cell
            """The place of the true and of the predicted class, as drawn."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: ConfusionPicture | None = None
        self._places: MatrixPlaces | None = None
        self.cursor = (0, 0)
        """The cell under the cursor."""

    def set_picture(self, picture: ConfusionPicture | None) -> None:
        """Show a matrix.

        Args:
            picture: The matrix; the cursor is that of this widget.
        """
        self._picture = picture
        if picture is not None:
            k = len(picture.labels)
            self.cursor = (min(self.cursor[0], k - 1), min(self.cursor[1], k - 1))
        self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw the matrix for the size."""
        if self._picture is None:
            return Cells(width, height)
        picture = replace(self._picture, cursor=self.cursor if self.has_focus else None)
        cells, self._places = draw_confusion(picture, width, height)
        return cells

    def describe(self) -> str:
        """Return the cell under the cursor in words."""
        picture = self._picture
        if picture is None:
            return ""
        actual, predicted = self.cursor
        rows = int(picture.counts[actual, predicted])
        names = [clean(label, 30) for label in picture.labels]
        return f"{count(rows)} {names[actual]} taken for {names[predicted]}"

    def on_focus(self) -> None:
        """Show the cursor."""
        self._told = ""  # the frame says something else without the focus
        self.redraw()

    on_blur = on_focus

    def action_move(self, where: str) -> None:
        """Move the cursor.

        Args:
            where: Second half of a list action's id, such as `left`.
        """
        if self._picture is None:
            return
        last = len(self._picture.labels) - 1
        row, column = self.cursor
        targets = {
            "up": (row - 1, column),
            "down": (row + 1, column),
            "left": (row, column - 1),
            "right": (row, column + 1),
            "first": (0, 0),
            "last": (last, last),
        }
        row, column = targets[where]
        self.cursor = (max(0, min(last, row)), max(0, min(last, column)))
        self.redraw()

    def action_choose(self) -> None:
        """Choose the cell under the cursor."""
        if self._picture is not None:
            self.post_message(self.Chosen(self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Choose the cell that was clicked."""
        offset, places = event.get_content_offset(self), self._places
        cell = places.cell_at(offset.x, offset.y) if offset is not None and places is not None else None
        if cell is not None:
            self.cursor = cell
            self.redraw()
            self.action_choose()


class FiguresView(Picture, can_focus=False):
    """Figures in columns, set with `set_figures`."""

    INKS = ("", "figures--label", "figures--value", "figures--low")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    FiguresView {
        & > .figures--label { color: $dim-text; }
        & > .figures--value { color: $foreground; text-style: bold; }
        & > .figures--low { color: $text-warning; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._figures: Sequence[FigureLine] = ()
        self._baseline = ""

    def set_figures(self, figures: Sequence[FigureLine], baseline: str) -> None:
        """Show figures.

        Args:
            figures: The most important first.
            baseline: What the numbers in brackets are of.
        """
        self._figures, self._baseline = figures, baseline
        self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw the figures for the size."""
        return draw_figures(self._figures, width, height, self._baseline)
