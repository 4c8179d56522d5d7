"""The curves of runs as arrays: any quantity over epochs, updates, examples or seconds, smoothed and thinned.

A curve is computed once for each length of its run, so a run that has ended is never read twice.
"""

import weakref
from typing import NamedTuple

import numpy as np

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.history import History
from tui_ann.engine.tape import Array
from tui_ann.session.compare.quantities import BATCH_LOSS, GRADIENT_NORM, VALIDATION, AlongAxis, parameter_of
from tui_ann.session.compare.smoothing import smoothed
from tui_ann.session.compare.thinning import MOST, RunCurve, thinned

_FIELD = {
    AlongAxis.EPOCHS: "epoch",
    AlongAxis.UPDATES: "updates",
    AlongAxis.EXAMPLES: "examples",
    AlongAxis.SECONDS: "seconds",
}
NOTHING = RunCurve(np.zeros(0), np.zeros(0))
"""A curve without points."""


class WantedCurve(NamedTuple):
    """Which curve of a run."""

    quantity: str
    """One of `quantities_of`."""
    along: AlongAxis = AlongAxis.EPOCHS
    """The horizontal axis."""
    validation: bool = False
    """Whether it is that of the validation part."""
    smoothing: float = 0.0
    """The weight β of what came before, see `smoothed`."""


def curve_of(history: History, wanted: WantedCurve) -> RunCurve:
    """All points of a curve: (n,) each.

    A value of an epoch belongs to its end.  The loss of single updates is read in blocks if there are very many;
    gradient norms and batch losses have no validation part.

    Args:
        history: The history of a run.
        wanted: Which curve.
    """
    quantity, along, validation, smoothing = wanted
    if quantity == BATCH_LOSS:
        curve = NOTHING if validation else _batches(history, along)
    else:
        epochs = history.epochs.view()  # a live run may append meanwhile
        curve = RunCurve(epochs.field(_FIELD[along]), _values(epochs, quantity, validation))
    return RunCurve(curve.x, smoothed(curve.y, smoothing)) if smoothing else curve


def _values(epochs: EpochRecords, quantity: str, validation: bool) -> Array:
    if parameter := parameter_of(quantity):
        return epochs.norm(parameter) if not validation else np.full(len(epochs), np.nan)
    if quantity == GRADIENT_NORM:
        return epochs.field(GRADIENT_NORM) if not validation else np.full(len(epochs), np.nan)
    return epochs.column(VALIDATION + quantity if validation else quantity)


def _batches(history: History, along: AlongAxis) -> RunCurve:
    """The loss of each update; of old updates the lowest and the highest of their block."""
    losses, epochs = history.losses, history.epochs.view()
    if not losses.start:
        updates, values = np.arange(1.0, len(losses) + 1), losses.values
    else:
        edges = np.unique(np.linspace(0, len(losses), MOST // 2).astype(np.int64))
        low, high = losses.columns(edges)
        updates = np.repeat(edges[1:].astype(np.float64), 2)
        values = np.stack((low, high), axis=1).ravel()
    if along is AlongAxis.UPDATES:
        return RunCurve(updates, values)
    ends, places = (np.append(0.0, epochs.field(name)) for name in ("updates", _FIELD[along]))
    at = np.interp(updates, ends, places)
    if len(ends) > 1:  # the epoch that is not complete goes on at the pace of the last one
        pace = (places[-1] - places[-2]) / max(1.0, ends[-1] - ends[-2])
        at = np.where(updates > ends[-1], places[-1] + (updates - ends[-1]) * pace, at)
    return RunCurve(at, values)


def update_at(history: History, along: AlongAxis, at: float) -> int:
    """The number of updates at a place on the horizontal axis, by interpolation between the ends of epochs.

    Args:
        history: The history of a run.
        along: What the axis counts.
        at: The place, from 0; beyond the last epoch it is the end of that.
    """
    epochs = history.epochs.view()
    places, updates = (np.append(0.0, epochs.field(name)) for name in (_FIELD[along], "updates"))
    return round(float(np.interp(at, places, updates)))


class CurveStore:
    """Remembers the thinned curves of runs; one thread at a time uses it."""

    def __init__(self) -> None:
        self._known: weakref.WeakKeyDictionary[object, dict[WantedCurve, tuple[tuple[int, int], RunCurve]]] = (
            weakref.WeakKeyDictionary()
        )
        self.computed = 0
        """Curves computed so far, for benchmarks and tests."""

    def of(self, owner: object, history: History, wanted: WantedCurve) -> RunCurve:
        """The thinned curve of a run, at most `thinning.MOST` points.

        Args:
            owner: The run; its curves are forgotten with it.
            history: Its history.
            wanted: Which curve.
        """
        known = self._known.setdefault(owner, {})
        losses = len(history.losses) if wanted.quantity == BATCH_LOSS else 0
        length = len(history.epochs), history.epochs.done + losses
        if wanted not in known or known[wanted][0] != length:
            known[wanted] = length, thinned(*curve_of(history, wanted))
            self.computed += 1
        return known[wanted][1]
