"""External text for widgets: cleaned, and never parsed as markup.

Textual parses square brackets in a plain `str` as markup in titles, labels, options and cells, so that a column named
`[@click=app.quit]x` would become a link. A `Content` or `Text` is not changed.
"""

from __future__ import annotations

from rich.text import Text
from textual.content import Content

from tui_ann.text import clean


def plain(text: str, width: int | None = None, style: str = "") -> Content:
    """Return `text` as content for a widget: label, title, option, button, tooltip.

    Args:
        text: Any text, from a file, a path, a flag or the clipboard.
        width: Maximum width in cells; None for no limit.
        style: A style for the whole text.
    """
    content = Content(clean(text, width))
    return content.stylize(style) if style else content


def plain_text(text: str, width: int | None = None, style: str = "") -> Text:
    """Return `text` as Rich text, for the cells and headers of a `DataTable`."""
    return Text(clean(text, width), style=style, no_wrap=True, end="")
