"""What a table says of one run: how far it is, and the figures of the parameters it kept."""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.session.compare.quantities import LOSS
from tui_ann.session.run.judging import evaluate
from tui_ann.session.run.results import Figures
from tui_ann.session.run.run import Run, copy_of
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.store.saved_run import SavedRun


@dataclass(frozen=True, eq=False)
class RunFacts:
    """One run at one moment."""

    history: History
    """Its history; that of a live run grows."""
    status: str
    """`ready`, `running`, `paused`, `watched` (by another program), or how it ended."""
    epochs: int
    """Epochs completed."""
    updates: int
    """Updates made."""
    seconds: float
    """Time spent training."""
    figures: Figures
    """For each part the loss, without L1 and L2 penalties, and the metrics: of the parameters kept if it has ended,
    else of the last epoch."""
    penalty: float | None = None
    """What the loss of the run has of penalties beside that; `None` if nothing."""
    forked: int = 0
    """The updates that it shares with the run from which it was forked; 0 if it was not."""

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.status not in ("ready", "running", "paused", "watched")


class FactReader:
    """Reads the facts of runs; the figures of a run that has ended are measured once.  For one thread at a time."""

    def __init__(self) -> None:
        self._measured: weakref.WeakKeyDictionary[RunSource, tuple[int, Figures, float | None]] = (
            weakref.WeakKeyDictionary()
        )

    def of(self, source: RunSource) -> RunFacts:
        """The facts of a run now.

        The owner of a live run only copies its network, once at its end; the figures are measured in this thread.
        """
        if isinstance(source, SavedRun):
            record, history = source.record, source.history
            figures, penalty = last_figures(history)
            if record.metrics:
                figures, penalty = without_penalty(record.metrics, record.penalty), record.penalty
            epochs, updates, seconds = history.epochs, record.updates, record.seconds
            if epochs and epochs[-1].updates > updates:  # a run that was killed, or goes on
                updates, seconds = epochs[-1].updates, epochs[-1].seconds
            return RunFacts(history, source.status, epochs.done, updates, seconds, figures, penalty, record.forked)
        if isinstance(source, Run):
            return self._of_live(source)
        shot = source.snapshot()
        figures, penalty = last_figures(shot.history)
        if shot.results is not None:
            penalty = shot.results.penalty
            figures = without_penalty(shot.results.metrics, penalty)
        return RunFacts(shot.history, shot.status, shot.epoch, shot.update, shot.seconds, figures, penalty)

    def _of_live(self, run: Run) -> RunFacts:
        known = self._measured.get(run)

        def ask() -> tuple[RunFacts, Network | None]:
            trainer = run.trainer
            status = str(trainer.stop_reason.status) if trainer.stop_reason else "paused" if trainer.update else "ready"
            new = trainer.finished and (known is None or known[0] != trainer.update)
            history, epochs, updates, seconds = trainer.history, trainer.epoch, trainer.update, trainer.seconds
            if run.farthest.update > updates:  # it has gone back, which does not make it shorter
                history = run.farthest.as_history()
                last = history.epochs[-1] if history.epochs else None
                epochs, seconds = history.epochs.done, last.seconds if last else seconds
                updates = run.farthest.update
            facts = RunFacts(history, status, epochs, updates, seconds, {})
            return facts, copy_of(run.network) if new else None

        facts, network = run.owner.call(ask, changes=False)
        if network is not None:
            known = facts.updates, *_measure(network, run.dataset, run.experiment.training.metrics)
            self._measured[run] = known
        figures, penalty = known[1:] if facts.ended and known is not None else last_figures(facts.history)
        status = "running" if run.owner.training and not facts.ended else facts.status
        return RunFacts(facts.history, status, facts.epochs, facts.updates, facts.seconds, figures, penalty, run.forked)


def _measure(network: Network, dataset: Dataset, metrics: tuple[str, ...]) -> tuple[Figures, float | None]:
    penalty = network.penalties.value() or None
    return without_penalty(evaluate(network, dataset, metrics), penalty), penalty


def without_penalty(figures: Figures, penalty: float | None) -> Figures:
    """Figures with the loss of the data alone, so that runs with different penalties can be compared.

    Args:
        figures: For each part the loss and the metrics.
        penalty: What each loss has of L1 and L2 penalties.
    """
    if not penalty:
        return figures
    return {
        part: {name: value - penalty if name == LOSS and value is not None else value for name, value in each.items()}
        for part, each in figures.items()
    }


def last_figures(history: History) -> tuple[Figures, float | None]:
    """The figures of the last epoch, for the training part means while the weights changed; and the penalty in it."""
    if not history.epochs:
        return {}, None
    last = history.epochs[-1]
    values: Mapping[str, float] = last.values
    train = {name: value for name, value in values.items() if not name.startswith("val_")}
    validation = {name.removeprefix("val_"): value for name, value in values.items() if name.startswith("val_")}
    figures = {part: found for part, found in (("train", train), ("validation", validation)) if found}
    penalty = last.penalty or None
    return without_penalty(figures, penalty), penalty
