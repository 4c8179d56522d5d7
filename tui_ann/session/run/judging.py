"""Loss and metrics of predictions, in the target's original units; the same for a network and for a baseline."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.metrics import METRICS, class_codes, compute
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.session.run.threads import suited_threads

Figure = TypeVar("Figure", float, float | None)

PARTS = ("train", "validation", "test")
"""The parts of the data, in the order of every table."""

_ALWAYS = {
    "regression": ("mae", "r2"),
    "binary": ("accuracy", "auc", "precision", "recall", "f1"),
    "multiclass": ("accuracy",),
}
_OF_DECISIONS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1")
_IN_UNITS = ("mae", "mse", "rmse")
"""Metrics in the units of a target: their mean over several targets would mean nothing."""


def metric_names(task: str, wanted: Iterable[str]) -> list[str]:
    """The metrics that are computed: those of every task of this kind, then others that are wanted and suit it.

    Args:
        task: `regression`, `binary` or `multiclass`.
        wanted: Names of further metrics.
    """
    return list(dict.fromkeys((*_ALWAYS[task], *(name for name in wanted if task in METRICS[name].tasks))))


def deciding_metric(task: str, targets: int) -> str:
    """The first metric that every run of a task has, whatever its loss: one number, also for several targets.

    Args:
        task: `regression`, `binary` or `multiclass`.
        targets: How many columns are predicted.
    """
    return next(name for name in _ALWAYS[task] if targets == 1 or name not in _IN_UNITS)


def judge(
    preprocessing: Preprocessing, names: Iterable[str], Y: Array, y_hat: Array, threshold: float = 0.5
) -> dict[str, float]:
    """Metrics of predictions, by name.

    With several targets, each metric is given for each target (`mae price`); only what has no unit is also given as the
    mean over them.

    Args:
        preprocessing: Gives the units of the target.
        names: The metrics.
        Y: The targets (n, k), scaled.
        y_hat: The predictions (n, k), scaled.
        threshold: The second of two classes is predicted where ŷ ≥ threshold.
    """
    names = list(names)
    true, guessed = preprocessing.undo(Y), preprocessing.undo(y_hat)
    if preprocessing.task == "regression" and Y.shape[1] > 1:
        judged = compute([name for name in names if name not in _IN_UNITS], true, guessed)
        for place, target in enumerate(preprocessing.target.names):
            one = slice(place, place + 1)
            found = compute(names, true[:, one], guessed[:, one])
            judged |= {f"{name} {target}": value for name, value in found.items()}
        return judged
    judged = compute(names, true, guessed)
    if threshold != 0.5 and y_hat.shape[1] == 1 and preprocessing.task != "regression":
        decided = class_codes(y_hat, threshold)[:, None].astype(np.float64)
        judged |= compute([name for name in names if name in _OF_DECISIONS], Y, decided)
    return judged


def by_target(figures: Mapping[str, Figure]) -> dict[str, dict[str, Figure]]:
    """Figures by target: under the empty name those of all, then those of each target; see `judge`.

    Args:
        figures: A figure by its name, `mae` or `mae price`.
    """
    found: dict[str, dict[str, Figure]] = {"": {}}
    for key, value in figures.items():
        name, _, target = key.partition(" ")
        found.setdefault(target, {})[name] = value
    return found


def parts_of(dataset: Dataset) -> Iterator[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
    """Name, X (n, m) and Y (n, k) of each part that has rows."""
    arrays = (
        (dataset.X_train, dataset.Y_train),
        (dataset.X_validation, dataset.Y_validation),
        (dataset.X_test, dataset.Y_test),
    )
    for name, (X, Y) in zip(PARTS, arrays, strict=True):
        if len(X):
            yield name, X, Y


def evaluate(network: Network, dataset: Dataset, metrics: Iterable[str]) -> dict[str, dict[str, float]]:
    """Loss (with penalties) and metrics of each part that has rows: `train`, `validation`, `test`.

    Metrics are in the target's original units, see `judge`; regression always has `mae` and `r2`, classification
    `accuracy`, two classes also `auc`, `precision`, `recall` and `f1`.

    Args:
        network: The network; only read.
        dataset: The parts.
        metrics: Names of further metrics.
    """
    names = metric_names(dataset.task, metrics)
    found = {}
    with suited_threads(network.largest_matrix, 1):  # the engine has its own threads
        for part, X, Y in parts_of(dataset):
            logits = network.logits(X)
            loss = network.mean_loss(Y, logits) + network.penalties.value()
            y_hat = np.asarray(network.y_hat(logits), np.float64)
            found[part] = {"loss": loss, **judge(dataset.preprocessing, names, Y, y_hat)}
    return found
