"""The gradients of the parameters, step by step: ∂L/∂W, ∂L/∂b, ∂L/∂α, ∂L/∂γ, ∂L/∂β and the penalties' share."""

import numpy as np

from tui_ann.engine.inspect.trace import Part
from tui_ann.export.worked.nodes import (
    Partial,
    Row,
    Shape,
    Symbol,
    Total,
    Transposed,
    Value,
    Words,
    call,
    column,
    row,
)
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.steps import Step


def weights(reading: Reading, part: Part, number: int) -> Step:
    """∂L/∂W = ∂L/∂z xᵀ, for a batch also as the average of its examples' terms; or the sum with its penalty."""
    if part.operands[-1].startswith("dR"):
        return _with_penalty(reading, part, number)
    dz, x = f"dz{number}", reading.signals.symbol(part.layer - 1)
    rows, columns = part.value.shape
    total, terms = _example_terms(reading, part, dz, x)
    average = (total,) if total else ()
    return Step(
        part.symbol,
        f"Gradient of the weights of dense layer {number}",
        part.layer,
        part.value,
        symbols=(reading.chain(f"W{number}", number, part.layer), *average, row(dz, Transposed(Symbol(x)))),
        shapes=row(reading.shape(dz), "·", reading.shape(x, transposed=True), "→", Shape(rows, columns)),
        numbers=(row(reading.value(dz), "·", column(reading.array(x).T)),),
        entries=terms,
        operands=(dz, x),
    )


def _example_terms(reading: Reading, part: Part, dz: str, x: str) -> tuple[Row, tuple[Row, ...]]:
    """The gradient as a sum over the examples, and the terms of some of them, each an outer product."""
    if reading.n == 1:
        return (), ()
    apart = reading.averaged_apart(part.layer)
    scale, terms = reading.n if apart else 1, []
    for i in reading.shown_examples():
        if i is not None:
            slope, inputs = scale * reading.array(dz)[:, i], reading.array(x)[:, i]
            left: Row = row(Symbol(dz, (), reading.example(i)), Transposed(Symbol(x, (), reading.example(i))))
            if apart:
                left = row(Partial("l", part.symbol[1:], reading.example(i)))
            product = row(column(slope), "·", Value(inputs[None]))
            terms.append(row(left, "=", product, "=", Value(np.outer(slope, inputs))))
    if apart:
        return row(reading.average(), Total("i"), Partial("l", part.symbol[1:], "i")), tuple(terms)
    return row(Total("i"), Symbol(dz, (), "i"), Transposed(Symbol(x, (), "i"))), tuple(terms)


def biases(reading: Reading, part: Part, number: int) -> Step:
    """∂L/∂b = ∂L/∂z · 1, summed over the examples."""
    dz = f"dz{number}"
    chain = reading.chain(f"b{number}", number, part.layer)
    if reading.n == 1:
        symbols, numbers = row(dz, "·", 1), row(reading.value(dz), "·", 1)
    else:
        symbols, numbers = row(Total("i"), Symbol(dz, (), "i"), "·", 1), reading.columns(dz)
    return Step(
        part.symbol,
        f"Gradient of the biases of dense layer {number}",
        part.layer,
        part.value,
        symbols=(chain, symbols),
        shapes=row(Shape(len(part.value), 1)),
        numbers=(numbers,),
        note=row(Words("The columns, one for each example, are added up.")) if reading.n > 1 else (),
        operands=(dz,),
    )


def alphas(reading: Reading, part: Part, number: int) -> Step:
    """∂L/∂α = Σ ∂L/∂a ⊙ min(0, z)."""
    da, z = f"da{number}", f"z{number}"
    below = column(np.minimum(0.0, reading.array(z)))
    return Step(
        part.symbol,
        f"Gradient of the learned α of dense layer {number}",
        part.layer,
        part.value,
        symbols=(row(Total("i"), da, "⊙", call("min", 0, ",", z)),),
        shapes=row(Shape(len(part.value), 1)),
        numbers=(row(Total("i"), reading.value(da), "⊙", below),),
        operands=(da, z),
    )


def scales(reading: Reading, part: Part, number: int) -> Step:
    """∂L/∂γ = Σ ∂L/∂n ⊙ x̂ and ∂L/∂β = Σ ∂L/∂n."""
    dn, x_hat = f"dn{number}", f"x_hat{number}"
    scale = part.symbol.startswith("dgamma")
    numbers = row(Total("i"), reading.value(dn), "⊙", reading.value(x_hat)) if scale else reading.columns(dn)
    return Step(
        part.symbol,
        f"Gradient of {'γ' if scale else 'β'} of batch normalisation {number}",
        part.layer,
        part.value,
        symbols=(row(Total("i"), dn, "⊙", x_hat) if scale else row(Total("i"), dn),),
        shapes=row(Shape(len(part.value), 1)),
        numbers=(numbers,),
        operands=(dn, x_hat) if scale else (dn,),
    )


def penalty_slope(reading: Reading, part: Part, number: int) -> Step:
    """∂R/∂W = λ₁ sign(W) + 2 λ₂ W."""
    layer, W = reading.layer(part), f"W{number}"
    value = reading.value(W)
    symbols: list[Row] = []
    numbers: list[Row] = []
    if layer.l1:
        symbols.append(row(layer.l1, call("sign", W)))
        numbers.append(row(layer.l1, "·", Value(np.sign(value.array))))
    if layer.l2:
        symbols.append(row(2, "·", layer.l2, Symbol(W)))
        numbers.append(row(2, "·", layer.l2, "·", value))
    return Step(
        part.symbol,
        f"Gradient of the penalty on the weights of dense layer {number}",
        part.layer,
        part.value,
        symbols=(_sum(symbols),),
        shapes=row(reading.bare_shape(W)),
        numbers=(_sum(numbers),),
        operands=(W,),
    )


def _sum(rows: list[Row]) -> Row:
    return rows[0] if len(rows) == 1 else row(rows[0], "+", rows[1])


def _with_penalty(reading: Reading, part: Part, number: int) -> Step:
    dW, dR = f"dW{number}", f"dR{number}"
    return Step(
        part.symbol,
        f"Gradient of the weights of dense layer {number} with its penalty",
        part.layer,
        part.value,
        symbols=(row(dW, "+", dR),),
        shapes=row(reading.shape(dW), "+", reading.shape(dR), "→", reading.bare_shape(dW)),
        numbers=(row(reading.value(dW), "+", reading.value(dR)),),
        note=row(Words("The update takes this sum.")),
        operands=(dW, dR),
        left=Symbol(part.name),
    )
