"""The words at the ends of the curves of an overlay: letter and glyph of each run, and what a lab says of it."""

from __future__ import annotations

from collections.abc import Sequence

from tui_ann.text import cell_width
from tui_ann.tui.draw.axes import PlotAxis
from tui_ann.tui.draw.overlay_data import OverlayInk, OverlayLine, OverlayPlot
from tui_ann.tui.draw.run_marks import run_colour
from tui_ann.tui.draw.trace import cell_row

_WIDE = 60
"""Columns of a picture in which there is room for words behind the letters."""
_DRIFT = 4
"""Rows that a letter may be away from the end of its curve; farther away it would seem to be that of another."""


def line_ink(line: OverlayLine) -> int:
    """The ink of a run."""
    return OverlayInk.RUN + run_colour(line.place)


def end_words(line: OverlayLine, width: int) -> str:
    """What stands at the end of a curve.

    Args:
        line: The run.
        width: Width of the picture in cells.
    """
    return line.mark + (f" {line.word}" if line.lettered and line.word and width >= _WIDE else "")


def draw_ends(plot: OverlayPlot, lines: Sequence[OverlayLine], axis: PlotAxis, tall: int) -> None:
    """Write letter and glyph behind the end of each curve, near it; those that end together in their order.

    Where there is no room for all, the lines on top have theirs; the table has them all.

    Args:
        plot: The picture.
        lines: The runs, the last on top.
        axis: The vertical axis.
        tall: Rows of cells.
    """
    ends: dict[int, list[tuple[float, int, OverlayLine]]] = {}
    for line in reversed(lines):
        curve = line.main
        rows = ((at, cell_row(axis, float(curve.y[at]), tall)) for at in range(len(curve.y) - 1, -1, -1))
        last, row = next(((at, row) for at, row in rows if row is not None), (-1, None))
        if row is not None:
            there = ends.setdefault(plot.column(float(curve.x[last])) + 1, [])
            if len(there) < tall:
                there.append((-float(curve.y[last]), row, line))
    taken: set[tuple[int, int]] = set()
    for x in sorted(ends, reverse=True):
        together = sorted(ends[x], key=lambda end: end[0])
        for (_, wanted, line), row in zip(together, apart([row for _, row, _ in together], tall), strict=True):
            words = end_words(line, plot.cells.width)
            wide = range(x, x + cell_width(words))
            near = sorted(range(tall), key=lambda other, row=row: abs(other - row))  # type: ignore[misc]
            free = next((other for other in near if not any((other, column) in taken for column in wide)), None)
            if free is not None and abs(free - wanted) <= _DRIFT:
                taken |= {(free, column) for column in wide}
                plot.cells.write(x, free, words, line_ink(line))


def apart(rows: Sequence[int], tall: int) -> list[int]:
    """Different rows as near as possible to the wanted ones, in the same order.

    Neighbours that want the same rows share the distance: a block of them lies around the mean of what they want.

    Args:
        rows: The wanted rows, not falling; at most `tall`.
        tall: Rows that there are.
    """
    blocks: list[list[int]] = []

    def begin(block: Sequence[int]) -> int:
        wanted = sum(row - place for place, row in enumerate(block)) / len(block)
        return min(max(round(wanted), 0), tall - len(block))

    for row in rows:
        blocks.append([row])
        while len(blocks) > 1 and begin(blocks[-2]) + len(blocks[-2]) > begin(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    return [begin(block) + place for block in blocks for place in range(len(block))]
