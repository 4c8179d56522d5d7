"""Whether a stored state is one that its run can be in."""

import math
from collections.abc import Iterator

import numpy as np

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_state import TrainingState
from tui_ann.engine.update_losses import UpdateLosses

_MOST = 2**53
"""No run has that many updates."""


def check_state(state: TrainingState, epochs: EpochRecords, losses: UpdateLosses, trainer: Trainer) -> None:
    """Refuse a state that a trainer cannot be in.

    Args:
        state: The stored state.
        epochs: The stored epochs.
        losses: The stored losses of the updates.
        trainer: The trainer that it shall be put into.

    Raises:
        ValueError: An array has another shape, a counter is none, or the counters do not fit each other; the message
            names it.
    """
    for name, value, most in _counters(state, losses, trainer):
        if not (math.isfinite(value) and 0 <= value <= most):
            raise ValueError(f"{name} = {value:g} is not from 0 to {most:g}")
    for name, array, shape in _arrays(state, losses, trainer):
        if array.dtype.kind != "f":
            raise ValueError(f"{name} has values of the type {array.dtype}")
        if array.shape != shape:
            raise ValueError(f"{name} has the shape {array.shape}, this run needs {shape}")
    if losses.stride < 1:
        raise ValueError(f"losses.stride = {losses.stride} is less than 1")
    # The update that diverged has a loss, and does not count.
    if len(losses) not in (state.update, state.update + _diverged(state)):
        raise ValueError(f"there are {len(losses)} losses of {state.update} updates")
    try:
        last = epochs[-1].epoch if len(epochs) else 0
        first = epochs[0].epoch if len(epochs) else 0
    except (IndexError, ValueError, OverflowError) as error:
        raise ValueError("the table of epochs is none") from error
    if last != state.epoch or first < 0:
        raise ValueError(f"the table of epochs ends with {last}, the run with {state.epoch}")


def _arrays(
    state: TrainingState, losses: UpdateLosses, trainer: Trainer
) -> Iterator[tuple[str, Array, tuple[int, ...]]]:
    """Each array of a state with the shape that it must have."""
    parameters = trainer.network.parameters
    theta, statistics = parameters.theta.shape, parameters.running_statistics.shape
    yield "theta", state.theta, theta
    yield "gradient", state.gradient, theta
    yield "running_statistics", state.running_statistics, statistics
    yield "gradient_sum", state.gradient_sum, theta if state.settings.gradient_tolerance > 0.0 else (0,)
    yield "optimizer.change", state.optimizer.change, theta
    slots, wanted = state.optimizer.slots, {slot.name for slot in OPTIMIZERS[state.settings.optimizer].slots}
    if set(slots) != wanted:
        raise ValueError(f"optimizer.slots are {', '.join(slots) or 'none'} instead of {', '.join(wanted) or 'none'}")
    for name, slot in slots.items():
        yield f"optimizer.slots.{name}", slot, theta
    for name, pair in (("best", state.best), ("ended_with", state.ended_with)):
        if pair is not None:
            yield f"{name}[0]", pair[0], theta
            yield f"{name}[1]", pair[1], statistics
    yield "cursor.logits", state.cursor.logits, (state.cursor.position, trainer.network.outputs)
    yield "losses.values", losses.values, (np.size(losses.values),)
    yield "losses.low", losses.low, (np.size(losses.low),)
    yield "losses.high", losses.high, losses.low.shape


def _counters(state: TrainingState, losses: UpdateLosses, trainer: Trainer) -> Iterator[tuple[str, float, float]]:
    """Each counter of a state with the largest number that it may be."""
    yield "update", state.update, _MOST
    yield "epoch", state.epoch, state.update
    yield "marks", state.marks, _MOST
    yield "seconds", state.seconds, _MOST
    yield "optimizer.steps", state.optimizer.steps, state.update + _diverged(state)
    going_on = state.stop_reason is None
    yield "cursor.position", state.cursor.position, trainer.n_examples - going_on
    yield "best_epoch.epoch", state.best_epoch.epoch or 0, state.epoch
    yield "best_epoch.waited", state.best_epoch.waited, state.epoch
    yield "losses.start", losses.start, state.update


def _diverged(state: TrainingState) -> bool:
    return state.stop_reason is not None and state.stop_reason.status is Status.DIVERGED
