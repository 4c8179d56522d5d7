"""A text whose lines depend on the width."""

from collections.abc import Callable, Iterable

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static


class Fitted(Static):
    """A text that is written for its width.

    Args:
        lines: Returns the lines for a width in cells.
        id: Its id.
        classes: Classes of the style sheet.
    """

    def __init__(
        self, lines: Callable[[int], Iterable[Content]], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._lines = lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines for a width."""
        return sum(1 for _ in self._lines(width))

    def render(self) -> Content:
        """The text for the present width."""
        return Content("\n").join(list(self._lines(self.content_size.width)))
