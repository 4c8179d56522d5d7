"""Prepares examples for tapes: checked, in the network's precision, with a column of ones for the bias."""

import numpy as np

from tui_ann import large_arrays
from tui_ann.engine.architecture import Architecture
from tui_ann.engine.tape import Array
from tui_ann.errors import EngineError


def features(architecture: Architecture, X: Array) -> Array:
    """X as an array (n, m).

    Raises:
        EngineError: If its number of features differs from that of the network.
    """
    X = np.asarray(X)
    if X.ndim != 2 or X.shape[1] != architecture.inputs:
        raise EngineError(
            f"The network takes {architecture.inputs} features, the data has the shape {X.shape}.",
            remedy="Give a table with one example a row and one feature a column.",
            code="bad_input_shape",
        )
    return X


def input_rows(architecture: Architecture, X: Array) -> Array:
    """X (n, m) for tapes: (n, m + 1) with a last column of ones, or (n, m) where the bias is stored separately.

    Raises:
        EngineError: If its number of features differs from that of the network.
    """
    X = features(architecture, X)
    if architecture.separate_bias:
        return in_precision(architecture, X)
    rows: Array = large_arrays.empty((len(X), architecture.inputs + 1), architecture.dtype)
    with np.errstate(over="ignore"):
        rows[:, :-1], rows[:, -1] = X, 1.0
    return rows


def target_rows(architecture: Architecture, Y: Array, n: int) -> Array:
    """Y for tapes: (n, k), contiguous, in the network's precision.

    Raises:
        EngineError: If there is no target row for each of the n examples, or not a number for each output.
    """
    Y = in_precision(architecture, Y)
    if Y.shape != (n, architecture.outputs) or n == 0:
        raise EngineError(
            f"The targets have the shape {Y.shape}; {n} examples and {architecture.outputs} outputs need "
            f"{(n, architecture.outputs)}.",
            remedy="Give a target row for each example, with one number for each output unit.",
            code="bad_target_shape",
        )
    return Y


def in_precision(architecture: Architecture, values: Array) -> Array:
    """Values as a contiguous array of the network's precision, infinite where they are too large for it."""
    with np.errstate(over="ignore"):
        if large_arrays.is_in_file(values) and values.dtype != architecture.dtype:
            converted: Array = large_arrays.empty(values.shape, architecture.dtype)
            converted[:] = values
            return converted
        return np.ascontiguousarray(values, architecture.dtype)
