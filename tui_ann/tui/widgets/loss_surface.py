"""The loss around a run, with a cursor that the arrow keys and the mouse move."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.landscape import LandscapeView, draw_landscape
from tui_ann.tui.draw.plane_axes import PlaneArea
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.map_inks import with_maps
from tui_ann.tui.widgets.picture import Picture
from tui_ann.tui.widgets.plane_cursor import Place, PlaneCursor


class LossSurface(Picture):
    """Draws a `LandscapeView`; says where its cursor is moved to, and when that place is chosen."""

    INKS = (
        "", "surface--axis", "surface--label", "surface--label", "surface--label", "surface--label", "surface--cross",
        "surface--small", "surface--good", "surface--large", "surface--diverging", "surface--today",
        "surface--first", "surface--second", "surface--third",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    LossSurface {
        & > .surface--axis { color: $dim-text; }
        & > .surface--label { color: $foreground; }
        & > .surface--cross { color: $data-lit; text-style: bold; }
        & > .surface--small { color: $dim-text; }
        & > .surface--good { color: $text-success; }
        & > .surface--large { color: $text-warning; }
        & > .surface--diverging { color: $text-error; }
        & > .surface--today { color: $data-lit; text-style: bold; }
        & > .surface--first { color: $data-run-1; text-style: bold; }
        & > .surface--second { color: $data-run-2; text-style: bold; }
        & > .surface--third { color: $data-run-3; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("list", "up", "down", "left", "right", "page_up", "page_down", "first", "last", "choose")
    ]

    class Moved(Message):
        """The cursor has been moved."""

        def __init__(self, widget: LossSurface, across: float, upwards: float) -> None:
            super().__init__()
            self.widget = widget
            self.across, self.upwards = across, upwards
            """The centre of its cell, as shares of the axes."""

        @property
        def control(self) -> LossSurface:
            """The picture."""
            return self.widget

    class Chosen(Moved):
        """The place of the cursor has been chosen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: LandscapeView | None = None
        self._cursor = PlaneCursor()
        self.sentence = ""
        """What the picture shows, in a sentence."""

    @property
    def area(self) -> PlaneArea | None:
        """Where the plane is; `None` before it is drawn."""
        return self._cursor.area

    @property
    def cursor(self) -> Place | None:
        """The place of the cursor; `None` before it is moved."""
        return self._cursor.place

    @cursor.setter
    def cursor(self, place: Place | None) -> None:
        self._cursor.place = place

    def set_data(self, view: LandscapeView | None, sentence: str) -> None:
        """Show a loss.

        Args:
            view: What is drawn; `None` for nothing.
            sentence: What it shows.
        """
        self._view, self.sentence = view, sentence
        self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw for the size."""
        if self._view is None or width < 8 or height < 4:
            self._cursor.area = None
            return Cells(width, height)
        cells, self._cursor.area = draw_landscape(self._view, width, height, self.cursor, few=few_colours(self.app))
        return cells

    def palette(self) -> list[Style]:
        """Return the inks, and those of the shading."""
        return with_maps(super().palette(), self)

    def describe(self) -> str:
        """Return what is shown."""
        return self.sentence

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Move the cursor; a click where it already is chooses that place."""
        place = self._cursor.under(event, self)
        if place is None:
            return
        if place == self.cursor:
            self.action_choose()
        else:
            self._move_to(place)

    def _move_to(self, place: Place) -> None:
        first, self.cursor = self.cursor is None, place
        self.redraw()
        self.post_message(self.Moved(self, *place))
        if first:
            self.refresh_bindings()

    @property
    def _begin(self) -> Place:
        """Where the cursor appears: at the present place of the run, if that is in the picture."""
        if self._view is not None and self._view.contour.paths:
            path = self._view.contour.paths[0]
            place = float(path.across[path.now]), float(path.upwards[path.now])
            if all(0.0 <= share <= 1.0 for share in place):
                return place
        return 0.5, 0.5

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable choosing once there is a cursor."""
        return self.cursor is not None if action == "choose" else True

    def action_move(self, where: str) -> None:
        """Move the cursor: a cell with an arrow, five rows with a page key, to the left or right edge.

        Args:
            where: Second half of a list action's id, such as `up`.
        """
        place = self._cursor.stepped(where, self._begin)
        if place is not None:
            self._move_to(place)

    def action_choose(self) -> None:
        """Choose the place of the cursor."""
        if self.cursor is not None:
            self.post_message(self.Chosen(self, *self.cursor))
