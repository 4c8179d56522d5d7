"""Which rows and columns of a large array are printed: the first ones and the last, with dots between."""

MOST_ROWS = 10
"""An array with more rows is printed in part."""
MOST_COLUMNS = 8
"""The same for columns."""


def places(count: int, most: int) -> list[int | None]:
    """Indices that are printed, None where some are omitted."""
    if count <= most:
        return list(range(count))
    return [*range(most - 2), None, count - 1]
