"""Axes: tick positions, tick labels, and the mapping from values to positions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import count, number, numbers


@dataclass(frozen=True)
class PlotAxis:
    """A range of values mapped to a number of dots."""

    low: float
    high: float
    log: bool = False

    def places(self, values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
        """Return the positions 0 … length − 1 of values; nan for values not finite, or not positive on a log axis."""
        with np.errstate(all="ignore"):
            values = np.where(np.isfinite(values), values, np.nan)
            low, high = self.low, self.high
            if self.log:
                values, low, high = np.log10(np.where(values > 0, values, np.nan)), math.log10(low), math.log10(high)
            # Halved, so that the range of a diverging run does not overflow.
            span = (high / 2 - low / 2) or 1.0
            return np.clip((values / 2 - low / 2) / span, -1e6, 1e6) * (length - 1)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return roughly at most `most` ticks with their labels."""
        return log_ticks(self.low, self.high, most) if self.log else linear_ticks(self.low, self.high, most)


def linear_axis(low: float, high: float, most: int = 5) -> PlotAxis:
    """Return an axis that contains a range and ends on ticks, so that it is stable when the values change a little."""
    if not low < high:
        margin = abs(low) * 0.1 or 0.5
        low, high = max(low - margin, -1.7e308), min(high + margin, 1.7e308)
    step = _step(low, high, most)
    return PlotAxis(max(math.floor(low / step) * step, -1.7e308), min(math.ceil(high / step) * step, 1.7e308))


def log_axis(low: float, high: float) -> PlotAxis:
    """Return a logarithmic axis that contains a range of positive values, with a margin of half a step."""
    if not low < high:
        low, high = low / 2, high * 2
    if high / low < 1e3:  # ends at 1, 2, 3, … of a decade; wider ranges at whole decades
        return PlotAxis(_fine(low, math.floor), min(_fine(high, math.ceil), 1.7e308), log=True)
    top = math.ceil(math.log10(high) - 1e-9)
    return PlotAxis(
        max(10.0 ** math.floor(math.log10(low) + 1e-9), 5e-324), 10.0**top if top <= 308 else 1.7e308, log=True
    )


def _fine(value: float, towards: object) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    rounded = math.floor(value / decade + 1e-9) if towards is math.floor else math.ceil(value / decade - 1e-9)
    return rounded * decade


def _step(low: float, high: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten that divides a range into at most `most` parts.

    It is never finer than the precision of the numbers, so that counting in steps stays finite.
    """
    finest = max(abs(low), abs(high)) * 1e-14
    rough = min(max((high / 2 - low / 2) / max(1, most) * 2, finest, 1e-300), 1e308)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def linear_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return ticks at 1, 2 or 5 times a power of ten, all with the same number of decimals."""
    step = _step(low, high, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [index * step for index in range(first, min(last, first + 100) + 1) if abs(index * step) <= 1.7e308]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    largest = max(abs(low), abs(high))
    plain = places <= 4 and largest < 1e5
    if plain:
        return [(value, number(value, decimals=places)) for value in values]
    return list(zip(values, numbers(values, 3), strict=True))


def log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return ticks at the decades, at every second or third if there are many, at 1-2-5 if there are few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    decades = last - first + 1
    if decades >= 2:
        every = max(1, -(-decades // max(2, most)))
        exponents = [power for power in range(first, last + 1) if power % every == 0]
        if 3 * decades <= most + 2:
            return _labelled([m * 10.0**p for p, m in _fractions(first - 1, last, low, high, (1, 2, 5))])
        return _labelled([10.0**power for power in exponents])
    marks = _fractions(first - 1, last, low, high, (1, 2, 5))
    if len(marks) < 2:
        return linear_ticks(low, high, most)
    return _labelled([m * 10.0**p for p, m in marks[-max(2, most) :]])


def _labelled(values: list[float]) -> list[tuple[float, str]]:
    return list(zip(values, numbers(values, 2), strict=True))


def _fractions(first: int, last: int, low: float, high: float, parts: tuple[int, ...]) -> list[tuple[int, int]]:
    return [
        (power, part)
        for power in range(first, last + 1)
        for part in parts
        if low * (1 - 1e-9) <= part * 10.0**power <= high * (1 + 1e-9)
    ]


def count_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return ticks at whole numbers, for an axis that counts epochs or updates."""
    step = max(1.0, _step(low, max(high, low + 1), most))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(index * step, count(int(index * step))) for index in range(first, last + 1)]
