"""The chain rule as the ledger has it: ∂L/∂a^L · ∂a^L/∂z^L · … down to one quantity."""

from collections.abc import Mapping, Sequence

from tui_ann.engine.expression import is_per_example
from tui_ann.engine.inspect.trace import Part, UpdateTrace
from tui_ann.engine.layers import signals
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Phase
from tui_ann.export.worked.nodes import PartialNode, Row, SymbolNode, joined, row
from tui_ann.text.symbols import Symbol


class ChainRule:
    """Finds the way from one quantity of the forward pass to the loss.

    Args:
        network: The network.
        trace: Its update.
    """

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        self._signals = signals(network.layers)
        self._forward: Mapping[Symbol, Part] = {
            part.symbol: part for part in trace.parts if part.phase is Phase.FORWARD and part.layer
        }

    def down_to(self, parameter: Symbol) -> Row:
        """∂L/∂a^L · ∂a^L/∂z^L · … · ∂z/∂W."""
        user = self.users(parameter)[0]
        place = self._forward[user].layer
        way = [self._signals[-1]]
        for at in range(len(self._signals) - 1, place, -1):
            way += self._through(at)
        while way[-1] != user:
            way.append(self._step_back(way[-1], user, place))
        pairs = zip(way, [*way[1:], parameter], strict=True)
        return joined([row(self._signals[-1].gradient), *(row(partial(of, by)) for of, by in pairs)], "·")

    def users(self, symbol: Symbol) -> list[Symbol]:
        """What is made from a quantity on the way forward, running statistics apart."""
        return [user for user, part in self._forward.items() if symbol in part.operands and not user.new]

    def _through(self, place: int) -> Sequence[Symbol]:
        """The quantities between what leaves the layer at a place and what enters it, the latter included."""
        entering, way = self._signals[place - 1], [self._signals[place]]
        while way[-1] != entering:
            way.append(self._step_back(way[-1], entering, place))
        return way[1:]

    def _step_back(self, symbol: Symbol, goal: Symbol, place: int) -> Symbol:
        """The operand on the way to a goal, or the goal itself where several ways lead to it."""
        onward = [operand for operand in self._forward[symbol].operands if self._leads(operand, goal, place)]
        return onward[0] if len(onward) == 1 else goal

    def _leads(self, symbol: Symbol, goal: Symbol, place: int) -> bool:
        """Whether a quantity of the layer at a place is made from the goal."""
        if symbol == goal:
            return True
        part = self._forward.get(symbol)
        if part is None or part.layer != place:
            return False
        return any(self._leads(operand, goal, place) for operand in part.operands)


def partial(of: Symbol, by: Symbol) -> PartialNode:
    """∂of/∂by."""
    return PartialNode(SymbolNode(of), SymbolNode(by))


def is_signal_gradient(symbol: Symbol) -> bool:
    """Whether it is ∂L/∂ of something that every example has its own of."""
    return symbol == symbol.value.gradient and is_per_example(symbol.value)
