"""Whether an epoch was the last, and why."""

import numpy as np

from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.stopping import Status, StopReason, Watch
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import TrainingSettings


def decision(
    settings: TrainingSettings, watch: Watch, record: EpochRecord, previous: EpochRecord | None, gradient_sum: Array
) -> StopReason | None:
    """Why the run ends with this epoch, or None.

    Args:
        settings: The settings.
        watch: Where the best epoch stands, this one included.
        record: The epoch.
        previous: The one before it.
        gradient_sum: ∇L summed over the epoch's updates (P,); not read unless a tolerance asks for it.
    """
    early = settings.early_stopping
    change = float("inf") if previous is None else abs(record.loss - previous.loss)
    if change < settings.tolerance:
        text = (
            f"the loss changed by {change:.3g} in epoch {record.epoch}, less than the tolerance {settings.tolerance:g}"
        )
        return StopReason(Status.CONVERGED, text)
    if settings.gradient_tolerance > 0.0 and (
        (gradient_norm := _average_length(gradient_sum, record, previous)) < settings.gradient_tolerance
    ):
        text = (
            f"‖∇L‖ was {gradient_norm:.3g} in epoch {record.epoch}, below the tolerance {settings.gradient_tolerance:g}"
        )
        return StopReason(Status.CONVERGED, text)
    if early is not None and 0 < watch.waited >= early.patience and record.epoch > 1:
        more = f" by more than {watch.min_delta:g}" if watch.min_delta else ""
        waited = counted(watch.waited, "epoch")
        text = f"{watch.monitor} has not improved{more} for {waited}; the best was epoch {watch.best_epoch}"
        return StopReason(Status.EARLY_STOPPED, text)
    if record.epoch >= settings.epochs:
        return StopReason(Status.COMPLETED, f"all {counted(settings.epochs, 'epoch')} done")
    return None


def _average_length(gradient_sum: Array, record: EpochRecord, previous: EpochRecord | None) -> float:
    """‖∇L‖ of the gradient averaged over the updates of an epoch."""
    return float(np.linalg.norm(gradient_sum)) / (record.updates - (previous.updates if previous else 0))


def counted(number: int, word: str) -> str:
    """A number with its noun: 1 epoch, 2 epochs."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
