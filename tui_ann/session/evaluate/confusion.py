"""The confusion matrix: how often each class was taken for each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.metrics import confusion_matrix
from tui_ann.session.evaluate.rows import JudgedRows

RIGHT, MISSED, ALARM, TAKEN = "right", "missed", "false alarm", "taken for another"
"""What a cell means; with more than two classes a mistake is only `taken for another`."""


@dataclass(frozen=True, eq=False)
class Confusion:
    """The counts of rows by true and predicted class."""

    classes: tuple[str, ...]
    """The labels, in the order of rows and columns."""
    counts: NDArray[np.intp]
    """(classes, classes): the row is the true class, the column the predicted one."""

    @property
    def n(self) -> int:
        """All rows."""
        return int(self.counts.sum())

    @property
    def shares(self) -> NDArray[np.float64]:
        """(classes, classes) the share of each true class; nan where a class has no row."""
        with np.errstate(all="ignore"):
            return np.asarray(self.counts / self.counts.sum(axis=1, keepdims=True), np.float64)

    @property
    def wrong(self) -> int:
        """Rows that are not predicted as what they are."""
        return self.n - int(self.counts.trace())

    def meaning(self, actual: int, predicted: int) -> str:
        """What a cell means: of two classes the second is the one looked for.

        Args:
            actual: The true class, counted from 0.
            predicted: The predicted one.
        """
        if actual == predicted:
            return RIGHT
        if len(self.classes) != 2:
            return TAKEN
        return MISSED if actual == 1 else ALARM


def confusion_of(rows: JudgedRows, threshold: float = 0.5) -> Confusion | None:
    """The confusion matrix of the rows whose class is known; `None` for a regression.

    Args:
        rows: The rows.
        threshold: The second of two classes is predicted where ŷ is at least this.
    """
    if rows.task == "regression":
        return None
    classes = rows.preprocessing.classes
    counts = confusion_matrix(rows.codes[rows.known], rows.decided(threshold)[rows.known], len(classes))
    return Confusion(classes, counts)
