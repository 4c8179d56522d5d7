"""The weights of two runs, cell by cell."""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.session.run.run_source import RunSource
from tui_ann.text import number


@dataclass(frozen=True, eq=False)
class WeightDifference:
    """One parameter of two runs."""

    name: str
    """Such as `W1`."""
    first: Array
    """Of the first run: (neurons, inputs), or (neurons,)."""
    second: Array
    """Of the second run."""

    @property
    def difference(self) -> Array:
        """First − second."""
        with np.errstate(all="ignore"):
            return np.asarray(self.first, np.float64) - np.asarray(self.second, np.float64)

    @property
    def words(self) -> str:
        """How large the difference is: ‖ΔW‖ and the largest cell."""
        delta = self.difference
        if not delta.any():
            return "equal in every cell"
        size = float(np.sqrt(np.square(delta).sum()))
        base = float(np.sqrt(np.square(np.asarray(self.second, np.float64)).sum()))
        share = f" = {number(100 * size / base, 3)} % of the second" if base else ""
        changed = int(np.count_nonzero(delta))
        cells = "every cell differs" if changed == delta.size else f"{changed} of {delta.size} cells differ"
        return f"‖Δ‖ {number(size, 3)}{share}, largest |Δ| {number(float(np.abs(delta).max()), 3)}, {cells}"


def weight_differences(first: RunSource, second: RunSource) -> list[WeightDifference]:
    """Every parameter of two runs as they are now.

    Args:
        first: A run.
        second: Another one.

    Raises:
        SessionError: Their networks have other shapes; the message names the first parameter that differs.
    """
    mine, theirs = (source.copy_network().copy_parameters() for source in (first, second))
    for name in (*mine, *theirs):
        shapes = [values[name].shape if name in values else None for values in (mine, theirs)]
        if shapes[0] != shapes[1]:
            had = [" × ".join(map(str, shape)) if shape else "not there" for shape in shapes]
            raise SessionError(
                f"The two networks have other shapes: {name} is {had[0]} in one and {had[1]} in the other.",
                remedy="Compare runs with the same layers.",
                code="other_shapes",
            )
    return [WeightDifference(name, mine[name], theirs[name]) for name in mine]
