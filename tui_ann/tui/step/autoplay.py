"""Plays the parts of an update one after the other, at a speed that keys change."""

from collections.abc import Callable

from textual.timer import Timer

from tui_ann.session.step.stepper import Grain
from tui_ann.text import counted, number
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.walk import Walk

SPEEDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Parts per second, slowest first."""
_GOES_ON = ("autoplay", "more", "fewer", "formula_down", "formula_up")
"""Actions that do not stop it at once."""


class Autoplay:
    """Steps forward by a part whenever its timer ticks; stops at the end of the update.

    Args:
        host: The application.
        selection: Knows the position of the run.
        walk: Takes the steps.
        every: Calls a function every so many seconds.
    """

    def __init__(
        self,
        host: ScreenHost,
        selection: Selection,
        walk: Walk,
        every: Callable[[float, Callable[[], None]], Timer],
    ) -> None:
        self._host, self._selection, self._walk, self._every = host, selection, walk, every
        self._timer: Timer | None = None
        self._speed = SPEEDS.index(1.0)
        self._left: tuple[int, int] | None = None
        """Update and parts done where the last step was taken."""

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer is not None

    def toggle(self) -> None:
        """Start with the next part at once, or stop."""
        if self.playing:
            self.stop()
        elif self._host.session.workspace.run is not None:
            self._left = None
            self._start()
            self.tick()

    def stop(self) -> None:
        """Stop where it is."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._host.refresh_status()

    def heed(self, verb: str) -> None:
        """Stop if another action of the screen is about to run.

        Args:
            verb: Second half of the action's id.
        """
        if verb not in _GOES_ON:
            self.stop()

    def change_speed(self, step: int, otherwise: Callable[[int], None]) -> None:
        """Play faster or slower; while it does not play, the same keys change something else.

        Args:
            step: 1 for the next faster speed, −1 for the next slower one.
            otherwise: Called with the step if it does not play.
        """
        if self._timer is None:
            otherwise(step)
            return
        self._speed = max(0, min(len(SPEEDS) - 1, self._speed + step))
        self._timer.stop()
        self._start()

    def tick(self) -> None:
        """Take the next part, unless the last one is still being computed."""
        place = self._selection.place
        if self._walk.busy or not self.playing:
            return
        here = (place.trace.update, place.done) if place is not None else None
        began = self._left is not None
        if began and (place is None or place.complete or here == self._left):  # the end, or a step that failed
            self.stop()
            return
        self._left = here or (0, 0)
        self._walk.forward(Grain.PART)

    def note(self) -> None:
        """Stop at the end of the update; called after each step."""
        place = self._selection.place
        if self.playing and place is not None and place.complete:
            self.stop()

    def words(self) -> str:
        """How fast it plays, and its keys; empty if it does not."""
        if not self.playing:
            return ""
        key, speed = self._host.key_of, SPEEDS[self._speed]
        pace = f"{counted(round(speed), 'part')} a second" if speed >= 1 else f"a part every {number(1 / speed)} s"
        faster, slower = key("step.more"), key("step.fewer")
        return f"▶ Playing, {pace}: {key('step.autoplay')} stops, {faster} and {slower} change the speed."

    def _start(self) -> None:
        self._timer = self._every(1 / SPEEDS[self._speed], self.tick)
        self._host.refresh_status()
