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

_STEPS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0), "page_up": (0, -5), "page_down": (0, 5)}


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
        self._area: PlaneArea | None = None
        self.cursor: tuple[float, float] | None = None
        """The cursor, as shares of the axes; `None` before it is moved."""
        self.sentence = ""
        """What the picture shows, in a sentence."""

    @property
    def area(self) -> PlaneArea | None:
        """Where the plane is; `None` before it is drawn."""
        return self._area

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
            self._area = None
            return Cells(width, height)
        cells, self._area = draw_landscape(self._view, width, height, self.cursor, few=few_colours(self.app))
        return cells

    def palette(self) -> list[Style]:
        """Return the inks, and those of the shading."""
        return with_maps(super().palette(), self)

    def describe(self) -> str:
        """Return what is shown."""
        return self.sentence

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Move the cursor; a click where it already is chooses that place."""
        offset = event.get_content_offset(self)
        place = None if offset is None or self._area is None else self._area.place(offset.x, offset.y)
        if place is None:
            return
        if place == self.cursor:
            self.action_choose()
        else:
            self._move_to(place)

    def _move_to(self, place: tuple[float, float]) -> None:
        first, self.cursor = self.cursor is None, place
        self.redraw()
        self.post_message(self.Moved(self, *place))
        if first:
            self.refresh_bindings()

    @property
    def _begin(self) -> tuple[float, float]:
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
        area = self._area
        if area is None:
            return
        column, row = area.cell(*(self.cursor or self._begin))
        if where in _STEPS:
            column, row = column + _STEPS[where][0], row + _STEPS[where][1]
        else:
            column = area.x if where == "first" else area.x + area.width - 1
        column = max(area.x, min(column, area.x + area.width - 1))
        place = area.place(column, max(area.y, min(row, area.y + area.height - 1)))
        if place is not None and place != self.cursor:
            self._move_to(place)

    def action_choose(self) -> None:
        """Choose the place of the cursor."""
        if self.cursor is not None:
            self.post_message(self.Chosen(self, *self.cursor))
