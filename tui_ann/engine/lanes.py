"""Two lanes on which independent chunks are worked off at the same time, by threads.

NumPy's products and functions let other threads run while they compute, so two lanes use two cores.  The number of
lanes is fixed and each chunk has its lane, so results do not depend on the machine or on which thread is faster.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

LANES = 2
"""How many lanes there are; more gain little, since Python itself runs in one thread at a time."""


@cache
def _helper() -> ThreadPoolExecutor:
    """The threads of all lanes but the first, which is the caller's own."""
    return ThreadPoolExecutor(LANES - 1, "lane")


def run_lanes(*lanes: Callable[[], None]) -> None:
    """Run the lanes at the same time, and return when all of them have ended."""
    first, *others = lanes
    running = [_helper().submit(lane) for lane in others]
    try:
        first()
    finally:
        for lane in running:
            lane.result()
