"""Activation functions, losses and their derivatives as mathematics, for symbols and for numbers alike."""

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.layers import Dense
from tui_ann.export.worked.nodes import (
    Cases,
    Group,
    Indexed,
    Item,
    Node,
    Number,
    Operator,
    Row,
    Symbol,
    Total,
    call,
    exponential,
    group,
    joined,
    over,
    power,
    row,
)


def alpha_of(layer: Dense, number: int) -> Node:
    """α as it stands in the formulas of a layer: a number, or the learned α's symbol."""
    if layer.activation == "prelu":
        return Symbol(f"alpha{number}")
    default = ACTIVATIONS[layer.activation].default_alpha
    return Number(float((default or 0.0) if layer.alpha is None else layer.alpha))


def g(activation: str, z: Node, alpha: Node) -> Row:
    """An activation function that acts on each net input by itself."""
    match activation:
        case "sigmoid":
            return row(over(1, row(1, "+", exponential(row("−", z)))))
        case "tanh":
            up, down = exponential(z), exponential(row("−", z))
            return row(over(row(up, "−", down), row(up, "+", down)))
        case "relu":
            return row(call("max", 0, ",", z))
        case "leaky_relu" | "prelu":
            return row(Cases(row(z), _positive(z), row(alpha, "·", z)))
        case "elu":
            return row(Cases(row(z), _positive(z), _elu_below(z, alpha)))
        case _:
            return row(z)


def g_at(activation: str, z: Number, of: Symbol, alpha: float) -> Row:
    """The same for the number of one net input `of`: the case that holds for it."""
    if activation in ("leaky_relu", "prelu", "elu"):
        if z.value > 0:
            return row(of)
        return row(alpha, "·", z) if activation != "elu" else _elu_below(z, Number(alpha))
    return g(activation, z, Number(alpha))


def _elu_below(z: Node, alpha: Node) -> Row:
    """ELU of a net input that is not positive."""
    less = row(exponential(z), "−", 1)
    return less if alpha == Number(1.0) else row(alpha, "·", Group(less))


def g_prime(activation: str, z: Node, a: Node, alpha: Node, times: str = "⊙") -> Row:
    """Its derivative, from z and a = g(z); `times` is how entries are multiplied."""
    match activation:
        case "sigmoid":
            return row(a, times, group(1, "−", a))
        case "tanh":
            return row(1, "−", power(group(a), 2))
        case "relu":
            return row(Cases(row(1), _positive(z), row(0)))
        case "leaky_relu" | "prelu":
            return row(Cases(row(1), _positive(z), row(alpha)))
        case "elu":
            return row(Cases(row(1), _positive(z), row(a, "+", alpha)))
        case "softmax":
            first, second = Indexed(a, "i"), Indexed(a, "j")
            return row(first, group(Indexed(Symbol("δ"), "ij"), "−", second))
        case _:
            return row(1)


def _positive(z: Node) -> Row:
    return row(z, Symbol(">"), 0)


def softmax(z: Node) -> Row:
    """One output of softmax in symbols."""
    return row(over(exponential(Indexed(z, "i")), row(Total("j"), exponential(Indexed(z, "j")))))


def loss_of_outputs(loss: str, outputs: int, a: Node, y: Node) -> Row:
    """The loss of one example in symbols."""
    many = outputs > 1
    if many:
        a, y = Indexed(a, "j"), Indexed(y, "j")
    total: Row = row(Total("j")) if many else ()
    share: Row = row(over(1, outputs)) if many else ()
    match loss:
        case "half_squared_error":
            return row(over(1, 2), total, _squared(a, y))
        case "mean_squared_error":
            return row(share, total, _squared(a, y))
        case "mean_absolute_error":
            return row(share, total, Group(row(a, "−", y), "||"))
        case "binary_crossentropy":
            return row("−", share, total, Group(_bce(a, y), "[]"))
        case _:
            return row("−", total, y, call("ln", a))


def loss_in_numbers(loss: str, a: list[float], y: list[float]) -> Row:
    """The loss of one example with its numbers put in; long sums are cut short."""
    pairs = [(Number(p), Number(t)) for p, t in zip(a, y, strict=True)]
    share: Row = row(over(1, len(pairs)), "·") if len(pairs) > 1 else ()
    match loss:
        case "half_squared_error":
            return row(over(1, 2), "·", _summed([row(_squared(p, t)) for p, t in pairs]))
        case "mean_squared_error":
            return row(share, _summed([row(_squared(p, t)) for p, t in pairs]))
        case "mean_absolute_error":
            return row(share, _summed([row(Group(row(p, "−", t), "||")) for p, t in pairs]))
        case "binary_crossentropy":
            return row("−", share, _summed([_bce_of(p, t) for p, t in pairs]))
        case _:
            met = [row(t, "·", call("ln", p)) for p, t in pairs if t.value]
            return row("−", _summed(met or [row(0)]))


def slope(loss: str, outputs: int, a: Item, y: Item) -> Row:
    """∂l/∂ŷ of one example, without the 1/n of the average."""
    difference = group(a, "−", y)
    match loss:
        case "half_squared_error":
            return row(difference)
        case "mean_squared_error":
            return row(over(2, outputs) if outputs > 1 else 2, "·", difference)
        case "mean_absolute_error":
            sign = call("sign", a, "−", y)
            return row(over(1, outputs), "·", sign) if outputs > 1 else row(sign)
        case "binary_crossentropy":
            inside = row("−", over(y, a), "+", over(row(1, "−", y), row(1, "−", a)))
            return row(over(1, outputs), "·", Group(inside)) if outputs > 1 else row(Group(inside))
        case _:
            return row(group("−", over(y, a)))


def _squared(a: Node, y: Node) -> Node:
    return power(group(a, "−", y), 2)


def _bce(a: Node, y: Node) -> Row:
    return row(y, call("ln", a), "+", group(1, "−", y), call("ln", 1, "−", a))


def _bce_of(a: Number, y: Number) -> Row:
    """The term of one output; only one of its halves is left where y is 0 or 1."""
    if y.value == 1:
        return row(call("ln", a))
    if y.value == 0:
        return row(call("ln", 1, "−", a))
    return row(y, "·", call("ln", a), "+", group(1, "−", y), "·", call("ln", 1, "−", a))


def _summed(terms: list[Row]) -> Row:
    """Terms in parentheses with + between them; of many, the first ones and the last."""
    if len(terms) == 1:
        is_sum = any(node in (Operator("+"), Operator("−")) for node in terms[0])
        return row(Group(terms[0])) if is_sum else terms[0]
    if len(terms) > 4:
        terms = [*terms[:2], row(Symbol("…")), terms[-1]]
    return row(Group(joined(terms, "+")))
