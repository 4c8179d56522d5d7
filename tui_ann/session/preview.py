"""A first look at a sample: two of its columns or its classes, and the boundary that its own experiment learns.

The boundary is not stored anywhere: the experiment of the sample is trained, which takes a fraction of a second.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.session.explore.plane import shares_told
from tui_ann.session.run.run import Run
from tui_ann.session.session import Session

FEW_ROWS = 3
"""A table with at most this many rows is shown as it is."""
MANY_FEATURES = 40
"""With more features than this no two of them say much: the classes are shown."""
GRID = (64, 96)
"""Rows and columns of the boundary."""
MARGIN = 0.08
"""Space around the points, as a share of their range."""
MOST_UPDATES = 50_000
"""A longer run is not trained for a preview."""


@dataclass(frozen=True, eq=False)
class Preview:
    """What a sample looks like."""

    names: tuple[str, str]
    """The columns across and up."""
    points: Array
    """The examples, (n, 2), as the network sees them: scaled; empty if the classes or the rows are shown."""
    codes: Array
    """The class of each example, (n,); zeros for a regression."""
    classes: tuple[str, ...]
    """The labels; empty for a regression."""
    rows: tuple[tuple[str, ...], ...] = ()
    """The table itself, names first, if it is that small."""

    @property
    def counts(self) -> Array:
        """How many examples each class has."""
        return np.bincount(self.codes, minlength=len(self.classes))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, right, lower and upper edge of the picture."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        space = np.maximum(high - low, 1e-9) * MARGIN
        return (low[0] - space[0], high[0] + space[0], low[1] - space[1], high[1] + space[1])


@dataclass(frozen=True, eq=False)
class Boundary:
    """What the trained network of a sample answers between the examples."""

    levels: Array
    """The probability of the second class, `GRID`, the upper row first."""
    told: str
    """The run in a line."""


@cache
def preview_of(sample: str) -> Preview:
    """What a sample looks like.

    Args:
        sample: Its name.

    Raises:
        DataError: This installation lacks it.
    """
    run = _run(sample)
    data = run.dataset
    X = np.concatenate([data.X_train, data.X_validation, data.X_test])
    Y = np.concatenate([data.Y_train, data.Y_validation, data.Y_test])
    names = data.feature_names
    if len(X) <= FEW_ROWS:
        rows = (tuple([*names, *data.targets]), *(tuple(f"{v:g}" for v in [*x, *y]) for x, y in zip(X, Y, strict=True)))
        return Preview(("", ""), np.zeros((0, 2)), np.zeros(0, int), (), rows)
    if data.task == "regression":
        best = int(np.argmax(shares_told(X, Y[:, :1])))
        return Preview((names[best], data.targets[0]), np.stack([X[:, best], Y[:, 0]], 1), np.zeros(len(X), int), ())
    codes = Y.argmax(axis=1) if Y.shape[1] > 1 else (Y[:, 0] > 0.5).astype(int)
    if len(names) > MANY_FEATURES or len(names) < 2:
        return Preview(("", ""), np.zeros((0, 2)), codes, data.classes)
    pair = np.argsort(-shares_told(X, Y), kind="stable")[:2] if len(names) > 2 else np.array([0, 1])
    return Preview((names[pair[0]], names[pair[1]]), X[:, pair], codes, data.classes)


@cache
def boundary_of(sample: str) -> Boundary | None:
    """The boundary that the experiment of a sample learns; `None` if it is not one of two features and two classes.

    Args:
        sample: Its name.
    """
    run, preview = _run(sample), preview_of(sample)
    trainer = run.trainer
    data = run.dataset
    if len(data.feature_names) != 2 or len(data.classes) != 2 or data.task != "binary" or not len(preview.points):
        return None
    if trainer.updates_per_epoch * trainer.settings.epochs > MOST_UPDATES:
        return None
    run.advance(epochs=trainer.settings.epochs)
    left, right, low, high = preview.bounds
    across, up = np.meshgrid(np.linspace(left, right, GRID[1]), np.linspace(high, low, GRID[0]))
    answers = run.network.predict(np.stack([across.ravel(), up.ravel()], axis=1))
    metrics = trainer.history.epochs[-1].values
    told = f"its run of {trainer.epoch} epochs, loss {metrics['loss']:.3g}"
    return Boundary(answers[:, -1].reshape(GRID), told)


def _run(sample: str) -> Run:
    """A run of a sample of its own, far from what the user has open."""
    session = Session()
    session.workspace.open(f"sample:{sample}")
    return session.runs.prepare()
