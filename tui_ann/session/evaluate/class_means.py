"""Figures that compare or average classes: they are the same quantity only in samples with the same classes.

A resample without a row of a rare class would average over fewer classes.  That is another figure, and its values do
not belong to the interval of this one, so only resamples with the classes of the rows count.  How many rows a class has
stays a matter of chance, as in the part itself; that is why rows are not drawn within each class.

Of a class with very few rows, all resamples know only those few: a bootstrap imitates drawing from all possible rows by
drawing from these (B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993), and one or two rows are no
picture of a class.  The interval would be too narrow by far, so there is none.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.metrics import confusion_matrix
from tui_ann.session.evaluate.rows import JudgedRows

FEWEST_OF_CLASS = 5
"""With fewer rows of a class, no resample says how others of it fare; at least 99 % of the resamples have one of 5."""

_Sizes = Mapping[str, NDArray[np.intp]]


class ClassMeans:
    """The rows of each class that figures of some rows depend on.

    Args:
        rows: The rows, each with a known target.
        threshold: The second of two classes is predicted where ŷ is at least this.
    """

    def __init__(self, rows: JudgedRows, threshold: float) -> None:
        self._classes = () if rows.task == "regression" else rows.preprocessing.classes
        self._one_output = rows.Y.shape[1] == 1
        if self._classes:
            self._true, self._said = rows.codes, rows.decided(threshold)
            self._sizes = self._sizes_of(slice(None))

    def thin(self) -> dict[str, tuple[str, ...]]:
        """The figures without an interval, by name, with the classes of which they see too few rows."""
        if not self._classes:
            return {}
        few = {name: np.flatnonzero((size > 0) & (size < FEWEST_OF_CLASS)) for name, size in self._sizes.items()}
        return {name: tuple(self._classes[code] for code in codes) for name, codes in few.items() if len(codes)}

    def others(self, drawn: NDArray[np.intp]) -> frozenset[str]:
        """The figures that are another quantity in a resample, because it lacks a class.

        Args:
            drawn: The places of its rows.
        """
        if not self._classes:
            return frozenset()
        sizes = self._sizes_of(drawn)
        return frozenset(name for name, size in sizes.items() if ((size > 0) != (self._sizes[name] > 0)).any())

    def _sizes_of(self, drawn: "NDArray[np.intp] | slice") -> _Sizes:
        """(classes,) the rows that each figure has of each class: of the true class, or also those taken for it."""
        counts = confusion_matrix(self._true[drawn], self._said[drawn], len(self._classes))
        true = counts.sum(axis=1)
        found = {"balanced_accuracy": true, "auc": true}
        if self._one_output:
            return found | {"f1": true}
        either = true + counts.sum(axis=0) - counts.diagonal()
        return found | dict.fromkeys(("precision", "recall", "f1"), either)
