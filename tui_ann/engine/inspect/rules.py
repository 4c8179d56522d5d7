"""Rules for common mistakes, and the small formula rewrites that rules are made from."""

from collections.abc import Callable
from dataclasses import dataclass

from tui_ann.engine.expression import (
    Constant,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Quotient,
    Sum,
    rewritten,
)
from tui_ann.engine.functions import Cases, Drawn
from tui_ann.engine.inspect.ledger import Ledger
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.tape import Phase
from tui_ann.text.symbols import Role, Symbol

Rewrite = Callable[[Ledger, Part], Expression | None]
"""Turns the formula of a part into the mistaken one; None if the mistake is impossible there."""
About = Callable[[Part], Symbol | str]
"""The subject of the sentence about a mistake, for the part it is made in."""


@dataclass(frozen=True)
class Rule:
    """A common mistake."""

    code: str
    """Its code in `text.mistakes`."""
    rewrite: Rewrite
    """How it changes a formula."""
    about: About | None = None
    """The subject of its sentence; None if there is none."""
    together: bool = False
    """Whether it is always made in all parts at once, like a mistake in the loss."""


def each_node(rule: Callable[[Expression], Expression | None]) -> Rewrite:
    """Replace the topmost nodes that the rule matches."""
    return lambda ledger, part: rewritten(part.expression, rule)


def without_term(drops: Callable[[Expression], bool]) -> Rewrite:
    """Omit terms of a sum, whatever their sign."""

    def rule(node: Expression) -> Expression | None:
        if not isinstance(node, Sum):
            return None
        kept = tuple(term for term in node.terms if not drops(term.inside if isinstance(term, Negative) else term))
        if len(kept) in (0, len(node.terms)):
            return None
        return kept[0] if len(kept) == 1 else Sum(kept)

    return each_node(rule)


def without_factor(drops: Callable[[Expression], bool]) -> Rewrite:
    """Omit a factor of a product."""

    def rule(node: Expression) -> Expression | None:
        if not isinstance(node, Product):
            return None
        return node.right if drops(node.left) else node.left if drops(node.right) else None

    return each_node(rule)


def no_mask(ledger: Ledger, part: Part) -> Expression | None:
    """Omit the mask of a dropout layer."""
    return without_factor(lambda node: is_mask(ledger, node))(ledger, part)


def unscaled_mask(ledger: Ledger, part: Part) -> Expression | None:
    """Use 1 as the factor for kept units in the mask of a dropout layer."""

    def rule(node: Expression) -> Expression | None:
        return Cases(node, Number(1.0), Number(0.0)) if is_mask(ledger, node) else None

    return rewritten(part.expression, rule)


def undropped(ledger: Ledger, part: Part) -> Expression | None:
    """Use the input of a dropout layer instead of its output."""

    def rule(node: Expression) -> Expression | None:
        if not isinstance(node, Quantity) or node.symbol not in ledger.parts:
            return None
        made = ledger.parts[node.symbol]
        match made.expression:
            case Product(mask, entered) if made.phase is Phase.FORWARD and is_mask(ledger, mask):
                return entered
        return None

    return rewritten(part.expression, rule)


def is_mask(ledger: Ledger, node: Expression) -> bool:
    """Whether it is a random quantity, such as the mask of a dropout layer."""
    if not isinstance(node, Quantity) or node.symbol not in ledger.parts:
        return False
    return isinstance(ledger.parts[node.symbol].expression, Drawn)


def is_kind(node: Expression, *kinds: str) -> bool:
    """Whether it is a quantity with one of these letters, not a derivative."""
    return isinstance(node, Quantity) and node.symbol.kind in kinds and node.symbol.role is Role.VALUE


def is_share(node: Expression, *letters: str) -> bool:
    """Whether it is 1 over a number with one of these letters, such as 1/n."""
    match node:
        case Quotient(Number(1.0), Constant(symbol)):
            return symbol.kind in letters
    return False


def is_square(node: Expression) -> bool:
    """Whether it is a square."""
    return isinstance(node, Power) and node.right == Number(2.0)


def is_jacobian(ledger: Ledger, derivative: Symbol) -> bool:
    """Whether a derivative is a matrix for each example."""
    return len(ledger.shape(derivative)) == 3


def operand(kind: str) -> About:
    """Name the first operand with a letter."""
    return lambda part: next(symbol for symbol in part.operands if symbol.kind == kind and symbol.role is Role.VALUE)


def slope(part: Part) -> Symbol:
    """Name ∂a/∂z of the part's layer."""
    return part.symbol.derivative
