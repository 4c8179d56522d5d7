"""Earlier moments of a run, by exact replay on a trainer of its own: the run itself goes on undisturbed."""

import time
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


class Lookback:
    """Takes snapshots of a run at earlier updates.  A second trainer repeats the run from its checkpoints.

    It is used by one thread at a time; the run may train meanwhile.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._twin: Trainer | None = None
        self._followed: tuple[Mark, ...] = ()

    def of(self, run: Run) -> bool:
        """Whether this is about that run."""
        return self._run is run

    def at(self, update: int, cancelled: Cancelled = lambda: False) -> Snapshot | None:
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
            return _nearest(trainer, min(update, trainer.update)), trainer.history, trainer.update

        state, history, made = run.owner.call(ask, changes=False)
        if not 0 <= update <= made:
            raise no_such_update(run.name, update, f"0 to {made}")
        with run.suited_threads():
            twin = self._joined(update, state, tuple(history.marks))
            if not advance(twin, update, cancelled):
                return None
            shot = live_snapshot(run.number, twin, run.dataset.X_train[0], "paused" if update else "ready")
        epoch = twin.epoch
        return replace(
            shot,
            status="paused" if update else "ready",
            stop_reason=None,
            history=history,
            metrics=dict(history.epochs[epoch - 1].values) if 0 < epoch <= len(history.epochs) else {},
        )

    def _joined(self, update: int, state: TrainingState, marks: tuple[Mark, ...]) -> Trainer:
        """The second trainer, at or before an update: as near as its own checkpoints or those of the run allow."""
        if self._twin is None or marks[: len(self._followed)] != self._followed:
            run = self._run
            copy = make_run(
                run.experiment, run.dataset, run.sha256, run.number, start=run.start, begun_with=run.begun_with
            )
            self._twin = copy.trainer
        twin, self._followed = self._twin, marks
        own = _nearest(twin, update)
        here = twin.update if twin.update <= update and not twin.finished else -1
        before = [mark for mark in marks if mark.update < update]  # one made at this moment acts on the next update
        if here >= max(own.update, state.update):
            twin.join(None, before)
        else:
            twin.join(own if own.update >= state.update else state, before)
        return twin


def _nearest(trainer: Trainer, update: int) -> TrainingState:
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
