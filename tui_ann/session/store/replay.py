"""The updates of a saved run, made again from its folder: the one way to be at an earlier moment of it, or at its end.

A run is deterministic, so the data, the start values and the changes of settings are enough.  Whether the repetition is
exact is checked: the loss of every epoch that it passes must be the saved one, and its end must have the saved
parameters.
"""

import platform
import time
from collections.abc import Sequence

import numpy as np

from tui_ann.engine.history import Mark
from tui_ann.engine.kernel.choice import kernel_named
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.errors import DataError, SessionError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.run.build import Cancelled, make_run
from tui_ann.session.run.lookback import Lookback, Twin, never
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.run.run_source import RunSource, no_such_update
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.store import state_file
from tui_ann.session.store.saved_run import SavedRun, missing_kernel

ONLY_VALUES = "Earlier moments of this run cannot be shown"
"""The beginning of each refusal."""
CLOSE = 1e-6
"""Difference from the saved numbers, as a part of the largest of them, that is rounding of another computer."""


class Replay:
    """Repeats a saved run: it goes to any moment, in slices that can be cancelled, and goes on from there.

    It is used by one thread at a time.

    Args:
        saved: The run.
        data: The table and the rows read so far, which may be those of the run.
        number: The number of the repeated run in its session.
        clock: Seconds, from any start.
        agrees: Difference from the saved numbers up to which the repetition is the same run, as a part of the largest
            of them; 0 asks for the same bits.
    """

    def __init__(
        self,
        saved: SavedRun,
        data: Prepared,
        *,
        number: int = 0,
        clock: Clock = time.perf_counter,
        agrees: float = 0.0,
    ) -> None:
        self._saved, self._data = saved, data
        self._number, self._clock, self._agrees = number, clock, agrees
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
        twin = self._at(update, cancelled)
        return None if twin is None else twin.moment(self._saved.history)

    def theta_at(self, update: int, cancelled: Cancelled = never) -> Array | None:
        """The trainable parameters after this number of updates, a copy (P,); the rest is as for `at`."""
        twin = self._at(update, cancelled)
        return None if twin is None else twin.trainer.network.theta.copy()

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
        twin = self._at(update, cancelled)
        return None if twin is None else self._let_go(twin)

    def take_whole(self, cancelled: Cancelled = never) -> Run | None:
        """The repeated run itself at its end, ended as the saved one; this object forgets it.

        Args:
            cancelled: Called every few milliseconds; returns whether to stop.

        Returns:
            `None` if it was cancelled.

        Raises:
            SessionError: As for `at`; or its end is not the saved one.
        """
        twin, record = self._made(), self._saved.record
        if not self._goes_to_the_end(twin, cancelled):
            return None
        run = self._let_go(twin)
        reason = run.trainer.stop_reason
        if str(reason.status if reason else Status.INTERRUPTED) != record.status:
            raise self._refusal()
        return run

    def prove(self, cancelled: Cancelled = never) -> None:
        """Repeat the whole run once, and compare its end with the saved parameters.

        Nothing is done before the first moment was asked for.

        Raises:
            SessionError: They differ.
        """
        if not self._proven and self._twin is not None and self._differs is None:
            self._proven = self._goes_to_the_end(self._twin, cancelled)

    def _at(self, update: int, cancelled: Cancelled) -> Twin | None:
        """The twin at a moment; `None` if cancelled."""
        last = self._saved.record.updates
        if not 0 <= update <= last:
            raise no_such_update(self._saved.name, update, f"0 to {last}")
        twin = self._made()
        return twin if self._goes(twin, update, cancelled) else None

    def _let_go(self, twin: Twin) -> Run:
        """The run of the twin, with the changes of settings that were made at this moment."""
        self._twin = None
        twin.change_here(self._marks)
        twin.run.log.take(RunFolder.open(self._saved.folder).history_path, twin.trainer.history.epochs)
        return twin.run

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
            kernel = kernel_named(saved.record.kernel)
            if kernel is None and not self._agrees:
                raise SessionError(
                    f"{ONLY_VALUES}: {missing_kernel(saved.record)}",
                    remedy="Train it again to look back in it; tui-ann --version names the kernel of new runs.",
                    code="no_replay",
                )
            stored = state_file.stored_in(folder)
            self._marks = stored.marks if stored is not None else ()
            run = make_run(
                saved.experiment,
                dataset,
                saved.record.sha256,
                self._number,
                start=folder.weights("initial"),
                begun_with=stored.begun_with if stored is not None else None,
                clock=self._clock,
                kernel=kernel,
            )
            self._twin = Twin(run)
        return self._twin

    def _goes(self, twin: Twin, update: int, cancelled: Cancelled) -> bool:
        """Go to a moment; returns whether it was reached, `False` if cancelled."""
        reached = twin.go(update, self._marks, cancelled)
        epochs, saved = twin.trainer.history.epochs.curves(), self._saved.history.epochs.curves()
        _, here, there = np.intersect1d(epochs.numbers, saved.numbers, assume_unique=True, return_indices=True)
        curves = [(now[here], then[there]) for now, then in zip(epochs, saved, strict=True)]
        ended_before = not reached and twin.trainer.finished
        if ended_before or not all(self._alike(now, then) for now, then in curves):
            raise self._refusal()
        return reached

    def _goes_to_the_end(self, twin: Twin, cancelled: Cancelled) -> bool:
        """Go to the end, and compare it with the saved one; returns whether it was reached, `False` if cancelled."""
        saved, record = self._saved.network.parameters, self._saved.record
        if not self._goes(twin, record.updates, cancelled):
            return False
        if record.status == Status.DIVERGED:  # it kept the parameters before the update that is not counted
            twin.change_here(self._marks)
            with twin.run.suited_threads():
                twin.trainer.burst = 1
                next(twin.trainer.run(), None)
                twin.trainer.notice_divergence()
        ends = twin.trainer.network.parameters.items()
        if not all(self._alike(values, saved[name]) for name, values in ends):
            raise self._refusal()
        return True

    def _alike(self, now: Array, then: Array) -> bool:
        """Whether numbers are the saved ones."""
        if not self._agrees or not then.size:
            return np.array_equal(now, then, equal_nan=True)
        largest = float(np.max(np.abs(then), initial=0.0, where=np.isfinite(then)))
        return np.allclose(now, then, rtol=self._agrees, atol=self._agrees * largest, equal_nan=True)

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


Past = Lookback | Replay
"""Takes snapshots of a run at earlier updates."""


def past_of(source: RunSource, data: Prepared | None) -> Past | None:
    """What takes snapshots of a run at earlier updates; `None` if nothing can.

    Args:
        source: The run, live or saved.
        data: What has been read and prepared, from which a saved run can be repeated.
    """
    if isinstance(source, Run):
        return Lookback(source)
    if isinstance(source, SavedRun) and data is not None:
        return Replay(source, data)
    return None
