"""A small calculator for typed expressions: numbers, + − · / and powers, parentheses, a few functions and constants."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tui_ann.text import clean

FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "ln": math.log,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z)),
    "relu": lambda z: max(0.0, z),
    "abs": abs,
    "sign": lambda z: float((z > 0) - (z < 0)),
    "max": max,
    "min": min,
}
"""Functions by name."""
CONSTANTS = {"pi": math.pi, "e": math.e}
"""Constants by name."""
_TWO_PLACED = ("max", "min")
_DEEPEST = 50
"""Maximum nesting depth of parentheses and signs."""


class ArithmeticRefusedError(ValueError):
    """Why an expression has no value, phrased to follow the expression: `“1/0” divides by zero`."""


def calculate(tokens: Sequence[tuple[str, str]]) -> float:
    """Return the value of an expression.

    Args:
        tokens: Kind (`number`, `name`, `operator`, `open`, `close`, `comma`, `other`) and text of each token.

    Raises:
        ArithmeticRefusedError: If the expression is invalid or has no finite value.
    """
    reader = _Reader(tokens)
    try:
        value = reader.sum(0)
    except ZeroDivisionError:
        raise ArithmeticRefusedError("divides by zero") from None
    except OverflowError:
        raise ArithmeticRefusedError("is too large") from None
    except ValueError as error:
        if isinstance(error, ArithmeticRefusedError):
            raise
        raise ArithmeticRefusedError("has no value, as a root or a logarithm of a negative number") from None
    if reader.kind:
        raise ArithmeticRefusedError(reader.complaint())
    if not math.isfinite(value):
        raise ArithmeticRefusedError("is too large")
    return value


class _Reader:
    """Reads an expression from left to right, one method for each level of precedence."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def kind(self) -> str:
        """The kind of the next token, empty at the end."""
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    @property
    def text(self) -> str:
        """Its text."""
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def complaint(self) -> str:
        """Why the next token is not allowed here."""
        if not self._tokens:
            return "a number is missing"
        if not self.kind:
            return "is not complete"
        if self.kind == "close":
            return "has a parenthesis too many"
        if self.text.isspace():
            return "is two numbers in one cell"
        return f"cannot be read at “{clean(self.text)}”"

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def sum(self, depth: int) -> float:
        """A sum of products."""
        if depth > _DEEPEST:
            raise ArithmeticRefusedError("has too many parentheses")
        value = self._product(depth)
        while self.kind == "operator" and self.text in "+-":
            value = value + self._product(depth) if self._take() == "+" else value - self._product(depth)
        return value

    def _product(self, depth: int) -> float:
        value = self._signed(depth)
        while self.kind == "operator" and self.text in "*/" and self.text != "**":
            value = value * self._signed(depth) if self._take() == "*" else value / self._signed(depth)
        return value

    def _signed(self, depth: int) -> float:
        sign = 1.0
        while self.kind == "operator" and self.text in "+-":
            sign = -sign if self._take() == "-" else sign
        return sign * self._power(depth)

    def _power(self, depth: int) -> float:
        base = self._operand(depth)
        if self.kind == "operator" and self.text in ("**", "^"):
            self._take()
            if depth > _DEEPEST:
                raise ArithmeticRefusedError("has too many powers")
            value = base ** self._signed(depth + 1)
            if isinstance(value, complex):
                raise ArithmeticRefusedError("has no value, as a root of a negative number")
            return float(value)
        return base

    def _operand(self, depth: int) -> float:
        if self.kind == "number":
            return float(self._take())
        if self.kind == "name":
            return self._named(depth)
        if self.kind == "open":
            self._take()
            value = self.sum(depth + 1)
            self._close()
            return value
        raise ArithmeticRefusedError("lacks a number before )" if self.kind == "close" else self.complaint())

    def _named(self, depth: int) -> float:
        name = self._take()
        if self.kind != "open":
            if name not in CONSTANTS:
                raise ArithmeticRefusedError(f"has an unknown name “{name[:20]}”")
            return CONSTANTS[name]
        if name not in FUNCTIONS:
            raise ArithmeticRefusedError(f"has an unknown function “{name[:20]}”")
        self._take()
        values = [self.sum(depth + 1)]
        while self.kind == "comma" and name in _TWO_PLACED:
            self._take()
            values.append(self.sum(depth + 1))
        self._close()
        if (name in _TWO_PLACED) == (len(values) == 1):
            raise ArithmeticRefusedError(f"needs two numbers in {name}( , )")
        return float(FUNCTIONS[name](*values))

    def _close(self) -> None:
        if self.kind != "close":
            raise ArithmeticRefusedError("lacks a closing parenthesis" if not self.kind else self.complaint())
        self._take()
