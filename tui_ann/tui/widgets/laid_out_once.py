"""A widget whose new size needs no second layout."""

from textual.geometry import Size
from textual.widget import Widget


class LaidOutOnce(Widget):
    """A widget that never scrolls.

    Textual lays out the whole screen again whenever the virtual size of a widget has changed, because it may need
    scroll bars then.  Without any, a layout that gives a widget another size is final.
    """

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        return super()._size_updated(size, virtual_size, container_size, layout=False)
