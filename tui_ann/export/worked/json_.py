"""An update as JSON, exact: what `step --json` prints.

Outside the engine a row is an example, so a batch gives arrays with one row per example; a single example gives plain
vectors.  Numbers that are not finite are `null`.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from tui_ann.engine.arrays import Array
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense, numbered
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Phase
from tui_ann.errors import TuiAnnError
from tui_ann.export.worked.steps import Solution
from tui_ann.text import count
from tui_ann.text.symbols import Symbol

MOST_NUMBERS = 4_000_000
"""An update with more numbers than this is refused; so many are about 90 MB of text."""
_WORDS = {"r": "mask", "mu": "mean", "var": "variance"}
"""Keys of quantities that are not named by their letter."""


def to_json(solution: Solution, decimals: int | None) -> str:
    """The object as one line of JSON; every number is exact, whatever the decimals.

    Raises:
        TuiAnnError: If the update has too many numbers to write out.
    """
    numbers = sum(part.value.size for part in solution.trace.parts)
    if numbers > MOST_NUMBERS:
        raise TuiAnnError(
            f"This update has {count(numbers)} numbers; a line of JSON holds {count(MOST_NUMBERS)} at most.",
            remedy="Take a smaller batch or network, a single example, or the format text, which shows some of them.",
            code="too_large_for_json",
        )
    return json.dumps(to_object(solution.network, solution.trace), ensure_ascii=False, allow_nan=False) + "\n"


def to_object(network: Network, trace: UpdateTrace) -> dict[str, Any]:
    """The object.

    `layers` are the dense layers; layers of other types are under the name of the type (`dropout`,
    `batch_normalization`), and `penalty` is the part of the loss due to penalties, if there are any.  Each parameter
    comes with the state that the update rule keeps for it (`W_m`, `W_m_new`).
    """
    told: dict[str, Any] = {
        "x": _by_example(trace.value("x")),
        "y": _by_example(trace.value("y")),
        "layers": [],
        "loss": _number(trace.loss),
        "learning_rate": _number(trace.learning_rate),
        "optimizer": trace.rule.name,
    }
    for place, layer, number in numbered(network.layers):
        own = [part for part in trace.parts if part.layer == place]
        parameters = {p.symbol: p.trainable for p in network.layout if p.layer == place}
        if isinstance(layer, Dense):
            told["layers"].append({"layer": number} | _dense(trace, own, parameters))
        else:
            found = {"number": number} | _other(trace, own, parameters, layer.output(number))
            told.setdefault(layer.type, []).append(found)
    if network.penalties.active:
        told["penalty"] = _number(trace.penalty)
    return told


def _dense(trace: UpdateTrace, parts: list[Part], parameters: Mapping[Symbol, bool]) -> dict[str, Any]:
    """Parameters, values, gradients and new parameters, in this order."""
    told = {symbol.kind: _plain(trace.before[str(symbol)]) for symbol in parameters}
    told |= {part.symbol.kind: _by_example(part.value) for part in parts if part.phase is Phase.FORWARD}
    net, output = (part.symbol for part in parts if part.phase is Phase.FORWARD)
    slopes = {"dL_da": output.gradient, "da_dz": output.derivative, "dL_dz": net.gradient}
    told |= {key: _slopes(trace.value(symbol)) for key, symbol in slopes.items()}
    told |= {f"dL_d{symbol.kind}": _plain(trace.gradients[str(symbol)]) for symbol in parameters}
    told |= {f"{symbol.kind}_new": _plain(trace.after[str(symbol)]) for symbol in parameters}
    return told | _state(trace, parameters)


def _other(trace: UpdateTrace, parts: list[Part], parameters: Mapping[Symbol, bool], output: Symbol) -> dict[str, Any]:
    """Forward values, then each parameter with its gradient and its new value."""
    told: dict[str, Any] = {}
    for part in parts:
        symbol = part.symbol
        if part.phase is Phase.FORWARD and not symbol.new:
            key = "output" if symbol == output else _WORDS.get(symbol.kind, symbol.kind)
            told[key] = _by_example(part.value) if part.value.shape[1] == len(trace.examples) else _column(part.value)
    for symbol, is_trainable in parameters.items():
        name = str(symbol)
        told[symbol.kind] = _plain(trace.before[name])
        if is_trainable:
            told[f"dL_d{symbol.kind}"] = _plain(trace.gradients[name])
        told[f"{symbol.kind}_new"] = _plain(trace.after[name])
    return told | _state(trace, parameters)


def _state(trace: UpdateTrace, parameters: Mapping[Symbol, bool]) -> dict[str, Any]:
    """What the update rule keeps for each parameter, before and after: `W_velocity`, `W_velocity_new`."""
    told: dict[str, Any] = {}
    for slot, before in trace.slots_before.items():
        for symbol in (symbol for symbol, is_trainable in parameters.items() if is_trainable):
            told[f"{symbol.kind}_{slot}"] = _plain(before[str(symbol)])
            told[f"{symbol.kind}_{slot}_new"] = _plain(trace.slots_after[slot][str(symbol)])
    return told


def _column(values: Array) -> Any:
    """A number for each unit."""
    return _plain(values.ravel())


def _slopes(values: Array) -> Any:
    """∂L/∂a, ∂L/∂z or ∂a/∂z; Jacobians as matrices."""
    if values.ndim == 3:
        return _plain(values[0] if len(values) == 1 else values)
    return _by_example(values)


def _by_example(values: Array) -> Any:
    """(units, examples) → a list for each example, or a single list."""
    return _plain(values[:, 0] if values.shape[1] == 1 else values.T)


def _plain(values: Array) -> Any:
    """Nested lists of numbers."""
    if values.ndim > 1:
        return [_plain(row) for row in values]
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | None:
    return value + 0.0 if math.isfinite(value) else None  # a zero has no sign
