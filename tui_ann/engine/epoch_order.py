"""The random parts of an epoch: the order of the examples and the noise on their features."""

import numpy as np

from tui_ann.engine.tape import Array

_NOISE = 0xA06
"""Makes the generator of the noise differ from those of other uses of the seed."""


def epoch_order(n: int, shuffle_seed: int, epoch: int) -> Array:
    """The order (n,) of n examples in epoch number `epoch` (counted from 1); depends on nothing else."""
    order: Array = np.random.default_rng([shuffle_seed, epoch]).permutation(n)
    return order


def epoch_noise(shape: tuple[int, int], noise: float, seed: int, epoch: int) -> Array:
    """Gaussian noise for the features (n, m) in epoch number `epoch`; depends on nothing else."""
    with np.errstate(over="ignore"):
        return noise * np.random.default_rng([seed, epoch, _NOISE]).standard_normal(shape)
