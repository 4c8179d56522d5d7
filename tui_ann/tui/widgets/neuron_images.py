"""The neurons of the first layer as images: all of them, and the chosen one large."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui_ann.session.explore.neuron_images import NeuronImages
from tui_ann.text import clean, count, number
from tui_ann.text.symbols import subscript
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.neuron_images import (
    columns_of,
    draw_neuron_detail,
    draw_neurons,
    image_size,
    rows_shown,
)
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.map_inks import with_maps
from tui_ann.tui.widgets.picture import Picture

_INKS = (
    "",
    "neuron-image--caption",
    "neuron-image--chosen",
    "neuron-image--positive",
    "neuron-image--negative",
    "neuron-image--heading",
)
_CSS = """
    NAME {
        & > .neuron-image--caption { color: $dim-text; }
        & > .neuron-image--chosen { color: $data-lit; text-style: bold; }
        & > .neuron-image--positive { color: $data-positive; }
        & > .neuron-image--negative { color: $data-negative; }
        & > .neuron-image--heading { color: $text-primary; }
    }
"""


class NeuronGrid(Picture):
    """All neurons as images; the arrows choose one."""

    INKS = _INKS
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_INKS[1:])
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("list", "up", "down", "left", "right", "first", "last", "page_up", "page_down")
    ]
    DEFAULT_CSS = _CSS.replace("NAME", "NeuronGrid")

    class NeuronChosen(Message):
        """Another neuron was chosen."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._found: NeuronImages | None = None
        self._first = 0
        self._one_scale = False
        self.place = 0
        """Place of the chosen neuron, from 0."""

    def set_images(self, found: NeuronImages, one_scale: bool = False) -> None:
        """Show the neurons; the chosen one stays chosen, wherever it is now.

        Args:
            found: The images.
            one_scale: Whether all have one scale, instead of each its own.
        """
        before, self._found, self._one_scale = self._found, found, one_scale
        if before is not None and len(before.units) == len(found.units):
            unit = int(before.units[self.place])
            self.place = found.units.tolist().index(unit)
        self.place = min(self.place, len(found.units) - 1)
        self._follow()
        self.redraw()

    def action_move(self, direction: str) -> None:
        """Choose another neuron."""
        if self._found is None:
            return
        many, size = len(self._found.units), self._sizes(self._found)
        in_row = columns_of(*size)
        page = in_row * rows_shown(*size)
        steps = {"left": -1, "right": 1, "up": -in_row, "down": in_row, "page_up": -page, "page_down": page}
        wanted = {"first": 0, "last": many - 1}.get(direction, self.place + steps.get(direction, 0))
        self._choose(wanted if 0 <= wanted < many else self.place if abs(steps.get(direction, 1)) == in_row else wanted)

    def _choose(self, place: int) -> None:
        assert self._found is not None
        place = min(len(self._found.units) - 1, max(0, place))
        if place != self.place:
            self.place = place
            self._follow()
            self.redraw()
            self.post_message(self.NeuronChosen())

    def _sizes(self, found: NeuronImages) -> tuple[int, int, int, bool]:
        """What the sizes of the images follow from."""
        return found.side, self.size.width, self.size.height, few_colours(self.app)

    def _follow(self) -> None:
        """Scroll so that the chosen neuron is seen."""
        if self._found is None or not self.size:
            return
        size = self._sizes(self._found)
        row, rows = self.place // columns_of(*size), rows_shown(*size)
        self._first = min(max(self._first, row - rows + 1), row)

    def on_resize(self) -> None:
        """Keep the chosen neuron in sight."""
        self._follow()

    def on_click(self, event: events.Click) -> None:
        """Choose the neuron that was clicked."""
        if self._found is None:
            return
        event.stop()
        size = self._sizes(self._found)
        wide, tall = image_size(*size)
        in_row = columns_of(*size)
        column = min(in_row - 1, event.x // (max(wide, 7) + 1))
        self._choose((self._first + event.y // (tall + 2)) * in_row + column)

    def describe(self) -> str:
        """Return what strikes most in the chosen neuron."""
        found = self._found
        if found is None:
            return ""
        name = f"n{subscript(int(found.units[self.place]) + 1)}"
        share = number(100 * float(found.positive[self.place]), 2)
        text = f"{name} has z > 0 for {share} % of {count(found.rows)} training rows"
        if found.favourites:
            text += f", most for {' and '.join(clean(label, 12) for label in found.favourites[self.place])}"
        return f"{text} · weights × spread of the pixel, {'all on one' if self._one_scale else 'each on its own'} scale"

    def palette(self) -> list[Style]:
        """Return the inks, with those of signed pixels."""
        return with_maps(super().palette(), self)

    def paint(self, width: int, height: int) -> Cells:
        """Draw the neurons that fit."""
        if self._found is None or width < 8 or height < 3:
            return Cells(width, height)
        return draw_neurons(self._found, self._first, self.place, width, height, few_colours(self.app), self._one_scale)


class NeuronDetail(Picture, can_focus=False):
    """One neuron large."""

    INKS = _INKS
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_INKS[1:])
    DEFAULT_CSS = _CSS.replace("NAME", "NeuronDetail")

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._found: NeuronImages | None = None
        self._place = 0

    def set_neuron(self, found: NeuronImages, place: int) -> None:
        """Show one neuron.

        Args:
            found: All of them.
            place: Its place among them.
        """
        self._found, self._place = found, place
        self.redraw()

    def palette(self) -> list[Style]:
        """Return the inks, with those of signed pixels."""
        return with_maps(super().palette(), self)

    def paint(self, width: int, height: int) -> Cells:
        """Draw it."""
        if self._found is None or width < 8 or height < 6:
            return Cells(width, height)
        return draw_neuron_detail(self._found, self._place, width, height, few_colours(self.app))
