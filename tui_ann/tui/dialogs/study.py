"""Base class of dialogs that explain one number of an update: a line of tabs, and text below it."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.dialogs.content_height import ContentHeight
from tui_ann.tui.draw.prose import Line
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.lines_view import LinesView
from tui_ann.tui.widgets.tabs_line import TabsLine


class StudyDialog(Dialog[None]):
    """Shows lines about one item; arrow keys go to its neighbours, tabs to other tables or layers."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("study"), *bindings("app", "help")]
    AUTO_FOCUS = "LinesView"
    FILLS: ClassVar[bool] = False
    """Whether the text fills any height."""
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-usual")]  # noqa: RUF012

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._height = ContentHeight()

    def compose_content(self) -> Iterable[Widget]:
        """The tabs and the lines."""
        yield TabsLine()
        yield LinesView()

    def on_mount(self) -> None:
        """Write the text, now that the size is known."""
        self.call_after_refresh(self.write)

    def on_resize(self) -> None:
        """Write the text for the new width."""
        self.call_after_refresh(self.write, keep_place=True)

    def write(self, *, keep_place: bool = False) -> None:
        """Write the tabs and the text.

        Args:
            keep_place: Whether to keep the scroll position.
        """
        view = self.query_one(LinesView)
        labels, chosen = self.tabs()
        self.query_one(TabsLine).set_data(labels, chosen)
        if view.size.width:
            lines = self.lines(view.size.width - 1, view.size.height)
            view.set_lines(lines, keep_place=keep_place)
            if not self.FILLS:
                self._height.fit(self, view, len(lines))

    def tabs(self) -> tuple[Sequence[str], int]:
        """The labels of the tabs, and the index of the selected one."""
        raise NotImplementedError

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The text below the tabs.

        Args:
            width: Line width in cells.
            height: Number of visible lines.
        """
        raise NotImplementedError

    def choose_tab(self, index: int) -> None:
        """Go to another tab."""
        raise NotImplementedError

    def move(self, rows: int, columns: int) -> None:
        """Go to a neighbour."""
        raise NotImplementedError

    def go_on(self, step: int) -> None:
        """Go to another example of the batch."""
        raise NotImplementedError

    def on_tabs_line_chosen(self, event: TabsLine.Chosen) -> None:
        """Go to the tab that was clicked."""
        event.stop()
        self.choose_tab(event.index)
        self.write()

    def action_turn(self, step: int) -> None:
        """Go to the previous or next tab."""
        labels, chosen = self.tabs()
        self.choose_tab((chosen + step) % len(labels))
        self.write()

    def action_move(self, rows: int, columns: int) -> None:
        """A neighbour."""
        self.move(rows, columns)
        self.write(keep_place=True)

    def action_example(self, step: int) -> None:
        """Another example."""
        self.go_on(step)
        self.write(keep_place=True)
