"""One row: what it holds, what moved its answer, and the answer."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.row_story import StoryPicture, draw_row
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.picture import Picture
from tui_ann.tui.widgets.threshold_view import RowMoved


class RowStoryView(Picture):
    """The row, set with `set_picture`; up and down go to the row before and after."""

    INKS = (
        "", "story--label", "story--value", "story--positive", "story--negative", "story--note", "story--threshold",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    RowStoryView {
        & > .story--label { color: $foreground; }
        & > .story--value { color: $foreground; text-style: bold; }
        & > .story--positive { color: $data-positive; }
        & > .story--negative { color: $data-negative; }
        & > .story--note { color: $dim-text; }
        & > .story--threshold { color: $data-key; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", "up", "down", "page_up", "page_down")]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: StoryPicture | None = None

    def set_picture(self, picture: StoryPicture | None) -> None:
        """Show a row; `None` for none."""
        self._picture = picture
        self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw the row for the size."""
        return Cells(width, height) if self._picture is None else draw_row(self._picture, width, height)

    def describe(self) -> str:
        """Return the answer."""
        return self._picture.answer if self._picture is not None else ""

    def action_move(self, where: str) -> None:
        """Go to another row of the list.

        Args:
            where: Second half of a list action's id, such as `down`.
        """
        self.post_message(RowMoved(where))
