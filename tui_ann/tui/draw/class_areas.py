"""The areas of classes without colours: shades, or of many classes borders; and the mark of each class in brackets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.tui.draw.cells import BLANK, Cells
from tui_ann.tui.draw.shades import SHADES

_BORDER = "·"
_WINDOW = (5, 14)
"""Rows and columns in which an area is named once."""


def named(sign: str) -> str:
    """How the area of a class is named."""
    return f"({sign})"


def draw_areas(
    cells: Cells,
    x: int,
    row: int,
    codes: NDArray[np.intp],
    signs: Sequence[str],
    taken: NDArray[np.bool_],
    ink: int,
) -> None:
    """Fill the areas of classes with shades, or draw their borders; name them where nothing else is drawn.

    Args:
        cells: The sheet.
        x: Left column.
        row: Upper row.
        codes: The class of each cell (rows, columns), −1 for none.
        signs: The mark of each class, one cell wide.
        taken: Cells that something else will be drawn in (rows, columns).
        ink: The ink.
    """
    border = np.zeros(codes.shape, bool)
    border[:, :-1] |= codes[:, :-1] != codes[:, 1:]
    border[:-1] |= codes[:-1] != codes[1:]
    if len(signs) > len(SHADES):
        filled = np.where(border, ord(_BORDER), BLANK)
    else:
        filled = np.array([ord(shade) for shade in (*SHADES, SHADES[0])], np.uint32)[codes]  # the last is that of −1
    window = (slice(row, row + len(codes)), slice(x, x + codes.shape[1]))
    cells.codes[window] = filled
    cells.inks[window] = ink
    for at_row, at_column in _places(codes, border | taken):
        cells.write(x + at_column - 1, row + at_row, named(signs[codes[at_row, at_column]]), ink)


def _places(codes: NDArray[np.intp], used: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where the areas are named: in each window its most frequent class, and each class at least once."""
    free = np.zeros(codes.shape, bool)
    same = (codes[:, 1:-1] == codes[:, :-2]) & (codes[:, 1:-1] == codes[:, 2:]) & (codes[:, 1:-1] >= 0)
    free[:, 1:-1] = same & ~(used[:, :-2] | used[:, 1:-1] | used[:, 2:])
    found: list[tuple[int, int]] = []
    high, wide = _WINDOW
    for top in range(0, codes.shape[0], high):
        for left in range(0, codes.shape[1], wide):
            part = (slice(top, top + high), slice(left, left + wide))
            present = codes[part][free[part]]
            if present.size:
                usual = np.bincount(present).argmax()
                found.append(_middle(free[part] & (codes[part] == usual), top, left))
    for missing in set(codes[free].tolist()) - {int(codes[place]) for place in found}:
        found.append(_middle(free & (codes == missing), 0, 0))
    return found


def _middle(free: NDArray[np.bool_], top: int, left: int) -> tuple[int, int]:
    """The free cell nearest to the middle of all of them."""
    places = np.argwhere(free)
    nearest = places[np.abs(places - places.mean(axis=0)).sum(axis=1).argmin()]
    return top + int(nearest[0]), left + int(nearest[1])
