"""The height of a dialog that follows its content."""

from typing import Any

from textual.screen import Screen
from textual.widget import Widget


class ContentHeight:
    """Makes a dialog as high as its content, up to the maximum of the style sheet; it never shrinks while open."""

    def __init__(self) -> None:
        self._lines = 0

    def fit(self, dialog: Screen[Any], view: Widget, lines: int) -> None:
        """Set the height.

        Args:
            dialog: The dialog.
            view: The part of it that takes the height that is left.
            lines: Lines of that part.
        """
        frame = dialog.query_one(".dialog")
        if dialog.has_class("-low"):
            frame.styles.clear_rule("height")
            return
        self._lines = max(self._lines, lines)
        frame.styles.height = frame.outer_size.height - view.size.height + self._lines
