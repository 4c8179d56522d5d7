"""What an overlay of runs shows: the curves, the view settings, and the scale of the drawn picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from tui_ann.session.compare.bands import Band
from tui_ann.session.compare.thinning import RunCurve
from tui_ann.text import number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.run_marks import run_glyph, run_mark


class OverlayInk(IntEnum):
    """Ink of a cell: what it belongs to; `RUN` + `run_colour` is that of a run."""

    PLAIN = 0
    AXIS = 1
    GRID = 2
    CURSOR = 3
    LEGEND = 4
    RUN = 5


@dataclass(frozen=True, eq=False)
class OverlayLine:
    """One run, or several repeats as one."""

    place: int
    """Its place, from which letter, glyph and colour follow."""
    train: RunCurve
    """Its curve on the training part."""
    validation: RunCurve
    """Its curve on the validation part; without points if there is none."""
    band: Band | None = None
    """Of several runs the mean with its standard error, the lowest and the highest; `main` is its mean."""
    word: str = ""
    """A word behind its letter, such as "diverges"."""
    lettered: bool = True
    """Whether it has a letter; otherwise its word stands for it."""

    @property
    def mark(self) -> str:
        """How it is called in the picture: letter and glyph, or glyph and word."""
        return run_mark(self.place) if self.lettered else f"{run_glyph(self.place)} {self.word}"

    @property
    def curves(self) -> tuple[RunCurve, RunCurve]:
        """Both."""
        return self.train, self.validation

    @property
    def main(self) -> RunCurve:
        """The curve that has the letter."""
        return self.train if len(self.train.x) else self.validation

    def read(self, at: float) -> str:
        """The value of the last point at or before a place, the validation after a stroke; a dash outside the curve.

        Args:
            at: On the horizontal axis.
        """
        found = [_read(curve, at) for curve in self.curves if np.isfinite(curve.y).any()]
        if self.band is not None and found and found[0] != "–":
            found[0] += f"±{_read(RunCurve(self.band.x, self.band.error), at)}"
        return " / ".join(found) or "–"


def _read(curve: RunCurve, at: float) -> str:
    place = int(np.searchsorted(curve.x, at * (1 + 1e-12), side="right")) - 1
    if place < 0 or at > curve.x[-1] * (1 + 1e-9):
        return "–"
    return number(float(curve.y[place]), 3)


@dataclass(frozen=True)
class OverlayView:
    """The view settings."""

    log: bool = True
    """Whether the vertical axis is logarithmic."""
    unit: str = "epochs"
    """What the horizontal axis counts."""
    cursor: float | None = None
    """Place of the cursor on the horizontal axis."""
    cursor_words: str = ""
    """That place in words."""
    few_colours: bool = False
    """Whether colours cannot tell the runs apart."""
    empty: str = "no value yet"
    """What is said if there is nothing to draw."""


@dataclass(frozen=True, eq=False)
class OverlayPlot:
    """The picture and its scale."""

    cells: Cells
    left: int
    """First column of the curves."""
    width: int
    """Columns of the curves."""
    last: float
    """Place at the right end of the horizontal axis; the left end is 0."""

    def column(self, at: float) -> int:
        """The column of a place on the horizontal axis, the nearest one if it is beyond the picture."""
        return self.left + round(min(max(at / self.last, 0.0), 1.0) * (self.width - 1))

    def place_at(self, x: int) -> float:
        """The place at a column."""
        share = (x - self.left) / max(1, self.width - 1)
        return min(max(share, 0.0), 1.0) * self.last
