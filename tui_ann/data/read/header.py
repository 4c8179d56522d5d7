"""Decides whether a row has names or data, and makes names unique."""

from collections import Counter
from collections.abc import Sequence

from tui_ann.data.read.dates import to_date, to_time
from tui_ann.data.read.spellings import MISSING, is_number, with_unit

_TYPED_SHARE = 0.6
_ROWS_LOOKED_AT = 100
_FEWEST_WORDS = 2
_YEARS = range(1500, 2200)
_DIGITS = frozenset("0123456789")
_FEWEST_COUNTED_NAMES = 3


def is_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has names.

    A text above numbers or dates suggests names, a number above them data.  If all columns hold text, the first row is
    taken as names unless one of its cells occurs again below it.

    Args:
        first: Cells of the first row, without surrounding blanks.
        rows: The rows below, as wide as the first.
    """
    if not any(cell not in MISSING for cell in first):
        return False
    votes = against = 0
    for name, shape in zip(first, _shapes(len(first), rows[:_ROWS_LOOKED_AT]), strict=True):
        if name in MISSING or shape is None:
            continue
        own = _shape(name)
        # 100m above plain numbers is a name; 100 m above 200 m is a value.
        is_name = own is None or (own == "unit" and shape != "unit")
        votes += is_name
        against += not is_name
    if not against:
        return bool(votes) or (not _repeats(first, rows) if rows else not any(map(_shape, first)))
    return _is_counting(first) or (_names_are_whole_and_new(first, rows) and (votes >= 1 or _has_years(first)))


def is_second_header(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row just below the header continues it, as a row of units does: words above numbers.

    Args:
        cells: Cells of the row, without surrounding blanks.
        rows: The rows below it, as wide.
    """
    columns = list(zip(cells, _shapes(len(cells), rows[:_ROWS_LOOKED_AT]), strict=True))
    values = [cell for cell, shape in columns if shape is not None]
    words = [cell for cell in values if cell not in MISSING and _shape(cell) is None]
    return len(words) >= _FEWEST_WORDS and not any(_shape(cell) for cell in values)


def is_sparse(cells: Sequence[str]) -> bool:
    """Whether most cells of a row are blank, as in a title that a spreadsheet padded with delimiters."""
    return len(cells) > 2 and sum(map(bool, cells)) <= max(1, len(cells) // 3)


def _shapes(width: int, rows: Sequence[Sequence[str]]) -> list[str | None]:
    """The type of most cells of each column: `number`, `unit`, `moment`, or None for words and blanks."""
    shapes: list[str | None] = []
    for place in range(width):
        cells = [row[place].strip() for row in rows]
        found = Counter(_shape(cell) for cell in cells if cell not in MISSING)
        total = found.total()
        del found[None]
        typed = found.total() >= _TYPED_SHARE * total > 0
        shapes.append(found.most_common(1)[0][0] if typed else None)
    return shapes


def _shape(cell: str) -> str | None:
    if is_number(cell, ".") or is_number(cell, ","):
        return "number"
    if _DIGITS.isdisjoint(cell):
        return None
    if with_unit(cell, ".") or with_unit(cell, ","):
        return "unit"
    return "moment" if to_date(cell) or to_time(cell) else None


def _repeats(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a cell of the first row occurs again in its column; columns with one value do not count."""
    others = [row for row in ([cell.strip() for cell in row] for row in rows) if row != list(first)]
    return any(name not in MISSING and any(row[index] == name for row in others) for index, name in enumerate(first))


def _is_counting(first: Sequence[str]) -> bool:
    """Whether the cells are 0, 1, 2 … or 1, 2, 3 …, as some programs name columns without names."""
    if len(first) < _FEWEST_COUNTED_NAMES or not all(cell.isascii() and cell.isdigit() for cell in first):
        return False
    numbers = [int(cell) for cell in first]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _has_years(first: Sequence[str]) -> bool:
    """Whether the numbers among the cells are ascending or descending years, after a word for the rows."""
    years = [int(cell) for cell in first if _shape(cell) and cell.isascii() and cell.isdigit()]
    in_order = sorted(years) in (years, years[::-1])
    return 1 < len(years) < len(first) and in_order and all(year in _YEARS for year in years)


def _names_are_whole_and_new(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the numbers among the cells may be names, such as years: whole, all different, and not in the rows."""
    typed = [cell for cell in first if _shape(cell)]
    return (
        all(cell.isascii() and cell.isdigit() for cell in typed)
        and len(set(typed)) == len(typed)
        and not _repeats(first, rows)
    )


def unique_names(cells: Sequence[str]) -> tuple[list[str], list[str], list[int]]:
    """Unique names for all columns.

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
