"""The residuals of a regression, ŷ − y in the units of the target."""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.tape import Array
from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.explore.plane import column_values


@dataclass(frozen=True, eq=False)
class Residuals:
    """Predictions of one target next to the truth, of the rows where it is known; arrays are (n,)."""

    target: str
    """The target."""
    actual: Array
    """y in its units."""
    predicted: Array
    """ŷ in its units."""
    X: Array
    """(n, m) features, scaled."""
    rows: JudgedRows
    """The rows."""

    @property
    def residual(self) -> Array:
        """ŷ − y."""
        return self.predicted - self.actual

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the residuals can be shown against."""
        return tuple(feature.column for feature in self.rows.preprocessing.columns)

    def against(self, column: str) -> Array:
        """The values of a column in the units of the file (n,); the place of a label, from 0.

        Args:
            column: One of `columns`.

        Raises:
            SessionError: It is no feature.
        """
        return column_values(self.rows.preprocessing, self.X, column)


def residuals_of(rows: JudgedRows, target: int = 0) -> Residuals | None:
    """The residuals of a target; `None` for a classification, or if no row has both a known target and a finite ŷ.

    Args:
        rows: The rows.
        target: Which target, counted from 0.
    """
    judged = rows.known & np.isfinite(rows.y_hat).all(axis=1)
    if rows.task != "regression" or not judged.any():
        return None
    known = rows.only(judged)
    name = rows.preprocessing.target.names[target]
    return Residuals(name, known.actual[:, target], known.predicted[:, target], known.X, known)
