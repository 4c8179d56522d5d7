"""A picture of a run at one moment: frozen, its arrays copied, fit to be handed to another thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import StopReason
from tui_ann.engine.tape import Array
from tui_ann.session.run.run import Run

MOST_NUMBERS = 1 << 19
"""Numbers copied of each kind (parameters, gradients, changes) at most; the rest is had with `Session.window`."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run as it was between two updates."""

    run: int
    """The number of the run; another number is another network."""
    status: str
    """`ready` (not begun), `running`, `paused`, or the value of `engine.stopping.Status` where it has ended."""
    epoch: int
    """Epochs completed."""
    epochs: int
    """Epochs at most."""
    update: int
    """Updates made."""
    updates_per_epoch: int
    """Updates of an epoch, with the batch size of now."""
    position: int
    """Examples met in the epoch in hand."""
    examples: int
    """Examples of an epoch."""
    examples_met: int
    """Examples met since the start."""
    seconds: float
    """Time spent in training; pauses are left out."""
    updates_per_second: float | None
    """The pace of the last seconds; `None` until it is known."""
    eta_seconds: float | None
    """Time to the last epoch at this pace; `None` until it is known, 0 at the end."""
    learning_rate: float
    """η of the next update."""
    parameters: Mapping[str, Array]
    """Copies by name: `W1` (units, inputs), `b1` (units,) …"""
    gradients: Mapping[str, Array]
    """∂L/∂ of each trainable parameter, of the last update; zeros before the first."""
    changes: Mapping[str, Array]
    """What the last update added to each; zeros before the first."""
    gradient_norms: Mapping[str, float]
    """‖∂L/∂·‖ of each trainable parameter, of the last update."""
    history: History
    """Every epoch so far, to be read only; it grows, so read it up to `epoch`."""
    metrics: Mapping[str, float]
    """The last epoch's loss and metrics, `val_…` those of the validation part; empty before the first epoch."""
    best_epoch: int | None
    """The epoch with the best value of what early stopping watches."""
    stop_reason: StopReason | None
    """Why it ended, if it has."""
    signals: Mapping[str, Array] = field(default_factory=dict)
    """What the network makes of the first training example: `x`, `z1`, `a1` … (units,); empty for large networks."""
    omitted: frozenset[str] = field(default=frozenset())
    """Parameters too large to be copied for every picture; `Session.window` gives a part of one."""


def take(run: Run, status: str, pace: tuple[float | None, float | None] = (None, None)) -> Snapshot:
    """Take a picture of a run; only for the thread that has it in its hands.

    Args:
        run: The run.
        status: What to call it, if it has not ended.
        pace: Updates and examples a second, where known.
    """
    trainer = run.trainer
    parameters, gradients, changes, omitted = _arrays(run)
    epochs = trainer.history.epochs
    return Snapshot(
        run=run.number,
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
        eta_seconds=_eta(run, pace[1]),
        learning_rate=trainer.settings.learning_rate,
        parameters=parameters,
        gradients=gradients,
        changes=changes,
        gradient_norms=trainer.network.parameters.gradient_norms(),
        history=trainer.history,
        metrics=dict(epochs[-1].values) if epochs else {},
        best_epoch=trainer.best_epoch,
        stop_reason=trainer.stop_reason,
        signals=_signals(run) if not omitted else {},
        omitted=omitted,
    )


def saved_snapshot(
    network: Network, history: History, reason: StopReason, epochs: int, best_epoch: int | None
) -> Snapshot:
    """The picture of a run that was kept in a folder: parameters and history, but nothing of a descent in hand."""
    last = history.epochs[-1] if history.epochs else None
    names = _that_fit({name: view.size for name, view in network.parameters.items()})
    per_epoch = last.updates // max(last.epoch, 1) if last else 0
    return Snapshot(
        run=0,
        status=str(reason.status),
        epoch=last.epoch if last else 0,
        epochs=epochs,
        update=last.updates if last else 0,
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
        omitted=frozenset(network.parameters) - names,
    )


def _signals(run: Run) -> dict[str, Array]:
    example = run.dataset.X_train[0]
    return {"x": example, **run.network.signals(example)}


def _eta(run: Run, examples_per_second: float | None) -> float | None:
    trainer = run.trainer
    if trainer.finished:
        return 0.0
    if not examples_per_second:
        return None
    left = (trainer.settings.epochs - trainer.epoch) * trainer.n_examples - trainer.position
    return max(0.0, left / examples_per_second)


def _arrays(run: Run) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array], frozenset[str]]:
    """Parameters, gradients and changes as far as they may be copied, and the names of those left out."""
    network = run.network
    if network.n_parameters <= MOST_NUMBERS:
        parameters = network.parameters.views(network.theta.copy(), network.running_statistics.copy())
        return parameters, network.parameters.views(network.gradient.copy()), run.trainer.last_change(), frozenset()
    names = _that_fit({name: view.size for name, view in network.parameters.items()})
    parameters = {name: view.copy() for name, view in network.parameters.items() if name in names}
    gradients = {name: view.copy() for name, view in network.gradients.items() if name in names}
    return parameters, gradients, {}, frozenset(network.parameters) - names


def _that_fit(sizes: Mapping[str, int]) -> frozenset[str]:
    """The smallest parameters, as many as may be copied."""
    chosen, left = set(), MOST_NUMBERS
    for name in sorted(sizes, key=lambda name: sizes[name]):
        left -= sizes[name]
        if left < 0:
            break
        chosen.add(name)
    return frozenset(chosen)


def window(run: Run, kind: str, name: str, rows: slice, columns: slice) -> Array:
    """A copy of a part of one array, however large the whole is; a vector counts as one column.

    Args:
        run: The run.
        kind: `parameters`, `gradients` or `changes`.
        name: Such as `W1`.
        rows: Which neurons.
        columns: Which inputs.

    Raises:
        KeyError: There is no such array (running statistics have no gradient).
    """
    arrays: dict[str, Callable[[], Mapping[str, Array]]] = {
        "parameters": lambda: run.network.parameters,
        "gradients": lambda: run.network.gradients,
        "changes": run.trainer.last_change,
    }
    array = arrays[kind]()[name]
    whole = array if array.ndim == 2 else array[:, None]
    return np.array(whole[rows, columns])
