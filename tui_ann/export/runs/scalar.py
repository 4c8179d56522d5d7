"""Writes formulas as plain code, number by number, for languages without arrays: Python's lists, C.

A formula is computed for each unit i in a loop.  What a sum or a largest value over the units needs is computed in a
loop of its own before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tui_ann.engine.expression import (
    Constant,
    Expression,
    MatrixProduct,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Quotient,
    Root,
    Sum,
)
from tui_ann.engine.functions import Cases, Function, Total
from tui_ann.engine.notation import Axis
from tui_ann.export.runs.pipeline import Formula
from tui_ann.text.symbols import Symbol

_SUM, _PRODUCT, _SIGN, _ATOM = range(4)
"""Operator precedence, lowest first."""


@dataclass(frozen=True)
class Language:
    """How a language writes what is not the same in all of them."""

    functions: Mapping[str, str]
    """The functions by our names, and `sqrt`, `pow` and `dot`."""
    cases: str
    """A choice, with {positive}, {then} and {otherwise}."""
    number: Callable[[float], str]
    """A number."""


@dataclass(frozen=True)
class Reduction:
    """A number over all units that a formula needs before its loop."""

    name: str
    """The name of its variable."""
    largest: bool
    """Whether it is the largest value, not the sum."""
    units: int
    """How many values."""
    term: str
    """One value, for the unit i."""


@dataclass
class Loop:
    """One formula as code."""

    name: str
    """The variable that gets the values."""
    units: int
    """How many values."""
    term: str = ""
    """One value, for the unit i."""
    before: list[Reduction] = field(default_factory=list)
    """What is computed before, in order."""


class ScalarSource:
    """Writes the formulas of one network.

    Args:
        sizes: How many numbers each symbol has.
        language: The language.
    """

    def __init__(self, sizes: Mapping[Symbol, int], language: Language) -> None:
        self._sizes, self._language = sizes, language
        self._reductions = 0

    def loop(self, formula: Formula) -> Loop:
        """The code of one formula.

        Raises:
            TypeError: It has something that no plain code computes.
        """
        loop = Loop(str(formula.symbol), formula.units)
        loop.term = self._of(formula.expression, formula.units, loop)[0]
        return loop

    def _within(self, tree: Expression, least: int, units: int, loop: Loop) -> str:
        text, binding = self._of(tree, units, loop)
        return f"({text})" if binding < least else text

    def _of(self, tree: Expression, units: int, loop: Loop) -> tuple[str, int]:
        match tree:
            case Number(value) | Constant(_, value, _):
                return self._language.number(value), _SIGN if value < 0 else _ATOM
            case Quantity(symbol, ()):
                return f"{symbol}[{0 if self._sizes[symbol] == 1 else 'i'}]", _ATOM
            case Sum(terms):
                return self._sum(terms, units, loop), _SUM
            case Negative(inside):
                return f"-{self._within(inside, _ATOM, units, loop)}", _SIGN
            case Product(left, right) | Quotient(left, right):
                sign = "*" if isinstance(tree, Product) else "/"
                left_text = self._within(left, _PRODUCT, units, loop)
                return f"{left_text} {sign} {self._within(right, _SIGN, units, loop)}", _PRODUCT
            case Power(left, Number(2.0)) if isinstance(left, Quantity | Sum):
                text = self._within(left, _ATOM, units, loop)
                return f"{text} * {text}", _PRODUCT
            case Power(left, right):
                return self._call("pow", [left, right], units, loop)
            case Root(inside):
                return self._call("sqrt", [inside], units, loop)
            case MatrixProduct(Quantity(matrix, ()), Quantity(vector, ())):
                return f"{self._language.functions['dot']}({matrix}[i], {vector}, {self._sizes[vector]})", _ATOM
            case Cases(positive, then, otherwise):
                parts = {"positive": positive, "then": then, "otherwise": otherwise}
                texts = {name: self._of(part, units, loop)[0] for name, part in parts.items()}
                return self._language.cases.format(**texts), _ATOM
            case Total(inside, Axis.UNITS):
                return self._reduction(inside, False, loop), _ATOM
            case Function("largest", (inside,)):
                return self._reduction(inside, True, loop), _ATOM
            case Function(name, arguments) if name in self._language.functions:
                return self._call(name, list(arguments), units, loop)
        raise TypeError(f"{tree!r} cannot be written as plain code")

    def _sum(self, terms: tuple[Expression, ...], units: int, loop: Loop) -> str:
        text = self._within(terms[0], _SUM, units, loop)
        for term in terms[1:]:
            minus = isinstance(term, Negative)
            inside = term.inside if isinstance(term, Negative) else term
            text += f" {'-' if minus else '+'} {self._within(inside, _PRODUCT, units, loop)}"
        return text

    def _call(self, name: str, arguments: list[Expression], units: int, loop: Loop) -> tuple[str, int]:
        texts = [self._of(argument, units, loop)[0] for argument in arguments]
        return f"{self._language.functions[name]}({', '.join(texts)})", _ATOM

    def _reduction(self, inside: Expression, largest: bool, loop: Loop) -> str:
        units = max((self._sizes[symbol] for symbol in inside.symbols), default=1)
        term = self._of(inside, units, loop)[0]
        for known in loop.before:
            if (known.largest, known.units, known.term) == (largest, units, term):
                return known.name
        self._reductions += 1
        loop.before.append(Reduction(f"s{self._reductions}", largest, units, term))
        return loop.before[-1].name
