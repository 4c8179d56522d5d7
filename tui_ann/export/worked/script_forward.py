"""Forwards and the loss as NumPy statements."""

from collections.abc import Iterator

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.layers import Dense, Dropout
from tui_ann.export.worked.script import Hand


def forward(hand: Hand) -> Iterator[str]:
    """One statement a quantity, from z1 to L."""
    for place, layer in enumerate(hand.network.layers, start=1):
        n, x = hand.signals.numbers[place], hand.signals.symbol(place - 1)
        if isinstance(layer, Dense):
            yield f"z{n} = W{n} @ {x} + {hand.shared(f'b{n}')}"
            yield from _activation(hand, layer, n)
        elif isinstance(layer, Dropout):
            yield f"d{n} = r{n} * {x}"
        else:
            yield f"mu{n} = {x}.mean(axis=1, keepdims=True)"
            yield f"var{n} = (({x} - mu{n}) ** 2).mean(axis=1, keepdims=True)"
            yield f"x_hat{n} = ({x} - mu{n}) / np.sqrt(var{n} + {layer.epsilon!r})"
            yield f"n{n} = gamma{n}[:, None] * x_hat{n} + beta{n}[:, None]"
            m = layer.momentum
            for name, batch in (("moving_mean", "mu"), ("moving_var", "var")):
                yield f"{name}{n}_new = {m!r} * {name}{n} + (1 - {m!r}) * {batch}{n}[:, 0]"
    yield from _loss(hand)


def alpha_of(hand: Hand, layer: Dense, n: int) -> str:
    """α as the statements of a layer name it."""
    if layer.activation == "prelu":
        return hand.shared(f"alpha{n}")
    return repr(ACTIVATIONS[layer.activation].default_alpha if layer.alpha is None else layer.alpha)


def _activation(hand: Hand, layer: Dense, n: int) -> Iterator[str]:
    z, alpha = f"z{n}", alpha_of(hand, layer, n)
    match layer.activation:
        case "sigmoid":
            yield f"a{n} = 1 / (1 + np.exp(-{z}))"
        case "tanh":
            yield f"a{n} = np.tanh({z})"
        case "relu":
            yield f"a{n} = np.maximum(0, {z})"
        case "leaky_relu" | "prelu":
            yield f"a{n} = np.where({z} > 0, {z}, {alpha} * {z})"
        case "elu":
            yield f"a{n} = np.where({z} > 0, {z}, {alpha} * np.expm1(np.minimum(0, {z})))"
        case "softmax":
            yield f"e = np.exp({z} - {z}.max(axis=0))"
            yield f"a{n} = e / e.sum(axis=0)"
        case _:
            yield f"a{n} = {z}"


def _loss(hand: Hand) -> Iterator[str]:
    network, n = hand.network, hand.signals.n_dense
    a, z = f"a{n}", f"z{n}"
    match network.loss:
        case "half_squared_error":
            yield f"l = 0.5 * (({a} - y) ** 2).sum(axis=0)"
        case "mean_squared_error":
            yield f"l = (({a} - y) ** 2).mean(axis=0)"
        case "mean_absolute_error":
            yield f"l = np.abs({a} - y).mean(axis=0)"
        case "binary_crossentropy":
            yield f"# -(y ln {a} + (1 - y) ln(1 - {a})), from {z} so that no logarithm of 0 is met"
            yield f"l = (np.maximum({z}, 0) - {z} * y + np.log1p(np.exp(-np.abs({z})))).mean(axis=0)"
        case _:
            yield f"# -(y ln {a}) added up, from {z} so that no logarithm of 0 is met"
            yield f"s = {z} - {z}.max(axis=0)"
            yield "l = np.log(np.exp(s).sum(axis=0)) - (y * s).sum(axis=0)"
    yield "L = l.mean()"
    penalties = []
    for parameter in network.layout:
        layer, name = network.layers[parameter.layer - 1], parameter.name
        if name.startswith("W") and isinstance(layer, Dense):
            penalties += [f"{layer.l1!r} * np.abs({name}).sum()"] if layer.l1 else []
            penalties += [f"{layer.l2!r} * ({name} ** 2).sum()"] if layer.l2 else []
    if penalties:
        yield f"R = {' + '.join(penalties)}"
        yield "L = L + R"
