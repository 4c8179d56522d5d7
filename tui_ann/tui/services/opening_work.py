"""The thread that opens something: what was open is saved first, the progress is shown, and it can be cancelled.

The open experiment stays open until the new one is ready, so a file that cannot be read does no harm.
"""

from collections.abc import Callable, Sequence
from typing import Any

from textual.worker import Worker, WorkerState

from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.text import clean
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.dialogs.progress import ProgressDialog
from tui_ann.tui.keys.remedies import REFUSED, remedy_action
from tui_ann.tui.services.host import BRIEF, Host
from tui_ann.tui.services.landing import Kept, Landing
from tui_ann.tui.services.runner import Runner

GROUP = "loading"
"""Worker group for opening."""
PATIENCE = 0.25
"""Seconds before the progress is shown; most files are open by then."""


Work = Callable[[ProgressDialog], Landing]
"""Opens something and reports its progress to the dialog."""


def refuse(app: Host, error: TuiAnnError) -> None:
    """Say why something cannot be opened, with the action that mends it.

    Args:
        app: The application.
        error: The refusal.
    """
    app.failures.refuse(error, REFUSED.get(remedy_action(error) or "", "app.open"), "Cannot open this")


class OpeningWork:
    """Opens one thing at a time.

    Args:
        app: The application; runs the worker.
        runner: Runs the training.
        ask: Called with a refusal; asks for what would mend it, and returns whether it did.
    """

    def __init__(self, app: Host, runner: Runner, ask: Callable[[TuiAnnError], bool]) -> None:
        self._app, self._runner, self._ask = app, runner, ask
        self._worker: Worker[Landing] | None = None
        self._dialog: ProgressDialog | None = None
        self._again: tuple[str, Work] | None = None
        self._unsaved: SessionError | None = None
        self._kept: Kept | None = None
        self._unshown = False
        self.skipped: Sequence[str] = ()
        """What was left out of what is being opened, a sentence each."""

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._worker is not None and not self._worker.is_finished

    @property
    def shows_soon(self) -> bool:
        """Whether another screen will be shown: something is being opened, or is open and not shown yet."""
        return self.busy or self._unshown

    @property
    def failed(self) -> bool:
        """Whether the last opening has ended without success."""
        return self._worker is not None and self._worker.state in (WorkerState.ERROR, WorkerState.CANCELLED)

    async def begin(self, name: str, work: Work, *, keep: bool = True, patience: float = PATIENCE) -> None:
        """Save a run that would be lost, then open; both in a thread.

        Args:
            name: What is opened, for the dialog.
            work: Opens it.
            keep: Whether a run that would be lost is saved.
            patience: Seconds before the progress is shown.
        """
        if self.busy:
            return
        await self._runner.stop()
        dialog = self._dialog = ProgressDialog(f"Opening {name}")
        self._again = (name, work)
        self._unsaved = None
        self._kept = None

        def keep_and_work() -> Landing:
            if keep:
                try:
                    self._kept = self._keep()
                except SessionError as error:
                    self._unsaved = error
                    raise
            return work(dialog)

        self._unshown = True
        self._worker = self._app.run_worker(
            keep_and_work, name="open", group=GROUP, thread=True, exclusive=True, exit_on_error=False
        )
        if patience:
            self._app.set_timer(patience, self._show_progress)
        else:
            self._show_progress()

    def _keep(self) -> Kept | None:
        """Save a run that would be lost."""
        session = self._app.session
        folder = session.preserve()
        if folder is None or session.workspace.trainer is None:
            return None
        run = session.workspace.run
        assert run is not None, "there is a trainer"
        return Kept(run.experiment.name, folder, run.trainer.finished)

    def _show_progress(self) -> None:
        if self.busy and self._dialog is not None and not self._dialog.is_attached:
            self._app.push_screen(self._dialog)

    def cancel(self) -> None:
        """Cancel the opening."""
        if self._dialog is not None:
            self._dialog.cancelled.set()

    def ended(self, worker: Worker[Any]) -> bool:
        """Close the progress dialog and show what was opened, if the opening worker has ended.

        Args:
            worker: A worker that has ended.

        Returns:
            Whether the outcome has been handled.
        """
        dialog, error = self._dialog, worker.error
        if worker is not self._worker:
            return False
        if isinstance(worker.result, Landing):
            self._app.call_later(self._arrive, worker.result)
            return True
        self._unshown = False
        self._close()
        if self._unsaved is not None:
            question = f"The run cannot be saved. {self._unsaved} Open anyway and discard the run?"
            self._app.push_screen(ConfirmDialog("Not saved", question, "Open"), self._lose)
        elif dialog is not None and dialog.cancelled.is_set():
            self._app.tell("Opening was cancelled; nothing has changed.")
        elif isinstance(error, TuiAnnError) and not self._ask(error):
            refuse(self._app, error)
        return error is None or isinstance(error, TuiAnnError)

    def _close(self) -> None:
        """Close the progress dialog."""
        dialog = self._dialog
        if dialog is not None and dialog.is_open:
            dialog.pop_until_active()
            dialog.dismiss(None)

    async def _arrive(self, landing: Landing) -> None:
        """Show what was opened and say what happened to the previous run; no key is handled between the two."""
        self._close()
        try:
            await self._app.land(landing)
        finally:
            self._unshown = False
        skipped, self.skipped = self.skipped, ()
        if skipped:
            self._app.tell("\n".join(map(clean, skipped)), "warning", 15)
        if self._kept is not None:
            name, folder, ended = self._kept
            start = self._app.key_of("app.start")
            how = f"is saved in {folder}" if ended else f"is saved; {start} lists it as unfinished"
            self._app.tell(f"The run of {name} {how}.", timeout=BRIEF)

    async def _lose(self, sure: bool | None) -> None:
        if sure and self._again is not None:
            name, work = self._again
            await self.begin(name, work, keep=False)
