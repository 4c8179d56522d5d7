"""Scores of a network: the values of an epoch, on the training examples as met and on the validation part."""

import math
from collections.abc import Sequence

import numpy as np

from tui_ann.engine import metrics as metric
from tui_ann.engine.epoch_walk import EpochWalk
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array


class Evaluation:
    """Computes what an epoch is judged by.

    Args:
        network: The network.
        validation: X (n_val, m) and Y (n_val, k) in the network's precision; None without a validation part.
        scale: (k,) with `offset`: metrics are computed on y·scale + offset, the target's own units.
        offset: (k,).
    """

    def __init__(
        self, network: Network, validation: tuple[Array, Array] | None, scale: Array | None, offset: Array | None
    ) -> None:
        self._network, self._validation, self._scale, self._offset = network, validation, scale, offset

    def epoch(self, names: Sequence[str], walk: EpochWalk) -> tuple[dict[str, float], float]:
        """The values of an epoch by Keras' names, and the penalty that is part of its loss.

        `loss` and the training metrics are those of the examples as they were met; those of an epoch that was
        broken off are NaN.
        """
        penalty = walk.penalty_sum / walk.position
        values = {"loss": walk.loss_sum / walk.position + penalty}
        values |= self.metrics(names, walk.targets, walk.outputs) if walk.complete else dict.fromkeys(names, math.nan)
        return values | self.validation(names), penalty

    def metrics(self, names: Sequence[str], Y: Array, outputs: Array) -> dict[str, float]:
        """Metrics of targets (n, k) and what the loss reads (n, k)."""
        if not names:
            return {}
        y_hat = self._network.y_hat(outputs)
        if self._scale is not None and self._offset is not None:
            Y, y_hat = Y * self._scale + self._offset, y_hat * self._scale + self._offset
        with np.errstate(all="ignore"):
            return metric.compute(names, Y, y_hat)

    def validation(self, names: Sequence[str]) -> dict[str, float]:
        """`val_loss`, penalties included, and the validation metrics, in inference mode; empty without that part."""
        if self._validation is None:
            return {}
        X, Y = self._validation
        outputs = self._network.logits(X)
        loss = self._network.mean_loss(Y, outputs) + self._network.penalties.value()
        scores = self.metrics(names, Y, outputs)
        return {"val_loss": loss, **{f"val_{name}": score for name, score in scores.items()}}
