"""A race: the open run, and the same with one thing changed, from the same start."""

import math
from dataclasses import dataclass

from tui_ann.engine.diagnostics.history_facts import penalties_at_ends
from tui_ann.engine.stopping import Status
from tui_ann.experiment.spec import Experiment
from tui_ann.session.compare.quantities import higher_is_better
from tui_ann.session.doctor.remedy import Remedy
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot


@dataclass(frozen=True)
class Standing:
    """How the two runs of a race compare."""

    measure: str
    """What is compared: a metric such as `val_loss`, in Keras' words."""
    open_run: float
    """Its value in the open run; NaN before its first epoch, infinite if it diverged."""
    forked_run: float
    """Its value in the run with one thing changed."""
    open_epochs: int
    """The epoch that its value is of."""
    forked_epochs: int
    """The epoch that the other value is of."""


@dataclass(frozen=True, eq=False)
class Race:
    """A run with one thing changed, to compare with the open one.

    Args:
        remedy: What was changed.
        experiment: That of the open run.
        open_run: The number of the open run; 0 if it is a saved one.
        fork: The run with the change.
    """

    remedy: Remedy
    experiment: Experiment
    open_run: int
    fork: Run

    def standing(self, open_run: Snapshot | None, forked_run: Snapshot) -> Standing | None:
        """How they compare: at their ends if both have ended, else after as many epochs as both have.

        A diverged run stays at where it diverged.

        Args:
            open_run: The open run; `None` before its start.
            forked_run: The other.

        Returns:
            `None` before the other has completed an epoch.
        """
        measure = self._measure(forked_run)
        if not measure:
            return None
        open_epochs = open_run.epoch if open_run is not None else 0
        epochs = min(open_epochs, forked_run.epoch) or forked_run.epoch
        ended = open_run is not None and open_run.stop_reason is not None and forked_run.stop_reason is not None
        mine = (math.nan, 0) if open_run is None else _value(open_run, measure, None if ended else epochs)
        other = _value(forked_run, measure, None if ended else epochs)
        return Standing(measure, mine[0], other[0], mine[1], other[1])

    def lost(self, open_run: Snapshot | None, forked_run: Snapshot) -> bool:
        """Whether the run with the change has ended and is no better than the open run after as many epochs.

        Args:
            open_run: The open run; `None` before its start.
            forked_run: The other.
        """
        standing = self.standing(open_run, forked_run) if forked_run.stop_reason is not None else None
        if standing is None or math.isnan(standing.open_run) or math.isnan(standing.forked_run):
            return False
        if higher_is_better(standing.measure) and math.isfinite(standing.open_run + standing.forked_run):
            return standing.forked_run <= standing.open_run
        return standing.forked_run >= standing.open_run

    def _measure(self, shot: Snapshot) -> str:
        """What both runs measure on the same scale: the data loss, unless the change is to the loss itself."""
        known = tuple(shot.metrics)
        unseen = "val_" if any(name.startswith("val_") for name in known) else ""
        mine, other = self.experiment, self.fork.experiment
        scale = [(it.training.loss, it.data.target_scaling) for it in (mine, other)]
        if scale[0] != scale[1]:
            for metric in other.training.metrics:
                if metric in mine.training.metrics and unseen + metric in known:
                    return unseen + metric
        return f"{unseen}loss" if f"{unseen}loss" in known else ""


def _value(shot: Snapshot, measure: str, epochs: int | None) -> tuple[float, int]:
    """A metric and its epoch: of the parameters a run ended with, or after some epochs; a loss is without penalties."""
    reason = shot.stop_reason
    if reason is not None and reason.status is Status.DIVERGED and (epochs is None or epochs >= shot.epoch):
        return math.inf, shot.epoch
    records = shot.history.epochs.view(shot.epoch)
    last = records.done
    epoch = min(epochs if epochs is not None else shot.kept_epoch or last, last)
    upto = records.view(epoch)  # of a run of very many epochs, the last one that its history kept by then
    if epoch < 1 or not upto:
        return math.nan, 0
    value, penalties = float(upto[-1].values.get(measure, math.nan)), records.penalties
    if measure == "val_loss":
        penalties = penalties_at_ends(penalties)
    return value - float(penalties[len(upto) - 1]) if measure in ("loss", "val_loss") else value, upto.done
