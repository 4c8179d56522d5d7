"""Loss functions: their values per example and their gradient at the output.

Values are computed for many examples at once from the net inputs z of the output layer, so that cross-entropy is
exact for any z.  Gradients are the calls that the tape runs.  Every overall loss is an average over the examples
(lecture, "Backpropagation and gradient descent for a single neuron"); ½SE: lecture, "One hidden layer network";
the others as in `keras.losses`.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.expression import Constant, Expression, Number, Product, Quotient, rewritten
from tui_ann.engine.functions import Function, exp, larger, largest, ln, over_units, positive_part, smaller
from tui_ann.engine.tape import Array, Call, maximum, minimum, quantity
from tui_ann.text.symbols import Symbol

DELTA = 1.0
"""δ of the Huber loss, as in Keras."""


@dataclass(frozen=True)
class Loss(ABC):
    """A loss: how wrong an output is."""

    name: str
    """Keras' name (½SE has none there)."""
    label: str
    """A short name for the screen."""
    title: str
    """Its name in a sentence."""
    joined_activation: str | None = None
    """The output activation that a cross-entropy needs: their joint gradient with respect to z is simply ŷ − y."""

    @abstractmethod
    def value(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """The loss of one example.

        Args:
            y_hat: The outputs.
            y: The targets.
            outputs: Output units k.
        """

    def safe_value(self, z: Expression, y: Expression, outputs: int) -> Expression | None:
        """The loss of one example from the net inputs z, finite for any z; None if `value` is always finite."""
        return None

    @abstractmethod
    def slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """∂l/∂ŷ of one example, as `value`."""

    def joined_slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """∂l/∂z of one example, if the loss is joined with its activation; as `value`."""
        raise TypeError(f"{self.name} is not joined with an activation")

    @property
    def compares_classes(self) -> bool:
        """Whether its targets are classes and its outputs probabilities."""
        return self.joined_activation is not None

    @property
    def formula(self) -> str:
        """The loss of one example in symbols, of several outputs."""
        return str(self.value(quantity("y_hat"), quantity("y"), 0))

    @abstractmethod
    def per_example(self, Y: Array, outputs: Array) -> Array:
        """The loss of each example.

        Args:
            Y: Targets (n, k).
            outputs: ŷ (n, k), or the net inputs z (n, k) if the loss is joined with its activation.

        Returns:
            (n,), infinite or NaN where the outputs are, without a warning.
        """

    def factor(self, batch_size: int, outputs: int) -> float:
        """The factor of the summed gradient of the batch, such as 1/n."""
        return 1.0 / batch_size

    def gradient_calls(self, y_hat: Array, y: Array, gradient: Array, batch_size: int) -> list[Call]:
        """Calls that put ∂L/∂ŷ (or ∂L/∂z where joined) of the averaged loss into gradient.

        Args:
            y_hat: Outputs (k, b).
            y: Targets (k, b).
            gradient: Buffer for the gradient (k, b).
            batch_size: Examples that L averages over; more than b where a batch is computed in chunks.
        """
        calls: list[Call] = [(np.subtract, (y_hat, y, gradient))]
        factor = self.factor(batch_size, y_hat.shape[0])
        if factor != 1.0:
            calls.append((np.multiply, (gradient, np.asarray(factor, gradient.dtype), gradient)))
        return calls


def _mean_over_outputs(outputs: int) -> Expression:
    """1/k for k outputs; k is a letter if their number is unspecified."""
    return 1 / Constant(Symbol("k"), float(outputs))


def _summed(term: Expression, outputs: int) -> Expression:
    """Σⱼ over the outputs; a single output needs no sum."""
    return term if outputs == 1 else over_units(term)


def _averaged(term: Expression, outputs: int) -> Expression:
    """1/k Σⱼ over the outputs."""
    return term if outputs == 1 else _mean_over_outputs(outputs) * over_units(term)


def _share(term: Expression, outputs: int) -> Expression:
    """1/k of a slope."""
    return term if outputs == 1 else _mean_over_outputs(outputs) * term


class HalfSquaredError(Loss):
    """l = ½ Σ_j (ŷ_j − y_j)²."""

    def value(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """½ Σ_j (ŷ_j − y_j)²."""
        return Quotient(Number(1.0), Number(2.0)) * _summed((y_hat - y) ** 2, outputs)

    def slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """ŷ − y."""
        return y_hat - y

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """½ Σ_j (ŷ_j − y_j)²."""
        difference = outputs - Y
        value: Array = 0.5 * np.einsum("ij,ij->i", difference, difference)
        return value


class MeanSquaredError(Loss):
    """l = 1/k Σ_j (ŷ_j − y_j)²."""

    def value(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """1/k Σ_j (ŷ_j − y_j)²."""
        return _averaged((y_hat - y) ** 2, outputs)

    def slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """2/k (ŷ − y)."""
        share = Number(2.0) if outputs == 1 else 2 / Constant(Symbol("k"), float(outputs))
        return share * (y_hat - y)

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """1/k Σ_j (ŷ_j − y_j)²."""
        difference = outputs - Y
        value: Array = np.einsum("ij,ij->i", difference, difference) / Y.shape[1]
        return value

    def factor(self, batch_size: int, outputs: int) -> float:
        """2/(n k)."""
        return 2.0 / (batch_size * outputs)


class MeanAbsoluteError(Loss):
    """l = 1/k Σ_j |ŷ_j − y_j|; its gradient at 0 is taken as 0, as Keras does."""

    def value(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """1/k Σ_j |ŷ_j − y_j|."""
        return _averaged(Function("abs", (y_hat - y,)), outputs)

    def slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """1/k sign(ŷ − y)."""
        return _share(Function("sign", (y_hat - y,)), outputs)

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """1/k Σ_j |ŷ_j − y_j|."""
        value: Array = np.abs(outputs - Y).mean(axis=1)
        return value

    def factor(self, batch_size: int, outputs: int) -> float:
        """1/(n k)."""
        return 1.0 / (batch_size * outputs)

    def gradient_calls(self, y_hat: Array, y: Array, gradient: Array, batch_size: int) -> list[Call]:
        """sign(ŷ − y)/(n k)."""
        first, *rest = super().gradient_calls(y_hat, y, gradient, batch_size)
        return [first, (np.sign, (gradient, gradient)), *rest]


class Huber(Loss):
    """l = 1/k Σ_j h(ŷ_j − y_j) with h(e) = ½ e² where |e| ≤ δ, else δ|e| − ½ δ²; δ = 1 (Huber 1964; Keras)."""

    def value(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """1/k Σ_j of m |e| − ½ m² with m = min(δ, |e|), which covers both cases."""
        error = Function("abs", (y_hat - y,))
        clipped = smaller(DELTA, error)
        half = Quotient(Number(1.0), Number(2.0))
        return _averaged(clipped * error - half * clipped**2, outputs)

    def slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """1/k of ŷ − y, cut off at ±δ."""
        return _share(larger(-DELTA, smaller(DELTA, y_hat - y)), outputs)

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """1/k Σ_j of m |e| − ½ m² with m = min(δ, |e|)."""
        error = np.abs(outputs - Y)
        clipped = np.minimum(error, DELTA)
        value: Array = (clipped * error - 0.5 * np.square(clipped)).mean(axis=1)
        return value

    def factor(self, batch_size: int, outputs: int) -> float:
        """1/(n k)."""
        return 1.0 / (batch_size * outputs)

    def gradient_calls(self, y_hat: Array, y: Array, gradient: Array, batch_size: int) -> list[Call]:
        """ŷ − y cut off at ±δ, over n k."""
        first, *rest = super().gradient_calls(y_hat, y, gradient, batch_size)
        least, most = (np.asarray(sign * DELTA, gradient.dtype) for sign in (-1.0, 1.0))
        return [first, (minimum, (gradient, most, gradient)), (maximum, (gradient, least, gradient)), *rest]


class BinaryCrossentropy(Loss):
    """l = −1/k Σ_j [y_j ln ŷ_j + (1 − y_j) ln(1 − ŷ_j)] with ŷ = sigmoid(z)."""

    def value(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """−1/k Σ_j [y_j ln ŷ_j + (1 − y_j) ln(1 − ŷ_j)]."""
        return -_averaged(y * ln(y_hat) + (1 - y) * ln(1 - y_hat), outputs)

    def safe_value(self, z: Expression, y: Expression, outputs: int) -> Expression:
        """1/k Σ_j [max(z_j, 0) − z_j y_j + ln(1 + e^−|z_j|)]."""
        return _averaged(positive_part(z) - z * y + ln(1 + exp(-Function("abs", (z,)))), outputs)

    def slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """1/k (−y/ŷ + (1 − y)/(1 − ŷ))."""
        return _share(-(y / y_hat) + (1 - y) / (1 - y_hat), outputs)

    def joined_slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """1/k (ŷ − y)."""
        return _share(y_hat - y, outputs)

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """max(z, 0) − z y + ln(1 + e^−|z|), the same value without a logarithm of 0."""
        z = outputs
        value: Array = (np.maximum(z, 0.0) - z * Y + np.log1p(np.exp(-np.abs(z)))).mean(axis=1)
        return value

    def factor(self, batch_size: int, outputs: int) -> float:
        """1/(n k)."""
        return 1.0 / (batch_size * outputs)


class CategoricalCrossentropy(Loss):
    """l = −Σ_j y_j ln ŷ_j with ŷ = softmax(z)."""

    def value(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """−Σ_j y_j ln ŷ_j."""
        return -over_units(y * ln(y_hat))

    def safe_value(self, z: Expression, y: Expression, outputs: int) -> Expression:
        """Ln Σ_j e^{z_j − max z} − Σ_j y_j (z_j − max z)."""
        shifted = z - largest(z)
        return ln(over_units(exp(shifted))) - over_units(y * shifted)

    def slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """−y/ŷ."""
        return -(y / y_hat)

    def joined_slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        """ŷ − y, where the targets of each example add up to 1."""
        return y_hat - y

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """Ln Σ_j e^{z_j − max z} − Σ_j y_j (z_j − max z), for Σ_j y_j = 1."""
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        value: Array = np.log(np.exp(shifted).sum(axis=1)) - np.einsum("ij,ij->i", Y, shifted)
        return value


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        HalfSquaredError("half_squared_error", "½SE", "Half squared error"),
        MeanSquaredError("mean_squared_error", "MSE", "Mean squared error"),
        MeanAbsoluteError("mean_absolute_error", "MAE", "Mean absolute error"),
        Huber("huber", "Huber", "Huber loss"),
        BinaryCrossentropy("binary_crossentropy", "BCE", "Binary cross-entropy", "sigmoid"),
        CategoricalCrossentropy("categorical_crossentropy", "CCE", "Categorical cross-entropy", "softmax"),
    )
}
"""Every loss by name."""


def loss_named(text: str) -> str | None:
    """The loss that a text means: its name, its label or its title, as MSE or mean squared error; None if no one's.

    Args:
        text: What was typed; capitals, blanks, hyphens and underscores do not matter.
    """
    word = _plain(text)
    names = {_plain(known): loss.name for loss in LOSSES.values() for known in (loss.name, loss.label, loss.title)}
    return names.get(word)


def _plain(text: str) -> str:
    """Letters and digits only, in lower case."""
    return re.sub(r"[^a-z0-9½]", "", text.lower())


def averaged(slope: Expression, examples: int) -> Expression:
    """1/n of the slope of one example, as in ∂L/∂ŷ; a single example needs no average."""
    return slope if examples == 1 else 1 / Constant(Symbol("n"), float(examples)) * slope


def without_average(slope: Expression) -> Expression:
    """The same without the factor 1/n, for a loss that is the sum over the examples."""

    def rule(node: Expression) -> Expression | None:
        match node:
            case Product(Quotient(_, Constant(Symbol(kind="n", number=0))), summed):
                return summed
        return None

    return rewritten(slope, rule)
