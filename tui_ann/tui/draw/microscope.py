"""One weight under the microscope, as lines: its chain rule, layer by layer, path by path, example by example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.expression import Expression, Number, Quantity
from tui_ann.engine.inspect.microscope import Factor, Microscope, Path
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import signals
from tui_ann.engine.losses import without_average
from tui_ann.engine.network import Network
from tui_ann.engine.notation import SpelledText
from tui_ann.engine.readability import reads_as_power
from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import GroupNode, MatrixNode, Row, ShapeNode, WordsNode, joined, row
from tui_ann.text import cell_width, clean, number
from tui_ann.text.rounding import shown
from tui_ann.text.symbols import Role, Symbol, spelled, superscript
from tui_ann.tui.draw.prose import Line, bracketed, columns, largest_first, line, vector

_MOST_PATHS = 12
_MOST_EXAMPLES = 10
_SHORTEST_NAME = 2
"""Minimum width for the name of an input."""
_SMALL = 6
"""If a layer has more units than this, the matrices are shown last."""


@dataclass(frozen=True, eq=False)
class Seen:
    """Everything that is shown for one weight."""

    microscope: Microscope
    """Its gradient, factor by factor."""
    paths: Sequence[Path]
    """Its single paths for the chosen example; empty if there are too many."""
    numeric: float
    """Its gradient by central differences."""
    input_name: str = ""
    """Name of the feature that it multiplies, if any."""


class MicroscopePage:
    """Writes the page about one weight of a traced update.

    Args:
        network: The network.
        taken: The trace of the update.
        example: Position of the chosen example in the batch, counted from 0.
        width: Line width in cells.
        decimals: Maximum number of decimals.
    """

    def __init__(self, network: Network, taken: UpdateTrace, example: int, width: int, decimals: int) -> None:
        self._network, self._taken, self._example = network, taken, example
        self._width, self._decimals = width, decimals
        self._n = len(taken.examples)

    def lines(self, seen: Seen) -> list[Line]:
        """The whole page, the verdict first."""
        of = seen.microscope
        layer = next(parameter.layer for parameter in self._network.layout if parameter.name == of.name)
        apart = not of.mixes_examples
        times = float(self._n) if apart else 1.0
        lines = [self._about(seen, layer), *self._verdict(seen), line()]
        small = max(len(factor.so_far) for factor in of.factors) <= _SMALL
        lines += [*self._chain(of, times), *(self._numbers(of, times) if small else ()), line()]
        lines += self._layers(of, times)
        if len(seen.paths) > 1:
            lines += [line(), *self._paths(seen, times)]
        if self._n > 1:
            lines += [line(), *self._batch(of, apart)]
        if of.penalty or (Symbol.parse(of.name).is_matrix and self._network.penalties.active):
            lines += [line(), *self._penalty(of)]
        if not small:
            lines += [line(), line("The product with its matrices", "title"), *self._numbers(of, times)]
        return lines

    def _symbol(self, of: Microscope) -> str:
        return spelled(of.name, index=tuple(place + 1 for place in of.index))

    def _about(self, seen: Seen, layer: int) -> Line:
        of = seen.microscope
        symbol = Symbol.parse(of.name)
        value, size = float(self._taken.before[of.name][of.index]), self._taken.before[of.name].shape
        n, unit = symbol.number, of.index[0] + 1
        text, shape = f"{self._symbol(of)} = {number(value, 7)}", f" · {' × '.join(map(str, size))}"
        room = self._width - cell_width(text) - cell_width(shape) - 3
        if symbol.is_matrix:
            source = spelled(signals(self._network.layers)[layer - 1], index=(of.index[1] + 1,))
            start, end = f"from {source}", f" to neuron {unit} of layer {n}"
            left = room - cell_width(start + end) - 3  # room for the name of the input with its brackets
            named = seen.input_name and left >= _SHORTEST_NAME
            where = f"{start} ({clean(seen.input_name, min(24, left))}){end}" if named else start + end
        else:
            where = f"of neuron {unit} of layer {n}" if symbol.kind in ("b", "alpha") else f"of unit {unit}"
        return ((text, "title"), (f"   {where}{shape if cell_width(where) <= room else ''}", "muted"))

    def _verdict(self, seen: Seen) -> list[Line]:
        """The engine's gradient, and whether the chain and central differences agree with it."""
        of = seen.microscope
        largest = float(np.abs(self._taken.gradients[of.name]).max(initial=0.0))
        floor = max(abs(of.gradient), largest)
        same = _close(of.product, of.gradient, 1e-9 * floor + 1e-14)
        noise = 1e-9 * max(1.0, abs(self._taken.loss))
        checked = _close(seen.numeric, of.gradient, 1e-5 * floor + noise)
        if self._network.dtype == np.float32:
            same = checked = _close(seen.numeric, of.gradient, 1e-3 * floor + noise)
        engine = (f"∂L/∂{self._symbol(of)} = {number(of.gradient, 7)}", "strong")
        chain = (("   the chain gives ", "muted"), _judged(of.product, of.gradient, same))
        differences = (("   central differences ", "muted"), _judged(seen.numeric, of.gradient, checked))
        whole = (engine, *chain, *differences)
        roomy = sum(cell_width(text) for text, _ in whole) <= self._width
        return [whole] if roomy else [(engine, *chain), differences]

    # The chain rule.

    def _chain(self, of: Microscope, times: float) -> list[Line]:
        """The product in symbols and shapes."""
        names = [row(WordsNode(self._name(of, factor, times))) for factor in of.factors]
        sizes = [len(factor.so_far) for factor in of.factors]
        shapes = [row(GroupNode((ShapeNode(*shape),))) for shape in zip(sizes, [*sizes[1:], 1], strict=True)]
        left = WordsNode(self._left(of, times))
        return [
            *self._equation("symbols", row(left, "=", joined(names, "·"))),
            *self._equation("shapes", row(joined(shapes, "·"), "→", ShapeNode(1, 1))),
        ]

    def _numbers(self, of: Microscope, times: float) -> list[Line]:
        """The product with the numbers of the chosen example."""
        numbers: list[Row] = []
        for factor in of.factors:
            if factor.matrices is None:
                numbers.append(row(WordsNode(self._name(of, factor, times))))
            else:
                scale = times if factor is of.factors[0] else 1.0
                numbers.append(row(MatrixNode(factor.matrices[self._example] * scale)))
        value = float(of.per_example[self._example]) * times
        equation = row(WordsNode(self._left(of, times)), "=", joined(numbers, "·"), "=", value)
        return self._equation("numbers", equation, "strong")

    def _equation(self, label: str, equation: Row, role: str = "") -> list[Line]:
        printer = Printer(self._decimals, max(24, self._width - 9))
        texts = printer.lines(equation)
        middle = 0 if label != "numbers" else next((i for i, text in enumerate(texts) if "=" in text), 0)
        return [((f"{label if i == middle else '':<9}", "muted"), (text, role)) for i, text in enumerate(texts)]

    def _left(self, of: Microscope, times: float) -> str:
        if self._n == 1:
            return f"∂L/∂{self._symbol(of)}"
        which = f"({int(self._taken.examples[self._example]) + 1})"
        raised = "".join(superscript(int(c)) if c.isdigit() else {"(": "⁽", ")": "⁾"}[c] for c in which)
        return f"∂l{raised}/∂{self._symbol(of)}" if times > 1 else f"∂L/∂{self._symbol(of)}, share of {which}"

    def _name(self, of: Microscope, factor: Factor, times: float) -> str:
        inner = self._symbol(of) if factor is of.factors[-1] else spelled(factor.bottom)
        of_loss = "l" if factor.top == Symbol("L") and times > 1 else spelled(factor.top)
        return f"∂{of_loss}/∂{inner}"

    # Layer by layer.

    def _layers(self, of: Microscope, times: float) -> list[Line]:
        """Each factor with its formula and the product so far, from the right."""
        rows = []
        inner = 1
        for factor in reversed(of.factors):
            outermost = factor is of.factors[0]
            product = factor.so_far[:, self._example] * (times if outermost else 1.0)
            shape = f"{len(product)}×{inner}"
            formula = self._formula(of, factor, times)
            own = self._own_number(factor, times if outermost else 1.0)
            rows.append((self._name(of, factor, times), formula, shape, own, product))
            inner = len(product)
        heads = ("factor", "formula", "shape", "its number", "product so far")
        if not any(own for _, _, _, own, _ in rows):
            heads = (*heads[:3], "", heads[4])
        taken = 2 + sum(max(cell_width(str(row[i])) for row in (heads, *rows)) + 2 for i in range(4))
        table = [[*row[:4], self._vector(row[4], self._width - taken)] for row in rows]
        lines = columns([heads, *table], ("", "accent", "muted", "", "strong"))
        head = tuple((text, "muted") for text, _ in lines[0])
        return [line("Layer by layer, from the right", "title"), head, *lines[1:]]

    def _own_number(self, factor: Factor, scale: float) -> str:
        """The number of a factor that has only one for an example; empty for a matrix."""
        if factor.matrices is None or factor.matrices[self._example].size > 1:
            return ""
        return shown(float(factor.matrices[self._example].item()) * scale, self._decimals)

    def _vector(self, values: object, room: int) -> str:
        return vector(np.asarray(values), self._decimals, max(16, room))

    def _formula(self, of: Microscope, factor: Factor, times: float) -> str:
        if factor.between:
            return f"through {', '.join(map(spelled, factor.between))}"
        what = factor.expression
        if factor is of.factors[-1] and len(of.index) == 2 and isinstance(what, Quantity):
            return spelled(what.symbol, index=(of.index[1] + 1,))
        if factor is of.factors[0] and times > 1:
            what = without_average(what)
        if isinstance(what, Quantity) and what.symbol.role is Role.DERIVATIVE:
            part = self._taken.part(what.symbol)
            text = self._written(part.expression)
            # A matrix in the chain, although the tape keeps its diagonal only.
            diagonal = part.value.ndim == 2 and len(part.value) > 1 and not isinstance(part.expression, Number)
            return f"diag({text})" if diagonal else text
        return self._written(what)

    def _written(self, what: Expression) -> str:
        return what.write(SpelledText("brackets" if reads_as_power(what) else ""))

    # Path by path.

    def _paths(self, seen: Seen, times: float) -> list[Line]:
        """Each path from the weight to the loss, with its factors and its share."""
        total = sum(path.value for path in seen.paths)
        values = np.array([path.value for path in seen.paths])
        listed, others = largest_first(values, _MOST_PATHS)
        table = [self._path(seen, seen.paths[i], times, total) for i in listed]
        heading = line(f"{len(values)} single paths to L, and the share of each", "title")
        lines = [heading, *columns(table, ("accent", "", "strong>", "muted>"))]
        if others:
            rest = float(values[others].sum()) * times
            lines.append(line(f"  and {len(others)} more, together {shown(rest, self._decimals)}", "muted"))
        return lines

    def _path(self, seen: Seen, path: Path, times: float, total: float) -> list[str]:
        first = Symbol.parse(seen.microscope.name).number
        way = " → ".join(spelled(Symbol("a", first + k), index=(unit + 1,)) for k, unit in enumerate(path.units))
        factors = [*path.factors[:-1], path.factors[-1] * times]
        product = " · ".join(_in_product(factor, self._decimals) for factor in factors)
        share = f"{path.value / total:.0%}".replace("-", "−") if total and np.isfinite(total) else "–"
        return [way, f"{product} =", shown(path.value * times, self._decimals), share]

    # Example by example.

    def _batch(self, of: Microscope, apart: bool) -> list[Line]:
        """The term of each example, and their average."""
        terms = of.per_example * (self._n if apart else 1)
        listed, others = largest_first(terms, _MOST_EXAMPLES)
        if self._example in others:
            others[others.index(self._example)], listed[-1] = listed[-1], self._example
        rows = []
        for i in listed:
            mark = "▶" if i == self._example else " "
            which = self._taken.row or f"example {int(self._taken.examples[i]) + 1}"
            rows.append([mark, which, shown(float(terms[i]), self._decimals)])
        lines = [line("Example by example" + (", largest first" if others else ""), "title")]
        lines += columns(rows, ("accent", "muted", "strong>"))
        if others:
            rest = shown(float(terms[others].sum()), self._decimals)
            lines.append(line(f"     and {len(others)} more, together {rest}", "muted"))
        total, mean = shown(float(terms.sum()), self._decimals), shown(float(of.per_example.sum()), self._decimals)
        text = f"  1/n Σ = 1/{self._n} · {bracketed(total)} = {mean}" if apart else f"  Σ = {mean}"
        lines.append(line(text, "strong"))
        if not apart:
            lines.append(
                line("  Batch normalisation lets the examples act on each other; 1/n is in every share.", "muted")
            )
        return lines

    def _penalty(self, of: Microscope) -> list[Line]:
        """The share of the penalties."""
        data, penalty = float(of.per_example.sum()), of.penalty
        d = self._decimals
        text = f"  {shown(data, d)} + {bracketed(shown(penalty, d))} = {shown(data + penalty, d)}"
        return [line("The data and the penalties", "title"), ((text, "strong"), ("   data + ∂R/∂w", "muted"))]


def _close(value: float, engine: float, tolerance: float) -> bool:
    return bool(abs(value - engine) <= tolerance)


def _judged(value: float, engine: float, good: bool) -> tuple[str, str]:
    """A number with ✓, or with its difference from the engine's."""
    if good:
        return f"{number(value, 7)} ✓", "good"
    return f"{number(value, 7)} ✗ off by {number(value - engine, 2)}", "bad"


def _in_product(value: float, decimals: int) -> str:
    return bracketed(shown(value, decimals))
