"""A line of labels with one selected: the tables of a network, or their kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.message import Message

from tui_ann.text import cell_width
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.widgets.picture import Picture


class TabsLine(Picture, can_focus=False):
    """A line of labels; a click selects one. If they do not fit, they scroll; ◂ and ▸ select the next one."""

    INKS = ("", "tabs--label", "tabs--chosen")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    TabsLine {
        height: 1;
        & > .tabs--label { color: $dim-text; }
        & > .tabs--chosen { color: $text-primary; text-style: bold; }
    }
    """

    class Chosen(Message):
        """A label was clicked."""

        def __init__(self, tabs: TabsLine, index: int) -> None:
            super().__init__()
            self.tabs = tabs
            self.index = index

        @property
        def control(self) -> TabsLine:
            """The line."""
            return self.tabs

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._labels: Sequence[str] = ()
        self._chosen = 0
        self._spans: list[tuple[int, int, int]] = []

    def set_data(self, labels: Sequence[str], chosen: int) -> None:
        """Show labels that are already clean, one of them selected."""
        if (list(labels), chosen) != (list(self._labels), self._chosen):
            self._labels, self._chosen = labels, chosen
            self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw as many labels as fit around the selected one."""
        cells = Cells(width, height)
        self._spans = []
        if not self._labels:
            return cells
        widths = [cell_width(label) + 2 for label in self._labels]
        first = self._chosen
        room = width - 2 - widths[self._chosen]
        while first > 0 and room >= widths[first - 1]:
            first -= 1
            room -= widths[first]
        x = 0
        if first:
            x = cells.write(0, 0, "◂", 1)
            self._spans.append((0, x, first - 1))
        for index in range(first, len(self._labels)):
            if index > self._chosen and x + widths[index] > width - (index < len(self._labels) - 1):
                x = min(x, width - 1)  # next to the labels: another line may begin at the edge
                self._spans.append((x, cells.write(x, 0, "▸", 1), index))
                break
            label = self._labels[index]
            chosen = index == self._chosen
            cells.write(x, 0, f"[{label}]" if chosen else f" {label} ", 2 if chosen else 1)
            self._spans.append((x, x + widths[index], index))
            x += widths[index]
        return cells

    def on_click(self, event: events.Click) -> None:
        """Select the label that was clicked."""
        event.stop()
        for left, right, index in self._spans:
            if left <= event.x < right:
                self.post_message(self.Chosen(self, index))
