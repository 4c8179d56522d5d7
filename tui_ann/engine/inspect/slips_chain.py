"""Mistakes in the chain rule: a product of the backward pass with one of its factors left out."""

from collections.abc import Callable

from tui_ann.engine.expression import (
    Expression,
    MatrixProduct,
    Number,
    Power,
    Product,
    Quantity,
    Transpose,
    is_per_example,
    substituted,
)
from tui_ann.engine.functions import Total
from tui_ann.engine.inspect.ledger import Ledger
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.rules import Rule
from tui_ann.text.symbols import Role, Symbol


def ones_like(x: Expression) -> Expression:
    """Ones in the shape of a factor, which leave it out and keep the shape of the product."""
    return Power(x, Number(0.0))


def no_input(node: Expression) -> Expression | None:
    """Ones instead of the input x in ∂L/∂z xᵀ."""
    match node:
        case MatrixProduct(dz, Transpose(Quantity(symbol) as x)) if is_per_example(symbol):
            return dz @ ones_like(x).T
    return None


def no_factor(made: Callable[[Part], bool]) -> Rule:
    """Ones instead of the gradient that the chain rule multiplies, in the parts of one kind.

    A layer has one part of a kind on the way to a parameter, so that the sentence names the factor of that part.

    Args:
        made: Whether a part is of that kind.
    """

    def rewrite(ledger: Ledger, part: Part) -> Expression | None:
        factor = _chained(part) if made(part) else None
        return None if factor is None else substituted(part.expression, {factor: ones_like(Quantity(factor))})

    return Rule("no_factor", rewrite, lambda part: _chained(part) or part.symbol)


def is_matrix_product(part: Part) -> bool:
    """Whether it is ∂L/∂z xᵀ or Wᵀ ∂L/∂z."""
    return isinstance(part.expression, MatrixProduct)


def is_local(part: Part) -> bool:
    """Whether it is a product for each example by itself, such as ∂L/∂a ⊙ ∂a/∂z."""
    return isinstance(part.expression, Product) and is_per_example(part.symbol)


def is_collected(part: Part) -> bool:
    """Whether it is a parameter's gradient other than that of weights, a sum over the examples."""
    return not is_matrix_product(part) and not is_per_example(part.symbol)


def _chained(part: Part) -> Symbol | None:
    """The gradient that the chain rule multiplies in a part: ∂L/∂z in ∂L/∂z xᵀ and in Wᵀ ∂L/∂z."""
    product = part.expression.inside if isinstance(part.expression, Total) else part.expression
    sides = (product.left, product.right) if isinstance(product, MatrixProduct | Product) else ()
    found = (side.symbol for side in sides if isinstance(side, Quantity) and side.symbol.role is Role.GRADIENT)
    return next(found, None)
