"""What an expression of a script stands for, as far as the text alone says it."""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import numpy as np

MOST_ITEMS = 10_000
"""Longer lists and texts are not worked out."""
MOST_DIGITS = 1e18
"""Larger whole numbers are not worked out."""


@dataclass(frozen=True, eq=False)
class Unknown:
    """A value that only a run of the script would give."""

    source: str = ""
    """Its text, in a few words."""

    @property
    def is_all_rows(self) -> bool:
        """Whether it reads like the number of all training rows."""
        return self.source.startswith("len(") or self.source.endswith(".shape[0]")


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Name:
    """A name of a module that the script imports, such as `tf.keras.layers.Dense`."""

    path: str

    @property
    def last(self) -> str:
        """Its last part."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, eq=False)
class Made:
    """Something made by a call: a layer, an optimizer, a callback, an initializer."""

    name: str
    """The last part of the name that is called."""
    args: Sequence[Any] = ()
    """The arguments by position."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The arguments by name."""
    line: int = 0
    """Where it stands."""
    path: str = ""
    """The name that is called, in full."""

    def bound(self, *names: str) -> dict[str, Any]:
        """The arguments by name; those by position have these names.  Further ones are called `argument 9`."""
        extra = (f"argument {place}" for place in range(len(names) + 1, len(self.args) + 1))
        return {**dict(zip([*names, *extra], self.args, strict=False)), **self.options}


def is_literal(value: object) -> bool:
    """Whether a value is known: a number, a text, nothing, or a collection of these that is not large."""
    waiting, seen = [value], 0
    while waiting:
        each = waiting.pop()
        seen += 1
        if seen > MOST_ITEMS:
            return False
        if isinstance(each, list | tuple):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
        elif not (each is None or isinstance(each, int | float | str | bool)):
            return False
    return True


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a finite number, and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def as_written(value: float) -> float:
    """A number as a person wrote it: in single precision 0.02 is 0.019999999552965164."""
    with np.errstate(over="ignore"):
        single = np.float32(value)
    return float(str(single)) if float(single) == value else value


_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ARITHMETIC: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_SIGNS: Mapping[type[ast.AST], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "int": int,
    "float": float,
    "bool": bool,
    "str": str,
    "float64": float,
    "float32": float,
    "round": round,
    "abs": abs,
    "min": min,
    "max": max,
    "sum": sum,
    "list": list,
    "tuple": tuple,
    "reversed": lambda items: list(reversed(items)),
    "sorted": sorted,
    "len": len,
    "dict": dict,
}


def combined(kind: type[ast.AST], left: Any, right: Any) -> Any:
    """Two known values combined by an operator; `UNKNOWN` if that cannot be worked out, or would be large."""
    work = _ARITHMETIC.get(kind)
    numbers = is_number(left) and is_number(right)
    joined = kind is ast.Add and type(left) is type(right) and isinstance(left, list | tuple | str)
    repeated = kind is ast.Mult and isinstance(left, list | tuple) and isinstance(right, int)
    simple = all(each is None or isinstance(each, int | float | str) for each in (left, right))
    compared = kind in _COMPARISONS and simple
    if work is None or not (numbers or joined or repeated or compared):
        return UNKNOWN
    if kind is ast.Pow and numbers and (abs(right) > 64 or abs(left) > 1e6):
        return UNKNOWN
    if (repeated and len(left) * max(right, 0) > MOST_ITEMS) or (joined and len(left) + len(right) > MOST_ITEMS):
        return UNKNOWN
    try:
        return _limited(work(left, right))
    except (ArithmeticError, TypeError, ValueError):
        return UNKNOWN


def signed(kind: type[ast.AST], value: Any) -> Any:
    """A known value with a sign or `not`."""
    work = _SIGNS.get(kind)
    return work(value) if work is not None and (is_number(value) or isinstance(value, bool)) else UNKNOWN


def computed(name: str, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """The value of a call of one of Python's own functions on known values; `UNKNOWN` if there is none."""
    if not all(map(is_literal, [*args, *options.values()])):
        return UNKNOWN
    try:
        if name == "range":
            numbers = range(*args)
            return list(numbers) if len(numbers) <= MOST_ITEMS else UNKNOWN
        work = _FUNCTIONS.get(name)
        return UNKNOWN if work is None else _limited(work(*args, **options))
    except (ArithmeticError, TypeError, ValueError):
        return UNKNOWN


def _limited(value: Any) -> Any:
    if isinstance(value, complex) or (isinstance(value, int) and abs(value) > MOST_DIGITS):
        return UNKNOWN
    return value
