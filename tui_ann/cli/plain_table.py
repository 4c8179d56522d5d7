"""A table as plain lines: for programs that read it, and for tables with many rows."""

from collections.abc import Iterable, Iterator, Sequence

from tui_ann.text import cell_width, clean, fit

BETWEEN = "   "
"""Between two columns."""

_BLOCK = 4096


def blocks(
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Iterable[int] = (),
    widest: int,
    room: int | None = None,
    rule: str = "─",
) -> Iterator[str]:
    """Format a table: its titles, a rule, its rows; a few thousand lines at a time, each with its line break.

    Every column is as wide as its widest cell, so all rows are read before the first line is returned.

    Args:
        titles: The titles of its columns.
        rows: Its cells.
        right: The right-aligned columns, counted from 0.
        widest: Maximum terminal cells per cell of a row.
        room: Maximum terminal cells per line, if every column keeps at least one; None for no limit.
        rule: The character below the titles.
    """
    heads = [clean(title) for title in titles]
    columns = [_cleaned(column, widest) for column in zip(*rows, strict=True)] or [[] for _ in heads]
    widths = [max(cell_width(head), _widest(cells)) for head, cells in zip(heads, columns, strict=True)]
    if room is not None:
        widths = _narrowed(widths, room - len(BETWEEN) * (len(widths) - 1))
    numbers = set(right)
    sides = ["right" if index in numbers else "left" for index in range(len(heads))]
    line = BETWEEN.join(map(fit, heads, widths, sides)).rstrip()
    yield f"{line}\n{rule * (sum(widths) + len(BETWEEN) * (len(widths) - 1))}\n"
    n_rows = len(columns[0]) if columns else 0
    for start in range(0, n_rows, _BLOCK):
        shown = [
            _fitted(cells[start : start + _BLOCK], width, side)
            for cells, width, side in zip(columns, widths, sides, strict=True)
        ]
        yield "".join(f"{BETWEEN.join(row).rstrip()}\n" for row in zip(*shown, strict=True))


def table_width(titles: Sequence[str], columns: Iterable[Sequence[str]]) -> int:
    """How many terminal cells a line of a table takes if nothing is cut.

    Args:
        titles: The titles of its columns.
        columns: The cells of each column.
    """
    widths = [max(cell_width(clean(title)), _widest(cells)) for title, cells in zip(titles, columns, strict=True)]
    return sum(widths) + len(BETWEEN) * (len(widths) - 1)


def _cleaned(cells: Sequence[str], widest: int) -> Sequence[str]:
    """Cleaned cells; short texts of plain characters are clean already."""
    text = "".join(cells)
    if text.isascii() and text.isprintable() and max(map(len, cells), default=0) <= widest:
        return cells
    return [clean(cell, widest) for cell in cells]


def _widest(cells: Sequence[str]) -> int:
    return max(map(len if all(map(str.isascii, cells)) else cell_width, cells), default=0)


def _narrowed(widths: list[int], room: int) -> list[int]:
    """The widths, with the widest reduced until all fit, none below 1."""
    most = max(widths, default=1)
    while most > 1 and sum(min(width, most) for width in widths) > room:
        most -= 1
    return [min(width, most) for width in widths]


def _fitted(cells: Sequence[str], width: int, side: str) -> list[str]:
    """Cleaned cells, each as wide as its column; texts of single-width characters take a short cut."""
    if all(map(str.isascii, cells)) and max(map(len, cells)) <= width:
        return [cell.rjust(width) for cell in cells] if side == "right" else [cell.ljust(width) for cell in cells]
    return [fit(cell, width, side) for cell in cells]
