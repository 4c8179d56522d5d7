"""The confusion matrix: counts and shares, darker the larger the share; and the figures below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, count, fit
from tui_ann.tui.draw.cells import Cells

LEVELS = 4
"""Shades of a cell."""
_FEW = 6
"""Up to so many classes have cells of two lines."""
_NAMED = 12
"""From so many columns on, a cell has its share, too."""
_LARGE, _SMALL = 16, 4
"""Widest and narrowest cell."""


class ConfusionInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    AXIS = 1
    LABEL = 2
    CURSOR = 3
    CHOSEN = 4
    RIGHT = 5
    """First of the inks of right answers."""
    WRONG = 5 + LEVELS
    """First of the inks of wrong answers."""


@dataclass(frozen=True, eq=False)
class ConfusionPicture:
    """A confusion matrix as it is drawn."""

    labels: Sequence[str]
    """The classes in the order of rows and columns; cleaned here."""
    counts: NDArray[np.intp]
    """(classes, classes): row = true class, column = predicted class."""
    meanings: Sequence[Sequence[str]]
    """A word for each cell; empty for none."""
    cursor: tuple[int, int] | None = None
    """The cell under the cursor, if the matrix has the focus."""
    chosen: tuple[int, int] | None = None
    """The cell whose rows are listed."""


@dataclass(frozen=True)
class MatrixPlaces:
    """Where the cells of a drawn matrix are."""

    left: int
    """Column of the first cell."""
    top: int
    """Row of the first cell."""
    wide: int
    """Columns of a cell."""
    tall: int
    """Rows of a cell."""
    first: tuple[int, int]
    """The true and the predicted class of the first cell that is drawn."""
    shown: tuple[int, int]
    """How many rows and columns of the matrix are drawn."""

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """The cell of the matrix at a place; `None` if there is none."""
        row, column = (y - self.top) // self.tall, (x - self.left) // self.wide
        inside = 0 <= row < self.shown[0] and 0 <= column < self.shown[1]
        return (row + self.first[0], column + self.first[1]) if inside else None


def draw_confusion(picture: ConfusionPicture, width: int, height: int) -> tuple[Cells, MatrixPlaces]:
    """Draw the matrix; if it is too large, the part around the cursor.

    Args:
        picture: The matrix.
        width: Width in cells.
        height: Height in cells.
    """
    cells, k = Cells(width, height), len(picture.labels)
    names = [clean(label, 14) for label in picture.labels]
    left = max(5, min(max(map(cell_width, names), default=0) + 2, width // 3))
    head = 2 if height >= 2 * k + 2 and k == 2 else 1
    tall = 2 if height - head >= 2 * k and k <= _FEW else 1
    room = max(1, width - left)
    needed = len(count(int(picture.counts.max(initial=0)))) + 1
    wide = max(_SMALL, needed, min(_LARGE, room // max(1, k)))
    shown = (max(0, min(k, (height - head) // tall)), max(0, min(k, room // wide)))
    first = tuple(_window(k, shown[axis], (picture.cursor or (0, 0))[axis]) for axis in (0, 1))
    places = MatrixPlaces(left, head, wide, tall, (first[0], first[1]), shown)
    if not k or not all(shown):
        cells.write(0, 0, clean("too small", width), ConfusionInk.AXIS)
        return cells, places
    if head == 2:
        cells.write_centred(left + wide * shown[1] // 2, 0, "predicted", ConfusionInk.AXIS)
    else:
        cells.write(0, 0, fit("true", left - 1), ConfusionInk.AXIS)
    with np.errstate(all="ignore"):
        shares = picture.counts / picture.counts.sum(axis=1, keepdims=True)
    for j in range(shown[1]):
        column = j + first[1]
        more = "…" if j == shown[1] - 1 and column < k - 1 else ""
        side = "left" if wide >= _NAMED else "right"
        cells.write(left + j * wide, head - 1, fit(names[column], wide - 1 - len(more), side) + more, ConfusionInk.AXIS)
    for i in range(shown[0]):
        row, y = i + first[0], head + i * tall
        more = "⋮" if i == shown[0] - 1 and row < k - 1 else ""
        below = tall - 1 if k == 2 else 0
        cells.write(0, y + below, fit(names[row], left - 1 - len(more)) + more, ConfusionInk.AXIS)
        for j in range(shown[1]):
            _cell(cells, picture, (row, j + first[1]), shares, left + j * wide, y, wide, tall)
    return cells, places


def _window(many: int, shown: int, cursor: int) -> int:
    """The first of some places around the cursor."""
    return max(0, min(many - shown, cursor - shown // 2))


def _cell(
    cells: Cells,
    picture: ConfusionPicture,
    at: tuple[int, int],
    shares: NDArray[np.float64],
    x: int,
    y: int,
    wide: int,
    tall: int,
) -> None:
    rows, share = int(picture.counts[at]), float(shares[at])
    base = ConfusionInk.RIGHT if at[0] == at[1] else ConfusionInk.WRONG
    ink = base + (min(LEVELS - 1, int(share * LEVELS)) if share > 0 else 0)
    percent = "" if np.isnan(share) else f"{round(100 * share)} %"
    if tall == 2 and wide >= 14:
        text = f"{count(rows):>5}{percent:>8}"
        lines = [fit(text, wide - 1), fit(f" {picture.meanings[at[0]][at[1]]}", wide - 1)]
    elif tall == 2:
        lines = [fit(count(rows) if rows else "·", wide - 1, "right"), fit(percent if rows else "", wide - 1, "right")]
    elif wide >= _NAMED:
        lines = [fit(f"{count(rows) if rows else '·':>5}{percent if rows else '':>6}", wide - 1)]
    else:
        lines = [fit(count(rows) if rows else "·", wide - 1, "right")]
    plain = rows == 0 and at[0] != at[1]
    for line, text in enumerate(lines):
        cells.write(x, y + line, text, ConfusionInk.AXIS if plain and len(picture.labels) > 2 else ink)
    if at == picture.chosen:
        cells.write(x, y, "▸", ConfusionInk.CHOSEN)
    if at == picture.cursor:
        cells.inks[y, x : x + wide - 1] = ConfusionInk.CURSOR


class FigureInk(IntEnum):
    """Ink of a cell of the figures."""

    PLAIN = 0
    LABEL = 1
    VALUE = 2
    LOW = 3


@dataclass(frozen=True)
class FigureLine:
    """A figure as it is drawn."""

    name: str
    """Its name in one or two words."""
    value: str
    """The value."""
    spread: str = ""
    """± so much, or from – to; empty if it is not known."""
    baseline: str = ""
    """The same figure of the baseline; empty if it is not known."""
    worse: bool = False
    """Whether the value is no better than the baseline."""


def draw_figures(figures: Sequence[FigureLine], width: int, height: int, baseline: str = "") -> Cells:
    """Draw figures in as many columns as are needed; what does not fit is left out from the end.

    Args:
        figures: The figures, the most important first.
        width: Width in cells.
        height: Height in cells.
        baseline: What the baselines are of; written above them if there is a line for it.
    """
    cells = Cells(width, height)
    if not figures or height < 1 or width < 12:
        return cells
    titled = bool(baseline) and any(figure.baseline for figure in figures) and height >= 3
    for parts in (("name", "value", "spread", "baseline"), ("name", "value", "spread"), ("name", "value")):
        top = 1 if titled and "baseline" in parts else 0
        columns = [figures[first : first + height - top] for first in range(0, len(figures), height - top)]
        if sum(_wide(column, parts) for column in columns) - 2 <= width:
            break
    if top:
        cells.write(0, 0, clean(f"in brackets: {baseline}", width), FigureInk.LABEL)
    left = 0
    for column in columns:
        wide = _wide(column, parts)
        if left and left + wide - 2 > width:
            break
        widths = _widths(column, parts)
        for y, figure in enumerate(column, start=top):
            x = cells.write(left, y, fit(figure.name, widths["name"]), FigureInk.LABEL) + 1
            ink = FigureInk.LOW if figure.worse else FigureInk.VALUE
            x = cells.write(x, y, fit(figure.value, widths["value"], "right"), ink)
            for part in parts[2:]:
                x = cells.write(x + 1, y, fit(getattr(figure, part), widths[part]), FigureInk.LABEL)
        left += wide
    return cells


def _widths(figures: Sequence[FigureLine], parts: Sequence[str]) -> dict[str, int]:
    return {part: max(cell_width(getattr(figure, part)) for figure in figures) for part in parts}


def _wide(figures: Sequence[FigureLine], parts: Sequence[str]) -> int:
    """Cells of a column with the gap after it."""
    return sum(wide + 1 for wide in _widths(figures, parts).values()) + 1
