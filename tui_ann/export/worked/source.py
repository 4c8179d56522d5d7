"""Writes expressions as NumPy source, one statement for each part of an update."""

from collections.abc import Mapping

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
    Transpose,
)
from tui_ann.engine.functions import Cases, Function, Total
from tui_ann.engine.notation import Axis
from tui_ann.text.symbols import Role, Symbol

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
"""Operator precedence in Python, lowest first."""
_FUNCTIONS = {
    "exp": "np.exp",
    "ln": "np.log",
    "abs": "np.abs",
    "sign": "np.sign",
    "tanh": "np.tanh",
    "erf": "erf",
    "max": "np.maximum",
    "min": "np.minimum",
}
"""Functions that act entry by entry."""


def name_of(symbol: Symbol) -> str:
    """The name of a quantity in a script; a sum with its penalty replaces the sum without it."""
    if symbol.kind == "LR":
        return "L"
    return str(symbol.value.gradient if symbol.role is Role.TOTAL_GRADIENT else symbol)


class NumpySource:
    """Writes expressions as NumPy source.

    Args:
        dimensions: Number of dimensions of each quantity's array in the trace.
        columns: Whether examples are columns; a single example may be a plain vector.
    """

    def __init__(self, dimensions: Mapping[Symbol, int], *, columns: bool) -> None:
        self._dimensions = dimensions
        self._columns = columns

    def of(self, tree: Expression, dimensions: int) -> str:
        """The source of an expression.

        Args:
            tree: The expression.
            dimensions: Number of dimensions of its value in the trace.

        Raises:
            TypeError: If it contains something that NumPy cannot compute, such as random numbers.
        """
        return self._write(tree, dimensions)[0]

    def _within(self, tree: Expression, least: int, around: int) -> str:
        text, binding = self._write(tree, around)
        return f"({text})" if binding < least else text

    def _write(self, tree: Expression, around: int) -> tuple[str, int]:
        match tree:
            case Number(value) | Constant(_, value, _):
                return _number(value), _SIGN if value < 0 else _ATOM
            case Quantity(symbol, ()):
                return self._quantity(symbol, around), _ATOM
            case Sum(terms):
                return self._sum(terms, around), _SUM
            case Negative(inside):
                return f"-{self._within(inside, _PRODUCT, around)}", _SIGN
            case Product(left, right):
                return f"{self._within(left, _PRODUCT, around)} * {self._within(right, _POWER, around)}", _PRODUCT
            case Quotient(left, right):
                return f"{self._within(left, _PRODUCT, around)} / {self._within(right, _POWER, around)}", _PRODUCT
            case Power(left, right):
                return f"{self._within(left, _ATOM, around)} ** {self._within(right, _ATOM, around)}", _POWER
            case Root(inside):
                return f"np.sqrt({self.of(inside, around)})", _ATOM
            case MatrixProduct(left, right):
                return self._matrix_product(left, right, around)
            case Transpose(inside):
                return f"{self._within(inside, _ATOM, around)}.T", _ATOM
            case Total(inside, over):
                return self._total(inside, over, around)
            case Cases(positive, then, otherwise):
                cases = f"{self.of(then, around)}, {self.of(otherwise, around)}"
                return f"np.where({self._within(positive, _SUM, around)} > 0, {cases})", _ATOM
            case Function("largest", (inside,)):
                return f"{self._within(inside, _ATOM, around)}.max({'axis=0' if self._columns else ''})", _ATOM
            case Function(name, arguments) if name in _FUNCTIONS:
                written = ", ".join(self.of(argument, around) for argument in arguments)
                return f"{_FUNCTIONS[name]}({written})", _ATOM
        raise TypeError(f"{tree!r} cannot be written as NumPy source")

    def _quantity(self, symbol: Symbol, around: int) -> str:
        """A name; a vector of units becomes a column when combined with columns."""
        name, dimensions = name_of(symbol), self._dimensions[symbol]
        if not self._columns or symbol.kind == "l" or dimensions == 0 or around == 0:
            return name
        if dimensions == 1 and around == 2:
            return f"{name}[:, None]"
        return f"{name}[:, 0]" if dimensions == 2 and around == 1 else name

    def _sum(self, terms: tuple[Expression, ...], around: int) -> str:
        text = self._within(terms[0], _SUM, around)
        for term in terms[1:]:
            if isinstance(term, Negative):
                text += f" - {self._within(term.inside, _PRODUCT, around)}"
            else:
                text += f" + {self._within(term, _PRODUCT, around)}"
        return text

    def _matrix_product(self, left: Expression, right: Expression, around: int) -> tuple[str, int]:
        if not self._columns and isinstance(right, Transpose) and isinstance(left, Quantity):
            return f"np.outer({self.of(left, around)}, {self.of(right.inside, around)})", _ATOM
        return f"{self._within(left, _PRODUCT, around)} @ {self._within(right, _SIGN, around)}", _PRODUCT

    def _total(self, inside: Expression, over: Axis, around: int) -> tuple[str, int]:
        if over is Axis.EXAMPLES and not self._columns:
            return self._write(inside, around)
        if over is Axis.ENTRIES or not self._columns or around == 0:
            how = ""
        elif over is Axis.UNITS:
            how = "axis=0"
        else:
            how = "axis=1, keepdims=True" if around == 2 else "axis=1"
        return f"{self._within(inside, _ATOM, around and 2)}.sum({how})", _ATOM


def _number(value: float) -> str:
    """A number as a person writes it: 0.1 for a difference of 0.09999999999999998."""
    return str(int(value)) if value == int(value) and abs(value) < 1e6 else repr(float(f"{value:.15g}"))
