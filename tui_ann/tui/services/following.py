"""Shows runs that another program trains while their folders grow."""

from tui_ann.tui.services.host import Host
from tui_ann.tui.services.runner import Runner

PERIOD = 1.0
"""Seconds between two looks into the folders."""
GROUP = "following"
"""Worker group for reading them."""


class Following:
    """Looks for news of the saved runs that go on elsewhere, every second.

    Args:
        app: The application.
        runner: Publishes what is shown.
    """

    def __init__(self, app: Host, runner: Runner) -> None:
        self._app, self._runner = app, runner
        self._wait()

    def _wait(self) -> None:
        self._app.set_timer(PERIOD, self.look)

    def look(self) -> None:
        """Read the folders in a thread, if a run may go on elsewhere."""
        if not self._app.session.follower.waits:
            self._wait()
            return

        def work() -> None:
            session = self._app.session
            if session.follower.look():
                saved = session.workspace.saved_run if session.workspace.run is None else None
                if saved is not None:
                    self._runner.publish(saved.snapshot())
                self._app.call_later(self._show)
            self._app.call_later(self._wait)

        self._app.run_worker(work, name="follow", group=GROUP, thread=True)

    def _show(self) -> None:
        self._app.revision += 1
