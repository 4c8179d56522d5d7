"""Penalties on the weights: L1 (lasso) and L2 (ridge), as operations on the flat parameter vector.

L1 adds l1·Σ|w| to the loss and l1·sign(w) to its gradient (0 at w = 0), L2 adds l2·Σw² and 2·l2·w, both as in
`keras.regularizers`; biases are not penalised (lecture, "Overfitting").
"""

import numpy as np

from tui_ann.engine.functions import Function
from tui_ann.engine.tape import Array, Call, Operation, Phase, accumulate, quantity
from tui_ann.text.symbols import Role, Symbol


class Penalties:
    """The penalties of a network.

    Args:
        theta: All trainable parameters (P,).
        l1: The l1 of each parameter (P,), zero if not penalised.
        l2: The l2 of each parameter (P,).
    """

    def __init__(self, theta: Array, l1: Array, l2: Array) -> None:
        self.theta = theta
        self.l1, self.l2 = l1, l2
        self.active = bool(l1.any() or l2.any())

    def value(self) -> float:
        """Σ l1·|w| + Σ l2·w² of the current parameters; 0 if nothing is penalised."""
        if not self.active:
            return 0.0
        with np.errstate(all="ignore"):  # the loss shows that a network diverges
            return float(self.l1 @ np.abs(self.theta) + self.l2 @ np.square(self.theta))

    def operations(self, gradient: Array, l1_value: Array, l2_value: Array) -> list[Operation]:
        """Operations that add the penalties' gradients to `gradient` and store their values.

        Args:
            gradient: ∂L/∂θ of the data loss (P,); the sum afterwards.
            l1_value: 0-d array for Σ l1·|w|.
            l2_value: 0-d array for 2·Σ l2·w²; the trainer halves it, which saves a call in every update.
        """
        operations = []
        if self.l1.any():
            dl1 = np.zeros_like(self.theta)
            calls: tuple[Call, ...] = ((np.sign, (self.theta, dl1)), (np.multiply, (dl1, self.l1, dl1)))
            expression = quantity("lambda_1") * Function("sign", (quantity("W"),))
            operations.append(Operation(Symbol("R1", role=Role.GRADIENT), expression, dl1, calls, Phase.BACKWARD))
            total: tuple[Call, ...] = ((self.theta.dot, (dl1, l1_value)), (np.add, (gradient, dl1, gradient)))
            operations.append(accumulate(gradient, "R1", total))
        if self.l2.any():
            dl2 = np.zeros_like(self.theta)
            with np.errstate(over="ignore"):
                twice = 2.0 * self.l2
            calls = ((np.multiply, (self.theta, twice, dl2)),)
            expression = 2 * quantity("lambda_2") * quantity("W")
            operations.append(Operation(Symbol("R2", role=Role.GRADIENT), expression, dl2, calls, Phase.BACKWARD))
            total = ((self.theta.dot, (dl2, l2_value)), (np.add, (gradient, dl2, gradient)))
            operations.append(accumulate(gradient, "R2", total))
        return operations
