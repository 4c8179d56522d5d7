"""The values of a sweep over the setting that varies, as text."""

import shutil

from tui_ann.session.sweep.record import SweepRecord

_HEIGHT = 18
_WIDEST = 120
_DECADES = 10.0
"""Numbers whose largest is so many times their smallest are drawn on a logarithmic axis."""


def sweep_chart(record: SweepRecord, width: int | None = None) -> str:
    """Draw the value of each run over the first setting of numbers; over the rank of its trial if there is none.

    Args:
        record: The sweep.
        width: Columns of text; by default those of the terminal, 120 at most.

    Returns:
        Lines of text, without colours; empty if no run has a value.
    """
    trials = record.ranked
    if not trials:
        return ""
    import plotext

    key = next((key for key in record.settings if all(_is_number(trial.changes.get(key)) for trial in trials)), None)
    points = [
        (float(rank if key is None else trial.changes[key]), run.value)
        for rank, trial in enumerate(trials, start=1)
        for run in trial.runs
        if run.value is not None
    ]
    means = sorted(
        (float(rank if key is None else trial.changes[key]), trial.mean)
        for rank, trial in enumerate(trials, start=1)
        if trial.mean is not None
    )
    x, y = [list(side) for side in zip(*points, strict=True)]
    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plot_size(width or min(_WIDEST, shutil.get_terminal_size((80, 24)).columns), _HEIGHT)
    plotext.theme("clear")
    over = "the rank of the trial" if key is None else key
    log_x, log_y = _wide(x), _wide(y)
    axes = [name for name, log in (("x", log_x), ("y", log_y)) if log]
    plotext.title(f"{record.metric} over {over}" + (f", {' and '.join(axes)} logarithmic" if axes else ""))
    plotext.xscale("log" if log_x else "linear")
    plotext.yscale("log" if log_y else "linear")
    if len(points) > len(means):
        plotext.scatter(x, y, label="runs", marker="dot")
    if key is not None and len(record.settings) == 1:
        plotext.plot(*([list(side) for side in zip(*means, strict=True)]), label="mean", marker="braille")
    plotext.scatter(*([list(side) for side in zip(*means, strict=True)]), label="trials", marker="o")
    plotext.xticks(_ticks(x))
    return str(plotext.uncolorize(plotext.build())).rstrip()


def _ticks(x: list[float]) -> list[float]:
    """At most eight of the numbers."""
    known = sorted(set(x))
    step = max(1, -(-len(known) // 8))
    return known[::step]


def _wide(numbers: list[float]) -> bool:
    return min(numbers) > 0 and max(numbers) >= _DECADES * min(numbers)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
