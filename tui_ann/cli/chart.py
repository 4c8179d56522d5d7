"""The loss curve of a finished run, as text."""

import shutil

import numpy as np

from tui_ann.engine.history import History
from tui_ann.engine.tape import Array

_HEIGHT = 20
_WIDEST = 120
_DRAWN = ("loss", "val_loss")
_DECADES = 1.0
"""Losses that span at least this many powers of ten are drawn on a logarithmic axis."""

_FARTHEST = 1e150
"""An axis that ends farther from 0, or closer to it, has no ticks."""


def loss_chart(history: History, width: int | None = None) -> str:
    """Draw loss and val_loss over the epochs, reduced to the width; values that are not finite are left out.

    Args:
        history: The history of the run.
        width: Columns of text; by default those of the terminal, 120 at most.

    Returns:
        Lines of text, without colours, or why there are none; empty if no epoch has a finite loss.
    """
    import plotext

    width = width or min(_WIDEST, shutil.get_terminal_size((80, 24)).columns)
    epochs = history.epochs.view()
    numbers, curves = epochs.field("epoch"), {name: epochs.column(name) for name in _DRAWN if name in history.names}
    finite = np.concatenate([curve[np.isfinite(curve)] for curve in curves.values()]) if curves else np.zeros(0)
    if not finite.size:
        return ""
    if np.abs(finite).max() > _FARTHEST or 0 < np.abs(finite).max() < 1 / _FARTHEST:
        return "The losses are too large, or too close to 0, to be drawn."
    log = bool(finite.min() > 1 / _FARTHEST and np.log10(finite.max()) - np.log10(finite.min()) >= _DECADES)
    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plot_size(width, _HEIGHT)
    plotext.theme("clear")
    plotext.title("loss over the epochs" + (", log axis" if log else ""))
    plotext.yscale("log" if log else "linear")
    for name, marker in (("val_loss", "dot"), ("loss", "braille")):  # the last one drawn stays visible
        if name in curves and (kept := _thinned(curves[name], 2 * width)).size:
            plotext.plot(numbers[kept].tolist(), curves[name][kept].tolist(), label=name, marker=marker)
    last = epochs.done
    plotext.xticks(sorted({1, *(round(last * part / 4) for part in range(1, 5))} - {0}))
    return str(plotext.uncolorize(plotext.build())).rstrip()


def _thinned(curve: Array, most: int) -> Array:
    """Places of finite values of a curve: the smallest and the largest of each range of epochs."""
    kept = np.flatnonzero(np.isfinite(curve))
    if kept.size > most:
        ranges = np.array_split(kept, most // 2)
        ends = [(part[curve[part].argmin()], part[curve[part].argmax()]) for part in ranges]
        kept = np.unique(ends)
    return kept
