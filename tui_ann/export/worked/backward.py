"""Backwards, step by step, from the loss through each layer: ∂L/∂a, ∂a/∂z, ∂L/∂z."""

from collections.abc import Callable

from tui_ann.engine.inspect.trace import Part
from tui_ann.engine.layers import BatchNormalization, Dense
from tui_ann.engine.losses import LOSSES
from tui_ann.export.worked import formulas
from tui_ann.export.worked.nodes import (
    Group,
    Indexed,
    Node,
    Partial,
    Root,
    Row,
    Shape,
    Symbol,
    Total,
    Transposed,
    Value,
    Words,
    column,
    group,
    over,
    row,
)
from tui_ann.export.worked.reading import SHOWN_TERMS, Reading, is_finite
from tui_ann.export.worked.steps import Step

_JACOBIAN_NOTE = row(
    *(Words("Every output depends on every net input;"), Indexed(Symbol("δ"), "ij")),
    Words("is 1 where i = j, else 0."),
)


def signal_slope(reading: Reading, part: Part, number: int) -> Step:
    """∂L/∂ of what leaves a layer: from the loss, or through the layer above."""
    place = part.layer
    if part.symbol == f"d{reading.signals.symbol(place)}":
        return _from_loss(reading, part, number)
    above = reading.network.layers[place - 1]
    if isinstance(above, Dense):
        return _through_weights(reading, part)
    if isinstance(above, BatchNormalization):
        return _through_normalisation(reading, part, above)
    return _through_mask(reading, part)


def _from_loss(reading: Reading, part: Part, number: int) -> Step:
    """∂L/∂ŷ."""
    loss, a = reading.network.loss, f"a{number}"
    outputs, average = len(part.value), reading.average()
    joint: Row = row(average, "·") if average else ()

    def slope(y_hat: Node, y: Node) -> Row:
        return _opened(row(joint, formulas.slope(loss, outputs, y_hat, y)))

    one_by_one = LOSSES[loss].joined_activation is not None or reading.n > SHOWN_TERMS
    saturated = Words("A target meets an output of exactly 0 or 1 here: only the product with ∂a/∂z exists.")
    return Step(
        part.symbol,
        "How the loss changes with the output",
        part.layer,
        part.value,
        symbols=(slope(Symbol(a), Symbol("y")),),
        shapes=row(reading.bare_shape(a)),
        numbers=() if one_by_one else (slope(reading.value(a), reading.value("y")),),
        entries=_one_by_one(reading, part, a, slope) if one_by_one else (),
        note=() if is_finite(part.value) else row(saturated),
        operands=(a, "y"),
    )


def _one_by_one(reading: Reading, part: Part, a: str, slope: Callable[[Node, Node], Row]) -> tuple[Row, ...]:
    """The slopes of some outputs, for the first example."""
    equations = []
    for j in reading.units(a):
        numbers = slope(reading.number(a, j), reading.number("y", j))
        equations.append(row(reading.entry(part.symbol, j), "=", numbers, "=", float(part.value[j, 0])))
    return tuple(equations)


def _opened(formula: Row) -> Row:
    """A formula without the parentheses that enclose all of it."""
    only = formula[0]
    return only.inside if len(formula) == 1 and isinstance(only, Group) else formula


def _through_weights(reading: Reading, part: Part) -> Step:
    n = reading.signals.numbers[part.layer]
    W, dz, x = f"W{n}", f"dz{n}", part.symbol[1:]
    return Step(
        part.symbol,
        f"Back through the weights of dense layer {n}",
        part.layer,
        part.value,
        symbols=(row(dz, "·", Partial(f"z{n}", x)), row(Transposed(Symbol(W)), dz)),
        shapes=row(
            *(reading.shape(W, transposed=True), "·", reading.shape(dz)),
            *("→", reading.bare_shape(part.symbol)),
        ),
        numbers=(row(column(reading.array(W).T), "·", reading.value(dz)),),
        note=row(Symbol(W), Words("as it was before the update.")),
        operands=(W, dz),
    )


def _through_mask(reading: Reading, part: Part) -> Step:
    n = reading.signals.numbers[part.layer]
    r, dd = f"r{n}", f"dd{n}"
    return Step(
        part.symbol,
        f"Back through dropout layer {n}",
        part.layer,
        part.value,
        symbols=(row(dd, reading.times(r), Partial(f"d{n}", part.symbol[1:])), row(r, reading.times(r), dd)),
        shapes=row(reading.bare_shape(part.symbol)),
        numbers=(row(reading.value(r), reading.times(r), reading.value(dd)),),
        operands=(r, dd),
    )


def _through_normalisation(reading: Reading, part: Part, layer: BatchNormalization) -> Step:
    k, n = reading.signals.numbers[part.layer], reading.n
    names = tuple(f"{letter}{k}" for letter in ("gamma", "var", "dn", "dbeta", "x_hat", "dgamma"))
    gamma, var, dn, dbeta, x_hat, dgamma = names
    share = over(1, n)

    def inside(one: Row, two: Row, three: Row, four: Row) -> Group:
        return group(one, "−", share, two, "−", share, three, "⊙", four)

    symbols = row(
        over(gamma, row(Root(row(var, "+", "epsilon")))),
        "⊙",
        inside(row(dn), row(dbeta), row(x_hat), row(dgamma)),
    )

    def first(name: str) -> Row:
        return row(reading.number(name, 0))

    deviation = row(Root(row(reading.number(var, 0), "+", layer.epsilon)))
    numbers = row(
        over(first(gamma), deviation),
        "·",
        group(
            *(first(dn), "−", share, "·", first(dbeta)),
            *("−", share, "·", first(x_hat), "·", first(dgamma)),
        ),
    )
    return Step(
        part.symbol,
        f"Back through batch normalisation {k}",
        part.layer,
        part.value,
        symbols=(symbols,),
        shapes=row(reading.bare_shape(part.symbol)),
        entries=(row(reading.entry(part.symbol, 0), "=", numbers, "=", float(part.value[0, 0])),),
        note=row(Words("Each example moves the mean and the variance of all, hence the two last terms.")),
        operands=names,
    )


def derivative(reading: Reading, part: Part, number: int) -> Step:
    """∂a/∂z: g′(z), or the Jacobian of a softmax."""
    layer, z, a = reading.layer(part), f"z{number}", f"a{number}"
    softmax = part.value.ndim == 3
    alpha = formulas.alpha_of(layer, number)
    symbols = formulas.g_prime(layer.activation, Symbol(z), Symbol(a), alpha, reading.times(a))
    numbers: tuple[Row, ...] = ()
    if layer.activation in ("sigmoid", "tanh"):
        numbers = (formulas.g_prime(layer.activation, reading.value(z), reading.value(a), alpha, reading.times(a)),)
    units = part.value.shape[1] if softmax else part.value.shape[0]
    title = f"Slope of the activation of dense layer {number}"
    return Step(
        part.symbol,
        f"{title}, the Jacobian" if softmax else title,
        part.layer,
        part.value,
        symbols=(symbols,),
        shapes=row(Shape(units, units), Words("for each example")) if softmax else row(reading.bare_shape(z)),
        numbers=numbers,
        entries=_jacobian_entries(reading, part, a) if softmax else (),
        note=_JACOBIAN_NOTE if softmax else (),
        operands=(z, a),
    )


def _jacobian_entries(reading: Reading, part: Part, a: str) -> tuple[Row, ...]:
    """The first entry on the diagonal and the one beside it."""
    first, second = reading.number(a, 0), reading.number(a, 1)
    J = part.value[0]
    example = reading.example(0) if reading.n > 1 else None
    return (
        row(Symbol("J", (1, 1), example), "=", first, "·", group(1, "−", first), "=", float(J[0, 0])),
        row(Symbol("J", (1, 2), example), "=", "−", first, "·", second, "=", float(J[0, 1])),
    )


def net_slope(reading: Reading, part: Part, number: int) -> Step:
    """∂L/∂z = ∂L/∂a · ∂a/∂z, which cancels to ŷ − y where a cross-entropy meets its activation."""
    if part.operands[-1] == "y":
        return _cancelled(reading, part, number)
    da, g_prime = f"da{number}", f"g_prime{number}"
    if reading.array(g_prime).ndim == 3:
        return _through_jacobian(reading, part, number)
    times = reading.times(da)
    return Step(
        part.symbol,
        f"Back through the activation of dense layer {number}",
        part.layer,
        part.value,
        symbols=(row(da, times, g_prime),),
        shapes=row(reading.shape(da), times, reading.shape(g_prime), "→", reading.bare_shape(part.symbol)),
        numbers=(row(reading.value(da), times, reading.value(g_prime)),),
        operands=(da, g_prime),
    )


def _through_jacobian(reading: Reading, part: Part, number: int) -> Step:
    da, J = f"da{number}", reading.array(f"g_prime{number}")[0]
    units = len(J)
    product = row(Value(J.T), "·", column(reading.array(da)[:, 0]), "=", column(part.value[:, 0]))
    example = reading.example(0) if reading.n > 1 else None
    return Step(
        part.symbol,
        f"Back through the softmax of dense layer {number}",
        part.layer,
        part.value,
        symbols=(row(Transposed(Symbol("J")), da),),
        shapes=row(Group((Shape(units, units),)), "·", Group((Shape(units, 1),)), "→", Shape(units, 1)),
        entries=(row(Symbol(part.symbol, (), example), "=", product),),
        note=row(Words("Each example has a Jacobian of its own.")) if reading.n > 1 else (),
        operands=(da, f"g_prime{number}"),
    )


def _cancelled(reading: Reading, part: Part, number: int) -> Step:
    loss = LOSSES[reading.network.loss]
    a, da, g_prime = Symbol(f"a{number}"), f"da{number}", f"g_prime{number}"
    y, average = Symbol("y"), reading.average()
    outputs = len(part.value)
    joint: Row = row(average, "·") if average else ()
    if loss.joined_activation == "softmax":
        product = row(Transposed(Symbol("J")), da)
        between = [row(joint, group("−", y, "+", a, "·", Total("i"), Symbol("y")))]
        note = row(Words("For each example, where the targets add up to 1, all else cancels."))
    else:
        joint = row(joint, over(1, outputs), "·") if outputs > 1 else joint
        slope = Group(row("−", over(y, a), "+", over(row(1, "−", y), row(1, "−", a))))
        times = reading.times(da)
        opened = group("−", y, times, group(1, "−", a), "+", group(1, "−", y), times, a)
        product = row(da, times, g_prime)
        between = [row(joint, slope, times, a, times, group(1, "−", a)), row(joint, opened)]
        note = row(Words("The denominators cancel, and so do the two products of target and output."))

    def difference(y_hat: Node, target: Node) -> Row:
        return _opened(row(joint, group(y_hat, "−", target)))

    together = reading.n <= SHOWN_TERMS
    return Step(
        part.symbol,
        f"The product cancels: {loss.joined_activation} with {loss.label}",
        part.layer,
        part.value,
        symbols=(product, *between, difference(a, y)),
        shapes=row(reading.bare_shape(part.symbol)),
        numbers=(difference(reading.value(a.name), reading.value("y")),) if together else (),
        entries=() if together else _one_by_one(reading, part, a.name, difference),
        note=note,
        operands=(da, g_prime, a.name, "y"),
    )
