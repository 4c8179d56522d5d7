"""The values of an epoch: losses and metrics of the training examples and of the validation part."""

import math
from collections.abc import Sequence

import numpy as np

from tui_ann.engine import metrics as metric
from tui_ann.engine.epoch_cursor import EpochCursor
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array


class Evaluation:
    """Computes the values of an epoch.

    Args:
        network: The network.
        validation: X (n_val, m) and Y (n_val, k) in the network's precision; None without a validation part.
        scale: (k,) with `offset`: metrics are computed on y·scale + offset, the target's original units.
        offset: (k,).
    """

    def __init__(
        self, network: Network, validation: tuple[Array, Array] | None, scale: Array | None, offset: Array | None
    ) -> None:
        self._network, self._validation, self._scale, self._offset = network, validation, scale, offset

    @property
    def validated(self) -> bool:
        """Whether there is a validation part."""
        return self._validation is not None

    def epoch(self, names: Sequence[str], cursor: EpochCursor) -> tuple[dict[str, float], float]:
        """The values of an epoch by Keras' names, and the penalty that is part of its loss.

        `loss` and the training metrics are computed from the outputs that the examples had at their update, as in
        Keras.  The training metrics of an incomplete epoch are NaN.
        """
        penalty = cursor.penalty_sum / cursor.position
        values = {"loss": cursor.loss_sum / cursor.position + penalty}
        if cursor.complete:
            values |= self.metrics(names, cursor.targets, cursor.logits)
        else:
            values |= dict.fromkeys(names, math.nan)
        return values | self.validation(names), penalty

    def metrics(self, names: Sequence[str], Y: Array, logits: Array) -> dict[str, float]:
        """Metrics of targets (n, k) and logits (n, k)."""
        if not names:
            return {}
        y_hat = self._network.y_hat(logits)
        with np.errstate(all="ignore"):
            if self._scale is not None and self._offset is not None:
                Y, y_hat = Y * self._scale + self._offset, y_hat * self._scale + self._offset
            return metric.compute(names, Y, y_hat)

    def validation(self, names: Sequence[str]) -> dict[str, float]:
        """`val_loss`, penalties included, and the validation metrics, in inference mode; empty without that part."""
        if self._validation is None:
            return {}
        X, Y = self._validation
        logits = self._network.logits(X)
        loss = self._network.mean_loss(Y, logits) + self._network.penalties.value()
        scores = self.metrics(names, Y, logits)
        return {"val_loss": loss, **{f"val_{name}": score for name, score in scores.items()}}


def value_names(metrics: Sequence[str], *, validated: bool) -> tuple[str, ...]:
    """The names of the values of an epoch, in order; known before the first epoch.

    Args:
        metrics: The metrics.
        validated: Whether there is a validation part.
    """
    names = ("loss", *metrics)
    return (*names, *(f"val_{name}" for name in names)) if validated else names
