"""How many threads BLAS may use: one while the network is small.

OpenBLAS splits even a product of 32 × 128 numbers among its threads, which costs more than it gains; only from about
512³ multiplications on, or where a weight matrix no longer fits the cache, are two threads faster than one.  The limit
holds for the whole process, so it is set here alone, for the length of a drive, and given back afterwards.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from tui_ann.engine.schedule import is_wide

LARGE_PRODUCT = 512**3
"""Multiplications of one matrix product from which several threads pay."""
LARGE_MATRIX = 1 << 20
"""Numbers of one matrix from which reading it is what takes the time, and two threads read faster."""


@cache
def _controller() -> ThreadpoolController:
    """Finding the libraries takes milliseconds, so it is done once."""
    return ThreadpoolController()


def is_small(parameters: Mapping[str, np.ndarray[Any, Any]], examples: int) -> bool:
    """Whether one thread is faster.

    Args:
        parameters: Those of the network, by name.
        examples: How many are met in one product.
    """
    largest = max((value.size for name, value in parameters.items() if not _on_lanes(name, value)), default=0)
    return largest < LARGE_MATRIX and largest * examples < LARGE_PRODUCT


def _on_lanes(name: str, value: np.ndarray[Any, Any]) -> bool:
    """Whether the engine itself divides the products with this matrix among threads."""
    return name == "W1" and is_wide(value.shape[1])


@contextmanager
def suited_threads(parameters: Mapping[str, np.ndarray[Any, Any]], examples: int) -> Iterator[None]:
    """Hold BLAS at one thread while a small network computes."""
    if is_small(parameters, examples):
        with _controller().limit(limits=1, user_api="blas"):
            yield
    else:
        yield
