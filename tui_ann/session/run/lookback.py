"""Earlier moments of a run, by exact replay on a trainer of its own: the run itself goes on undisturbed."""

import time
from collections.abc import Sequence
from dataclasses import replace

from tui_ann.engine.history import History, Mark
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_state import TrainingState
from tui_ann.session.run.build import Cancelled, make_run
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import no_such_update
from tui_ann.session.run.snapshot import Snapshot, live_snapshot

_STRETCH = 0.02
"""Seconds between two checks for a newer request, unless one update takes longer."""


def never() -> bool:
    """Nothing is cancelled."""
    return False


class Twin:
    """Repeats the updates of a run on a trainer of its own.

    Args:
        run: An equal run, at its start; nothing else uses it.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        """The equal run."""
        self.trainer = run.trainer
        """The trainer."""

    def go(
        self, update: int, marks: Sequence[Mark], cancelled: Cancelled = never, state: TrainingState | None = None
    ) -> bool:
        """Go to the moment after this number of updates, as directly as the kept states allow.

        Args:
            update: Number of updates.
            marks: All changes of settings in the run.
            cancelled: Called every few milliseconds; returns whether to stop.
            state: A moment of the run at or before that one.

        Returns:
            Whether it is there; not if it was cancelled, or ended before.
        """
        trainer = self.trainer
        kept = nearest(trainer, update)
        if state is not None and state.update > kept.update:
            kept = state
        here = trainer.update if trainer.update <= update and not trainer.finished else -1
        before = [mark for mark in marks if mark.update < update]  # one made at this moment acts on the next update
        with self.run.suited_threads():
            trainer.join(None if here >= kept.update else kept, before)
            return advance(trainer, update, cancelled)

    def change_here(self, marks: Sequence[Mark]) -> None:
        """Repeat the changes of settings that were made at this very moment, which act on the next update.

        Args:
            marks: All changes of settings in the run.
        """
        for mark in marks:
            if mark.update == self.trainer.update:
                self.trainer.change(**mark.changes)

    def moment(self, history: History) -> Snapshot:
        """The run as it is at this moment, with metrics of the last epoch completed.

        Args:
            history: The whole history of the run, to show instead of the one up to here.
        """
        run, epoch = self.run, self.trainer.epoch
        status = "paused" if self.trainer.update else "ready"
        with run.suited_threads():
            shot = live_snapshot(run.number, self.trainer, run.dataset.X_train[0], status)
        record = history.epochs.at(epoch) or self.trainer.history.epochs.at(epoch)
        metrics = dict(record.values) if record is not None and epoch <= history.epochs.done else {}
        return replace(shot, status=status, stop_reason=None, history=history, metrics=metrics)


def twin_of(run: Run, number: int | None = None) -> Twin:
    """The twin of a live run, at its start.

    Args:
        run: The run; the twin shares its rows.
        number: The number of the equal run in its session; by default that of the run.
    """
    equal = make_run(
        run.experiment,
        run.dataset,
        run.sha256,
        run.number if number is None else number,
        start=run.start,
        begun_with=run.begun_with,
        clock=run.clock,
        kernel=run.trainer.kernel,
    )
    return Twin(equal)


class Lookback:
    """Takes snapshots of a run at earlier updates.  A twin repeats the run from its checkpoints.

    It is used by one thread at a time; the run may train meanwhile.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._twin: Twin | None = None
        self._followed: tuple[Mark, ...] = ()

    def of(self, source: object) -> bool:
        """Whether this is about that run."""
        return self._run is source

    def at(self, update: int, cancelled: Cancelled = never) -> Snapshot | None:
        """The run as it was after this number of updates; `None` if cancelled.

        The history is that of the present run; metrics are those of the last epoch completed at that moment.

        Args:
            update: Number of updates, 0 for the start.
            cancelled: Called every few milliseconds; returns whether to stop.

        Raises:
            SessionError: The run has not made that many updates.
        """
        run = self._run

        def ask() -> tuple[TrainingState, History, int]:
            trainer = run.trainer
            return nearest(trainer, min(update, trainer.update)), trainer.history, trainer.update

        state, history, made = run.owner.call(ask, changes=False)
        if not 0 <= update <= made:
            raise no_such_update(run.name, update, f"0 to {made}")
        marks = tuple(history.marks)
        twin = self._twin_for(marks)
        return twin.moment(history) if twin.go(update, marks, cancelled, state) else None

    def _twin_for(self, marks: tuple[Mark, ...]) -> Twin:
        """The twin; a new one if the run has become another since the last request."""
        if self._twin is None or marks[: len(self._followed)] != self._followed:
            self._twin = twin_of(self._run)
        self._followed = marks
        return self._twin


def nearest(trainer: Trainer, update: int) -> TrainingState:
    """The last kept state at or before an update, without a change of settings made at that very update."""
    state = trainer.nearest(max(0, update))
    if state.update == update > 0 and any(mark.update == update for mark in trainer.history.marks[: state.marks]):
        state = trainer.nearest(update - 1)
    return state


def advance(trainer: Trainer, update: int, cancelled: Cancelled) -> bool:
    """Make updates up to this number; returns whether it was reached.

    Args:
        trainer: The trainer, before that update.
        update: Number of updates.
        cancelled: Called every few milliseconds; returns whether to stop.
    """
    burst = 1
    while trainer.update < update and not trainer.finished:
        if cancelled():
            return False
        begun = time.perf_counter()
        trainer.burst = min(burst, update - trainer.update)
        next(trainer.run())
        burst = max(1, 2 * burst if time.perf_counter() - begun < _STRETCH else burst // 2)
    return trainer.update == update
