"""What a rule about slips is, and the small rewrites of formulas that rules are made from."""

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
"""The formula that a slip makes of a part's, or None where the slip cannot be made there."""
About = Callable[[Part], Symbol | str]
"""What the sentence about a slip names, for a part that it is made in."""


@dataclass(frozen=True)
class Rule:
    """A slip that is made again and again."""

    code: str
    """Its code in `text.mistakes`."""
    rewrite: Rewrite
    """What it makes of a formula."""
    about: About | None = None
    """What its sentence names; None where it names nothing."""
    together: bool = False
    """Whether it is made in all parts at once where it is made at all, as a slip in the loss is."""


def each_node(rule: Callable[[Expression], Expression | None]) -> Rewrite:
    """Replace the topmost nodes for which the rule has another one."""
    return lambda ledger, part: rewritten(part.expression, rule)


def without_term(drops: Callable[[Expression], bool]) -> Rewrite:
    """Leave out terms of a sum, whatever their sign."""

    def rule(node: Expression) -> Expression | None:
        if not isinstance(node, Sum):
            return None
        kept = tuple(term for term in node.terms if not drops(term.inside if isinstance(term, Negative) else term))
        if len(kept) in (0, len(node.terms)):
            return None
        return kept[0] if len(kept) == 1 else Sum(kept)

    return each_node(rule)


def without_factor(drops: Callable[[Expression], bool]) -> Rewrite:
    """Leave out a factor of a product."""

    def rule(node: Expression) -> Expression | None:
        if not isinstance(node, Product):
            return None
        return node.right if drops(node.left) else node.left if drops(node.right) else None

    return each_node(rule)


def no_mask(ledger: Ledger, part: Part) -> Expression | None:
    """Leave out the mask of a dropout layer."""
    return without_factor(lambda node: is_mask(ledger, node))(ledger, part)


def unscaled_mask(ledger: Ledger, part: Part) -> Expression | None:
    """Take 1 for what the mask of a dropout layer multiplies kept units with."""

    def rule(node: Expression) -> Expression | None:
        return Cases(node, Number(1.0), Number(0.0)) if is_mask(ledger, node) else None

    return rewritten(part.expression, rule)


def undropped(ledger: Ledger, part: Part) -> Expression | None:
    """Take what entered a dropout layer for what left it."""

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
    """Whether it is a quantity that was drawn at random, such as the mask of a dropout layer."""
    if not isinstance(node, Quantity) or node.symbol not in ledger.parts:
        return False
    return isinstance(ledger.parts[node.symbol].expression, Drawn)


def is_kind(node: Expression, *kinds: str) -> bool:
    """Whether it is a quantity itself, no derivative of it, with one of these letters."""
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
