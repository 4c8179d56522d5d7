"""Two lanes on which independent parts of an update are worked off at the same time, by threads.

NumPy's products and functions let other threads run while they compute, so two lanes use two cores.  The number of
lanes is fixed and each part has its lane, so results do not depend on the machine or on which thread is faster.
BLAS' own threads wait for each other by turning in circles, which on a busy machine takes more time than it saves.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import pairwise

import numpy as np

from tui_ann.engine.tape import Array, Call, run_calls

LANES = 2
"""How many lanes there are; more gain little, since Python itself runs in one thread at a time."""

LARGE = 1 << 18
"""Numbers that a product must read for two lanes to gain more than it costs to wake the second one."""

PIECE = 1 << 16
"""Numbers of a vector that are taken through all calls at once: the handful of vectors of an update rule then stay in
the cache."""


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


def wide_product(W: Array, x: Array, z: Array, parts: Sequence[Array]) -> None:
    """Put W x into z, each lane its share of the examples.

    Args:
        W: (units, m).
        x: (m, b).
        z: (units, b).
        parts: Scratch for each lane (units, its examples), as from `product_parts`.
    """
    shares = _shares(x.shape[1], len(parts))
    # np.dot lets other threads run whatever it computes; np.matmul only where its result is large.
    run_lanes(*(partial(np.dot, W, x[:, share], part) for share, part in zip(shares, parts, strict=True)))
    for share, part in zip(shares, parts, strict=True):
        z[:, share] = part


def product_parts(z: Array) -> list[Array]:
    """Scratch for `wide_product` into z (units, b): a part for each lane, and one lane only for a single example."""
    return [np.zeros_like(z[:, share]) for share in _shares(z.shape[1], min(LANES, z.shape[1]))]


def wide_gradient(dz: Array, x_transposed: Array, dW: Array) -> None:
    """Put ∂L/∂z xᵀ into dW, each lane its share of the columns; dz (units, b), x_transposed (b, m), dW (units, m)."""
    shares = _shares(dW.shape[1], LANES)
    run_lanes(*(partial(np.matmul, dz, x_transposed[:, share], out=dW[:, share]) for share in shares))


def divided(calls: Sequence[Call], size: int) -> list[Call]:
    """Calls that act number by number on vectors (size,), divided among the lanes, each in pieces that fit the cache.

    The numbers stay the same.  Calls that take no vector are made first, once.
    """
    pieces = _shares(size, LANES * -(-size // (LANES * PIECE)))
    of_vectors = [(call, args) for call, args in calls if args]

    def of_lane(lane: int) -> list[Call]:
        return [
            (call, tuple(_piece(arg, piece) for arg in args))
            for piece in pieces[lane::LANES]
            for call, args in of_vectors
        ]

    lanes = tuple(partial(run_calls, of_lane(lane)) for lane in range(LANES))
    return [*(call for call in calls if not call[1]), (run_lanes, lanes)]


def _piece(argument: Array, piece: slice) -> Array:
    """That part of a vector; a 0-d array has none."""
    return argument[piece] if argument.ndim else argument


def _shares(count: int, n: int) -> list[slice]:
    """`count` numbers divided into n slices that differ by one at most."""
    bounds = [count * i // n for i in range(n + 1)]
    return [slice(start, stop) for start, stop in pairwise(bounds)]
