"""A run in a line, for the list of recent work: its data loss, its accuracy, its sizes, and the curve of its loss."""

import math
from collections.abc import Sequence

import numpy as np

from tui_ann.engine.tape import Array
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.run.run import Run
from tui_ann.session.source import Source
from tui_ann.session.store.recents import RunNote
from tui_ann.text import number

BARS = "▁▂▃▄▅▆▇█"
"""The heights of the curve."""
POINTS = 8
"""How many bars the curve has."""
_SHORT = {"accuracy": "acc", "r2": "R²", "validation": "val"}


def run_note(run: Run, source: Source | None) -> RunNote:
    """The line of a run: the figures of the parameters that it has, as `tui-ann runs` lists them.

    Args:
        run: The run; it must not be in training.  If it was saved just now, nothing is measured again.
        source: What it was opened from, if it was.
    """
    epochs = run.trainer.history.epochs
    sizes = [run.network.inputs, *(s.units for s in run.experiment.network.layers if isinstance(s, DenseSpec))]
    parts = []
    if epochs:
        results = run.results()
        part, loss, metric, value = results.headline
        name = "data loss" if results.penalty else "loss"
        parts.append(f"{_SHORT.get(part, part)} {name} {number(math.nan if loss is None else loss, 3)}")
        if math.isfinite(value):
            parts.append(f"{_SHORT[metric]} {value:.3f}")
    parts.append("→".join(map(str, sizes)))
    curve = small_curve(epochs.trend("loss").tolist())
    return RunNote(" · ".join(parts), curve, source.text if source else "")


def small_curve(values: Sequence[float] | Array) -> str:
    """A curve of a few bars, on a logarithmic axis where that is possible; empty for fewer than two finite values.

    Args:
        values: From the first to the last.
    """
    numbers = np.asarray(values, float)
    finite = numbers[np.isfinite(numbers)]
    if len(finite) < 2:
        return ""
    n = min(POINTS, len(finite))
    chosen = [float(finite[round(i * (len(finite) - 1) / (n - 1))]) for i in range(n)]
    if min(chosen) > 0:
        chosen = [math.log(value) for value in chosen]
    low, high = min(chosen), max(chosen)
    span = high - low or 1.0
    return "".join(BARS[min(len(BARS) - 1, int((value - low) / span * len(BARS)))] for value in chosen)
