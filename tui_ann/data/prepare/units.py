"""Units of a column: numbers in another unit than that of the training rows would be taken for something else."""

from collections.abc import Iterable, Iterator

from tui_ann.data.phrases import quoted
from tui_ann.data.read.table import Column
from tui_ann.errors import DataError


def check_unit(column: Column, unit: str | None) -> None:
    """Refuse numbers in another unit; numbers without a unit are taken to be in that of the training rows.

    Args:
        column: A column of a table.
        unit: The unit of this column in the training rows; None if it had none, or if it is not known.

    Raises:
        DataError: Both have a unit, and they differ.
    """
    if unit is None or column.unit is None or column.unit == unit:
        return
    raise DataError(
        f"Column {quoted(column.name)} is in {quoted(column.unit)}, but the network was trained on {quoted(unit)}.",
        remedy=f"Convert its numbers to {unit}, or remove the unit from its cells if they are in {unit}.",
        code="other_unit",
    )


def unit_notes(columns: Iterable[tuple[Column, str | None]]) -> Iterator[str]:
    """One sentence for each column with a unit that the training rows had not.

    Args:
        columns: Columns of a table, each with its unit in the training rows.
    """
    for column, unit in columns:
        if column.unit is not None and unit is None:
            yield (
                f"Column {quoted(column.name)}: its numbers are in {quoted(column.unit)}, a unit that the run does not "
                "know; they are taken as they are."
            )
