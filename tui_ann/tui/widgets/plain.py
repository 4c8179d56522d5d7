"""Text from data as widgets show it: cleaned, and never read as markup.

Textual reads square brackets in a plain `str` as markup in titles, labels, options and cells, so that a column named
`[@click=app.quit]x` would become a link. A `Content` or `Text` is not changed.
"""

from __future__ import annotations

from rich.text import Text
from textual.content import Content

from tui_ann.text import clean


def plain(text: str, width: int | None = None, style: str = "") -> Content:
    """Return `text` as content for a widget: label, title, option, button, tooltip.

    Args:
        text: Anything, from a file, a path, a flag or the clipboard.
        width: Cells to fit in; None keeps all.
        style: A style for the whole of it.
    """
    content = Content(clean(text, width))
    return content.stylize(style) if style else content


def plain_text(text: str, width: int | None = None, style: str = "") -> Text:
    """Return `text` as Rich text, which the cells and headers of a `DataTable` want."""
    return Text(clean(text, width), style=style, no_wrap=True, end="")
