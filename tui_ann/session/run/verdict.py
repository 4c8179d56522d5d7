"""Whether a run that ended is worth keeping: it diverged, its network is dead, or it is worse than at its start."""

from collections.abc import Mapping

import numpy as np

from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.experiment.proposal import RATE
from tui_ann.experiment.run_record import EndVerdict, Trouble
from tui_ann.text import number

MOST_ROWS = 512
"""Training rows that are looked at, evenly spread."""
_MOST_PARAMETERS = 1 << 24
"""Larger networks are not compared with their start, because that needs a copy."""


class EndCheck:
    """Looks at the end of a run; only for the owner of the run.

    Args:
        trainer: The trainer.
        start: The initial parameters.
        X: Training features (n, m).
        Y: Training targets (n, k).
    """

    def __init__(self, trainer: Trainer, start: Mapping[str, Array], X: Array, Y: Array) -> None:
        self._trainer, self._start = trainer, start
        rows = np.unique(np.linspace(0, len(X) - 1, min(len(X), MOST_ROWS)).astype(np.intp))
        self._X, self._Y = X[rows], Y[rows]
        self._known: tuple[tuple[int, StopReason], EndVerdict | None] | None = None

    def verdict(self) -> EndVerdict | None:
        """What is wrong with the result; `None` if nothing is, or if the run has not ended."""
        reason = self._trainer.stop_reason
        if reason is None:
            return None
        key = (self._trainer.update, reason)
        if self._known is None or self._known[0] != key:
            self._known = (key, self._look(reason))
        return self._known[1]

    def _look(self, reason: StopReason) -> EndVerdict | None:
        network = self._trainer.network
        if reason.status is Status.DIVERGED:
            return EndVerdict(Trouble.DIVERGED, reason.text)
        if not self._trainer.update or network.n_parameters > _MOST_PARAMETERS:
            return None
        first = Network(network.inputs, network.layers, network.loss, seed=network.seed, dtype=str(network.dtype))
        first.load(self._start)
        with np.errstate(all="ignore"):
            if self._same(network):
                return self._dead(network, at_once=self._same(first))
            began, ended = (sum(each.loss_of(self._X, self._Y)) for each in (first, network))
        if ended <= began * (1 + 1e-9):
            return None
        losses = f"the loss was {number(began, 4)} at the start and is {number(ended, 4)} now"
        return EndVerdict(Trouble.WORSE, losses)

    def _same(self, network: Network) -> bool:
        """Whether the network gives the same answer for rows that differ."""
        if len(self._X) < 2 or not np.ptp(self._X, axis=0).any() or not np.ptp(self._Y, axis=0).any():
            return False
        y_hat = network.predict(self._X)
        spread, size = np.ptp(y_hat, axis=0), np.abs(y_hat).max(axis=0)
        return bool((spread <= 1e-12 * size).all())

    def _dead(self, network: Network, *, at_once: bool) -> EndVerdict:
        norms = network.parameters.gradient_norms()
        stuck = not any(norm for name, norm in norms.items() if name.startswith("W"))
        answer = "the network gives the same answer for every row"
        text = f"{answer}, all gradients of the weights are 0" if stuck else answer
        if at_once:
            text += ", as at its start"
        return EndVerdict(Trouble.DEAD, text, smaller_steps=not at_once)


def advice(verdict: EndVerdict, learning_rate: float) -> str:
    """What to do about it, for a command.

    Args:
        verdict: What is wrong.
        learning_rate: η of the run.
    """
    if verdict.smaller_steps:
        if learning_rate > 1:
            usual = f"--set training.learning_rate={RATE:g}"
            return f"A learning rate above 1 is rarely right. Try the one that is proposed for most tables: {usual}."
        smaller = f"--set training.learning_rate={learning_rate / 10:g}"
        return f"Try a tenth of the learning rate from the same start: {smaller}."
    return "Draw other start values: --set network.seed=N, or another network.initializer."
