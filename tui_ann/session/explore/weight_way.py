"""The way of one weight over the moments that are kept of a run, also as a table."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.session.explore.recording import RecordedMoment

Index = tuple[int, ...]
"""Place of a number in its array, counted from 0: (neuron, input) or (neuron,)."""


def way_of(
    moments: Sequence[RecordedMoment], name: str, index: Index
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The updates (n,) and the values (n,) of one number at the moments that have it.

    Args:
        moments: The moments.
        name: The array, such as `W1`.
        index: Its place.
    """
    known = [moment for moment in moments if name in moment.parameters]
    return (
        np.array([moment.update for moment in known], np.float64),
        np.array([moment.parameters[name][index] for moment in known], np.float64),
    )


def way_as_csv(moments: Sequence[RecordedMoment], name: str, index: Index) -> str:
    """The same as CSV with the columns update, epoch, and the number; `repr` keeps every digit.

    Args:
        moments: The moments.
        name: The array.
        index: Its place; in the header it is counted from 1.
    """
    title = f"{name}_{'_'.join(str(place + 1) for place in index)}"
    lines = [f"update,epoch,{title}"]
    for moment in moments:
        if name in moment.parameters:
            lines.append(f"{moment.update},{moment.epoch},{float(moment.parameters[name][index])!r}")
    return "\n".join(lines) + "\n"
