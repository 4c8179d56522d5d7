"""A text that scrolls with the keys of a list: j, k, g, G, arrows and pages."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll

from tui_ann.tui.keys.actions import bindings


class TextScroll(VerticalScroll, inherit_bindings=False):
    """Scrolls what it contains; it can have the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lines")]

    def action_up(self) -> None:
        """Scroll a line up."""
        self.scroll_relative(y=-1, animate=False)

    def action_down(self) -> None:
        """Scroll a line down."""
        self.scroll_relative(y=1, animate=False)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self.scroll_relative(y=1 - max(2, self.size.height), animate=False)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self.scroll_relative(y=max(2, self.size.height) - 1, animate=False)

    def action_first(self) -> None:
        """Scroll to the start."""
        self.scroll_home(animate=False)

    def action_last(self) -> None:
        """Scroll to the end."""
        self.scroll_end(animate=False)
