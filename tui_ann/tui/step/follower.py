"""Keeps what the Step screen shows where the run is."""

from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.services.errands import Stepped
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.display import Display
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.walk import Walk


class RunFollower:
    """Follows the session: another experiment, a run that is trained, a step that was taken.

    Args:
        host: The application.
        selection: What is shown.
        walk: Asks where the run stands.
        display: Shows it.
    """

    def __init__(self, host: ScreenHost, selection: Selection, walk: Walk, display: Display) -> None:
        self._host, self._selection, self._walk, self._display = host, selection, walk, display

    def show_session(self) -> None:
        """Take the network's shape, and ask where the run stands."""
        self._display.plan = self._host.plan()
        self._clear()
        self._ask()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Ask where the run stands, if it has moved; while it trains only its losses are shown.

        Args:
            snapshot: How far the run is.
        """
        place, stale = self._selection.place, self._display.is_stale
        if self._host.runner.running:
            if place is not None or stale:
                self._clear()
        elif place is None or (snapshot is not None and snapshot.update != place.made):
            if stale:
                self._clear()
            if not self._walk.busy:
                self._ask()
        self._display.show_loss()

    def show_step(self, stepped: Stepped) -> None:
        """Show where the run stands after a step.

        Args:
            stepped: The step.
        """
        self._selection.show(stepped.place, stepped.alone)
        self._walk.doing = ""
        self._display.show()
        self._display.show_loss()

    def _clear(self) -> None:
        self._selection.clear()
        self._display.show()

    def _ask(self) -> None:
        """Ask where the run stands, unless it is training, cannot be trained, or is saved and not yet made again."""
        host, session = self._host, self._host.session
        saved = session.workspace.run is None and session.workspace.saved_run is not None
        held = host.runner.running or host.bench.preparing or saved or host.bench.trouble is not None
        if self._display.plan is not None and not held:
            self._walk.stay()
