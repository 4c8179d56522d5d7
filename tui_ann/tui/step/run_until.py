"""Runs until a breakpoint is met, and keeps the list of breakpoints."""

from tui_ann.session.step.breakpoints import Breakpoint
from tui_ann.session.step.stepper import Place
from tui_ann.text import count
from tui_ann.tui.dialogs.breakpoints import BreakpointsDialog, Stops
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.walk import Walk


class RunUntil:
    """Stops the run at breakpoints.

    Args:
        host: The application.
        selection: Proposes the weight to watch.
        walk: Steps through the run.
    """

    def __init__(self, host: ScreenHost, selection: Selection, walk: Walk) -> None:
        self._host, self._selection, self._walk = host, selection, walk
        self.breakpoints: tuple[Breakpoint, ...] = ()
        """The breakpoints."""

    def edit(self) -> None:
        """Show the list of breakpoints."""
        run, trace = self._selection.run_of(self._host.session.workspace), self._selection.trace
        if run is not None and trace is not None:
            shapes = {name: gradient.shape for name, gradient in trace.gradients.items()}
            weight = self._selection.parameter
            dialog = BreakpointsDialog(self.breakpoints, shapes, len(run.dataset.X_train), weight)
            self._host.push_screen(dialog, self._edited)

    def _edited(self, stops: Stops | None) -> None:
        if stops is not None:
            self.breakpoints = stops.points
            if stops.run:
                self.go()

    def go(self) -> None:
        """Run until a breakpoint is met; ask for one if there is none."""
        if not self.breakpoints:
            self.edit()
            return
        host, walk, points = self._host, self._walk, self.breakpoints

        def verb() -> Place:
            met = host.session.stepper.run_until(points, publish=host.runner.publish, cancelled=walk.cancelled)
            place = host.session.stepper.place()
            host.call_later(self._say_met, met, place.made)
            return place

        words = points[0].words if len(points) == 1 else f"one of {len(points)} breakpoints is met"
        walk.take(verb, f"Running until {words}; {host.key_of('step.stop')} stops it")

    def _say_met(self, met: str | None, made: int) -> None:
        after = f"after update {count(made)}"
        self._host.tell(f"Stopped {after}: {met}." if met else f"Stopped by you {after}.")
