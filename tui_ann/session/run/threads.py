"""How many threads BLAS may use: one while the network is small.

OpenBLAS splits even a product of 32 × 128 numbers among its threads, which costs more than it gains; only from about
512³ multiplications on, or where a weight matrix no longer fits the cache, are two threads faster than one.  The limit
holds for the whole process, so it is set here alone, while a run trains, and removed afterwards.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController

LARGE_PRODUCT = 512**3
"""From this many multiplications per matrix product, several threads pay off."""
LARGE_MATRIX = 1 << 20
"""From this many numbers per matrix, reading it takes most of the time, and two threads read faster."""


@cache
def _controller() -> ThreadpoolController:
    """Finding the libraries takes milliseconds, so it is done once."""
    return ThreadpoolController()


def is_small(largest: int, examples: int) -> bool:
    """Whether one thread is faster.

    Args:
        largest: Size of the network's largest matrix, as `Network.largest_matrix`.
        examples: Examples that one product reads.
    """
    return largest < LARGE_MATRIX and largest * examples < LARGE_PRODUCT


class _OneThread:
    """Limits BLAS to one thread while any run needs that; several runs may train at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._limit: Any = None

    def __enter__(self) -> None:
        with self._lock:
            self._holders += 1
            if self._holders == 1:
                self._limit = _controller().limit(limits=1, user_api="blas")

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._holders -= 1
            if not self._holders:
                self._limit.restore_original_limits()
                self._limit = None


_ONE_THREAD = _OneThread()


@contextmanager
def suited_threads(largest: int, examples: int) -> Iterator[None]:
    """Limit BLAS to one thread while a small network computes; the arguments are those of `is_small`.

    The limit holds for the whole process, so a large network that trains at the same time also gets one thread.
    """
    if is_small(largest, examples):
        with _ONE_THREAD:
            yield
    else:
        yield
