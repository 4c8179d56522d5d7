"""What a practice shows beside the question: its formula without numbers, what it is made from, and the hint."""

from dataclasses import replace

import numpy as np

from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.engine.trace import UpdateTrace
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.solution import steps_of
from tui_ann.export.worked.steps import Step
from tui_ann.text import cell_width
from tui_ann.text.symbols import spelled
from tui_ann.tui.draw.formula import formula_lines
from tui_ann.tui.draw.ledger import short_value

_DECIMALS = 6
"""Decimals of what an answer is worked out from, at least, so that the answer comes out to those asked for."""


def how(network: Network, trace: UpdateTrace, index: int, width: int, room: int, decimals: int) -> list[str]:
    """The formula of a part in symbols and, where there is room, with shapes; below it the numbers it is made from.

    Args:
        network: The network.
        trace: The update.
        index: The part.
        width: Cells of a line.
        room: Lines.
        decimals: Decimals shown at most.
    """
    part = trace.parts[index]
    steps = [replace(step, note=()) for step in steps_of(Reading(network, trace), part)]
    operands = _packed(_operands(trace, index), width, max(decimals, _DECIMALS))
    formula = _lines(steps, width, decimals)
    if len(formula) + len(operands) > room:
        formula = [line for step in steps for line in _lines([replace(step, shapes=())], width, decimals)]
    return [*formula[: max(1, room - len(operands))], *operands][:room]


def hint(network: Network, trace: UpdateTrace, index: int, width: int, decimals: int) -> list[str]:
    """The formula of a part with the numbers put in, before they are worked out.

    Args:
        network: The network.
        trace: The update.
        index: The part.
        width: Cells of a line.
        decimals: Decimals shown at most.
    """
    steps = steps_of(Reading(network, trace), trace.parts[index])
    return [line for step in steps if step.numbers for line in _lines([_begun(step)], width, decimals)]


def _lines(steps: list[Step], width: int, decimals: int) -> list[str]:
    return [f"{line.label}{line.text}" for line in formula_lines(steps, width, decimals, told=False)]


def _begun(step: Step) -> Step:
    """A step whose right sides are those with numbers, without the last, which is the value."""
    return replace(step, symbols=step.numbers, shapes=(), numbers=(), entries=(), note=())


def _operands(trace: UpdateTrace, index: int) -> list[tuple[str, Array | float]]:
    """What a part is made from, by symbol."""
    part, found = trace.parts[index], list[tuple[str, Array | float]]()
    for symbol in dict.fromkeys(part.operands):
        earlier = [other.value for other in trace.parts[:index] if other.symbol == symbol]
        if earlier:
            found.append((spelled(symbol), earlier[-1]))
        elif symbol in trace.before:
            found.append((spelled(symbol), trace.before[symbol]))
    if part.symbol.endswith("_new"):
        name = part.symbol.removesuffix("_new")
        letters = {"velocity": "v", "accumulator": "s"}
        for slot, values in trace.slots_before.items():
            found.append((spelled(f"{letters.get(slot, slot)}_{name}"), values[name]))
        found.append(("η", trace.learning_rate))
    return found


def _packed(operands: list[tuple[str, Array | float]], width: int, decimals: int) -> list[str]:
    """Quantities side by side, as many as a line holds."""
    lines: list[str] = []
    for name, value in operands:
        room = max(8, width - cell_width(name) - 3)
        text = f"{name} = {short_value(_array(value), decimals, room)}"
        if lines and cell_width(lines[-1]) + cell_width(text) + 3 <= width:
            lines[-1] += f"   {text}"
        else:
            lines.append(text)
    return lines


def _array(value: Array | float) -> Array:
    return np.asarray(value)
