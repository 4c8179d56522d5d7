"""The chain rule in symbols: ∂L/∂a^L · ∂a^L/∂z^L · … down to one quantity."""

from tui_ann.engine.expression import is_per_example
from tui_ann.engine.inspect.chain import Chain
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.tape import Phase
from tui_ann.export.worked.nodes import PartialNode, Row, SymbolNode, joined, row
from tui_ann.text.symbols import Symbol


def down_to(trace: UpdateTrace, parameter: Symbol, output: Symbol) -> Row:
    """∂L/∂a^L · ∂a^L/∂z^L · … · ∂z/∂W, from the outputs of the network down to a parameter."""
    links = Chain(trace, parameter, output).links
    return joined([row(output.gradient), *(row(partial(link.top, link.bottom)) for link in reversed(links))], "·")


def users_of(trace: UpdateTrace, symbol: Symbol) -> list[Symbol]:
    """What the forward pass computes from a quantity, without running statistics."""
    return [
        part.symbol
        for part in trace.parts
        if part.phase is Phase.FORWARD and symbol in part.operands and not part.symbol.new
    ]


def partial(of: Symbol, by: Symbol) -> PartialNode:
    """∂of/∂by."""
    return PartialNode(SymbolNode(of), SymbolNode(by))


def is_signal_gradient(symbol: Symbol) -> bool:
    """Whether it is ∂L/∂ of a quantity that each example has separately."""
    return symbol == symbol.value.gradient and is_per_example(symbol.value)
