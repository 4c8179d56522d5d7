"""An update as a NumPy script in the style of a calculation by hand: a line for each quantity, nothing but NumPy."""

import re
from collections.abc import Iterator

import numpy as np

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.errors import TuiAnnError
from tui_ann.export.worked.script import Hand, literal
from tui_ann.export.worked.script_backward import backward
from tui_ann.export.worked.script_forward import forward
from tui_ann.export.worked.script_update import update
from tui_ann.export.worked.steps import Solution
from tui_ann.export.worked.update import STATE
from tui_ann.text import clean, count

MOST_NUMBERS = 20_000
"""A script holds its numbers in full; an update of more numbers than this is refused."""
DECIMALS = 15
"""Decimals that the script prints, unless asked otherwise."""
_SCALARS = ("L", "R", "eta_t")
_UNSPOKEN = ("e", "s", "t")
"""Steps on the way that have no name in the formulas."""
_SIGNAL = r"(z|a|d|n|r|x_hat|da|dd|dn|dz|g_prime|mu|var)\d"
"""Quantities with a column for each example."""


def to_python(network: Network, trace: UpdateTrace, solution: Solution, decimals: int = DECIMALS) -> str:
    """The script.

    Raises:
        TuiAnnError: If the update has too many numbers to be written out.
    """
    masks = [part.value for part in trace.parts if re.fullmatch(r"r\d+", part.symbol)]
    states = [array for slot in trace.slots_before.values() for array in slot.values()]
    given = [trace.value("x"), trace.value("y"), *trace.before.values(), *masks, *states]
    numbers = sum(array.size for array in given)
    if numbers > MOST_NUMBERS:
        raise TuiAnnError(
            f"This update has {count(numbers)} numbers; a script by hand holds {count(MOST_NUMBERS)} at most.",
            remedy="Take a smaller batch or network, or the format json, which holds any number.",
            code="too_large_for_script",
        )
    lines = [*_heading(solution), "", "import numpy as np", ""]
    lines.append(f"np.set_printoptions(precision={decimals}, linewidth=100)")
    if not all(np.isfinite(part.value).all() and np.abs(part.value).max(initial=0) < 700 for part in trace.parts):
        lines.append('np.seterr(all="ignore")  # very large numbers occur here')
    lines += ["", "# Given"]
    lines += _given(network, trace)
    hand = Hand(network, trace)
    for title, body in (("Forward, and the loss", forward), ("Backward", backward), ("Update", update)):
        lines += ["", f"# {title}"]
        for statement in body(hand):
            lines += _shown(statement, hand)
    return "\n".join(lines) + "\n"


def _heading(solution: Solution) -> list[str]:
    facts = [f"{label}: {clean(text)}" for label, text in solution.facts]
    remarks = [
        "Every quantity has a line of its own; where there are several examples they stand as columns.",
        *(remark for remark in solution.remarks if "float32" in remark),
    ]
    return [f"# {line}" for line in (solution.title, *facts, *remarks)]


def _given(network: Network, trace: UpdateTrace) -> Iterator[str]:
    hand = Hand(network, trace)
    for name in ("x", "y"):
        values = trace.value(name)
        yield from literal(name, values if hand.columns else values[:, 0])
    for name, values in trace.before.items():
        yield from literal(name, values)
    for part in trace.parts:
        if re.fullmatch(r"r\d+", part.symbol):
            yield "# A dropout mask, as drawn for this update"
            yield from literal(part.symbol, part.value if hand.columns else part.value[:, 0])
    for slot, letter in STATE.get(trace.rule, {}).items():
        for name, values in trace.slots_before[slot].items():
            yield from literal(f"{letter}_{name}", values)
    yield f"eta = {trace.learning_rate!r}"


def _shown(statement: str, hand: Hand) -> list[str]:
    """A statement, and where it gives a name to a quantity, a line that prints it."""
    match = re.match(r"(\w+) = ", statement)
    if not match or match[1] in _UNSPOKEN:
        return [statement]
    name = match[1]
    if name in _SCALARS or (name == "l" and not hand.columns):
        return [statement, f'print(f"{name} = {{{name}:.13g}}")']
    is_matrix = re.search(r"(^|[dvms_])[WR]\d", name) or (hand.columns and re.match(_SIGNAL, name))
    return [statement, f'print("{name} =", {name}' + (', sep="\\n")' if is_matrix else ")")]
