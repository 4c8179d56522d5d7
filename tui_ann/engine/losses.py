"""Loss functions: their values per example and their gradient at the output.

Values are computed for many examples at once from the net inputs z of the output layer, so that cross-entropy is
exact for any z.  Gradients are the calls that the tape runs.  Every overall loss is an average over the examples
(lecture, "Backpropagation and gradient descent for a single neuron"); ½SE: lecture, "One hidden layer network";
the others as in `keras.losses`.
"""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.tape import Array, Call


@dataclass(frozen=True)
class Loss:
    """A loss: how wrong an output is."""

    name: str
    """Keras' name (½SE has none there)."""
    label: str
    """A short name for the screen."""
    formula: str
    """The loss of one example."""
    gradient_formula: str
    """∂l/∂ŷ of one example, or ∂l/∂z where the loss is joined with its output activation."""
    joined_activation: str | None = None
    """The output activation that a cross-entropy needs: from z their gradients together are simply ŷ − y."""

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """The loss of each example.

        Args:
            Y: Targets (n, k).
            outputs: ŷ (n, k), or where the loss is joined with its activation the net inputs z (n, k).

        Returns:
            (n,), infinite or NaN where the outputs are; no warning.
        """
        raise TypeError(f"{type(self).__name__} must say how it computes its value")

    def output_gradient(self, Y: Array, y_hat: Array) -> Array:
        """∂l/∂ŷ of each example, both (k, b), before averaging: what a joined loss leaves out because it cancels.

        Only cross-entropies have it apart; for the others it is what `gradient_calls` computes.
        """
        raise TypeError(f"{self.name} is not joined with an activation")

    @property
    def output_gradient_formula(self) -> str:
        """∂l/∂ŷ in symbols, of a cross-entropy."""
        return {"sigmoid": "(−y/ŷ + (1 − y)/(1 − ŷ))", "softmax": "(−y/ŷ)"}[self.joined_activation or ""]

    def factor(self, batch_size: int, outputs: int) -> float:
        """What the summed gradient of the batch is multiplied with, such as 1/n."""
        return 1.0 / batch_size

    def gradient_calls(self, y_hat: Array, y: Array, gradient: Array, batch_size: int) -> list[Call]:
        """Calls that put ∂L/∂ŷ (or ∂L/∂z where joined) of the averaged loss into gradient.

        Args:
            y_hat: Outputs (k, b).
            y: Targets (k, b).
            gradient: Where it goes (k, b).
            batch_size: Examples that L averages over; more than b where a batch is worked off in chunks.
        """
        calls: list[Call] = [(np.subtract, (y_hat, y, gradient))]
        factor = self.factor(batch_size, y_hat.shape[0])
        if factor != 1.0:
            calls.append((np.multiply, (gradient, np.asarray(factor, gradient.dtype), gradient)))
        return calls


class HalfSquaredError(Loss):
    """l = ½ Σ_j (ŷ_j − y_j)²."""

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """½ Σ_j (ŷ_j − y_j)²."""
        difference = outputs - Y
        value: Array = 0.5 * np.einsum("ij,ij->i", difference, difference)
        return value


class MeanSquaredError(Loss):
    """l = 1/k Σ_j (ŷ_j − y_j)²."""

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


class BinaryCrossentropy(Loss):
    """l = −1/k Σ_j [y_j ln ŷ_j + (1 − y_j) ln(1 − ŷ_j)] with ŷ = sigmoid(z)."""

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """max(z, 0) − z y + ln(1 + e^−|z|), the same value without a logarithm of 0."""
        z = outputs
        value: Array = (np.maximum(z, 0.0) - z * Y + np.log1p(np.exp(-np.abs(z)))).mean(axis=1)
        return value

    def factor(self, batch_size: int, outputs: int) -> float:
        """1/(n k)."""
        return 1.0 / (batch_size * outputs)

    def output_gradient(self, Y: Array, y_hat: Array) -> Array:
        """−y/ŷ + (1 − y)/(1 − ŷ)."""
        slope: Array = -Y / y_hat + (1.0 - Y) / (1.0 - y_hat)
        return slope


class CategoricalCrossentropy(Loss):
    """l = −Σ_j y_j ln ŷ_j with ŷ = softmax(z)."""

    def per_example(self, Y: Array, outputs: Array) -> Array:
        """Ln Σ_j e^{z_j − max z} − Σ_j y_j (z_j − max z), for Σ_j y_j = 1."""
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        value: Array = np.log(np.exp(shifted).sum(axis=1)) - np.einsum("ij,ij->i", Y, shifted)
        return value

    def output_gradient(self, Y: Array, y_hat: Array) -> Array:
        """−y/ŷ."""
        slope: Array = -Y / y_hat
        return slope


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        HalfSquaredError("half_squared_error", "½SE", "½ Σⱼ (ŷⱼ − yⱼ)²", "ŷ − y"),
        MeanSquaredError("mean_squared_error", "MSE", "1/k Σⱼ (ŷⱼ − yⱼ)²", "2/k (ŷ − y)"),
        MeanAbsoluteError("mean_absolute_error", "MAE", "1/k Σⱼ |ŷⱼ − yⱼ|", "1/k sign(ŷ − y)"),
        BinaryCrossentropy("binary_crossentropy", "BCE", "−[y ln ŷ + (1 − y) ln(1 − ŷ)]", "ŷ − y", "sigmoid"),
        CategoricalCrossentropy("categorical_crossentropy", "CCE", "−Σⱼ yⱼ ln ŷⱼ", "ŷ − y", "softmax"),
    )
}
"""Every loss by name."""
