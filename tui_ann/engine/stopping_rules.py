"""Whether and why a run ends after an epoch: tolerances, early stopping, and the number of epochs, in this order."""

from tui_ann.engine.arrays import norm
from tui_ann.engine.best_epoch import BestEpoch
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.text import counted


def stop_reason(
    settings: TrainingSettings,
    best: BestEpoch,
    record: EpochRecord,
    previous: EpochRecord | None,
    gradient_sum: Array,
) -> StopReason | None:
    """Why the run ends after this epoch, or None.

    Args:
        settings: The settings.
        best: The best epoch so far, including this one.
        record: The epoch.
        previous: The epoch before it.
        gradient_sum: ∇L summed over the epoch's updates (P,); read only if there is a gradient tolerance.
    """
    change = float("inf") if previous is None else abs(record.loss - previous.loss)
    if change < settings.tolerance:
        text = (
            f"the loss changed by {change:.3g} in epoch {record.epoch}, less than the tolerance {settings.tolerance:g}"
        )
        return StopReason(Status.CONVERGED, text)
    if settings.gradient_tolerance > 0.0:
        norm = _average_norm(gradient_sum, record, previous)
        if norm < settings.gradient_tolerance:
            tolerance = f"the tolerance {settings.gradient_tolerance:g}"
            return StopReason(Status.CONVERGED, f"‖∇L‖ was {norm:.3g} in epoch {record.epoch}, below {tolerance}")
    early = settings.early_stopping
    if early is not None and 0 < best.waited >= early.patience and record.epoch > 1:
        more = f" by more than {best.min_delta:g}" if best.min_delta else ""
        waited = counted(best.waited, "epoch")
        text = f"{best.monitor} has not improved{more} for {waited}; the best was epoch {best.epoch}"
        return StopReason(Status.EARLY_STOPPED, text)
    if record.epoch >= settings.epochs:
        return StopReason(Status.COMPLETED, f"all {counted(settings.epochs, 'epoch')} done")
    return None


def _average_norm(gradient_sum: Array, record: EpochRecord, previous: EpochRecord | None) -> float:
    """‖∇L‖ of the gradient averaged over the updates of an epoch."""
    return norm(gradient_sum) / (record.updates - (previous.updates if previous else 0))
