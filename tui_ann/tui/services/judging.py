"""Measures the result of a run that has ended, in a thread, so that no screen waits for it."""

from typing import TYPE_CHECKING

from tui_ann.tui.services.host import Host
from tui_ann.tui.services.runner import Runner

if TYPE_CHECKING:
    from tui_ann.session.run.snapshot import Snapshot

GROUP = "judging"
"""Worker group for measuring the result of a run."""


class ResultJudge:
    """Measures each end of a run once, and shows the run again with its results.

    Args:
        app: The application; runs the worker.
        runner: Shows the snapshot.
    """

    def __init__(self, app: Host, runner: Runner) -> None:
        self._app, self._runner = app, runner
        self._begun: tuple[int, int, str] | None = None

    def look(self, snapshot: "Snapshot | None") -> None:
        """Measure the result if the run on display has ended and its result is not known.

        Args:
            snapshot: The newest snapshot.
        """
        if snapshot is None or snapshot.stop_reason is None or snapshot.results is not None:
            return
        end = (snapshot.run, snapshot.update, snapshot.status)
        if end != self._begun:
            self._begun = end
            self._app.run_worker(self._measure, name="judge", group=GROUP, thread=True, exit_on_error=False)

    def _measure(self) -> None:
        workspace = self._app.session.workspace
        run = workspace.run
        if run is None or workspace.stale:
            return
        run.results()
        if workspace.run is run and not self._runner.alive:
            self._runner.publish(run.snapshot())
