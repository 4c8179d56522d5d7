"""Earlier moments of a saved run: a twin made from its folder repeats the updates.

A run is deterministic, so the data, the start values and the changes of settings are enough.  Whether the repetition is
exact is checked: the loss of every epoch that it passes must be the saved one, and its end must have the saved
parameters.
"""

import platform
import time
from collections.abc import Sequence

import numpy as np

from tui_ann.engine.history import Mark
from tui_ann.engine.stopping import Status
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import DataError, SessionError
from tui_ann.experiment.run_folder import STATE, UNFINISHED, RunFolder
from tui_ann.session.run.build import Cancelled, make_run
from tui_ann.session.run.lookback import Twin, never
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.run.run_source import no_such_update
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.store import state_file
from tui_ann.session.store.saved_run import SavedRun

ONLY_VALUES = "Earlier moments of this run cannot be shown"
"""The beginning of each refusal."""


class Replay:
    """Takes snapshots of a saved run at earlier updates.  It is used by one thread at a time.

    Args:
        saved: The run.
        data: The table and the rows read so far, which may be those of the run.
        number: The number of the repeated run in its session.
        clock: Seconds, from any start.
    """

    def __init__(self, saved: SavedRun, data: Prepared, *, number: int = 0, clock: Clock = time.perf_counter) -> None:
        self._saved, self._data = saved, data
        self._number, self._clock = number, clock
        self._twin: Twin | None = None
        self._marks: Sequence[Mark] = ()
        self._proven = False
        self._differs: SessionError | None = None

    def of(self, source: object) -> bool:
        """Whether this is about that run."""
        return self._saved is source

    def at(self, update: int, cancelled: Cancelled = never) -> Snapshot | None:
        """The run as it was after this number of updates; `None` if cancelled.

        Args:
            update: Number of updates, 0 for the start.
            cancelled: Called every few milliseconds; returns whether to stop.

        Raises:
            SessionError: The run has not made that many updates; or they cannot be repeated here, because the data are
                missing or have changed, or because this computer computes other numbers.
        """
        last = self._saved.record.updates
        if not 0 <= update <= last:
            raise no_such_update(self._saved.name, update, f"0 to {last}")
        twin = self._made()
        return twin.moment(self._saved.history) if self._goes(twin, update, cancelled) else None

    def take(self, update: int, cancelled: Cancelled = never) -> Run | None:
        """The repeated run itself at a moment, to go its own way from there; this object forgets it.

        Args:
            update: Number of updates, 0 for the start.
            cancelled: Called every few milliseconds; returns whether to stop.

        Returns:
            `None` if it was cancelled.

        Raises:
            SessionError: As for `at`.
        """
        if self.at(update, cancelled) is None:
            return None
        twin, self._twin = self._twin, None
        assert twin is not None, "it has just been there"
        twin.change_here(self._marks)
        return twin.run

    def prove(self, cancelled: Cancelled = never) -> None:
        """Repeat the whole run once, and compare its end with the saved parameters.

        Raises:
            SessionError: They differ.
        """
        record, twin = self._saved.record, self._twin
        if self._proven or twin is None or self._differs or not self._goes(twin, record.updates, cancelled):
            return
        if record.status == Status.DIVERGED:  # it kept the parameters before the update that is not counted
            twin.trainer.burst = 1
            next(twin.trainer.run())
            twin.trainer.notice_divergence()
        # Of a run that was killed, the parameters are older than its last epoch.
        if record.stop_reason != UNFINISHED and not self._ends_alike(twin):
            raise self._refusal()
        self._proven = True

    def _made(self) -> Twin:
        """The twin, with its data read and prepared when it is first needed."""
        if self._differs is not None:
            raise self._differs
        if self._twin is None:
            saved, folder = self._saved, RunFolder.open(self._saved.folder)
            try:
                table, dataset = self._data.make(saved.experiment)
            except DataError as error:
                raise SessionError(f"{ONLY_VALUES}: {error.message}", remedy=error.remedy, code="no_replay") from error
            if saved.record.sha256 not in (None, table.report.sha256):
                raise SessionError(
                    f"{ONLY_VALUES}: the data file has changed since it was trained.",
                    remedy="Restore the old data file.",
                    code="no_replay",
                )
            begun_with, self._marks = _settings(folder, saved.experiment.training)
            start = folder.weights("initial")
            run = make_run(
                saved.experiment,
                dataset,
                saved.record.sha256,
                self._number,
                start=start,
                begun_with=begun_with,
                clock=self._clock,
            )
            self._twin = Twin(run)
        return self._twin

    def _goes(self, twin: Twin, update: int, cancelled: Cancelled) -> bool:
        """Go to a moment; returns whether it was reached, `False` if cancelled."""
        reached = twin.go(update, self._marks, cancelled)
        epochs, saved = twin.trainer.history.epochs, self._saved.history.epochs
        most = min(len(epochs), len(saved))
        alike = zip(epochs.curves(most), saved.curves(most), strict=True)
        ended_before = not reached and twin.trainer.finished
        if ended_before or not all(np.array_equal(a, b, equal_nan=True) for a, b in alike):
            raise self._refusal()
        return reached

    def _ends_alike(self, twin: Twin) -> bool:
        """Whether the twin has the saved parameters."""
        saved = self._saved.network.parameters
        return all(np.array_equal(values, saved[name]) for name, values in twin.trainer.network.parameters.items())

    def _refusal(self) -> SessionError:
        """The error for updates that come out differently here, now and from now on."""
        then, now = self._saved.record.versions.get("numpy"), np.__version__
        why = f"it was trained with NumPy {then}, this is {now}" if then not in (None, now) else platform.machine()
        self._differs = SessionError(
            f"{ONLY_VALUES}: its updates come out differently here ({why}).",
            remedy="Train it again to look back in it.",
            code="no_replay",
        )
        return self._differs


def _settings(folder: RunFolder, training: TrainingSettings) -> tuple[TrainingSettings, Sequence[Mark]]:
    """The settings at the start, and their changes; without a state that can be read, those of the experiment."""
    try:
        stored = state_file.read(folder.path / STATE)
    except SessionError:
        return training, ()
    return stored.begun_with, stored.marks
