"""Opening a file, an experiment, a run or a sample: in a thread, with progress, a way out, and a place to land.

What was open stays open until the new thing is there: a file that turns out to be unreadable costs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.worker import Worker, WorkerState

from tui_ann.errors import SessionError
from tui_ann.session.recovery import Recoverable
from tui_ann.session.source import Kind, Opened
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.dialogs.progress import ProgressDialog

if TYPE_CHECKING:
    from tui_ann.tui.app import TuiAnnApp

GROUP = "loading"
"""Group of the worker that opens."""
PATIENCE = 0.25
"""Seconds after which the progress is shown; most files are open before."""


@dataclass(frozen=True)
class Landing:
    """Something that has been opened."""

    kind: str
    """What it is, one of the kinds of recent entries, or `unfinished`."""
    source: str
    """What opens it again; empty for an unfinished run."""

    @property
    def mode(self) -> str:
        """The screen where it is best looked at first."""
        return "data" if self.kind == Kind.DATA else "train"


Work = Callable[[ProgressDialog], Landing]
"""What opens something, telling the dialog how far it is."""


class Opener:
    """Opens things for the application.

    Args:
        app: The application, which owns the worker.
    """

    def __init__(self, app: "TuiAnnApp") -> None:
        self._app = app
        self._worker: Worker[Landing] | None = None
        self._dialog: ProgressDialog | None = None
        self._again: tuple[str, Work] | None = None
        self._unsaved: SessionError | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._worker is not None and not self._worker.is_finished

    async def open(self, source: str | Path) -> None:
        """Begin to open something; the screen changes when it is there.

        Args:
            source: A path, or `sample:NAME`.
        """
        text = str(source)
        name = text.removeprefix("sample:") if text.startswith("sample:") else Path(text).name

        def work(dialog: ProgressDialog) -> Landing:
            opened: Opened = self._app.session.open(text, progress=dialog.report, cancelled=dialog.cancelled.is_set)
            return Landing(opened.source.kind, opened.source.text)

        await self._begin(name, work)

    async def recover(self, left: Recoverable) -> None:
        """Begin to go on with an unfinished run.

        Args:
            left: The run.
        """

        def work(dialog: ProgressDialog) -> Landing:
            self._app.session.recover(left)
            return Landing("unfinished", "")

        await self._begin(left.name, work)

    async def _begin(self, name: str, work: Work, *, keep: bool = True) -> None:
        """Keep a run that would be lost, then open, both in a thread."""
        if self.busy:
            return
        await self._app.runner.stop()
        dialog = self._dialog = ProgressDialog(f"Opening {name}")
        self._again = (name, work)
        self._unsaved = None

        def keep_and_work() -> Landing:
            if keep:
                try:
                    self._app.session.preserve()
                except SessionError as error:
                    self._unsaved = error
                    raise
            return work(dialog)

        self._worker = self._app.run_worker(
            keep_and_work, name="open", group=GROUP, thread=True, exclusive=True, exit_on_error=False
        )
        self._app.set_timer(PATIENCE, self._show_progress)

    def _show_progress(self) -> None:
        if self.busy and self._dialog is not None and not self._dialog.is_attached:
            self._app.push_screen(self._dialog)

    def call_off(self) -> None:
        """Let go of what is being opened."""
        if self._dialog is not None:
            self._dialog.cancelled.set()

    def ended(self, worker: Worker[Any]) -> bool:
        """Close the progress and land, if a worker that ended is the one that opens.

        Args:
            worker: A worker that has come to its end.

        Returns:
            Whether all there is to say about it has been said.
        """
        dialog = self._dialog
        if worker is not self._worker or dialog is None:
            return False
        if dialog.is_attached:
            dialog.dismiss(None)
        if worker.state is WorkerState.SUCCESS:
            self._app.call_later(self._app.land, worker.result)
        elif self._unsaved is not None:
            question = f"The run in hand cannot be saved. {self._unsaved} Open the other all the same, and lose it?"
            self._app.push_screen(ConfirmDialog("Not saved", question, "Open"), self._lose)
            return True
        return dialog.cancelled.is_set()

    async def _lose(self, sure: bool | None) -> None:
        if sure and self._again is not None:
            name, work = self._again
            await self._begin(name, work, keep=False)
