"""A map over two features with axes and points; the arrow keys and the mouse move a cross on it."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.plane_axes import PlaneArea, PlaneView, area_of, draw_plane_view
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.class_inks import CLASS_INKS, class_css
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.map_inks import with_maps
from tui_ann.tui.widgets.picture import Picture
from tui_ann.tui.widgets.plane_cursor import Place, PlaneCursor


class PlaneMap(Picture):
    """Draws a `PlaneView`, and says where its cross is moved to."""

    INKS = ("", "plane--axis", "plane--label", "plane--negative", "plane--positive", "plane--curve", "plane--cross",
            *CLASS_INKS)  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    PlaneMap {
        & > .plane--axis { color: $dim-text; }
        & > .plane--label { color: $foreground; }
        & > .plane--negative { color: $data-negative; }
        & > .plane--positive { color: $data-positive; }
        & > .plane--curve { color: $data-train; }
        & > .plane--cross { color: $data-lit; text-style: bold; }
    }
    """ + class_css("PlaneMap")
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("list", "up", "down", "left", "right", "page_up", "page_down", "first", "last")
    ]

    class Moved(Message):
        """The cross has been moved."""

        def __init__(self, widget: PlaneMap, across: float, upwards: float, *, mouse: bool) -> None:
            super().__init__()
            self.widget = widget
            self.across, self.upwards = across, upwards
            """The centre of its cell, as shares of the axes."""
            self.mouse = mouse
            """Whether the mouse has moved it: then a point nearby is meant."""

        @property
        def control(self) -> PlaneMap:
            """The map."""
            return self.widget

    class Dragged(Message):
        """The mouse has been moved with its button down, and was let go."""

        def __init__(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
            super().__init__()
            self.begin, self.end = begin, end
            """The centres of both cells, as shares of the axes."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: PlaneView | None = None
        self._cursor = PlaneCursor()
        self._pressed: Place | None = None
        self.sentence = ""
        """What it shows, in a sentence."""

    @property
    def cross(self) -> tuple[float, float] | None:
        """The picked point, as shares of the axes."""
        return self._cursor.place

    @property
    def area(self) -> PlaneArea | None:
        """Where the plane is; `None` before it is drawn."""
        return self._cursor.area

    def room(self, view: PlaneView) -> tuple[int, int]:
        """Cells and rows of a plane with the axes of a view, at the present size."""
        area = area_of(view.x, view.y, *self.size, bool(view.numbers))
        return area.width, area.height

    def set_data(self, view: PlaneView | None, cross: tuple[float, float] | None, sentence: str) -> None:
        """Show a plane.

        Args:
            view: The plane; `None` for the sentence in its place.
            cross: The picked point, as shares of the axes.
            sentence: What it shows.
        """
        self._view, self._cursor.place, self.sentence = view, cross, sentence
        self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw the plane for the size."""
        if self._view is None:
            self._cursor.area, cells = None, Cells(width, height)
            cells.write_centred(width // 2, height // 2, self.sentence[:width])
            return cells
        cross, few = self._cursor.place, few_colours(self.app)
        cells, self._cursor.area = draw_plane_view(self._view, width, height, cross, few=few)
        return cells

    def palette(self) -> list[Style]:
        """Return the inks, and those of maps."""
        return with_maps(super().palette(), self)

    def describe(self) -> str:
        """Return what the map shows."""
        return self.sentence

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Remember where a point may be taken."""
        self._pressed = self._cursor.under(event, self)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Pick a point, or say where it was dragged to."""
        begin, end, self._pressed = self._pressed, self._cursor.under(event, self), None
        if begin is None or end is None:
            return
        if begin == end:
            self._move_to(end, mouse=True)
        else:
            self.post_message(self.Dragged(begin, end))

    def _move_to(self, place: Place, *, mouse: bool = False) -> None:
        self._cursor.place = place
        self.redraw()
        self.post_message(self.Moved(self, *place, mouse=mouse))

    def action_move(self, where: str) -> None:
        """Move the cross: a cell with an arrow, five rows with a page key, to the left or right edge.

        Args:
            where: Second half of a list action's id, such as `up`.
        """
        place = self._cursor.stepped(where)
        if place is not None:
            self._move_to(place)
