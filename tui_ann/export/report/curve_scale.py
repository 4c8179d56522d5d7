"""From epochs and values to places on paper, for every format that draws a curve."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.export.report.document import CurveBlock, CurveLine
from tui_ann.text.ticks import count_ticks, linear_ticks, log_ticks


@dataclass(frozen=True, eq=False)
class CurveScale:
    """The axes of a chart on a picture of a width and a height, in any unit, counted from the lower left corner."""

    chart: CurveBlock
    """The chart; it has a finite value."""
    width: float
    height: float

    @cached_property
    def epochs(self) -> int:
        """The last epoch."""
        return int(self.chart.numbers[-1])

    @cached_property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest value of the axis; 0 is in it unless it is logarithmic."""
        values = np.concatenate([line.y[np.isfinite(line.y)] for line in self.chart.lines])
        low, high = float(values.min()), float(values.max())
        if self.chart.log:
            return (low, high) if low < high else (low / 2, high * 2)
        low, high = min(low, 0.0), max(high, 0.0)
        return (low, high) if low < high else (low - 0.5, high + 0.5)

    def x(self, epochs: Array) -> Array:
        """Where epochs are (n,)."""
        if self.epochs == 1:
            return np.full(len(epochs), self.width / 2)
        return self.width * (epochs - 1) / (self.epochs - 1)

    def y(self, values: Array) -> Array:
        """Where values are (n,)."""
        low, high = self.range
        if self.chart.log:
            return np.asarray(self.height * np.log10(values / low) / np.log10(high / low))
        return self.height * ((values / 2 - low / 2) / (high / 2 - low / 2))  # halved, so that no range overflows

    def x_ticks(self) -> Iterator[tuple[float, str]]:
        """Places and labels of some epochs."""
        ticks = [(epoch, label) for epoch, label in count_ticks(1, self.epochs, 8) if 1 <= epoch <= self.epochs]
        ticks = ticks or [(1.0, "1")]
        yield from zip(self.x(np.array([epoch for epoch, _ in ticks])), (label for _, label in ticks), strict=True)

    def y_ticks(self) -> Iterator[tuple[float, str]]:
        """Places and labels of some values."""
        low, high = self.range
        ticks = log_ticks(low, high, 6) if self.chart.log else linear_ticks(low, high, 5)
        yield from zip(self.y(np.array([value for value, _ in ticks])), (label for _, label in ticks), strict=True)

    def stretches(self, line: CurveLine, most: int) -> Iterator[list[tuple[float, float]]]:
        """The points of each stretch of a line without a gap; of many, the lowest and highest of each part.

        Args:
            line: The line.
            most: How many points it has, about, at least 4.
        """
        finite = np.flatnonzero(np.isfinite(line.y))
        if not len(finite):
            return
        places = _thinned(line.y, finite, most)
        missing = np.cumsum(~np.isfinite(line.y))
        breaks = np.flatnonzero(np.diff(missing[places])) + 1
        for stretch in np.split(places, breaks):
            yield list(zip(self.x(self.chart.numbers[stretch]).tolist(), self.y(line.y[stretch]).tolist(), strict=True))


def _thinned(y: Array, places: Array, most: int) -> Array:
    if len(places) <= most:
        return places
    kept = {int(places[0]), int(places[-1])}
    for part in np.array_split(places, most // 2):
        kept |= {int(part[y[part].argmin()]), int(part[y[part].argmax()])}
    return np.array(sorted(kept))
