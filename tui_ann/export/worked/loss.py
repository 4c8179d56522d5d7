"""The loss, step by step: l of each example, their average L, and the penalties R."""

import numpy as np

from tui_ann.engine.inspect.trace import Part
from tui_ann.engine.layers import Dense
from tui_ann.engine.losses import LOSSES
from tui_ann.export.worked import formulas
from tui_ann.export.worked.nodes import (
    Group,
    Row,
    Shape,
    Symbol,
    Total,
    Words,
    group,
    joined,
    over,
    power,
    row,
)
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.steps import Step


def losses(reading: Reading, part: Part, _: int) -> Step:
    """The loss of each example."""
    loss, a = reading.network.loss, f"a{reading.signals.n_dense}"
    outputs, targets = reading.array(a), reading.array("y")
    inputs = [None if i is None else (outputs[:, i].tolist(), targets[:, i].tolist()) for i in reading.shown_examples()]
    worked = [None if pair is None else formulas.loss_in_numbers(loss, *pair) for pair in inputs]
    entries = [
        row(Symbol("l", (), reading.example(i)), "=", numbers, "=", float(part.value[i]))
        for i, numbers in zip(reading.shown_examples(), worked, strict=True)
        if i is not None and numbers is not None
    ]
    each = "Loss of each example" if reading.n > 1 else "Loss of the example"
    return Step(
        part.symbol,
        f"{each}, {LOSSES[loss].label}",
        0,
        part.value,
        symbols=(formulas.loss_of_outputs(loss, len(outputs), Symbol(a), Symbol("y")),),
        shapes=row(Shape(reading.n, 1)),
        numbers=(worked[0],) if reading.n == 1 and worked[0] is not None else (),
        entries=tuple(entries) if reading.n > 1 else (),
        operands=(a, "y"),
    )


def overall(reading: Reading, part: Part, _: int) -> Step:
    """L = 1/n Σ l, or L + R where there are penalties."""
    if part.operands == ("L", "R"):
        data = reading.array("L")
        numbers = row(float(data), "+", float(reading.array("R")))
        return Step(
            "L", "Loss with its penalties", 0, part.value, numbers=(numbers,),
            operands=("L", "R"), note=row(Words("Gradient descent makes this sum smaller.")), left=Symbol("LR"),
        )  # fmt: skip
    values = reading.array("l")
    terms = [row(float(values[i])) if i is not None else row(Symbol("…")) for i in reading.shown_examples()]
    if reading.n == 1:
        return Step("L", "Loss of the batch", 0, part.value, symbols=(row("l"),), operands=("l",))
    return Step(
        "L",
        "Loss of the batch, the average",
        0,
        part.value,
        symbols=(row(over(1, reading.n), Total("i"), Symbol("l", (), "i")),),
        numbers=(row(over(1, reading.n), "·", Group(joined(terms, "+"))),),
        operands=("l",),
    )


def penalties(reading: Reading, part: Part, _: int) -> Step:
    """R = λ₁ Σ|w| + λ₂ Σ w² of every dense layer that has one."""
    symbols: list[Row] = []
    numbers: list[Row] = []
    for parameter in reading.network.layout:
        layer = reading.network.layers[parameter.layer - 1]
        if not parameter.name.startswith("W") or not isinstance(layer, Dense):
            continue
        W = reading.array(parameter.name)
        if layer.l1:
            symbols.append(row(layer.l1, Total(""), Group(row(parameter.name), "||")))
            numbers.append(row(layer.l1, "·", float(np.abs(W).sum())))
        if layer.l2:
            symbols.append(row(layer.l2, Total(""), power(group(parameter.name), 2)))
            numbers.append(row(layer.l2, "·", float(np.square(W).sum())))
    return Step(
        part.symbol,
        "Penalties on the weights",
        0,
        part.value,
        symbols=(joined(symbols, "+"),),
        numbers=(joined(numbers, "+"),),
        note=row(Words("The sums go over all entries of a matrix.")),
        operands=tuple(p.name for p in reading.network.layout if p.name.startswith("W")),
    )
