"""What the epochs of a run say: progress, swings, the best epoch, the penalties."""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.history import History

RECENT = 10
"""Epochs that progress is measured over."""
WAVERING = 20
"""Epochs that swings are measured over."""
LAST = 3
"""Epochs whose mean stands for a level, because single epochs are noisy."""


@dataclass(frozen=True)
class HistoryFacts:
    """The losses of the epochs so far, penalties left out where they are known."""

    epochs: int
    """Epochs completed."""
    first: float
    """Training loss of the first epoch; NaN before it."""
    last: float
    """Training loss of the last epoch; NaN before it."""
    level: float
    """Mean training loss of the last epochs."""
    progress: float
    """That mean over the same mean ten epochs before; NaN while there are fewer."""
    end_share: float
    """Loss lost in the last tenth of the epochs over the loss lost since the first; NaN while there are few."""
    rising: float
    """Mean training loss of the last ten epochs over that of the ten before; NaN while there are fewer."""
    sign_changes: float
    """Share of changes of direction in the last epochs; NaN while there are fewer."""
    swing: float
    """Mean |change| over the mean loss in the last epochs; NaN while there are fewer."""
    penalty: float
    """What the penalties add to the last loss."""
    best_epoch: int
    """Epoch of the smallest validation loss; 0 without validation."""
    best_validation: float
    """That loss."""
    validation: float
    """Mean validation loss of the last epochs; NaN without."""
    validation_last: float
    """Validation loss of the last epoch."""
    train_at_best: float
    """Training loss of the best epoch."""
    met: float
    """Training loss of the epoch whose parameters the run has: the last one, unless it kept an earlier one."""
    met_validation: float
    """Validation loss of that epoch."""


def history_facts(history: History, epochs: int | None = None, kept: int = 0) -> HistoryFacts:
    """Measure the history of a run.

    Args:
        history: The history; another thread may append to it.
        epochs: How many epochs to read; by default all.  Of a long run levels and swings are those of the fair sample.
        kept: The epoch whose parameters the run has kept; 0 for those of the last one.
    """
    records = history.epochs.view(epochs)
    count, numbers, fair = records.done, records.field("epoch"), records.fair
    fair[-1:] = True  # also of a run that went back to where its epochs are thinned
    penalties = records.penalties
    with np.errstate(all="ignore"):
        every_loss = records.column("loss") - penalties
        every_validation = records.column("val_loss") - penalties_at_ends(penalties)
        best = int(np.nanargmin(every_validation)) if np.isfinite(every_validation).any() else -1
        had = np.flatnonzero(numbers == kept)[:1] if kept else np.arange(len(numbers))[-1:]
        losses, validation = every_loss[fair], every_validation[fair]
        changes = np.diff(losses[-WAVERING:])
        enough = len(losses) >= WAVERING
        return HistoryFacts(
            epochs=count,
            first=_at(every_loss, 0),
            last=_at(losses, -1),
            level=_mean(losses[-LAST:]),
            progress=_ratio(losses[-LAST:], losses[-LAST - RECENT : -RECENT]) if count >= RECENT + LAST else np.nan,
            end_share=_end_share(losses, numbers[fair], _at(every_loss, 0)),
            rising=_ratio(losses[-RECENT:], losses[-2 * RECENT : -RECENT]) if enough else np.nan,
            sign_changes=float((np.sign(changes[1:]) != np.sign(changes[:-1])).mean()) if enough else np.nan,
            swing=_ratio(np.abs(changes), losses[-WAVERING:]) if enough else np.nan,
            penalty=_at(penalties, -1),
            best_epoch=int(numbers[best]) if best >= 0 else 0,
            best_validation=_at(every_validation, best) if best >= 0 else np.nan,
            validation=_mean(validation[-LAST:]),
            validation_last=_at(validation, -1),
            train_at_best=_at(every_loss, best) if best >= 0 else np.nan,
            met=_at(every_loss[had], 0),
            met_validation=_at(every_validation[had], 0),
        )


def _at(values: Array, place: int) -> float:
    return float(values[place]) if len(values) else float("nan")


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")


def penalties_at_ends(penalties: Array) -> Array:
    """The penalties at the ends of the epochs, from their means over each epoch and the next."""
    following = np.append(penalties[1:], penalties[-1:])
    ends: Array = np.sqrt(penalties * following)
    return ends


def _ratio(values: Array, others: Array) -> float:
    """The mean of some values over that of others."""
    return float(np.divide(values.mean(), others.mean()))


def _end_share(losses: Array, epochs: Array, first: float) -> float:
    """How much of all progress was made in the last tenth of the epochs; a tenth of it if the loss falls evenly.

    Args:
        losses: A fair sample of the losses (n,).
        epochs: Their epochs (n,).
        first: The loss of the first epoch.
    """
    if len(losses) < RECENT + 2 * LAST:
        return float("nan")
    tenth = max(int(epochs[-1]) // 10, LAST)
    end = max(LAST, int(np.searchsorted(epochs, epochs[-1] - tenth, side="right")))
    now, before = losses[-LAST:].mean(), losses[end - LAST : end].mean()
    whole = first - now
    return float((before - now) / whole) if whole > 0 else float("nan")
