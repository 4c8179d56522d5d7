"""An update worked out with one slip: what a student gets who goes wrong at one place and right everywhere else.

Forwards a slip is made in the step itself.  Backwards it is carried on: whoever goes back to the hidden layer with the
new W² has every gradient below it wrong, and each in its own way.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense, Dropout
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.signals import Signals
from tui_ann.engine.tape import Array


@dataclass(frozen=True)
class Fault:
    """Where one goes wrong backwards."""

    code: str
    """What is done wrongly."""
    at: int = 0
    """The number of the layer of its kind where it is done; 0 for everywhere."""

    def __call__(self, code: str, number: int) -> bool:
        """Whether this is done wrongly at this layer."""
        return code == self.code and self.at in (0, number)


class BackwardPass:
    """The way back, done by hand with the numbers that the way forward left.

    Args:
        network: The network that was traced.
        trace: Its update.
    """

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        self.network, self.trace = network, trace
        self.signals = Signals(network, trace)
        self.n, self.outputs = len(trace.examples), network.outputs
        self.loss = LOSSES[network.loss]

    def run(self, fault: Fault) -> dict[str, Array]:
        """Every ∂L/∂· with this fault made; gradients of parameters with their penalties."""
        layers, found = self.network.layers, dict[str, Array]()
        first = next(place for place, layer in enumerate(layers, start=1) if not isinstance(layer, Dropout))
        slope = self._from_loss(fault, found)
        for place in range(len(layers), first - 1, -1):
            layer, n, x = layers[place - 1], self.signals.numbers[place], self.signals.symbol(place - 1)
            if isinstance(layer, Dense):
                joined = place == len(layers) and self.loss.joined_activation is not None
                dz = found[f"dz{n}"] if joined else self._through_activation(fault, layer, n, slope, found)
                self._gradients(fault, layer, n, place, dz, found)
                slope = self._through_weights(fault, n, dz)
            elif isinstance(layer, Dropout):
                slope = self._through_mask(fault, n, slope)
            else:
                slope = self._through_normalisation(fault, n, layer.epsilon, slope, found)
            if place > first:
                found[f"d{x}"] = slope
        return found

    def _from_loss(self, fault: Fault, found: dict[str, Array]) -> Array:
        n, k = self.signals.n_dense, self.outputs
        factors = {
            "wrong_sign": -1.0,
            "no_average": float(self.n),
            "double_average": 1.0 / self.n,
            "no_two": 0.5,
            "extra_two": 2.0,
            "no_output_mean": float(k),
            "half_squared_error": k / 2.0,
            "mean_squared_error": 2.0 / k,
        }
        factor = factors.get(fault.code, 1.0)
        slope = factor * self.trace.value(f"da{n}")
        found[f"da{n}"] = slope
        if self.loss.joined_activation is not None:
            dz = factor * self.trace.value(f"dz{n}")
            slopes = self.signals.slopes(n)
            if fault("not_cancelled", n) and slopes.ndim == 2:
                dz = dz * slopes
            found[f"dz{n}"] = dz
        return slope

    def _through_activation(self, fault: Fault, layer: Dense, n: int, da: Array, found: dict[str, Array]) -> Array:
        slopes = self.signals.slopes(n)
        if layer.activation == "prelu":
            found[f"dalpha{n}"] = (da * np.minimum(0.0, self.trace.value(f"z{n}"))).sum(axis=1)
        if fault("no_slope", n):
            dz = da
        elif slopes.ndim == 2:
            dz = da * (self.trace.value(f"a{n}") if fault("output_for_slope", n) else slopes)
        elif fault("diagonal_only", n):
            dz = da * np.einsum("eii->ie", slopes)
        else:
            dz = np.einsum("eij,ie->je", slopes, da)
        found[f"dz{n}"] = dz
        return dz

    def _gradients(self, fault: Fault, layer: Dense, n: int, place: int, dz: Array, found: dict[str, Array]) -> None:
        W, x = self.trace.before[f"W{n}"], self.signals.into(place)
        if fault("undropped_input", n) and place > 1 and isinstance(self.network.layers[place - 2], Dropout):
            x = self.signals.into(place - 1)
        if fault("no_input", n):
            x = np.ones_like(x)
        dW = dz @ x.T
        if layer.l1 or layer.l2:
            penalty = layer.l1 * np.sign(W) + (1.0 if fault("no_two_penalty", n) else 2.0) * layer.l2 * W
            dW = dW if fault("no_penalty", n) else dW + penalty
        found[f"dW{n}"], found[f"db{n}"] = dW, dz.sum(axis=1)

    def _through_weights(self, fault: Fault, n: int, dz: Array) -> Array:
        W = self.trace.before[f"W{n}"]
        if fault("new_weights", n):
            W = self.trace.after[f"W{n}"]
        if fault("no_weights", n):
            W = np.ones_like(W)
        if fault("untransposed", n) and W.shape[0] == W.shape[1]:
            W = W.T
        back: Array = W.T @ dz
        return back

    def _through_mask(self, fault: Fault, n: int, slope: Array) -> Array:
        mask = self.trace.value(f"r{n}")
        if fault("no_mask", n):
            return slope
        masked: Array = slope * ((mask > 0).astype(mask.dtype) if fault("unscaled_mask", n) else mask)
        return masked

    def _through_normalisation(self, fault: Fault, n: int, epsilon: float, dn: Array, found: dict[str, Array]) -> Array:
        x_hat, gamma = self.trace.value(f"x_hat{n}"), self.trace.before[f"gamma{n}"][:, None]
        deviation = np.sqrt(self.trace.value(f"var{n}") + epsilon)
        dgamma, dbeta = (dn * x_hat).sum(axis=1), dn.sum(axis=1)
        found[f"dgamma{n}"], found[f"dbeta{n}"] = dgamma, dbeta
        if fault("fixed_statistics", n):
            through: Array = gamma / deviation * dn
            return through
        through = gamma / deviation * (dn - dbeta[:, None] / self.n - x_hat * dgamma[:, None] / self.n)
        return through


Wrong = tuple[str, Array]
"""The code of a slip and the value that it leads to."""


class ForwardSlips:
    """Slips in one step of the way forward, the loss, or a derivative.

    Args:
        network: The network that was traced.
        trace: Its update.
    """

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        self.network, self.trace = network, trace
        self.signals = Signals(network, trace)
        self._by_kind: dict[str, Callable[[int, Array], Iterator[Wrong]]] = {
            "z": self._net_input,
            "a": self._output,
            "d": self._dropped,
            "mu": self._mean,
            "var": self._variance,
            "x_hat": self._normalised,
            "n": self._scaled,
            "l": self._losses,
            "L": self._overall,
            "R": self._penalty,
            "g_prime": self._derivative,
            "dR": self._penalty_slope,
        }

    def of(self, kind: str, number: int, right: Array) -> Iterator[Wrong]:
        """What slips lead to, for a quantity whose right value is given."""
        if kind in self._by_kind:
            yield from self._by_kind[kind](number, right)

    def _place(self, letter: str, number: int) -> int:
        return next(place for place in self.signals.numbers if self.signals.symbol(place) == f"{letter}{number}")

    def _net_input(self, n: int, right: Array) -> Iterator[Wrong]:
        place = self._place("a", n)
        W, b, x = self.trace.before[f"W{n}"], self.trace.before[f"b{n}"][:, None], self.signals.into(place)
        yield "no_bias", W @ x
        yield "bias_subtracted", W @ x - b
        if place > 1 and isinstance(self.network.layers[place - 2], Dropout):
            yield "undropped_input", W @ self.signals.into(place - 1) + b
        if W.shape[0] == W.shape[1]:
            yield "untransposed_weights", W.T @ x + b

    def _output(self, n: int, right: Array) -> Iterator[Wrong]:
        z, slopes = self.trace.value(f"z{n}"), self.signals.slopes(n)
        layer = self.network.layers[self._place("a", n) - 1]
        assert isinstance(layer, Dense)
        yield "no_activation", z
        if slopes.ndim == 2:
            yield "slope_for_output", slopes
        if layer.activation == "sigmoid":
            yield "sign_in_exponent", 1.0 - right
        if layer.activation == "softmax":
            yield "not_normalised", np.exp(z)
            yield "normalised_over_examples", np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        if layer.activation in ("leaky_relu", "prelu", "elu"):
            yield "no_alpha", np.maximum(0.0, z)

    def _dropped(self, n: int, right: Array) -> Iterator[Wrong]:
        mask, x = self.trace.value(f"r{n}"), self.signals.into(self._place("d", n))
        yield "no_mask", x
        yield "unscaled_mask", (mask > 0) * x

    def _mean(self, n: int, right: Array) -> Iterator[Wrong]:
        yield "sum_for_mean", right * len(self.trace.examples)

    def _variance(self, n: int, right: Array) -> Iterator[Wrong]:
        examples = len(self.trace.examples)
        yield "sum_for_mean", right * examples
        if examples > 1:
            yield "unbiased_variance", right * examples / (examples - 1)
        yield "deviation_for_variance", np.sqrt(right)

    def _normalised(self, n: int, right: Array) -> Iterator[Wrong]:
        layer = self.network.layers[self._place("n", n) - 1]
        var, mu = self.trace.value(f"var{n}"), self.trace.value(f"mu{n}")
        deviation = np.sqrt(var + getattr(layer, "epsilon", 0.0))
        yield "no_root", right / deviation
        yield "not_centred", right + mu / deviation
        yield "no_epsilon", right * deviation / np.sqrt(var)

    def _scaled(self, n: int, right: Array) -> Iterator[Wrong]:
        x_hat = self.trace.value(f"x_hat{n}")
        gamma, beta = (self.trace.before[f"{name}{n}"][:, None] for name in ("gamma", "beta"))
        yield "no_gamma", x_hat + beta
        yield "no_beta", gamma * x_hat

    def _losses(self, _: int, right: Array) -> Iterator[Wrong]:
        a, y = self.trace.value(f"a{self.signals.n_dense}"), self.trace.value("y")
        loss, outputs = self.network.loss, len(a)
        if loss == "half_squared_error":
            yield "no_half", 2.0 * right
            yield "no_square", 0.5 * np.abs(a - y).sum(axis=0)
        if loss == "mean_squared_error":
            yield "half_squared_error", right * outputs / 2.0
            yield "no_square", np.abs(a - y).mean(axis=0)
        if loss == "binary_crossentropy":
            yield "one_term_only", -(y * np.log(a)).mean(axis=0)
            yield "other_term_only", -((1.0 - y) * np.log(1.0 - a)).mean(axis=0)
        if loss.endswith("crossentropy"):
            yield "decimal_logarithm", right / np.log(10.0)
        if loss not in ("half_squared_error", "categorical_crossentropy") and outputs > 1:
            yield "no_output_mean", right * outputs
        yield "wrong_sign", -right

    def _overall(self, _: int, right: Array) -> Iterator[Wrong]:
        losses, penalty = self.trace.losses, self.trace.penalty
        yield "no_average", np.asarray(losses.sum() + (penalty if right != losses.mean() else 0.0))
        if penalty:
            yield "no_penalty", np.asarray(losses.mean())
        for code, wrong in self._losses(0, losses):
            yield code, np.asarray(wrong.mean() + (float(right) - losses.mean()))

    def _penalty(self, _: int, right: Array) -> Iterator[Wrong]:
        yield "half_penalty", right / 2.0

    def _derivative(self, n: int, right: Array) -> Iterator[Wrong]:
        z, a = self.trace.value(f"z{n}"), self.trace.value(f"a{n}")
        layer = self.network.layers[self._place("a", n) - 1]
        assert isinstance(layer, Dense)
        if layer.activation == "softmax":
            yield "diagonal_only", right * np.eye(len(a))
            return
        yield "output_for_slope", a
        if layer.activation == "sigmoid":
            yield "net_input_for_output", z * (1.0 - z)
            yield "complement_only", 1.0 - a
        if layer.activation == "tanh":
            yield "net_input_for_output", 1.0 - z * z
            yield "no_square", 1.0 - a

    def _penalty_slope(self, n: int, right: Array) -> Iterator[Wrong]:
        layer = self.network.layers[self._place("a", n) - 1]
        assert isinstance(layer, Dense)
        W = self.trace.before[f"W{n}"]
        yield "no_two_penalty", layer.l1 * np.sign(W) + layer.l2 * W
        yield "weights_for_sign", layer.l1 * W + 2.0 * layer.l2 * W
