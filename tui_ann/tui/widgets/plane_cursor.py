"""A place on a plane with axes, which the arrow keys and the mouse move."""

from textual import events
from textual.widget import Widget

from tui_ann.tui.draw.plane_axes import PlaneArea

Place = tuple[float, float]
"""A place as shares of the axes: across, upwards."""

_STEPS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0), "page_up": (0, -5), "page_down": (0, 5)}


class PlaneCursor:
    """The place of a cursor, always the centre of a cell once it was moved."""

    def __init__(self) -> None:
        self.place: Place | None = None
        """The place; `None` before there is one."""
        self.area: PlaneArea | None = None
        """Where the plane is in the picture; `None` before it is drawn."""

    def under(self, event: events.MouseEvent, picture: Widget) -> Place | None:
        """The place under the mouse; `None` if it is not on the plane.

        Args:
            event: What the mouse did.
            picture: The widget that shows the plane.
        """
        offset = event.get_content_offset(picture)
        return None if offset is None or self.area is None else self.area.place(offset.x, offset.y)

    def stepped(self, where: str, begin: Place = (0.5, 0.5)) -> Place | None:
        """The next place: a cell further with an arrow, five rows with a page key, at the left or the right edge.

        Args:
            where: Second half of a list action's id, such as `up`.
            begin: Where the cursor appears, if there is none yet.

        Returns:
            `None` if the cursor is there already, or nothing is drawn.
        """
        area = self.area
        if area is None:
            return None
        column, row = area.cell(*(self.place or begin))
        if where in _STEPS:
            column, row = column + _STEPS[where][0], row + _STEPS[where][1]
        else:
            column = area.x if where == "first" else area.x + area.width - 1
        column = max(area.x, min(column, area.x + area.width - 1))
        place = area.place(column, max(area.y, min(row, area.y + area.height - 1)))
        return None if place == self.place else place
