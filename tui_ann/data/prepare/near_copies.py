"""Features that nearly determine the target: often columns that are only known together with it."""

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import listing, quoted
from tui_ann.data.prepare.preprocessing import Preprocessing

CLOSE = 0.99
"""From this size of the correlation on, a feature nearly determines the target."""
FEWEST_ROWS = 20
"""With fewer training rows, a large correlation means little."""
MOST_ROWS = 2_000
"""About how many training rows are looked at, evenly spaced."""


def near_copy_notes(preprocessing: Preprocessing, X: NDArray[np.float64], Y: NDArray[np.float64]) -> list[str]:
    """A note on the features whose correlation with a number to predict is at least `CLOSE` in size.

    Args:
        preprocessing: Names the columns.
        X: Training features (n, m).
        Y: Training targets (n, k); classes and several numbers have no notes.
    """
    if preprocessing.task != "regression" or Y.shape[1] != 1 or len(X) < FEWEST_ROWS:
        return []
    step = max(1, len(X) // MOST_ROWS)
    X, Y = X[::step], Y[::step]
    features, target = X - X.mean(axis=0), Y[:, 0] - Y[:, 0].mean()
    with np.errstate(all="ignore"):
        r = np.abs(features.T @ target) / np.sqrt(np.square(features).sum(axis=0) * np.square(target).sum())
    names = [name for name, size in zip(preprocessing.feature_names, r, strict=True) if size >= CLOSE]
    if not names:
        return []
    verb = "is" if len(names) == 1 else "are"
    return [
        f"{listing(names)} {verb} nearly proportional to {quoted(preprocessing.target.names[0])} (|r| ≥ {CLOSE}): "
        "leave out what is not known before the target is."
    ]
