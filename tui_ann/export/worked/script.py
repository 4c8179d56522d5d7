"""What the parts of a script by hand share: the update it tells, and numbers written out exactly."""

import math
from collections.abc import Iterator

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.engine.signals import Signals
from tui_ann.engine.tape import Array


class Hand:
    """What the parts of the script need to know about the update.

    Args:
        network: The network.
        trace: Its update.
    """

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        self.network, self.trace = network, trace
        self.signals = Signals(network, trace)
        self.n = len(trace.examples)
        self.columns = self.n > 1 or any(name.startswith("gamma") for name in trace.before)
        """Whether examples stand as columns; a single one is a plain vector."""

    def shared(self, name: str) -> str:
        """A parameter that all examples share, ready to be combined with their columns."""
        return f"{name}[:, None]" if self.columns else name


def literal(name: str, values: Array) -> Iterator[str]:
    """An assignment of exact numbers, wrapped to readable lines."""
    if values.size > 4 and not values.any():
        yield f"{name} = np.zeros({values.shape})"
    elif values.ndim == 1:
        yield from _wrapped(f"{name} = np.array([", values, "])")
    else:
        yield f"{name} = np.array(["
        for row in values:
            yield from _wrapped("    [", row, "],")
        yield "])"


def _wrapped(before: str, values: Array, after: str) -> Iterator[str]:
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
