"""Checks that two peers did the same: the losses of every epoch and all weights, or the predictions."""

from collections.abc import Mapping

import numpy as np

from benchmarks.workloads import Array


class DisagreementError(Exception):
    """Two peers did not do the same work, so timing them would be meaningless."""


def largest_deviation(ours: Mapping[str, Array], theirs: Mapping[str, Array]) -> tuple[str, float]:
    """The array with the largest difference between two results, and that difference relative to its largest number.

    Raises:
        DisagreementError: They do not have the same arrays.
    """
    if set(ours) != set(theirs):
        raise DisagreementError(f"{sorted(ours)} here, {sorted(theirs)} there")
    deviations = {}
    for name, values in ours.items():
        other = np.asarray(theirs[name], np.float64)
        if other.shape != values.shape:
            raise DisagreementError(f"{name} has the shape {values.shape} here, {other.shape} there")
        largest = float(np.abs(values).max()) or 1.0
        deviations[name] = float(np.abs(values - other).max()) / largest
    name = max(deviations, key=lambda name: np.nan_to_num(deviations[name], nan=np.inf))
    return name, deviations[name]


def check(ours: Mapping[str, Array], theirs: Mapping[str, Array], tolerance: float) -> float:
    """The difference between two results.

    Raises:
        DisagreementError: It is larger than rounding explains.
    """
    name, deviation = largest_deviation(ours, theirs)
    if not deviation <= tolerance:
        raise DisagreementError(f"{name} differs by {deviation:.2g} of its largest number")
    return deviation
