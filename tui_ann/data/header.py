"""Tells a row of names from a row of data, and makes the names unique."""

from collections.abc import Sequence

from tui_ann.data.moments import to_date, to_time
from tui_ann.data.spellings import MISSING, is_number, with_unit

_TYPED_SHARE = 0.6
_FEWEST_COUNTED_NAMES = 3


def is_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row holds names.

    A text above numbers or dates speaks for names, a number above them against.  Where all columns hold text the first
    row is taken for names unless one of its cells comes again below it.

    Args:
        first: Cells of the first row, without blanks around them.
        rows: The rows below, as wide as the first.
    """
    if not any(cell not in MISSING for cell in first):
        return False
    votes = against = 0
    for index, name in enumerate(first):
        below = [row[index].strip() for row in rows]
        below = [cell for cell in below if cell not in MISSING]
        if name in MISSING or not below:
            continue
        if sum(map(_is_typed, below)) >= _TYPED_SHARE * len(below):
            votes += not _is_typed(name)
            against += _is_typed(name)
    if not against:
        return bool(votes) or (not _repeats(first, rows) if rows else not any(map(_is_typed, first)))
    return _is_counting(first) or (votes >= 1 and _names_are_whole_and_new(first, rows))


def _is_typed(cell: str) -> bool:
    return (
        is_number(cell, ".")
        or is_number(cell, ",")
        or with_unit(cell, ".") is not None
        or with_unit(cell, ",") is not None
        or to_date(cell) is not None
        or to_time(cell) is not None
    )


def _repeats(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a cell of the first row comes again in its column; a row that is the same throughout does not count."""
    others = [row for row in ([cell.strip() for cell in row] for row in rows) if row != list(first)]
    return any(name not in MISSING and any(row[index] == name for row in others) for index, name in enumerate(first))


def _is_counting(first: Sequence[str]) -> bool:
    """Whether the cells are 0, 1, 2 … or 1, 2, 3 …, as programs name columns that have no names."""
    if len(first) < _FEWEST_COUNTED_NAMES or not all(cell.isascii() and cell.isdigit() for cell in first):
        return False
    numbers = [int(cell) for cell in first]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _names_are_whole_and_new(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the numbers among the cells may be names, such as years: whole, all different, in none of the rows."""
    typed = [cell for cell in first if _is_typed(cell)]
    return (
        all(cell.isascii() and cell.isdigit() for cell in typed)
        and len(set(typed)) == len(typed)
        and not _repeats(first, rows)
    )


def unique_names(cells: Sequence[str]) -> tuple[list[str], list[str], list[int]]:
    """Names for all columns, no two alike.

    Args:
        cells: The cells of the header without blanks around them; an empty one gets a name.

    Returns:
        The names; those that occurred more than once; the places (from 0) that had none.
    """
    taken = set(cells)
    names: list[str] = []
    used: set[str] = set()
    copies: dict[str, int] = {}
    twice: dict[str, None] = {}
    blank: list[int] = []
    for place, cell in enumerate(cells):
        name = cell
        if not cell:
            blank.append(place)
            name = f"column_{place + 1}"
            while name in taken or name in used:
                name += "_"
        elif cell in used:
            twice[cell] = None
            number = copies.get(cell, 1) + 1
            while f"{cell}_{number}" in taken or f"{cell}_{number}" in used:
                number += 1
            copies[cell] = number
            name = f"{cell}_{number}"
        used.add(name)
        names.append(name)
    return names, list(twice), blank
