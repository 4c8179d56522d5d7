"""Axes: tick positions, tick labels, and the mapping from values to positions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.text.ticks import linear_ticks, log_ticks, tick_step


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
    step = tick_step(low, high, most)
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
