"""Opening a file, an experiment, a run or a sample: in a thread, with progress, a way out, and a place to land.

What was open stays open until the new thing is there: a file that turns out to be unreadable costs nothing.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerState

from tui_ann.tui.dialogs.progress import ProgressDialog

if TYPE_CHECKING:
    from tui_ann.tui.app import TuiAnnApp

GROUP = "loading"
"""Group of the worker that opens."""
PATIENCE = 0.25
"""Seconds after which the progress is shown; most files are open before."""


class Opener:
    """Opens things for the application.

    Args:
        app: The application, which owns the worker.
    """

    def __init__(self, app: "TuiAnnApp") -> None:
        self._app = app
        self._worker: Worker[None] | None = None
        self._dialog: ProgressDialog | None = None
        self._source = ""

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._worker is not None and not self._worker.is_finished

    async def open(self, source: str | Path) -> None:
        """Begin to open something; the screen changes when it is there.

        Args:
            source: A path, or `sample:NAME`.
        """
        if self.busy:
            return
        await self._app.runner.stop()
        self._source = str(source)
        name = self._source.removeprefix("sample:") if self._source.startswith("sample:") else Path(source).name
        dialog = self._dialog = ProgressDialog(f"Opening {name}")

        def work() -> None:
            self._app.session.open(source, progress=dialog.report, cancelled=dialog.cancelled.is_set)

        self._worker = self._app.run_worker(
            work, name="open", group=GROUP, thread=True, exclusive=True, exit_on_error=False
        )
        self._app.set_timer(PATIENCE, self._show_progress)

    def _show_progress(self) -> None:
        if self.busy and self._dialog is not None and not self._dialog.is_attached:
            self._app.push_screen(self._dialog)

    def finished(self, worker: Worker[None]) -> bool:
        """Whether a worker that ended is the one that opened; closes the progress then.

        Args:
            worker: A worker that has come to its end.
        """
        if worker is not self._worker:
            return False
        if self._dialog is not None and self._dialog.is_attached and self._dialog.is_current:
            self._dialog.dismiss(None)
        self._dialog = None
        return worker.state is WorkerState.SUCCESS
