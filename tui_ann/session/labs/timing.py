"""Which times of runs can be compared: short ones depend on the first steps and on what else the computer does."""

SHORT = 0.1
"""Seconds; a shorter time is not compared."""
NOISE = 1.5
"""Times with a smaller ratio are not told apart: the same run takes so much longer at another moment."""


def long_enough(*seconds: float) -> bool:
    """Whether each of some times is long enough to be compared."""
    return all(each >= SHORT for each in seconds)


def told_apart(one: float, other: float) -> bool:
    """Whether two times differ by more than their noise.

    Args:
        one: A time, in any unit.
        other: Another, in the same unit.
    """
    return max(one, other) >= NOISE * min(one, other)
