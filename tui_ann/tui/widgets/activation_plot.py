"""An activation function with its slope, its facts, and the net inputs of a layer on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.text import cell_width, count, counted, number
from tui_ann.text.symbols import spelled, subscript
from tui_ann.tui.content.glossary import glossary
from tui_ann.tui.draw.activation_plot import ActivationInk, Array, Density, Marks, density_of, draw_activation, reach_of
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.fitting import longest_of
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.picture import Picture

_NAMES = tuple(ACTIVATIONS)
_LIST = 14
"""Columns of the list of functions."""
_ROOMY = 56
"""From this many columns on the list stands at the left and the facts below."""


@dataclass(frozen=True, eq=False)
class LayerInputs:
    """The net inputs of a layer."""

    layer: int
    """Its number."""
    activation: str
    """Its function."""
    alpha: float | None
    """Its α; `None` for the default."""
    z: Array
    """Net inputs (n, units) of the rows; of the point if `rows` is 0."""
    a: Array
    """Outputs of the layer (n, units)."""
    rows: int
    """How many rows they are of; 0 for the picked point."""
    flat: float
    """The share of them where the slope of the drawn function is below 0.1."""
    part: str = "train"
    """The part of the rows."""


class ActivationPlot(Picture):
    """The curve of a function; ↑ ↓ choose another one, ← → a neuron.  `set_inputs` puts a layer on it."""

    INKS = (
        "",
        "activation--axis",
        "activation--curve",
        "activation--slope",
        "activation--positive",
        "activation--negative",
        "activation--chosen",
        "activation--label",
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", "up", "down", "left", "right", "first", "last")]
    DEFAULT_CSS = """
    ActivationPlot {
        & > .activation--axis { color: $dim-text; }
        & > .activation--curve { color: $foreground; text-style: bold; }
        & > .activation--slope { color: $dim-text; }
        & > .activation--positive { color: $data-positive; }
        & > .activation--negative { color: $data-negative; }
        & > .activation--chosen { color: $data-lit; text-style: bold; }
        & > .activation--label { color: $text-primary; }
    }
    """

    class Turned(Message):
        """Another function or α was chosen."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._inputs: LayerInputs | None = None
        self._function = "tanh"
        self._alpha: float | None = None
        self._own = True
        self._unit = 0

    @property
    def other(self) -> tuple[str, float | None] | None:
        """Function and α, if they are not those of the layer."""
        return None if self._own else (self._function, self._alpha)

    def begin(self) -> None:
        """Return to the function of the layer and its first neuron."""
        self._inputs, self._own, self._unit = None, True, 0

    def set_inputs(self, inputs: LayerInputs, own: bool = False) -> None:
        """Show the net inputs of a layer.

        Args:
            inputs: The net inputs.
            own: Whether to return to the function of the layer.
        """
        self._inputs = inputs
        self._own = self._own or own
        if self._own:
            self._function, self._alpha = inputs.activation, inputs.alpha
        self._unit = min(self._unit, inputs.z.shape[1] - 1)
        self.redraw()

    def choose_unit(self, unit: int) -> None:
        """Choose a neuron of the layer, counted from 0."""
        inputs = self._inputs
        if inputs is not None and unit != self._unit and 0 <= unit < inputs.z.shape[1]:
            self._unit = unit
            self.redraw()

    def change_alpha(self, step: int) -> None:
        """Make α larger (1) or smaller (−1), by a tenth or a hundredth; nothing if the function has none."""
        default = ACTIVATIONS[self._function].default_alpha
        if default is not None:
            grain = 0.1 if default >= 1 else 0.01
            now = default if self._alpha is None else self._alpha
            self._alpha, self._own = max(0.0, round(now + step * grain, 4)), False
            self.redraw()
            self.post_message(self.Turned())

    def action_move(self, direction: str) -> None:
        """Choose another function (`up`, `down`, `first`, `last`) or another neuron (`left`, `right`)."""
        if direction in ("left", "right"):
            units = 1 if self._inputs is None else self._inputs.z.shape[1]
            self._unit = (self._unit + {"left": -1, "right": 1}[direction]) % units
            self.redraw()
            return
        place = _NAMES.index(self._function)
        last = len(_NAMES) - 1
        place = {"up": max(0, place - 1), "down": min(last, place + 1), "first": 0, "last": last}[direction]
        self._choose(_NAMES[place])

    def _choose(self, name: str) -> None:
        """Draw a function; that of the layer with its own α."""
        inputs = self._inputs
        self._own = inputs is not None and name == inputs.activation
        self._function = name
        self._alpha = inputs.alpha if self._own and inputs is not None else None
        self.redraw()
        self.post_message(self.Turned())

    def on_click(self, event: events.Click) -> None:
        """Choose the function that was clicked in the list."""
        if self.size.width >= _ROOMY and event.x < _LIST and 0 <= event.y < len(_NAMES):
            event.stop()
            self._choose(_NAMES[event.y])

    @property
    def title(self) -> str:
        """What is shown, for the frame."""
        alpha = f" · α {number(self._value_of_alpha(), 3)}" if ACTIVATIONS[self._function].default_alpha else ""
        layer = "" if self._inputs is None else f" · z's of layer {self._inputs.layer}"
        return f"{self._function}{alpha}{layer}"

    def describe(self) -> str:
        """Return the share of flat slopes, and the slope at the chosen neuron of a point."""
        inputs = self._inputs
        if inputs is None:
            return ""
        flat = f"slope < 0.1: {number(100 * inputs.flat, 3)} % of {_what(inputs)[0]}"
        flat += "" if self._own else f", as if g were {self._function}"
        if inputs.rows:
            return flat
        slope = float(self._slopes(inputs)[self._unit])
        unit = "n" + subscript(self._unit + 1)
        z = number(float(inputs.z[0, self._unit]), 3)
        return f"slope at {unit} {number(slope, 2)} · z {z} · {flat}"

    def _slopes(self, inputs: LayerInputs) -> Array:
        """Return g′ of the drawn function at the net inputs of the point, (units,)."""
        g = ACTIVATIONS[self._function]
        slopes = g.g_prime(inputs.z[0], self._alpha) if g.elementwise else g.g_prime(inputs.z[:1].T)[:, 0]
        return np.asarray(slopes, float)

    def paint(self, width: int, height: int) -> Cells:
        """Draw list, curve, legend and facts, as many as there is room for."""
        cells = Cells(width, height)
        roomy = width >= _ROOMY
        left = _LIST if roomy else 0
        facts = self._facts(width - left) if roomy else []
        if height - len(facts) < 12:
            facts = []
        legend = 1 if height >= 7 else 0
        plot = self._plot(width - left, height - legend - len(facts))
        cells.codes[: plot.height, left:], cells.inks[: plot.height, left:] = plot.codes, plot.inks
        if roomy:
            self._write_list(cells, height)
        row = plot.height
        if legend:
            self._legend(cells, left + 2, row)
        for offset, (text, ink) in enumerate(facts):
            cells.write(left + 2, row + legend + offset, text, ink)
        return cells

    def _plot(self, width: int, height: int) -> Cells:
        """Return the curve with the net inputs."""
        inputs = self._inputs
        reach = 4.0 if inputs is None else reach_of(inputs.z)
        marks: Marks | None = None
        density: Density | None = None
        units = 2 if inputs is None else inputs.z.shape[1]
        if inputs is not None and inputs.rows:
            density = density_of(inputs.z, reach, max(1, width - 5))
        elif inputs is not None:
            z = np.asarray(inputs.z[0], float)
            g = ACTIVATIONS[self._function]
            with np.errstate(all="ignore"):
                a = inputs.a[0] if self._own else g.g(z, self._alpha) if g.elementwise else g.g(z[:, None])[:, 0]
            marks = Marks(z, np.asarray(a, float), self._unit)
        return draw_activation(self._function, self._alpha, units, reach, width, height, marks, density)

    def _write_list(self, cells: Cells, height: int) -> None:
        """Write the names of the functions, the drawn one marked."""
        own = "" if self._inputs is None else self._inputs.activation
        for row, name in enumerate(_NAMES[:height]):
            chosen = name == self._function
            ink = ActivationInk.CHOSEN if chosen else ActivationInk.LABEL if name == own else ActivationInk.AXIS
            cells.write(0, row, f"{'▸' if chosen else ' '}{name}", ink)
        if own and height > len(_NAMES) + 1 and own != self._function:
            cells.write(0, len(_NAMES) + 1, f" layer: {own}"[:_LIST], ActivationInk.AXIS)

    def _legend(self, cells: Cells, x: int, row: int) -> None:
        """Write what the signs are."""
        inputs = self._inputs
        x = cells.write(x, row, "━ g", ActivationInk.CURVE)
        x = cells.write(x + 2, row, "┅ g′", ActivationInk.SLOPE)
        if inputs is None:
            return
        sign = "▃" if inputs.rows else "◆"
        x = cells.write(x + 2, row, sign, ActivationInk.POSITIVE)
        x = cells.write(x + 1, row, longest_of(_what(inputs), cells.width - x - 1), ActivationInk.AXIS)
        chosen = "" if inputs.rows or inputs.z.shape[1] < 2 else f" n{subscript(self._unit + 1)}"
        if chosen and cell_width(chosen) + 3 <= cells.width - x:
            x = cells.write(x + 2, row, sign, ActivationInk.CHOSEN)
            cells.write(x, row, chosen, ActivationInk.AXIS)

    def _facts(self, width: int) -> Sequence[tuple[str, int]]:
        """Return formula, range, strengths and weakness of the function."""
        g, facts = ACTIVATIONS[self._function], glossary().activation(self._function)
        formulas = [f"g(z) = {g.formula}", f"g′(z) = {g.formula_prime}"]
        if cell_width("   ".join(formulas)) <= width - 3:
            formulas = ["   ".join(formulas)]
        lines = [
            *((formula, ActivationInk.LABEL) for formula in formulas),
            (f"range {facts.range}", ActivationInk.AXIS),
            *((f"+ {text}", ActivationInk.PLAIN) for text in facts.strengths),
            (f"− {facts.weakness}", ActivationInk.PLAIN),
        ]
        if not g.elementwise:
            lines.insert(len(formulas), ("the curve is that of one unit, the others at z = 0", ActivationInk.AXIS))
        return [("", ActivationInk.PLAIN), *((part, ink) for text, ink in lines for part in _folded(text, width - 3))]

    def _value_of_alpha(self) -> float:
        return ACTIVATIONS[self._function].alpha(self._alpha)


def _what(inputs: LayerInputs) -> Sequence[str]:
    """Return what the net inputs are of, from the longest form to the shortest."""
    units = inputs.z.shape[1]
    name = spelled(f"z{inputs.layer}")
    if inputs.rows:
        rows = counted(inputs.rows, f"{inputs.part} row")
        return f"the {name} of {counted(units, 'unit')} × {rows}", f"{name} of {rows}", name
    several = f"{count(units)} {name}" if units > 1 else name
    return f"the {several} of the point", f"the {several}", name


def _folded(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many cells."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and cell_width(lines[-1]) + 1 + cell_width(word) > width:
            lines.append("  " + word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines
