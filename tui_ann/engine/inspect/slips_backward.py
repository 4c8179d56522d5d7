"""Mistakes in the backward pass and the update."""

from collections.abc import Callable
from dataclasses import replace

from tui_ann.engine.expression import (
    Expression,
    MatrixProduct,
    Number,
    Power,
    Product,
    Quantity,
    Quotient,
    Sum,
    Transpose,
    expression,
    rewritten,
    substituted,
)
from tui_ann.engine.functions import Function
from tui_ann.engine.inspect.ledger import Ledger
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.reading_aids import output_symbol
from tui_ann.engine.inspect.rules import (
    Rewrite,
    Rule,
    each_node,
    is_jacobian,
    is_share,
    is_square,
    no_mask,
    operand,
    slope,
    undropped,
    unscaled_mask,
)
from tui_ann.engine.inspect.slips_chain import is_collected, is_local, is_matrix_product, no_factor, no_input, ones_like
from tui_ann.engine.inspect.slips_forward import CONFUSED, no_output_mean, no_penalty
from tui_ann.engine.losses import LOSSES, averaged
from tui_ann.engine.optimizers import ETA
from tui_ann.engine.tape import Phase, quantity
from tui_ann.text.symbols import Role, Symbol


def _of_loss(rewrite: Rewrite) -> Rewrite:
    """A slip in the slope of the loss: in ∂L/∂ŷ, and in ∂L/∂z where the loss is joined with its activation."""
    return lambda ledger, part: rewrite(ledger, part) if Symbol("y") in part.operands else None


def _through_weights(rule: Callable[[Ledger, Quantity], Expression | None]) -> Rewrite:
    """A slip in Wᵀ, where ∂L/∂z is propagated back through the weights."""

    def rewrite(ledger: Ledger, part: Part) -> Expression | None:
        def replaced(node: Expression) -> Expression | None:
            match node:
                case MatrixProduct(Transpose(Quantity(symbol) as W), back) if symbol.is_matrix:
                    other = rule(ledger, W)
                    return None if other is None else other @ back
            return None

        return rewritten(part.expression, replaced)

    return rewrite


def _untransposed(ledger: Ledger, W: Quantity) -> Expression | None:
    return W if ledger.is_square(W.symbol) else None


def _no_two(ledger: Ledger, part: Part) -> Expression | None:
    """Omit the 2 from the square in the loss."""

    def rule(node: Expression) -> Expression | None:
        match node:
            case Product(Number(2.0), rest):
                return rest
            case Quotient(Number(2.0), outputs):
                return 1 / outputs
        return None

    squared = any(is_square(node) for node in ledger.parts[Symbol("l")].expression.walk())
    return rewritten(part.expression, rule) if squared else None


def _extra_two(ledger: Ledger, part: Part) -> Expression | None:
    """Double the slope of a loss with half a square."""
    match ledger.parts[Symbol("l")].expression:
        case Product(Quotient(Number(1.0), Number(2.0)), rest) if any(is_square(node) for node in rest.walk()):
            return 2 * part.expression
    return None


def _other_slope(wrong: str) -> Rule:
    """The slope of a loss confused with this one."""

    def rewrite(ledger: Ledger, part: Part) -> Expression | None:
        network = ledger.network
        if (network.loss, wrong) not in CONFUSED:
            return None
        slope_of_one = LOSSES[wrong].slope(expression(output_symbol(network)), quantity("y"), network.outputs)
        return averaged(slope_of_one, len(ledger.trace.examples))

    return Rule(wrong, _of_loss(rewrite), together=True)


def _without_average(node: Expression) -> Expression | None:
    return node.right if isinstance(node, Product) and is_share(node.left, "n") else None


def _double_average(node: Expression) -> Expression | None:
    return node.left * node if isinstance(node, Product) and is_share(node.left, "n") else None


def _negative(ledger: Ledger, part: Part) -> Expression:
    return -part.expression


def _through_activation(ledger: Ledger, part: Part) -> bool:
    """Whether the part is ∂L/∂z, computed from ∂L/∂a."""
    return part.symbol == Symbol("z", part.symbol.number).gradient and _da(part).symbol in part.operands


def _da(part: Part) -> Quantity:
    return Quantity(Symbol("a", part.symbol.number).gradient)


def _not_cancelled(ledger: Ledger, part: Part) -> Expression | None:
    joined = part.symbol == Symbol("z", part.symbol.number).gradient and Symbol("y") in part.operands
    if not joined or is_jacobian(ledger, part.symbol.derivative):
        return None
    return part.expression * expression(part.symbol.derivative)


def _no_slope(ledger: Ledger, part: Part) -> Expression | None:
    return _da(part) if _through_activation(ledger, part) else None


def _output_for_slope(ledger: Ledger, part: Part) -> Expression | None:
    a = quantity("a", part.symbol.number)
    if part.symbol.role is Role.DERIVATIVE:
        return None if is_jacobian(ledger, part.symbol) else a
    if not _through_activation(ledger, part) or is_jacobian(ledger, part.symbol.derivative):
        return None
    return _da(part) * a


def _diagonal_only(ledger: Ledger, part: Part) -> Expression | None:
    """The diagonal of a Jacobian that is written with `diag` and outer products."""

    def diagonal(node: Expression) -> Expression | None:
        match node:
            case Function("diag", (x,)):
                return x
            case Function("outer", (x, y)):
                return x * y
        return None

    if part.symbol.role is Role.DERIVATIVE and is_jacobian(ledger, part.symbol):
        return Function("diag", (rewritten(part.expression, diagonal),))
    if not _through_activation(ledger, part) or not is_jacobian(ledger, part.symbol.derivative):
        return None
    return _da(part) * rewritten(ledger.parts[part.symbol.derivative].expression, diagonal)


def _fixed_statistics(ledger: Ledger, part: Part) -> Expression | None:
    """Only the first term of a sum of gradients, in a normalisation."""

    def is_gradient(node: Expression) -> bool:
        return any(symbol.role is Role.GRADIENT for symbol in node.symbols)

    def rule(node: Expression) -> Expression | None:
        return node.terms[0] if isinstance(node, Sum) and all(map(is_gradient, node.terms)) else None

    normalises = any(symbol.kind == "var" and symbol.role is Role.VALUE for symbol in part.operands)
    return rewritten(part.expression, rule) if normalises else None


def _of_penalty(rule: Callable[[Expression], Expression | None]) -> Rewrite:
    """A slip in the gradient of a penalty."""

    def rewrite(ledger: Ledger, part: Part) -> Expression | None:
        return rewritten(part.expression, rule) if part.symbol.role is Role.PENALTY_GRADIENT else None

    return rewrite


def _no_two_penalty(node: Expression) -> Expression | None:
    return node.right if isinstance(node, Product) and node.left == Number(2.0) else None


def _weights_for_sign(node: Expression) -> Expression | None:
    return node.arguments[0] if isinstance(node, Function) and node.name == "sign" else None


def _of_derivative(rule: Callable[[Part], Expression | None]) -> Rewrite:
    """A slip in g′(z)."""
    return lambda ledger, part: rule(part) if part.symbol.role is Role.DERIVATIVE else None


def _net_input_for_output(part: Part) -> Expression:
    a, z = Symbol("a", part.symbol.number), quantity("z", part.symbol.number)
    return substituted(part.expression, {a: z})


def _complement_only(part: Part) -> Expression | None:
    a = quantity("a", part.symbol.number)
    return 1 - a if part.expression == a * (1 - a) else None


def _no_square(part: Part) -> Expression:
    return rewritten(part.expression, lambda node: node.left if isinstance(node, Power) and is_square(node) else None)


BACKWARD = (
    Rule("new_weights", _through_weights(lambda ledger, W: expression(W.symbol.after).T), operand("W")),
    Rule("no_average", _of_loss(each_node(_without_average)), together=True),
    Rule("no_two", _of_loss(_no_two), together=True),
    Rule("extra_two", _of_loss(_extra_two), together=True),
    _other_slope("half_squared_error"),
    _other_slope("mean_squared_error"),
    Rule("no_output_mean", _of_loss(each_node(no_output_mean)), together=True),
    Rule("double_average", _of_loss(each_node(_double_average)), together=True),
    Rule("not_cancelled", _not_cancelled),
    Rule("no_slope", _no_slope, slope),
    Rule("diagonal_only", _diagonal_only, slope),
    Rule("output_for_slope", _output_for_slope, slope),
    Rule("no_input", each_node(no_input)),
    Rule("undropped_input", undropped),
    Rule("no_weights", _through_weights(lambda ledger, W: ones_like(W).T), operand("W")),
    no_factor(is_matrix_product),
    no_factor(is_local),
    no_factor(is_collected),
    Rule("untransposed", _through_weights(_untransposed), operand("W")),
    Rule("no_mask", no_mask, operand("r")),
    Rule("unscaled_mask", unscaled_mask, operand("r")),
    Rule("fixed_statistics", _fixed_statistics),
    Rule("no_penalty", no_penalty),
    Rule("no_two_penalty", _of_penalty(_no_two_penalty)),
    Rule("weights_for_sign", _of_penalty(_weights_for_sign)),
    Rule("wrong_sign", _of_loss(_negative), together=True),
    Rule("net_input_for_output", _of_derivative(_net_input_for_output)),
    Rule("complement_only", _of_derivative(_complement_only)),
    Rule("no_square", _of_derivative(_no_square)),
)
"""Mistakes in the backward pass, likelier ones first, propagated to everything that depends on them."""


def _of_update(rule: Callable[[Expression, Expression, Expression], Expression]) -> Rewrite:
    """A mistake in the new value of a parameter, from that value, the old one and the gradient."""

    def rewrite(ledger: Ledger, part: Part) -> Expression | None:
        if part.phase is not Phase.UPDATE or part.symbol.state:
            return None
        old = part.symbol.value
        return rule(part.expression, expression(old), expression(ledger.gradient(old)))

    return rewrite


def _old_state(ledger: Ledger, part: Part) -> Expression | None:
    return expression(replace(part.symbol, new=False)) if part.symbol.state else None


_ONE = {ETA.symbols[0]: Number(1.0), Symbol("eta_t"): Number(1.0)}

UPDATE = (
    Rule("uphill", _of_update(lambda new, old, g: 2 * old - new)),
    Rule("no_eta", _of_update(lambda new, old, g: substituted(new, _ONE))),
    Rule("no_eta", _of_update(lambda new, old, g: old - g)),
    Rule("only_change", _of_update(lambda new, old, g: new - old)),
    Rule("only_change", _of_update(lambda new, old, g: old - new)),
    Rule("only_gradient", _of_update(lambda new, old, g: g)),
    Rule("not_updated", _of_update(lambda new, old, g: old)),
    Rule("not_updated", _old_state),
    Rule("plain_step", _of_update(lambda new, old, g: old - ETA * g)),
)
"""Mistakes in the update itself; the rule applied to a wrong gradient is a propagated backward mistake."""
