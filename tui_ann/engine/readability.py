"""Whether a formula could be misread as it is written."""

from collections.abc import Iterable

from tui_ann.engine.expression import Expression, Negative, Power, Product, Quantity, Quotient, is_per_example
from tui_ann.engine.functions import Function
from tui_ann.text.symbols import Role, Symbol


def reads_as_power(tree: Expression, factor: bool = False) -> bool:
    """Whether the number of a layer, written as a raised digit, could be read as a power: a² (1 − a²).

    That is where a power would make sense: in a factor or a denominator entry by entry, in an exponent, and in what is
    squared itself.  A term of a plain sum or difference and the argument of ln or max stay as they are: a² − y.

    Args:
        tree: The expression.
        factor: Whether it is a factor or a denominator.
    """
    match tree:
        case Quantity(symbol):
            return factor and _is_signal(symbol)
        case Negative(inside):
            return reads_as_power(inside, factor)
        case Power(left, _):
            return any(symbol.number > 1 for symbol in left.symbols)
        case Function("exp"):
            return any(map(_is_signal, tree.symbols))
        case Product() | Quotient():
            return any(reads_as_power(part, True) for part in tree.parts)
    return any(map(reads_as_power, tree.parts))


def any_reads_as_power(trees: Iterable[Expression]) -> bool:
    """Whether any of several expressions could be misread: then all symbols next to them are written in brackets.

    Args:
        trees: The expressions of an update.
    """
    return any(map(reads_as_power, trees))


def _is_signal(symbol: Symbol) -> bool:
    """Whether it is a value of each example in a layer after the first, such as a²."""
    return symbol.number > 1 and symbol.role is Role.VALUE and is_per_example(symbol)
