"""The instructions of the C kernel, and their size; a library with others is refused."""

from enum import IntEnum, auto


class Opcode(IntEnum):
    """The instructions, in the order of the list in `tape.c`."""

    ADD = 0
    SUBTRACT = auto()
    MULTIPLY = auto()
    DIVIDE = auto()
    MAXIMUM = auto()
    MINIMUM = auto()
    LOGADDEXP = auto()
    GREATER = auto()
    GREATER_MASK = auto()
    LESS = auto()
    NEGATIVE = auto()
    RECIPROCAL = auto()
    SQRT = auto()
    SIGN = auto()
    EXP = auto()
    EXPM1 = auto()
    TANH = auto()
    ERF = auto()
    COPY = auto()
    FILL = auto()
    COPY_WHERE = auto()
    SUM = auto()
    LARGEST = auto()
    DOT = auto()
    FLUSH = auto()


HEADER = 5
"""Numbers of an instruction before its operands."""
OPERANDS = 4
"""Operands of an instruction: out, x, y, mask."""
OPERAND = 4
"""Numbers of an operand."""
WIDTH = HEADER + OPERANDS * OPERAND
"""Numbers of an instruction, as the struct `Instruction` in `tape.c`."""
