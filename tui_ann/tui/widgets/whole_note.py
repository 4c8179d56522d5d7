"""The whole text of a note that the current row of a list has no room for."""

from collections.abc import Callable, Iterable
from textwrap import wrap

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from tui_ann.tui.widgets.plain import plain

MOST_LINES = 2
"""Maximum number of lines of a note."""


class WholeNote(Static):
    """Shown below a list if it cuts any of its notes; always as high as the longest of them, so that nothing moves.

    Args:
        cut: Returns the notes that are cut in a list of a width in cells.
    """

    DEFAULT_CSS = """
    WholeNote { height: auto; padding: 0 1; color: $dim-text; }
    """

    def __init__(self, cut: Callable[[int], Iterable[str]]) -> None:
        super().__init__(markup=False)
        self._cut = cut

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return a blank line and the lines of the longest note, at most two; none if no note is cut."""
        heights = [len(wrap(note, max(1, width))) for note in self._cut(width)]
        return 1 + min(MOST_LINES, max(heights)) if heights else 0

    def tell(self, note: str) -> None:
        """Show a note if its row cuts it.

        Args:
            note: The note of the current row.
        """
        self.update(Content("\n") + plain(note if note in self._cut(self.content_size.width) else ""))
