"""Forwards, step by step: net inputs, outputs, dropout and batch normalisation."""

from tui_ann.engine.inspect.trace import Part
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout
from tui_ann.export.worked import formulas
from tui_ann.export.worked.nodes import (
    Group,
    Number,
    Power,
    Root,
    Row,
    Symbol,
    Total,
    Words,
    group,
    joined,
    over,
    power,
    row,
)
from tui_ann.export.worked.reading import SHOWN_TERMS, Reading
from tui_ann.export.worked.steps import Step

MOST_INPUTS = 6
"""A neuron with more inputs than this is not written out term by term."""


def net_input(reading: Reading, part: Part, number: int) -> Step:
    """Net input, z = W x + b."""
    W, b, x = f"W{number}", f"b{number}", reading.signals.symbol(part.layer - 1)
    shapes = row(reading.shape(W), "·", reading.shape(x), "+", reading.shape(b), "→", reading.bare_shape(part.symbol))
    note = row(Symbol(b), Words("is added to every column.")) if reading.n > 1 else ()
    return Step(
        part.symbol,
        f"Net input of dense layer {number}",
        part.layer,
        part.value,
        symbols=(row(W, x, "+", b),),
        shapes=shapes,
        numbers=(row(reading.value(W), "·", reading.value(x), "+", reading.value(b)),),
        entries=_opened(reading, part, W, x, b),
        note=note,
        operands=(W, x, b),
    )


def _opened(reading: Reading, part: Part, W: str, x: str, b: str) -> tuple[Row, ...]:
    """Σ wᵢxᵢ + b of the first neuron, term by term."""
    weights = reading.array(W)[0]
    if len(weights) > MOST_INPUTS:
        return ()
    terms = joined([row(float(w), "·", reading.number(x, i)) for i, w in enumerate(weights)], "+")
    return (row(reading.entry(part.symbol, 0), "=", terms, "+", reading.number(b, 0), "=", float(part.value[0, 0])),)


def output(reading: Reading, part: Part, number: int) -> Step:
    """Output of a dense layer, a = g(z)."""
    layer, z = reading.layer(part), f"z{number}"
    alpha = formulas.alpha_of(layer, number)
    softmax = layer.activation == "softmax"
    symbols = formulas.softmax(Symbol(z)) if softmax else formulas.g(layer.activation, Symbol(z), alpha)
    entries: list[Row] = []
    opened: list[Row] = []
    if layer.activation != "linear":
        for unit in reading.units(z):
            numbers = _softmax_at(part.value.shape[0], reading, z, unit) if softmax else _g_at(reading, layer, z, unit)
            if numbers not in opened:  # neurons with the same input have the same numbers
                opened.append(numbers)
                entries.append(row(reading.entry(part.symbol, unit), "=", numbers, "=", float(part.value[unit, 0])))
    learned = (f"alpha{number}",) if layer.activation == "prelu" else ()
    last = reading.signals.n_dense == number
    return Step(
        part.symbol,
        f"Output of dense layer {number}, {layer.activation.replace('_', ' ')}",
        part.layer,
        part.value,
        symbols=(symbols,),
        shapes=row(reading.bare_shape(part.symbol)),
        entries=tuple(entries),
        note=row(Words("This is the output of the network,"), Symbol("y_hat"), "=", Symbol(part.symbol))
        if last
        else (),
        operands=(z, *learned),
    )


def _g_at(reading: Reading, layer: Dense, z: str, unit: int) -> Row:
    name = f"alpha{z[1:]}"
    alpha = formulas.alpha_of(layer, int(z[1:]))
    chosen = alpha.value if isinstance(alpha, Number) else float(reading.array(name)[unit])
    return formulas.g_at(layer.activation, reading.number(z, unit), reading.entry(z, unit), chosen)


def _softmax_at(units: int, reading: Reading, z: str, unit: int) -> Row:
    def raised(i: int) -> Row:
        return row(Power(row("e"), row(reading.number(z, i))))

    shown = [raised(i) for i in range(units)]
    if units > SHOWN_TERMS:
        shown = [*shown[:2], row(Symbol("…")), shown[-1]]
    return row(over(raised(unit), joined(shown, "+")))


def mask(reading: Reading, part: Part, number: int) -> Step:
    """The mask of a dropout layer, drawn for this update."""
    layer = reading.network.layers[part.layer - 1]
    assert isinstance(layer, Dropout)
    keep = 1.0 - layer.rate
    kept = row(over(1, keep)) if layer.mode == "inverted" else row(1)
    then = "Kept units are scaled up by" if layer.mode == "inverted" else "At inference outputs are multiplied by"
    factor = over(1, keep) if layer.mode == "inverted" else Number(keep)
    words = row(*kept, Words("with probability"), keep, ",", Words("else"), 0)
    return Step(
        part.symbol,
        f"Mask of dropout layer {number}, drawn for this update",
        part.layer,
        part.value,
        symbols=(words,),
        note=row(Words(then), factor, Words("(inverted)." if layer.mode == "inverted" else "(classic).")),
        drawn=True,
    )


def dropped(reading: Reading, part: Part, number: int) -> Step:
    """Output of a dropout layer, d = r ⊙ x."""
    r, x = f"r{number}", reading.signals.symbol(part.layer - 1)
    times = reading.times(r)
    return Step(
        part.symbol,
        f"Output of dropout layer {number}",
        part.layer,
        part.value,
        symbols=(row(r, times, x),),
        shapes=row(reading.shape(r), times, reading.shape(x), "→", reading.bare_shape(part.symbol)),
        numbers=(row(reading.value(r), times, reading.value(x)),),
        operands=(r, x),
    )


def batch_mean(reading: Reading, part: Part, number: int) -> Step:
    """μ = 1/n Σ x."""
    x = reading.signals.symbol(part.layer - 1)
    return Step(
        part.symbol,
        f"Batch normalisation {number}: mean over the batch",
        part.layer,
        part.value,
        symbols=(row(over(1, reading.n), Total("i"), Symbol(x, (), "i")),),
        shapes=row(reading.bare_shape(part.symbol)),
        numbers=(row(over(1, reading.n), "·", group(reading.columns(x))),),
        operands=(x,),
    )


def batch_variance(reading: Reading, part: Part, number: int) -> Step:
    """σ² = 1/n Σ (x − μ)², biased."""
    x, mu = reading.signals.symbol(part.layer - 1), f"mu{number}"
    mean = reading.number(mu, 0).value
    squares = [
        row(Symbol("…")) if i is None else row(power(group(reading.number(x, 0, i).value - mean), 2))
        for i in reading.shown_examples()
    ]
    terms = row(over(1, reading.n), "·", Group(joined(squares, "+")))
    return Step(
        part.symbol,
        f"Batch normalisation {number}: variance over the batch",
        part.layer,
        part.value,
        symbols=(row(over(1, reading.n), Total("i"), power(group(Symbol(x, (), "i"), "−", mu), 2)),),
        shapes=row(reading.bare_shape(part.symbol)),
        entries=(row(Symbol(part.symbol, (1,)), "=", terms, "=", float(part.value.ravel()[0])),),
        operands=(x, mu),
    )


def normalised(reading: Reading, part: Part, number: int) -> Step:
    """x̂ = (x − μ)/√(σ² + ε)."""
    layer = reading.network.layers[part.layer - 1]
    assert isinstance(layer, BatchNormalization)
    x, mu, var = reading.signals.symbol(part.layer - 1), f"mu{number}", f"var{number}"
    first = over(
        row(reading.number(x, 0), "−", reading.number(mu, 0)),
        row(Root(row(reading.number(var, 0), "+", layer.epsilon))),
    )
    return Step(
        part.symbol,
        f"Batch normalisation {number}: normalised",
        part.layer,
        part.value,
        symbols=(row(over(row(x, "−", mu), row(Root(row(var, "+", "epsilon"))))),),
        shapes=row(reading.bare_shape(part.symbol)),
        entries=(row(reading.entry(part.symbol, 0), "=", first, "=", float(part.value[0, 0])),),
        operands=(x, mu, var),
    )


def scaled(reading: Reading, part: Part, number: int) -> Step:
    """Output of a batch normalisation, n = γ ⊙ x̂ + β."""
    gamma, x_hat, beta = f"gamma{number}", f"x_hat{number}", f"beta{number}"
    return Step(
        part.symbol,
        f"Batch normalisation {number}: output",
        part.layer,
        part.value,
        symbols=(row(gamma, "⊙", x_hat, "+", beta),),
        shapes=row(
            *(reading.shape(gamma), "⊙", reading.shape(x_hat), "+", reading.shape(beta)),
            *("→", reading.bare_shape(part.symbol)),
        ),
        numbers=(row(reading.value(gamma), "⊙", reading.value(x_hat), "+", reading.value(beta)),),
        operands=(gamma, x_hat, beta),
    )


def running(reading: Reading, part: Part, number: int) -> Step:
    """The running statistics, for inference."""
    layer = reading.network.layers[part.layer - 1]
    assert isinstance(layer, BatchNormalization)
    name = part.symbol
    batch = f"mu{number}" if name.startswith("moving_mean") else f"var{number}"
    kind = "mean" if name.startswith("moving_mean") else "variance"
    m = layer.momentum
    return Step(
        name,
        f"Batch normalisation {number}: running {kind}, for inference",
        part.layer,
        part.value,
        symbols=(row(m, Symbol(name), "+", 1.0 - m, Symbol(batch)),),
        shapes=row(reading.bare_shape(name)),
        numbers=(row(m, "·", reading.value(name), "+", 1.0 - m, "·", reading.value(batch)),),
        operands=(name, batch),
        left=Symbol(f"{name}_new"),
    )
