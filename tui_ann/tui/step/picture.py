"""The drawn network at one moment of an update: the units show the values so far, one part is highlighted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui_ann.engine.expression import is_per_example
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense, signals
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Phase
from tui_ann.text.symbols import Role, Symbol, spelled
from tui_ann.tui.draw.network_drawing import Lit
from tui_ann.tui.draw.network_layout import LayerView

OLD_UNITS = "units: before the update"
"""The note while the weights change: the signals are those that the old weights gave."""
NET_INPUT, TARGET = "net input", "target"
"""What is written over units that show something else than what their activation gives."""


@dataclass(frozen=True, eq=False)
class Lights:
    """The picture at one moment of an update."""

    views: Sequence[LayerView]
    """The layers with the current values of their units."""
    weights: Sequence[Array]
    """Values of the edges: the weights, or their gradient if that is the part that is shown."""
    lit: Lit
    """What to highlight for the part that is shown."""
    note: str = ""
    """What the units show, if that does not follow from the weights of the picture."""


class Columns:
    """The column of the picture for each quantity of an update: 0 for the inputs, then one for each dense layer.

    Args:
        network: The network.
        trace: Its update.
    """

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        handed_on = signals(network.layers)
        self._of = {Symbol("x"): 0}
        """Column by the symbol of a layer's net input or output."""
        self._of_place = {0: 0}
        column = 0
        for place, layer in enumerate(network.layers, start=1):
            if isinstance(layer, Dense):
                column += 1
                self._of[Symbol("z", column)] = column
            self._of[handed_on[place]] = column
            self._of_place[place] = column
        self.last = column

    def signal(self, symbol: Symbol) -> int | None:
        """The column with the units that show a quantity: z1, a1, dz1 …; `None` if no unit does."""
        return self._of.get(symbol.value) if is_per_example(symbol) else None

    def lit(self, part: Part) -> Lit:
        """What to highlight for a part."""
        symbol, here = part.symbol, self._of_place[part.layer]
        backward = symbol.role is not Role.VALUE
        if not part.layer:
            return Lit(frozenset({0 if symbol == Symbol("x") else self.last}))
        net_input = symbol.kind == "z" and not backward
        if symbol.is_matrix or net_input:
            into = symbol.number
            return Lit(frozenset({into - 1, into}), into, backward)
        at = self.signal(symbol)
        if symbol.role is Role.GRADIENT and at is not None and at < here:
            return Lit(frozenset({at, at + 1}), at + 1, backward)
        return Lit(frozenset({here if at is None else at}), 0, backward)


def lights(
    views: Sequence[LayerView], network: Network, trace: UpdateTrace, done: int, ahead: Part | None = None
) -> Lights:
    """The picture of an update after some of its parts: the last of them is highlighted, or a part to come.

    Args:
        views: The layers of the plan.
        network: The network.
        trace: The update; the units show the first example of its batch.
        done: Number of parts that are done.
        ahead: The part to highlight, if it is not done yet; the picture shows no number of it.
    """
    columns = Columns(network, trace)
    shown = [replace(view, biases=trace.before.get(f"b{column}")) for column, view in enumerate(views)]
    weights = {column: trace.clean_before(f"W{column}") for column in range(1, columns.last + 1)}
    updating = done > 0 and trace.parts[done - 1].phase is Phase.UPDATE
    for part in trace.parts[:done]:
        if updating and part.phase is Phase.BACKWARD:
            continue  # while the weights change, the units show signals, not errors
        at = columns.signal(part.symbol)
        if at is not None and part.value.ndim == 2:
            caption = NET_INPUT if part.symbol.kind == "z" and part.phase is Phase.FORWARD else ""
            shown[at] = replace(shown[at], symbol=spelled(part.symbol), caption=caption, values=part.clean[:, 0])
        if part.symbol.is_matrix and part.symbol.new and not part.symbol.state:
            weights[part.symbol.number] = part.clean
        if part.symbol.kind == "b" and part.symbol.new and not part.symbol.state:
            shown[part.symbol.number] = replace(shown[part.symbol.number], biases=part.clean)
    if ahead is not None or not done:
        return Lights(shown, list(weights.values()), Lit() if ahead is None else columns.lit(ahead))
    part = trace.parts[done - 1]
    if part.symbol == Symbol("y"):  # no output of the neurons: what they should give
        target = replace(shown[columns.last], symbol=spelled(part.symbol), caption=TARGET, biases=None)
        shown[columns.last] = replace(target, values=part.clean[:, 0])
    if part.symbol.is_matrix and part.symbol.role is not Role.VALUE:
        weights[part.symbol.number] = part.clean
    return Lights(shown, list(weights.values()), columns.lit(part), OLD_UNITS if updating else "")
