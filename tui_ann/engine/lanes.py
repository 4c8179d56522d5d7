"""Two lanes on which independent parts of an update are worked off at the same time, by threads.

NumPy's products and functions let other threads run while they compute, so two lanes use two cores.  The number of
lanes is fixed and each part has its lane, so results do not depend on the machine or on which thread is faster.
BLAS' own threads wait for each other by turning in circles, which on a busy machine takes more time than it saves.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import pairwise

import numpy as np

from tui_ann.engine.tape import Array

LANES = 2
"""How many lanes there are; more gain little, since Python itself runs in one thread at a time."""

LARGE = 1 << 18
"""Numbers that a product must read for two lanes to gain more than it costs to wake the second one."""


@cache
def _helper() -> ThreadPoolExecutor:
    """The threads of all lanes but the first, which is the caller's own."""
    return ThreadPoolExecutor(LANES - 1, "lane")


def run_lanes(*lanes: Callable[[], object]) -> None:
    """Run the lanes at the same time, and return when all of them have ended; none may itself run lanes."""
    first, *others = lanes
    running = [_helper().submit(lane) for lane in others]
    try:
        first()
    finally:
        for lane in running:
            lane.result()


def wide_product(W: Array, x: Array, z: Array, parts: Array) -> None:
    """Put W x into z, each lane on its share of the many features.

    Args:
        W: (units, m).
        x: (m, b).
        z: (units, b).
        parts: Scratch (lanes, units, b).
    """
    lanes = [
        partial(np.matmul, W[:, share], x[share], out=part)
        for share, part in zip(_shares(W.shape[1]), parts, strict=True)
    ]
    run_lanes(*lanes)
    np.sum(parts, axis=0, out=z)


def wide_gradient(dz: Array, x_transposed: Array, dW: Array) -> None:
    """Put ∂L/∂z xᵀ into dW, each lane its share of the columns; dz (units, b), x_transposed (b, m), dW (units, m)."""
    shares = _shares(dW.shape[1])
    run_lanes(*(partial(np.matmul, dz, x_transposed[:, share], out=dW[:, share]) for share in shares))


def _shares(features: int) -> list[slice]:
    """The features of each lane."""
    bounds = [features * i // LANES for i in range(LANES + 1)]
    return [slice(start, stop) for start, stop in pairwise(bounds)]
