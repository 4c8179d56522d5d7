"""The update as NumPy statements."""

from collections.abc import Iterator

from tui_ann.export.worked.script import Hand


def update(hand: Hand) -> Iterator[str]:
    """The state of the update rule and the new value of each parameter."""
    trace = hand.trace
    if trace.rule == "adam":
        yield f"t = {trace.step}"
        yield "eta_t = eta * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)"
    for name in trace.gradients:
        yield from _rule(trace.rule, trace.momentum, name)


def _rule(rule: str, momentum: float, w: str) -> Iterator[str]:
    g, m = f"d{w}", repr(momentum)
    match rule:
        case "momentum" | "nesterov":
            yield f"v_{w}_new = {m} * v_{w} - eta * {g}"
            step = f"v_{w}_new" if rule == "momentum" else f"{m} * v_{w}_new - eta * {g}"
            yield f"{w}_new = {w} + {step}"
        case "rmsprop":
            yield f"v_{w}_new = 0.9 * v_{w} + (1 - 0.9) * {g} ** 2"
            yield f"{w}_new = {w} - eta * {g} / np.sqrt(v_{w}_new + 1e-7)"
        case "adagrad":
            yield f"s_{w}_new = s_{w} + {g} ** 2"
            yield f"{w}_new = {w} - eta * {g} / np.sqrt(s_{w}_new + 1e-7)"
        case "adam":
            yield f"m_{w}_new = 0.9 * m_{w} + (1 - 0.9) * {g}"
            yield f"v_{w}_new = 0.999 * v_{w} + (1 - 0.999) * {g} ** 2"
            yield f"{w}_new = {w} - eta_t * m_{w}_new / (np.sqrt(v_{w}_new) + 1e-7)"
        case _:
            yield f"{w}_new = {w} - eta * {g}"
