"""Translates the calls of a tape into instructions, and checks what the C kernel does not check: types, sizes, strides.

Whether a call is translated depends on that call alone, never on its neighbours: then an operation that is run by
itself has the bits that it has in a window of many updates.
"""

from functools import cache
from typing import Any

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.kernel.instruction import Instruction, operand
from tui_ann.engine.kernel.opcodes import BINARY, IN_PLACE, METHODS, PYTHON_ONLY, UFUNC_METHODS, UNARY, Opcode
from tui_ann.engine.kernel.updates import Call

MOST_PRODUCTS = 6_000
"""Multiplications of a product up to which the plain loop is faster than a call of BLAS."""
MOST_NUMBERS = 1 << 12
"""Numbers up to which a plain loop is faster than a call of NumPy, whose loops use wider instructions."""
FEW = 1 << 8
"""Numbers up to which every function is translated: a call by NumPy would divide a program of many updates."""
MOST_OF: dict[Opcode, int] = {
    Opcode.TANH: FEW,
    Opcode.EXPM1: FEW,
    Opcode.EXP: FEW,
    Opcode.LOGADDEXP: FEW,
    Opcode.SQRT: 2 * FEW,
    Opcode.ERF: 1 << 16,  # NumPy has none
}
"""The same of functions that differ from the rest."""

_PRECISIONS = (np.dtype(np.float64), np.dtype(np.float32))
_Strides = tuple[int, int]


def translated(call: Call) -> Instruction | None:
    """The instruction of a call; None if Python must make it, because it is large, or nothing else can.

    Raises:
        TypeError: The callable has no opcode and is not declared as Python's, see `opcodes`; or a number is no array.
    """
    function, args = call
    if any(isinstance(arg, np.generic) for arg in args):
        raise TypeError(f"{function!r} reads a number that is no array, and so has no address")
    if function in PYTHON_ONLY:
        return None
    if function in BINARY or function in UNARY:  # a float beside an array has the array's type, as in NumPy
        args = tuple(_number(arg, args[-1].dtype) if isinstance(arg, float | int) else arg for arg in args)
    if function in BINARY:
        return _elementwise(_binary_opcode(BINARY[function], args), args[2], args[:2])
    if function in UNARY:
        return _elementwise(UNARY[function], args[1], args[:1])
    if function in IN_PLACE:
        return _elementwise(IN_PLACE[function], args[0], args)
    if function is np.copyto:
        return _copy(*args)
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    if isinstance(owner, np.ufunc) and (owner, name) in UFUNC_METHODS:
        return _reduced(UFUNC_METHODS[owner, name], *args)
    if isinstance(owner, np.ndarray) and name in METHODS:
        if name == "dot":
            return _product(owner, *args)
        return _elementwise(Opcode.FILL, owner, (_number(args[0], owner.dtype),))
    raise TypeError(f"{function!r} has no opcode, and is not declared as made by Python alone")


@cache
def _number(value: float, dtype: np.dtype[Any]) -> Array:
    """A number as an array, the same one each time: every update must read it at one address."""
    return np.asarray(value, dtype)


def _binary_opcode(opcode: Opcode, args: tuple[Any, ...]) -> Opcode:
    into_mask = opcode is Opcode.GREATER and args[2].dtype == np.bool_
    return Opcode.GREATER_MASK if into_mask else opcode


def _copy(out: Array, x: Array, casting: str = "same_kind", where: Array | None = None) -> Instruction | None:
    if where is None:
        return _elementwise(Opcode.COPY, out, (x,))
    return _elementwise(Opcode.COPY_WHERE, out, (x,), where)


def _elementwise(
    opcode: Opcode, out: Array, operands: tuple[Array, ...], mask: Array | None = None
) -> Instruction | None:
    """An instruction for every number of `out`; its operands are repeated as NumPy does."""
    precision = operands[0].dtype if opcode is Opcode.GREATER_MASK else out.dtype
    source = np.dtype(np.float64) if opcode is Opcode.LESS else precision
    if (
        precision not in _PRECISIONS
        or any(x.dtype != source for x in operands)
        or not out.flags.writeable
        or out.ndim > 2
    ):
        return None
    if out.size > MOST_OF.get(opcode, MOST_NUMBERS) or (mask is not None and mask.dtype != np.bool_):
        return None
    arrays = [out, *operands, *([] if mask is None else [mask])]
    if not all(_is_regular(array) for array in arrays) or any(_overlaps(out, array) for array in arrays[1:]):
        return None
    rows, columns = _shape(out)
    shape = out.shape
    strides = [_strides(array if array.shape == shape else np.broadcast_to(array, shape)) for array in arrays]
    if all(row == column * columns for row, column in strides):  # one long row
        rows, columns, strides = 1, rows * columns, [(0, column) for _, column in strides]
    elif rows > columns == 1:
        rows, columns, strides = columns, rows, [(column, row) for row, column in strides]
    found = [operand(array, *both) for array, both in zip(arrays, strides, strict=True)]
    y, at_mask = found[2] if len(operands) == 2 else None, found[-1] if mask is not None else None
    return Instruction(opcode, precision == _PRECISIONS[1], rows, columns, 0, (found[0], found[1], y, at_mask))


def _reduced(opcode: Opcode, x: Array, axis: int, _dtype: None, out: Array, _keep: bool = False) -> Instruction | None:
    """A sum or maximum over one axis of x (rows, columns); the instruction runs over columns."""
    kept = x.shape[1 - axis]
    if x.dtype not in _PRECISIONS or out.dtype != x.dtype or not out.flags.writeable or x.size > MOST_NUMBERS:
        return None
    if not _is_regular(x) or not _is_regular(out) or np.may_share_memory(x, out) or out.size != kept or not x.size:
        return None
    row, column = _strides(x)
    row, column = (row, column) if axis == 1 else (column, row)
    step = out.strides[int(np.argmax(out.shape))] // out.itemsize if out.ndim else 0
    operands = (operand(out, step, 0), operand(x, row, column), None, None)
    return Instruction(opcode, x.dtype == _PRECISIONS[1], kept, x.shape[axis], 0, operands)


def _product(A: Array, x: Array, out: Array) -> Instruction | None:
    """A (rows, inner) times x (inner, columns), or the inner product of two vectors."""
    if A.dtype not in _PRECISIONS or not A.dtype == x.dtype == out.dtype or not out.flags.writeable:
        return None
    if A.ndim == x.ndim == 1 and out.ndim == 0:
        A, x = A[None], x[:, None]
    rows, inner = A.shape
    columns = x.shape[1]
    if not 0 < rows * inner * columns <= MOST_PRODUCTS or len(x) != inner:
        return None
    if out.shape != ((rows, columns) if out.ndim else ()) or out.size != rows * columns:
        return None
    arrays = (out, A, x)
    if not all(map(_is_regular, arrays)) or any(np.may_share_memory(out, array) for array in (A, x)):
        return None
    operands = (operand(out, *_strides(out)), operand(A, *_strides(A)), operand(x, *_strides(x)), None)
    return Instruction(Opcode.DOT, A.dtype == _PRECISIONS[1], rows, columns, inner, operands)


def _is_regular(array: Array) -> bool:
    """Whether its numbers lie where a number of its type may lie, whole numbers apart."""
    flags, size = array.flags, array.itemsize
    return flags.aligned and (flags.c_contiguous or not any(stride % size for stride in array.strides))


def _overlaps(out: Array, other: Array) -> bool:
    """Whether writing `out` could change what is still to be read of another: not if both are the same array."""
    if not np.may_share_memory(out, other):
        return False
    if out is other:
        return False
    same = out.shape == other.shape and out.strides == other.strides
    return not (same and out.__array_interface__["data"][0] == other.__array_interface__["data"][0])


def _shape(array: Array) -> tuple[int, int]:
    """Rows and columns; a vector is one row."""
    return (1, array.size) if array.ndim < 2 else (array.shape[0], array.shape[1])


def _strides(array: Array) -> _Strides:
    """Numbers from one row, and from one column, to the next; 0 where there is only one."""
    rows, columns = _shape(array)
    row, column = [0, 0, *(stride // array.itemsize for stride in array.strides)][-2:]
    return (row if rows > 1 else 0), (column if columns > 1 else 0)
