"""Checks a gradient by central differences when it is shown."""

import math
from collections.abc import Callable, Mapping

from tui_ann.engine.inspect.microscope import loss_of_batch, numeric_gradient
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.text import number
from tui_ann.text.symbols import Role

MOST_PARAMETERS = 1 << 18
"""Larger networks are not checked: each check takes two evaluations of the loss."""
_AGREES = 1e-6


class NumericCheck:
    """Caches the loss of the last update as a function, and evaluates it."""

    def __init__(self) -> None:
        self._loss: tuple[UpdateTrace, Callable[[Mapping[str, Array]], float]] | None = None

    def words(self, network: Network, trace: UpdateTrace, part: Part, cell: tuple[int, ...]) -> str:
        """The numeric derivative, with ✓ if the engine's agrees; empty for a part that is not a complete gradient.

        Args:
            network: The network.
            trace: The update.
            part: The part.
            cell: Index of the number in the part, counted from 0.
        """
        name = str(part.symbol.value)
        whole = next(other for other in reversed(trace.parts) if other.symbol == part.symbol) is part
        if part.symbol.role is not Role.GRADIENT or name not in trace.gradients or not whole:
            return ""
        cell = cell[: trace.gradients[name].ndim]
        gradient = float(trace.gradients[name][cell])
        if network.n_parameters > MOST_PARAMETERS or not math.isfinite(gradient):
            return ""
        if self._loss is None or self._loss[0] is not trace:
            self._loss = trace, loss_of_batch(network, trace)
        numeric = numeric_gradient(self._loss[1], trace, name, cell)
        agrees = abs(numeric - gradient) <= _AGREES * max(1.0, abs(gradient))
        return f"(L(w + h) − L(w − h))/2h = {number(numeric, 7)}{' ✓' if agrees else ''}"
