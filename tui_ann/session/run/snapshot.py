"""A snapshot of a run: frozen, with copied arrays, so that another thread may read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.experiment.run_record import EndVerdict
from tui_ann.session.run.farthest import FarthestHistory
from tui_ann.session.run.results import BEST, Results

MOST_NUMBERS = 1 << 19
"""Maximum numbers copied of each kind (parameters, gradients, changes); `window` gives the rest."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state of a run between two updates."""

    run: int
    """The number of the run; a different number means a different network."""
    status: str
    """`ready` (not begun), `running`, `paused`, or the value of `engine.stopping.Status` if it has ended."""
    epoch: int
    """Epochs completed."""
    epochs: int
    """Maximum number of epochs."""
    update: int
    """Updates made."""
    updates_per_epoch: int
    """Updates per epoch with the current batch size."""
    position: int
    """Examples used in the current epoch."""
    examples: int
    """Examples per epoch."""
    examples_met: int
    """Examples used since the start."""
    seconds: float
    """Training time without pauses."""
    updates_per_second: float | None
    """Updates per second over the last seconds; `None` until known."""
    eta_seconds: float | None
    """Remaining time at this pace; `None` until known, 0 at the end."""
    learning_rate: float
    """η of the next update."""
    parameters: Mapping[str, Array]
    """Copies by name: `W1` (units, inputs), `b1` (units,) …"""
    gradients: Mapping[str, Array]
    """∂L/∂ of each trainable parameter in the last update; zeros before the first."""
    changes: Mapping[str, Array]
    """What the last update added to each; zeros before the first."""
    gradient_norms: Mapping[str, float]
    """‖∂L/∂·‖ of each trainable parameter in the last update."""
    history: History
    """The epochs so far, read-only; it grows, so read it up to `epoch`."""
    metrics: Mapping[str, float]
    """The last epoch's loss and metrics, `val_…` for the validation part; empty before the first epoch."""
    best_epoch: int | None
    """The epoch with the best monitored value."""
    stop_reason: StopReason | None
    """Why it ended, if it did."""
    signals: Mapping[str, Array] = field(default_factory=dict)
    """The signals of the first training example: `x`, `z1`, `a1` … (units,); empty for large networks."""
    omitted: frozenset[str] = field(default=frozenset())
    """Parameters too large to copy for every snapshot; `window` gives a part of one."""
    farthest: FarthestHistory | None = None
    """The history of the whole run, if the run has gone back in it."""

    verdict: EndVerdict | None = None
    """What is wrong with the result, if the run has ended and something is."""
    results: Results | None = None
    """The figures of the parameters kept and of the baselines, once they are known."""

    @property
    def outcome(self) -> str:
        """The status, or what is wrong with the result."""
        return self.status if self.verdict is None else str(self.verdict.trouble)

    @property
    def kept_epoch(self) -> int | None:
        """The best epoch, if the run ended with its parameters and not with those of its last update."""
        reason, results = self.stop_reason, self.results
        restored = reason is not None and bool(reason.kept) and reason.status is not Status.DIVERGED
        saved = results is not None and results.kept.endswith(BEST)  # a saved run has only these words
        return self.best_epoch if restored or saved else None

    @property
    def is_within_epoch(self) -> bool:
        """Whether it is in the middle of an epoch, so that the metrics are from an earlier moment."""
        return bool(self.history.epochs) and self.update > self.history.epochs[-1].updates

    @property
    def length(self) -> int:
        """Updates made in all; more than `update` if the run has gone back."""
        return self.update if self.farthest is None else max(self.update, self.farthest.update)

    @property
    def left_its_end(self) -> bool:
        """Whether the run has been further and has gone back since, so that its parameters are not those at its end."""
        ended = self.stop_reason is not None  # also a diverged one, which is an update shorter than it was
        return not ended and self.farthest is not None and self.length > self.update


def live_snapshot(
    run: int,
    trainer: Trainer,
    example: Array,
    status: str,
    pace: tuple[float | None, float | None] = (None, None),
    farthest: FarthestHistory | None = None,
) -> Snapshot:
    """Take a snapshot of a live run; only for the thread that owns the run.

    Args:
        run: The number of the run.
        trainer: Its trainer.
        example: Features (m,) of the example whose signals are shown.
        status: The status if the run has not ended.
        pace: Updates and examples per second, if known.
        farthest: How far the run has been.
    """
    parameters, gradients, changes, omitted = _arrays(trainer)
    went_back = farthest is not None and farthest.update > trainer.update
    if went_back and status == "ready":
        status = "paused"
    epochs = trainer.history.epochs
    return Snapshot(
        run=run,
        status=str(trainer.stop_reason.status) if trainer.stop_reason else status,
        epoch=trainer.epoch,
        epochs=trainer.settings.epochs,
        update=trainer.update,
        updates_per_epoch=trainer.updates_per_epoch,
        position=trainer.position,
        examples=trainer.n_examples,
        examples_met=trainer.examples_met,
        seconds=trainer.seconds,
        updates_per_second=pace[0],
        eta_seconds=_eta(trainer, pace[1]),
        learning_rate=trainer.settings.learning_rate,
        parameters=parameters,
        gradients=gradients,
        changes=changes,
        gradient_norms=trainer.network.parameters.gradient_norms(),
        history=trainer.history,
        metrics=dict(epochs[-1].values) if epochs else {},
        best_epoch=trainer.best_epoch,
        stop_reason=trainer.stop_reason,
        signals=_signals(trainer.network, example) if not omitted else {},
        omitted=omitted,
        farthest=farthest if went_back else None,
    )


def saved_snapshot(
    network: Network,
    history: History,
    reason: StopReason,
    epochs: int,
    updates: int,
    best_epoch: int | None,
    verdict: EndVerdict | None = None,
    results: Results | None = None,
) -> Snapshot:
    """The snapshot of a saved run: parameters and history, but no gradients and changes.

    Args:
        network: The network with the saved parameters.
        history: Its epochs.
        reason: Why it ended.
        epochs: The planned number of epochs.
        updates: Updates done when the parameters were saved; more than those of its epochs if it was interrupted.
        best_epoch: Its best epoch.
        verdict: What was wrong with its result.
        results: Its figures.
    """
    done = int(np.searchsorted(history.epochs.ends, updates, side="right"))  # a killed run may have later ones
    last = history.epochs[done - 1] if done else None
    names = _that_fit({name: view.size for name, view in network.parameters.items()})
    per_epoch = last.updates // max(last.epoch, 1) if last else 0
    return Snapshot(
        run=0,
        status=str(reason.status),
        epoch=last.epoch if last else 0,
        epochs=epochs,
        update=updates,
        updates_per_epoch=per_epoch,
        position=0,
        examples=last.examples // max(last.epoch, 1) if last else 0,
        examples_met=last.examples if last else 0,
        seconds=last.seconds if last else 0.0,
        updates_per_second=None,
        eta_seconds=None,
        learning_rate=last.learning_rate if last else 0.0,
        parameters={name: view.copy() for name, view in network.parameters.items() if name in names},
        gradients={},
        changes={},
        gradient_norms=dict(last.gradient_norms) if last else {},
        history=history,
        metrics=dict(last.values) if last else {},
        best_epoch=best_epoch,
        stop_reason=reason,
        verdict=verdict,
        results=results,
        omitted=frozenset(network.parameters) - names,
    )


def _signals(network: Network, example: Array) -> dict[str, Array]:
    return {"x": example, **network.signals(example)}


def _eta(trainer: Trainer, examples_per_second: float | None) -> float | None:
    if trainer.finished:
        return 0.0
    if not examples_per_second:
        return None
    left = (trainer.settings.epochs - trainer.epoch) * trainer.n_examples - trainer.position
    return max(0.0, left / examples_per_second)


def _arrays(
    trainer: Trainer,
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array], frozenset[str]]:
    """Parameters, gradients and changes up to the copy limit, and the names of those left out."""
    network = trainer.network
    if network.n_parameters <= MOST_NUMBERS:
        parameters = network.parameters.views(network.theta.copy(), network.running_statistics.copy())
        return parameters, network.parameters.views(network.gradient.copy()), trainer.last_change(), frozenset()
    names = _that_fit({name: view.size for name, view in network.parameters.items()})
    parameters = {name: view.copy() for name, view in network.parameters.items() if name in names}
    gradients = {name: view.copy() for name, view in network.gradients.items() if name in names}
    return parameters, gradients, {}, frozenset(network.parameters) - names


def _that_fit(sizes: Mapping[str, int]) -> frozenset[str]:
    """The smallest parameters, up to the copy limit."""
    chosen, left = set(), MOST_NUMBERS
    for name in sorted(sizes, key=lambda name: sizes[name]):
        left -= sizes[name]
        if left < 0:
            break
        chosen.add(name)
    return frozenset(chosen)


def window(trainer: Trainer, kind: str, name: str, rows: slice, columns: slice) -> Array:
    """A copy of a part of one array, whatever its size; a vector counts as one column.

    Args:
        trainer: The trainer of the run.
        kind: `parameters`, `gradients` or `changes`.
        name: Such as `W1`.
        rows: Which neurons.
        columns: Which inputs.

    Raises:
        KeyError: There is no such array (running statistics have no gradient).
    """
    arrays: dict[str, Callable[[], Mapping[str, Array]]] = {
        "parameters": lambda: trainer.network.parameters,
        "gradients": lambda: trainer.network.gradients,
        "changes": trainer.last_change,
    }
    array = arrays[kind]()[name]
    whole = array if array.ndim == 2 else array[:, None]
    return np.array(whole[rows, columns])
