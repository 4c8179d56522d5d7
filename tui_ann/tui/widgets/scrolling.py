"""Scrolled content that changes its size with every step, without the whole screen being laid out for it."""

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


def resize_content(view: ScrollView, size: Size) -> None:
    """Give a view content of another size; the screen is laid out anew only where a scrollbar comes or goes.

    Args:
        view: The view.
        size: Columns and lines of its content.
    """
    if size != view.virtual_size:
        view.set_reactive(Widget.virtual_size, size)
        view._scroll_update(size)
        view.refresh()
