"""An instruction: one call of a tape as a row of the table that the C kernel runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tui_ann.engine.arrays import Array
from tui_ann.engine.kernel.opcode import HEADER, OPERAND, WIDTH, Opcode

Table = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Operand:
    """An array as (rows, columns), perhaps repeated."""

    array: Array
    """Kept, so that its memory lives as long as the instruction."""
    row: int
    """Numbers from one row to the next."""
    column: int
    """Numbers from one column to the next."""

    @property
    def address(self) -> int:
        """Of its first number."""
        return int(self.array.__array_interface__["data"][0])


@dataclass(frozen=True, eq=False)
class Instruction:
    """One call of a tape."""

    opcode: Opcode
    single: bool
    """Whether it computes in float32."""
    rows: int
    columns: int
    inner: int
    """Numbers of a sum, of a product."""
    operands: tuple[Operand | None, ...]
    """Out, x, y, mask."""

    @property
    def form(self) -> tuple[object, ...]:
        """Everything but the addresses."""
        strides = tuple(operand and (operand.row, operand.column) for operand in self.operands)
        return (self.opcode, self.single, self.rows, self.columns, self.inner, strides)


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
    rows = np.zeros((len(first), WIDTH), np.int64)
    for row, one, two, end in zip(rows, first, second, last, strict=True):
        if not one.form == two.form == end.form:
            raise ValueError(f"{one.opcode.name} differs in form between updates")
        row[:HEADER] = one.opcode, one.single, one.rows, one.columns, one.inner
        for place, operands in enumerate(zip(one.operands, two.operands, end.operands, strict=True)):
            start, next_, stop = operands
            if start is None or next_ is None or stop is None:
                continue
            step = next_.address - start.address
            if stop.address != start.address + (count - 1) * step:
                raise ValueError(f"an operand of {one.opcode.name} does not move in equal steps")
            begin = HEADER + place * OPERAND
            row[begin : begin + OPERAND] = start.address, start.row, start.column, step
    return rows


def address_of(place: int) -> int:
    """The column of the table with the address of an operand; its step is three further on."""
    return HEADER + place * OPERAND
