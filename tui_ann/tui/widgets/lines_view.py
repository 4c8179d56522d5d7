"""Scrollable lines of text and formulas: each part has a role, and nothing is parsed as markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_ann.text import cell_width
from tui_ann.tui.draw.prose import Line
from tui_ann.tui.keys.actions import bindings


class LinesView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows lines that are already clean, set with `set_lines`; scrolls if they do not fit."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lines", "page_up", "page_down", "first", "last")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--title",
        "lines--muted",
        "lines--accent",
        "lines--good",
        "lines--bad",
        "lines--strong",
        "lines--key",
    }
    DEFAULT_CSS = """
    LinesView {
        height: 1fr;
        scrollbar-size: 1 1;
        & > .lines--title { color: $text-primary; text-style: bold; }
        & > .lines--muted { color: $dim-text; }
        & > .lines--accent { color: $text-primary; }
        & > .lines--good { color: $text-success; }
        & > .lines--bad { color: $text-error; }
        & > .lines--strong { text-style: bold; }
        & > .lines--key { color: $data-key; text-style: bold; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()

    def set_lines(self, lines: Sequence[Line], *, keep_place: bool = False) -> None:
        """Show other lines.

        Args:
            lines: What to show.
            keep_place: Whether to keep the scroll position, for the same text with other numbers.
        """
        self._lines = lines
        widest = max((sum(cell_width(text) for text, _ in line) for line in lines), default=0)
        self.virtual_size = Size(widest, len(lines))
        if not keep_place:
            self.scroll_to(0, 0, animate=False, force=True)
        self.refresh()

    @property
    def plain(self) -> str:
        """All lines as text."""
        return "\n".join("".join(text for text, _ in line).rstrip() for line in self._lines)

    def render_line(self, y: int) -> Strip:
        """Return one visible line."""
        width = self.size.width
        x, top = self.scroll_offset
        base = self.visual_style.rich_style
        if y + top >= len(self._lines):
            return Strip.blank(width, base)
        segments = [
            Segment(text, self.get_visual_style(f"lines--{role}").rich_style if role else base)
            for text, role in self._lines[y + top]
        ]
        return Strip(segments).crop(x, x + width).extend_cell_length(width, base)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self.scroll_relative(y=1 - max(2, self.size.height), animate=False, force=True)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self.scroll_relative(y=max(2, self.size.height) - 1, animate=False, force=True)

    def action_first(self) -> None:
        """Scroll to the start."""
        self.scroll_to(0, 0, animate=False, force=True)

    def action_last(self) -> None:
        """Scroll to the end."""
        self.scroll_end(animate=False, force=True, x_axis=False)
