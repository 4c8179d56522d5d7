"""Which plane a loss surface shows: two parameters, the plane of the path, or two random directions."""

from collections.abc import Callable

import numpy as np

from tui_ann.engine.inspect.directions import PlaneKind, place_of
from tui_ann.session.explore.landscape import LandscapePicture, PlaneWish
from tui_ann.text import number
from tui_ann.tui.content.landscape import place_spelled
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.loss_surface import LossSurface

_MOST_CHOICES = 400
"""Maximum parameters offered for an axis: those that moved most."""
_KINDS = tuple(PlaneKind)


class PlaneChoice:
    """Asks for the plane.

    Args:
        host: Returns the application.
        surface: The picture; its cursor is taken away with the plane it stood on.
        changed: Called when another plane is wanted.
    """

    def __init__(self, host: Callable[[], ScreenHost], surface: LossSurface, changed: Callable[[], None]) -> None:
        self._host, self._surface, self._changed = host, surface, changed
        self.wish = PlaneWish()
        """The plane that is wanted."""

    def keep(self, shown: LandscapePicture) -> None:
        """Want the plane that is shown, whatever moves most from now on."""
        places = shown.plane.places
        if places is not None:
            self.wish = PlaneWish(PlaneKind.PARAMETERS, (places[0].position, places[1].position))

    def next_kind(self, shown: LandscapePicture | None) -> None:
        """Want the next kind of plane.

        Args:
            shown: What is shown.
        """
        if shown is not None and shown.plane.exact:
            self._host().tell("There are only two parameters: this picture shows all of the loss.")
            return
        kind = _KINDS[(_KINDS.index(self.wish.kind) + 1) % len(_KINDS)]
        self._want(PlaneWish(kind, self.wish.positions))

    def choose_axis(self, axis: int, shown: LandscapePicture | None) -> None:
        """Ask for the parameter of an axis.

        Args:
            axis: 0 for the one across, 1 for the one upwards.
            shown: What is shown.
        """
        if shown is None:
            return
        moved = np.ptp(shown.path.thetas, axis=0)
        order = np.argsort(-moved, kind="stable")[:_MOST_CHOICES].tolist()
        places = shown.plane.places
        now = [place.position for place in places] if places else sorted(order[:2])
        choices = [
            Choice(
                position,
                place_spelled(place_of(shown.layout, position)),
                f"now {number(float(shown.theta[position]), 3)} · moved {number(float(moved[position]), 2)}",
            )
            for position in dict.fromkeys([*order, *now])
        ]

        def take(choice: Choice | None) -> None:
            if choice is None:
                return
            if choice.value == now[1 - axis]:  # the two change places
                now[1 - axis] = now[axis]
            now[axis] = choice.value
            self._want(PlaneWish(PlaneKind.PARAMETERS, (now[0], now[1])))

        title = ("What is across", "What is upwards")[axis]
        self._host().push_screen(ChooseDialog(title, choices, now[axis], "Those that moved most come first."), take)

    def _want(self, wish: PlaneWish) -> None:
        self.wish = wish
        self._surface.cursor = None
        self._changed()
