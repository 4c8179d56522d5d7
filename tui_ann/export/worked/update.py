"""The update, step by step: the state that the rule keeps, then each parameter's new value."""

import math

import numpy as np

from tui_ann.engine.inspect.trace import Part
from tui_ann.engine.optimizers import EPSILON
from tui_ann.export.worked.nodes import (
    Indexed,
    Number,
    Root,
    Row,
    Shape,
    Symbol,
    Value,
    column,
    group,
    over,
    power,
    row,
)
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.steps import Step

STATE = {
    "momentum": {"velocity": "v"},
    "nesterov": {"velocity": "v"},
    "rmsprop": {"velocity": "v"},
    "adagrad": {"accumulator": "s"},
    "adam": {"m": "m", "v": "v"},
}
"""Letters of the state that each update rule keeps: rule → slot → letter."""
_SLOT_TITLES = {"velocity": "velocity", "accumulator": "sum of squares", "m": "mean", "v": "mean square"}


def new_value(reading: Reading, part: Part, _: int) -> list[Step]:
    """The steps of one parameter: its rule's state, then its new value."""
    name = part.symbol.removesuffix("_new")
    state = [_state(reading, part, name, slot) for slot in STATE.get(reading.trace.rule, {})]
    symbols, numbers = _rule(reading, name)
    shape = Shape(*reading.value(name).array.shape)
    letters = STATE.get(reading.trace.rule, {}).values()
    new = Step(
        part.symbol,
        f"New {_kind(name)}",
        part.layer,
        part.value,
        symbols=(symbols,),
        shapes=row(shape),
        numbers=(numbers,),
        operands=(name, f"d{name}", *(f"{letter}_{name}_new" for letter in letters)),
    )
    return [*state, new]


def adam_step(reading: Reading) -> Row:
    """η with Adam's bias correction, for all parameters alike."""
    trace = reading.trace
    t = trace.step
    value = trace.learning_rate * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    beta_1, beta_2, eta = Symbol("beta_1"), Symbol("beta_2"), Symbol("eta")
    symbols = over(row(eta, Root(row(1, "−", power(beta_2, Symbol("t"))))), row(1, "−", power(beta_1, Symbol("t"))))
    numbers = over(row(trace.learning_rate, "·", Root(row(1, "−", power(0.999, t)))), row(1, "−", power(0.9, t)))
    return row(Indexed(eta, "t"), "=", symbols, "=", numbers, "=", value)


def _kind(name: str) -> str:
    kind, number = name.rstrip("0123456789"), name.lstrip("Wbalphgmet")
    layer = f"batch normalisation {number}" if kind in ("gamma", "beta") else f"dense layer {number}"
    word = {"W": "weights", "b": "biases", "alpha": "α", "gamma": "γ", "beta": "β"}[kind]
    return f"{word} of {layer}"


def _gradient(reading: Reading, name: str) -> Value:
    return column(reading.trace.gradients[name])


def _slope(reading: Reading, name: str) -> Symbol:
    """The gradient that the rule takes: with its penalty, where there is one."""
    penalised = name.startswith("W") and reading.trace.has(f"dR{name[1:]}")
    return Symbol(f"dLR{name[1:]}" if penalised else f"d{name}")


def _state(reading: Reading, part: Part, name: str, slot: str) -> Step:
    trace = reading.trace
    letter = STATE[trace.rule][slot]
    old, g = Symbol(f"{letter}_{name}"), _slope(reading, name)
    was, slope = column(trace.slots_before[slot][name]), _gradient(reading, name)
    eta, m = trace.learning_rate, trace.momentum
    squared, slope_squared = power(group(g), 2), Value(np.square(slope.array))
    match trace.rule:
        case "momentum" | "nesterov":
            symbols, numbers = row("m", old, "−", "eta", g), row(m, "·", was, "−", eta, "·", slope)
        case "rmsprop":
            symbols = row("rho", old, "+", group(1, "−", "rho"), squared)
            numbers = row(0.9, "·", was, "+", 0.1, "·", slope_squared)
        case "adagrad":
            symbols, numbers = row(old, "+", squared), row(was, "+", slope_squared)
        case _:
            beta, rest = ("beta_1", 0.9) if slot == "m" else ("beta_2", 0.999)
            step, moved = (g, slope) if slot == "m" else (squared, slope_squared)
            symbols = row(beta, old, "+", group(1, "−", beta), step)
            numbers = row(rest, "·", was, "+", round(1.0 - rest, 12), "·", moved)
    return Step(
        f"{letter}_{name}_new",
        f"{_SLOT_TITLES[slot].capitalize()} for the {_kind(name)}",
        part.layer,
        trace.slots_after[slot][name],
        symbols=(symbols,),
        shapes=row(Shape(*was.array.shape)),
        numbers=(numbers,),
        operands=(old.name, f"d{name}"),
    )


def _rule(reading: Reading, name: str) -> tuple[Row, Row]:
    """The rule for one parameter, in symbols and with its numbers."""
    trace = reading.trace
    g, old, slope = _slope(reading, name), column(trace.before[name]), _gradient(reading, name)
    letters = STATE.get(trace.rule, {})
    new = {slot: Symbol(f"{letter}_{name}_new") for slot, letter in letters.items()}
    after = {slot: column(trace.slots_after[slot][name]) for slot in letters}
    eta, m, epsilon = trace.learning_rate, trace.momentum, Number(EPSILON)
    match trace.rule:
        case "momentum":
            return row(name, "+", new["velocity"]), row(old, "+", after["velocity"])
        case "nesterov":
            symbols = row(name, "+", "m", new["velocity"], "−", "eta", g)
            return symbols, row(old, "+", m, "·", after["velocity"], "−", eta, "·", slope)
        case "rmsprop" | "adagrad":
            slot = next(iter(letters))
            symbols = row(name, "−", "eta", over(g, row(Root(row(new[slot], "+", "epsilon")))))
            return symbols, row(old, "−", eta, "·", over(slope, row(Root(row(after[slot], "+", epsilon)))))
        case "adam":
            eta_t = eta * math.sqrt(1 - 0.999**trace.step) / (1 - 0.9**trace.step)
            below = row(Root(row(new["v"])), "+", "epsilon")
            symbols = row(name, "−", Indexed(Symbol("eta"), "t"), over(new["m"], below))
            numbers = over(after["m"], row(Root(row(after["v"])), "+", epsilon))
            return symbols, row(old, "−", eta_t, "·", numbers)
        case _:
            return row(name, "−", "eta", g), row(old, "−", eta, "·", slope)


def beside(reading: Reading) -> dict[str, Row]:
    """Every trainable parameter, old and new beside each other."""
    trace = reading.trace
    return {
        name: row(Symbol(name), ":", column(trace.before[name]), "→", column(trace.after[name]))
        for name in trace.gradients
    }
