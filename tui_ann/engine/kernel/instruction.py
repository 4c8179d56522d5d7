"""An instruction: one call of a tape as a row of the table that the C kernel runs."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tui_ann.engine.arrays import Array
from tui_ann.engine.kernel.opcode import HEADER, OPERAND, WIDTH, Opcode

Table = npt.NDArray[np.int64]
_NOTHING = (0,) * OPERAND
"""An operand that is not there."""


class ArrayOperand(NamedTuple):
    """An array as (rows, columns), perhaps repeated."""

    address: int
    """Of its first number."""
    row: int
    """Numbers from one row to the next."""
    column: int
    """Numbers from one column to the next."""
    array: Array
    """Kept, so that its memory lives as long as the instruction."""


def operand(array: Array, row: int, column: int) -> ArrayOperand:
    """An operand; see `ArrayOperand`."""
    return ArrayOperand(array.__array_interface__["data"][0], row, column, array)


class Instruction(NamedTuple):
    """One call of a tape."""

    opcode: Opcode
    single: bool
    """Whether it computes in float32."""
    rows: int
    columns: int
    inner: int
    """Numbers of a sum, of a product."""
    operands: tuple[ArrayOperand | None, ...]
    """Out, x, y, mask."""

    @property
    def form(self) -> tuple[object, ...]:
        """Everything but the addresses."""
        return (*self[:-1], [each and (each.row, each.column) for each in self.operands])


Instructions = Sequence[Instruction]


def table(first: Instructions, second: Instructions, last: Instructions, count: int) -> Table:
    """The table of `count` updates of one form: an operand that moves has a constant step from update to update.

    Args:
        first: The instructions of the first update.
        second: Of the second; of the first, if there is only one.
        last: Of the last.
        count: Number of updates.

    Raises:
        ValueError: The updates differ in more than addresses, or an operand moves by steps that are not equal.
    """
    rows = [_row(*instructions, count) for instructions in zip(first, second, last, strict=True)]
    return np.array(rows, np.int64).reshape(-1, WIDTH)


def _row(one: Instruction, two: Instruction, end: Instruction, count: int) -> list[int]:
    row = [int(one.opcode), int(one.single), one.rows, one.columns, one.inner]
    if one is two is end:
        for still in one.operands:
            row += (still.address, still.row, still.column, 0) if still else _NOTHING
        return row
    if not one.form == two.form == end.form:
        raise ValueError(f"{one.opcode.name} differs in form between updates")
    for start, next_, stop in zip(one.operands, two.operands, end.operands, strict=True):
        if start is None or next_ is None or stop is None:
            row += _NOTHING
            continue
        step = next_.address - start.address
        if stop.address != start.address + (count - 1) * step:
            raise ValueError(f"an operand of {one.opcode.name} does not move in equal steps")
        row += (start.address, start.row, start.column, step)
    return row


def address_of(place: int) -> int:
    """The column of the table with the address of an operand; its step is three further on."""
    return HEADER + place * OPERAND
