"""Whether a formula could be misread as it is written."""

from tui_ann.engine.expression import Expression, MatrixProduct, Power, Quantity, Transpose, is_per_example
from tui_ann.text.symbols import Role


def reads_as_power(tree: Expression, arithmetic: bool = False) -> bool:
    """Whether the number of a layer, written as a raised digit, could be read as a power: a² (1 − a²).

    Args:
        tree: The expression.
        arithmetic: Whether it is part of a calculation entry by entry, unlike a factor of a matrix product.
    """
    match tree:
        case Quantity(symbol):
            return arithmetic and symbol.number > 1 and symbol.role is Role.VALUE and is_per_example(symbol)
        case Power(left, _):
            return any(symbol.number > 1 for symbol in left.symbols)
        case MatrixProduct() | Transpose():
            return any(map(reads_as_power, tree.parts))
    return any(reads_as_power(part, True) for part in tree.parts)
