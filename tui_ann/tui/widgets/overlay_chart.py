"""The curves of several runs on one chart, with a cursor to read all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.binding import BindingType

from tui_ann.session.compare.letters import letter
from tui_ann.text import count, number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.overlay import draw_overlay
from tui_ann.tui.draw.overlay_data import OverlayLine, OverlayPlot, OverlayView
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.picture import Picture
from tui_ann.tui.widgets.run_inks import RUN_INKS, run_css


class OverlayChart(Picture):
    """The chart. `set_lines` sets the curves; left and right move the cursor, and it follows the mouse."""

    INKS = ("", "overlay--axis", "overlay--grid", "overlay--cursor", "overlay--legend", *RUN_INKS)
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    OverlayChart {
        & > .overlay--axis { color: $dim-text; }
        & > .overlay--grid { color: $foreground 14%; }
        & > .overlay--cursor { color: $data-key; text-style: bold; }
        & > .overlay--legend { color: $dim-text; }
    }
    """ + run_css("OverlayChart")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", "left", "right", "first", "last")]

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._lines: Sequence[OverlayLine] = ()
        self._view = OverlayView()
        self._sentence = ""
        self._cursor: float | None = None
        self._plot: OverlayPlot | None = None

    def set_lines(self, lines: Sequence[OverlayLine], view: OverlayView, sentence: str) -> None:
        """Show runs.

        Args:
            lines: Their curves; a later one lies on top of the earlier ones.
            view: The view settings; the cursor is that of the chart.
            sentence: What the chart shows, in a sentence.
        """
        if view.unit != self._view.unit:
            self._cursor = None
        self._lines, self._view, self._sentence = lines, view, sentence
        self.redraw()

    @property
    def cursor(self) -> float | None:
        """The place of the cursor on the horizontal axis, if any."""
        return self._cursor

    def paint(self, width: int, height: int) -> Cells:
        """Draw the curves for the size."""
        view = replace(
            self._view, cursor=self._cursor, cursor_words=self._cursor_words(), few_colours=few_colours(self.app)
        )
        self._plot = draw_overlay(self._lines, view, width, height)
        return self._plot.cells

    def describe(self) -> str:
        """Return the values at the cursor, or the sentence about the chart."""
        if self._cursor is None:
            return self._sentence
        lines = sorted(self._lines, key=lambda line: line.place)
        values = [f"{letter(line.place) if line.lettered else line.word} {line.read(self._cursor)}" for line in lines]
        return " · ".join([self._cursor_words(), *values])

    def _cursor_words(self) -> str:
        """The place of the cursor with its unit."""
        if self._cursor is None:
            return ""
        unit = self._view.unit
        if unit == "seconds":
            return f"{number(self._cursor, 3)} s"
        return f"{unit.removesuffix('s')} {count(round(self._cursor))}"

    def put_cursor(self, at: float | None) -> None:
        """Read the curves at a place; `None` removes the cursor."""
        if at != self._cursor:
            self._cursor = at
            self.redraw()

    def action_move(self, where: str) -> None:
        """Move the cursor.

        Args:
            where: Second half of a list action's id, such as `left`.
        """
        plot = self._plot
        if plot is None or not self._lines:
            return
        if where in ("first", "last"):
            self.put_cursor({"first": 0.0, "last": plot.last}[where])
            return
        step = {"left": -1, "right": 1}[where]
        per_column = plot.last / max(1, plot.width - 1)
        if self._view.unit != "seconds":
            per_column = max(1.0, per_column)
        here = plot.last if self._cursor is None else self._cursor + step * per_column
        self.put_cursor(min(max(here, 0.0), plot.last))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Read the curves at the mouse position."""
        offset, plot = event.get_content_offset(self), self._plot
        if offset is not None and plot is not None and offset.x >= plot.left and self._lines:
            self.put_cursor(plot.place_at(offset.x))

    def on_leave(self) -> None:
        """Show the legend again."""
        self.put_cursor(None)

    on_blur = on_leave
