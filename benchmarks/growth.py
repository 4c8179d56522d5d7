"""The cost of an update as one size grows: it must not grow faster than the work."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.session.run.threads import suited_threads


@dataclass(frozen=True)
class Cost:
    """The cost of one size."""

    what: str
    """What grows: examples, features, units, depth, batch size."""
    size: int
    multiplications: int
    """Multiplications of the timed work: an epoch if the examples grow, else an update."""
    seconds: float
    """Its time, the median of several turns."""


@dataclass(frozen=True)
class _Case:
    examples: int = 4096
    features: int = 32
    units: int = 32
    depth: int = 2
    batch_size: int = 32


SIZES: dict[str, tuple[int, ...]] = {
    "examples": (1024, 4096, 16384, 65536),
    "features": (8, 32, 128, 512, 2048, 8192),
    "units": (8, 32, 128, 512),
    "depth": (1, 2, 4, 8, 16),
    "batch_size": (1, 8, 64, 512, 4096),
}
"""What grows, and how; everything else is as in `_Case`."""


def _prepared(case: _Case) -> tuple[Callable[[], int], int]:
    """A function that runs an epoch and returns its number of updates, and the multiplications of one update."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((case.examples, case.features))
    layers = [Dense(case.units, "relu") for _ in range(case.depth)]
    network = Network(case.features, [*layers, Dense(1)], "mean_squared_error")
    training = TrainingSettings(batch_size=case.batch_size, shuffle=False, learning_rate=1e-4, epochs=1000, metrics=())
    trainer = Trainer(network, X, X[:, :1].copy(), training)
    trainer.burst = 256

    def epoch() -> int:
        with suited_threads(network.largest_matrix, network.examples_at_once(case.batch_size)):
            goal = trainer.epoch + 1
            for _ in trainer.run():
                if trainer.epoch == goal:
                    break
        return trainer.updates_per_epoch

    return epoch, network.multiplications_per_update(case.batch_size)


def costs(turns: int = 5) -> Iterator[Cost]:
    """The cost of every size."""
    for what, sizes in SIZES.items():
        for size in sizes:
            epoch, multiplications = _prepared(_Case(**{what: size}))
            updates = epoch()
            seconds = []
            for _ in range(turns):
                begun = time.perf_counter()
                epoch()
                seconds.append(time.perf_counter() - begun)
            whole = what == "examples"
            share = 1 if whole else updates
            yield Cost(what, size, multiplications * (updates if whole else 1), statistics.median(seconds) / share)
