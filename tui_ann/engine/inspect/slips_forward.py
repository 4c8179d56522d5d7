"""Mistakes in a step of the forward pass, and in the loss."""

import math

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
    expression,
    rewritten,
)
from tui_ann.engine.functions import Cases, Function, Total, exp, ln
from tui_ann.engine.inspect.ledger import Ledger
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.reading_aids import output_symbol
from tui_ann.engine.inspect.rules import (
    Rule,
    each_node,
    is_jacobian,
    is_kind,
    is_share,
    is_square,
    no_mask,
    operand,
    undropped,
    unscaled_mask,
    without_factor,
    without_term,
)
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.notation import Axis
from tui_ann.engine.tape import quantity
from tui_ann.text.symbols import Role, Symbol

CONFUSED = (("mean_squared_error", "half_squared_error"), ("half_squared_error", "mean_squared_error"))
"""A loss and the one it is confused with, whose name is the code of the mistake."""
_COUNTED = {Axis.EXAMPLES: "examples", Axis.UNITS: "units"}


def _transposed(ledger: Ledger, part: Part) -> Expression | None:
    def rule(node: Expression) -> Expression | None:
        match node:
            case MatrixProduct(Quantity(symbol) as W, x) if symbol.is_matrix and ledger.is_square(symbol):
                return W.T @ x
        return None

    return rewritten(part.expression, rule)


def _net_input(ledger: Ledger, part: Part) -> Expression | None:
    """Z for a."""
    is_output = part.symbol.derivative in ledger.parts and part.symbol.kind == "a"
    return expression(Symbol("z", part.symbol.number)) if is_output else None


def _slope(ledger: Ledger, part: Part) -> Expression | None:
    """g′ for g."""
    derivative = part.symbol.derivative
    if _net_input(ledger, part) is None or is_jacobian(ledger, derivative):
        return None
    return expression(derivative)


def _growing_exponential(ledger: Ledger, part: Part) -> Expression | None:
    """e^z for e⁻ᶻ, where both are not in it."""

    def rule(node: Expression) -> Expression | None:
        match node:
            case Function("exp", (Negative(inside),)):
                return exp(inside)
        return None

    exponents = [node.arguments[0] for node in part.expression.walk() if isinstance(node, Function)]
    falling = {exponent.inside for exponent in exponents if isinstance(exponent, Negative)}
    return None if falling.intersection(exponents) else rewritten(part.expression, rule)


def _not_normalised(ledger: Ledger, part: Part) -> Expression | None:
    match part.expression:
        case Quotient(top, Total(inside, Axis.UNITS)) if top == inside:
            return top
    return None


def _normalised_over_examples(ledger: Ledger, part: Part) -> Expression | None:
    match part.expression:
        case Quotient(top, Total(inside, Axis.UNITS)) if top == inside:
            return top / Total(inside, Axis.EXAMPLES)
    return None


def _no_alpha(ledger: Ledger, part: Part) -> Expression | None:
    """0 for α, in a function of two cases."""

    def rule(node: Expression) -> Expression | None:
        is_alpha = is_kind(node, "alpha") or (isinstance(node, Constant) and node.symbol.kind == "alpha")
        return Number(0.0) if is_alpha else None

    return rewritten(part.expression, rule) if isinstance(part.expression, Cases) else None


def _sum_for_mean(ledger: Ledger, part: Part) -> Expression | None:
    match part.expression:
        case Product(share, Total() as total) if is_share(share, "n", "units"):
            return total
    return None


def _unbiased_variance(ledger: Ledger, part: Part) -> Expression | None:
    match part.expression:
        case Product(Quotient(one, Constant(_, count)), Total(inside) as total) if is_square(inside) and count > 1:
            return one / Number(count - 1) * total
    return None


def _deviation(ledger: Ledger, part: Part) -> Expression | None:
    return Root(part.expression) if _unbiased_variance(ledger, part) is not None else None


def _counted(part: Part) -> str:
    """What a mean is computed over, in words."""
    return next(_COUNTED[node.over] for node in part.expression.walk() if isinstance(node, Total))


def _no_root(ledger: Ledger, part: Part) -> Expression | None:
    match part.expression:
        case Quotient(top, Root(inside)):
            return top / inside
    return None


def _not_centred(ledger: Ledger, part: Part) -> Expression | None:
    match part.expression:
        case Quotient(Sum((first, Negative(_))), Root() as root):
            return first / root
    return None


def _is_epsilon(node: Expression) -> bool:
    return isinstance(node, Constant) and node.symbol.kind == "epsilon"


FORWARD = (
    Rule("no_bias", without_term(lambda term: is_kind(term, "b")), operand("b")),
    Rule("bias_subtracted", each_node(lambda node: Negative(node) if is_kind(node, "b") else None), operand("b")),
    Rule("undropped_input", undropped),
    Rule("untransposed_weights", _transposed, operand("W")),
    Rule("no_activation", _net_input),
    Rule("slope_for_output", _slope),
    Rule("sign_in_exponent", _growing_exponential),
    Rule("not_normalised", _not_normalised),
    Rule("normalised_over_examples", _normalised_over_examples),
    Rule("no_alpha", _no_alpha),
    Rule("no_mask", no_mask, operand("r")),
    Rule("unscaled_mask", unscaled_mask, operand("r")),
    Rule("sum_for_mean", _sum_for_mean, _counted),
    Rule("unbiased_variance", _unbiased_variance, _counted),
    Rule("deviation_for_variance", _deviation),
    Rule("no_root", _no_root),
    Rule("not_centred", _not_centred),
    Rule("no_epsilon", without_term(_is_epsilon)),
    Rule("no_gamma", without_factor(lambda node: is_kind(node, "gamma"))),
    Rule("no_beta", without_term(lambda term: is_kind(term, "beta"))),
)
"""Mistakes in a step of the forward pass."""


def _no_half(ledger: Ledger, part: Part) -> Expression | None:
    match part.expression:
        case Product(Quotient(Number(1.0), Number(2.0)), rest):
            return rest
    return None


def _other_loss(wrong: str) -> Rule:
    def rewrite(ledger: Ledger, part: Part) -> Expression | None:
        network = ledger.network
        if (network.loss, wrong) not in CONFUSED or part.symbol.kind != "l":
            return None
        return LOSSES[wrong].value(expression(output_symbol(network)), quantity("y"), network.outputs)

    return Rule(wrong, rewrite)


def _no_square(node: Expression) -> Expression | None:
    """|ŷ − y| for (ŷ − y)²."""
    if isinstance(node, Power) and is_square(node) and Symbol("y") in node.symbols:
        return Function("abs", (node.left,))
    return None


def _one_term(kept: int) -> Rule:
    """One of the two terms of the binary cross-entropy."""

    def rewrite(ledger: Ledger, part: Part) -> Expression | None:
        y_hat, y = expression(output_symbol(ledger.network)), quantity("y")
        both = y * ln(y_hat) + (1 - y) * ln(1 - y_hat)
        return rewritten(part.expression, lambda node: both.terms[kept] if node == both else None)

    return Rule(("one_term_only", "other_term_only")[kept], rewrite)


def _decimal_logarithm(node: Expression) -> Expression | None:
    return node / math.log(10.0) if isinstance(node, Function) and node.name == "ln" else None


def no_output_mean(node: Expression) -> Expression | None:
    """Omit the division by the number of outputs k."""
    match node:
        case Quotient(Number() as top, Constant(symbol)) if symbol.kind == "k":
            return top
    return None


def _is_penalty(term: Expression) -> bool:
    return is_kind(term, "R") or (isinstance(term, Quantity) and term.symbol.role is Role.PENALTY_GRADIENT)


no_penalty = without_term(_is_penalty)
"""Omit the penalty or its gradient."""


def _half_penalty(ledger: Ledger, part: Part) -> Expression | None:
    return part.expression / 2 if part.symbol.kind == "R" else None


def _negative_loss(ledger: Ledger, part: Part) -> Expression | None:
    return -part.expression if part.symbol.kind == "l" else None


LOSS = (
    Rule("no_average", without_factor(lambda node: is_share(node, "n"))),
    Rule("no_penalty", no_penalty),
    Rule("no_half", _no_half),
    _other_loss("half_squared_error"),
    _other_loss("mean_squared_error"),
    Rule("no_square", each_node(_no_square)),
    _one_term(0),
    _one_term(1),
    Rule("decimal_logarithm", each_node(_decimal_logarithm)),
    Rule("no_output_mean", each_node(no_output_mean)),
    Rule("half_penalty", _half_penalty),
    Rule("wrong_sign", _negative_loss),
)
"""Mistakes in the loss, propagated to everything that depends on it."""
