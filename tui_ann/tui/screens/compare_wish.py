"""What a person wants to see on Compare: the quantity, the axis, the smoothing, the value to reach."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from tui_ann.session.compare.board import BoardWish
from tui_ann.session.compare.goals import Goal
from tui_ann.session.compare.smoothing import LEVELS
from tui_ann.tui.content.compare_text import ALONG, quantity_title
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.screens.compare_panes import ComparePanes
from tui_ann.tui.services.screen_host import ScreenHost


class CompareWish:
    """Changes the wish for the board.

    Args:
        host: Returns the application.
        body: The panes.
        changed: Called when the board must be worked out again.
    """

    def __init__(self, host: Callable[[], ScreenHost], body: ComparePanes, changed: Callable[[], object]) -> None:
        self._host, self._body, self._changed = host, body, changed
        self.wish = BoardWish()
        """What is wanted."""

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions by their names."""
        return {
            "along": self._turn_axis,
            "quantity": self._ask_quantity,
            "log_axis": self._turn_log,
            "smoother": partial(self._smooth, 1),
            "rougher": partial(self._smooth, -1),
            "together": self._turn_together,
        }

    def _want(self, wish: BoardWish) -> None:
        self.wish = wish
        self._changed()

    def _turn_axis(self) -> None:
        """Count something else on the horizontal axis."""
        axes = list(ALONG)
        self._want(replace(self.wish, along=axes[(axes.index(self.wish.along) + 1) % len(axes)]))

    def _turn_log(self) -> None:
        self._body.log_axis = not self._body.log_axis
        self._body.show_chart()

    def _smooth(self, step: int) -> None:
        place = min(max(LEVELS.index(self.wish.smoothing) + step, 0), len(LEVELS) - 1)
        self._want(replace(self.wish, smoothing=LEVELS[place]))

    def _turn_together(self) -> None:
        """Show runs that differ in seeds and folds alone as one, or one by one."""
        board = self._body.board
        if board is None:
            return
        if any(group.bands for group in board.groups):
            self._want(replace(self.wish, together=False))
        else:
            self._want(replace(self.wish, together=True))
            self._host().tell("Runs that differ in seeds and folds alone are one curve now.", passing=True)

    def _ask_quantity(self) -> None:
        """Ask what is drawn."""
        names = self._body.board.quantities if self._body.board is not None else ()
        choices = [Choice(name, quantity_title(name)) for name in names]

        def use(choice: Choice | None) -> None:
            if choice is not None:
                self._want(replace(self.wish, quantity=choice.value))

        if choices:
            self._host().push_screen(ChooseDialog("What is drawn", choices, self.wish.quantity), use)

    def set_goal(self, goal: Goal | None) -> None:
        """Set the value to reach; `None` proposes one."""
        self._want(replace(self.wish, goal=goal))
