"""An update as JSON, exact: what `step --json` prints.

Outside the engine a row is an example, so a batch of several gives arrays with a row for each; a single example gives
plain vectors.  Numbers that are not finite are `null`.
"""

import json
import math
from typing import Any

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout
from tui_ann.engine.network import Network
from tui_ann.engine.signals import Signals
from tui_ann.engine.tape import Array


def to_json(network: Network, trace: UpdateTrace) -> str:
    """The object as one line of JSON."""
    return json.dumps(to_object(network, trace), ensure_ascii=False, allow_nan=False) + "\n"


def to_object(network: Network, trace: UpdateTrace) -> dict[str, Any]:
    """The object.

    `layers` are the dense ones; `dropout` and `batch_normalization` are there where the network has such layers, and
    `penalty`, the share of the loss that penalties make, where it has any.
    """
    signals = Signals(network, trace)
    told: dict[str, Any] = {
        "x": _by_example(trace.value("x")),
        "y": _by_example(trace.value("y")),
        "layers": [],
        "loss": _number(trace.loss),
        "learning_rate": _number(trace.learning_rate),
    }
    for place, layer in enumerate(network.layers, start=1):
        n = signals.numbers[place]
        if isinstance(layer, Dense):
            told["layers"].append(_dense(trace, n))
        elif isinstance(layer, Dropout):
            told.setdefault("dropout", []).append(_dropout(trace, n))
        elif isinstance(layer, BatchNormalization):
            told.setdefault("batch_normalization", []).append(_normalisation(trace, n))
    if network.penalties.active:
        told["penalty"] = _number(trace.penalty)
    return told


def _dense(trace: UpdateTrace, n: int) -> dict[str, Any]:
    told: dict[str, Any] = {"layer": n}
    told |= {name: _plain(trace.before[f"{name}{n}"]) for name in ("W", "b")}
    told |= {"z": _by_example(trace.value(f"z{n}")), "a": _by_example(trace.value(f"a{n}"))}
    told["dL_da"] = _by_example(trace.value(f"da{n}"))
    slopes = trace.value(f"g_prime{n}")
    jacobian = slopes.ndim == 3
    told["da_dz"] = _plain(slopes[0] if len(slopes) == 1 else slopes) if jacobian else _by_example(slopes)
    told["dL_dz"] = _by_example(trace.value(f"dz{n}"))
    told |= {f"dL_d{name}": _plain(trace.gradients[f"{name}{n}"]) for name in ("W", "b")}
    told |= {f"{name}_new": _plain(trace.after[f"{name}{n}"]) for name in ("W", "b")}
    if f"alpha{n}" in trace.gradients:
        told |= _trained(trace, "alpha", n)
    return told


def _dropout(trace: UpdateTrace, n: int) -> dict[str, Any]:
    return {"number": n, "mask": _by_example(trace.value(f"r{n}")), "output": _by_example(trace.value(f"d{n}"))}


def _normalisation(trace: UpdateTrace, n: int) -> dict[str, Any]:
    told: dict[str, Any] = {"number": n}
    told |= {"mean": _plain(trace.value(f"mu{n}").ravel()), "variance": _plain(trace.value(f"var{n}").ravel())}
    told |= {"x_hat": _by_example(trace.value(f"x_hat{n}")), "output": _by_example(trace.value(f"n{n}"))}
    told |= _trained(trace, "gamma", n) | _trained(trace, "beta", n)
    for name in ("moving_mean", "moving_var"):
        told |= {name: _plain(trace.before[f"{name}{n}"]), f"{name}_new": _plain(trace.after[f"{name}{n}"])}
    return told


def _trained(trace: UpdateTrace, name: str, n: int) -> dict[str, Any]:
    return {
        name: _plain(trace.before[f"{name}{n}"]),
        f"dL_d{name}": _plain(trace.gradients[f"{name}{n}"]),
        f"{name}_new": _plain(trace.after[f"{name}{n}"]),
    }


def _by_example(values: Array) -> Any:
    """(units, examples) → a list for each example, or the only one."""
    return _plain(values[:, 0] if values.shape[1] == 1 else values.T)


def _plain(values: Array) -> Any:
    """Nested lists of numbers."""
    if values.ndim > 1:
        return [_plain(row) for row in values]
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
