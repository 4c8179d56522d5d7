"""An update as a NumPy script in the style of a calculation by hand: one line per quantity, with NumPy only."""

import math
from collections.abc import Iterator

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.expression import Expression
from tui_ann.engine.functions import Drawn, Function, Given, Total
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.notation import Axis
from tui_ann.engine.tape import Phase
from tui_ann.errors import TuiAnnError
from tui_ann.export.worked.solution import constants
from tui_ann.export.worked.source import NumpySource, name_of
from tui_ann.export.worked.steps import Solution
from tui_ann.export.worked.working import tidied
from tui_ann.text import clean, count
from tui_ann.text.symbols import Symbol

MOST_NUMBERS = 20_000
"""A script contains all its numbers; an update with more numbers than this is refused."""
DECIMALS = 15
"""Decimals that the script prints by default."""
_TITLES = {
    Phase.FORWARD: "Forward",
    Phase.LOSS: "Loss",
    Phase.BACKWARD: "Backward",
    Phase.UPDATE: "Update",
}


def to_python(solution: Solution, decimals: int | None) -> str:
    """The script; its numbers are exact, and it prints them with `decimals` decimals.

    Raises:
        TuiAnnError: If the update has too many numbers to write out.
    """
    trace = solution.trace
    script = _Script(trace)
    numbers = sum(values.size for values in script.given.values())
    if numbers > MOST_NUMBERS:
        raise TuiAnnError(
            f"This update has {count(numbers)} numbers; a script by hand holds {count(MOST_NUMBERS)} at most.",
            remedy="Take a smaller batch or network, or the format json, which holds more numbers.",
            code="too_large_for_script",
        )
    lines = [*_heading(solution), "", "import numpy as np", *script.imports(), ""]
    lines.append(f"np.set_printoptions(precision={DECIMALS if decimals is None else decimals}, linewidth=100)")
    if not all(np.isfinite(part.value).all() and np.abs(part.value).max(initial=0) < 700 for part in trace.parts):
        lines.append('np.seterr(all="ignore")  # very large numbers occur here')
    lines += ["", "# Given"]
    for symbol, values in script.given.items():
        lines += literal(name_of(symbol), values)
    lines += [f"{symbol} = {value!r}" for symbol, value in constants(trace).items() if symbol in trace.settings]
    for phase, title in _TITLES.items():
        lines += ["", f"# {title}", *script.statements(phase)]
    return "\n".join(lines) + "\n"


def _heading(solution: Solution) -> list[str]:
    facts = [f"{label}: {clean(text)}" for label, text in solution.facts]
    remarks = [
        "Each quantity is on its own line; several examples are columns.",
        *(remark for remark in solution.remarks if "float32" in remark),
    ]
    return [f"# {line}" for line in (solution.title, *facts, *remarks)]


class _Script:
    def __init__(self, trace: UpdateTrace) -> None:
        self._trace = trace
        self._columns = len(trace.examples) > 1
        drawn = [part for part in trace.parts if isinstance(part.expression, Drawn | Given)]
        self.given: dict[Symbol, Array] = {
            part.symbol: part.value if self._columns else part.value[:, 0] for part in drawn
        }
        """The first lines of the script: the batch, its masks, the parameters, the state of the update rule."""
        self.given |= {Symbol.parse(name): values for name, values in trace.before.items()}
        for slot in trace.rule.slots:
            states = trace.slots_before[slot.name]
            self.given |= {Symbol.parse(name).of_rule(slot.letter): values for name, values in states.items()}
        dimensions = dict.fromkeys(trace.settings, 0)
        dimensions |= {symbol: values.ndim for symbol, values in self.given.items()}
        dimensions |= {symbol: self._dimensions(part) for part in trace.parts for symbol in (part.symbol, part.name)}
        self._source = NumpySource(dimensions, columns=self._columns)
        self._parts = [part for part in trace.parts if part.symbol not in self.given and self._is_told(part)]

    def _dimensions(self, part: Part) -> int:
        """Dimensions in the script: quantities of a parameter have its shape."""
        parameter = self.given.get(part.symbol.value)
        is_parameter = str(part.symbol.value) in self._trace.before
        return parameter.ndim if parameter is not None and is_parameter else part.value.ndim

    def _is_told(self, part: Part) -> bool:
        """All quantities except Jacobians and aids for the reader that have no numbers."""
        return part.value.ndim < 3 and (part.on_tape or part.phase is Phase.LOSS or bool(np.isfinite(part.value).all()))

    def imports(self) -> list[str]:
        """What NumPy does not have."""
        trees = [_tree(part) for part in self._parts]
        calls = {node.name for tree in trees for node in tree.walk() if isinstance(node, Function)}
        return ["from math import erf", "", "erf = np.vectorize(erf)"] if "erf" in calls else []

    def statements(self, phase: Phase) -> Iterator[str]:
        """A statement and a print line for each part of a phase."""
        step_size = self._trace.rule.step_size
        if phase is Phase.UPDATE and step_size is not None:
            yield from self._shown("eta_t", self._source.of(step_size, 0), 0)
        for part in self._parts:
            if part.phase is phase:
                yield from self._statement(part)

    def _statement(self, part: Part) -> Iterator[str]:
        tree, value = _tree(part), part.value
        each = part.symbol.kind == "l"
        dimensions = self._dimensions(part)
        text = self._source.of(tree, 2 if each else dimensions)
        if not tree.symbols and value.size > 1:
            shape = value.shape if self._columns else value.shape[0]
            text = f"np.full({shape}, {float(text)})"
        elif each and not any(isinstance(node, Total) and node.over is Axis.UNITS for node in tree.walk()):
            text = f"({text})[0]"
        if part.safe is not None:
            yield f"# {part.formula}, without overflow"
        yield from self._shown(name_of(part.symbol), text, 0 if each and not self._columns else dimensions)

    def _shown(self, name: str, text: str, dimensions: int) -> Iterator[str]:
        yield f"{name} = {text}"
        if dimensions == 0:
            yield f'print(f"{name} = {{{name}:.13g}}")'
        else:
            is_matrix = dimensions == 2 and (self._columns or Symbol.parse(name).kind in ("W", "R"))
            yield f'print("{name} =", {name}' + (', sep="\\n")' if is_matrix else ")")


def _tree(part: Part) -> Expression:
    return tidied(part.expression if part.safe is None else part.safe)


def literal(name: str, values: Array) -> Iterator[str]:
    """An assignment of exact numbers, wrapped into readable lines."""
    if values.size > 4 and not values.any():
        yield f"{name} = np.zeros({values.shape})"
    elif values.ndim == 1:
        yield from wrapped(f"{name} = np.array([", values, "])")
    else:
        yield f"{name} = np.array(["
        for row in values:
            yield from wrapped("    [", row, "],")
        yield "])"


def wrapped(before: str, values: Array, after: str) -> Iterator[str]:
    """Numbers, exact, in readable lines between two texts."""
    line = before
    indent = " " * (len(before) - len(before.lstrip()) + 4)
    for i, value in enumerate(values.tolist()):
        item = _exact(value) + (", " if i < values.size - 1 else "")
        if len(line) + len(item) > 100:
            yield line.rstrip()
            line = indent
        line += item
    yield line + after


def _exact(value: float) -> str:
    if math.isnan(value):
        return "np.nan"
    return repr(float(value)) if math.isfinite(value) else f"{'-' if value < 0 else ''}np.inf"
