"""A sheet of terminal cells: every picture is drawn on one before it becomes strips.

A cell holds a character and an ink. Inks are small numbers that a picture names in an `IntEnum`; the widget that shows
the picture turns them into styles of the theme. This module knows no colours.

Fine drawing uses braille: a cell is 2 dots wide and 4 dots high, so a sheet of (width, height) cells is a bitmap of
(4·height, 2·width) dots.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width

BLANK = 0x20
CONTINUED = 0
"""Placeholder in the second cell of a double-width character."""

BRAILLE = 0x2800
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint32)


class Cells:
    """A sheet of cells, initially blank.

    Attributes:
        codes: Code points, (height, width).
        inks: Ink of each cell, (height, width); 0 is the default.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = max(0, width)
        self.height = max(0, height)
        self.codes: NDArray[np.uint32] = np.full((self.height, self.width), BLANK, dtype=np.uint32)
        self.inks: NDArray[np.uint16] = np.zeros((self.height, self.width), dtype=np.uint16)

    def write(self, x: int, y: int, text: str, ink: int = 0) -> int:
        """Write text that is already clean; it is clipped at the edges of the sheet.

        Returns:
            The column after the text.
        """
        if not 0 <= y < self.height:
            return x + cell_width(text)
        codes, inks = self.codes[y], self.inks[y]
        points = _single_cells(text)
        if points is not None:
            first, end = max(0, -x), min(len(points), self.width - x)
            if first < end:
                codes[x + first : x + end] = points[first:end]
                inks[x + first : x + end] = ink
            return x + len(points)
        for character in text:
            wide = 1 if character.isascii() else cell_width(character)
            if wide and x >= 0 and x + wide <= self.width:
                codes[x] = ord(character)
                inks[x] = ink
                if wide == 2:
                    codes[x + 1] = CONTINUED
                    inks[x + 1] = ink
            x += wide
        return x

    def write_right(self, x: int, y: int, text: str, ink: int = 0) -> None:
        """Write text so that it ends before column `x`."""
        self.write(x - cell_width(text), y, text, ink)

    def write_centred(self, x: int, y: int, text: str, ink: int = 0) -> None:
        """Write text centred on column `x`, shifted inwards if it would leave the sheet."""
        wide = cell_width(text)
        self.write(max(0, min(x - wide // 2, self.width - wide)), y, text, ink)

    def dots(self, mask: NDArray[np.bool_], ink: int | NDArray[np.uint16], x: int = 0, y: int = 0) -> None:
        """Draw a bitmap as braille; cells with dots overwrite what is there.

        Args:
            mask: Dots, (4·h, 2·w).
            ink: One ink, or one for each cell, (h, w).
            x: Column of the left edge.
            y: Row of the upper edge.
        """
        codes = braille(mask)
        drawn = codes > 0
        height, width = codes.shape
        window = (slice(y, y + height), slice(x, x + width))
        self.codes[window][drawn] = codes[drawn] + BRAILLE
        self.inks[window][drawn] = ink if isinstance(ink, int) else ink[drawn]

    def runs(self, rows: Sequence[int], clear: NDArray[np.bool_] | None = None) -> list[list[tuple[str, int]]]:
        """Return the runs of text with the same ink for each of the rows, from left to right.

        All rows at once: one NumPy search delays a training thread less than forty.

        Args:
            rows: Indices of the rows, at least one.
            clear: By ink, whether a blank in it shows only the common background. Blanks between two texts in such
                inks are returned with the first of them, because each run costs the terminal more than its text.
        """
        inks, codes, width = self.inks[rows], self.codes[rows], self.width
        if not width:
            return [[] for _ in rows]
        if clear is not None:
            followed = np.where((codes == BLANK) & clear[inks], 0, np.arange(width))
            before = np.take_along_axis(inks, np.maximum.accumulate(followed, axis=1), axis=1)
            inks = np.where(clear[before], before, inks)
        begins = np.ones(inks.shape, np.bool_)
        np.not_equal(inks[:, 1:], inks[:, :-1], out=begins[:, 1:])
        edges = np.flatnonzero(begins)
        chosen: list[int] = inks.ravel()[edges].tolist()
        text = codes.tobytes().decode("utf-32-le")
        runs: list[list[tuple[str, int]]] = [[] for _ in rows]
        for (start, end), ink in zip(pairwise([*edges.tolist(), inks.size]), chosen, strict=True):
            runs[start // width].append((text[start:end].replace("\0", ""), ink))
        return runs

    def changed(self, before: Cells) -> list[tuple[int, int]]:
        """Return the rows that changed, each with the column after its last changed cell.

        Args:
            before: A sheet of the same size.
        """
        differs = (self.codes != before.codes) | (self.inks != before.inks)
        ends = (differs * np.arange(1, self.width + 1)).max(axis=1, initial=0).tolist()
        return [(y, end) for y, end in enumerate(ends) if end]

    def plain(self) -> str:
        """Return the sheet as plain text, without trailing blanks."""
        lines = (row.tobytes().decode("utf-32-le").replace("\0", "").rstrip() for row in self.codes)
        return "\n".join(lines)


@lru_cache(maxsize=4096)
def _single_cells(text: str) -> NDArray[np.uint32] | None:
    """Return the code points of a text if each takes one cell."""
    if text.isascii() or all(cell_width(character) == 1 for character in text):
        return np.frombuffer(text.encode("utf-32-le"), np.uint32)
    return None


def braille(mask: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Return the dot patterns of a bitmap, (4·h, 2·w) → (h, w); add `BRAILLE` for the character."""
    patterns = np.zeros((mask.shape[0] // 4, mask.shape[1] // 2), np.uint32)
    for row, column in np.ndindex(4, 2):
        patterns += mask[row::4, column::2] * _DOTS[row, column]
    return patterns
