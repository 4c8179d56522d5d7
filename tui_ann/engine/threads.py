"""Independent parts of an update, computed on two threads at the same time.

NumPy's products and functions let other threads run while they compute, so two threads use two cores.  The number of
threads is fixed and each part has its thread, so results do not depend on the machine or on which thread is faster.
BLAS' own threads wait for each other in a busy loop, which costs more than it saves on a loaded machine.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import pairwise

import numpy as np

from tui_ann.engine.kernel.opcodes import python_only
from tui_ann.engine.tape import Array, Call, run_calls

THREADS = 2
"""Number of threads; more gain little, because Python itself runs in one thread at a time."""

LARGE = 1 << 18
"""Minimum numbers that a product reads before a second thread saves more than waking it costs."""

PIECE = 1 << 16
"""Numbers of a vector that all calls process before the next piece, so that the few vectors of an update rule stay in
the cache."""


@cache
def _helper() -> ThreadPoolExecutor:
    """All threads but the first, which is the caller's own."""
    return ThreadPoolExecutor(THREADS - 1, "engine")


@python_only
def run_on_threads(*tasks: Callable[[], object]) -> None:
    """Run the tasks at the same time, each on its thread, and return when all are done.

    A task must not call this function itself.
    """
    first, *others = tasks
    running = [_helper().submit(task) for task in others]
    try:
        first()
    finally:
        for task in running:
            task.result()


@python_only
def threaded_product(W: Array, x: Array, z: Array, scratch: Sequence[Array]) -> None:
    """Put W x into z; each thread computes its share of the examples.

    Args:
        W: (units, m).
        x: (m, b).
        z: (units, b).
        scratch: A buffer for each thread (units, its examples), as from `product_scratch`.
    """
    shares = _shares(x.shape[1], len(scratch))
    # np.dot lets other threads run whatever it computes; np.matmul only where its result is large.
    run_on_threads(*(partial(np.dot, W, x[:, share], part) for share, part in zip(shares, scratch, strict=True)))
    for share, part in zip(shares, scratch, strict=True):
        z[:, share] = part


def product_scratch(z: Array) -> list[Array]:
    """Buffers for `threaded_product` into z (units, b): one per thread, but only one for a single example."""
    return [np.zeros_like(z[:, share]) for share in _shares(z.shape[1], min(THREADS, z.shape[1]))]


@python_only
def threaded_gradient(dz: Array, x_transposed: Array, dW: Array) -> None:
    """Put ∂L/∂z xᵀ into dW; each thread computes its share of the columns.

    Args:
        dz: ∂L/∂z (units, b).
        x_transposed: xᵀ (b, m).
        dW: (units, m).
    """
    shares = _shares(dW.shape[1], THREADS)
    run_on_threads(*(partial(np.matmul, dz, x_transposed[:, share], out=dW[:, share]) for share in shares))


def threaded_elementwise(calls: Sequence[Call], size: int) -> list[Call]:
    """Divide elementwise calls on vectors (size,) among the threads, in pieces that fit the cache.

    Results do not change.  Calls without arguments are made first, once.
    """
    pieces = _shares(size, THREADS * -(-size // (THREADS * PIECE)))
    on_vectors = [(call, args) for call, args in calls if args]

    def of_thread(thread: int) -> list[Call]:
        return [
            (call, tuple(_piece(arg, piece) for arg in args))
            for piece in pieces[thread::THREADS]
            for call, args in on_vectors
        ]

    tasks = tuple(partial(run_calls, of_thread(thread)) for thread in range(THREADS))
    return [*(call for call in calls if not call[1]), (run_on_threads, tasks)]


def _piece(argument: Array, piece: slice) -> Array:
    """That piece of a vector; a 0-d array is used whole."""
    return argument[piece] if argument.ndim else argument


def _shares(count: int, n: int) -> list[slice]:
    """`count` numbers divided into n slices whose sizes differ by at most one."""
    bounds = [count * i // n for i in range(n + 1)]
    return [slice(start, stop) for start, stop in pairwise(bounds)]
