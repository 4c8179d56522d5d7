"""Keeps the Step screen in sync with the run."""

from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.services.step_queue import Stepped
from tui_ann.tui.step.display import Display
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.walk import Walk


class RunFollower:
    """Reacts to changes of the session: a new experiment, training, a step.

    Args:
        host: The application.
        selection: The current selection.
        walk: Asks for the position of the run.
        display: Updates the panes.
    """

    def __init__(self, host: ScreenHost, selection: Selection, walk: Walk, display: Display) -> None:
        self._host, self._selection, self._walk, self._display = host, selection, walk, display

    def show_session(self) -> None:
        """Read the shape of the network, and ask for the position of the run."""
        self._display.plan = self._host.plan()
        self._clear()
        self._ask()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Ask for the position of the run, if it has changed; during training only its losses are shown.

        Args:
            snapshot: The progress of the run.
        """
        place, stale = self._selection.place, self._display.is_stale
        if self._host.runner.running:
            if place is not None or stale:
                self._clear()
        elif place is None or (snapshot is not None and snapshot.update != place.made):
            if stale:  # the example that was chosen, such as a row of Predict, stays chosen
                self._selection.place = None
                self._display.show()
            if not self._walk.busy:
                self._ask()
        self._display.show_loss()

    def show_step(self, stepped: Stepped) -> None:
        """Show the position of the run after a step.

        Args:
            stepped: The step.
        """
        self._walk.note(stepped)
        self._selection.show(stepped.place, stepped.alone)
        self._walk.doing = ""
        self._display.show()
        self._display.show_loss()

    def is_old(self, stepped: Stepped) -> bool:
        """Whether a step belongs to an older edition; the screen asks again when it shows what is open now.

        Args:
            stepped: The step.
        """
        plan, edition = self._display.plan, self._host.session.workspace.edition
        return plan is None or stepped.edition is not edition or plan.experiment is not edition

    def _clear(self) -> None:
        self._selection.clear()
        self._display.show()

    def _ask(self) -> None:
        """Ask for the position of the run, unless it is training, untrainable, or saved and not yet recomputed."""
        host, session = self._host, self._host.session
        saved = session.workspace.run is None and session.workspace.saved_run is not None
        held = host.runner.running or host.bench.preparing or saved or host.bench.trouble is not None
        if self._display.plan is not None and not held:
            self._walk.stay()
