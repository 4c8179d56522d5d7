"""One neuron, as lines: Σ w x + b term by term, then z, g(z), a and its gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_ann.engine.expression import Quantity
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense, signals
from tui_ann.engine.network import Network
from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import Row, WordsNode, row
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.working import EntryInNumbers, of_unit, tidied
from tui_ann.text import clean
from tui_ann.text.rounding import shown
from tui_ann.text.symbols import Symbol, spelled
from tui_ann.tui.draw.prose import Line, bracketed, columns, largest_first, line

MOST_TERMS = 16
"""For a neuron with more inputs than this, the largest terms are listed and the others summed."""
_BAR = 12
_LEAST = "▏"
"""The bar of a number too small for a cell."""


class NeuronPage:
    """Writes the page about one neuron of a traced update.

    Args:
        network: The network.
        taken: The trace of the update.
        width: Line width in cells.
        decimals: Maximum number of decimals.
        input_names: Names of the features.
    """

    def __init__(
        self, network: Network, taken: UpdateTrace, width: int, decimals: int, input_names: Sequence[str] = ()
    ) -> None:
        self._network, self._taken, self._width, self._decimals = network, taken, width, decimals
        self._printer = Printer(decimals, max(24, width - 2))
        self._names = input_names
        self._reading = Reading(network, taken)
        self._dense = [(place, x) for place, x in enumerate(network.layers, start=1) if isinstance(x, Dense)]

    @property
    def layers(self) -> int:
        """Dense layers."""
        return len(self._dense)

    def layer(self, number: int) -> Dense:
        """Dense layer `number`, counted from 1."""
        return self._dense[number - 1][1]

    def units(self, number: int) -> int:
        """Neurons of dense layer `number`, counted from 1."""
        return self._dense[number - 1][1].units

    def lines(self, number: int, unit: int, example: int, most: int = MOST_TERMS) -> list[Line]:
        """Neuron `unit` (from 0) of dense layer `number` (from 1) for an example of the batch (from 0).

        Args:
            number: The dense layer.
            unit: The neuron.
            example: The example.
            most: Maximum number of listed terms.
        """
        place, layer = self._dense[number - 1]
        row_of_batch = self._taken.row or f"example {int(self._taken.examples[example]) + 1}"
        batch = len(self._taken.examples)
        which = row_of_batch + (f", {example + 1} of the {batch} in the batch" if batch > 1 else "")
        output = ", an output" if number == len(self._dense) else ""
        title = f"Neuron {unit + 1} of {layer.units} in layer {number}{output}"
        lines: list[Line] = [((title, "title"), (f"   {which}", "muted")), line()]
        lines += self._sum(number, place, unit, example, most)
        lines += [line(), *self._output(number, layer, unit, example)]
        lines += [line(), *self._back(number, unit, example)]
        return lines

    def _sum(self, number: int, place: int, unit: int, example: int, most: int) -> list[Line]:
        """The weighted inputs, the bias, and z."""
        weights, bias = (
            self._taken.clean_before(f"W{number}")[unit],
            float(self._taken.clean_before(f"b{number}")[unit]),
        )
        source = signals(self._network.layers)[place - 1]
        inputs = self._taken.part(source).clean[:, example]
        terms = weights * inputs
        listed, others = largest_first(terms, most)
        d = self._decimals
        z = float(self._taken.part(f"z{number}").clean[unit, example])
        rest = float(terms[others].sum())
        told = np.array([*terms[listed], rest, bias, z])  # one scale for all bars, including the sum
        scale = float(np.abs(told[np.isfinite(told)]).max(initial=0.0)) or 1.0
        rows = [
            [
                f"{spelled(f'W{number}', index=(unit + 1, i + 1))} · {spelled(source, index=(i + 1,))}",
                f"{shown(weights[i], d)} · {bracketed(shown(inputs[i], d))} =",
                shown(terms[i], d),
                _bar(float(terms[i]), scale),
                self._name(place, i),
            ]
            for i in listed
        ]
        if others:
            rows.append([f"and {len(others)} more", "together", shown(rest, d), _bar(rest, scale), ""])
        rows.append([spelled(f"b{number}", index=(unit + 1,)), "", shown(bias, d), _bar(bias, scale), "bias"])
        rows.append([f"Σ + b = {self._entry('z', number, unit)}", "", shown(z, d), _bar(z, scale), ""])
        order = ", largest first" if others else ""
        heading = line(
            f"Net input {self._entry('z', number, unit)} = Σ w {spelled(source)} + b, term by term{order}", "title"
        )
        return [heading, *columns(rows, ("accent", ">", "strong>", "muted", "muted"))]

    def _name(self, place: int, i: int) -> str:
        return clean(self._names[i], 20) if place == 1 and i < len(self._names) else ""

    def _entry(self, letter: str, number: int, unit: int) -> str:
        return spelled(f"{letter}{number}", index=(unit + 1,))

    def _output(self, number: int, layer: Dense, unit: int, example: int) -> list[Line]:
        """The output a = g(z), in symbols and numbers."""
        part = self._taken.part(Symbol("a", number))
        of_z, of_a = self._entry("z", number, unit), self._entry("a", number, unit)
        name = layer.activation.replace("_", " ")
        last = " = ŷ" if number == len(self._dense) else ""
        result, write = float(part.clean[unit, example]), self._reading.notation.clear_for(part.expression)
        symbols = of_unit(tidied(part.expression), unit).write(write)
        heading = line(f"Output {of_a} = g({of_z}), g is {name}", "title")
        if isinstance(part.expression, Quantity):
            return [heading, *self._equation(row(WordsNode(of_a + last), "=", symbols, "=", result), "strong")]
        numbers = (
            EntryInNumbers(self._reading.operands(part), example)
            .at(tidied(part.expression), unit, example)
            .write(write)
        )
        return [
            heading,
            *self._equation(row(WordsNode(of_a), "=", symbols)),
            *self._equation(row(WordsNode(of_a + last), "=", numbers, "=", result), "strong"),
        ]

    def _back(self, number: int, unit: int, example: int) -> list[Line]:
        """The gradient: ∂L/∂a, g′(z) and ∂L/∂z."""
        a, z = self._entry("a", number, unit), self._entry("z", number, unit)
        dz = float(self._taken.part(f"dz{number}").clean[unit, example])
        slopes = self._taken.part(Symbol("a", number).derivative).clean
        whole = self._taken.has(f"da{number}")
        heading = line("Its gradient" + (", 1/n included" if len(self._taken.examples) > 1 else ""), "title")
        if slopes.ndim == 3 or not whole:
            return [heading, *self._equation(row(WordsNode(f"∂L/∂{z}"), "=", dz), "strong")]
        da, slope = float(self._taken.part(f"da{number}").clean[unit, example]), float(slopes[unit, example])
        chain = WordsNode(f"∂L/∂{a} · ∂{a}/∂{z}")
        return [
            heading,
            *self._equation(row(WordsNode(f"∂L/∂{z}"), "=", chain, "=", da, "·", slope, "=", dz), "strong"),
        ]

    def _equation(self, equation: Row, role: str = "") -> list[Line]:
        return [line("  " + text, role) for text in self._printer.lines(equation)]


def _bar(value: float, scale: float) -> str:
    """A sign and a bar with a length in proportion to the number."""
    if not np.isfinite(value) or value == 0:
        return ""
    length = round(min(1.0, abs(value) / scale) * _BAR)
    return ("−" if value < 0 else "+") + ("▇" * length or _LEAST)
