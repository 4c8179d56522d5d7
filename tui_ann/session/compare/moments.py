"""A live run at an exact moment of another run: a copy that goes its own way from there."""

from typing import NamedTuple

from tui_ann.engine.epoch_records import EpochRecords, EpochTable
from tui_ann.engine.history import Mark
from tui_ann.engine.training_state import TrainingState
from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.errors import SessionError
from tui_ann.session.run.build import Cancelled
from tui_ann.session.run.lookback import nearest, never, twin_of
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.run.run_source import RunSource, no_such_update
from tui_ann.session.store.replay import Replay
from tui_ann.session.store.saved_run import SavedRun


class _Past(NamedTuple):
    """The run up to some moment at or after the wanted one."""

    state: TrainingState
    epochs: EpochTable
    losses: UpdateLosses
    marks: list[Mark]
    length: int


def copy_at(
    source: RunSource, update: int, data: Prepared, number: int, clock: Clock, cancelled: Cancelled = never
) -> Run | None:
    """A run that is bit for bit where another one was after this number of updates, with the history up to there.

    The source is not disturbed.  Changes of settings that were made later in it are not repeated.

    Args:
        source: A live or a saved run.
        update: Number of updates, 0 for the start.
        data: Rows read so far, which may be those of a saved run.
        number: The number of the new run in its session.
        clock: Seconds, from any start.
        cancelled: Called every few milliseconds; returns whether to stop.

    Returns:
        `None` if it was cancelled.

    Raises:
        SessionError: The run has not made that many updates, or those of a saved run cannot be repeated here.
        DataError: The data of a saved run cannot be read.
        EngineError: The run begins later, because it was forked from another one.
    """
    if isinstance(source, Run):
        run = _of_live(source, update, number, cancelled)
    elif isinstance(source, SavedRun):
        run = Replay(source, data, number=number, clock=clock).take(update, cancelled)
    else:
        raise SessionError(
            f"{source.name} cannot be repeated.", remedy="Choose a run of this session.", code="no_replay"
        )
    if run is not None:
        run.log.follow(run.trainer.history)
    return run


def _of_live(source: Run, update: int, number: int, cancelled: Cancelled) -> Run | None:
    def ask() -> _Past:
        trainer, farthest = source.trainer, source.farthest
        state, history = nearest(trainer, min(update, trainer.update)), trainer.history
        if farthest.update > trainer.update:
            epochs, losses, marks = farthest.epochs, farthest.losses, farthest.marks
        else:
            epochs, losses, marks = history.epochs, history.losses, list(history.marks)
        return _Past(state, epochs.table(), losses, marks, source.length)

    past = source.owner.call(ask, changes=False)
    if not 0 <= update <= past.length:
        raise no_such_update(source.name, update, f"0 to {past.length}")
    twin = twin_of(source, number)
    if not twin.go(update, past.marks, cancelled, past.state):
        return None
    give_history(twin.run, past.epochs, past.losses, past.marks)
    source.owner.call(lambda: source.log.lend(twin.run.log, twin.trainer.history.epochs), changes=False)
    twin.change_here(past.marks)
    return twin.run


def give_history(run: Run, epochs: EpochTable, losses: UpdateLosses, marks: list[Mark]) -> None:
    """Give a run the history of an equal run, up to where it is.

    Args:
        run: The run; nothing else uses it.
        epochs: The epochs.
        losses: The loss of each update.
        marks: The changes of settings.
    """
    trainer, history = run.trainer, run.trainer.history
    before = [mark for mark in marks if mark.update < trainer.update]
    own = history.epochs.those_of({trainer.epoch, trainer.best_epoch or 0})
    history.epochs = EpochRecords.of(epochs)
    history.take_over_losses(losses)
    history.marks = before
    history.cut(trainer.update, trainer.epoch, len(before))
    for record in own:  # the other history may have thinned these out
        history.epochs.put_back(record)
