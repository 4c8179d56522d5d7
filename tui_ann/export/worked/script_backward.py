"""Backwards as NumPy statements."""

from collections.abc import Iterator

import numpy as np

from tui_ann.engine.layers import BatchNormalization, Dense, Dropout
from tui_ann.engine.losses import LOSSES
from tui_ann.export.worked.script import Hand
from tui_ann.export.worked.script_forward import alpha_of


def backward(hand: Hand) -> Iterator[str]:
    """One statement a quantity, from the loss down to the first layer that learns."""
    layers = hand.network.layers
    first = next(place for place, layer in enumerate(layers, start=1) if not isinstance(layer, Dropout))
    for place in range(len(layers), first - 1, -1):
        layer, n, x = layers[place - 1], hand.signals.numbers[place], hand.signals.symbol(place - 1)
        if isinstance(layer, Dense):
            yield from _dense(hand, layer, n, x, output=place == len(layers))
            through = f"W{n}.T @ dz{n}"
        elif isinstance(layer, Dropout):
            through = f"r{n} * dd{n}"
        else:
            yield f"dgamma{n} = (dn{n} * x_hat{n}).sum(axis=1)"
            yield f"dbeta{n} = dn{n}.sum(axis=1)"
            through = _normalisation(layer, n, hand.n)
        if place > first:
            yield f"d{x} = {through}"
    for parameter in hand.network.layout:
        layer, name = layers[parameter.layer - 1], parameter.name
        if name.startswith("W") and isinstance(layer, Dense) and (layer.l1 or layer.l2):
            yield from _penalty(layer, name)


def _dense(hand: Hand, layer: Dense, n: int, x: str, *, output: bool) -> Iterator[str]:
    loss = LOSSES[hand.network.loss]
    if output:
        yield from _from_loss(hand, n)
    if not (output and loss.joined_activation):
        yield from _through_activation(hand, layer, n)
    yield f"dW{n} = dz{n} @ {x}.T" if hand.columns else f"dW{n} = np.outer(dz{n}, {x})"
    yield f"db{n} = dz{n}.sum(axis=1)" if hand.columns else f"db{n} = dz{n} * 1"


def _from_loss(hand: Hand, n: int) -> Iterator[str]:
    loss, outputs, a = hand.network.loss, hand.network.outputs, f"a{n}"
    difference = f"{a} - y"
    share = hand.n * (1 if loss in ("half_squared_error", "categorical_crossentropy") else outputs)
    over = f" / {share}" if share > 1 else ""
    joined = LOSSES[loss].joined_activation
    if joined:
        if np.isfinite(hand.trace.value(f"da{n}")).all():
            slope = f"-y / {a} + (1 - y) / (1 - {a})" if joined == "sigmoid" else f"-y / {a}"
            yield f"da{n} = ({slope}){over}" if over else f"da{n} = {slope}"
            if joined == "sigmoid":
                yield f"g_prime{n} = {a} * (1 - {a})"
        yield "# the product cancels"
        yield f"dz{n} = ({difference}){over}" if over else f"dz{n} = {difference}"
    elif loss == "mean_absolute_error":
        yield f"da{n} = np.sign({a} - y){over}"
    else:
        factor = "2 * " if loss == "mean_squared_error" else ""
        yield f"da{n} = {factor}({difference}){over}" if factor or over else f"da{n} = {difference}"


def _through_activation(hand: Hand, layer: Dense, n: int) -> Iterator[str]:
    z, a, alpha = f"z{n}", f"a{n}", alpha_of(hand, layer, n)
    if layer.activation == "softmax":
        yield f"dz{n} = {a} * (da{n} - ({a} * da{n}).sum(axis=0))  # the Jacobian, transposed, times da{n}"
        return
    slopes = {
        "linear": f"np.ones_like({z})",
        "sigmoid": f"{a} * (1 - {a})",
        "tanh": f"1 - {a} ** 2",
        "relu": f"np.where({z} > 0, 1.0, 0.0)",
        "elu": f"np.where({z} > 0, 1.0, {a} + {alpha})",
    }
    yield f"g_prime{n} = {slopes.get(layer.activation, f'np.where({z} > 0, 1.0, {alpha})')}"
    if layer.activation == "prelu":
        below = f"da{n} * np.minimum(0, {z})"
        yield f"dalpha{n} = ({below}).sum(axis=1)" if hand.columns else f"dalpha{n} = {below}"
    yield f"dz{n} = da{n} * g_prime{n}"


def _normalisation(layer: BatchNormalization, n: int, examples: int) -> str:
    inside = f"dn{n} - dbeta{n}[:, None] / {examples} - x_hat{n} * dgamma{n}[:, None] / {examples}"
    return f"gamma{n}[:, None] / np.sqrt(var{n} + {layer.epsilon!r}) * ({inside})"


def _penalty(layer: Dense, name: str) -> Iterator[str]:
    terms = [f"{layer.l1!r} * np.sign({name})"] if layer.l1 else []
    terms += [f"2 * {layer.l2!r} * {name}"] if layer.l2 else []
    yield f"dR{name[1:]} = {' + '.join(terms)}"
    yield f"d{name} = d{name} + dR{name[1:]}"
