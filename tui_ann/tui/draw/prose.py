"""Lines of text and mathematics for dialogs: parts with roles, vectors in a row, tables in columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_ann.engine.tape import Array
from tui_ann.text import cell_width, fit
from tui_ann.text.rounding import shown

Line = tuple[tuple[str, str], ...]
"""Texts from left to right, each with its role: `title`, `muted`, `accent`, `good`, `bad`, `strong`, `key` or empty."""


def line(text: str = "", role: str = "") -> Line:
    """A line in one role."""
    return ((text, role),)


def bracketed(text: str) -> str:
    """A number as a factor: a negative one in brackets."""
    return f"({text})" if text.startswith("−") else text


def vector(values: Array, decimals: int, width: int) -> str:
    """Numbers in a row, as (2, 0, −1.5); middle ones are left out if there is no room.

    Args:
        values: The numbers (n,).
        decimals: Maximum number of decimals.
        width: Maximum width in cells.
    """
    if len(values) == 1:
        return shown(values[0], decimals)
    ends = [shown(value, decimals) for value in (*values[:64], values[-1])]
    if len(values) <= 64 and cell_width(whole := f"({', '.join(ends[:-1])})") <= width:
        return whole
    kept = len(ends) - 1
    while kept > 1 and sum(map(len, ends[:kept])) + 2 * kept + len(ends[-1]) + 5 > width:
        kept -= 1
    return f"({', '.join([*ends[:kept], '…', ends[-1]])})"


def largest_first(values: Array, most: int) -> tuple[list[int], list[int]]:
    """The indices of the values to list, and of those to sum up if there are too many.

    Args:
        values: The numbers (n,).
        most: Maximum number to list.

    Returns:
        All indices in order and an empty list; or the indices of the largest sizes, largest first, and the others.
    """
    if len(values) <= most:
        return list(range(len(values))), []
    order = [int(i) for i in np.argsort(-np.abs(np.nan_to_num(values, nan=np.inf)), kind="stable")]
    return order[: most - 1], order[most - 1 :]


def columns(rows: Sequence[Sequence[str]], roles: Sequence[str], *, indent: int = 2, gap: int = 2) -> list[Line]:
    """A table: each column is as wide as its widest text; a `>` at the end of a role right-aligns its column.

    Args:
        rows: The texts.
        roles: Role of each column.
        indent: Blanks before the first column.
        gap: Blanks between columns.
    """
    widths = [max(cell_width(row[i]) for row in rows) for i in range(len(roles))] if rows else []
    lines: list[Line] = []
    for row in rows:
        parts = [(" " * indent, "")]
        for i, (text, role) in enumerate(zip(row, roles, strict=True)):
            last = i == len(roles) - 1 and not role.endswith(">")
            filled = (
                text
                if last and not role.endswith(">")
                else fit(text, widths[i], "right" if role.endswith(">") else "left")
            )
            parts.append((filled + ("" if last else " " * gap), role.removesuffix(">")))
        lines.append(tuple(parts))
    return lines
