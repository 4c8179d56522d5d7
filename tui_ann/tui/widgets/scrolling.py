"""Scrollable content that often changes its size, without a new layout of the whole screen."""

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


def resize_content(view: ScrollView, size: Size) -> None:
    """Set the content size of a view; the screen is laid out again only if a scrollbar appears or disappears.

    Args:
        view: The view.
        size: Columns and lines of its content.
    """
    if size != view.virtual_size:
        view.set_reactive(Widget.virtual_size, size)
        view._scroll_update(size)
        view.refresh()
