"""What to mind before the trials of a sweep are compared."""

from tui_ann.session.sweep.plan import varying_losses
from tui_ann.session.sweep.record import SweepRecord

_FEW = 4
"""Runs from which a standard deviation says something."""
_ROWS = {f"data.{name}" for name in ("validation_split", "test_split", "split", "split_seed", "folds", "fold")}
"""Settings that decide which rows validate."""
_MISSING = "data.missing"


def cautions(record: SweepRecord) -> list[str]:
    """What to mind before the trials are compared, in lines of at most 80 characters."""
    done = [trial for trial in record.trials if trial.status == "done"]
    lines = list[str]()
    if len(done) > 1:
        drops = any(trial.changes.get(_MISSING) == "drop" for trial in done)
        rows = [key for key in record.settings if key in _ROWS or (drops and key == _MISSING)]
        if rows:
            lines += [
                f"Mind: {_named(rows)} changed the rows that are measured:",
                "  trials differ by their rows, too.",
            ]
        shared = not any(key.startswith("data.") for key in record.settings)
        if shared and record.folds is None and record.metric.startswith("val_"):
            lines.append("All trials share one split of the rows. --folds 5 validates on every row.")
        losses = varying_losses(record.trials)
        if losses and record.metric.removeprefix("val_") != "loss":
            lines.append(f"{record.metric} decides: {_named(losses)} varies, so losses cannot be ranked.")
        elif losses:
            lines += [f"Mind: {_named(losses)} changed what the loss is:", "  compare by another value, with --metric."]
    if record.folds is not None and record.repeats > 1:
        lines.append("The ± is of folds and repeats together: of other rows and other start values.")
    elif any(1 < trial.n < _FEW for trial in done):
        lines.append(f"A deviation of fewer than {_FEW} runs is rough: --repeats 5 makes it steadier.")
    return lines


def _named(keys: list[str]) -> str:
    return " and ".join(key.rpartition(".")[2] for key in keys)
