"""The result of a lab as text: its measure over the places of its arms, or the loss of each arm over the epochs."""

import math
import shutil

import numpy as np

from tui_ann.session.labs.running import LabRun

_HEIGHT = 20
_WIDEST = 120
_MARKS = "abcdefghijklmnopqrstuvwxyz"
_EPOCH = "epoch"
_DECADES = 10.0
"""Numbers whose largest is so many times their smallest are drawn on a logarithmic axis."""


def lab_chart(lab: LabRun, width: int | None = None) -> str:
    """Draw a lab that has ended.

    Args:
        lab: The lab.
        width: Columns of text; by default those of the terminal, 120 at most.

    Returns:
        Lines of text, without colours; empty if there is nothing to draw.
    """
    curves, x_title, y_title = _over_places(lab) if any(arm.group for arm in lab.plan.arms) else _over_epochs(lab)
    if not curves:
        return ""
    import plotext

    xs = [value for x, _ in curves.values() for value in x]
    ys = [value for _, y in curves.values() for value in y]
    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plot_size(width or min(_WIDEST, shutil.get_terminal_size((80, 24)).columns), _HEIGHT)
    plotext.theme("clear")
    logs = [
        name for name, values in (("x", xs), ("y", ys)) if _wide(values) and not (name == "x" and x_title == "epoch")
    ]
    plotext.title(f"{y_title} over the {x_title}" + (f", {' and '.join(logs)} logarithmic" if logs else ""))
    plotext.xscale("log" if "x" in logs else "linear")
    plotext.yscale("log" if "y" in logs else "linear")
    for mark, (name, (x, y)) in zip(_MARKS, curves.items(), strict=False):
        plotext.plot(x, y, label=name, marker=mark)
    return str(plotext.uncolorize(plotext.build())).rstrip()


_Curves = tuple[dict[str, tuple[list[float], list[float]]], str, str]


def _over_places(lab: LabRun) -> _Curves:
    """The first measure of the lab that is compared, for each group."""
    record = lab.record
    measure = next((name for name in record.measures if name.startswith("test_")), record.measures[0])
    if lab.plan.lab.name == "optimiser":
        measure = record.measures[0]
    curves: dict[str, tuple[list[float], list[float]]] = {}
    for arm in record.arms:
        mean = arm.mean.get(measure)
        if mean is not None and arm.place is not None:
            x, y = curves.setdefault(arm.group, ([], []))
            x.append(arm.place)
            y.append(mean)
    return curves, "training rows" if lab.plan.lab.name == "data-size" else "η", measure


def _over_epochs(lab: LabRun) -> _Curves:
    """The training loss of the first run of each arm, or of each run if there is one arm."""
    runs = [(arm.name, run) for arm in lab.arms for run in (arm.runs if len(lab.arms) == 1 else arm.runs[:1])]
    if len(lab.arms) == 1:
        runs = [(f"seed {place}", run) for place, (_, run) in enumerate(runs, start=1)]
    curves = {}
    for name, run in runs:
        kept = np.flatnonzero(np.isfinite(run.loss))
        kept = (
            kept[np.unique(np.linspace(0, len(kept) - 1, min(len(kept), 2 * _WIDEST)).astype(int))]
            if len(kept)
            else kept
        )
        if len(kept):
            curves[name] = ([float(epoch + 1) for epoch in kept], run.loss[kept].tolist())
    return curves, _EPOCH, "loss"


def _wide(numbers: list[float]) -> bool:
    return min(numbers) > 0 and math.isfinite(max(numbers)) and max(numbers) >= _DECADES * min(numbers)
